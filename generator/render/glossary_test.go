package render_test

import (
	"slices"
	"strings"
	"testing"

	"daylight/generator/pages"
)

// TestTermPage shows a term with what this repository has of it.
func TestTermPage(t *testing.T) {
	in := sampleInput("")
	in.Terms = []pages.Term{
		{Slug: "dark", Name: "dark change", Aliases: []string{"dark"}, Definition: "Deployed, and *nobody* sees it.", Summary: "Deployed, and nobody sees it.",
			NotConfusedWith: []string{"dark-launch", "Undeployed change"}, Related: []string{"dark-launch"}, Source: "our own", Level: "everyone", Changes: "deployment",
			Revisions: []pages.Revision{
				{At: day("03-12 09:00"), Version: "", Summary: "Deployed, and nobody sees it."},
				{At: day("03-01 09:00"), Version: "v1.4.0", Summary: "Deployed, and nobody sees it.", Words: []pages.Words{
					{Kind: "gone", Text: "In the dark."}, {Kind: "new", Text: "Deployed, and nobody <sees> it."}}},
				{At: day("02-01 09:00"), Version: "v1.3.0", Summary: "In the dark."},
				{Shipped: true, Summary: "Without light."},
			}},
		{Slug: "dark-launch", Name: "dark launch", Definition: "It runs.", Summary: "It runs.", Level: "team"},
	}
	in.TermUses = func(address string) pages.TermUses {
		if address != "/glossary/dark/" {
			return pages.TermUses{}
		}
		return pages.TermUses{Pages: []pages.Link{{Text: "Dark", Href: "/dark/"}}, Total: 3}
	}
	files := site(t, pages.Team(in))
	doc := document(t, files, "glossary/dark/index.html")
	for selector, want := range map[string][]string{
		"h1":                            {"dark change"},
		".term-text":                    {"Deployed, and *nobody* sees it."},
		".notice":                       {"It changes what runs, and not who sees it."},
		".versus dt":                    {"dark launch", "Undeployed change"},
		".versus dd":                    {"It runs.", "This glossary has no page for it."},
		"[aria-labelledby=uses] li":     {"Dark"},
		"[aria-labelledby=uses] .quiet": {"and on 2 other pages"},
		".revisions .when": {
			"In no version yet. The head of its file changed on 12 Mar 2026", "v1.4.0 Changed on 1 Mar 2026", "v1.3.0 Changed on 1 Feb 2026",
			"As it came with the tool that makes this site",
		},
		".words del": {"In the dark."},
		".words ins": {"Deployed, and nobody <sees> it."},
	} {
		if got := texts(doc, selector); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	here := strings.Join(texts(doc, "[aria-labelledby=here] li"), "; ")
	if !strings.Contains(here, "Dark in production for") || strings.Count(here, ";") != 1 {
		t.Errorf("examples read %q", here)
	}
	if got := texts(document(t, files, "glossary/dark-launch/index.html"), "[aria-labelledby=uses]"); len(got) > 0 {
		t.Errorf("a term that no page uses has %q", got)
	}
}

// TestTermsOfCustomers: examples are notes, and versions that they do not know
// are not named.
func TestTermsOfCustomers(t *testing.T) {
	in := samplePublic("")
	in.Terms = []pages.Term{{Slug: "un-release", Name: "un-release", Definition: "Taken back.", Summary: "Taken back.", Level: "everyone", Revisions: []pages.Revision{
		{At: day("03-01 09:00"), Version: "v9.9.9-secret", Summary: "Taken back."}, {At: day("02-01 09:00"), Version: "v1.3.0", Summary: "Gone."},
	}}}
	files := site(t, pages.Customers(in))
	doc := document(t, files, "glossary/un-release/index.html")
	if got := texts(doc, "[aria-labelledby=here] li"); !slices.Equal(got, []string{"Recommendations Taken back on 6 Mar 2026."}) {
		t.Errorf("examples %q", got)
	}
	if got := texts(doc, ".revisions .when"); !slices.Equal(got, []string{"Changed on 1 Mar 2026", "v1.3.0 Defined on 1 Feb 2026"}) {
		t.Errorf("history %q", got)
	}
	if _, ok := files["start/index.html"]; ok {
		t.Error("customers have the page for new hires")
	}
}

// TestStart: the story is told with the change to which most happened, and a
// repository without any still explains the words.
func TestStart(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "start/index.html")
	if got := texts(doc, "h2"); len(got) != 6 || got[2] != "3. Dark: deployed, and nobody sees it" {
		t.Errorf("chapters %q", got)
	}
	if example := texts(doc, ".lead a"); len(example) == 0 || example[0] == "" {
		t.Error("no change is the example")
	}
	for _, chapter := range []string{"merged", "deployed", "released"} {
		if len(texts(doc, "[aria-labelledby="+chapter+"] .here li")) == 0 {
			t.Errorf("nothing of the example in the chapter %s", chapter)
		}
	}
	if len(find(doc, "figure.way")) != 1 {
		t.Error("the way of the change is not drawn")
	}
	doc = document(t, site(t, pages.Team(emptyInput())), "start/index.html")
	if got := texts(doc, ".here .none"); len(got) != 5 {
		t.Errorf("without changes the chapters say %q", got)
	}
}

// TestTermsAreMadeLast: pages that tell where terms are used come when all others
// are rendered.
func TestTermsAreMadeLast(t *testing.T) {
	for p := range pages.Team(sampleInput("")) {
		isTerm := strings.HasPrefix(p.Path, "/glossary/") && p.Path != "/glossary/"
		if p.Last != isTerm {
			t.Errorf("%s: last is %v", p.Path, p.Last)
		}
	}
}
