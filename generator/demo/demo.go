// Package demo holds the sample history: eight months of Lumen, a shop for
// lamps, with every situation that Daylight tells apart.
//
// # What it is for
//
// `daylight demo` shows it to whoever meets Daylight for the first time, and the
// tests of the whole system run on it. It is written by [Write] through the
// script language of package gitrepo/script, from the files in history/, which
// are meant to be read: one for each month, and one with the sample's source
// files. Nothing here is a picture of a real company, and nobody in it is a
// person: authors are roles.
//
// # What is in it
//
// Two components, the shop and the orders service, in staging and production,
// with version lines of their own. Deployments of the shop are tags, those of
// the orders service are git notes, and what a controller or somebody on call
// did is a line in ops/deployments.jsonl. Flags of the shop are GO Feature Flag
// files that count when they are merged; flags of the orders service are our own
// short form, and ship with the build.
//
// [Situations] lists what happens, and where in the history to look for it.
//
// # What does not change
//
// The same bytes on every machine: dates are fixed, and so are the ids of all
// commits. [AsOf] is fixed too, since a step of a rollout is planned for after
// it; it is the only "now" that the sample makes sense at.
//
// # What it does not do
//
// It does not read the history back, build a site from it or serve one: those
// are jobs of the conductor and of cmd/daylight.
package demo

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"daylight/generator/gitrepo/script"
)

// The scripts come in the order of their names; files.txtar is the last, since
// its sections end the common script.
//
//go:embed history
var history embed.FS

// ErrForeign is returned, wrapped, when the folder to write to holds something
// that an earlier Write did not make.
var ErrForeign = errors.New("the folder is not empty, and not an earlier sample")

// marker lies in the git directory of each sample, and tells a later Write that
// it may be replaced.
const marker = ".git/daylight-sample"

// AsOf is the instant as of which the sample is to be built: a Friday in the
// afternoon, two days after a rollback, and eighteen days before the next
// planned step.
func AsOf() time.Time { return time.Date(2026, time.September, 18, 16, 0, 0, 0, time.UTC) }

// Summary says what was written.
type Summary struct {
	Commits  int // on all branches; those of the notes are not counted
	Versions int // tags that are versions
}

// Write writes the sample as a repository with a work tree into dir, which is
// made where it is missing. An earlier sample there is replaced whole; anything
// else that is not empty is left alone, and the error wraps [ErrForeign]. When
// Write fails, dir is as it was.
func Write(ctx context.Context, dir string) (Summary, error) {
	archive, err := Script()
	if err != nil {
		return Summary{}, fmt.Errorf("write sample: %w", err)
	}
	if err := replaceable(dir); err != nil {
		return Summary{}, fmt.Errorf("write sample to %s: %w", dir, err)
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return Summary{}, fmt.Errorf("write sample: %w", err)
	}
	stage, err := os.MkdirTemp(parent, ".sample-*")
	if err != nil {
		return Summary{}, fmt.Errorf("write sample: %w", err)
	}
	defer os.RemoveAll(stage) // nothing is left of it once it is renamed
	if err := ctx.Err(); err != nil {
		return Summary{}, err
	}
	if err := script.Run(stage, archive); err != nil {
		return Summary{}, fmt.Errorf("write sample: %w", err)
	}
	if err := swap(stage, dir); err != nil {
		return Summary{}, fmt.Errorf("write sample to %s: %w", dir, err)
	}
	return summarize(archive), nil
}

// Script gives the whole history as one archive: the verbs in its comment, the
// files in its sections.
func Script() (*txtar.Archive, error) {
	names, err := fs.Glob(history, "history/*.script")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, name := range append(names, "history/files.txtar") {
		data, err := history.ReadFile(name)
		if err != nil {
			return nil, err
		}
		text.Write(data)
	}
	return txtar.Parse(text.Bytes()), nil
}

// replaceable reports why dir must be left alone, if it must.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, marker)); err != nil {
		return ErrForeign
	}
	return nil
}

// swap puts the finished sample into its place. TempDir made the stage for its
// owner alone, which is not what a folder that is served should be.
func swap(stage, dir string) error {
	if err := os.WriteFile(filepath.Join(stage, marker), []byte("written by daylight demo\n"), 0o644); err != nil {
		return err
	}
	if err := os.Chmod(stage, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(stage, dir)
}

// summarize counts in the script, which says everything that is in the sample.
func summarize(archive *txtar.Archive) Summary {
	var s Summary
	for line := range strings.Lines(string(archive.Comment)) {
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.TrimSpace(verb) {
		case "commit", "merge", "cherry-pick", "revert":
			s.Commits++
		case "tag":
			if !strings.HasPrefix(rest, "deploy/") {
				s.Versions++
			}
		}
	}
	return s
}
