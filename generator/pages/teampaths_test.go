package pages

import (
	"testing"

	"daylight/generator/ledger"
)

// TestTeamPaths: two repositories with a version v1.0.0, and an id, of one name.
func TestTeamPaths(t *testing.T) {
	l := &ledger.Ledger{
		Changes:  []ledger.Change{{Repository: "shop", ID: "3fa9c1e2b4d5"}, {Repository: "stock", ID: "3fa9c1e2b4d5"}},
		Versions: []ledger.Version{{Repository: "shop", Name: "v1.0.0"}, {Repository: "stock", Name: "v1.0.0"}},
	}
	p := NewTeamPaths(l)
	for _, c := range []struct{ got, want string }{
		{p.Change(&l.Changes[0]), "/changes/3fa9c1e2b4d5/"}, {p.Change(&l.Changes[1]), "/changes/3fa9c1e2b4d5-stock/"},
		{p.Version(&l.Versions[0]), "/versions/v1.0.0/"}, {p.Version(&l.Versions[1]), "/versions/stock~2fv1.0.0/"},
	} {
		if c.got != c.want {
			t.Errorf("address %q, want %q", c.got, c.want)
		}
	}
}
