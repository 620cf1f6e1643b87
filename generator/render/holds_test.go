package render_test

import (
	"slices"
	"strings"
	"testing"

	promotion "daylight/generator/compare"
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// TestHeldLanesAreMarked holds that a lane that policy holds is marked by words,
// with its reason, wherever it is shown: also where nothing runs in it.
func TestHeldLanesAreMarked(t *testing.T) {
	in := sampleInput("")
	l := *in.Ledger
	l.Environments = slices.Clone(l.Environments)
	hold := func(component ledger.ComponentName, reason string) ledger.LaneHold {
		return ledger.LaneHold{Repository: "shop", Component: component, Since: day("03-15 09:00"), Basis: ledger.BasisCommitterDate, Reason: reason,
			Origins: []ledger.Origin{{Repository: "shop", Commit: hash(3), File: "deploy/production/shop.yaml", Line: 4}}}
	}
	l.Environments[0].Holds = []ledger.LaneHold{hold("mailer", "frozen"), hold("shop", "automatic=false "+hostile)}
	in.Ledger, in.Comparisons = &l, []promotion.Comparison{compared(&l)}
	files := site(t, pages.Team(in))
	for path, want := range map[string]int{
		"index.html": 2, "environments/index.html": 2, "environments/production/index.html": 2,
		"environments/staging/index.html": 0, "compare/staging/production/index.html": 1,
	} {
		doc := document(t, files, path)
		holds := texts(doc, ".hold")
		if len(holds) != want {
			t.Errorf("%s marks %d lanes as held, want %d: %q", path, len(holds), want, holds)
		}
		for _, text := range holds {
			if !strings.HasPrefix(text, "Held since") || !strings.Contains(text, "frozen") && !strings.Contains(text, "automatic=false <script>") {
				t.Errorf("%s: %q", path, text)
			}
		}
		if got := len(find(doc, ".hold a")); got != want {
			t.Errorf("%s: %d holds link to their place, want %d", path, got, want)
		}
	}
	if rows := texts(document(t, files, "index.html"), ".lanes tbody th"); !slices.Contains(rows, "mailer") {
		t.Errorf("a held component that runs nowhere has no row: %q", rows)
	}
}
