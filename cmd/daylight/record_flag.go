package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator/config"
	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// flagFlags are what a person says of a flag.
type flagFlags struct {
	destination
	event   flagfile.Event
	percent string
	groups  []string
	at      string
}

func (a *app) recordFlagCommand() *cobra.Command {
	var o flagFlags
	cmd := &cobra.Command{
		Use:   "flag --key KEY --environment NAME (--state on|off | --percent N | --group NAME)",
		Short: "Write down that a flag was turned",
		Long: `Adds a line to a log of events, for flags that live in a service and in no file: to
the note on HEAD in refs/notes/flags, or to a file in the tree. The line says all
that holds from its instant on: a percentage without a group lets no group in. With
--at in the future it is a planned step. Which commit a note is on does not matter.

--file, --commit and --branch mean --to file.`,
		Example: `  daylight record flag --key basket-v2 --environment production --percent 5
  daylight record flag --key basket-v2 --environment production --state on --at 2026-04-01T09:00:00Z
  daylight record flag --key basket-v2 --environment production --state off --branch main`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if given := cmd.Flags().Changed; !given("to") && (given("file") || given("commit") || given("branch")) {
				o.to = "file"
			}
			if err := o.check(cmd, "note", "file"); err != nil {
				return err
			}
			return a.recordFlag(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.event.Key, "key", "", "the flag (required)")
	f.StringVarP(&o.event.Environment, "environment", "e", "", "where it was turned (default: everywhere)")
	f.StringVar(&o.event.State, "state", "", "on or off")
	f.StringVar(&o.percent, "percent", "", "the share of the users that it lets in")
	f.StringArrayVar(&o.groups, "group", nil, "a group that it lets in, or a part of one: beta, beta=50; may be repeated")
	f.StringArrayVar(&o.event.Except, "except", nil, "a group that it keeps out; may be repeated")
	f.StringVar(&o.at, "at", "", "when (default: now)")
	f.StringVar(&o.event.Description, "description", "", "what the flag is for")
	o.register(cmd, "flags", "flags.jsonl", "note", "file")
	return cmd
}

func (a *app) recordFlag(ctx context.Context, o flagFlags) error {
	o.event.Key = strings.TrimSpace(o.event.Key)
	switch {
	case o.event.Key == "":
		return usageError{errors.New("record flag: which flag?"), "add --key"}
	case o.event.State != "" && o.percent != "":
		return usageError{errors.New("record flag: --state and --percent say the same thing twice"), "give one of them"}
	case o.event.State == "" && o.percent == "" && len(o.groups) == 0:
		return usageError{errors.New("record flag: what does it do now?"), "give --state on, --state off, --percent or --group"}
	}
	var err error
	if o.event.Percent, err = share("percent", o.percent); err != nil {
		return err
	}
	groups, err := groupShares(o.groups)
	if err != nil {
		return err
	}
	o.event.Groups = flagfile.Groups(groups)
	if o.event.At, err = instant("at", o.at); err != nil {
		return err
	}
	if o.event.At.IsZero() {
		o.event.At = a.now()
	}
	line, problems, err := o.event.Write()
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return refused("flag", problems)
	}
	if name := []byte(line); o.to == "file" && !(flagfile.EventLog{}).Match(o.file, name) {
		return usageError{errors.New("record flag: the log must be a file of JSON Lines"), "call it flags.jsonl"}
	}
	return a.writeEvent(ctx, o, line)
}

func (a *app) writeEvent(ctx context.Context, o flagFlags, line string) error {
	subject := "Record flag " + o.event.Key
	if o.event.Environment != "" {
		subject += " in " + o.event.Environment
	}
	return a.put(o.destination, o.event.Environment, func(r *recorder, conf config.Config) error {
		r.warnFlagPlace(conf)
		var target ledger.Hash
		if o.to == "note" {
			// The line speaks of no commit; this one is at hand in every clone.
			var err error
			if target, err = r.commitOf("HEAD"); err != nil {
				return err
			}
		}
		return r.write(ctx, target, line, subject, func(earlier string) bool { return flagfile.RepeatsEvent(line, earlier) })
	})
}

// warnFlagPlace says when no source of the configuration reads these notes.
// Files are found by what is in them, unless the configuration names others.
func (r *recorder) warnFlagPlace(conf config.Config) {
	short := func(ref string) string { return strings.TrimPrefix(ref, "refs/notes/") }
	read := slices.ContainsFunc(conf.Flags, func(f config.Flags) bool { return f.Ref != "" && short(f.Ref) == short(r.to.notesRef) })
	if r.to.to == "note" && !read {
		r.caution("the site does not read what is recorded here", fmt.Sprintf("add to site.toml: [[flags]] ref = %q", short(r.to.notesRef)))
	}
}
