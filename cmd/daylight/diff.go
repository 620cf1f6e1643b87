package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/diff"
)

func (a *app) diffCommand() *cobra.Command {
	var format, audience string
	var exit bool
	cmd := &cobra.Command{
		Use:   "diff <old> <new>",
		Short: "Tell what was deployed, released or taken back between two builds",
		Long: `Compares what two builds published, and needs no repository for it: each of the
two is the folder of one site, the folder that holds the sites of all audiences,
a data/published.json, or the output of daylight ledger. Markdown is made to be
posted in a chat or a pull request.

It also tells what the newer build says otherwise than the older one: published
dates that moved, entries that vanished, identifiers that changed. With
--exit-code these make it exit with 1.`,
		Example: "  daylight diff /tmp/yesterday public\n  daylight diff --format markdown old/team/data/published.json public/team",
		Args:    args(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, given []string) error {
			older, err := readSnapshot(given[0], audience)
			if err != nil {
				return err
			}
			newer, err := readSnapshot(given[1], audience)
			if err != nil {
				return err
			}
			if older.Audience != newer.Audience {
				return usageError{fmt.Errorf("compare %s with %s: they are made for different audiences", given[0], given[1]), "name the same site of both builds"}
			}
			d := diff.Compare(older, newer)
			switch format {
			case "text":
				err = d.Text(a.stdout)
			case "markdown":
				err = d.Markdown(a.stdout)
			case "json":
				err = d.JSON(a.stdout)
			default:
				return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "markdown", "json")}
			}
			if err == nil && exit && len(d.Corrections) > 0 {
				return errFinding
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "text", "text, markdown or json")
	f.StringVar(&audience, "audience", "team", "the site to compare, where a folder holds several")
	f.BoolVar(&exit, "exit-code", false, "exit with 1 when something is said otherwise than before")
	return cmd
}

const wantsBuild = "give a folder that daylight build made, its data/published.json, or the output of daylight ledger"

// readSnapshot reads what a build published: from the folder of its site, from
// the folder of all sites, or from a file.
func readSnapshot(path, audience string) (diff.Snapshot, error) {
	info, err := os.Stat(path)
	if err != nil {
		return diff.Snapshot{}, usageError{fmt.Errorf("read build %s: %w", path, errors.Unwrap(err)), wantsBuild}
	}
	if !info.IsDir() {
		data, err := os.ReadFile(path)
		if err != nil {
			return diff.Snapshot{}, fmt.Errorf("read build %s: %w", path, errors.Unwrap(err))
		}
		s, err := diff.Parse(data)
		if err != nil {
			return s, usageError{fmt.Errorf("read build %s: %w", path, err), wantsBuild}
		}
		return s, nil
	}
	for _, folder := range []string{".", audience} {
		s, ok, err := generator.SnapshotIn(os.DirFS(path), folder)
		if err != nil {
			return s, fmt.Errorf("read build %s: %w", path, err)
		}
		if ok {
			return s, nil
		}
	}
	return diff.Snapshot{}, usageError{fmt.Errorf("read build %s: %w", path, errNoSite), "it must hold data/published.json, or " + audience + "/data/published.json"}
}
