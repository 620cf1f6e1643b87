package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator/flagfile"
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
		Long: `Adds a line to a log of events in the tree, for flags that live in a service and in
no file. The line says all that holds from its instant on: a percentage without a
group lets no group in. With --at in the future it is a planned step.`,
		Example: `  daylight record flag --key basket-v2 --environment production --percent 5 --commit
  daylight record flag --key basket-v2 --environment production --state on --at 2026-04-01T09:00:00Z`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd, "file"); err != nil {
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
	o.register(cmd, "flags.jsonl", "file")
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
	if name := []byte(line); !(flagfile.EventLog{}).Match(o.file, name) {
		return usageError{errors.New("record flag: the log must be a file of JSON Lines"), "call it flags.jsonl"}
	}
	return a.writeEvent(ctx, o, line)
}

func (a *app) writeEvent(ctx context.Context, o flagFlags, line string) error {
	r, err := a.recorder(o.destination)
	if err != nil {
		return err
	}
	defer r.Close()
	if o.event.Environment != "" {
		conf, known := r.configuration()
		r.warn(o.event.Environment, conf, known)
	}
	subject := "Record flag " + o.event.Key
	if o.event.Environment != "" {
		subject += " in " + o.event.Environment
	}
	w, err := r.addLine(ctx, line, subject, func(earlier string) bool { return flagfile.RepeatsEvent(line, earlier) })
	if err != nil {
		return err
	}
	r.tell(w, o.file, line)
	return nil
}
