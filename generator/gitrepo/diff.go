package gitrepo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"

	"daylight/generator/history"
)

// Bounds on one commit's trees, against trees that contain themselves many
// times over: ten trees of ten entries can name ten thousand million files.
const (
	maxDepth   = 1000
	maxChanges = 2_000_000
)

// chunk is how many commits a reader takes at once. Neighbours in a history
// share most of their trees, so they should meet the same memory.
const chunk = 64

// Diffs gives, for each commit, the files that differ from its first parent, as
// git diff-tree --no-renames -r does: submodules, links and changes of mode
// alone are among them (Old equals New for the last). They are sorted by path,
// in bytes. A root differs from nothing. A commit whose parent is not in the
// clone has ErrMissing for an error: what it changed is not known.
//
// It calls yield from several goroutines at once, with the index into commits,
// once for each. The error is that of ctx; the rest is yielded.
func (r *Repo) Diffs(ctx context.Context, commits []history.Commit,
	yield func(i int, changes []history.PathChange, err error),
) error {
	trees := make(map[hash]hash, len(commits))
	for i := range commits {
		trees[commits[i].Hash] = commits[i].Tree
	}
	shallow, err := r.shallowSet()
	if err != nil {
		return err
	}
	var taken atomic.Int64
	return r.each((len(commits)+chunk-1)/chunk, func(rd *reader) error {
		for {
			end := int(taken.Add(chunk))
			if end-chunk >= len(commits) {
				return nil
			}
			for i := end - chunk; i < min(end, len(commits)); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				changes, err := rd.changes(&commits[i], trees, shallow)
				yield(i, changes, err)
			}
		}
	})
}

// changes compares a commit with its first parent.
func (rd *reader) changes(c *history.Commit, trees map[hash]hash, shallow map[hash]bool) ([]history.PathChange, error) {
	var before hash
	if len(c.Parents) > 0 {
		var ok bool
		if before, ok = trees[c.Parents[0]]; !ok {
			parent, err := rd.commit(c.Parents[0])
			if errors.Is(err, ErrMissing) && shallow[c.Hash] {
				err = fmt.Errorf("the clone is shallow: %w", err)
			}
			if err != nil {
				return nil, fmt.Errorf("compare commit %s with its parent: %w", c.Hash, err)
			}
			before = parent.Tree
		}
	}
	d := differ{rd: rd}
	if err := d.trees(before, c.Tree, 0); err != nil {
		return nil, fmt.Errorf("compare commit %s with its parent: %w", c.Hash, err)
	}
	// In a well-formed tree the order of entries is the order of whole paths.
	byPath := func(a, b history.PathChange) int { return strings.Compare(a.Path, b.Path) }
	if !slices.IsSortedFunc(d.found, byPath) {
		slices.SortStableFunc(d.found, byPath)
	}
	return d.found, nil
}

// differ compares two trees without decoding them: it steps through the raw
// entries of both at once, and into folders whose ids differ.
type differ struct {
	rd    *reader
	path  []byte // of the folder at hand, with a slash at its end
	found []history.PathChange
}

// trees compares two trees; the zero id is an empty one.
func (d *differ) trees(before, after hash, depth int) error {
	if before == after {
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("folders more than %d deep: %w", maxDepth, ErrTooLarge)
	}
	old, err := d.rd.tree(before)
	if err != nil {
		return err
	}
	young, err := d.rd.tree(after)
	if err != nil {
		return err
	}
	for {
		old, young = skipEqual(old, young)
		if len(old) == 0 && len(young) == 0 {
			return nil
		}
		a, oldRest, err := nextEntry(old)
		if err != nil {
			return fmt.Errorf("tree %s: %w", history.Hash(before), err)
		}
		b, youngRest, err := nextEntry(young)
		if err != nil {
			return fmt.Errorf("tree %s: %w", history.Hash(after), err)
		}
		order := compareEntries(a, b)
		if order <= 0 {
			old = oldRest
		} else {
			a = treeEntry{}
		}
		if order >= 0 {
			young = youngRest
		} else {
			b = treeEntry{}
		}
		if err := d.entries(a, b, depth); err != nil {
			return err
		}
	}
}

// skipEqual drops the entries that two trees begin with in common. Most of a
// folder is unchanged in most commits, so this is where a walk over large
// folders spends its time.
func skipEqual(a, b []byte) (restA, restB []byte) {
	same := 0
	for n := min(len(a), len(b)); same < n; same += 8 {
		if same+8 > n || binary.LittleEndian.Uint64(a[same:]) != binary.LittleEndian.Uint64(b[same:]) {
			break
		}
	}
	for n := min(len(a), len(b)); same < n && a[same] == b[same]; {
		same++
	}
	at := 0
	for {
		end := entryEnd(a[at:])
		if end < 0 || at+end > same {
			return a[at:], b[at:]
		}
		at += end
	}
}

// entryEnd gives the length of the entry that tree begins with, or -1.
func entryEnd(tree []byte) int {
	if nul := bytes.IndexByte(tree, 0); nul >= 0 && len(tree) >= nul+21 {
		return nul + 21
	}
	return -1
}

// entries notes the difference between two entries of the same name and sort;
// one of them may be absent.
func (d *differ) entries(a, b treeEntry, depth int) error {
	if a.hash == b.hash && bytes.Equal(a.mode, b.mode) {
		return nil
	}
	name := a.name
	if name == nil {
		name = b.name
	}
	if a.isTree() || b.isTree() {
		above := len(d.path)
		d.path = append(append(d.path, name...), '/')
		err := d.trees(a.hash, b.hash, depth+1)
		d.path = d.path[:above]
		return err
	}
	if len(d.found) >= maxChanges {
		return fmt.Errorf("more than %d changed files: %w", maxChanges, ErrTooLarge)
	}
	d.found = append(d.found, history.PathChange{Path: clean(string(d.path) + string(name)), Old: a.hash, New: b.hash})
	return nil
}

// treeEntry is an entry of a tree, pointing into the tree's bytes.
type treeEntry struct {
	mode []byte // octal digits
	name []byte
	hash hash
}

func (e treeEntry) isTree() bool { return string(e.mode) == "40000" || string(e.mode) == "040000" }

// isFile reports whether the entry is a file, and no link or submodule.
func (e treeEntry) isFile() bool { return len(e.mode) == 6 && string(e.mode[:3]) == "100" }

// nextEntry reads the entry that tree begins with; at its end, the zero entry.
func nextEntry(tree []byte) (e treeEntry, rest []byte, err error) {
	if len(tree) == 0 {
		return e, nil, nil
	}
	space := bytes.IndexByte(tree, ' ')
	if space <= 0 || space > 7 {
		return e, nil, errFormat
	}
	end := bytes.IndexByte(tree[space:], 0)
	if end <= 1 || len(tree) < space+end+21 {
		return e, nil, errFormat
	}
	end += space
	e = treeEntry{mode: tree[:space], name: tree[space+1 : end], hash: hash(tree[end+1 : end+21])}
	return e, tree[end+21:], nil
}

// compareEntries is git's order of entries: by name, a folder's name with a
// slash at its end. A file and a folder of one name are two entries. The zero
// entry comes after all others, since it means that its tree is at its end.
func compareEntries(a, b treeEntry) int {
	switch {
	case a.name == nil:
		return 1
	case b.name == nil:
		return -1
	}
	n := min(len(a.name), len(b.name))
	if c := bytes.Compare(a.name[:n], b.name[:n]); c != 0 {
		return c
	}
	return int(a.after(n)) - int(b.after(n))
}

// after gives the byte of the name after n others.
func (e treeEntry) after(n int) byte {
	switch {
	case n < len(e.name):
		return e.name[n]
	case e.isTree():
		return '/'
	}
	return 0
}

// tree gives the raw entries of a tree; of the zero id, none.
func (rd *reader) tree(h hash) ([]byte, error) {
	if h == (hash{}) {
		return nil, nil
	}
	if data, ok := rd.trees.get(h); ok {
		return data, nil
	}
	o, err := rd.read(h, maxTree)
	if err == nil && o.kind != plumbing.TreeObject {
		err = fmt.Errorf("it is a %s: %w", o.kind, errFormat)
	}
	if err != nil {
		return nil, readError("tree", h, err)
	}
	rd.trees.put(h, o.data, len(o.data))
	return o.data, nil
}
