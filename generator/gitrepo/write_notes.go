package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/history"
)

// NoteLine is a line to add to the note on an object.
type NoteLine struct {
	Ref    string       // the notes ref, short or full; required
	Target history.Hash // what the note is about; required
	Line   string       // without a line end; required
	// Repeats reports whether a line that is there says the same; then nothing is
	// added. Nil compares the text.
	Repeats func(earlier string) bool
	Remote  string // that the note is fetched from and pushed to; "" is this clone only
	Subject string // of the commit in the notes ref; "" is "Notes added"
}

// AddNoteLine adds a line to a note, here and at the remote: it takes what is
// there now, joins it with what this clone has and the remote has not, adds the
// line at the end, and pushes. Lines are only ever added, in either order of
// events; a line that somebody removed at one side and not at the other is there
// again. When the push fails, this clone is left as it was.
//
// The error is an [*Error]; ErrBusy is its cause when others were faster
// maxTries times.
func (g *Git) AddNoteLine(ctx context.Context, n NoteLine) (Written, error) {
	full, err := notesRef(n.Ref)
	if err != nil {
		return Written{}, err
	}
	w := noteWriter{git: g, line: n, ref: full}
	for try := 1; try <= maxTries; try++ {
		w.done.Tries = try
		again, err := w.try(ctx)
		if err != nil {
			return Written{}, err
		}
		if !again {
			return w.done, nil
		}
		if err := pause(ctx, try); err != nil {
			return Written{}, err
		}
	}
	return Written{}, &Error{Op: "write " + full, Err: ErrBusy, Tip: "run it again: it adds nothing twice"}
}

var notesName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$`)

// notesRef gives the full name of a notes ref.
func notesRef(name string) (string, error) {
	short := strings.TrimPrefix(name, "refs/notes/")
	if !notesName.MatchString(short) || strings.Contains(short, "..") || strings.HasSuffix(short, ".") || strings.Contains(short+"/", ".lock/") {
		return "", &Error{Op: fmt.Sprintf("use notes ref %q", name), Err: errors.New("no name of a ref"), Tip: "a name such as deployments"}
	}
	return "refs/notes/" + short, nil
}

// noteWriter carries one NoteLine out.
type noteWriter struct {
	git  *Git
	line NoteLine
	ref  string
	done Written
	// wrote says that an earlier try may have left the line at the remote.
	wrote bool
}

// tree is the notes of one commit, by what they are about.
type tree map[history.Hash]history.File

// try writes once. again reports that another was faster.
func (w *noteWriter) try(ctx context.Context) (again bool, err error) {
	local, err := w.localTip()
	if err != nil {
		return false, err
	}
	remote := history.Hash{}
	if w.line.Remote != "" {
		if remote, err = w.git.remoteTip(ctx, w.line.Remote, w.ref); err != nil {
			return false, err
		}
		if again, err = w.fetch(ctx, local, remote); again || err != nil {
			return again, err
		}
	}
	next, err := w.commit(ctx, local, remote)
	if err != nil {
		return false, err
	}
	if w.line.Remote != "" && next != remote {
		w.wrote = w.wrote || w.done.Added
		late, err := w.git.push(ctx, w.line.Remote, next.String(), w.ref)
		if late || err != nil {
			return late, err
		}
	}
	if next != local {
		// From the value that was read: another process may work in this clone.
		if _, err := w.git.plumb(ctx, "update-ref", "-m", "daylight record", w.ref, next.String(), local.String()); err != nil {
			w.wrote = w.wrote || w.done.Added
			if ctx.Err() != nil || !wasLate(err.Error()) {
				return false, &Error{Op: "move " + w.ref, Err: err, Path: w.git.repo.gitDir, Tip: "git must be able to write to this repository"}
			}
			return true, nil
		}
	}
	w.done.Pushed = w.line.Remote != ""
	return false, nil
}

func (w *noteWriter) localTip() (history.Hash, error) {
	refs, err := w.git.repo.refs()
	if err != nil {
		return history.Hash{}, err
	}
	tip, _ := refs.find(w.ref)
	return tip, nil
}

// fetch brings the remote's notes here. No ref of this clone moves by it, also
// where the configuration maps notes onto notes: that would drop what has not
// been pushed yet.
//
// That the commit is here already proves nothing: another process may just be
// unpacking it, and commits come before their trees. git itself knows what is
// whole, and then transfers nothing.
func (w *noteWriter) fetch(ctx context.Context, local, remote history.Hash) (again bool, err error) {
	if remote.IsZero() || remote == local {
		return false, nil
	}
	_, err = w.git.plumb(ctx, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-filter",
		"--refmap=", "--", w.line.Remote, w.ref)
	if err != nil {
		return false, &Error{Op: "fetch " + w.ref + " from " + w.line.Remote, Err: err, Tip: "git fetch must work here; --no-push writes into this clone only"}
	}
	return !w.git.has(remote), nil // else it moved meanwhile, and not forwards
}

// has reports whether a commit is in this clone.
func (g *Git) has(commit history.Hash) bool {
	return g.repo.with(func(rd *reader) error { _, err := rd.commit(commit); return err }) == nil
}

// commit joins both sides, adds the line, and gives the commit that holds all:
// one of the two when nothing is new.
func (w *noteWriter) commit(ctx context.Context, local, remote history.Hash) (history.Hash, error) {
	base, parents, err := w.base(ctx, local, remote)
	if err != nil {
		return base, err
	}
	notes, err := w.notes(ctx, base)
	if err != nil {
		return base, err
	}
	edits := map[history.Hash]string{}
	if len(parents) > 1 {
		if err := w.join(ctx, notes, local, remote, edits); err != nil {
			return base, err
		}
	}
	if err := w.add(ctx, notes, edits); err != nil {
		return base, err
	}
	if len(edits) == 0 && len(parents) <= 1 {
		return base, nil
	}
	return w.write(ctx, base, parents, notes, edits)
}

// base chooses the side to build on, and the parents of a commit on top.
func (w *noteWriter) base(ctx context.Context, local, remote history.Hash) (history.Hash, []history.Hash, error) {
	switch {
	case local.IsZero() && remote.IsZero():
		return local, nil, nil
	case remote.IsZero() || local == remote:
		return local, []history.Hash{local}, nil
	case local.IsZero():
		return remote, []history.Hash{remote}, nil
	}
	older, err := w.git.isAncestor(ctx, local, remote)
	if older || err != nil {
		return remote, []history.Hash{remote}, err
	}
	newer, err := w.git.isAncestor(ctx, remote, local)
	if newer || err != nil {
		return local, []history.Hash{local}, err
	}
	return remote, []history.Hash{remote, local}, nil
}

func (g *Git) isAncestor(ctx context.Context, a, b history.Hash) (bool, error) {
	_, err := g.plumb(ctx, "merge-base", "--is-ancestor", a.String(), b.String())
	var f *failure
	if errors.As(err, &f) && f.exit == 1 {
		return false, nil
	}
	return err == nil, err
}

// notes lists the notes of a commit.
func (w *noteWriter) notes(ctx context.Context, commit history.Hash) (tree, error) {
	out := tree{}
	if commit.IsZero() {
		return out, nil
	}
	files, err := w.git.repo.Files(ctx, commit, func(path string) bool { _, ok := noteTarget(path); return ok })
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", w.ref, err)
	}
	for _, f := range files {
		target, _ := noteTarget(f.Path)
		if _, twice := out[target]; !twice {
			out[target] = f
		}
	}
	return out, nil
}

// text reads a note as it stands, also one that a partial clone has yet to
// fetch.
func (w *noteWriter) text(ctx context.Context, f history.File) (string, error) {
	if f.Blob.IsZero() {
		return "", nil
	}
	data, err := w.git.repo.Blob(f.Blob, maxNote)
	if errors.Is(err, ErrMissing) {
		out, err := w.git.plumb(ctx, "cat-file", "blob", f.Blob.String())
		return out, err
	}
	return string(data), err
}

// join adds to edits what this clone's notes say and the remote's do not: the
// lines that are new since the two parted.
func (w *noteWriter) join(ctx context.Context, notes tree, local, remote history.Hash, edits map[history.Hash]string) error {
	ours, err := w.notes(ctx, local)
	if err != nil {
		return err
	}
	parted := tree{}
	if id, err := w.git.plumb(ctx, "merge-base", local.String(), remote.String()); err == nil {
		if h, err := parseHash([]byte(id)); err == nil {
			if parted, err = w.notes(ctx, h); err != nil {
				return err
			}
		}
	}
	for target, f := range ours {
		if f.Blob == parted[target].Blob || f.Blob == notes[target].Blob {
			continue
		}
		var texts [3]string
		for i, side := range []history.File{notes[target], f, parted[target]} {
			if texts[i], err = w.text(ctx, side); err != nil {
				return err
			}
		}
		known := append(noteLines(texts[0]), noteLines(texts[2])...)
		joined := texts[0]
		for _, line := range noteLines(texts[1]) {
			if !slices.Contains(known, line) {
				joined = withLine(joined, line)
			}
		}
		if joined != texts[0] {
			edits[target] = joined
		}
	}
	return nil
}

// add puts the line into edits, unless a line there says the same.
func (w *noteWriter) add(ctx context.Context, notes tree, edits map[history.Hash]string) error {
	now, edited := edits[w.line.Target]
	if !edited {
		var err error
		if now, err = w.text(ctx, notes[w.line.Target]); err != nil {
			return err
		}
	}
	for _, line := range noteLines(now) {
		if line == w.line.Line && w.wrote {
			w.done.Added, w.done.Earlier = true, "" // it is our own, of an earlier try
			return nil
		}
		if line == w.line.Line || w.line.Repeats != nil && w.line.Repeats(line) {
			w.done.Added, w.done.Earlier = false, line
			return nil
		}
	}
	w.done.Added, w.done.Earlier = true, ""
	edits[w.line.Target] = withLine(now, w.line.Line)
	return nil
}

// withLine adds a line at the end of a text.
func withLine(text, line string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + line + "\n"
}

// wide is from how many notes on new ones go into folders: git itself does so,
// and reads both.
const wide = 256

// write makes the commit. An index of its own keeps the user's untouched.
func (w *noteWriter) write(ctx context.Context, base history.Hash, parents []history.Hash, notes tree, edits map[history.Hash]string) (history.Hash, error) {
	fail := func(err error) (history.Hash, error) {
		return history.Hash{}, &Error{Op: "write " + w.ref, Err: err, Path: w.git.repo.gitDir, Tip: "git must be able to write to this repository"}
	}
	dir, err := os.MkdirTemp("", "daylight-notes-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	env := append(w.git.identity(ctx), "GIT_INDEX_FILE="+filepath.Join(dir, "index"))
	do := func(stdin string, args ...string) (string, error) {
		return w.git.run(ctx, command{env: env, stdin: stdin, args: args})
	}
	start := []string{"read-tree", "--empty"}
	if !base.IsZero() {
		start = []string{"read-tree", base.String()}
	}
	if _, err := do("", start...); err != nil {
		return fail(err)
	}
	var info strings.Builder
	for _, target := range targets(edits) {
		blob, err := do(edits[target], "hash-object", "-w", "--stdin")
		if err != nil {
			return fail(err)
		}
		fmt.Fprintf(&info, "100644 %s\t%s\n", blob, pathOf(target, notes))
	}
	if _, err := do(info.String(), "update-index", "--index-info"); err != nil {
		return fail(err)
	}
	written, err := do("", "write-tree")
	if err != nil {
		return fail(err)
	}
	args := []string{"commit-tree", written, "-m", subjectOr(w.line.Subject)}
	for _, p := range parents {
		args = append(args, "-p", p.String())
	}
	id, err := do("", args...)
	if err != nil {
		return fail(err)
	}
	return parseHash([]byte(id))
}

// targets lists what is edited, in the order of ids.
func targets(edits map[history.Hash]string) []history.Hash {
	return slices.SortedFunc(maps.Keys(edits), func(a, b history.Hash) int { return bytes.Compare(a[:], b[:]) })
}

func subjectOr(s string) string {
	if s = strings.TrimSpace(s); s != "" {
		return s
	}
	return "Notes added"
}

// pathOf gives the path of a note: the one that it has, else in a folder by its
// first two digits where there are many.
func pathOf(target history.Hash, notes tree) string {
	if f, ok := notes[target]; ok {
		return f.Path
	}
	digits := target.String()
	if len(notes) < wide {
		return digits
	}
	return digits[:2] + "/" + digits[2:]
}
