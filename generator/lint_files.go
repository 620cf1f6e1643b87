package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"daylight/generator/collect"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// maxText bounds a text that is linted, in bytes: what is larger is data.
const maxText = 4 << 20

// files lists the files to read.
func (r *lintRun) files(ctx context.Context) error {
	names, read, err := r.tree(ctx)
	if err != nil {
		return err
	}
	before, err := r.before(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		old, existed := before[name]
		r.report.Files++
		r.todo = append(r.todo, lintText{facts: true, origin: ledger.Origin{File: name}, read: func() (*wording.Text, *wording.Text, error) {
			data, err := read(name)
			if err != nil {
				return nil, nil, err
			}
			if len(data) > maxText {
				return nil, nil, fmt.Errorf("the file has %d bytes, more than the %d that are read", len(data), maxText)
			}
			now := r.file(name, data)
			if !existed {
				return now, nil, nil
			}
			data, err = r.p.Repositories[0].Repo.Blob(old, maxText)
			if err != nil {
				return now, nil, nil //nolint:nilerr // what was there before cannot be read: all counts as added
			}
			return now, r.file(name, data), nil
		}})
	}
	return nil
}

func (r *lintRun) file(name string, data []byte) *wording.Text {
	public := collect.Matches(r.p.Config.Wording.Public, name)
	return r.text(ledger.Origin{File: name}, data, isMarkdown(name), public, "md")
}

// tree lists the files that are wanted, by path, and how to read them.
func (r *lintRun) tree(ctx context.Context) ([]string, func(string) ([]byte, error), error) {
	if r.o.Tree != nil {
		names, err := r.walk()
		return names, func(name string) ([]byte, error) { return fs.ReadFile(r.o.Tree, name) }, err
	}
	if len(r.p.Repositories) == 0 {
		return nil, nil, nil
	}
	repo := r.p.Repositories[0].Repo
	_, tip, err := repo.Head()
	if err != nil || tip.IsZero() {
		return nil, nil, err
	}
	files, err := repo.Files(ctx, tip, r.wanted)
	if err != nil {
		return nil, nil, fmt.Errorf("list files to lint: %w", err)
	}
	blobs := map[string]history.Hash{}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
		blobs[f.Path] = f.Blob
	}
	return names, func(name string) ([]byte, error) { return repo.Blob(blobs[name], maxText) }, nil
}

// walk lists the files of the work tree that are wanted.
func (r *lintRun) walk() ([]string, error) {
	var names []string
	err := fs.WalkDir(r.o.Tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return fmt.Errorf("read files to lint: %w", err)
		case err != nil:
			r.report.Problems = append(r.report.Problems, ledger.Problem{Origins: []ledger.Origin{{File: name}},
				Message: fmt.Sprintf("cannot be read: %v", errors.Unwrap(err)), Rule: "unreadable-text", Level: ledger.LevelWarning})
			return nil
		case d.IsDir():
			if name != "." && r.leftOut(name) {
				return fs.SkipDir
			}
		case d.Type().IsRegular() && r.wanted(name):
			names = append(names, name)
		}
		return nil
	})
	slices.Sort(names)
	return names, err
}

// leftOut reports whether nobody wrote what is in a folder by hand.
func (r *lintRun) leftOut(folder string) bool {
	base := path.Base(folder)
	return strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor" || base == "third_party" ||
		folder == path.Clean(r.p.Config.Build.Output)
}

// wanted reports whether a file is among those to read.
func (r *lintRun) wanted(name string) bool {
	patterns := r.o.Patterns
	if len(patterns) == 0 {
		patterns = append(slices.Clone(r.p.Config.Wording.Files), r.p.Config.Wording.Public...)
	}
	if !collect.Matches(patterns, name) || len(r.o.Patterns) == 0 && collect.Matches(r.p.Config.Wording.Ignore, name) {
		return false
	}
	if r.o.Tree == nil { // walk leaves folders out by itself
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if r.leftOut(dir) {
				return false
			}
		}
	}
	return true
}

// before gives the files of the commit that changes are counted from.
func (r *lintRun) before(ctx context.Context) (map[string]history.Hash, error) {
	if r.o.Since.IsZero() {
		return nil, nil
	}
	files, err := r.p.Repositories[0].Repo.Files(ctx, history.Hash(r.o.Since), r.wanted)
	if err != nil {
		return nil, fmt.Errorf("list files at %s: %w", r.o.Since.Short(), err)
	}
	out := map[string]history.Hash{}
	for _, f := range files {
		out[f.Path] = f.Blob
	}
	return out, nil
}
