package ledger_test

import (
	"strings"
	"testing"

	"daylight/generator/ledger"

	"pgregory.net/rapid"
)

// plain tells what the oracle knows too: changes with their dates, moves and
// status, what is live, and what deployments brought and took.
func (s *scenario) plain(l *ledger.Ledger) string {
	t := &teller{scenario: s}
	t.changes(l)
	t.live(l)
	t.deployments(l)
	return t.b.String()
}

// failer is what a test and a property have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// compareWithOracle computes both ways and shows the lines that differ.
func compareWithOracle(t failer, s *scenario) {
	t.Helper()
	got := s.plain(ledger.Compute(s.facts, s.policy, s.asOf))
	want := s.plain(model(s.facts, s.policy, s.asOf))
	if got != want {
		t.Errorf("the ledger differs from the oracle (- oracle, + ledger)\n%s\nof this history:\n%s", differing(want, got), s.text)
	}
}

// differing shows both texts as blocks that begin at unindented lines, and of
// them only those that differ.
func differing(want, got string) string {
	a, b := blocks(want), blocks(got)
	var out strings.Builder
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			out.WriteString(prefixed("- ", x) + prefixed("+ ", y))
		}
	}
	return out.String()
}

func blocks(text string) (out []string) {
	for line := range strings.Lines(text) {
		if len(out) > 0 && strings.HasPrefix(line, " ") {
			out[len(out)-1] += line
		} else {
			out = append(out, line)
		}
	}
	return out
}

func prefixed(prefix, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(prefix + line)
	}
	return out.String()
}

func TestDifferingShowsOnlyWhatDiffers(t *testing.T) {
	got := differing("a\n  1\nb\n", "a\n  2\nb\n")
	if want := "- a\n-   1\n+ a\n+   2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestOracle draws histories and computes each both ways. A failure prints the
// smallest history that still shows it: put it into testdata with the want that
// the design gives.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := parseScenario(scenarios().Draw(t, "history"))
		if err != nil {
			t.Fatal(err)
		}
		compareWithOracle(t, s)
	})
}
