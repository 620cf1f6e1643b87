package generator

import (
	"slices"
	"testing"
	"time"

	"daylight/generator/audience"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
)

// TestSaid: what a page puts into a row of a note's title, who has it and the
// version is public, as it stands there.
func TestSaid(t *testing.T) {
	at := ledger.Date{When: ledger.When{At: time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)}}
	full := &ledger.Ledger{
		AsOf: at.At.AddDate(0, 0, 9), Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}},
		Changes: []ledger.Change{{
			ID: "00000000000a", Title: "feat: the way people log in", Type: "feat", Version: "v1.2.0", Versions: []ledger.ChangeVersion{{Name: "v1.2.0"}},
			Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{
				Status: ledger.StatusReleased, Percent: ledger.Everybody(), FirstExposed: at, Released: at,
				Moves: []ledger.Move{{At: at.At, Kind: ledger.MoveReleased, Percent: ledger.Everybody(), Cause: ledger.CauseDeployment}},
			}, Components: []ledger.InComponent{{Component: "shop"}}}},
		}},
	}
	public := audience.Reduce(full, audience.Rules{Name: "customers", Sees: audience.SeesReleased, Kind: notes.KindOf, Headline: notes.Headline})
	got := said(public, pages.Site{})
	for _, want := range []string{
		"Added in v1.2.0", "The way people log in in v1.2.0", "The way people log in everyone in v1.2.0",
		"Added: The way people log in. Since 3 March 2026.",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}
