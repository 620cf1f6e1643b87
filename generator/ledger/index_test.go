package ledger_test

import (
	"strings"
	"testing"

	"daylight/generator/ledger"
)

// hashOf gives a commit that begins with the given hex digits.
func hashOf(t *testing.T, prefix string) ledger.Hash {
	t.Helper()
	h, err := ledger.ParseHash(prefix + strings.Repeat("0", 40-len(prefix)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// indexed is a ledger with two repositories, an absorbed branch and a backport.
func indexed(t *testing.T) *ledger.Ledger {
	return &ledger.Ledger{
		Changes: []ledger.Change{
			{
				Repository: "shop", ID: "aaaa11111111", Aliases: []ledger.ChangeID{"ffff00000001"},
				Commit: hashOf(t, "aaaa1111"), PullRequest: 7,
				Commits:   []ledger.Hash{hashOf(t, "aaaa1111"), hashOf(t, "bbbb2222")},
				Backports: []ledger.Hash{hashOf(t, "cccc3333")},
			},
			{Repository: "shop", ID: "aaaa22222222", Commit: hashOf(t, "aaaa2222"), Commits: []ledger.Hash{hashOf(t, "aaaa2222")}},
			{Repository: "docs", ID: "dddd44444444", Commit: hashOf(t, "dddd4444"), PullRequest: 7},
		},
		Versions: []ledger.Version{
			{Repository: "docs", Name: "v1"}, {Repository: "shop", Name: "v2"}, {Repository: "shop", Name: "v1"},
		},
		Deployments: []ledger.Deployment{{ID: "tag:deploy/1"}, {ID: "tag:deploy/2"}},
		Flags:       []ledger.Flag{{Key: "basket"}, {Key: "basket#2"}},
	}
}

// idsOf names changes, "none" when there are none.
func idsOf(changes []*ledger.Change) string {
	var ids []string
	for _, c := range changes {
		ids = append(ids, string(c.ID))
	}
	if ids == nil {
		return "none"
	}
	return strings.Join(ids, " ")
}

func TestIndexFindsChanges(t *testing.T) {
	x := ledger.NewIndex(indexed(t))
	for _, test := range []struct{ what, got, want string }{
		{"by id", idsOf([]*ledger.Change{x.Change("shop", "aaaa22222222")}), "aaaa22222222"},
		{"by alias", idsOf([]*ledger.Change{x.Change("shop", "ffff00000001")}), "aaaa11111111"},
		{"by its commit", idsOf(x.ChangesOfCommit(hashOf(t, "aaaa2222"))), "aaaa22222222"},
		{"by a commit that it brought in", idsOf(x.ChangesOfCommit(hashOf(t, "bbbb2222"))), "aaaa11111111"},
		{"by a backport", idsOf(x.ChangesOfCommit(hashOf(t, "cccc3333"))), "aaaa11111111"},
		{"by a commit of nobody", idsOf(x.ChangesOfCommit(hashOf(t, "eeee"))), "none"},
		{"by pull request, in two repositories", idsOf(x.ChangesOfPullRequest(7)), "aaaa11111111 dddd44444444"},
		{"by no pull request", idsOf(x.ChangesOfPullRequest(0)), "none"},
		{"by a prefix of two", idsOf(x.ChangesByPrefix("aaaa")), "aaaa11111111 aaaa22222222"},
		{"by an odd prefix in capitals", idsOf(x.ChangesByPrefix("AAAA1")), "aaaa11111111"},
		{"by a prefix of a backport", idsOf(x.ChangesByPrefix("cccc")), "aaaa11111111"},
		{"by a prefix of an alias", idsOf(x.ChangesByPrefix("ffff00")), "aaaa11111111"},
		{"by a whole commit", idsOf(x.ChangesByPrefix(hashOf(t, "dddd4444").String())), "dddd44444444"},
		{"by too short a prefix", idsOf(x.ChangesByPrefix("aaa")), "none"},
		{"by what is no prefix", idsOf(x.ChangesByPrefix("aaaa-1")), "none"},
		{"by more than a commit", idsOf(x.ChangesByPrefix(strings.Repeat("a", 41))), "none"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", test.what, test.got, test.want)
		}
	}
	if c := x.Change("docs", "aaaa11111111"); c != nil {
		t.Errorf("the id of another repository's change finds %s", c.ID)
	}
}

func TestIndexFindsOthers(t *testing.T) {
	l := indexed(t)
	x := ledger.NewIndex(l)
	if got := x.Versions("v1"); len(got) != 2 || got[0].Repository != "docs" || got[1].Repository != "shop" {
		t.Errorf("v1 is in docs and in shop, got %d", len(got))
	}
	if f := x.Flag("basket#2"); f != &l.Flags[1] {
		t.Errorf("the second life of basket is the second flag, got %v", f)
	}
	if f := x.Flag("shelf"); f != nil {
		t.Errorf("nobody knows shelf, got %v", f)
	}
	if d := x.Deployment("tag:deploy/2"); d != &l.Deployments[1] {
		t.Errorf("deployment 2 is the second, got %v", d)
	}
	if d := x.Deployment("tag:deploy/3"); d != nil {
		t.Errorf("there is no deployment 3, got %v", d)
	}
}
