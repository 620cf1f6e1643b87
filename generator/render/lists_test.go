package render_test

import (
	"slices"
	"strings"
	"testing"

	"daylight/generator/pages"
)

func TestCalendarTellsDaysAndPlan(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	doc := document(t, files, "calendar/index.html")
	if got := texts(doc, "[aria-labelledby=planned] .flag"); !slices.Equal(got, []string{"instalments", "instalments"}) {
		t.Errorf("planned: %q", got)
	}
	days := texts(doc, ".day h2")
	if !slices.Equal(days[:3], []string{"17 March 2026", "15 March 2026", "14 March 2026"}) {
		t.Errorf("days: %q", days)
	}
	if got := text(find(doc, ".day")[0]); got != "17 March 2026 Widened to 25 % Pay in instalments at the checkout and 1 more by instalments" {
		t.Errorf("the newest day reads %q", got)
	}
	if n := len(find(doc, ".year rect.look-planned")); n != 2 {
		t.Errorf("%d planned days are drawn, want 2", n)
	}
	if n := len(find(doc, ".year rect.level-0")); n != 53*7 {
		t.Errorf("%d days are drawn", n)
	}
	month := document(t, files, "calendar/2026-02/index.html")
	if got := texts(month, ".day h2"); got[0] != "19 February 2026" {
		t.Errorf("February: %q", got)
	}
}

// Each filter has a list of its own that needs no script, and leads to the
// search for more than one.
func TestChangesByStatus(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	doc := document(t, files, "changes/status/dark/index.html")
	if got := texts(doc, "tbody th a"); !slices.Contains(got, "A basket that follows you") && !slices.Contains(got, "Basket: new layout") || len(find(doc, "tbody tr")) != 2 {
		t.Errorf("dark changes: %q", got)
	}
	for _, row := range find(doc, "td[data-label=production]") {
		if !strings.HasPrefix(text(row), "Dark") {
			t.Errorf("a row is %q", text(row))
		}
	}
	if got := texts(doc, ".narrow a[aria-current]"); !slices.Equal(got, []string{"Dark"}) {
		t.Errorf("current: %q", got)
	}
	if got := attr(find(doc, ".narrow p a")[0], "href"); got != "../../../search/?kind=Change&status=Dark" {
		t.Errorf("combine leads to %q", got)
	}
	if got := texts(document(t, files, "changes/index.html"), ".narrow dt"); !slices.Equal(got, []string{"Status", "Type"}) {
		t.Errorf("filters: %q", got)
	}
}

// Search engines and previews of links are told what a page for customers is.
func TestPagesForCustomersDescribeThemselves(t *testing.T) {
	files := site(t, pages.Customers(samplePublic("")))
	for file, want := range map[string]string{
		"index.html":                  "What you can use, from the day on which you can use it.",
		"notes/gift-cards/index.html": "Added: Gift cards. Since 10 February 2026.",
	} {
		got := ""
		for _, m := range find(document(t, files, file), "meta[name=description]") {
			got = attr(m, "content")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

func TestBoardDrawsDrift(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "index.html")
	var got []string
	for _, row := range find(doc, ".drift li") {
		got = append(got, text(row)+" "+attr(find(row, ".far")[0], "width"))
	}
	want := []string{
		"shop in production 2 changes behind, 2 dark 100%",
		"shop in staging 1 change behind 50%",
	}
	if !slices.Equal(got, want) {
		t.Errorf("drift: %q, want %q", got, want)
	}
}
