package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator/config"
	"daylight/generator/decode"
	"daylight/generator/deploylog"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
)

func (a *app) recordCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Write down a deployment, a release or the state of a flag",
		Long: `Writes one record where the site reads it: in a git note, as a line of a file, or
as a tag. It is meant for pipelines: what is written is checked first, running it
twice adds nothing, and pipelines that write at the same time lose nothing.

Pushes and fetches are made by your own git, with its credentials.`,
		Example: `  daylight record deployment --environment production --ref v1.4.0
  daylight record flag --key basket --environment production --percent 25
  daylight record release --flag basket --environment production`,
		Args:                  subcommand,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{errors.New("say what to record"), "daylight record deployment, daylight record release, or daylight record flag"}
		},
	}
	cmd.AddCommand(a.recordDeploymentCommand(), a.recordReleaseCommand(), a.recordFlagCommand())
	return cmd
}

// destination are the flags that say where a record goes.
type destination struct {
	to         string // note, file or tag
	notesRef   string
	file       string
	commit     bool   // the file, too
	branch     string // of the remote, to which the file is committed and pushed
	remote     string
	noPush     bool
	repository string
}

// register adds the flags. kinds are the values that --to may have, the default
// first.
func (d *destination) register(cmd *cobra.Command, notesRef, file string, kinds ...string) {
	f := cmd.Flags()
	f.StringVarP(&d.repository, "repository", "r", ".", "the git repository")
	d.to = kinds[0]
	f.StringVar(&d.to, "to", kinds[0], "where it is written: "+strings.Join(kinds, ", "))
	f.StringVar(&d.notesRef, "notes-ref", notesRef, "the notes ref, for --to note")
	f.BoolVar(&d.noPush, "no-push", false, "write into this clone only")
	f.StringVar(&d.remote, "remote", "", "the remote to push to (default: origin, or the only one)")
	f.StringVar(&d.file, "file", file, "the file, from the top of the work tree")
	f.BoolVar(&d.commit, "commit", false, "commit the file afterwards")
	f.StringVar(&d.branch, "branch", "", "commit the line to this branch of the remote and push it, leaving the work tree alone")
}

// check refuses what does not go together.
func (d *destination) check(cmd *cobra.Command, kinds ...string) error {
	known := false
	for _, k := range kinds {
		known = known || d.to == k
	}
	if !known {
		return usageError{fmt.Errorf("write to %q: no such place", d.to), choices(d.to, kinds...)}
	}
	for _, only := range [][2]string{{"notes-ref", "note"}, {"file", "file"}, {"commit", "file"}, {"branch", "file"}} {
		if f := cmd.Flags().Lookup(only[0]); f != nil && f.Changed && d.to != only[1] {
			return usageError{fmt.Errorf("--%s is for --to %s only", only[0], only[1]), ""}
		}
	}
	switch {
	case d.branch != "" && d.commit:
		return usageError{errors.New("--commit is for the branch that is checked out, --branch for one of the remote"), "give one of them"}
	case d.to == "file" && (d.remote != "" && d.branch == "" || d.noPush):
		return usageError{errors.New("--remote and --no-push are for notes and tags"), "a file is committed with --commit, and pushed with its branch; --branch does both"}
	}
	return nil
}

// recorder writes records into an open repository.
type recorder struct {
	app *app
	to  destination
	git *gitrepo.Git
	*gitrepo.Repo
	remote string // "" where nothing is pushed
}

// recorder opens the repository and finds git and the remote. Close it.
func (a *app) recorder(d destination) (*recorder, error) {
	repo, err := gitrepo.Open(d.repository)
	if err != nil {
		return nil, err
	}
	r := &recorder{app: a, to: d, Repo: repo}
	if r.git, err = repo.Git(); err == nil && (d.to != "file" || d.branch != "") && !d.noPush {
		r.remote, err = repo.CheckRemote(d.remote)
	}
	if err != nil {
		_ = repo.Close() // only read from
		return nil, err
	}
	return r, nil
}

// input is what a reader needs to check a line.
func (r *recorder) input() deploylog.Input {
	return deploylog.Input{Resolve: func(ref string) deploylog.Resolution {
		h, err := r.Resolve(ref)
		switch {
		case errors.Is(err, gitrepo.ErrAmbiguous):
			return deploylog.Resolution{State: deploylog.Ambiguous}
		case err != nil:
			return deploylog.Resolution{}
		}
		return deploylog.Resolution{State: deploylog.Resolved, Hash: ledger.Hash(h)}
	}}
}

// commitOf finds the commit that a person names.
func (r *recorder) commitOf(name string) (ledger.Hash, error) {
	h, err := r.Revision(name)
	switch {
	case errors.Is(err, gitrepo.ErrAmbiguous):
		return ledger.Hash{}, usageError{err, "give more digits"}
	case errors.Is(err, gitrepo.ErrNotFound):
		return ledger.Hash{}, usageError{fmt.Errorf("resolve %s: no such commit, tag or branch in this clone", name), "fetch it first: git fetch --tags origin"}
	}
	return ledger.Hash(h), err
}

// write puts a line where it belongs, and says what became of it. repeats reports
// whether a line that is there says the same.
func (r *recorder) write(ctx context.Context, target ledger.Hash, line, subject string, repeats func(earlier string) bool) error {
	var w gitrepo.Written
	var err error
	place := ""
	switch r.to.to {
	case "file":
		place = r.to.file
		w, err = r.addLine(ctx, line, subject, repeats)
	default:
		place = "refs/notes/" + strings.TrimPrefix(r.to.notesRef, "refs/notes/") + " on " + target.Short()
		w, err = r.git.AddNoteLine(ctx, gitrepo.NoteLine{Ref: r.to.notesRef, Target: [20]byte(target), Line: line, Repeats: repeats, Remote: r.remote, Subject: subject})
	}
	if err != nil {
		return err
	}
	r.tell(w, place, line)
	return nil
}

// repeatsRecord compares a deployment or a release with an earlier line.
func repeatsRecord(line string) func(earlier string) bool {
	return func(earlier string) bool { return deploylog.Repeats(line, earlier) }
}

// addLine adds a line to the file, in the work tree or on a branch of the remote.
func (r *recorder) addLine(ctx context.Context, line, subject string, repeats func(string) bool) (gitrepo.Written, error) {
	name := filepath.ToSlash(filepath.Clean(r.to.file))
	if r.to.branch != "" {
		if r.remote == "" {
			return gitrepo.Written{}, usageError{errors.New("--branch needs a remote to push to"), "there is none in this clone; use --commit"}
		}
		return r.git.AddBranchLine(ctx, gitrepo.BranchLine{Remote: r.remote, Branch: r.to.branch, Path: name, Line: line, Repeats: repeats, Commit: subject})
	}
	f := gitrepo.FileLine{Path: name, Line: line, Repeats: repeats}
	if r.to.commit {
		f.Commit = subject
	}
	return r.git.AddFileLine(ctx, f)
}

// tell prints the record to stdout, and what became of it to stderr.
func (r *recorder) tell(w gitrepo.Written, place, line string) {
	switch {
	case !w.Added && w.Earlier == line:
		fmt.Fprintf(r.app.stderr, "already recorded in %s; nothing was added\n", place)
	case !w.Added:
		fmt.Fprintf(r.app.stderr, "already recorded in %s, as below; nothing was added\n", place)
		line = w.Earlier
	case w.Pushed:
		fmt.Fprintf(r.app.stderr, "recorded in %s, and pushed to %s\n", place, r.remote)
	case r.to.to == "file" && r.to.commit:
		fmt.Fprintf(r.app.stderr, "recorded in %s, and committed\n", place)
	case r.to.to == "file":
		fmt.Fprintf(r.app.stderr, "recorded in %s; commit and push it\n", place)
	default:
		fmt.Fprintf(r.app.stderr, "recorded in %s, and not pushed\n", place)
	}
	fmt.Fprintln(r.app.stdout, plain(line))
}

// put opens the repository, says what is doubtful about the environment, "" for
// all of them, and lets write do the rest.
func (a *app) put(d destination, environment string, write func(*recorder, config.Config) error) error {
	r, err := a.recorder(d)
	if err != nil {
		return err
	}
	defer r.Close()
	conf, known := r.configuration()
	if environment != "" {
		r.warn(environment, conf, known)
	}
	return write(r, conf)
}

// checkedLine is a line of a log with what its reader has against it.
type checkedLine struct {
	what     string // "deployment" or "release"
	text     string
	problems []ledger.Problem
	err      error
}

// writeRecord writes a line that no reader has anything against.
func (r *recorder) writeRecord(ctx context.Context, target ledger.Hash, line checkedLine, subject string) error {
	switch {
	case line.err != nil:
		return line.err
	case len(line.problems) > 0:
		return refused(line.what, line.problems)
	}
	return r.write(ctx, target, line.text, subject, repeatsRecord(line.text))
}

// refused turns what a reader doubts of a line into an error.
func refused(what string, problems []ledger.Problem) error {
	var b strings.Builder
	fmt.Fprintf(&b, "record %s: ", what)
	hint := ""
	for i, p := range problems {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(p.Message)
		hint = cmp.Or(hint, p.Hint)
	}
	return usageError{errors.New(b.String()), hint}
}

// instant reads --at, and its like: RFC 3339, with the seconds and the offset,
// since a record is for ever. "" is the zero time.
func instant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usageError{fmt.Errorf("read --%s %q: not an instant", flag, text), "write 2026-03-20T09:00:00Z, or with an offset 2026-03-20T10:00:00+01:00"}
	}
	return t.UTC(), nil
}

// share reads a percentage; "" is nil.
func share(flag, text string) (*ledger.Percent, error) {
	if text == "" {
		return nil, nil
	}
	p, err := ledger.ParsePercent(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("read --%s: %w", flag, err), "write a number from 0 to 100"}
	}
	return &p, nil
}

// groupShares reads groups: beta, or beta=50 for a part of one.
func groupShares(list []string) (deploylog.Groups, error) {
	var out deploylog.Groups
	for _, text := range list {
		name, part, given := strings.Cut(text, "=")
		g := ledger.GroupShare{Name: strings.TrimSpace(name), Percent: ledger.Everybody()}
		if given {
			p, err := share("group", part)
			if err != nil {
				return nil, err
			}
			if p != nil {
				g.Percent = ledger.Exactly(*p)
			}
		}
		if g.Name == "" {
			return nil, usageError{fmt.Errorf("read --group %q: no name", text), "write --group beta, or --group beta=50"}
		}
		out = append(out, g)
	}
	return out, nil
}

// configuration reads the site.toml of the repository, if there is one that can
// be read: a record must not depend on it, and may be warned by it.
func (r *recorder) configuration() (config.Config, bool) {
	file := filepath.Join(r.WorkTree(), "site.toml")
	if r.WorkTree() == "" {
		return config.Default(), false
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return config.Default(), false
	}
	conf, faults := config.Parse(file, data)
	return conf, len(faults) == 0
}

// warn says on stderr what is odd about a record that is valid: an environment
// that nobody named, a place that the site does not read.
func (r *recorder) warn(environment string, conf config.Config, known bool) {
	if known && len(conf.Environments) > 0 {
		var names []string
		for _, e := range conf.Environments {
			names = append(append(names, e.Name), e.Aliases...)
		}
		for _, n := range names {
			if strings.EqualFold(n, environment) {
				return
			}
		}
		hint := "name it under [[environments]]"
		if near := decode.Nearest(environment, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.caution(fmt.Sprintf("environment %q is not in site.toml", environment), hint)
	}
}

// caution prints a warning with its hint.
func (r *recorder) caution(message, hint string) {
	r.app.printProblem(ledger.Problem{Level: ledger.LevelWarning, Message: message, Hint: hint})
}

// warnPlace says when no source of the configuration reads this place.
func (r *recorder) warnPlace(conf config.Config) {
	for _, d := range conf.Deployments {
		switch {
		case d.From == "files" && r.to.to == "file", d.From == "tags" && r.to.to == "tag",
			d.From == "notes" && r.to.to == "note" && strings.TrimPrefix(d.Ref, "refs/notes/") == strings.TrimPrefix(r.to.notesRef, "refs/notes/"):
			return
		}
	}
	hint := map[string]string{
		"file": fmt.Sprintf(`add to site.toml: [[deployments]] from = "files", files = [%q]`, r.to.file),
		"note": fmt.Sprintf(`add to site.toml: [[deployments]] from = "notes", ref = %q`, r.to.notesRef),
		"tag":  `add to site.toml: [[deployments]] from = "tags"`,
	}[r.to.to]
	r.caution("the site does not read what is recorded here", hint)
}
