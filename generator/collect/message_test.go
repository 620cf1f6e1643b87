package collect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseMessage(t *testing.T) {
	type want struct {
		Title, Body, Type, Scope string
		Breaking                 bool
		PullRequest              int
		Trailers                 []Trailer
	}
	tests := []struct {
		name, text string
		merge      bool
		want       want
	}{
		{"plain", "Fix the basket", false, want{Title: "Fix the basket"}},
		{"github squash", "feat(basket): new layout (#34)\n\n* one\n* two", false,
			want{Title: "new layout", Body: "* one\n* two", Type: "feat", Scope: "basket", PullRequest: 34}},
		{"the last number wins", "fix: x (#100) (#123)", false, want{Title: "x", Type: "fix", PullRequest: 123}},
		{"github merge", "Merge pull request #12 from lumen/basket-layout\n\nBasket: new layout\n\nMore.", true,
			want{Title: "Basket: new layout", Body: "More.", PullRequest: 12}},
		{"github merge without a title", "Merge pull request #12 from lumen/ann/basket-layout", true,
			want{Title: "basket layout", PullRequest: 12}},
		{"gitlab merge", "Merge branch 'x' into 'main'\n\nAdd wish lists\n\nSee merge request shop/web!77", true,
			want{Title: "Add wish lists", PullRequest: 77}},
		{"bitbucket", "Merged in ann/x (pull request #9)\n\nAdd wish lists", true, want{Title: "Add wish lists", PullRequest: 9}},
		{"azure", "Merged PR 41: Add wish lists", true, want{Title: "Add wish lists", PullRequest: 41}},
		{"bors", "Merge #55\n\n55: Add wish lists r=ann a=bo\n\nText", true, want{Title: "Add wish lists", Body: "Text", PullRequest: 55}},
		{"package prefix", "basket: new layout\n\nFlag: basket-v2", false,
			want{Title: "new layout", Scope: "basket", Trailers: []Trailer{{"Flag", "basket-v2", 3}}}},
		{"breaking mark", "api!: drop v1", false, want{Title: "drop v1", Type: "api", Breaking: true}},
		{"breaking footer", "fix: x\n\nBREAKING CHANGE: y", false,
			want{Title: "x", Type: "fix", Breaking: true, Trailers: []Trailer{{"BREAKING CHANGE", "y", 3}}}},
		{"folded trailer, and prose before", "x\n\nProse: no trailer here,\nsince this is prose.\n\nRelease-Note: one\n  two\nFlag: a", false,
			want{Title: "x", Body: "Prose: no trailer here,\nsince this is prose.",
				Trailers: []Trailer{{"Release-Note", "one two", 6}, {"Flag", "a", 8}}}},
		{"gerrit", "Add x\n\nChange-Id: I0123\nReviewed-on: https://review.example/c/1", false,
			want{Title: "Add x", PullRequest: 1, Trailers: []Trailer{{"Change-Id", "I0123", 3}, {"Reviewed-on", "https://review.example/c/1", 4}}}},
		{"phabricator", "Add x\n\nDifferential Revision: https://phab.example/D991", false,
			want{Title: "Add x", PullRequest: 991, Trailers: []Trailer{{"Differential Revision", "https://phab.example/D991", 3}}}},
		{"cherry-pick line among trailers", "x\n\nFlag: a\n(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)", false,
			want{Title: "x", Trailers: []Trailer{{"Flag", "a", 3}}}},
		{"windows line ends", "x\r\n\r\nFlag: a\r\n", false, want{Title: "x", Trailers: []Trailer{{"Flag", "a", 3}}}},
		{"merge queue", "Merge of #61", true, want{Title: "Merge of #61", PullRequest: 61}},
		{"rust's bors", "Auto merge of #71 - ann:x, r=bo\n\nAdd wish lists", true, want{Title: "Add wish lists", PullRequest: 71}},
		{"gitlab squash", "Add wish lists (!8)\n\nText", false, want{Title: "Add wish lists", Body: "Text", PullRequest: 8}},
		{"a merge titled like a squash", "Basket: new layout (#34)", true, want{Title: "Basket: new layout", PullRequest: 34}},
		{"squash bullets", "Basket (#12)\n\n* feat(basket): a\n\nFlag: basket-v2\n\n* chore: b\n\n---------\n\nCo-authored-by: Bo <b@lumen.example>", false,
			want{Title: "Basket", Type: "feat", PullRequest: 12, Body: "* feat(basket): a\n\nFlag: basket-v2\n\n* chore: b",
				Trailers: []Trailer{{"Flag", "basket-v2", 5}, {"Co-authored-by", "Bo <b@lumen.example>", 11}}}},
		{"bullets that all are quiet", "Tidy (#12)\n\n* ci: a\n* test: b", false, want{Title: "Tidy", Type: "test", PullRequest: 12, Body: "* ci: a\n* test: b"}},
		{"bullets, one without a type", "Tidy (#12)\n\n* ci: a\n* look again", false, want{Title: "Tidy", PullRequest: 12, Body: "* ci: a\n* look again"}},
		{"a bullet that breaks", "Basket (#12)\n\n* feat!: a", false, want{Title: "Basket", Type: "feat", Breaking: true, PullRequest: 12, Body: "* feat!: a"}},
		{"footers with a long break", "feat: x\n\nBREAKING CHANGE: the old\naddress is gone\nRefs #7", false,
			want{Title: "x", Body: "Refs #7", Type: "feat", Breaking: true, Trailers: []Trailer{{"BREAKING CHANGE", "the old address is gone", 3}, {"Refs", "7", 5}}}},
		{"trailers above co-authors", "x\n\nFlag: a\n\nCo-authored-by: Bo <b@lumen.example>", false,
			want{Title: "x", Trailers: []Trailer{{"Flag", "a", 3}, {"Co-authored-by", "Bo <b@lumen.example>", 5}}}},
		{"tickets stay", "x\n\nWhy.\n\nFixes: SHOP-7\nFlag: a", false,
			want{Title: "x", Body: "Why.\n\nFixes: SHOP-7", Trailers: []Trailer{{"Fixes", "SHOP-7", 5}, {"Flag", "a", 6}}}},
		{"a list is no squash", "x\n\n* first: a\n\nNote: b\n\nMore.", false, want{Title: "x", Body: "* first: a\n\nNote: b\n\nMore."}},
		{"empty", "", false, want{}},
		{"only a number", "(#12)", false, want{Title: "(#12)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := ParseMessage(tt.text, tt.merge)
			got := want{m.Title, m.Body, m.Type, m.Scope, m.Breaking, m.PullRequest, m.Trailers}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
}

func TestParseUndo(t *testing.T) {
	tests := []struct {
		name, text string
		want       Undo
	}{
		{"git", "Revert \"x\"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.",
			Undo{Commits: []string{"0123456789abcdef0123456789abcdef01234567"}, Subject: "x", Rule: "This reverts commit"}},
		{"merge", "Revert \"Merge x\"\n\nThis reverts commit 0123456789, reversing\nchanges made to abcdef0123.",
			Undo{Commits: []string{"0123456789"}, Subject: "Merge x", Rule: "This reverts commit"}},
		{"several", "Back out\n\nThis reverts commits 0123456, 1234567 and 2345678.",
			Undo{Commits: []string{"0123456", "1234567", "2345678"}, Rule: "This reverts commit"}},
		{"subject alone, nested", "Revert \"Revert \"x\"\" (#12)", Undo{Subject: "Revert \"x\"", Rule: `Revert "subject"`}},
		{"reapply", "Reapply \"x\"", Undo{Reapplies: "x", Rule: `Reapply "subject"`}},
		{"github", "Revert \"x\" (#13)\n\nReverts lumen/shop#12", Undo{Subject: "x", PullRequests: []int{12}, Rule: "Reverts #N"}},
		{"conventional", "revert: basket\n\nRefs: 0123456, 1234567", Undo{Commits: []string{"0123456", "1234567"}, Rule: "revert: with Refs"}},
		{"conventional, with git's line", "revert: feat: x\n\nThis reverts commit 0123456.", Undo{Commits: []string{"0123456"}, Rule: "This reverts commit"}},
		{"the word alone", "revert: feat: x", Undo{Subject: "feat: x", Rule: "revert: subject"}},
		{"merge of a revert", "Merge pull request #13 from a/revert-12\n\nRevert \"x\"", Undo{Subject: "x", Rule: `Revert "subject"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseUndo(ParseMessage(tt.text, false))
			if !ok {
				t.Error("nothing found")
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
	for _, text := range []string{"Reverting is hard", "fix: do not revert twice", "Revert the basket's colour"} {
		if got, ok := ParseUndo(ParseMessage(text, false)); ok {
			t.Errorf("%q: found %+v", text, got)
		}
	}
}

func FuzzParseMessage(f *testing.F) {
	f.Add("Revert \"x\"\n\nThis reverts commit 0123456.\n\nFlag: a\n b", true)
	f.Add("feat(a)!: b (#1)\r\n\r\nBREAKING CHANGE: c", false)
	f.Fuzz(func(t *testing.T, text string, merge bool) {
		m := ParseMessage(text, merge)
		for _, trailer := range m.Trailers {
			if trailer.Line < 1 || trailer.Line > strings.Count(m.Text, "\n")+1 {
				t.Errorf("trailer %q outside the message: line %d of %q", trailer.Key, trailer.Line, m.Text)
			}
		}
		ParseUndo(m)
	})
}

func TestBackportNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"fix: x\n\nBackport of #12":            "[12]",
		"fix: x\n\nBackport of lumen/shop#12":  "[12]",
		"fix: x\n\nbackport-of: #12":           "[12]",
		"[backport 1.2] fix: x (#12) (#14)":    "[12 12]",
		"Automated cherry pick of #12: fix: x": "[12]",
		"fix: x (#12) (#14)":                   "[12]",
		"fix: x (#14)":                         "[]",
		"Backports are hard (#14)":             "[]",
		"docs: how to backport\n\nSee #3":      "[]",
	} {
		m := ParseMessage(text, false)
		if got := fmt.Sprint(backportNumbers(&m)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
