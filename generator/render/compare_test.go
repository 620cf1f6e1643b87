package render_test

import (
	"slices"
	"strings"
	"testing"

	promotion "daylight/generator/compare"
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// compared is the sample's staging on its way to production: the first two of
// its changes are deployed by it, the third is taken away.
func compared(l *ledger.Ledger) promotion.Comparison {
	live := func(env int, component ledger.ComponentName) (out []ledger.Live) {
		for _, v := range l.Environments[env].Live {
			if v.Component == component {
				out = append(out, v)
			}
		}
		return out
	}
	change := func(i int, effect promotion.Effect, before, after ledger.Status, share ledger.Share) promotion.Change {
		return promotion.Change{ID: l.Changes[i].ID, Title: l.Changes[i].Title, Effect: effect, Index: i,
			Before: promotion.Standing{Status: before}, After: promotion.Standing{Status: after, Percent: share}}
	}
	quarter := ledger.Exactly(25 * ledger.Hundred / 100)
	return promotion.Comparison{AsOf: l.AsOf, Pair: promotion.Pair{From: "staging", To: "production"}, Components: []promotion.Component{
		{Repository: "shop", Component: "checkout", Promotes: live(0, "checkout")[0], Replaces: live(0, "checkout"), Same: true},
		{Repository: "shop", Component: "shop", Promotes: live(1, "shop")[0], Replaces: live(0, "shop")[:1], Changes: []promotion.Change{
			change(0, promotion.EffectVisible, ledger.StatusNotDeployed, ledger.StatusLimited, quarter),
			change(1, promotion.EffectDark, ledger.StatusNotDeployed, ledger.StatusDark, ledger.Share{}),
			change(2, promotion.EffectTaken, ledger.StatusReleased, ledger.StatusRolledBack, ledger.Share{}),
		}},
	}}
}

func TestAComparisonSaysWhatAPromotionWouldDo(t *testing.T) {
	in := sampleInput("")
	in.Comparisons = []promotion.Comparison{compared(in.Ledger)}
	files := site(t, pages.Team(in))
	doc := document(t, files, "compare/staging/production/index.html")
	for selector, want := range map[string][]string{
		"h1":              {"staging compared with production"},
		"h2":              {"checkout", "shop"},
		"h3":              {"Deployed, and visible at once 1", "Deployed, and dark 1", "Taken away 1"},
		"tbody .is-dark":  {"Dark"},
		"tbody .who":      {"25 %"},
		"tbody td .badge": {"Not deployed", "Limited", "Not deployed", "Dark", "Released", "Rolled back"},
	} {
		if got := texts(doc, selector); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	text := strings.Join(texts(doc, "main"), " ")
	for _, want := range []string{"staging and production run the same.", "2 changes would be deployed, 1 of them visible at once. 1 change would be taken away."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	from := document(t, files, "environments/staging/index.html")
	if got := texts(from, "[href=../../compare/staging/production/]"); len(got) != 1 {
		t.Errorf("staging links to its promotion %d times", len(got))
	}
	for _, a := range find(document(t, files, "environments/production/index.html"), "a") {
		if strings.Contains(attr(a, "href"), "/compare/") && !strings.HasPrefix(attr(a, "href"), "https:") {
			t.Errorf("production links to %s", attr(a, "href"))
		}
	}
}
