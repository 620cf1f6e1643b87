package gitrepo

import (
	"fmt"
	"strings"

	"daylight/generator/history"
)

// Folder gives the tree at a path (slashes, no leading one; "" is the root) of a
// commit, reading only the folders on the way. It reports false where there is
// none, or something else: a file, a link, a submodule. Two commits whose folder
// holds the same files give the same id.
func (r *Repo) Folder(commit history.Hash, path string) (history.Hash, bool, error) {
	var found hash
	ok := false
	err := r.with(func(rd *reader) error {
		c, err := rd.commit(commit)
		if err != nil {
			return err
		}
		found, ok = c.Tree, true
		for _, name := range strings.FieldsFunc(path, func(c rune) bool { return c == '/' }) {
			e, err := rd.lookup(found, name)
			if err != nil {
				return err
			}
			if found, ok = e.hash, e.isTree(); !ok {
				return nil
			}
		}
		return nil
	})
	if err != nil || !ok {
		if err != nil {
			err = fmt.Errorf("find %s in %s: %w", path, commit, err)
		}
		return history.Hash{}, false, err
	}
	return found, true, nil
}

// Tree lists the folders and files of a tree in git's order, by name in bytes
// with a folder's name taken to end in a slash. Links and submodules are left
// out. The list is the caller's own.
func (r *Repo) Tree(tree history.Hash) ([]history.Entry, error) {
	var out []history.Entry
	err := r.with(func(rd *reader) error {
		rest, err := rd.tree(tree)
		if err != nil {
			return err
		}
		for len(rest) > 0 {
			var e treeEntry
			if e, rest, err = nextEntry(rest); err != nil {
				return fmt.Errorf("tree %s: %w", tree, err)
			}
			if len(out) >= maxChanges {
				return fmt.Errorf("more than %d files: %w", maxChanges, ErrTooLarge)
			}
			if e.isTree() || e.isFile() {
				out = append(out, history.Entry{Name: clean(string(e.name)), Folder: e.isTree(), Hash: e.hash})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list folder: %w", err)
	}
	return out, nil
}
