package render_test

import (
	"strings"
	"testing"

	"daylight/generator/pages"
)

// The page of metrics: ten metrics for each lane that users meet, each with a
// sentence and its windows; pictures that say in words what they show; and without
// any mark of failure, unknown and never 0 %.
func TestMetricsPage(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	doc := document(t, files, "metrics/index.html")
	cards := find(doc, "section.metric")
	if len(cards) == 0 || len(cards)%10 != 0 {
		t.Fatalf("%d metrics", len(cards))
	}
	names := map[string]int{}
	for _, card := range cards {
		name := text(find(card, "h3")[0])
		names[strings.TrimSpace(strings.Split(name, "  ")[0])]++
		if s := text(find(card, "p")[1]); !strings.HasSuffix(s, ".") || len(s) < 20 {
			t.Errorf("%s: the sentence is %q", name, s)
		}
		if n := len(find(card, "dl.windows dt")); n != 3 {
			t.Errorf("%s has %d windows", name, n)
		}
		for _, picture := range find(card, "svg[role=img]") {
			if d := text(find(picture, "desc")[0]); !strings.ContainsAny(d, "0123456789") {
				t.Errorf("the picture of %s says %q", name, d)
			}
		}
	}
	if len(names) < 10 {
		t.Errorf("the metrics are %v", names)
	}
	for _, card := range cards {
		if strings.Contains(text(card), "nothing marks what failed") && strings.Contains(text(card), "0 %") {
			t.Errorf("0 %% of what nobody knows: %s", text(card))
		}
	}
	method := document(t, files, "metrics/method/index.html")
	if rows := len(find(method, "tbody tr")); rows < 8 {
		t.Errorf("%d tools are compared", rows)
	}
	for file := range site(t, pages.Customers(samplePublic(""))) {
		if strings.HasPrefix(file, "metrics") {
			t.Errorf("customers have %s", file)
		}
	}
}
