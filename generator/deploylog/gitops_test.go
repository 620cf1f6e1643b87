package deploylog

import (
	"bufio"
	"crypto/sha1"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"

	"github.com/rogpeppe/go-internal/txtar"
)

// historyScenario reads what a scenario says of a history of files. The section
// "steps" has a line for each commit of the line: name, date, who, and after a
// bar the message, in which \n is a line end; below it, indented, the paths that
// it removes with a dash before them. What it wrote are sections that are called
// name:path. "line: environment" begins another line, of a branch.
func historyScenario(t testing.TB, a *txtar.Archive, in *Input) {
	movingScenario(t, a, in)
	trailerScenario(t, a, in)
	blobs := map[history.Hash][]byte{}
	now := map[string]history.Hash{}
	var line *CommitLine
	var steps []Step
	flush := func() {
		if line != nil {
			line.Steps = slices.Values(steps)
			in.Desired.Lines = append(in.Desired.Lines, *line)
		}
		steps, now = nil, map[string]history.Hash{}
	}
	for _, f := range a.Files {
		if f.Name != "steps" {
			continue
		}
		line = &CommitLine{}
		for s := bufio.NewScanner(strings.NewReader(string(f.Data))); s.Scan(); {
			text := s.Text()
			if env, ok := strings.CutPrefix(text, "line: "); ok {
				if len(steps) > 0 {
					flush()
				}
				line = &CommitLine{Environment: ledger.EnvironmentName(env)}
				continue
			}
			if path, ok := strings.CutPrefix(text, "  - "); ok {
				last := &steps[len(steps)-1]
				last.Changes = append(last.Changes, history.PathChange{Path: path, Old: now[path]})
				delete(now, path)
				continue
			}
			head, message, _ := strings.Cut(text, " | ")
			words := strings.SplitN(head, " ", 3)
			step := Step{Commit: ledger.Hash(hashOf(words[0])), At: mustTime(t, words[1]), Message: strings.ReplaceAll(message, `\n`, "\n")}
			if len(words) > 2 {
				step.Actor = words[2]
			}
			for _, f := range a.Files {
				if path, ok := strings.CutPrefix(f.Name, words[0]+":"); ok {
					blob := history.Hash(sha1.Sum(f.Data))
					blobs[blob] = f.Data
					step.Changes = append(step.Changes, history.PathChange{Path: path, Old: now[path], New: blob})
					now[path] = blob
				}
			}
			steps = append(steps, step)
		}
	}
	flush()
	in.Desired.Blob = func(h history.Hash) ([]byte, error) {
		if data, ok := blobs[h]; ok && string(data) != "missing\n" {
			return data, nil
		}
		return nil, fmt.Errorf("read blob %s: not in the clone", h)
	}
}

// stepFile is the name of a section that is read by name, or of a file that a
// step of a history wrote.
var stepFile = regexp.MustCompile(`^([a-z]\d?:.*|steps|refs|others|messages)$`)

// setHistoryOption sets what the reader of a desired state needs.
func setHistoryOption(in *Input, key, value string) {
	d := &in.Desired
	switch key {
	case "files":
		d.Files = strings.Fields(value)
	case "value":
		d.Value = value
	case "gate":
		d.Gate = strings.Fields(value)
	case "hold":
		d.Hold = value
	case "keep":
		d.Keep = true
	case "history":
		in.Moving.History = value
	case "newest":
		in.Moving.Newest, _ = time.Parse(time.RFC3339, value)
	case "components":
		for _, name := range strings.Fields(value) {
			d.Components = append(d.Components, ledger.ComponentName(name))
		}
	case "owner": // component=repository
		owners := map[ledger.ComponentName]ledger.RepositoryName{}
		for _, pair := range strings.Fields(value) {
			name, repository, _ := strings.Cut(pair, "=")
			owners[ledger.ComponentName(name)] = ledger.RepositoryName(repository)
		}
		d.Owner = func(name ledger.ComponentName) (ledger.RepositoryName, bool) {
			if of, ok := owners[name]; ok {
				return of, true
			}
			return "deployments", false
		}
	}
}

// TestHolds reads when lanes are held.
func TestHolds(t *testing.T) {
	a, in := readScenario(t, "testdata/gitops/hold.txtar")
	_ = a
	var got []string
	in.Desired.Held = func(h ledger.Hold) {
		got = append(got, fmt.Sprintf("%s %s %s %v %s", h.At.At.Format("2006-01-02T15:04Z"), h.Environment, h.Component, h.Held, h.Origins[0]))
	}
	GitOps{}.Read(in)
	b := ledger.Hash(hashOf("b")).Short()
	d := ledger.Hash(hashOf("d")).Short()
	want := []string{
		"2026-03-03T10:00Z production shop true " + b + ":tags/production/shop:2:28",
		"2026-03-05T10:00Z production shop false " + d + ":tags/production/shop",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
