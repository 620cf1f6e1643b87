package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"daylight/generator"
	"daylight/generator/config"
	"daylight/generator/ledger"
)

// correct compares what would be published for some audiences with what was
// published last, in the folder that was named or else in the output's. What it
// finds becomes a problem of the ledger. A folder that was named must hold
// something; the output's may be new, and what cannot be read there is one more
// problem.
func (l *loaded) correct(res *generator.Result, chosen []config.Audience, named, out string) error {
	folder := named
	if named == "" {
		folder = out
	}
	found := false
	for _, audience := range chosen {
		older, ok, err := generator.Previous(os.DirFS(folder), audience)
		switch {
		case err != nil && named != "":
			return usageError{err, ""}
		case err != nil:
			place := []ledger.Origin{{File: filepath.ToSlash(filepath.Join(folder, audience.Output))}}
			l.Doubt(res, ledger.Problem{
				Origins: place, Rule: "previous-unreadable", Level: ledger.LevelWarning,
				Message: "nothing can be compared with what was published last: " + err.Error(), Hint: "this build writes the file anew",
			})
		case ok:
			found = true
			l.Correct(res, older, audience)
		}
	}
	if named != "" && !found {
		return usageError{fmt.Errorf("compare with what was published in %s: %w", named, errNoSite), "it must hold <audience>/data/published.json of an earlier build"}
	}
	return nil
}

var errNoSite = errors.New("no site is there")
