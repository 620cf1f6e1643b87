package metrics

import (
	"fmt"
	"time"
)

// calendar counts days and weeks in a zone. Weeks are those of ISO 8601: they
// begin on Monday.
type calendar struct{ zone *time.Location }

// monday is the beginning of the week that holds an instant.
func (c calendar) monday(t time.Time) time.Time {
	t = t.In(c.zone)
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, c.zone)
}

// next is the Monday after one. It is found by the calendar, since a week in
// which the clocks change has an hour more or less.
func (c calendar) next(monday time.Time) time.Time { return monday.AddDate(0, 0, 7) }

// name is the week's name in ISO 8601: "2026-W12".
func (c calendar) name(monday time.Time) string {
	year, week := monday.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// maxWeeks bounds the weeks that are looked at: two hundred years.
const maxWeeks = 10_500

// daysOfWeeks gives, for each whole week of a stretch of time, ten times the
// number of days on which one of the instants (sorted) lies.
func (c calendar) daysOfWeeks(at []time.Time, in span) []time.Duration {
	start := c.monday(in.from)
	if start.Before(in.from) {
		start = c.next(start)
	}
	var out []time.Duration
	i := 0
	for len(out) < maxWeeks {
		end := c.next(start)
		if end.After(in.to) {
			return out
		}
		days, last := time.Duration(0), ""
		for i < len(at) && at[i].Before(start) {
			i++
		}
		for ; i < len(at) && at[i].Before(end); i++ {
			if day := at[i].In(c.zone).Format(time.DateOnly); day != last {
				days, last = days+10, day
			}
		}
		out = append(out, days)
		start = end
	}
	return out
}
