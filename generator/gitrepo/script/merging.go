package script

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// merge makes a merge commit, also where the branch could simply move on: that
// is what the button of a pull request does.
func (w *Writer) merge(args []word) error {
	if w.tip.IsZero() {
		return fmt.Errorf("branch %s has no commits", w.branch.Short())
	}
	names, message := args, ""
	if last := args[len(args)-1]; len(args) > 1 && strings.ContainsAny(last.text, " \n") {
		names = args[:len(args)-1]
		text, err := w.message(last)
		if err != nil {
			return err
		}
		message = text
	}
	if message == "" {
		message = mergeMessage(names, w.branch.Short())
	}
	others, err := w.refsIn(names)
	if err != nil {
		return err
	}
	for i, other := range others {
		base, err := w.mergeBase(w.tip, other)
		if err != nil {
			return err
		}
		if base == other {
			return fmt.Errorf("%s is part of %s already", names[i].text, w.branch.Short())
		}
		if err := w.combine(base, other); err != nil {
			return err
		}
	}
	return w.record(w.signature(), message, append([]plumbing.Hash{w.tip}, others...))
}

// mergeMessage is the message that git writes.
func mergeMessage(names []word, into string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n.text + "'"
	}
	text := "Merge branch " + quoted[0]
	if n := len(quoted); n > 1 {
		text = "Merge branches " + strings.Join(quoted[:n-1], ", ") + " and " + quoted[n-1]
	}
	if into != mainBranch {
		text += " into " + into
	}
	return text
}

// mergeBase gives a best common ancestor, the zero id when there is none.
func (w *Writer) mergeBase(a, b plumbing.Hash) (plumbing.Hash, error) {
	x, err := w.readCommit(a)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	y, err := w.readCommit(b)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	bases, err := x.MergeBase(y)
	if err != nil || len(bases) == 0 {
		return plumbing.ZeroHash, err
	}
	// Criss-cross merges have several; any serves, if it is always the same.
	best := slices.MinFunc(bases, func(a, b *object.Commit) int { return bytes.Compare(a.Hash[:], b.Hash[:]) })
	return best.Hash, nil
}

// pickedLine is what git adds to the message of a copy.
const pickedLine = "(cherry picked from commit %s)"

// trailerLine matches the lines of a last paragraph that such a line joins.
var trailerLine = regexp.MustCompile(`^([A-Za-z0-9-]+:\s|\(cherry picked from commit )`)

func (w *Writer) cherryPick(args []word) error {
	from, c, parent, err := w.change(args)
	if err != nil {
		return err
	}
	message := c.Message
	if len(args) == 2 {
		if message, err = w.message(args[1]); err != nil {
			return err
		}
	}
	if err := w.combine(parent, from); err != nil {
		return err
	}
	message = strings.TrimRight(message, "\n")
	paragraphs := strings.Split(message, "\n\n")
	last := strings.Split(paragraphs[len(paragraphs)-1], "\n")
	gap := "\n\n"
	if len(paragraphs) > 1 && !slices.ContainsFunc(last, func(l string) bool { return !trailerLine.MatchString(l) }) {
		gap = "\n"
	}
	return w.record(c.Author, message+gap+fmt.Sprintf(pickedLine, from), w.tips())
}

func (w *Writer) revert(args []word) error {
	from, c, parent, err := w.change(args)
	if err != nil {
		return err
	}
	message := revertMessage(c)
	if len(args) == 2 {
		if message, err = w.message(args[1]); err != nil {
			return err
		}
	}
	if err := w.combine(from, parent); err != nil {
		return err
	}
	return w.record(w.signature(), message, w.tips())
}

// revertMessage is the message that git writes: since 2.43 the revert of a
// revert is called a reapplication.
func revertMessage(c *object.Commit) string {
	subject, _, _ := strings.Cut(c.Message, "\n")
	head := `Revert "` + subject + `"`
	if inner, ok := strings.CutPrefix(subject, `Revert "`); ok && strings.HasSuffix(inner, `"`) {
		head = `Reapply "` + inner
	}
	body := "This reverts commit " + c.Hash.String()
	if len(c.ParentHashes) > 1 {
		body += ", reversing\nchanges made to " + c.ParentHashes[0].String()
	}
	return head + "\n\n" + body + "."
}

// change resolves the commit that is to be copied or undone, and its first
// parent: zero for a root.
func (w *Writer) change(args []word) (h plumbing.Hash, c *object.Commit, parent plumbing.Hash, err error) {
	if h, err = w.resolve(args[0].text); err != nil {
		return h, nil, parent, err
	}
	if c, err = w.readCommit(h); err != nil {
		return h, nil, parent, err
	}
	if len(c.ParentHashes) > 0 {
		parent = c.ParentHashes[0]
	}
	return h, c, parent, nil
}

// combine brings the difference between two commits into the files of the next
// one. Paths that were written since the last commit stay as they are: that is
// how a script settles a conflict.
func (w *Writer) combine(from, to plumbing.Hash) error {
	before, err := w.filesOf(from)
	if err != nil {
		return err
	}
	after, err := w.filesOf(to)
	if err != nil {
		return err
	}
	paths := make(map[string]bool)
	for p, f := range before {
		if after[p] != f {
			paths[p] = true
		}
	}
	for p, f := range after {
		if before[p] != f {
			paths[p] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if w.dirty[p] {
			continue
		}
		f, err := w.combineFile(p, before[p], w.files[p], after[p])
		if err != nil {
			return err
		}
		if f == (file{}) {
			delete(w.files, p)
		} else {
			w.files[p] = f
		}
	}
	return nil
}

// combineFile gives the file that has both differences; the zero file is none.
func (w *Writer) combineFile(name string, base, ours, theirs file) (file, error) {
	switch {
	case ours == base || ours == theirs:
		return theirs, nil
	case base == theirs:
		return ours, nil
	case base == file{} || ours == file{} || theirs == file{}:
		return file{}, conflict(name)
	}
	var text [3][]byte
	for i, f := range []file{base, ours, theirs} {
		data, err := w.readBlob(f.blob)
		if err != nil {
			return file{}, err
		}
		text[i] = data
	}
	merged, ok := merge3(text[0], text[1], text[2])
	if !ok {
		return file{}, conflict(name)
	}
	h, err := w.putBlob(merged)
	return file{h, ours.mode}, err
}

func conflict(name string) error {
	return advise("write, append, replace or remove "+name+" before; that settles it", "conflict in %s", name)
}
