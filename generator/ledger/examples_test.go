package ledger_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"golang.org/x/tools/txtar"
)

// TestExamples computes the history of each testdata/*.txtar and compares what
// tell says of the ledger with the want. The wants are written by hand from the
// design: read the diff before you keep what -update wrote.
func TestExamples(t *testing.T) {
	eachExample(t, func(t *testing.T, path string, archive *txtar.Archive, s *scenario, want string) {
		got := s.tell(ledger.Compute(s.facts, s.policy, s.asOf))
		if got == want {
			return
		}
		if *update {
			archive.Files[1].Data = []byte(got)
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("%s\n--- want\n%s--- got\n%s", archive.Comment, want, got)
	})
}

// TestExamplesAgainstOracle holds the oracle to the same wants, as far as it
// goes: it knows changes, their moves and dates, but no causes.
func TestExamplesAgainstOracle(t *testing.T) {
	eachExample(t, func(t *testing.T, _ string, archive *txtar.Archive, s *scenario, _ string) {
		if strings.Contains(string(archive.Comment), beyondOracle) {
			t.Skip("the oracle does not model this")
		}
		compareWithOracle(t, s)
	})
}

// beyondOracle marks an example of a rule that the oracle leaves out.
const beyondOracle = "(not in the oracle)"

func eachExample(t *testing.T, check func(t *testing.T, path string, archive *txtar.Archive, s *scenario, want string)) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 30 {
		t.Fatalf("found %d examples; where are they?", len(paths))
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 || archive.Files[0].Name != "history" || archive.Files[1].Name != "want" {
				t.Fatal("an example is a history and a want")
			}
			s, err := parseScenario(string(archive.Files[0].Data))
			if err != nil {
				t.Fatal(err)
			}
			check(t, path, archive, s, string(archive.Files[1].Data))
		})
	}
}

var update = flag.Bool("update", false, "rewrite the wants of testdata from what Compute says")
