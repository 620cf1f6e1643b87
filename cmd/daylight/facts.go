package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"daylight/generator/facts"
)

// writeFacts prints what is read of the repositories.
func (a *app) writeFacts(ctx context.Context, l *loaded, w where, flagsFrom []string) error {
	known, err := readFacts(flagsFrom)
	if err != nil {
		return err
	}
	stop := a.progress(l.Project, w.quiet)
	defer stop()
	return l.WriteFacts(ctx, a.stdout, known)
}

// join reads files of facts in place of repositories.
func (l *loaded) join(globs []string) error {
	parts, err := readFacts(globs)
	if err != nil {
		return err
	}
	return l.Join(parts)
}

// knows refuses a repository that the configuration does not name.
func (l *loaded) knows(only string) error {
	if only == "" {
		return nil
	}
	var names []string
	for _, r := range l.Config.AllRepositories() {
		if r.Name == only {
			return nil
		}
		if r.Name != "" {
			names = append(names, r.Name)
		}
	}
	return usageError{fmt.Errorf("read repository %q alone: site.toml has no repository of this name", only), choices(only, names...)}
}

// factsFiles lists the files that globs name, each once, sorted.
func factsFiles(globs []string) ([]string, error) {
	var out []string
	for _, g := range globs {
		if _, err := os.Stat(g); err == nil {
			out = append(out, filepath.Clean(g))
			continue
		}
		found, err := filepath.Glob(g)
		if err != nil {
			return nil, usageError{fmt.Errorf("read facts: %s: %w", g, err), "quote the glob"}
		}
		if len(found) == 0 {
			return nil, usageError{fmt.Errorf("read facts: %s: no such file", g), "daylight ledger --facts writes one"}
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// readFacts reads files on every core. Of several that are wrong the first is told.
func readFacts(globs []string) ([]*facts.Part, error) {
	files, err := factsFiles(globs)
	if err != nil {
		return nil, err
	}
	parts, faults := make([]*facts.Part, len(files)), make([]error, len(files))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range files {
		g.Go(func() error {
			parts[i], faults[i] = readPart(name)
			return nil
		})
	}
	_ = g.Wait() // faults has them
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func readPart(name string) (*facts.Part, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	part, err := facts.Decode(bufio.NewReaderSize(f, 1<<18), name)
	return part, errors.Join(err, f.Close())
}
