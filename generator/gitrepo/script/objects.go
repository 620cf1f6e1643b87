package script

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// encoder is an object that can write itself.
type encoder interface {
	Encode(plumbing.EncodedObject) error
}

// put writes an object, unless it was written before: most trees and files of a
// commit are those of the one before.
func (w *Writer) put(e plumbing.EncodedObject) (plumbing.Hash, error) {
	h := e.Hash()
	if w.known[h] || w.store.HasEncodedObject(h) == nil {
		w.known[h] = true
		return h, nil
	}
	w.known[h] = true
	return w.store.SetEncodedObject(e)
}

func (w *Writer) encode(o encoder) (plumbing.Hash, error) {
	e := w.store.NewEncodedObject()
	if err := o.Encode(e); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.put(e)
}

func (w *Writer) putBlob(data []byte) (plumbing.Hash, error) {
	e := w.store.NewEncodedObject()
	e.SetType(plumbing.BlobObject)
	out, err := e.Writer()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if _, err := out.Write(data); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.put(e)
}

func (w *Writer) readBlob(h plumbing.Hash) ([]byte, error) {
	e, err := w.store.EncodedObject(plumbing.BlobObject, h)
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", h, err)
	}
	r, err := e.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (w *Writer) readCommit(h plumbing.Hash) (*object.Commit, error) {
	c, err := object.GetCommit(w.store, h)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", h, err)
	}
	return c, nil
}

// readFiles lists a tree; the zero id is an empty one.
func (w *Writer) readFiles(tree plumbing.Hash) (files, error) {
	list := make(files)
	if tree.IsZero() {
		return list, nil
	}
	t, err := object.GetTree(w.store, tree)
	if err != nil {
		return nil, fmt.Errorf("read tree %s: %w", tree, err)
	}
	walker := object.NewTreeWalker(t, true, nil)
	defer walker.Close()
	for {
		path, entry, err := walker.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read tree %s: %w", tree, err)
		}
		if entry.Mode != filemode.Dir {
			list[path] = file{entry.Hash, entry.Mode}
		}
	}
}

// filesOf lists the files of a commit; of the zero id, none.
func (w *Writer) filesOf(commit plumbing.Hash) (files, error) {
	if commit.IsZero() {
		return make(files), nil
	}
	c, err := w.readCommit(commit)
	if err != nil {
		return nil, err
	}
	return w.readFiles(c.TreeHash)
}

// writeTree writes the trees for a list of files, and gives the root.
func (w *Writer) writeTree(list files) (plumbing.Hash, error) {
	return w.writeFolder(list, slices.Sorted(maps.Keys(list)), 0)
}

// writeFolder writes the tree for the sorted paths, which all have the same
// first skip bytes.
func (w *Writer) writeFolder(list files, paths []string, skip int) (plumbing.Hash, error) {
	tree := &object.Tree{}
	for i := 0; i < len(paths); {
		name, _, below := strings.Cut(paths[i][skip:], "/")
		if !below {
			f := list[paths[i]]
			tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: f.mode, Hash: f.blob})
			i++
			continue
		}
		prefix := paths[i][:skip+len(name)+1]
		end := i + 1
		for end < len(paths) && strings.HasPrefix(paths[end], prefix) {
			end++
		}
		h, err := w.writeFolder(list, paths[i:end], len(prefix))
		if err != nil {
			return h, err
		}
		tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: h})
		i = end
	}
	slices.SortFunc(tree.Entries, func(a, b object.TreeEntry) int {
		return strings.Compare(sortName(a), sortName(b))
	})
	return w.encode(tree)
}

// sortName is what git sorts entries of a tree by: a folder ends in a slash.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

// record writes a commit of the current files, and moves the branch to it.
func (w *Writer) record(author object.Signature, message string, parents []plumbing.Hash) error {
	tree, err := w.writeTree(w.files)
	if err != nil {
		return err
	}
	h, err := w.encode(&object.Commit{
		Author: author, Committer: w.signature(), Message: withLineEnd(message),
		TreeHash: tree, ParentHashes: parents,
	})
	if err != nil {
		return err
	}
	if err := w.store.SetReference(plumbing.NewHashReference(w.branch, h)); err != nil {
		return err
	}
	w.tip, w.last = h, h
	clear(w.dirty)
	return nil
}

// tips gives the parents of a plain commit on the current branch.
func (w *Writer) tips() []plumbing.Hash {
	if w.tip.IsZero() {
		return nil
	}
	return []plumbing.Hash{w.tip}
}

func withLineEnd(message string) string { return strings.TrimRight(message, "\n") + "\n" }
