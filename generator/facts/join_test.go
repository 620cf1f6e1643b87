package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// TestJoinFlags: two repositories have a flag of one key, which a change of a
// third is behind, and the later one names a pull request of it.
func TestJoinFlags(t *testing.T) {
	build := func(order ...int) *facts.Joined {
		code, first, second := organization(0, 10), organization(1, 10), organization(2, 10)
		for n, p := range []*facts.Part{first, second} {
			p.Flags, p.Lives, p.Links = p.Flags[:1], p.Lives[:1], nil
			p.Flags[0].Key, p.Lives[0].Key, p.Lives[0].Base = "basket", "basket", "basket"
			p.Lives[0].Order = n << 20
		}
		second.Lives[0].PullRequests = []int{4}
		code.Flags, code.Lives = nil, nil
		code.Links = []ledger.FlagLink{{Repository: "service-000", Commit: idOf("service-000", 2), Key: "basket", By: ledger.LinkTrailer, Role: ledger.RoleBehind}}
		parts := []*facts.Part{code, first, second}
		j, err := facts.Join([]*facts.Part{parts[order[0]], parts[order[1]], parts[order[2]]}, []ledger.RepositoryName{"service-002"})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	got := build(0, 1, 2)
	if d := cmp.Diff(got, build(2, 0, 1)); d != "" {
		t.Errorf("another order of the parts gives other facts:\n%s", d)
	}
	if n := got.Facts.Repositories[0].Name; n != "service-002" || got.Sources[0].Name != n {
		t.Errorf("the first repository is %q", n)
	}
	want := map[ledger.FlagKey]ledger.RepositoryName{"basket": "service-001", "basket#2": "service-002"}
	for _, f := range got.Facts.Flags {
		if want[f.Key] != f.Repository {
			t.Errorf("%s is of %s", f.Key, f.Repository)
		}
	}
	by := map[ledger.Hash]ledger.FlagLink{}
	for _, l := range got.Facts.Links {
		by[l.Commit] = l
	}
	if l := by[idOf("service-000", 2)]; l.Key != "basket#2" || l.By != ledger.LinkTrailer {
		t.Errorf("the trailer ties to %q by %q", l.Key, l.By)
	}
	if l := by[idOf("service-000", 3)]; l.Key != "basket#2" || l.By != ledger.LinkMetadata {
		t.Errorf("pull request 4 ties to %q by %q", l.Key, l.By)
	}
}
