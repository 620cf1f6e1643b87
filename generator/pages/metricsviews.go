package pages

import (
	"strconv"
	"strings"

	"daylight/generator/ledger"
	"daylight/generator/metrics"
)

// laneViewer makes the views of one lane.
type laneViewer struct {
	*team
	p      place
	ln     *metrics.Lane
	report *metrics.Report
	window *metrics.Window // the one that sentences speak of
	in     string          // "in the last 90 days"
	within string          // before the ids of a lane that shares its page
}

// metricsLane shows a lane in full. Sentences speak of the shortest window in
// which something happened, else of the first.
func (t *team) metricsLane(p place, ln *metrics.Lane, path string) MetricsLane {
	v := laneViewer{team: t, p: p, ln: ln, report: &t.in.Metrics, window: &ln.Windows[0]}
	out := MetricsLane{Environment: t.environmentLink(p, ln.Environment), Since: t.stamp(ln.Since)}
	if p.path != path {
		out.Title = tidy(ln.Component) + " in " + tidy(ln.Environment)
		out.Page = Link{"The same on a page of its own", p.to(path)}
		v.within = strings.Trim(strings.ReplaceAll(strings.TrimPrefix(path, metricsPath), "/", "-"), "-")
		out.ID = "lane-" + v.within
		v.within += "-"
	}
	for i := range ln.Windows {
		w := &ln.Windows[i]
		if w.Throughput.DeploymentFrequency.Count > 0 || w.Release.Frequency.Count > 0 {
			v.window = w
			break
		}
	}
	v.in = "in the last " + v.window.Title()
	if v.window.Days == 0 {
		v.in = "since " + ln.Since.In(t.zone).Format("2 January 2006")
	}
	deployed := MetricsGroup{ID: "deployments", Title: "Deployments", About: "The same formulas as DORA's; DORA itself speaks of production only."}
	if ln.Tier == ledger.TierProduction {
		deployed.Title, deployed.About = "DORA’s five", "By DORA’s definitions: the first three are throughput, the last two instability."
	}
	deployed.Metrics = []MetricView{v.leadTime(), v.frequency(), v.recovery(), v.failRate(), v.rework()}
	released := MetricsGroup{ID: "releases", Title: "Releases", About: "What DORA does not tell apart: when people could see what had been deployed. These are not DORA’s.",
		Metrics: []MetricView{v.releases(), v.releaseLead(), v.darkTime(), v.rollout(), v.unReleases()}}
	out.Groups = []MetricsGroup{deployed, released}
	if out.Title != "" { // one group of all, each of which says whose it is
		kind := "deployments"
		if ln.Tier == ledger.TierProduction {
			kind = "DORA"
		}
		for i := range deployed.Metrics {
			deployed.Metrics[i].Kind = kind
		}
		for i := range released.Metrics {
			released.Metrics[i].Kind = "releases"
		}
		out.Groups = []MetricsGroup{{Metrics: append(deployed.Metrics, released.Metrics...)}}
	}
	return out
}

// view begins the view of a metric with its number in each window.
func (v *laneViewer) view(id, name, term string, of func(*metrics.Window) MetricValue) MetricView {
	out := MetricView{ID: v.within + id, Name: Link{Text: name}, Period: v.in}
	if i, ok := v.terms[term]; ok {
		out.Name.Href = v.p.to(termPath(v.team.in.Terms[i].Slug))
	}
	for i := range v.ln.Windows {
		w := &v.ln.Windows[i]
		value := of(w)
		value.Window = w.Title()
		if w == v.window {
			out.Value = value.Value
		}
		out.Windows = append(out.Windows, value)
	}
	return out
}

func (v *laneViewer) leadTime() MetricView {
	of := func(w *metrics.Window) *metrics.Spread { return &w.Throughput.ChangeLeadTime }
	out := v.view("change-lead-time", "Change lead time", "change lead time", ofSpread(of))
	s := of(v.window)
	switch {
	case s.Unknown != "":
		out.Sentence = "Unknown: " + s.Unknown.Text() + "."
	case s.Count == 0:
		out.Sentence = "No change was deployed " + v.in + " whose time could be measured."
	default:
		out.Sentence = "Half of the " + changesWord(s.Count) + " that were deployed " + v.in + " ran here within " + s.P50.Words() +
			" of their commit, nine in ten within " + s.P90.Words() + "."
		if part := v.window.Parts.BeforeMerge; part.Count > 0 && part.P50 > 0 {
			out.Sentence += " Before that, the median from the first commit to the mainline was " + part.P50.Words() + "."
		}
	}
	out.LeftOut = leftOut(s.LeftOut, "change")
	v.distribution(&out, *s, "change")
	return out
}

func (v *laneViewer) frequency() MetricView {
	of := func(w *metrics.Window) *metrics.Frequency { return &w.Throughput.DeploymentFrequency }
	out := v.view("deployment-frequency", "Deployment frequency", "deployment", ofFrequency(of))
	f := of(v.window)
	out.Sentence = v.often(f, "deployment")
	out.LeftOut = leftOut(f.LeftOut, "record")
	v.weekly(&out, "Deployments a week", func(w *metrics.Week) (int, int) {
		if w.Failed != nil {
			return w.Deployments, *w.Failed
		}
		return w.Deployments, 0
	}, "failed")
	return out
}

// often says how often something happened.
func (v *laneViewer) often(f *metrics.Frequency, noun string) string {
	switch {
	case f.Unknown != "":
		return "Unknown: " + f.Unknown.Text() + "."
	case f.Count == 0:
		return "No " + noun + " " + v.in + "."
	}
	s := capital(count(f.Count, noun)) + " " + v.in
	if f.Count > 1 {
		s += ", half of them within " + f.Gap.Words() + " of the one before"
	}
	s += "."
	switch f.Rhythm {
	case metrics.RhythmDaily:
		s += " In a typical week it happens on three days or more: daily, as other tools say."
	case metrics.RhythmWeekly:
		s += " In a typical week it happens on one or two days."
	case metrics.RhythmRarely:
		s += " In a typical week it does not happen."
	}
	return s
}

func (v *laneViewer) recovery() MetricView {
	of := func(w *metrics.Window) *metrics.Spread { return &w.Throughput.RecoveryTime }
	out := v.view("recovery-time", "Failed deployment recovery time", "incident", ofSpread(of))
	s := of(v.window)
	switch {
	case s.Unknown != "":
		out.Sentence = v.unknown(s.Unknown)
	case s.Count == 0:
		out.Sentence = "No deployment " + v.in + " failed and was mended."
	default:
		out.Sentence = "Half of the " + count(s.Count, "failed deployment") + " " + v.in + " were mended within " + s.P50.Words() + "."
		if s.Count == 1 {
			out.Sentence = "The one failed deployment " + v.in + " was mended after " + s.P50.Words() + "."
		}
	}
	out.LeftOut = leftOut(s.LeftOut, "failed deployment")
	return out
}

// unknown says why there is no number, and what would give one.
func (v *laneViewer) unknown(r metrics.Reason) string {
	s := "Unknown, and not nothing: " + r.Text() + "."
	if r == metrics.ReasonNoMarks || r == metrics.ReasonNoRework {
		s += " A trailer “Incident: …” on the commit that mends, or a file of incidents, would tell."
	}
	return s
}

func (v *laneViewer) failRate() MetricView {
	of := func(w *metrics.Window) *metrics.Rate { return &w.Instability.ChangeFailRate }
	out := v.view("change-fail-rate", "Change fail rate", "incident", ofRate(of))
	r := of(v.window)
	switch {
	case r.Unknown != "":
		out.Sentence = v.unknown(r.Unknown)
	case r.Of == 0:
		out.Sentence = "Nothing was deployed " + v.in + "."
	default:
		out.Sentence = capital(number(r.Hits)) + " of " + count(r.Of, "deployment") + " " + v.in + " had to be taken back or mended. " +
			"That is told by " + v.sources() + "; what nobody marked is not in it."
	}
	out.LeftOut = leftOut(r.LeftOut, "mark")
	return out
}

// sources lists what marks failures in this lane, since ever.
func (v *laneViewer) sources() string {
	words := map[metrics.Source]string{metrics.SourceRecord: "records that say so", metrics.SourceRollback: "rollbacks", metrics.SourceHotfix: "hotfixes",
		metrics.SourceTrailer: "trailers of commits", metrics.SourceIncident: "incidents"}
	var out []string
	for _, m := range v.ln.Marks {
		out = append(out, words[m.Source]+" ("+number(m.Count)+" since ever)")
	}
	if len(out) == 0 {
		return "the files of incidents"
	}
	return list(out)
}

func (v *laneViewer) rework() MetricView {
	of := func(w *metrics.Window) *metrics.Rate { return &w.Instability.ReworkRate }
	out := v.view("rework-rate", "Deployment rework rate", "hotfix", ofRate(of))
	r := of(v.window)
	switch {
	case r.Unknown != "":
		out.Sentence = v.unknown(r.Unknown)
	case r.Of == 0:
		out.Sentence = "Nothing was deployed " + v.in + "."
	default:
		out.Sentence = capital(number(r.Hits)) + " of " + count(r.Of, "deployment") + " " + v.in + " were made because something was wrong: rollbacks, hotfixes, and those that brought a repair."
	}
	out.LeftOut = leftOut(r.LeftOut, "deployment")
	return out
}

func (v *laneViewer) releases() MetricView {
	of := func(w *metrics.Window) *metrics.Frequency { return &w.Release.Frequency }
	out := v.view("release-frequency", "Release frequency", "release", ofFrequency(of))
	f := of(v.window)
	out.Sentence = v.often(f, "release") + " A release is a moment at which somebody began to see something, however many changes it was."
	out.LeftOut = leftOut(f.LeftOut, "moment")
	v.weekly(&out, "Releases a week", func(w *metrics.Week) (int, int) { return w.Releases, 0 }, "")
	return out
}

func (v *laneViewer) releaseLead() MetricView {
	of := func(w *metrics.Window) *metrics.Spread { return &w.Release.LeadTime }
	out := v.view("release-lead-time", "Release lead time", "release lead time", ofSpread(of))
	s := of(v.window)
	out.Sentence = "No change was released " + v.in + " whose time could be measured."
	if s.Count > 0 {
		out.Sentence = "Half of the " + changesWord(s.Count) + " that were released " + v.in + " reached everybody within " + s.P50.Words() +
			" of their commit, nine in ten within " + s.P90.Words() + "."
	}
	out.LeftOut = leftOut(s.LeftOut, "change")
	v.distribution(&out, *s, "change")
	return out
}

func (v *laneViewer) darkTime() MetricView {
	of := func(w *metrics.Window) *metrics.Spread { return &w.Release.DarkTime }
	out := v.view("dark-time", "Dark time", "dark time", ofSpread(of))
	s, waited := of(v.window), v.window.Release.Waited
	switch {
	case s.Count == 0:
		out.Sentence = "Nothing was first shown to anybody " + v.in + "."
	case waited.Count == 0:
		out.Sentence = "All " + changesWord(s.Count) + " first shown " + v.in + " could be seen as soon as they were deployed."
	default:
		out.Sentence = capital(number(waited.Count)) + " of the " + changesWord(s.Count) + " first shown " + v.in + " had been deployed in the dark, half of those for " +
			waited.P50.Words() + " or longer."
	}
	if dark := v.ln.Dark; dark.Count > 0 {
		out.Sentence += " Now " + count(dark.Count, "change") + " " + areOrIs(dark.Count) + " dark, half of them for " + dark.P50.Words() + " or longer."
	}
	out.LeftOut = leftOut(s.LeftOut, "change")
	v.distribution(&out, *s, "change")
	return out
}

func (v *laneViewer) rollout() MetricView {
	of := func(w *metrics.Window) *metrics.Spread { return &w.Release.Rollout }
	out := v.view("rollout-time", "Rollout time", "gradual rollout", ofSpread(of))
	s, gradual := of(v.window), v.window.Release.Gradual
	switch {
	case s.Count == 0:
		out.Sentence = "Nothing was released to everybody " + v.in + "."
	case gradual.Count == 0:
		out.Sentence = "All " + changesWord(s.Count) + " released " + v.in + " reached everybody at once."
	default:
		out.Sentence = capital(number(gradual.Count)) + " of the " + changesWord(s.Count) + " released " + v.in + " went out in steps, half of those within " + gradual.P50.Words() + "."
	}
	out.LeftOut = leftOut(s.LeftOut, "change")
	return out
}

func (v *laneViewer) unReleases() MetricView {
	out := v.view("un-releases", "Un-releases", "un-release", ofRate(func(w *metrics.Window) *metrics.Rate { return &w.Release.UnReleaseShare }))
	r := &v.window.Release
	days := strconv.Itoa(v.report.UnReleaseDays)
	out.Sentence = "Nothing was taken from people " + v.in + " while its code stayed."
	if r.UnReleases > 0 {
		out.Sentence = capital(number(r.UnReleases)) + " " + timesWord(r.UnReleases) + " " + v.in + " something was taken from people while its code stayed."
		if r.UnReleaseTime.Count > 0 {
			out.Sentence += " Half of those changes had been released for less than " + r.UnReleaseTime.P50.Words() + "."
		}
	}
	if r.UnReleaseShare.Of > 0 {
		out.Sentence += " Of the " + changesWord(r.UnReleaseShare.Of) + " released at least " + days + " days ago, " + number(r.UnReleaseShare.Hits) + " " +
			wasOrWere(r.UnReleaseShare.Hits) + " taken back within " + days + " days."
	}
	out.LeftOut = leftOut(r.UnReleaseShare.LeftOut, "change")
	return out
}
