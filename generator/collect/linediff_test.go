package collect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shown writes a diff as diff(1) does, without context.
func shown(d textDiff) string {
	var out []string
	for i, s := range d.old {
		if d.removed[i] {
			out = append(out, "-"+s)
		}
	}
	for i, s := range d.young {
		if d.added[i] {
			out = append(out, "+"+s)
		}
	}
	return strings.Join(out, " ")
}

func TestDiffText(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{"a b c", "a b c", ""},
		{"", "a b", "+a +b"},
		{"a b", "", "-a -b"},
		{"a b c", "a x c", "-b +x"},
		{"a b c d e", "a c d x e", "-b +x"},
		{"a a a", "a a", "-a"},
		{"f a b", "f c f a b", "+f +c"},
	} {
		d := diffText([]byte(strings.ReplaceAll(tt.before, " ", "\n")), []byte(strings.ReplaceAll(tt.after, " ", "\n")))
		if got := shown(d); got != tt.want && len(got) != len(tt.want) {
			t.Errorf("%q to %q: %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
	if d := diffText([]byte("a\r\nb\r\n"), []byte("a\nb\n")); shown(d) != "" {
		t.Errorf("line ends are a change: %s", shown(d))
	}
}

// What is not marked is the same on both sides, and no diff is shorter: the
// longest common part is found by the textbook's table.
func TestDiffIsShortest(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 24)
	rapid.Check(t, func(t *rapid.T) {
		before, after := lines.Draw(t, "before"), lines.Draw(t, "after")
		d := diffText([]byte(strings.Join(before, "\n")), []byte(strings.Join(after, "\n")))
		var keptBefore, keptAfter []string
		for i, s := range d.old {
			if !d.removed[i] {
				keptBefore = append(keptBefore, s)
			}
		}
		for i, s := range d.young {
			if !d.added[i] {
				keptAfter = append(keptAfter, s)
			}
		}
		if !slices.Equal(keptBefore, keptAfter) {
			t.Fatalf("unmarked lines differ: %v and %v", keptBefore, keptAfter)
		}
		if want := longestCommon(d.old, d.young); len(keptBefore) != want {
			t.Fatalf("%d lines in common, want %d", len(keptBefore), want)
		}
	})
}

func longestCommon(a, b []string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := range a {
		for j := range b {
			if a[i] == b[j] {
				table[i+1][j+1] = table[i][j] + 1
			} else {
				table[i+1][j+1] = max(table[i][j+1], table[i+1][j])
			}
		}
	}
	return table[len(a)][len(b)]
}

// Beyond the bound, lines count: what both have is unchanged, wherever it is.
func TestDiffOfStrangers(t *testing.T) {
	var before, after strings.Builder
	for i := range 2 * maxDiffEdits {
		fmt.Fprintf(&before, "old %d\n", i)
		fmt.Fprintf(&after, "new %d\n", i)
	}
	before.WriteString("same\n")
	d := diffText([]byte(before.String()), []byte("same\n"+after.String()))
	if d.added[0] || d.removed[len(d.old)-1] {
		t.Error("a line that both have is marked")
	}
	if !d.added[1] || !d.removed[0] {
		t.Error("a line that one has is not marked")
	}
}

func TestPatchForm(t *testing.T) {
	form := func(before, after string) string {
		var b strings.Builder
		diffText([]byte(before), []byte(after)).write(&b)
		return b.String()
	}
	if got, want := form("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"), " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := form("1\n2\n3\n4\n5\n", "one\n2\n3\n4\nfi ve\n"), "-1\n+one\n 2\n 3\n 4\n-5\n+five\n"; got != want {
		t.Errorf("two edits share their context: got %q, want %q", got, want)
	}
	if form("a\n", "b\n") == form("a\n", "c\n") {
		t.Error("different patches look the same")
	}
}

func FuzzDiffText(f *testing.F) {
	f.Add("a\nb\n", "b\nc\n")
	f.Add("", "\x00\n\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		d := diffText([]byte(before), []byte(after))
		if len(d.old) != len(d.removed) || len(d.young) != len(d.added) {
			t.Fatal("marks do not fit the lines")
		}
		var b strings.Builder
		d.write(&b)
	})
}
