package glossary

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestCompare reads accounts as people do: [-gone-] and {+new+}.
func TestCompare(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"A room with a lamp.", "A room with a lamp.", "A room with a lamp."},
		{"A room with a lamp.", "A room full of lamps, lit.", "A room [-with a lamp.-] {+full of lamps, lit.+}"},
		{"", "A room.", "{+A room.+}"},
		{"A room.", "", "[-A room.-]"},
		{"Code that runs and that nobody sees.", "Code that runs, and that hardly anybody sees.", "Code that [-runs-] {+runs,+} and that [-nobody-] {+hardly anybody+} sees."},
		{"one two\nthree", "one  two three", "one two three"},
	} {
		if got := marked(Compare(c.before, c.after)); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

func marked(list []Piece) string {
	var out []string
	for _, p := range list {
		switch p.Kind {
		case "gone":
			out = append(out, "[-"+p.Text+"-]")
		case "new":
			out = append(out, "{+"+p.Text+"+}")
		default:
			out = append(out, p.Text)
		}
	}
	return strings.Join(out, " ")
}

// TestCompareGivesBothBack: without what is new the account reads as the text
// before, without what is gone as the text after, and no two runs of one kind
// follow each other.
func TestCompareGivesBothBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := func() string {
		list := make([]string, r.IntN(30))
		for i := range list {
			list[i] = string(rune('a' + r.IntN(4)))
		}
		return strings.Join(list, " ")
	}
	for range 500 {
		before, after := words(), words()
		list := Compare(before, after)
		if got := without(list, "new"); got != before {
			t.Fatalf("%q to %q: before reads %q", before, after, got)
		}
		if got := without(list, "gone"); got != after {
			t.Fatalf("%q to %q: after reads %q", before, after, got)
		}
		for i := 1; i < len(list); i++ {
			if list[i].Kind == list[i-1].Kind {
				t.Fatalf("%q to %q: %v", before, after, list)
			}
		}
	}
}

func without(list []Piece, kind string) string {
	list = slices.DeleteFunc(slices.Clone(list), func(p Piece) bool { return p.Kind == kind })
	var out []string
	for _, p := range list {
		out = append(out, p.Text)
	}
	return strings.Join(out, " ")
}

// TestCompareIsBounded: texts without a word in common are replaced as a whole
// when they are large.
func TestCompareIsBounded(t *testing.T) {
	list := Compare(strings.Repeat("a ", 50_000), strings.Repeat("b ", 50_000))
	if len(list) != 2 || list[0].Kind != "gone" || list[1].Kind != "new" {
		t.Errorf("%d pieces", len(list))
	}
}
