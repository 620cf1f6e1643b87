package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"pgregory.net/rapid"
)

func TestOriginString(t *testing.T) {
	commit := hashOf(t, "3fa9c1e2b4d5")
	for _, test := range []struct {
		origin ledger.Origin
		want   string
	}{
		{ledger.Origin{File: "flags/shop.yaml", Line: 12, Col: 3}, "flags/shop.yaml:12:3"},
		{ledger.Origin{File: "flags.yaml", Line: 12, Tag: "v1.2.0", Commit: commit}, "v1.2.0:flags.yaml:12"},
		{ledger.Origin{File: "flags.yaml", Commit: commit}, "3fa9c1e2b4d5:flags.yaml"},
		{ledger.Origin{File: "flags.yaml", Col: 3}, "flags.yaml"},
		{ledger.Origin{Note: "deployments", Commit: commit, Line: 2}, "note deployments on 3fa9c1e2b4d5:2"},
		{ledger.Origin{Tag: "deploy/production/7", Commit: commit}, "tag deploy/production/7"},
		{ledger.Origin{Commit: commit, Repository: "shop"}, "commit 3fa9c1e2b4d5"},
		{ledger.Origin{Repository: "shop"}, "repository shop"},
		{ledger.Origin{}, ""},
	} {
		if got := test.origin.String(); got != test.want {
			t.Errorf("String() = %q, want %q", got, test.want)
		}
	}
}

// origins draws places of which many are equal in part.
func origins() *rapid.Generator[ledger.Origin] {
	return rapid.Custom(func(t *rapid.T) ledger.Origin {
		few := rapid.SampledFrom([]string{"", "a", "b"})
		return ledger.Origin{
			Repository: ledger.RepositoryName(few.Draw(t, "repository")),
			Commit:     ledger.Hash{rapid.Byte().Draw(t, "commit") % 3},
			Tag:        few.Draw(t, "tag"), Note: few.Draw(t, "note"), File: few.Draw(t, "file"),
			Line: rapid.IntRange(0, 2).Draw(t, "line"), Col: rapid.IntRange(0, 2).Draw(t, "col"),
		}
	})
}

// problems draws doubts that often differ in one part only.
func problems() *rapid.Generator[ledger.Problem] {
	return rapid.Custom(func(t *rapid.T) ledger.Problem {
		few := rapid.SampledFrom([]string{"a", "b"})
		return ledger.Problem{
			Origins: rapid.SliceOfN(origins(), 0, 2).Draw(t, "origins"),
			Message: few.Draw(t, "message"), Hint: few.Draw(t, "hint"), Rule: few.Draw(t, "rule"),
			Level: rapid.SampledFrom([]ledger.Level{ledger.LevelWarning, ledger.LevelError}).Draw(t, "level"),
		}
	})
}

// TestOrdersAreTotal: places and problems compare equal only when they are, and
// three of them never run in a circle. A sorted list is then the same whatever
// the order was before.
func TestOrdersAreTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SliceOfN(origins(), 3, 3).Draw(t, "origins")
		total(t, o, ledger.CompareOrigins, func(a, b ledger.Origin) bool { return a == b })
		p := rapid.SliceOfN(problems(), 3, 3).Draw(t, "problems")
		total(t, p, ledger.CompareProblems, func(a, b ledger.Problem) bool {
			return slices.Equal(a.Origins, b.Origins) && a.Message == b.Message && a.Hint == b.Hint && a.Rule == b.Rule && a.Level == b.Level
		})
	})
}

// total checks that compare is a total order on three values.
func total[T any](t *rapid.T, v []T, compare func(a, b T) int, equal func(a, b T) bool) {
	for _, a := range v {
		for _, b := range v {
			if compare(a, b) != -compare(b, a) {
				t.Fatalf("%v and %v compare %d one way and %d the other", a, b, compare(a, b), compare(b, a))
			}
			if (compare(a, b) == 0) != equal(a, b) {
				t.Fatalf("%v and %v compare %d", a, b, compare(a, b))
			}
			for _, c := range v {
				if compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0 {
					t.Fatalf("%v, %v, %v run in a circle", a, b, c)
				}
			}
		}
	}
}

func TestParseHash(t *testing.T) {
	const text = "3fa9c1e2b4d50123456789abcdef0123456789ab"
	h, err := ledger.ParseHash(strings.ToUpper(text))
	if err != nil || h.String() != text || h.Short() != text[:12] {
		t.Errorf("ParseHash = %s (%s), %v", h, h.Short(), err)
	}
	for _, bad := range []string{"", text[:12], text + "0", text[:39] + "g"} {
		if h, err := ledger.ParseHash(bad); err == nil || !h.IsZero() {
			t.Errorf("ParseHash(%q) = %s, %v, want an error and no commit", bad, h, err)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("3fa9c1e2b4d50123456789abcdef0123456789ab")
	f.Add("3fa9c1e2b4d5")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ledger.ParseHash(text)
		if err == nil && h.String() != strings.ToLower(text) {
			t.Errorf("ParseHash(%q) = %s", text, h)
		}
	})
}
