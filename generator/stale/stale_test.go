package stale

import (
	"slices"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// The script stale_flags of the command shows every list; here are the cases in
// which a flag is on none.
func TestWhatIsLeftAlone(t *testing.T) {
	asOf := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	old := asOf.AddDate(0, 0, -61)
	in := func(state ledger.FlagState, at time.Time) ledger.FlagInEnvironments {
		return ledger.FlagInEnvironments{{Environment: "production", State: state, Steps: []ledger.FlagMove{{At: at, State: state}}}}
	}
	expires := asOf.AddDate(0, 1, 0)
	flags := []ledger.Flag{
		{Key: "permanent", Permanent: true, Environments: in(ledger.FlagOn, old)},
		{Key: "planned", Plan: []ledger.FlagPlan{{At: expires}}, Environments: in(ledger.FlagOff, old)},
		{Key: "young", Environments: in(ledger.FlagOn, asOf.AddDate(0, 0, -59))},
		{Key: "half", Environments: in(ledger.FlagPartial, old)},
		{Key: "later", Expires: &expires, Environments: in(ledger.FlagPartial, old)},
		{Key: "tried", Environments: append(in(ledger.FlagPartial, old), ledger.FlagInEnvironment{Environment: "staging", State: ledger.FlagOn, Steps: []ledger.FlagMove{{At: old, State: ledger.FlagOn}}})},
		{Key: "dropped", Retired: &ledger.Retirement{At: old, As: "dropped"}, Environments: in(ledger.FlagOff, old)},
		{Key: "kept", Retired: &ledger.Retirement{At: old}, Environments: in(ledger.FlagOn, old)},
	}
	l := &ledger.Ledger{AsOf: asOf, Flags: flags, Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}, {Name: "staging", Tier: ledger.TierStaging}}}
	// No flag at all is found: the code is elsewhere, and none is missed in it.
	facts := &ledger.Facts{Usages: []ledger.FlagUsage{{Key: "half", By: ledger.UsageCode, Known: true}}}
	if got := Find(l, facts, Rules{}); len(got.Lists) != 0 {
		t.Errorf("listed: %+v", got.Lists)
	}
	// Once one is found, the others are missed.
	facts.Usages = append(facts.Usages, ledger.FlagUsage{Key: "young", By: ledger.UsageCode, Known: true, Count: 1})
	got := Find(l, facts, Rules{Days: 58})
	var kinds []Kind
	for _, list := range got.Lists {
		kinds = append(kinds, list.Kind)
	}
	if want := []Kind{OnForEveryone, NotInCode}; !slices.Equal(kinds, want) {
		t.Errorf("lists %q, want %q", kinds, want)
	}
	if n := got.Flags(); n != 2 {
		t.Errorf("%d flags, want 2", n)
	}
}
