package collect_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"daylight/generator/collect"
	"daylight/generator/gitrepo"
	"daylight/generator/gitrepo/script"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

var update = flag.Bool("update", false, "rewrite the wanted facts in testdata")

// setup is the section options.json of a scenario: what to look for, and which
// facts to show.
type setup struct {
	Show         []string // commits, versions, deployments, flags, links, holds, reverts, copies, problems
	Branch       string
	Components   []collect.Component
	Shared       []string
	SourcesOnly  []ledger.RepositoryName
	Deployments  []collect.DeploymentSource
	Flags        []collect.FlagSource
	Environments []collect.Environment
	Changes      collect.ChangeRules
	Shallow      []string // subjects of the commits whose parents are taken away
	Lost         []string // "subject:path" of files whose blobs are taken away
}

// TestCollect runs the scenarios: a history in the verbs of gitrepo/script, and
// the facts that it gives. A section script:NAME is the history of another
// repository. Commits are named by their subjects.
func TestCollect(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, archive)
			for i, f := range archive.Files {
				if f.Name != "want" {
					continue
				}
				if *update {
					archive.Files[i].Data = []byte(got)
					if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if d := cmp.Diff(string(f.Data), got); d != "" {
					t.Errorf("want -, got +:\n%s", d)
				}
				return
			}
			t.Errorf("no section want; got:\n%s", got)
		})
	}
}

func run(t *testing.T, archive *txtar.Archive) string {
	var s setup
	for _, f := range archive.Files {
		if f.Name == "options.json" {
			d := json.NewDecoder(strings.NewReader(string(f.Data)))
			d.DisallowUnknownFields()
			if err := d.Decode(&s); err != nil {
				t.Fatalf("options.json: %v", err)
			}
		}
	}
	if len(s.Changes.FlagTrailers) == 0 {
		s.Changes.FlagTrailers = []string{"Flag", "Feature-Flag"}
	}
	if len(s.Changes.NoteTrailers) == 0 {
		s.Changes.NoteTrailers = []string{"Release-Note"}
	}
	opt := collect.Options{Deployments: s.Deployments, Flags: s.Flags, Environments: s.Environments, Changes: s.Changes}
	tell := teller{subjects: map[ledger.Hash]string{}}
	add := func(name ledger.RepositoryName, verbs []byte) {
		repo := faulty{Repo: write(t, verbs, archive.Files)}
		tell.learn(t, &repo, s)
		in := collect.Repository{Name: name, Repo: &repo, Branch: s.Branch, SourcesOnly: slices.Contains(s.SourcesOnly, name)}
		if name == "shop" {
			in.Components, in.SharedPaths = s.Components, s.Shared
		}
		opt.Repositories = append(opt.Repositories, in)
	}
	add("shop", archive.Comment)
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "script:"); ok {
			add(ledger.RepositoryName(name), f.Data)
		}
	}
	facts, err := collect.Collect(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return tell.tell(facts, s.Show)
}

func write(t *testing.T, verbs []byte, sections []txtar.File) *gitrepo.Repo {
	dir := t.TempDir()
	if err := script.Run(dir, &txtar.Archive{Comment: verbs, Files: sections}); err != nil {
		t.Fatal(err)
	}
	repo, err := gitrepo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = repo.Close() })
	return repo
}

// faulty is a repository from which some objects were taken away.
type faulty struct {
	*gitrepo.Repo
	shallow []history.Hash
	lost    map[history.Hash]bool
}

func (f *faulty) Shallow() ([]history.Hash, error) { return f.shallow, nil }

func (f *faulty) Blob(h history.Hash, limit int64) ([]byte, error) {
	if f.lost[h] {
		return nil, fmt.Errorf("read blob %s: %w", h, gitrepo.ErrMissing)
	}
	return f.Repo.Blob(h, limit)
}

func (f *faulty) Commits(ctx context.Context, tips []history.Hash) ([]history.Commit, error) {
	commits, err := f.Repo.Commits(ctx, tips)
	gone := map[history.Hash]bool{}
	for _, h := range f.shallow {
		below, _ := f.Repo.Commits(ctx, []history.Hash{h})
		for _, c := range below {
			gone[c.Hash] = c.Hash != h
		}
	}
	return slices.DeleteFunc(commits, func(c history.Commit) bool { return gone[c.Hash] }), err
}

func (f *faulty) Diffs(ctx context.Context, commits []history.Commit, yield func(int, []history.PathChange, error)) error {
	return f.Repo.Diffs(ctx, commits, func(i int, changes []history.PathChange, err error) {
		if slices.Contains(f.shallow, commits[i].Hash) {
			changes, err = nil, gitrepo.ErrMissing
		}
		yield(i, changes, err)
	})
}

// teller writes facts for people.
type teller struct {
	subjects map[ledger.Hash]string
	b        strings.Builder
}

// learn names the commits by their subjects, and takes away what the scenario
// says is lost.
func (w *teller) learn(t *testing.T, f *faulty, s setup) {
	_, tip, err := f.Head()
	if err != nil {
		t.Fatal(err)
	}
	tips := []history.Hash{tip}
	branches, _ := f.Branches()
	for _, b := range branches {
		tips = append(tips, b.Target)
	}
	tags, _ := f.Tags()
	for _, tag := range tags {
		tips = append(tips, tag.Target)
	}
	commits, err := f.Repo.Commits(context.Background(), tips)
	if err != nil {
		t.Fatal(err)
	}
	f.lost = map[history.Hash]bool{}
	for _, c := range commits {
		subject, _, _ := strings.Cut(c.Message, "\n")
		w.subjects[ledger.Hash(c.Hash)] = subject
		if slices.Contains(s.Shallow, subject) {
			f.shallow = append(f.shallow, c.Hash)
		}
		for _, lost := range s.Lost {
			if path, ok := strings.CutPrefix(lost, subject+":"); ok {
				file, _, err := f.File(c.Hash, path)
				if err != nil {
					t.Fatal(err)
				}
				f.lost[file.Blob] = true
			}
		}
	}
}

func (w *teller) name(h ledger.Hash) string {
	if s, ok := w.subjects[h]; ok {
		return "<" + s + ">"
	}
	if h.IsZero() {
		return "<nothing>"
	}
	return h.Short()
}

func (w *teller) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *teller) tell(f ledger.Facts, show []string) string {
	for _, what := range show {
		w.line("%s:", what)
		for i := range f.Repositories {
			r := &f.Repositories[i]
			switch what {
			case "commits":
				w.commits(r)
			case "versions":
				for _, v := range r.Versions {
					w.line("  %s %s at %s by %s, component %q", v.Name, w.name(v.Commit), day(v.When.At), v.When.Basis, v.Component)
				}
			case "reverts":
				linesOf(w, r.Reverts, func(x ledger.Revert) string {
					return fmt.Sprintf("%s undoes %s: %s", w.name(x.Commit), w.name(x.Undoes), x.Rule)
				})
			case "copies":
				linesOf(w, r.Backports, w.copy)
			}
		}
		switch what {
		case "deployments":
			for _, d := range f.Deployments {
				what := w.name(d.Revision)
				if d.Revision.IsZero() {
					what = fmt.Sprintf("%s %q", d.Kind, d.Ref)
				}
				w.line("  %s to %s: %s of %s %s, %s, %s", day(d.FinishedAt), d.Environment, what, d.Repository, d.Component, d.Status, d.TimeBasis)
			}
		case "holds":
			for _, h := range f.Holds {
				w.line("  %s %s of %s %s: %v by %s %s", day(h.At.At), h.Environment, h.Repository, h.Component, h.Held, h.Reason, w.places(h.Origins))
			}
		case "flags":
			w.flags(f.Flags)
		case "links":
			w.sortedLinks(f.Links)
		case "problems":
			for _, p := range f.Problems {
				w.line("  %s: %s: %s [%s]", p.Level, w.places(p.Origins), p.Message, p.Rule)
			}
		}
	}
	return w.b.String()
}

func (w *teller) commits(r *ledger.Repository) {
	var lines []string
	for _, c := range r.Commits {
		s := fmt.Sprintf("%s %s: %q", day(c.Committed), w.name(c.Hash), c.Title)
		if c.Type+c.Scope != "" {
			s += fmt.Sprintf(" %s(%s)", c.Type, c.Scope)
		}
		if c.PullRequest > 0 {
			s += fmt.Sprintf(" #%d", c.PullRequest)
		}
		if c.Breaking {
			s += " breaking"
		}
		if c.Internal {
			s += " internal"
		}
		if c.Components != nil {
			s += fmt.Sprintf(" in %v", c.Components)
		}
		if n := c.Note; n != nil {
			s += fmt.Sprintf(" note{%q %q %s %s from %s}", n.Title, n.Text, n.Kind, n.Name, w.places(n.Origins))
		}
		lines = append(lines, s+" by "+c.Author)
	}
	slices.Sort(lines)
	for _, s := range lines {
		w.line("  %s", s)
	}
}

func (w *teller) copy(x ledger.Backport) string {
	s := fmt.Sprintf("%s of %s: %s", w.name(x.Commit), w.name(x.Of), x.Rule)
	if x.Reapply {
		s += ", again"
	}
	for _, h := range x.Brings {
		s += ", brings " + w.name(h)
	}
	return s
}

func (w *teller) flags(flags []ledger.FlagHistory) {
	for _, f := range flags {
		s := fmt.Sprintf("%s from %s %s, on %s", f.Key, f.Repository, f.Source, f.Effect)
		if f.Branch != "" {
			s += ", branch " + f.Branch
		}
		if !f.RetiredBy.IsZero() {
			s += fmt.Sprintf(", retired by %s as %q", w.name(f.RetiredBy), f.RetiredAs)
		}
		if f.Note != nil {
			s += fmt.Sprintf(", note %q", f.Note.Text)
		}
		w.line("  %s", s)
		for _, step := range f.Steps {
			dated := ""
			if !step.At.IsZero() {
				dated = " " + step.At.Format("01-02T15:04")
			}
			w.line("    %s%s %s: %s", w.name(step.Commit), dated, orEvery(step.Environment), setting(step.Setting, step.Removed, step.Origins))
		}
		for _, at := range f.At {
			w.line("    in %s %s: %s", w.name(at.Revision), orEvery(at.Environment), setting(at.Setting, at.Removed, at.Origins))
		}
	}
}

func orEvery(e ledger.EnvironmentName) string {
	if e == "" {
		return "everywhere"
	}
	return string(e)
}

func setting(s ledger.Setting, removed bool, at []ledger.Origin) string {
	out := fmt.Sprintf("%s %s", s.State, s.Percent)
	for _, g := range s.Groups {
		out += " " + g.Name
	}
	if removed {
		out = "removed"
	}
	if at[0].Line == 0 {
		return out + fmt.Sprintf(" (%s)", at[0].File)
	}
	return out + fmt.Sprintf(" (%s:%d)", at[0].File, at[0].Line)
}

func (w *teller) sortedLinks(links []ledger.FlagLink) {
	linesOf(w, links, func(l ledger.FlagLink) string {
		key := string(l.Key)
		if l.Negated {
			key = "!" + key
		}
		if l.Variant != "" {
			key += "=" + l.Variant
		}
		return fmt.Sprintf("%s %s %s by %s (%s)", w.name(l.Commit), l.Role, key, l.By, w.places(l.Origins))
	})
}

// places writes origins without ids: a commit by its subject.
func (w *teller) places(origins []ledger.Origin) string {
	var out []string
	for _, o := range origins {
		commit := o.Commit
		o.Commit = ledger.Hash{}
		s := o.String()
		if !commit.IsZero() && o.Tag == "" {
			s = w.name(commit) + strings.TrimPrefix(":"+s, ":repository shop")
		}
		out = append(out, s)
	}
	return strings.Join(out, " and ")
}

// linesOf writes a line for each, in the order of the lines: that of the facts
// follows ids, which a reader cannot see.
func linesOf[T any](w *teller, list []T, text func(T) string) {
	var lines []string
	for _, x := range list {
		lines = append(lines, "  "+text(x))
	}
	slices.Sort(lines)
	for _, s := range lines {
		w.line("%s", s)
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("01-02T15:04")
}
