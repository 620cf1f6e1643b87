package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"daylight/generator/ledger"
)

func (a *app) checkCommand() *cobra.Command {
	var w where
	var strict bool
	var format, since string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say everything that build would complain of, and write nothing",
		Long: `Reads the configuration and all sources and lists every doubt about them, each
with its place and what to do; before these it tells what a site would be more
useful with, and the command or the line that brings it. It exits with 1 when there is an error, and with
--strict also when there is a warning.

With --since it tells instead what would become public by what is checked out
and not in that revision: for each audience the notes that it would read as soon
as the change is merged, and those that it would read once it is deployed. That
is for a merge request, before anything is.`,
		Example: "  daylight check\n  daylight check --since origin/main\n  daylight check --strict --format github",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			if since != "" {
				return a.checkSince(cmd.Context(), l, w, since, format)
			}
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			if err := l.ReadDocs(cmd.Context(), res); err != nil {
				return err
			}
			numbers, err := l.Metrics(res)
			if err != nil {
				return err
			}
			problems := slices.Concat(l.Check(), l.missing(res), l.cloneProblems(res), res.Ledger.Problems, numbers.Problems, l.StaleProblems(res))
			if err := a.printChecked(problems, format); err != nil {
				return err
			}
			if count(problems, ledger.LevelError) > 0 || strict && count(problems, ledger.LevelWarning) > 0 {
				return errFinding
			}
			return nil
		},
	}
	w.register(cmd)
	cmd.Flags().BoolVar(&strict, "strict", false, "let warnings fail the check too")
	cmd.Flags().StringVar(&format, "format", "text", "text, json or github (annotations)")
	cmd.Flags().StringVar(&since, "since", "", "tell what would become public by what is not in this branch, tag or commit")
	return cmd
}

// printChecked writes the findings to stdout in the format asked for.
func (a *app) printChecked(problems []ledger.Problem, format string) error {
	switch format {
	case "text":
		for _, p := range problems {
			fmt.Fprintf(a.stdout, "%s: %s [%s]\n", problemLine(p), p.Message, p.Rule)
			if p.Hint != "" {
				fmt.Fprintf(a.stdout, "  hint: %s\n", p.Hint)
			}
		}
		fmt.Fprintln(a.stdout, problemCount(problems))
	case "json":
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(problems)
	case "github":
		for _, p := range problems {
			fmt.Fprintln(a.stdout, annotation(p))
		}
	default:
		return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json", "github")}
	}
	return nil
}

// problemLine gives "place: level".
func problemLine(p ledger.Problem) string {
	if len(p.Origins) == 0 || p.Origins[0].String() == "" {
		return string(p.Level)
	}
	return p.Origins[0].String() + ": " + string(p.Level)
}

// annotation writes a problem as a workflow command. Its text is escaped as
// that syntax wants it.
func annotation(p ledger.Problem) string {
	level := map[ledger.Level]string{ledger.LevelError: "error", ledger.LevelWarning: "warning"}[p.Level]
	if level == "" {
		level = "notice"
	}
	place := ""
	if len(p.Origins) > 0 && p.Origins[0].File != "" {
		o := p.Origins[0]
		place = " file=" + escapeProperty(o.File)
		if o.Line > 0 {
			place += fmt.Sprintf(",line=%d", o.Line)
		}
		if o.Col > 0 {
			place += fmt.Sprintf(",col=%d", o.Col)
		}
	}
	text := p.Message
	if p.Hint != "" {
		text += ". Hint: " + p.Hint
	}
	return fmt.Sprintf("::%s%s::%s", level, place, escapeData(text))
}
