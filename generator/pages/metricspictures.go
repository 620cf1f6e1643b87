package pages

import (
	"strconv"
	"strings"
	"time"

	"daylight/generator/chart"
	"daylight/generator/metrics"
)

// mostWeeks is how many weeks a picture shows: a year.
const mostWeeks = 53

// weekly draws a count for each week, with the part of it that went wrong.
func (v *laneViewer) weekly(m *MetricView, title string, of func(*metrics.Week) (all, part int), partName string) {
	weeks := v.ln.Weeks
	weeks = weeks[max(0, len(weeks)-mostWeeks):]
	d := chart.Columns{ID: "picture-" + m.ID, Title: title, Look: chart.Merged, PartLook: chart.TakenBack}
	if partName == "" {
		d.Look = chart.Released
	}
	sum, parts, most, busiest := 0, 0, 0, ""
	for i := range weeks {
		w := &weeks[i]
		n, part := of(w)
		start := w.Start.In(v.zone)
		c := chart.Column{Value: n, Part: part, Title: w.Name + ", from " + start.Format("2 January") + ": " + strconv.Itoa(n)}
		if part > 0 {
			c.Title += ", " + strconv.Itoa(part) + " " + partName
		}
		if i%labelEvery(len(weeks)) == 0 {
			c.Label = start.Format("2 Jan")
		}
		sum, parts = sum+n, parts+part
		if n > most {
			most, busiest = n, w.Name
		}
		d.Columns = append(d.Columns, c)
	}
	if sum == 0 {
		return
	}
	d.Desc = count(len(weeks), "week") + " up to " + weeks[len(weeks)-1].Name + ": " + number(sum) + " in all, at most " + strconv.Itoa(most) + " in " + busiest
	if parts > 0 {
		d.Desc += "; " + number(parts) + " " + partName
	}
	d.Desc += "."
	m.Caption = "Each bar is a week, the last one under way."
	if parts > 0 {
		m.Caption += " The foot of a bar is those that failed."
	}
	p := chart.DrawColumns(d)
	m.Picture = &p
}

// labelEvery gives the distance of labels, so that four or five fit a phone.
func labelEvery(weeks int) int { return max(1, (weeks+4)/5) }

// distribution draws how many observations took how long, with the percentiles
// above them. Few observations are better read than seen.
func (v *laneViewer) distribution(m *MetricView, s metrics.Spread, noun string) {
	if s.Count < 2 {
		return
	}
	d := chart.Columns{ID: "picture-" + m.ID, Title: m.Name.Text + ": how many " + noun + "s took how long", Look: chart.Even, PartLook: chart.Even}
	if m.Name.Text == "Dark time" {
		d.Look = chart.Dark
	}
	var told []string
	for i, n := range s.Bins {
		label, upTo := binLabel(i)
		d.Columns = append(d.Columns, chart.Column{Value: n, Label: label, Title: count(n, noun) + ": " + upTo})
		if n > 0 {
			told = append(told, upTo+": "+number(n))
		}
	}
	for _, p := range []struct {
		name string
		at   metrics.Seconds
	}{{"p50", s.P50}, {"p75", s.P75}, {"p90", s.P90}, {"p95", s.P95}} {
		d.Marks = append(d.Marks, chart.ColumnMark{At: placeOf(p.at), Kind: "percentile", Label: p.name, Title: p.name + ": " + p.at.Words()})
	}
	d.Desc = "Of " + count(s.Count, noun) + ", " + strings.Join(told, "; ") + ". p50 " + s.P50.Words() + ", p75 " + s.P75.Words() + ", p90 " + s.P90.Words() +
		", p95 " + s.P95.Words() + "."
	m.Caption = "p50 " + s.P50.Words() + " · p75 " + s.P75.Words() + " · p90 " + s.P90.Words() + " · p95 " + s.P95.Words() + ". The scale is not even: each bar is a step of its own length."
	p := chart.DrawColumns(d)
	m.Picture = &p
}

// binLabel names a bin of a spread in a few letters, and in words.
func binLabel(i int) (label, words string) {
	edges := metrics.BinEdges()
	switch {
	case i == 0:
		return "0", "no time at all"
	case i == len(edges):
		return ">" + shortLength(edges[i-1]), "more than " + edges[i-1].Words()
	}
	return shortLength(edges[i]), "up to " + edges[i].Words()
}

// shortLength writes hours and days with one letter.
func shortLength(s metrics.Seconds) string {
	const day = 24 * time.Hour
	if d := time.Duration(s); d < day {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(time.Duration(s)/day)) + "d"
}

// placeOf finds the place of a duration among the bins, in thousandths of a
// column: proportionally within its bin, and in the middle of the two bins that
// have no width.
func placeOf(s metrics.Seconds) int {
	edges := metrics.BinEdges()
	for i, edge := range edges {
		switch {
		case s > edge:
			continue
		case i == 0:
			return 500
		}
		from := edges[i-1]
		return i*1000 + int((s-from)/((edge-from)/1000))
	}
	return len(edges)*1000 + 500
}
