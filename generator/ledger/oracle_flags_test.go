package ledger_test

import (
	"testing"
	"time"

	"daylight/generator/ledger"

	"pgregory.net/rapid"
)

// TestFlagTimelines compares, at every instant of a drawn history, what the
// timeline of a flag says with what the oracle reads from the manifests.
func TestFlagTimelines(t *testing.T) {
	checkMany(t, 800, func(t *rapid.T) {
		s, err := parseScenario(scenarios().Draw(t, "history"))
		if err != nil {
			t.Fatal(err)
		}
		l := ledger.Compute(s.facts, s.policy, s.asOf)
		o := &oracle{facts: s.facts, policy: s.policy, asOf: s.asOf}
		for _, r := range s.facts.Repositories {
			o.repos = append(o.repos, newModelRepo(r, nil, s.asOf))
		}
		for i, f := range l.Flags {
			for _, in := range f.Environments {
				h := o.tellers(f.Key, in.Environment)[0]
				if h.Effect != ledger.EffectMerge || len(in.Steps) == 0 {
					continue // what ships is a matter of each lane
				}
				for _, at := range o.instants() {
					want, known := o.saysAt(h, in.Environment, at)
					got, began := stepAt(in.Steps, at)
					if known && began && (got.Percent != want.share(nil) || (got.State == ledger.FlagUnknown) != want.vague) {
						t.Errorf("flag %s in %s at %s: got %s %v, want %v\n%s", l.Flags[i].Key, in.Environment, day(at), got.State, got.Percent, want.share(nil), s.text)
					}
					if known && !began && want.share(nil).Hi > 0 && !want.vague {
						t.Errorf("flag %s in %s at %s: got nothing yet, want %v\n%s", l.Flags[i].Key, in.Environment, day(at), want.share(nil), s.text)
					}
				}
			}
		}
	})
}

// saysAt is what the manifests say at an instant; known is false before the
// border of a shallow clone.
func (o *oracle) saysAt(h ledger.FlagHistory, environment ledger.EnvironmentName, at time.Time) (g gate, known bool) {
	for _, s := range h.Steps {
		if s.Dated {
			return o.logGate(h, ledger.FlagLink{}, environment, at), true
		}
	}
	return o.gateAt(h, ledger.FlagLink{}, nil, ledger.Hash{}, at, o.mergedSteps(h, environment, at)), !o.beforeBorder(h, at)
}

// stepAt is the last step until an instant.
func stepAt(steps []ledger.FlagMove, at time.Time) (out ledger.FlagMove, began bool) {
	for _, s := range steps {
		if !s.At.After(at) {
			out, began = s, true
		}
	}
	return out, began
}
