package pages

import (
	"strings"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
)

// CalendarPage shows what is planned and what was released, by day: the first
// page with a picture of the year, or one month.
type CalendarPage struct {
	Frame
	Lead   string
	Year   *chart.Grid // of the first page
	Plan   []PlanLine  // of the first page
	Days   []CalendarDay
	Months []MonthLink
	Feed   Link // to the calendar file; Text is "" without one
	Empty  bool // nothing was released and nothing is planned
}

// CalendarDay is what happened to exposure on one day.
type CalendarDay struct {
	Date  Stamp
	Lines []ReleaseLine
}

// newestEvents is how many events the first page of the calendar shows.
const newestEvents = 40

// calendarPages makes the calendar and a page for each month in which something
// was released or taken back.
func (t *team) calendarPages(yield func(Page) bool) bool {
	all := t.everyRelease()
	cuts := months("/calendar/", len(all), func(i int) (string, string) { return t.month(all[i].at) })
	p := at("/calendar/")
	first := &CalendarPage{
		Frame: t.frame(p, "calendar", "Calendar", "/calendar/"), Months: monthLinks(p, cuts),
		Days: t.calendarDays(p, all[:min(len(all), newestEvents)]), Plan: t.plan(p, ""), Feed: t.calendarFeed(p),
		Lead: "When people began to see something, and when they will.",
	}
	first.Empty = len(all) == 0 && len(first.Plan) == 0
	if !first.Empty {
		first.Year = t.year(all)
	}
	if !yield(made(p.path, "calendar", first)) {
		return false
	}
	for _, m := range cuts {
		if !yield(later(m.path, "calendar", func() Page { return t.calendarMonth(m, cuts, all) })) {
			return false
		}
	}
	return true
}

func (t *team) calendarMonth(m monthPage, cuts []monthPage, all []release) Page {
	p := at(m.path)
	events := make([]release, 0, len(m.items))
	for _, i := range m.items {
		events = append(events, all[i])
	}
	page := &CalendarPage{
		Frame: t.frame(p, "calendar", "Calendar: "+m.title, "/calendar/"), Months: monthLinks(p, cuts),
		Days: t.calendarDays(p, events), Lead: count(len(events), "event") + ", newest first.",
	}
	page.Crumbs = []Link{{"Calendar", p.to("/calendar/")}}
	return made(p.path, "calendar", page)
}

// calendarDays groups events, newest first, by day in the zone of display.
func (t *team) calendarDays(p place, events []release) []CalendarDay {
	var out []CalendarDay
	for _, r := range events {
		day := t.dayOf(r.at)
		if n := len(out); n == 0 || out[n-1].Date.ISO != day.ISO {
			out = append(out, CalendarDay{Date: day})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, t.releaseLine(p, r))
	}
	return out
}

// dayOf is the stamp of a whole day.
func (c clock) dayOf(at time.Time) Stamp {
	local := at.In(c.zone)
	return Stamp{ISO: local.Format("2006-01-02"), Date: local.Format("2 January 2006"), Full: local.Format("Monday, 2 January 2006")}
}

// year draws the year up to the last planned step, or up to as-of.
func (t *team) year(all []release) *chart.Grid {
	y := chart.Year{ID: "year", Title: "Releases by day", To: t.l.AsOf, Zone: t.zone}
	released, back := 0, 0
	for _, r := range all {
		d := chart.Day{At: r.at, Count: 1, Title: strings.ToLower(moveWord(r.kind)) + ": " + t.eventName(r)}
		if r.kind == ledger.MoveUnReleased || r.kind == ledger.MoveNarrowed {
			back++
		} else {
			released++
		}
		y.Days = append(y.Days, d)
	}
	planned := 0
	for _, f := range t.l.Flags {
		for _, s := range f.Plan {
			planned++
			y.Days = append(y.Days, chart.Day{At: s.At, Count: 1, Planned: true, Title: "planned: " + oneLine(string(f.Key))})
			// The picture goes two months ahead at most, so that a date far away
			// does not push the past out.
			if s.At.After(y.To) && s.At.Before(t.l.AsOf.AddDate(0, 2, 0)) {
				y.To = s.At
			}
		}
	}
	y.Desc = count(released, "release") + " to some or all people, " + number(back) + " taken back or narrowed, " + number(planned) + " planned. The days are listed below."
	g := chart.DrawYear(y)
	return &g
}

// eventName is what an event is called where there is room for a few words.
func (t *team) eventName(r release) string {
	if r.flag != "" {
		return oneLine(string(r.flag))
	}
	return cut(changeTitle(&t.l.Changes[r.changes[0]]), 60)
}

// calendarFeed finds the calendar file among the feeds.
func (t *team) calendarFeed(p place) Link {
	for _, f := range t.in.Feeds {
		for _, format := range f.Formats {
			if format.Type == "text/calendar" {
				return Link{"Subscribe to the calendar", p.to(format.Path)}
			}
		}
	}
	return Link{}
}
