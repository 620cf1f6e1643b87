package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"daylight/generator/history"
)

// NewTag is an annotated tag to set.
type NewTag struct {
	Name    string       // without refs/tags/; required
	Target  history.Hash // a commit; required
	Message string       // required
	At      time.Time    // the tagger's date; zero is now, by git's clock
	Remote  string       // that it is pushed to; "" is this clone only
}

// AddTag sets an annotated tag, here and at the remote. A tag of this name on
// this commit is there already; on another it is an error with ErrTaken as its
// cause. When the push fails, this clone is left as it was.
func (g *Git) AddTag(ctx context.Context, t NewTag) (Written, error) {
	ref := "refs/tags/" + t.Name
	op := "set tag " + t.Name
	if _, err := g.plumb(ctx, "check-ref-format", ref); err != nil || strings.HasPrefix(t.Name, "-") {
		return Written{}, &Error{Op: fmt.Sprintf("set tag %q", t.Name), Err: errors.New("no name of a tag"), Tip: "names of environments and components may not hold blanks or any of ~ ^ : ? * [ \\"}
	}
	here, err := g.repo.Resolve(ref)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Written{}, err
	}
	there := here
	if t.Remote != "" {
		if there, err = g.remoteTip(ctx, t.Remote, ref, ref+"^{}"); err != nil {
			return Written{}, err
		}
	}
	for _, h := range []history.Hash{here, there} {
		if !h.IsZero() && h != t.Target {
			return Written{}, &Error{Op: op, Err: fmt.Errorf("it names %s: %w", h, ErrTaken), Tip: "the name holds the time in seconds: give another --at"}
		}
	}
	if !there.IsZero() {
		return Written{Earlier: t.Name, Tries: 1, Pushed: t.Remote != ""}, nil
	}
	if here.IsZero() {
		env := g.identity(ctx)
		if !t.At.IsZero() {
			env = append(env, "GIT_COMMITTER_DATE="+t.At.UTC().Format(time.RFC3339))
		}
		_, err := g.run(ctx, command{env: env, stdin: t.Message, args: []string{"tag", "--annotate", "--no-sign", "--file=-", "--", t.Name, t.Target.String()}})
		if err != nil {
			return Written{}, &Error{Op: op, Err: err, Path: g.repo.gitDir, Tip: "git must be able to write to this repository"}
		}
	}
	if t.Remote == "" {
		return Written{Added: true, Tries: 1}, nil
	}
	if err := g.pushTag(ctx, t.Remote, ref); err != nil {
		if here.IsZero() {
			_, _ = g.plumb(ctx, "tag", "--delete", "--", t.Name) // that the push failed tells more
		}
		return Written{}, err
	}
	return Written{Added: true, Tries: 1, Pushed: true}, nil
}

// pushTag pushes a tag that is new to the remote. Tags do not collide, but the
// remote may be locked by another push for a moment.
func (g *Git) pushTag(ctx context.Context, remote, ref string) error {
	for try := 1; try <= maxTries; try++ {
		late, err := g.push(ctx, remote, ref, ref)
		if err != nil || !late {
			return err
		}
		if tip, err := g.remoteTip(ctx, remote, ref); err != nil || !tip.IsZero() {
			break
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return &Error{Op: "push " + ref + " to " + remote, Err: ErrTaken, Tip: "another pipeline set it meanwhile; run it again"}
}

// FileLine is a line to add at the end of a file in the work tree.
type FileLine struct {
	Path    string // relative to the top of the work tree, with slashes; required
	Line    string // without a line end; required
	Repeats func(earlier string) bool
	// Commit is the message of a commit of this file alone; "" makes none.
	Commit string
}

// maxLineFile bounds the file that a line is added to; readers take no more.
const maxLineFile = 64 << 20

// AddFileLine adds a line to a file of the work tree, which is made where it is
// not there. The line is written at once, so that others who add to the file at
// the same time lose nothing.
func (g *Git) AddFileLine(ctx context.Context, f FileLine) (Written, error) {
	op := "write " + f.Path
	top := g.repo.workTree
	if top == "" {
		return Written{}, &Error{Op: op, Err: errors.New("a bare repository has no work tree"), Path: g.repo.gitDir, Tip: "use --to note, or a clone with a work tree"}
	}
	local := filepath.FromSlash(f.Path)
	if !filepath.IsLocal(local) || f.Path != path.Clean(f.Path) || strings.HasPrefix(f.Path, ".git/") {
		return Written{}, &Error{Op: op, Err: errors.New("the path leaves the work tree"), Path: top, Tip: "give a path from the top of the repository"}
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return Written{}, &Error{Op: op, Err: err, Path: top}
	}
	defer root.Close()
	w, err := appendLine(root, local, f)
	if err != nil {
		return Written{}, &Error{Op: op, Err: err, Path: filepath.Join(top, local)}
	}
	if f.Commit == "" {
		return w, nil
	}
	return w, g.commitFile(ctx, f)
}

// appendLine reads the file and adds the line, unless one says the same.
func appendLine(root *os.Root, local string, f FileLine) (Written, error) {
	if dir := filepath.Dir(local); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return Written{}, err
		}
	}
	file, err := root.OpenFile(local, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return Written{}, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxLineFile {
		return Written{}, fmt.Errorf("%w: no regular file of at most 64 MB", fs.ErrInvalid)
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return Written{}, err
	}
	for _, line := range noteLines(string(data)) {
		if line == f.Line || f.Repeats != nil && f.Repeats(line) {
			return Written{Earlier: line, Tries: 1}, nil
		}
	}
	text := f.Line + "\n"
	if len(data) > 0 && data[len(data)-1] != '\n' {
		text = "\n" + text
	}
	if _, err := file.WriteString(text); err != nil {
		return Written{}, err
	}
	return Written{Added: true, Tries: 1}, file.Close()
}

// commitFile commits the file as it stands, and nothing else of the index. A
// file that is committed already is no error: another process that committed at
// the same time took this line along. One that holds the index is waited for.
func (g *Git) commitFile(ctx context.Context, f FileLine) error {
	for try := 1; ; try++ {
		err := g.tryCommitFile(ctx, f)
		if err == nil || try == maxTries || !wasLate(err.Error()) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

func (g *Git) tryCommitFile(ctx context.Context, f FileLine) error {
	do := func(args ...string) (string, error) {
		return g.run(ctx, command{env: g.identity(ctx), dir: g.repo.workTree, args: append([]string{"--literal-pathspecs"}, args...)})
	}
	fail := func(err error) error {
		return &Error{Op: "commit " + f.Path, Err: err, Path: g.repo.workTree, Tip: "the line is in the file; commit it yourself"}
	}
	changed, err := do("status", "--porcelain", "--untracked-files=all", "--ignored=no", "--", f.Path)
	if err != nil {
		return fail(err)
	}
	if changed == "" {
		return nil
	}
	if _, err := do("add", "--", f.Path); err != nil {
		return fail(err)
	}
	if _, err := do("commit", "--quiet", "--only", "--message="+f.Commit, "--", f.Path); err != nil {
		if changed, again := do("status", "--porcelain", "--untracked-files=all", "--ignored=no", "--", f.Path); again == nil && changed == "" {
			return nil // another process committed it since we looked
		}
		return fail(err)
	}
	return nil
}
