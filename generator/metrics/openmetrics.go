package metrics

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// OpenMetrics writes a report in the text form of OpenMetrics 1.0, which
// Prometheus reads. All families are gauges: they are as of one instant, and the
// windows move. What is not known has no sample. The percentiles of a spread have
// the label "percentile", not "quantile", which only summaries may have.
func OpenMetrics(r Report) []byte {
	var w omWriter
	w.family("daylight_as_of_timestamp_seconds", "seconds", "When the numbers were true.")
	w.sample("daylight_as_of_timestamp_seconds", nil, Seconds(time.Duration(r.AsOf.Unix())*time.Second).String())
	for _, s := range omSpreads() {
		w.spread(r, s)
	}
	for _, f := range omFrequencies() {
		w.frequency(r, f)
	}
	for _, m := range omRates() {
		w.rate(r, m)
	}
	w.drift(r)
	w.WriteString("# EOF\n")
	return w.Bytes()
}

type omSpread struct {
	name, help string
	of         func(*Window) *Spread
}

func omSpreads() []omSpread {
	return []omSpread{
		{"daylight_change_lead_time", "DORA's change lead time: from the commit to the end of the deployment that made it live.", func(w *Window) *Spread { return &w.Throughput.ChangeLeadTime }},
		{"daylight_failed_deployment_recovery_time", "DORA's failed deployment recovery time: from the end of a deployment that failed until it was mended.", func(w *Window) *Spread { return &w.Throughput.RecoveryTime }},
		{"daylight_release_lead_time", "From the commit to the release to users; not one of DORA's.", func(w *Window) *Spread { return &w.Release.LeadTime }},
		{"daylight_dark_time", "From the first deployment to the first exposure, over all changes; not one of DORA's.", func(w *Window) *Spread { return &w.Release.DarkTime }},
		{"daylight_dark_time_of_dark", "From the first deployment to the first exposure, over the changes that were dark; not one of DORA's.", func(w *Window) *Spread { return &w.Release.Waited }},
		{"daylight_rollout_time", "From the first exposure to the release, over all changes; not one of DORA's.", func(w *Window) *Spread { return &w.Release.Rollout }},
		{"daylight_un_release_time", "From the release until it was taken back; not one of DORA's.", func(w *Window) *Spread { return &w.Release.UnReleaseTime }},
	}
}

type omFrequency struct {
	name, help string
	of         func(*Window) *Frequency
}

func omFrequencies() []omFrequency {
	return []omFrequency{
		{"daylight_deployments", "Deployments that succeeded; DORA's deployment frequency is their number per day.", func(w *Window) *Frequency { return &w.Throughput.DeploymentFrequency }},
		{"daylight_releases", "Instants at which somebody began to see something; not one of DORA's.", func(w *Window) *Frequency { return &w.Release.Frequency }},
	}
}

type omRate struct {
	name, help string
	of         func(*Window) *Rate
}

func omRates() []omRate {
	return []omRate{
		{"daylight_change_fail", "DORA's change fail rate: the share of deployments that had to be taken back or mended.", func(w *Window) *Rate { return &w.Instability.ChangeFailRate }},
		{"daylight_deployment_rework", "DORA's deployment rework rate: the share of deployments that were made because something was wrong.", func(w *Window) *Rate { return &w.Instability.ReworkRate }},
		{"daylight_un_release", "The share of released changes that were soon taken back; not one of DORA's.", func(w *Window) *Rate { return &w.Release.UnReleaseShare }},
	}
}

// omWriter writes families, each with its samples together.
type omWriter struct{ bytes.Buffer }

// label is a name with its value.
type label struct{ name, value string }

func (w *omWriter) family(name, unit, help string) {
	fmt.Fprintf(w, "# TYPE %s gauge\n", name)
	if unit != "" {
		fmt.Fprintf(w, "# UNIT %s %s\n", name, unit)
	}
	fmt.Fprintf(w, "# HELP %s %s\n", name, escaped(help))
}

func (w *omWriter) sample(name string, labels []label, value string) {
	w.WriteString(name)
	for i, l := range labels {
		w.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		fmt.Fprintf(w, "%s=\"%s\"", l.name, escaped(l.value))
	}
	if len(labels) > 0 {
		w.WriteByte('}')
	}
	w.WriteString(" " + value + "\n")
}

// escaped writes the three characters that may not stand in a text as they are.
// Others than UTF-8 may not stand there at all.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(strings.ToValidUTF8(text, "\uFFFD"))
}

// windows calls f for each window with the labels that name it. The slice is not
// to be kept.
func (r *Report) windows(f func(w *Window, labels []label)) {
	for i := range r.Lanes {
		ln := &r.Lanes[i]
		for j := range ln.Windows {
			w := &ln.Windows[j]
			f(w, []label{{"repository", string(ln.Repository)}, {"component", string(ln.Component)}, {"environment", string(ln.Environment)},
				{"tier", string(ln.Tier)}, {"window", w.Name}})
		}
	}
}

func (w *omWriter) spread(r Report, s omSpread) {
	name := s.name + "_seconds"
	w.family(name, "seconds", s.help)
	r.windows(func(win *Window, labels []label) {
		v := s.of(win)
		if v.Count == 0 {
			return
		}
		for _, p := range []struct {
			name string
			of   Seconds
		}{{"50", v.P50}, {"75", v.P75}, {"90", v.P90}, {"95", v.P95}} {
			w.sample(name, append(labels[:5:5], label{"percentile", p.name}), p.of.String())
		}
	})
	w.family(s.name+"_observations", "", "How many observations "+name+" rests on.")
	r.windows(func(win *Window, labels []label) {
		if v := s.of(win); v.Unknown == "" {
			w.sample(s.name+"_observations", labels, fmt.Sprint(v.Count))
		}
	})
	w.left(s.name, r, func(win *Window) []LeftOut { return s.of(win).LeftOut })
}

// left writes what was left out of a metric.
func (w *omWriter) left(name string, r Report, of func(*Window) []LeftOut) {
	w.family(name+"_left_out", "", "What could not be measured, by reason.")
	r.windows(func(win *Window, labels []label) {
		for _, l := range of(win) {
			w.sample(name+"_left_out", append(labels[:5:5], label{"reason", string(l.Reason)}), fmt.Sprint(l.Count))
		}
	})
}

func (w *omWriter) frequency(r Report, f omFrequency) {
	w.family(f.name, "", f.help)
	r.windows(func(win *Window, labels []label) {
		if v := f.of(win); v.Unknown == "" {
			w.sample(f.name, labels, fmt.Sprint(v.Count))
		}
	})
	w.family(f.name+"_per_day", "", "The same per day that the records cover.")
	r.windows(func(win *Window, labels []label) {
		if v := f.of(win); v.Unknown == "" {
			w.sample(f.name+"_per_day", labels, v.PerDay())
		}
	})
	w.left(f.name, r, func(win *Window) []LeftOut { return f.of(win).LeftOut })
}

// rate writes a share as a ratio from 0 to 1, as Prometheus has it, with what it
// is of.
func (w *omWriter) rate(r Report, m omRate) {
	name := m.name + "_ratio"
	w.family(name, "ratio", m.help)
	r.windows(func(win *Window, labels []label) {
		if v := m.of(win); v.Known() {
			w.sample(name, labels, v.ratio())
		}
	})
	w.family(m.name+"_observations", "", "How many "+name+" rests on.")
	r.windows(func(win *Window, labels []label) {
		w.sample(m.name+"_observations", labels, fmt.Sprint(m.of(win).Of))
	})
	w.left(m.name, r, func(win *Window) []LeftOut { return m.of(win).LeftOut })
}

// ratio gives the share as a number from 0 to 1 with up to six decimal places.
func (r Rate) ratio() string {
	return decimal((int64(r.Hits)*2_000_000+int64(r.Of))/(2*int64(r.Of)), 6)
}

func (w *omWriter) drift(r Report) {
	labels := func(d *Drift) []label {
		return []label{{"repository", string(d.Repository)}, {"component", string(d.Component)}, {"behind", string(d.Behind)}, {"ahead", string(d.Ahead)}}
	}
	w.family("daylight_drift_changes", "", "Changes that one environment has and another lacks; an empty one that is ahead is the mainline.")
	for i := range r.Drift {
		w.sample("daylight_drift_changes", labels(&r.Drift[i]), fmt.Sprint(r.Drift[i].Changes))
	}
	w.family("daylight_drift_age_seconds", "seconds", "How long the oldest of them has waited.")
	for i := range r.Drift {
		if d := &r.Drift[i]; d.Age != nil {
			w.sample("daylight_drift_age_seconds", labels(d), d.Age.String())
		}
	}
}
