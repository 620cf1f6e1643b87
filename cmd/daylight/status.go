package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator/story"
)

func (a *app) statusCommand() *cobra.Command {
	var w where
	var format string
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Show the board in the terminal: what runs where, and who sees it",
		Example: "  daylight status\n  daylight status --format json",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			zone, err := time.LoadLocation(l.Config.TimeZone)
			if err != nil {
				return fmt.Errorf("read time_zone: %w", err)
			}
			board := story.New(res.Ledger, zone).Board()
			switch format {
			case "json":
				e := json.NewEncoder(a.stdout)
				e.SetIndent("", "  ")
				return e.Encode(board)
			case "text":
				return a.printBoard(board)
			}
			return usageError{fmt.Errorf("print as %q: no such format", format), "there are: text, json"}
		},
	}
	w.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// printBoard writes the board as a table.
func (a *app) printBoard(b story.Board) error {
	if len(b.Rows) == 0 {
		fmt.Fprintln(a.stdout, "Nothing is deployed anywhere, as far as this repository tells.")
		fmt.Fprintln(a.stdout, "Record a deployment with a tag such as deploy/production/2026-03-03T09-00Z, or run: daylight init")
		return nil
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ENVIRONMENT\tCOMPONENT\tRUNS\tTRAFFIC\tSINCE\tBEHIND\tDARK\tLIMITED\tTAKEN BACK")
	for _, r := range b.Rows {
		component := string(r.Component)
		if r.Slot != "" {
			component += " (" + r.Slot + ")"
		}
		since, behind := "-", "?"
		if r.Since != nil {
			since = story.Ago(b.AsOf.Sub(*r.Since)) + " ago"
		}
		if r.Behind >= 0 {
			behind = strconv.Itoa(r.Behind)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s %%\t%s\t%s\t%d\t%d\t%d\n", plain(string(r.Environment)), plain(component), plain(r.Runs), r.Weight,
			since, behind, r.Dark, r.Limited, r.TakenBack)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if b.Problems > 0 {
		fmt.Fprintf(a.stdout, "\n%d problems with the data: daylight check\n", b.Problems)
	}
	return nil
}

// plain keeps control characters of a name out of the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
