package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLaneHolds holds that the last word on a lane counts, up to the as-of, and
// that a hold is no deployment.
func TestLaneHolds(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	said := func(component ComponentName, held bool, n int) Hold {
		return Hold{Repository: "shop", Component: component, Environment: "production", Held: held, At: When{day(n), BasisCommitterDate},
			Reason: "automatic_deploys_enabled=false", Origins: []Origin{{Repository: "deployments", File: "production/" + string(component), Line: 2, Col: 1}}}
	}
	facts := Facts{
		Repositories: []Repository{{Name: "shop", Components: []ComponentName{"shop", "worker"}}},
		Deployments: []Record{{ID: "1", Repository: "shop", Environment: "production", Ref: "v1", Status: RecordSucceeded, FinishedAt: day(1),
			TimeBasis: BasisDeclared}},
		Holds: []Hold{said("worker", true, 6), said("worker", false, 5), said("", false, 4), said("shop", true, 3), said("worker", true, 2), said("", true, 9)},
	}
	l := Compute(facts, Policy{}, day(7))
	var got []string
	for _, e := range l.Environments {
		for _, h := range e.Holds {
			got = append(got, string(e.Name)+"/"+string(h.Component)+" since "+h.Since.Format(time.DateOnly)+", "+h.Origins[0].String())
		}
	}
	if diff := cmp.Diff([]string{"production/worker since 2026-03-06, production/worker:2:1"}, got); diff != "" {
		t.Error(diff)
	}
	if len(l.Deployments) != 1 {
		t.Errorf("%d deployments, want the one", len(l.Deployments))
	}
}
