package collect

import (
	"crypto/sha1"
	"slices"
	"strings"
	"testing"

	"daylight/generator/history"
)

// shape makes a line of "name: parents" lines; the first name of the last line
// is the tip of the mainline, and names in brackets are missing.
func shape(t *testing.T, tip string, text string) (l *line, number func(string) int32) {
	t.Helper()
	hash := func(name string) history.Hash { return sha1.Sum([]byte(name)) }
	var commits []history.Commit
	for row := range strings.Lines(text) {
		name, parents, _ := strings.Cut(strings.TrimSpace(row), ":")
		c := history.Commit{Hash: hash(name)}
		for _, p := range strings.Fields(parents) {
			c.Parents = append(c.Parents, hash(strings.Trim(p, "()")))
		}
		commits = append(commits, c)
	}
	slices.SortFunc(commits, func(a, b history.Commit) int { return strings.Compare(string(a.Hash[:]), string(b.Hash[:])) })
	l = newLine(commits, hash(tip))
	return l, func(name string) int32 {
		i, ok := l.index[hash(name)]
		if !ok {
			t.Fatalf("no commit %s", name)
		}
		return i
	}
}

// The mainline is a, b, m, d. m brought in x and y; h forked from b, and k joins
// h with the mainline's m again.
const branchy = `a:
b: a
x: a
y: x
m: b y
d: m
h: b
k: h m
r:`

func TestLine(t *testing.T) {
	l, n := shape(t, "d", branchy)
	if got, want := l.mainline, []int32{n("a"), n("b"), n("m"), n("d")}; !slices.Equal(got, want) {
		t.Fatalf("mainline %v, want %v", got, want)
	}
	for name, want := range map[string]struct{ landing, prefix int32 }{
		"a": {0, 0}, "b": {1, 1}, "x": {2, 0}, "y": {2, 0}, "m": {2, 2}, "d": {3, 3},
		"h": {offMainline, 1}, "k": {offMainline, 2}, "r": {offMainline, offMainline},
	} {
		if got := l.landing[n(name)]; got != want.landing {
			t.Errorf("%s landed at %d, want %d", name, got, want.landing)
		}
		if got := l.prefix[n(name)]; got != want.prefix {
			t.Errorf("%s builds on %d, want %d", name, got, want.prefix)
		}
	}
}

// reaches is compared with a walk that knows nothing of the mainline.
func TestReaches(t *testing.T) {
	l, _ := shape(t, "d", branchy)
	for from := range l.commits {
		all := l.reachable([]history.Hash{l.commits[from].Hash})
		for to := range l.commits {
			if got := l.reaches(int32(from), int32(to)); got != all[to] {
				t.Errorf("%d reaches %d: %t, want %t", from, to, got, all[to])
			}
		}
	}
}

func TestBranch(t *testing.T) {
	l, n := shape(t, "d", branchy)
	if got, ok := l.branch(n("k"), 10); !ok || !slices.Equal(got, []int32{n("k"), n("h")}) {
		t.Errorf("branch of k: %v %t", got, ok)
	}
	if got, ok := l.branch(n("k"), 1); ok {
		t.Errorf("a branch of two is within one: %v", got)
	}
}

// A first parent that the clone lacks ends the mainline; the others are no
// substitute.
func TestShallowLine(t *testing.T) {
	l, n := shape(t, "d", "m: (b) y\ny:\nd: m")
	if want := []int32{n("m"), n("d")}; !slices.Equal(l.mainline, want) {
		t.Errorf("mainline %v, want %v", l.mainline, want)
	}
}

func TestWithPrefix(t *testing.T) {
	l, _ := shape(t, "d", branchy)
	for i := range l.commits {
		full := l.commits[i].Hash.String()
		for _, digits := range []string{full, full[:11], full[:8]} {
			if got, ok, _ := l.withPrefix(digits, nil); !ok || got != int32(i) {
				t.Errorf("%s gives %d %t, want %d", digits, got, ok, i)
			}
		}
	}
	for _, digits := range []string{"zzzz", "ffffffffff", strings.Repeat("a", 41)} {
		if got, ok, _ := l.withPrefix(digits, nil); ok {
			t.Errorf("%s gives %d", digits, got)
		}
	}
	if _, ok, several := l.withPrefix("", nil); ok || !several {
		t.Error("no digits at all mean every commit")
	}
}
