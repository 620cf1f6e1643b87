package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"daylight/generator/compare"
	"daylight/generator/ledger"
)

func (a *app) compareCommand() *cobra.Command {
	var w where
	var format, component string
	cmd := &cobra.Command{
		Use:   "compare <from> <to>",
		Short: "Tell what a promotion from one environment to another would do",
		Long: `Tells what would happen if what one environment runs now were deployed to another:
which changes would be deployed, which of them people would see at once, which
would stay dark, and which would be taken away.`,
		Example: "  daylight compare staging production\n  daylight compare staging production --component api --format json",
		Args:    args(cobra.ExactArgs(2)),
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
			pair, err := pairOf(res.Ledger, given[0], given[1])
			if err != nil {
				return err
			}
			found, err := l.Compare(res, pair)
			if err != nil {
				return err
			}
			c := found[0]
			if c.Components, err = only(c.Components, component); err != nil {
				return err
			}
			switch format {
			case "json":
				e := json.NewEncoder(a.stdout)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return e.Encode(c)
			case "text":
				return a.printComparison(c)
			}
			return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json")}
		},
	}
	w.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&component, "component", "", "this component only")
	return cmd
}

// pairOf finds the two environments.
func pairOf(l *ledger.Ledger, from, to string) (compare.Pair, error) {
	var names []string
	for _, e := range l.Environments {
		names = append(names, string(e.Name))
	}
	for _, name := range []string{from, to} {
		if slices.Contains(names, name) {
			continue
		}
		hint := choices(name, names...)
		if len(names) == 0 {
			hint = "record a deployment first: daylight record deployment --environment " + name
		}
		return compare.Pair{}, usageError{fmt.Errorf("compare environments: there is no %q", name), plain(hint)}
	}
	if from == to {
		return compare.Pair{}, usageError{errors.New("compare environments: it is one and the same"), ""}
	}
	return compare.Pair{From: ledger.EnvironmentName(from), To: ledger.EnvironmentName(to)}, nil
}

// only keeps one component, where one is asked for.
func only(list []compare.Component, name string) ([]compare.Component, error) {
	if name == "" {
		return list, nil
	}
	var names []string
	for _, c := range list {
		if string(c.Component) == name {
			return []compare.Component{c}, nil
		}
		names = append(names, string(c.Component))
	}
	return nil, usageError{fmt.Errorf("compare environments: no component %q runs there", name), choices(name, names...)}
}

// printComparison writes what a promotion would do, component by component.
func (a *app) printComparison(c compare.Comparison) error {
	if len(c.Components) == 0 {
		fmt.Fprintf(a.stdout, "Nothing runs in %s, so there is nothing to promote.\n", plain(string(c.From)))
		return nil
	}
	for i, k := range c.Components {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := a.printPromotion(k, plain(string(c.From)), plain(string(c.To))); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printPromotion(c compare.Component, from, to string) error {
	name := plain(string(c.Component))
	var runs []string
	for _, l := range c.Replaces {
		runs = append(runs, runningName(l))
	}
	there := "where nothing runs yet"
	if len(runs) > 0 {
		there = "which runs " + strings.Join(runs, " and ")
	}
	switch {
	case c.Unknown:
		fmt.Fprintf(a.stdout, "%s: what %s runs could not be resolved, so nothing can be said.\n", name, from)
		return nil
	case c.Same:
		fmt.Fprintf(a.stdout, "%s: %s and %s run the same, %s.\n", name, from, to, runningName(c.Promotes))
		return nil
	}
	fmt.Fprintf(a.stdout, "%s: %s from %s to %s, %s.\n", name, runningName(c.Promotes), from, to, there)
	a.printStanding(c, to)
	if c.Others > 0 {
		fmt.Fprintf(a.stdout, "%s runs more than one revision of it; this is the one with the most traffic.\n", from)
	}
	if len(c.Changes) == 0 {
		fmt.Fprintln(a.stdout, "It would move no change.")
		return nil
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, part := range comparisonParts(to) {
		n := c.Count(part.effect)
		if n == 0 {
			continue
		}
		fmt.Fprintf(t, "\n%s (%d)\n", part.title, n)
		for _, ch := range c.Changes {
			if ch.Effect == part.effect {
				fmt.Fprintf(t, "  %s\t%s\t%s\n", ch.ID, titled(ch), part.tell(ch))
			}
		}
	}
	return t.Flush()
}

// printStanding tells what is to be known before a promotion: that it is no step
// forward, and that the lane is held.
func (a *app) printStanding(c compare.Component, to string) {
	switch c.Relation {
	case ledger.RelationDiverged:
		fmt.Fprintf(a.stdout, "The two have diverged: each holds commits that the other does not.\n")
	case ledger.RelationOlder:
		fmt.Fprintf(a.stdout, "That is a step back: %s runs a descendant of it.\n", to)
	}
	if h := c.Hold; h != nil {
		fmt.Fprintf(a.stdout, "%s is held since %s: %s.\n", to, h.Since.UTC().Format("2 January 2006, 15:04 MST"), plain(h.Reason))
	}
}

// comparisonPart is a list of the changes that a promotion does the same to.
type comparisonPart struct {
	effect compare.Effect
	title  string
	tell   func(compare.Change) string
}

// comparisonParts are the lists in the order of what matters most to users.
func comparisonParts(to string) []comparisonPart {
	return []comparisonPart{
		{compare.EffectVisible, "Deployed, and visible at once", func(c compare.Change) string { return seenBy(c.After) }},
		{compare.EffectDark, "Deployed, and dark", func(c compare.Change) string { return behind(c) }},
		{compare.EffectUnclear, "Deployed, and not known who would see it", func(c compare.Change) string { return behind(c) }},
		{compare.EffectTaken, "Taken away: " + to + " has it, and would lose it", func(c compare.Change) string { return "now seen by " + seenBy(c.Before) }},
		{compare.EffectMoved, "There already, and seen by others than now", func(c compare.Change) string { return seenBy(c.Before) + ", then " + seenBy(c.After) }},
	}
}

// runningName names a live revision: version, else commit. A ref is often the tag
// of the deployment itself, and tells nothing.
func runningName(l ledger.Live) string {
	name := cmp.Or(string(l.Version), l.Revision.Short())
	if l.Revision.IsZero() {
		name = cmp.Or(l.Ref, "a revision") + " (unknown)"
	}
	if l.Slot != nil && *l.Slot != "" {
		name += " (" + *l.Slot + ")"
	}
	return plain(name)
}

func titled(c compare.Change) string {
	if c.PullRequest > 0 {
		return fmt.Sprintf("%s (#%d)", plain(c.Title), c.PullRequest)
	}
	return plain(c.Title)
}

// seenBy says who sees a change.
func seenBy(s compare.Standing) string {
	if s.Status == ledger.StatusUnknown {
		return "unknown"
	}
	if s.Percent == ledger.Everybody() {
		return "everybody"
	}
	var parts []string
	for _, g := range s.Groups {
		part := plain(g.Name)
		if g.Percent != ledger.Everybody() {
			part = g.Percent.String() + " % of " + part
		}
		parts = append(parts, part)
	}
	if s.Percent.Hi > 0 {
		parts = append(parts, s.Percent.String()+" %")
	}
	return cmp.Or(strings.Join(parts, " and "), "nobody")
}

// behind names the flags that keep a change dark.
func behind(c compare.Change) string {
	if len(c.Flags) == 0 {
		return "not declared as released"
	}
	var keys []string
	for _, k := range c.Flags {
		keys = append(keys, plain(string(k)))
	}
	return "flag " + strings.Join(keys, ", ")
}
