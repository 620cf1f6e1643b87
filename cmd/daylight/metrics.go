package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/ledger"
	"daylight/generator/metrics"
)

// metricsChoice is what the command line says of the numbers.
type metricsChoice struct {
	format, median, component, environment string
	windows                                []int
}

func (a *app) metricsCommand() *cobra.Command {
	var w where
	var m metricsChoice
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Print the numbers of delivery: DORA's five, and the release side",
		Long: `Prints DORA's five metrics by DORA's definitions, and beside them what DORA does
not tell apart: how often and how fast changes get to users, how long they stay
dark, and how often they are taken back. As text it shows production; --environment
asks for another one. JSON and OpenMetrics have all environments and components.

What failed stands in no commit: without rollbacks, hotfixes, trailers or incident
files to tell, the fail rate is unknown, and never 0 %.`,
		Example: "  daylight metrics\n  daylight metrics --window 30 --window 0 --component api\n" +
			"  daylight metrics --median lower --format json\n  daylight metrics --format openmetrics > daylight.prom",
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"text", "json", "openmetrics"}, m.format) {
				return usageError{fmt.Errorf("print as %q: no such format", m.format), choices(m.format, "text", "json", "openmetrics")}
			}
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			opt, err := m.options(l.Project)
			if err != nil {
				return err
			}
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			return a.printMetrics(metrics.Compute(res.Facts, res.Ledger, opt), m)
		},
	}
	w.register(cmd)
	f := cmd.Flags()
	f.StringVar(&m.format, "format", "text", "text, json or openmetrics")
	f.StringVar(&m.median, "median", "", "interpolated or lower (default: the configuration's)")
	f.IntSliceVar(&m.windows, "window", nil, "days, counted back from as-of; 0 is since ever; may be repeated (default: the configuration's)")
	f.StringVar(&m.component, "component", "", "this component only")
	f.StringVar(&m.environment, "environment", "", "this environment only")
	return cmd
}

// options are the configuration's with what the command line says.
func (m metricsChoice) options(p *generator.Project) (metrics.Options, error) {
	opt, err := p.MetricsOptions()
	if err != nil {
		return opt, err
	}
	switch method := metrics.Method(m.median); method {
	case "":
	case metrics.Interpolated, metrics.Lower:
		opt.Median = method
	default:
		return opt, usageError{fmt.Errorf("take the median %q: no such method", m.median), choices(m.median, "interpolated", "lower")}
	}
	if len(m.windows) > 0 {
		opt.Windows = m.windows
		for _, days := range m.windows {
			if days < 0 || days > 36_500 {
				return opt, usageError{fmt.Errorf("measure %d days: out of range", days), "a number of days; 0 is since ever"}
			}
		}
	}
	return opt, nil
}

// printMetrics writes the lanes that are asked for.
func (a *app) printMetrics(r metrics.Report, m metricsChoice) error {
	chosen, err := m.choose(r.Lanes)
	if err != nil {
		return err
	}
	if m.format == "text" && m.environment == "" {
		chosen = slices.DeleteFunc(chosen, func(l metrics.Lane) bool { return l.Tier != ledger.TierProduction })
	}
	r.Lanes = chosen
	switch m.format {
	case "json":
		data, err := generator.LedgerJSON(r)
		if err == nil {
			_, err = a.stdout.Write(data)
		}
		return err
	case "openmetrics":
		_, err := a.stdout.Write(metrics.OpenMetrics(r))
		return err
	}
	if len(chosen) == 0 {
		fmt.Fprintln(a.stdout, "Nothing runs in production, as far as this repository tells. Other environments: --environment NAME.")
		return nil
	}
	for i, l := range chosen {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := a.printLane(l); err != nil {
			return err
		}
	}
	return nil
}

// choose keeps the lanes of a component and an environment.
func (m metricsChoice) choose(lanes []metrics.Lane) ([]metrics.Lane, error) {
	out, err := oneOf(lanes, m.component, "component", func(l metrics.Lane) string { return string(l.Component) })
	if err != nil {
		return nil, err
	}
	return oneOf(out, m.environment, "environment", func(l metrics.Lane) string { return string(l.Environment) })
}

// oneOf keeps the lanes of one name; "" keeps all.
func oneOf(lanes []metrics.Lane, name, what string, of func(metrics.Lane) string) ([]metrics.Lane, error) {
	var out []metrics.Lane
	var names []string
	for _, l := range lanes {
		if name == "" || of(l) == name {
			out = append(out, l)
		}
		if !slices.Contains(names, of(l)) {
			names = append(names, of(l))
		}
	}
	if name == "" || len(out) > 0 {
		return out, nil
	}
	return nil, usageError{errors.New("measure a lane: there is no " + what + " " + strconv.Quote(name)), plain(choices(name, names...))}
}

// printLane writes the numbers of a lane, a column for each window.
func (a *app) printLane(l metrics.Lane) error {
	name := plain(string(l.Component)) + " in " + plain(string(l.Environment))
	fmt.Fprintln(a.stdout, a.styled(name+", recorded since "+l.Since.Format(time.DateOnly)))
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	title := func(text string) { // with all cells, so that the columns below it go on
		fmt.Fprintln(t, text+strings.Repeat("\t", len(l.Windows)))
	}
	row := func(name string, of func(*metrics.Window) string) {
		fmt.Fprint(t, "  ", name)
		for i := range l.Windows {
			fmt.Fprint(t, "\t", of(&l.Windows[i]))
		}
		fmt.Fprintln(t)
	}
	row("", func(w *metrics.Window) string { return w.Title() })
	if l.Tier == ledger.TierProduction {
		title("DORA")
	} else {
		title("Deployments")
	}
	row("change lead time", func(w *metrics.Window) string { return spreadText(w.Throughput.ChangeLeadTime) })
	row("deployment frequency", func(w *metrics.Window) string { return frequencyText(w.Throughput.DeploymentFrequency) })
	row("failed deployment recovery time", func(w *metrics.Window) string { return spreadText(w.Throughput.RecoveryTime) })
	row("change fail rate", func(w *metrics.Window) string { return rateText(w.Instability.ChangeFailRate) })
	row("deployment rework rate", func(w *metrics.Window) string { return rateText(w.Instability.ReworkRate) })
	title("Releases")
	row("release frequency", func(w *metrics.Window) string { return frequencyText(w.Release.Frequency) })
	row("release lead time", func(w *metrics.Window) string { return spreadText(w.Release.LeadTime) })
	row("dark time", func(w *metrics.Window) string { return spreadText(w.Release.DarkTime) })
	row("dark time of what was dark", func(w *metrics.Window) string { return spreadText(w.Release.Waited) })
	row("rollout time", func(w *metrics.Window) string { return spreadText(w.Release.Rollout) })
	row("un-release time", func(w *metrics.Window) string { return spreadText(w.Release.UnReleaseTime) })
	row("un-released soon", func(w *metrics.Window) string { return rateText(w.Release.UnReleaseShare) })
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print metrics: %w", err)
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(a.stdout, strings.TrimRight(line, " \n"))
	}
	return nil
}

// spreadText is a median with what it rests on: "2 days (31, 4 left out)".
func spreadText(s metrics.Spread) string {
	left := leftText(s.LeftOut)
	switch {
	case s.Unknown != "":
		return "unknown"
	case s.Count == 0:
		return "-" + left
	}
	if left != "" {
		left = "; " + strings.TrimSuffix(left[2:], ")")
	}
	return fmt.Sprintf("%s (of %d%s)", s.P50.Words(), s.Count, left)
}

func leftText(left []metrics.LeftOut) string {
	n := 0
	for _, l := range left {
		n += l.Count
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d left out)", n)
}

func frequencyText(f metrics.Frequency) string {
	if f.Unknown != "" {
		return "unknown"
	}
	return fmt.Sprintf("%d, %s a week", f.Count, f.PerWeek())
}

func rateText(r metrics.Rate) string {
	switch {
	case r.Unknown != "":
		return "unknown"
	case r.Of == 0:
		return "-"
	}
	return fmt.Sprintf("%s %% (%d of %d)", r.Percent(), r.Hits, r.Of)
}
