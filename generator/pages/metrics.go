package pages

import (
	"daylight/generator/chart"
	"daylight/generator/metrics"
)

// MetricsPage shows the numbers of lanes, or lists lanes, or both.
type MetricsPage struct {
	Frame
	Lead   string
	Lanes  []MetricsLane // in full
	Tables []MetricsTable
	Drift  []DriftRow
	// Incidents are those that were ascribed to a deployment, or to none; only the
	// first page has them.
	Incidents []IncidentRow
	More      []Link // to the method and the data
	Left      int    // how many lanes or incidents there are beside those listed
}

// MetricsTable lists lanes with their most telling numbers.
type MetricsTable struct {
	Title   string
	Caption string
	Rows    []MetricsRow
}

// MetricsRow is a lane in a table. Numbers are of the first window.
type MetricsRow struct {
	Lane                                                  Link
	Environment                                           Link
	LeadTime, Deployments, Fails, Recovery, Release, Dark string
}

// MetricsLane is one component in one environment, in full.
type MetricsLane struct {
	ID, Title   string // of its heading; "" where it has the page to itself
	Page        Link   // its own page, where this is another
	Environment Link
	Since       Stamp
	Groups      []MetricsGroup
}

// MetricsGroup is metrics that belong together.
type MetricsGroup struct {
	ID, Title, About string
	Metrics          []MetricView
}

// MetricView is one metric with its numbers and its picture.
type MetricView struct {
	ID       string
	Name     Link   // to its term in the glossary, where there is one
	Kind     string // whose metric it is, where a page mixes them
	Value    string
	Sentence string
	Windows  []MetricValue
	LeftOut  []string // what was left out, and why, in the window of the sentence
	Period   string   // that window: "in the last 90 days"
	Picture  *chart.ColumnPicture
	Caption  string // how to read the picture
}

// MetricValue is a number in one window.
type MetricValue struct{ Window, Value, Rest string }

// DriftRow says how far two environments are apart.
type DriftRow struct {
	Component     string
	Behind, Ahead Link
	Changes       int
	Commits       int
	Age           string
	Unknown       int
}

// IncidentRow is an incident with what it is ascribed to.
type IncidentRow struct {
	Incident    Link
	Title       string
	Started     Stamp
	Resolved    Stamp
	Deployments []Link
	Basis       string
}

// MethodPage tells what the numbers mean, and why others come to other numbers.
type MethodPage struct {
	Frame
	Definitions []Definition
	Others      []OtherTool
	Reasons     []Definition
	Choices     []Definition // how this site is configured
}

// Definition is a word with what it means.
type Definition struct{ Term, Text string }

// OtherTool is how another tool comes to its numbers.
type OtherTool struct{ Name, LeadTime, Median, Frequency, Fails, Recovery string }

const (
	metricsPath = "/metrics/"
	methodPath  = "/metrics/method/"
	// mostShown is how many lanes the first page shows in full.
	mostShown = 3
	// mostLanes bounds the rows of a table of lanes, mostIncidents those of
	// incidents; the data has them all.
	mostLanes     = 300
	mostIncidents = 50
)

// metricsPages makes the first page, one about the method, and one for each lane.
func (t *team) metricsPages(yield func(Page) bool) bool {
	paths := t.lanePaths()
	if !yield(later(metricsPath, "metrics", func() Page { return t.metricsFront(paths) })) ||
		!yield(later(methodPath, "metricsmethod", t.methodPage)) {
		return false
	}
	for i, path := range paths {
		if !yield(later(path, "metrics", func() Page { return t.metricsLanePage(path, i) })) {
			return false
		}
	}
	return true
}

// lanePaths gives each lane its address.
func (t *team) lanePaths() []string {
	claims := taken{methodPath: true}
	out := make([]string, len(t.in.Metrics.Lanes))
	for i := range t.in.Metrics.Lanes {
		ln := &t.in.Metrics.Lanes[i]
		below := metricsPath + Segment(string(ln.Environment)) + "/"
		out[i] = claims.claim(below, string(ln.Component), string(ln.Repository)+"/"+string(ln.Component))
	}
	return out
}

// metricsFront shows the lanes of the environments that users meet in full where
// they are few, and lists all.
func (t *team) metricsFront(paths []string) Page {
	p := at(metricsPath)
	r := &t.in.Metrics
	page := &MetricsPage{Frame: t.frame(p, "metrics", "Metrics", metricsPath), More: t.metricsMore(p)}
	page.Lead = "How often and how fast changes get to where they run, and how much later people see them."
	watched := MetricsTable{Title: "Where users are", Caption: "Components, by environment"}
	others := MetricsTable{Title: "Other environments", Caption: "Components, by environment; DORA speaks of production only"}
	var shown []int
	for i := range r.Lanes {
		into := &others
		if t.watched[r.Lanes[i].Environment] {
			into = &watched
			shown = append(shown, i)
		}
		if len(into.Rows) < mostLanes {
			into.Rows = append(into.Rows, t.metricsRow(p, &r.Lanes[i], paths[i]))
		} else {
			page.Left++
		}
	}
	for _, table := range []MetricsTable{watched, others} {
		if len(table.Rows) > 0 {
			page.Tables = append(page.Tables, table)
		}
	}
	if len(shown) <= mostShown {
		for _, i := range shown {
			page.Lanes = append(page.Lanes, t.metricsLane(p, &r.Lanes[i], paths[i]))
		}
	}
	page.Drift = t.driftRows(p, r.Drift)
	page.Incidents = t.incidentRows(p)
	return made(p.path, "metrics", page)
}

func (t *team) metricsLanePage(path string, i int) Page {
	ln := &t.in.Metrics.Lanes[i]
	p := at(path)
	page := &MetricsPage{Frame: t.frame(p, "metrics", tidy(ln.Component)+" in "+tidy(ln.Environment)+": metrics", metricsPath), More: t.metricsMore(p)}
	page.Crumbs = []Link{{"Metrics", p.to(metricsPath)}}
	page.Lanes = []MetricsLane{t.metricsLane(p, ln, path)}
	var drift []metrics.Drift
	for _, d := range t.in.Metrics.Drift {
		if d.Component == ln.Component && d.Repository == ln.Repository && (d.Behind == ln.Environment || d.Ahead == ln.Environment) {
			drift = append(drift, d)
		}
	}
	page.Drift = t.driftRows(p, drift)
	return made(p.path, "metrics", page)
}

func (t *team) metricsMore(p place) []Link {
	return []Link{{"What these numbers mean, and why other tools come to others", p.to(methodPath)},
		{"All numbers as JSON", p.to("/data/metrics.json")}, {"For Prometheus, as OpenMetrics", p.to("/data/metrics.prom")}}
}

func (t *team) metricsRow(p place, ln *metrics.Lane, path string) MetricsRow {
	w := &ln.Windows[0]
	return MetricsRow{
		Lane: Link{tidy(ln.Component), p.to(path)}, Environment: t.environmentLink(p, ln.Environment),
		LeadTime: spreadValue(w.Throughput.ChangeLeadTime), Deployments: frequencyValue(w.Throughput.DeploymentFrequency),
		Fails: rateValue(w.Instability.ChangeFailRate), Recovery: spreadValue(w.Throughput.RecoveryTime),
		Release: spreadValue(w.Release.LeadTime), Dark: spreadValue(w.Release.DarkTime),
	}
}

// driftRows shows what users' environments lack, and leaves out what does not
// drift. Of the others the data tells.
func (t *team) driftRows(p place, drift []metrics.Drift) []DriftRow {
	var out []DriftRow
	for _, d := range drift {
		if !t.watched[d.Behind] && !t.watched[d.Ahead] || d.Changes == 0 && d.Unknown == 0 || len(out) >= mostLanes {
			continue
		}
		row := DriftRow{Component: tidy(d.Component), Behind: t.environmentLink(p, d.Behind), Changes: d.Changes, Commits: d.Commits, Unknown: d.Unknown,
			Ahead: Link{Text: "the mainline"}}
		if d.Ahead != "" {
			row.Ahead = t.environmentLink(p, d.Ahead)
		}
		if d.Age != nil {
			row.Age = d.Age.Words()
		}
		out = append(out, row)
	}
	return out
}

// incidentRows lists the newest incidents.
func (t *team) incidentRows(p place) []IncidentRow {
	var out []IncidentRow
	for _, in := range t.in.Metrics.Incidents {
		if len(out) >= mostIncidents {
			break
		}
		row := IncidentRow{Incident: Link{oneLine(in.ID), in.URL}, Title: oneLine(in.Title), Started: t.stamp(in.StartedAt), Basis: "the last one that had ended before it began"}
		if in.ResolvedAt != nil {
			row.Resolved = t.stamp(*in.ResolvedAt)
		}
		switch {
		case in.Declared:
			row.Basis = "named by the incident"
		case in.Unlinked != "":
			row.Basis = in.Unlinked.Text()
		}
		for _, id := range in.Deployments {
			if i, ok := t.deploymentAt[id]; ok {
				row.Deployments = append(row.Deployments, Link{what(&t.l.Deployments[i]), p.to(t.deployPath[i])})
			}
		}
		out = append(out, row)
	}
	return out
}
