package script

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// commit records what was written. An empty commit is allowed: a test may need
// nothing but its date.
func (w *Writer) commit(args []word) error {
	message, err := w.message(args[0])
	if err != nil {
		return err
	}
	for _, a := range args[1:] {
		if err := w.stage(a.text); err != nil {
			return err
		}
	}
	return w.record(w.signature(), message, w.tips())
}

// message reads a message: a text, or @ and the name of a section.
func (w *Writer) message(arg word) (string, error) {
	name, ok := strings.CutPrefix(arg.text, "@")
	if !ok || arg.quoted {
		if strings.TrimSpace(arg.text) == "" {
			return "", errors.New("the message is empty")
		}
		return unescape(arg.text), nil
	}
	data, found, err := w.source(name)
	if err == nil && !found {
		err = advise("add a section -- "+name+" --", "no section %q for the message", name)
	}
	return string(data), err
}

// label names the last commit.
func (w *Writer) label(args []word) error {
	if w.last.IsZero() {
		return errors.New("there is no commit yet")
	}
	if _, taken := w.labels[args[0].text]; taken {
		return advise("choose another name", "label %s is taken", args[0].text)
	}
	w.labels[args[0].text] = w.last
	return nil
}

func (w *Writer) branchVerb(args []word) error {
	from := "HEAD"
	if len(args) == 2 {
		from = args[1].text
	}
	h, err := w.resolve(from)
	if err != nil {
		return err
	}
	name := plumbing.NewBranchReferenceName(args[0].text)
	if _, err := w.store.Reference(name); err == nil {
		return advise("switch to it, or choose another name", "branch %s is there already", args[0].text)
	}
	return w.setRef(name, h)
}

func (w *Writer) switchVerb(args []word) error {
	if len(w.dirty) > 0 {
		return advise("commit first", "what was written since the last commit would be lost")
	}
	name := plumbing.NewBranchReferenceName(args[0].text)
	if _, err := w.store.Reference(name); err != nil {
		return advise("branch "+args[0].text, "no branch %s", args[0].text)
	}
	if err := w.store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, name)); err != nil {
		return err
	}
	return w.goTo(name)
}

// tag writes a lightweight or an annotated tag.
func (w *Writer) tag(args []word) error {
	at, message := "HEAD", ""
	switch {
	case len(args) == 3:
		at, message = args[1].text, args[2].text
	case len(args) == 2 && strings.ContainsAny(args[1].text, " \n"):
		message = args[1].text
	case len(args) == 2:
		at = args[1].text
	}
	target, err := w.resolve(at)
	if err != nil {
		return err
	}
	name := plumbing.NewTagReferenceName(args[0].text)
	if message == "" {
		return w.setRef(name, target)
	}
	text, err := w.message(word{text: message})
	if err != nil {
		return err
	}
	h, err := w.encode(&object.Tag{
		Name: args[0].text, Tagger: w.signature(), Message: withLineEnd(text),
		TargetType: plumbing.CommitObject, Target: target,
	})
	if err != nil {
		return err
	}
	return w.setRef(name, h)
}

func (w *Writer) ref(args []word) error {
	h, err := w.resolve(args[1].text)
	if err != nil {
		return err
	}
	name := plumbing.ReferenceName(args[0].text)
	if !strings.HasPrefix(args[0].text, "refs/") {
		return advise("write its full name, refs/remotes/origin/main", "%q is no ref", args[0].text)
	}
	if err := w.setRef(name, h); err != nil || name != w.branch {
		return err
	}
	return w.goTo(name)
}

// setRef sets a ref whose name git takes.
func (w *Writer) setRef(name plumbing.ReferenceName, h plumbing.Hash) error {
	if err := name.Validate(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.store.SetReference(plumbing.NewHashReference(name, h))
}

func (w *Writer) remote(args []word) error {
	conf, err := w.store.Config()
	if err != nil {
		return err
	}
	name := args[0].text
	conf.Remotes[name] = &config.RemoteConfig{Name: name, URLs: []string{args[1].text}}
	return w.store.SetConfig(conf)
}

// note adds a line to the note on an object. The notes tree is flat, as git
// writes it as long as there are few.
func (w *Writer) note(args []word) error {
	target, err := w.resolve(args[1].text)
	if err != nil {
		return err
	}
	name := plumbing.NewNoteReferenceName(strings.TrimPrefix(args[0].text, "refs/notes/"))
	var parents []plumbing.Hash
	notes := make(files)
	if old, err := w.store.Reference(name); err == nil {
		parents = []plumbing.Hash{old.Hash()}
		if notes, err = w.filesOf(old.Hash()); err != nil {
			return err
		}
	}
	var text []byte
	if before, ok := notes[target.String()]; ok {
		if text, err = w.readBlob(before.blob); err != nil {
			return err
		}
	}
	blob, err := w.putBlob(append(text, withLineEnd(unescape(args[2].text))...))
	if err != nil {
		return err
	}
	notes[target.String()] = file{blob, filemode.Regular}
	tree, err := w.writeTree(notes)
	if err != nil {
		return err
	}
	h, err := w.encode(&object.Commit{
		Author: w.signature(), Committer: w.signature(), Message: "note on " + target.String()[:12] + "\n",
		TreeHash: tree, ParentHashes: parents,
	})
	if err != nil {
		return err
	}
	return w.setRef(name, h)
}

// steps matches the end of a REF that leads to an ancestor.
var steps = regexp.MustCompile(`[~^][0-9]*$`)

// resolve gives the commit that a REF means.
func (w *Writer) resolve(name string) (plumbing.Hash, error) {
	if end := steps.FindString(name); end != "" {
		return w.ancestor(strings.TrimSuffix(name, end), end)
	}
	if h, ok := w.labels[name]; ok {
		return h, nil
	}
	if name == "HEAD" {
		if w.tip.IsZero() {
			return w.tip, fmt.Errorf("branch %s has no commits", w.branch.Short())
		}
		return w.tip, nil
	}
	for _, form := range []string{"refs/heads/%s", "refs/tags/%s", "%s", "refs/remotes/%s"} {
		full := plumbing.ReferenceName(fmt.Sprintf(form, name))
		if full.Validate() != nil {
			continue
		}
		if ref, err := w.store.Reference(full); err == nil && ref.Type() == plumbing.HashReference {
			return w.peel(ref.Hash())
		}
	}
	if plumbing.IsHash(name) {
		return w.peel(plumbing.NewHash(name))
	}
	return plumbing.ZeroHash, advise("a REF is a label, a branch, a tag, a full ref name or an id", "no ref %s", name)
}

// ancestor takes the step at the end of a REF: ~N parents back, or parent ^N.
func (w *Writer) ancestor(name, step string) (plumbing.Hash, error) {
	h, err := w.resolve(name)
	if err != nil {
		return h, err
	}
	n := 1
	if len(step) > 1 {
		if n, err = strconv.Atoi(step[1:]); err != nil {
			return h, err
		}
	}
	back, parent := n, 0
	if step[0] == '^' {
		back, parent = min(n, 1), n-1
	}
	for range back {
		c, err := w.readCommit(h)
		if err != nil {
			return h, err
		}
		if parent >= len(c.ParentHashes) {
			return h, fmt.Errorf("%s%s: commit %s has %d parents", name, step, h.String()[:12], len(c.ParentHashes))
		}
		h = c.ParentHashes[parent]
	}
	return h, nil
}

// peel follows tags to a commit.
func (w *Writer) peel(h plumbing.Hash) (plumbing.Hash, error) {
	for {
		e, err := w.store.EncodedObject(plumbing.AnyObject, h)
		if err != nil {
			return h, fmt.Errorf("read %s: %w", h, err)
		}
		switch e.Type() {
		case plumbing.CommitObject:
			return h, nil
		case plumbing.TagObject:
			t, err := object.GetTag(w.store, h)
			if err != nil {
				return h, err
			}
			h = t.Target
		default:
			return h, fmt.Errorf("%s is a %s and no commit", h, e.Type())
		}
	}
}

// refsIn reports how many of the words are REFs, from the first on.
func (w *Writer) refsIn(args []word) ([]plumbing.Hash, error) {
	var hashes []plumbing.Hash
	for _, a := range args {
		h, err := w.resolve(a.text)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	return hashes, nil
}
