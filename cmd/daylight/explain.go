package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

func (a *app) explainCommand() *cobra.Command {
	var w where
	var format, expect, environment string
	cmd := &cobra.Command{
		Use:   "explain <commit | #PR | version | flag | deployment>",
		Short: "Tell where a change is, who sees it, since when, and on what evidence",
		Long: `Tells the story of one thing in sentences, the newest move last, each with when,
what, why and where it was read. It takes a commit as git names it (its first
digits, HEAD, HEAD~3, a branch, a tag), a pull request (#123, or shop#123 where
several repositories are read; quote it), a version, a flag's key or a
deployment's id.

With --expect it exits with 1 unless the change has that status in production (or
in the environment given with --environment): released, limited, dark, ...`,
		Example: "  daylight explain '#123'\n  daylight explain HEAD --expect released\n  daylight explain basket-v2 --format markdown",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			subject, err := l.subjectOf(res.Ledger, given[0])
			if err != nil {
				return err
			}
			zone, err := time.LoadLocation(l.Config.TimeZone)
			if err != nil {
				return fmt.Errorf("read time_zone: %w", err)
			}
			told := story.New(res.Ledger, zone)
			if err := a.tell(told, told.Explain(subject), format); err != nil {
				return err
			}
			return a.expect(res.Ledger, subject, expect, environment)
		},
	}
	w.register(cmd)
	f := cmd.Flags()
	f.StringVar(&format, "format", "text", "text, json or markdown")
	f.StringVar(&expect, "expect", "", "exit with 1 unless the change has this status")
	f.StringVar(&environment, "environment", "", "the environment that --expect looks at (default: every one of tier production)")
	return cmd
}

func (a *app) tell(t *story.Teller, s story.Story, format string) error {
	switch format {
	case "text":
		return t.Text(a.stdout, s, a.layout())
	case "markdown":
		return t.Markdown(a.stdout, s)
	case "json":
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json", "markdown")}
}

// expect compares the status of a change with what the caller wants.
func (a *app) expect(l *ledger.Ledger, s story.Subject, want, environment string) error {
	if want == "" {
		return nil
	}
	want = strings.ReplaceAll(want, "-", "_")
	if !slices.Contains(statuses(), want) {
		return usageError{fmt.Errorf("expect %q: no such status", want), choices(want, statuses()...)}
	}
	if s.Change == nil {
		return usageError{errors.New("--expect needs a change"), "give a commit or a pull request"}
	}
	tiers := map[ledger.EnvironmentName]ledger.Tier{}
	for _, e := range l.Environments {
		tiers[e.Name] = e.Tier
	}
	looked := false
	var names []string
	for _, in := range s.Change.Environments {
		names = append(names, string(in.Environment))
		if environment != "" && string(in.Environment) != environment || environment == "" && tiers[in.Environment] != ledger.TierProduction {
			continue
		}
		looked = true
		if string(in.Status) != want {
			fmt.Fprintf(a.stderr, "daylight: expected %s in %s: it is %s\n", want, in.Environment, story.StatusWord(in.Status))
			return errFinding
		}
	}
	switch {
	case looked:
		return nil
	case environment != "":
		return usageError{fmt.Errorf("expect %s in %s: the change has no such environment", want, environment), choices(environment, names...)}
	default:
		return usageError{fmt.Errorf("expect %s: the change has no environment of tier production", want), "name one with --environment"}
	}
}

// statuses lists what --expect can name.
func statuses() []string {
	var out []string
	for _, s := range []ledger.Status{
		ledger.StatusNotDeployed, ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased,
		ledger.StatusRolledBack, ledger.StatusReverted, ledger.StatusUnknown,
	} {
		out = append(out, string(s))
	}
	return out
}

// layout sets text for the terminal on stdout, or for a pipe.
func (a *app) layout() story.Layout {
	o := story.Layout{Width: a.width}
	if a.color {
		o.Dim = func(s string) string { return "\x1b[2m" + s + "\x1b[0m" }
		o.Bold = func(s string) string { return "\x1b[1m" + s + "\x1b[0m" }
	}
	return o
}
