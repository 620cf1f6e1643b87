package pages

import (
	"strconv"
	"time"

	"daylight/generator/story"
)

// Stamp is an instant ready to be shown. The zero Stamp is an instant that is
// not known or has not come.
type Stamp struct {
	ISO  string // RFC 3339 in UTC, for machines
	Date string // "2 Mar 2026"
	Full string // "2 March 2026, 10:00 UTC"
	Age  string // "18 days ago", "in 5 days", "now"
}

// Known reports whether there is an instant.
func (s Stamp) Known() bool { return s.ISO != "" }

// clock makes stamps as of one instant, in one zone.
type clock struct {
	asOf time.Time
	zone *time.Location
}

func (c clock) stamp(t time.Time) Stamp {
	if t.IsZero() {
		return Stamp{}
	}
	local := t.In(c.zone)
	// One string is cut into three: a page has dozens of stamps.
	var room [96]byte
	b := t.UTC().AppendFormat(room[:0], time.RFC3339)
	iso := len(b)
	b = local.AppendFormat(b, "2 Jan 2006")
	date := len(b)
	b = local.AppendFormat(b, "2 January 2006, 15:04 MST")
	s := string(b)
	return Stamp{ISO: s[:iso], Date: s[iso:date], Full: s[date:], Age: age(c.asOf.Sub(t))}
}

func (c clock) maybe(t *time.Time) Stamp {
	if t == nil {
		return Stamp{}
	}
	return c.stamp(*t)
}

// month gives the key and the name of the month in which t lies.
func (c clock) month(t time.Time) (key, name string) {
	local := t.In(c.zone)
	return local.Format("2006-01"), local.Format("January 2006")
}

// age says how long ago something was; a negative length is to come.
func age(d time.Duration) string {
	switch {
	case d < 0:
		return "in " + story.Ago(d)
	case d < time.Minute:
		return "now"
	}
	return story.Ago(d) + " ago"
}

// count writes a number with its noun: "1 change", "12 changes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
