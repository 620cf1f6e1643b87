package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator"
	"daylight/generator/config"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
)

// truth says how one fact about a public repository is compared with what we
// read and computed. check gives "" where they agree, else the difference.
type truth struct {
	check  func(s *subject, f fact) string
	choice string // why we differ on purpose, in the words of our design
	note   string // what else is to be known where they agree
}

// fact is one line of ../shared/ground-truth: its short machine form.
type fact struct {
	ID    string         `json:"id"`
	Claim string         `json:"claim"`
	Fact  map[string]any `json:"fact"`
}

func (f fact) text(key string) string { s, _ := f.Fact[key].(string); return s }
func (f fact) number(key string) int  { n, _ := f.Fact[key].(float64); return int(n) }
func (f fact) texts(key string) (out []string) {
	list, _ := f.Fact[key].([]any)
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// TestGroundTruth compares what we read of eight public repositories with facts
// that plain git recomputes, one by one, and prints the table. It needs clones:
// MIRROR names the folder with <owner>+<name>/repo.
func TestGroundTruth(t *testing.T) {
	mirror := os.Getenv("MIRROR")
	if mirror == "" {
		t.Skip("set MIRROR to the folder with the clones, <owner>+<name>/repo")
	}
	shared := filepath.Join("..", "..", "..", "shared", "ground-truth")
	data, err := os.ReadFile(filepath.Join(shared, "INDEX.json"))
	if err != nil {
		t.Skipf("no facts: %v", err)
	}
	var index []struct {
		Repo, File, Head string
		HeadDate         time.Time `json:"head_date"`
	}
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	for _, entry := range index {
		name := strings.ReplaceAll(entry.Repo, "/", "+")
		t.Run(name, func(t *testing.T) {
			// A commit is published some minutes after it was made.
			s := readSubject(t, mirror, name, entry.HeadDate.Add(24*time.Hour))
			if got := s.repo().Mainline.String(); got != entry.Head {
				t.Skipf("the clone is at %s, the facts are of %s", got, entry.Head)
			}
			data, err := os.ReadFile(filepath.Join(shared, entry.File))
			if err != nil {
				t.Fatal(err)
			}
			var facts []fact
			if err := json.Unmarshal(data, &facts); err != nil {
				t.Fatal(err)
			}
			t.Log(s.moves())
			for _, f := range facts {
				verdict, ok := judge(s, f)
				t.Logf("%-28s %s", strings.TrimPrefix(f.ID, strings.Split(f.ID, "+")[0]+"+"), verdict)
				if !ok {
					t.Errorf("%s: %s\n%s", f.ID, verdict, f.Claim)
				}
			}
		})
	}
}

// judge gives the verdict on a fact; ok is false where we are wrong, or where
// nobody wrote a check.
func judge(s *subject, f fact) (verdict string, ok bool) {
	tr, known := truths()[f.ID]
	if !known {
		return "has no check", false
	}
	difference := tr.check(s, f)
	switch {
	case difference != "" && tr.choice != "":
		return fmt.Sprintf("differs by choice: %s (%s)", tr.choice, difference), true
	case difference != "":
		return "differs: " + difference, false
	case tr.choice != "":
		return "agrees, though a choice is named: " + tr.choice, false
	case tr.note != "":
		return "agrees; " + tr.note, true
	}
	return "agrees", true
}

// subject is a repository, read and computed.
type subject struct {
	facts   ledger.Facts
	ledger  *ledger.Ledger
	index   *ledger.Index
	commits map[ledger.Hash]*ledger.Commit
	reached map[ledger.Hash]map[ledger.Hash]bool
}

func readSubject(t *testing.T, mirror, name string, asOf time.Time) *subject {
	file := filepath.Join("testdata", "ground-truth", name+".toml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	conf, faults := config.Parse(file, data)
	for _, f := range faults {
		t.Fatalf("%s:%d:%d: %s", file, f.Line, f.Col, f.Message)
	}
	p := &generator.Project{Config: conf}
	for _, r := range conf.AllRepositories() {
		repo, err := gitrepo.Open(filepath.Join(mirror, r.Name, "repo"))
		if err != nil {
			t.Skipf("no clone: %v", err)
		}
		t.Cleanup(func() { _ = repo.Close() })
		p.Repositories = append(p.Repositories, generator.Opened{Name: ledger.RepositoryName(r.Name), Repo: repo})
	}
	res, err := p.Ledger(context.Background(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	s := &subject{facts: res.Facts, ledger: res.Ledger, index: ledger.NewIndex(res.Ledger),
		commits: map[ledger.Hash]*ledger.Commit{}, reached: map[ledger.Hash]map[ledger.Hash]bool{}}
	// The facts speak of the repository that gave the file its name.
	slices.SortStableFunc(s.facts.Repositories, func(a, b ledger.Repository) int {
		switch name {
		case string(a.Name):
			return -1
		case string(b.Name):
			return 1
		}
		return 0
	})
	for i := range s.facts.Repositories {
		for j := range s.facts.Repositories[i].Commits {
			c := &s.facts.Repositories[i].Commits[j]
			s.commits[c.Hash] = c
		}
	}
	return s
}

func (s *subject) repo() *ledger.Repository { return &s.facts.Repositories[0] }

// commit finds a commit by the first digits of its id.
func (s *subject) commit(id string) *ledger.Commit {
	for i := range s.facts.Repositories {
		for j := range s.facts.Repositories[i].Commits {
			if c := &s.facts.Repositories[i].Commits[j]; strings.HasPrefix(c.Hash.String(), id) {
				return c
			}
		}
	}
	return &ledger.Commit{}
}

// change finds the change that a commit belongs to; the empty one when there is
// none.
func (s *subject) change(id string) *ledger.Change {
	if list := s.index.ChangesOfCommit(s.commit(id).Hash); len(list) > 0 {
		return list[0]
	}
	return &ledger.Change{}
}

// ancestors gives all that a commit reaches, itself included.
func (s *subject) ancestors(h ledger.Hash) map[ledger.Hash]bool {
	if set, ok := s.reached[h]; ok {
		return set
	}
	set := map[ledger.Hash]bool{}
	stack := []ledger.Hash{h}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c := s.commits[x]; c != nil && !set[x] {
			set[x] = true
			stack = append(stack, c.Parents...)
		}
	}
	s.reached[h] = set
	return set
}

func (s *subject) onMainline(h ledger.Hash) bool { return s.ancestors(s.repo().Mainline)[h] }

// count gives the number of commits that the mainline holds and that pick takes.
func (s *subject) count(pick func(*ledger.Commit) bool) int {
	n := 0
	for h := range s.ancestors(s.repo().Mainline) {
		if pick(s.commits[h]) {
			n++
		}
	}
	return n
}

// record finds the deployment that a tag made, in one environment, or in any.
func (s *subject) record(tag string, env ledger.EnvironmentName) *ledger.Deployment {
	for i := range s.ledger.Deployments {
		d := &s.ledger.Deployments[i]
		if (env == "" || d.Environment == env) && slices.ContainsFunc(d.Origins, func(o ledger.Origin) bool { return o.Tag == tag }) {
			return d
		}
	}
	return &ledger.Deployment{}
}

// inEnvironment gives a change's state in an environment.
func inEnvironment(c *ledger.Change, env ledger.EnvironmentName) ledger.State {
	for _, e := range c.Environments {
		if e.Environment == env {
			return e.State
		}
	}
	return ledger.State{}
}

func (s *subject) version(name string) *ledger.VersionFact {
	for i := range s.repo().Versions {
		if v := &s.repo().Versions[i]; string(v.Name) == name {
			return v
		}
	}
	return &ledger.VersionFact{}
}

// flag finds a life of a flag by its key.
func (s *subject) flag(key string) *ledger.FlagHistory {
	for i := range s.facts.Flags {
		if f := &s.facts.Flags[i]; string(f.Key) == key {
			return f
		}
	}
	return &ledger.FlagHistory{}
}

// steps writes the steps of a flag in an environment, oldest first:
// "2024-03-14T16:13:20Z partial 10".
func (s *subject) steps(f *ledger.FlagHistory, env ledger.EnvironmentName) (out []string) {
	for _, step := range f.Steps {
		if step.Environment == env {
			out = append(out, s.step(step))
		}
	}
	return out
}

func (s *subject) step(step ledger.FlagStep) string {
	at := s.commits[step.Commit].Committed.UTC().Format(time.RFC3339)
	if step.Removed {
		return at + " removed"
	}
	return fmt.Sprintf("%s %s %s", at, step.Setting.State, step.Setting.Percent)
}

// within gives the last step of a flag that a version's manifest shows; "" where
// it has none.
func (s *subject) within(f *ledger.FlagHistory, env ledger.EnvironmentName, version string) (last string) {
	holds := s.ancestors(s.version(version).Commit)
	for _, step := range f.Steps {
		if step.Environment == env && holds[step.Commit] {
			last = s.step(step)
		}
	}
	return last
}

// want compares, and says what differs: pairs of a name, what we have, and what
// the fact says.
func want(pairs ...any) string {
	var out []string
	for i := 0; i+2 < len(pairs); i += 3 {
		if got, fact := fmt.Sprint(pairs[i+1]), fmt.Sprint(pairs[i+2]); got != fact {
			out = append(out, fmt.Sprintf("%s is %s, the fact says %s", pairs[i], got, fact))
		}
	}
	return strings.Join(out, "; ")
}

// at writes an instant as the facts do, to the second.
func at(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}
