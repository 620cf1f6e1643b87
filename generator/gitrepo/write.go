package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/history"
)

// What errors.Is can tell apart in the errors of writing.
var (
	// ErrNoGit: the program git is not installed.
	ErrNoGit = errors.New("git is not installed")
	// ErrNoRemote: no remote has this name.
	ErrNoRemote = errors.New("no such remote")
	// ErrBusy: others wrote at the same time, again and again.
	ErrBusy = errors.New("others wrote at the same time, again and again")
	// ErrTaken: the name is in use for something else.
	ErrTaken = errors.New("the name is taken")
)

// Git writes into a repository, fetches and pushes, all through the user's own
// program git: its credentials, its hooks, its configuration. Nothing else in
// this package writes or runs a program.
//
// What several pipelines write at once is never lost: a ref moves only from the
// value that was read, here and at the remote, and who comes too late starts
// again from the newer one. Its methods may be called from several goroutines,
// and by several processes in one clone.
type Git struct {
	repo    *Repo
	program string
}

// Written says what became of something to write down.
type Written struct {
	Added bool // false: it was there already
	// Earlier is what was there already and says the same, "" when Added.
	Earlier string
	Pushed  bool // it is at the remote now
	Tries   int  // how often it was tried, from 1
}

// Git gives the writer of a repository. The error is ErrNoGit where there is no
// such program.
func (r *Repo) Git() (*Git, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, &Error{Op: "write to " + r.gitDir, Err: ErrNoGit, Path: r.gitDir,
			Tip: "install git; it makes the commit and pushes it with your own credentials"}
	}
	return &Git{repo: r, program: program}, nil
}

// CheckRemote gives the remote to push to: the one named, which must be
// configured. Without a name it is origin, else the only one, else "".
func (r *Repo) CheckRemote(name string) (string, error) {
	remotes, err := r.Remotes()
	if err != nil {
		return "", err
	}
	var names []string
	for _, m := range remotes {
		names = append(names, m.Name)
	}
	switch {
	case name == "" && slices.Contains(names, "origin"):
		return "origin", nil
	case name == "" && len(names) == 1:
		return names[0], nil
	case name == "" && len(names) == 0:
		return "", nil
	case name == "":
		return "", &Error{Op: "choose a remote", Err: ErrNoRemote, Tip: "there are " + strings.Join(names, ", ") + "; name one with --remote"}
	case slices.Contains(names, name):
		return name, nil
	}
	tip := "add it with git remote add"
	if len(names) > 0 {
		tip = "there are " + strings.Join(names, ", ")
	}
	return "", &Error{Op: fmt.Sprintf("push to %q", name), Err: ErrNoRemote, Tip: tip}
}

// command is one run of git.
type command struct {
	env   []string // beside the user's
	stdin string
	dir   string
	args  []string
}

// failure is a run of git that ended badly.
type failure struct {
	exit   int
	stdout string
	stderr string // the lines that tell, without secrets
}

func (f *failure) Error() string {
	if f.stderr == "" {
		return fmt.Sprintf("git ended with status %d", f.exit)
	}
	return f.stderr
}

// run runs git on the repository and gives what it prints. Variables that would
// lead it to another repository are left out: a hook may have set them.
func (g *Git) run(ctx context.Context, c command) (string, error) {
	args := []string{"--git-dir=" + g.repo.gitDir, "-c", "gc.auto=0", "-c", "maintenance.auto=false"}
	if c.dir != "" {
		args = append(args, "--work-tree="+c.dir)
	}
	cmd := exec.CommandContext(ctx, g.program, append(args, c.args...)...)
	cmd.Dir = c.dir
	cmd.Env = append(ownEnvironment(), "LC_ALL=C")
	cmd.Env = append(cmd.Env, c.env...)
	cmd.Stdin = strings.NewReader(c.stdin)
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return stdout.String(), &failure{exit.ExitCode(), stdout.String(), lastWords(stderr.String())}
	case err != nil:
		return "", fmt.Errorf("run git %s: %w", c.args[0], err)
	}
	return strings.TrimRight(stdout.String(), "\n"), nil
}

// plumb runs git with these arguments and nothing else.
func (g *Git) plumb(ctx context.Context, args ...string) (string, error) {
	return g.run(ctx, command{args: args})
}

// ownEnvironment is the process's, without what binds git to a repository.
func ownEnvironment() []string {
	bound := []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_NOTES_REF", "GIT_QUARANTINE_PATH"}
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		key, _, _ := strings.Cut(kv, "=")
		return slices.Contains(bound, key)
	})
}

var secretInAddress = regexp.MustCompile(`://[^/@\s]+@`)

// lastWords keeps the lines of git's messages that say what went wrong, in one
// line and without user information in addresses.
func lastWords(stderr string) string {
	var fatal, other []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(secretInAddress.ReplaceAllString(line, "://"))
		rest, isFatal := strings.CutPrefix(line, "fatal: ")
		if !isFatal {
			rest, isFatal = strings.CutPrefix(line, "error: ")
		}
		switch {
		case isFatal:
			fatal = append(fatal, rest)
		case line != "" && !strings.HasPrefix(line, "hint:") && !strings.HasPrefix(line, "To "):
			other = append(other, line)
		}
	}
	if len(fatal) == 0 {
		fatal = other
	}
	text := clean(strings.Join(fatal[:min(len(fatal), 4)], "; "))
	if len(text) > 600 {
		text = strings.ToValidUTF8(text[:600], "") + "…"
	}
	return text
}

// identity gives variables that name a committer where git knows none, as on
// the machines of most pipelines.
func (g *Git) identity(ctx context.Context) []string {
	if _, err := g.plumb(ctx, "var", "GIT_COMMITTER_IDENT"); err == nil {
		return nil
	}
	return []string{"GIT_COMMITTER_NAME=daylight", "GIT_COMMITTER_EMAIL=daylight@localhost",
		"GIT_AUTHOR_NAME=daylight", "GIT_AUTHOR_EMAIL=daylight@localhost"}
}

// remoteTip asks a remote what a ref is now, the zero Hash for no such ref.
func (g *Git) remoteTip(ctx context.Context, remote string, refs ...string) (history.Hash, error) {
	out, err := g.plumb(ctx, append([]string{"ls-remote", "--", remote}, refs...)...)
	if err != nil {
		return history.Hash{}, &Error{Op: "ask " + remote + " for " + refs[0], Err: err,
			Tip: "git ls-remote " + remote + " must work; --no-push writes into this clone only"}
	}
	var tip history.Hash
	for line := range strings.Lines(out) {
		id, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		// git takes the name for the end of one. Of a tag and its target the
		// target comes later.
		if !slices.Contains(refs, name) {
			continue
		}
		if h, err := parseHash([]byte(id)); err == nil {
			tip = h
		}
	}
	return tip, nil
}

// push moves a ref at the remote, never against its history. late reports that
// another was faster, and that it is worth starting again.
func (g *Git) push(ctx context.Context, remote, source, ref string) (late bool, err error) {
	_, err = g.plumb(ctx, "push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--", remote, source+":"+ref)
	var f *failure
	if err == nil {
		return false, nil
	}
	if errors.As(err, &f) && wasLate(f.stdout+"\n"+f.stderr) {
		return true, nil
	}
	return false, &Error{Op: "push " + ref + " to " + remote, Err: reasonOf(err),
		Tip: "git must be allowed to push here (in GitHub Actions: permissions: contents: write); --no-push writes into this clone only"}
}

// wasLate reads what git says of a refused push. A ref that moved meanwhile, or
// is being moved, is worth another try; a hook or a right is not.
func wasLate(text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, "permission denied") || strings.Contains(text, "read-only") {
		return false
	}
	for _, sign := range []string{
		"(fetch first)", "(non-fast-forward)", "(stale info)", "(already exists)", "cannot lock ref", "failed to update ref",
		"incorrect old value", "reference already exists", "failed to lock", "unable to create", "packed-refs.lock",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// reasonOf prefers git's own word about the ref over its general one.
func reasonOf(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	for line := range strings.Lines(f.stdout) {
		if rest, refused := strings.CutPrefix(line, "!\t"); refused {
			_, why, _ := strings.Cut(strings.TrimSpace(rest), "\t")
			return errors.New(clean(why))
		}
	}
	return err
}

// maxTries bounds how often a write starts again. Of ten that push at once, one
// gets through in each round.
const maxTries = 40

// pause waits before another try: longer each time, and not equally long for
// all who wait, or they would collide again.
func pause(ctx context.Context, try int) error {
	most := min(25*time.Millisecond<<min(try, 7), 2*time.Second)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(most/4 + rand.N(most)):
		return nil
	}
}
