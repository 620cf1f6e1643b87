package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"daylight/generator/history"
)

// BranchLine is a line to add at the end of a file on a branch of a remote.
type BranchLine struct {
	Remote  string // required
	Branch  string // short: "main"; it must be there; required
	Path    string // from the top, with slashes; required
	Line    string // without a line end; required
	Repeats func(earlier string) bool
	Commit  string // the message; required
}

// AddBranchLine adds a line to a file on a branch of a remote, as a commit of its
// own on top of what the branch is there now. When others push at the same time
// it begins again with what they left, so that nothing is lost. The work tree,
// the index and the branches of this clone are left alone, and no other file of
// the branch is touched.
//
// The error is an [*Error]; ErrBusy is its cause when others were faster
// maxTries times.
func (g *Git) AddBranchLine(ctx context.Context, b BranchLine) (Written, error) {
	op := "write " + b.Path + " on " + b.Branch
	ref := "refs/heads/" + b.Branch
	if _, err := g.plumb(ctx, "check-ref-format", ref); err != nil || strings.HasPrefix(b.Branch, "-") {
		return Written{}, &Error{Op: fmt.Sprintf("use branch %q", b.Branch), Err: errors.New("no name of a branch"), Tip: "a name such as main"}
	}
	if !filepath.IsLocal(filepath.FromSlash(b.Path)) || b.Path != path.Clean(b.Path) || strings.HasPrefix(b.Path, ".git/") {
		return Written{}, &Error{Op: op, Err: errors.New("the path leaves the repository"), Tip: "give a path from the top of the repository"}
	}
	var w Written
	wrote := false
	for try := 1; try <= maxTries; try++ {
		w.Tries = try
		again, err := g.tryBranchLine(ctx, b, ref, &w, &wrote)
		if err != nil || !again {
			return w, err
		}
		if err := pause(ctx, try); err != nil {
			return Written{}, err
		}
	}
	return Written{}, &Error{Op: op, Err: ErrBusy, Tip: "run it again: it adds nothing twice"}
}

// tryBranchLine writes once. again reports that another was faster; wrote that an
// earlier try may have left the line at the remote.
func (g *Git) tryBranchLine(ctx context.Context, b BranchLine, ref string, w *Written, wrote *bool) (again bool, err error) {
	tip, err := g.remoteTip(ctx, b.Remote, ref)
	if err != nil {
		return false, err
	}
	if tip.IsZero() {
		return false, &Error{Op: "write " + b.Path + " on " + b.Branch, Err: ErrNotFound, Tip: "the branch must be at " + b.Remote + " already"}
	}
	if _, err := g.plumb(ctx, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--", b.Remote, ref); err != nil {
		return false, &Error{Op: "fetch " + b.Branch + " from " + b.Remote, Err: err, Tip: "git fetch must work here"}
	}
	if !g.has(tip) {
		return true, nil // it moved meanwhile, and not forwards
	}
	text, mode, err := g.fileAt(ctx, tip, b.Path)
	if err != nil {
		return false, err
	}
	for _, line := range noteLines(text) {
		switch {
		case line == b.Line && *wrote:
			w.Added, w.Pushed = true, true // it is our own, of an earlier try
			return false, nil
		case line == b.Line || b.Repeats != nil && b.Repeats(line):
			w.Earlier, w.Pushed = line, true
			return false, nil
		}
	}
	commit, err := g.commitText(ctx, tip, b, withLine(text, b.Line), mode)
	if err != nil {
		return false, err
	}
	*wrote = true
	if late, err := g.push(ctx, b.Remote, commit.String(), ref); late || err != nil {
		return late, err
	}
	w.Added, w.Pushed = true, true
	return false, nil
}

// fileAt reads a file of a commit with its mode; "" where it is not there yet.
func (g *Git) fileAt(ctx context.Context, commit history.Hash, name string) (text, mode string, err error) {
	out, err := g.plumb(ctx, "--literal-pathspecs", "ls-tree", commit.String(), "--", name)
	if err != nil {
		return "", "", &Error{Op: "read " + name, Err: err, Path: g.repo.gitDir}
	}
	if out == "" {
		return "", "100644", nil
	}
	fields := strings.Fields(out)
	if len(fields) < 4 || fields[1] != "blob" || !strings.HasPrefix(fields[0], "100") {
		return "", "", &Error{Op: "write " + name, Err: errors.New("it is no regular file on the branch"), Tip: "give another --file"}
	}
	h, err := parseHash([]byte(fields[2]))
	if err != nil {
		return "", "", err
	}
	data, err := g.repo.Blob(h, maxLineFile)
	if errors.Is(err, ErrMissing) {
		text, err := g.plumb(ctx, "cat-file", "blob", h.String()) // a partial clone fetches it
		return text, fields[0], err
	}
	return string(data), fields[0], err
}

// commitText makes a commit on top of another in which one file has this text.
// An index of its own keeps the user's untouched.
func (g *Git) commitText(ctx context.Context, on history.Hash, b BranchLine, text, mode string) (history.Hash, error) {
	fail := func(err error) (history.Hash, error) {
		return history.Hash{}, &Error{Op: "write " + b.Path, Err: err, Path: g.repo.gitDir, Tip: "git must be able to write to this repository"}
	}
	dir, err := os.MkdirTemp("", "daylight-branch-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	env := append(g.identity(ctx), "GIT_INDEX_FILE="+filepath.Join(dir, "index"))
	do := func(stdin string, args ...string) (string, error) {
		return g.run(ctx, command{env: env, stdin: stdin, args: args})
	}
	if _, err := do("", "read-tree", on.String()); err != nil {
		return fail(err)
	}
	blob, err := do(text, "hash-object", "-w", "--stdin")
	if err != nil {
		return fail(err)
	}
	if _, err := do("", "update-index", "--add", "--cacheinfo", mode+","+blob+","+b.Path); err != nil {
		return fail(err)
	}
	written, err := do("", "write-tree")
	if err != nil {
		return fail(err)
	}
	id, err := do("", "commit-tree", written, "-p", on.String(), "-m", b.Commit)
	if err != nil {
		return fail(err)
	}
	return parseHash([]byte(id))
}
