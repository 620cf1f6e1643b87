package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator/config"
	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// releaseFlags are what a person says of a release.
type releaseFlags struct {
	destination
	line    deploylog.ReleaseLine
	percent string
	groups  []string
	at      string
}

func (a *app) recordReleaseCommand() *cobra.Command {
	var o releaseFlags
	cmd := &cobra.Command{
		Use:   "release --environment NAME (--change COMMIT | --version TAG | --flag KEY)",
		Short: "Declare that people can see a change, from now on",
		Long: `Declares a release, for those who release without a flag: from then on people can
see a change, all changes of a version, or all changes behind a flag. Before it
they count as dark where they are deployed. Without --percent and --group it is a
release to everybody; --percent 0 takes it back.

Where a flag lets fewer people through than is declared here, the flag wins, and
the site says so.`,
		Example: `  daylight record release --environment production --version v1.4.0
  daylight record release --environment production --change 3fa9c1e --group beta --percent 5`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd, "note", "file"); err != nil {
				return err
			}
			return a.recordRelease(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.line.Environment, "environment", "e", "", "where people see it (required)")
	f.StringVar(&o.line.Release.Change, "change", "", "the change: a commit's id, a tag or a branch")
	f.StringVar(&o.line.Release.Version, "version", "", "all changes of this version")
	f.StringVar(&o.line.Release.Flag, "flag", "", "all changes behind this flag")
	f.StringVar(&o.percent, "percent", "", "the share of the users (default: 100, or 0 with --group)")
	f.StringArrayVar(&o.groups, "group", nil, "a group that sees it, or a part of one: beta, beta=50; may be repeated")
	f.StringVar(&o.at, "at", "", "when (default: now)")
	f.StringVar(&o.line.Actor, "actor", "", "who decided it")
	f.StringVar(&o.line.URL, "url", "", "an address with more")
	f.StringVar(&o.line.Description, "description", "", "in a few words")
	f.StringVar(&o.line.ID, "id", "", "what names this release for ever")
	o.register(cmd, "deployments", "deployments.jsonl", "note", "file")
	return cmd
}

func (a *app) recordRelease(ctx context.Context, o releaseFlags) error {
	named := 0
	for _, s := range []string{o.line.Release.Change, o.line.Release.Version, o.line.Release.Flag} {
		if s != "" {
			named++
		}
	}
	switch {
	case strings.TrimSpace(o.line.Environment) == "":
		return usageError{errors.New("record release: which environment?"), "add --environment production"}
	case named != 1:
		return usageError{errors.New("record release: of what?"), "give one of --change, --version and --flag"}
	}
	var err error
	if o.line.Percent, err = share("percent", o.percent); err != nil {
		return err
	}
	if o.line.Groups, err = groupShares(o.groups); err != nil {
		return err
	}
	if o.line.At, err = instant("at", o.at); err != nil {
		return err
	}
	if o.line.At.IsZero() {
		o.line.At = a.now()
	}
	return a.put(o.destination, o.line.Environment, func(r *recorder, conf config.Config) error {
		r.warnPlace(conf)
		target, err := r.released(&o)
		if err != nil {
			return err
		}
		line, problems, err := o.line.Write(r.input(), target)
		return r.writeRecord(ctx, target, checkedLine{"release", line, problems, err}, "Record a release in "+o.line.Environment)
	})
}

// released finds the commit that the note hangs on: the change, the version's
// commit, or for a flag HEAD. A file needs none.
func (r *recorder) released(o *releaseFlags) (ledger.Hash, error) {
	name := &o.line.Release
	if name.Change == "" && o.to == "file" {
		return ledger.Hash{}, nil
	}
	h, err := r.commitOf(cmp.Or(cmp.Or(name.Change, name.Version), "HEAD"))
	if err != nil || name.Change == "" {
		return h, err
	}
	name.Change = h.String()
	if o.to == "file" {
		h = ledger.Hash{}
	}
	return h, nil
}
