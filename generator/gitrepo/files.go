package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"daylight/generator/history"
)

// Files lists the files in a commit's tree whose path keep accepts (nil accepts
// all), sorted by path in bytes. Symbolic links and submodules are no files.
func (r *Repo) Files(ctx context.Context, commit history.Hash, keep func(path string) bool) ([]history.File, error) {
	l := lister{ctx: ctx, keep: keep}
	err := r.with(func(rd *reader) error {
		c, err := rd.commit(commit)
		if err != nil {
			return err
		}
		l.rd = rd
		return l.tree(c.Tree, "", 0)
	})
	if err != nil {
		return nil, fmt.Errorf("list files of %s: %w", commit, err)
	}
	slices.SortFunc(l.files, func(a, b history.File) int { return strings.Compare(a.Path, b.Path) })
	return l.files, nil
}

type lister struct {
	ctx   context.Context
	rd    *reader
	keep  func(path string) bool
	seen  int
	files []history.File
}

func (l *lister) tree(h hash, path string, depth int) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if depth > maxDepth {
		return fmt.Errorf("folders more than %d deep: %w", maxDepth, ErrTooLarge)
	}
	rest, err := l.rd.tree(h)
	if err != nil {
		return err
	}
	for len(rest) > 0 {
		var e treeEntry
		if e, rest, err = nextEntry(rest); err != nil {
			return fmt.Errorf("tree %s: %w", history.Hash(h), err)
		}
		if l.seen++; l.seen > maxChanges {
			return fmt.Errorf("more than %d files: %w", maxChanges, ErrTooLarge)
		}
		name := path + clean(string(e.name))
		switch {
		case e.isTree():
			if err := l.tree(e.hash, name+"/", depth+1); err != nil {
				return err
			}
		case e.isFile() && (l.keep == nil || l.keep(name)):
			l.files = append(l.files, history.File{Path: name, Blob: e.hash})
		}
	}
	return nil
}

// File finds the file at a path (slashes, no leading one) in a commit's tree,
// reading only the folders on the way. It reports false where there is none, or
// something else: a folder, a link, a submodule.
func (r *Repo) File(commit history.Hash, path string) (history.File, bool, error) {
	file := history.File{Path: path}
	found := false
	err := r.with(func(rd *reader) error {
		c, err := rd.commit(commit)
		if err != nil {
			return err
		}
		folder := c.Tree
		for rest := path; ; {
			name, below, more := strings.Cut(rest, "/")
			e, err := rd.lookup(folder, name)
			switch {
			case err != nil:
				return err
			case !more:
				file.Blob, found = e.hash, e.isFile()
				return nil
			case !e.isTree():
				return nil
			}
			folder, rest = e.hash, below
		}
	})
	if err != nil {
		return history.File{}, false, fmt.Errorf("find %s in %s: %w", path, commit, err)
	}
	if !found {
		return history.File{}, false, nil
	}
	return file, true, nil
}

// lookup finds a name in a tree; no such name gives the zero entry.
func (rd *reader) lookup(tree hash, name string) (treeEntry, error) {
	rest, err := rd.tree(tree)
	if err != nil {
		return treeEntry{}, err
	}
	for len(rest) > 0 {
		var e treeEntry
		if e, rest, err = nextEntry(rest); err != nil {
			return treeEntry{}, fmt.Errorf("tree %s: %w", history.Hash(tree), err)
		}
		if string(e.name) == name || clean(string(e.name)) == name {
			return e, nil
		}
	}
	return treeEntry{}, nil
}

// Blob reads a file of at most limit bytes. The error is ErrTooLarge for a
// larger one, which is not read, and ErrMissing for one that a partial clone
// did not fetch. The bytes are the caller's own, and as they stand in git.
func (r *Repo) Blob(h history.Hash, limit int64) ([]byte, error) {
	var data []byte
	err := r.with(func(rd *reader) error {
		o, err := rd.read(h, limit)
		if err == nil && o.kind != plumbing.BlobObject {
			err = fmt.Errorf("it is a %s: %w", o.kind, errFormat)
		}
		data = o.data
		return err
	})
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, fmt.Errorf("read blob %s: larger than %d bytes: %w", h, limit, err)
	case errors.Is(err, ErrMissing):
		return nil, &Error{Op: "read blob " + h.String(), Err: err,
			Tip: "a partial clone lacks files; run git fetch --refetch in it"}
	case err != nil:
		return nil, readError("blob", h, err)
	}
	return slices.Clone(data), nil
}
