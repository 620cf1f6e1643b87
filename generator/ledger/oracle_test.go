package ledger_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"github.com/google/go-cmp/cmp"
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

// TestOracle draws histories and computes each both ways. A failure prints a
// small history that still shows it: put it into testdata with the want that the
// design gives. -rapid.checks=100000 looks longer.
func TestOracle(t *testing.T) {
	checkMany(t, 2000, func(t *rapid.T) {
		s, err := parseScenario(scenarios().Draw(t, "history"))
		if err != nil {
			t.Fatal(err)
		}
		compareWithOracle(t, s)
	})
}

// TestOrderOfFactsDoesNotMatter shuffles every list of the facts, and wants the
// same bytes.
func TestOrderOfFactsDoesNotMatter(t *testing.T) {
	checkMany(t, 500, func(t *rapid.T) {
		s, err := parseScenario(scenarios().Draw(t, "history"))
		if err != nil {
			t.Fatal(err)
		}
		want := asJSON(t, ledger.Compute(s.facts, s.policy, s.asOf))
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 0))
		if got := asJSON(t, ledger.Compute(shuffled(shuffle, s.facts), s.policy, s.asOf)); got != want {
			t.Errorf("another order of the facts gives another ledger (- before, + after)\n%s\nof this history:\n%s", cmp.Diff(want, got), s.text)
		}
		if again := asJSON(t, ledger.Compute(s.facts, s.policy, s.asOf)); again != want {
			t.Errorf("computed again, the same facts give another ledger: Compute changes them\n%s", s.text)
		}
	})
}

func asJSON(t *rapid.T, l *ledger.Ledger) string {
	b, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// shuffled copies facts with each list in a random order.
func shuffled(r *rand.Rand, f ledger.Facts) ledger.Facts {
	f.Repositories = mixed(r, f.Repositories)
	for i := range f.Repositories {
		p := &f.Repositories[i]
		p.Commits, p.Versions = mixed(r, p.Commits), mixed(r, p.Versions)
		p.Reverts, p.Backports = mixed(r, p.Reverts), mixed(r, p.Backports)
	}
	f.Deployments, f.Links, f.Releases = mixed(r, f.Deployments), mixed(r, f.Links), mixed(r, f.Releases)
	f.Flags = mixed(r, f.Flags)
	for i := range f.Flags {
		f.Flags[i].Steps, f.Flags[i].At = mixed(r, f.Flags[i].Steps), mixed(r, f.Flags[i].At)
	}
	return f
}

func mixed[T any](r *rand.Rand, list []T) []T {
	out := slices.Clone(list)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestOracleMeetsEverything guards the generator: among what it draws, every
// kind of move and every status occurs.
func TestOracleMeetsEverything(t *testing.T) {
	missing := map[string]bool{}
	for _, kind := range []ledger.MoveKind{
		ledger.MoveDeployed, ledger.MoveExposed, ledger.MoveWidened, ledger.MoveNarrowed, ledger.MoveReleased, ledger.MoveUnReleased,
		ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReturned, ledger.MoveReverted, ledger.MoveReapplied,
	} {
		missing["move "+string(kind)] = true
	}
	for _, status := range []ledger.Status{
		ledger.StatusNotDeployed, ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased,
		ledger.StatusRolledBack, ledger.StatusReverted, ledger.StatusUnknown,
	} {
		missing["status "+string(status)] = true
	}
	for seed := 0; seed < 5000 && len(missing) > 0; seed++ {
		s, err := parseScenario(scenarios().Example(seed))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range model(s.facts, s.policy, s.asOf).Changes {
			for _, in := range c.Environments {
				delete(missing, "status "+string(in.Status))
				for _, m := range in.Moves {
					delete(missing, "move "+string(m.Kind))
				}
			}
		}
	}
	for what := range missing {
		t.Errorf("5000 histories, and no %s", what)
	}
}

// checkMany checks a property as often as it deserves, unless -rapid.checks says
// something else, and writes no files.
func checkMany(t *testing.T, n int, property func(*rapid.T)) {
	t.Helper()
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(n), "rapid.nofailfile": "true"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() == f.DefValue {
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = flag.Set(name, f.DefValue) }()
		}
	}
	rapid.Check(t, property)
}
