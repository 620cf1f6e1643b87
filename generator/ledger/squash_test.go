package ledger_test

import (
	"slices"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// A branch of two commits ran on staging, the first of them alone before; then a
// squash of it came to the mainline. There is one change: deployed when its last
// part was, with the ids of the parts as aliases.
func TestSquashedBranch(t *testing.T) {
	hash := func(n byte) ledger.Hash { return ledger.Hash{0: n, 19: 1} }
	day := func(n int) time.Time { return time.Date(2026, 3, n, 10, 0, 0, 0, time.UTC) }
	begin, one, two, squash := hash(1), hash(2), hash(3), hash(4)
	deploy := func(id string, at time.Time, h ledger.Hash) ledger.Record {
		return ledger.Record{ID: id, Repository: "shop", Environment: "staging", Revision: h, Status: ledger.RecordSucceeded, FinishedAt: at}
	}
	facts := ledger.Facts{
		Repositories: []ledger.Repository{{
			Name: "shop", Mainline: squash,
			Commits: []ledger.Commit{
				{Hash: begin, Committed: day(1), Title: "begin"},
				{Hash: one, Parents: []ledger.Hash{begin}, Committed: day(2), Title: "part one"},
				{Hash: two, Parents: []ledger.Hash{one}, Committed: day(3), Title: "part two"},
				{Hash: squash, Parents: []ledger.Hash{begin}, Committed: day(6), Title: "basket"},
			},
			Backports: []ledger.Backport{{Commit: two, Of: squash, Rule: "the same patch as the whole branch", Brings: []ledger.Hash{one}}},
		}},
		Deployments: []ledger.Record{deploy("d1", day(4), one), deploy("d2", day(5), two)},
	}
	l := ledger.Compute(facts, ledger.Policy{}, day(20))
	var titles []string
	for _, c := range l.Changes {
		titles = append(titles, c.Title)
	}
	if want := []string{"basket", "begin"}; !slices.Equal(titles, want) {
		t.Fatalf("changes %q, want %q", titles, want)
	}
	c := l.Changes[0]
	if want := []ledger.ChangeID{ledger.ChangeID(one.Short()), ledger.ChangeID(two.Short())}; !slices.Equal(c.Aliases, want) {
		t.Errorf("aliases %q, want %q", c.Aliases, want)
	}
	if at := c.Environments[0].Deployed; !at.At.Equal(day(5)) {
		t.Errorf("deployed %v, want %v", at.At, day(5))
	}
}
