package feed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// EventStatus says how sure an event is.
type EventStatus string

// The statuses of events: planned, done, taken back.
const (
	Tentative EventStatus = "TENTATIVE"
	Confirmed EventStatus = "CONFIRMED"
	Cancelled EventStatus = "CANCELLED"
)

// Calendar is a list of events.
type Calendar struct {
	Name        string // required
	Description string
	URL         string // of the page for people
	Events      []Event
}

// Event is one entry of a calendar. It takes no time of anybody: it is an
// instant, or a whole day.
type Event struct {
	UID         string    // required, unique and stable
	At          time.Time // required
	WholeDay    bool      // the day of At, in UTC
	Summary     string    // required
	Description string
	URL         string
	Categories  []string
	Status      EventStatus
	// Recorded is when the event was written down: a calendar has no other clock.
	// Zero is At.
	Recorded time.Time
	Sequence int // counts the changes of the event
}

// ICal writes a calendar as RFC 5545, with the names of RFC 7986: lines end in
// CRLF and are folded at 75 octets. Events are sorted by instant and then by
// UID; of several with one UID the last in that order stays. A calendar must
// hold something, so that one without events holds the time zone UTC.
func ICal(c Calendar) []byte {
	var w icalWriter
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:-//Daylight//Daylight//EN")
	w.line("CALSCALE:GREGORIAN")
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	w.text("DESCRIPTION", c.Description)
	w.address("URL", c.URL)
	w.line("REFRESH-INTERVAL;VALUE=DURATION:PT6H")
	w.line("X-PUBLISHED-TTL:PT6H")
	events := slices.Clone(c.Events)
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.UID, b.UID)) })
	last := map[string]int{}
	for i, e := range events {
		last[e.UID] = i
	}
	for i, e := range events {
		if last[e.UID] == i {
			w.event(e)
		}
	}
	if len(events) == 0 {
		for _, l := range []string{
			"BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
			"TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE",
		} {
			w.line(l)
		}
	}
	w.line("END:VCALENDAR")
	return []byte(w.b.String())
}

type icalWriter struct{ b strings.Builder }

func (w *icalWriter) event(e Event) {
	recorded := e.Recorded
	if recorded.IsZero() {
		recorded = e.At
	}
	w.line("BEGIN:VEVENT")
	w.text("UID", orElse(e.UID, "unnamed"))
	w.line("DTSTAMP:" + stamp(recorded))
	w.line("LAST-MODIFIED:" + stamp(recorded))
	w.line(fmt.Sprintf("SEQUENCE:%d", max(e.Sequence, 0)))
	if e.WholeDay {
		day := e.At.UTC()
		w.line("DTSTART;VALUE=DATE:" + day.Format("20060102"))
		w.line("DTEND;VALUE=DATE:" + day.AddDate(0, 0, 1).Format("20060102"))
	} else {
		w.line("DTSTART:" + stamp(e.At))
	}
	w.text("SUMMARY", orElse(line(e.Summary), "Untitled"))
	w.text("DESCRIPTION", e.Description)
	w.address("URL", e.URL)
	var categories []string
	for _, c := range e.Categories {
		if c = icalText(line(c)); c != "" {
			categories = append(categories, c)
		}
	}
	if len(categories) > 0 {
		w.line("CATEGORIES:" + strings.Join(categories, ","))
	}
	switch e.Status {
	case Tentative, Confirmed, Cancelled:
		w.line("STATUS:" + string(e.Status))
	}
	w.line("TRANSP:TRANSPARENT")
	w.line("END:VEVENT")
}

// stamp writes an instant in UTC. Years that the form cannot hold are clamped.
func stamp(t time.Time) string {
	t = t.UTC()
	switch {
	case t.Year() < 1900:
		t = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 9999:
		t = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return t.Format("20060102T150405Z")
}

// text writes a property of type TEXT, and nothing when it is empty.
func (w *icalWriter) text(name, value string) {
	if value = icalText(strings.TrimSpace(clean(value))); value != "" {
		w.line(name + ":" + value)
	}
}

// icalText escapes what has a meaning in a TEXT.
func icalText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\t", " ").Replace(s)
}

// address writes a property of type URI, and nothing when it is no absolute web
// address.
func (w *icalWriter) address(name, url string) {
	if (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && !strings.ContainsAny(url, " \t\r\n\"<>\\") && clean(url) == url {
		w.line(name + ":" + url)
	}
}

// line folds a content line: at most 75 octets, and no character cut in two.
func (w *icalWriter) line(s string) {
	const limit = 75
	room := limit
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
		room = limit - 1 // the blank counts
	}
	w.b.WriteString(s + "\r\n")
}
