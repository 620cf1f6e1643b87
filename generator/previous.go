package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"daylight/generator/config"
	"daylight/generator/diff"
	"daylight/generator/ledger"
)

// Previous reads what an older build published for an audience, from the folder
// that holds the sites. It reports false when no site is there, or one that is
// older than the file which says what it published.
func Previous(sites fs.FS, a config.Audience) (diff.Snapshot, bool, error) {
	return SnapshotIn(sites, a.Output)
}

// SnapshotIn reads what the site in a folder published.
func SnapshotIn(sites fs.FS, folder string) (diff.Snapshot, bool, error) {
	name := folder + "/" + publishedPath
	if folder == "" || folder == "." {
		name = publishedPath
	}
	data, err := fs.ReadFile(sites, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return diff.Snapshot{}, false, nil
	case err != nil:
		return diff.Snapshot{}, false, fmt.Errorf("read what was published: %w", err)
	}
	s, err := diff.Parse(data)
	if err != nil {
		return s, false, fmt.Errorf("read %s: %w", name, err)
	}
	return s, true, nil
}

// Correct compares what would be published with what was, and gives what it
// found as problems, which it also adds to the ledger, so that the pages show
// them: a published date that moved, an entry that vanished, an identifier that
// changed. Dates that moved, in this build or in an earlier one, are said on the
// pages for as long as they differ.
func (p *Project) Correct(res *Result, older diff.Snapshot, a config.Audience) []ledger.Problem {
	now := p.Snapshot(res, a)
	found := diff.Problems(diff.Corrections(older, now))
	if res.moved == nil {
		res.moved = map[string][]diff.Correction{}
	}
	res.moved[a.Name] = diff.Standing(older, now)
	p.Doubt(res, found...)
	return found
}

// Doubt adds problems to the ledger of a result, in their order.
func (p *Project) Doubt(res *Result, found ...ledger.Problem) {
	if len(found) == 0 {
		return
	}
	l := *res.Ledger // what others hold stays as it was
	l.Problems = append(slices.Clone(l.Problems), found...)
	slices.SortStableFunc(l.Problems, ledger.CompareProblems)
	res.Ledger = &l
}
