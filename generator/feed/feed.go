package feed

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// Feed is a list of entries that knows no format. All strings but ContentHTML
// are plain text and may be hostile; addresses are absolute.
type Feed struct {
	ID       string // required: a tag: address, unlike those of the entries
	Title    string // required
	Subtitle string // one sentence
	HomeURL  string // required: the page for people
	// SelfURL gives the address of the feed itself in a format: "rss", "atom" or
	// "json". Required: readers refuse feeds that do not say where they are.
	SelfURL  func(format string) string
	Language string // as in BCP 47; "en" when empty
	Author   string // who publishes it; the title when empty
	About    string // the address of a page about the "_daylight" objects, or ""
	// AsOf is the present: entries after it are left out. Zero leaves in all.
	AsOf time.Time
	// Born dates a feed without entries: a fixed moment in the repository's
	// life. Zero is the first day of 2000.
	Born    time.Time
	Entries []Entry
	History History
}

// History says how a document of a feed stands to the others of it (RFC 5005).
// The zero History says nothing.
type History struct {
	// Complete: what is not in the document is not, or not any more, part of the
	// feed. Such a feed has no archives.
	Complete bool
	// Archive: the document is one of the archives, and Current the absolute
	// address of the feed that one subscribes to.
	Archive bool
	Current string
	// Previous and Next are the absolute addresses of the archives with what is
	// older and newer, or "".
	Previous, Next string
}

// Entry is one event in a feed.
type Entry struct {
	ID        string    // required, unique in the feed and for ever
	Title     string    // "Untitled" when empty
	URL       string    // required: the page for people
	Published time.Time // when it happened; Updated when zero
	Updated   time.Time // required: the last event of it
	Author    string    // of this entry, or ""
	// SummaryText is one plain sentence or two.
	SummaryText string
	// ContentHTML is a safe fragment whose links are absolute. When empty the
	// summary, or the title, stands for it.
	ContentHTML string
	Categories  []string
	// Extra is written as the "_daylight" object of JSON Feed. Its values must be
	// fit for JSON.
	Extra map[string]any
}

// TagURI makes an address of the form tag:domain,year:part/part (RFC 4151).
// Bytes that it must not hold are percent-encoded. The year is one in which the
// domain was its publisher's on the first of January. Without a domain it is
// "daylight.invalid", which is nobody's.
func TagURI(domain string, year int, parts ...string) string {
	domain = strings.ToLower(domain)
	if domain == "" || strings.Trim(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		domain = "daylight.invalid"
	}
	if year < 1990 || year > 9999 {
		year = 2000
	}
	escaped := make([]string, len(parts))
	for i, p := range parts {
		escaped[i] = escapePart(p)
	}
	return "tag:" + domain + "," + strconv.Itoa(year) + ":" + strings.Join(escaped, "/")
}

// escapePart keeps what needs no escape in any part of an address. A slash
// within a part is escaped, so that parts cannot be confused.
func escapePart(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~@:", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// oldest is the earliest date that readers take for real.
func oldest() time.Time { return time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) }

// Prepare makes a feed fit to be written: strings cleaned, entries of the future
// left out, dates clamped and told apart, entries sorted newest first and then
// by id in descending order, doubles of an id dropped but for the newest. It
// says what it left out and what it clamped. Prepared feeds stay as they are.
func Prepare(f Feed) (Feed, []ledger.Problem) {
	var problems []ledger.Problem
	report := func(rule, message, hint string) {
		problems = append(problems, ledger.Problem{Message: message, Hint: hint, Rule: rule, Level: ledger.LevelInfo})
	}
	f.Title, f.Subtitle, f.Author = orElse(line(f.Title), "Untitled"), line(f.Subtitle), line(f.Author)
	f.Author = orElse(f.Author, f.Title)
	f.Language = orElse(f.Language, "en")
	var out []Entry
	for _, e := range f.Entries {
		e = cleanEntry(e)
		if e.Published.IsZero() {
			e.Published = e.Updated
		}
		if e.Updated.Before(e.Published) {
			e.Updated = e.Published
		}
		if !f.AsOf.IsZero() && e.Published.After(f.AsOf) {
			report("feed-future", fmt.Sprintf("feed %q leaves out %q, dated %s", f.Title, e.Title, e.Published.Format(time.RFC3339)), "planned steps are in the calendar")
			continue
		}
		if !f.AsOf.IsZero() && e.Updated.After(f.AsOf) {
			e.Updated = f.AsOf.UTC()
		}
		if e.Published.Before(oldest()) {
			report("feed-date", fmt.Sprintf("feed %q moves %q from %s to 1990", f.Title, e.Title, e.Published.Format(time.RFC3339)), "the clock of the commit or tag was wrong")
			e.Published = oldest()
			e.Updated = later(e.Updated, oldest())
		}
		out = append(out, e)
	}
	f.Entries = distinct(out)
	return f, problems
}

// distinct drops doubles of an id, sorts, and makes the updated instants of
// entries differ.
func distinct(list []Entry) []Entry {
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.ID, b.ID), b.Updated.Compare(a.Updated)) })
	list = slices.CompactFunc(list, func(a, b Entry) bool { return a.ID == b.ID })
	// Oldest first, then by id: of one instant, the first keeps it.
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID)) })
	for i := 1; i < len(list); i++ {
		if !list[i].Updated.After(list[i-1].Updated) {
			list[i].Updated = list[i-1].Updated.Add(time.Microsecond)
		}
	}
	slices.Reverse(list)
	return list
}

func cleanEntry(e Entry) Entry {
	e.Title = orElse(line(e.Title), "Untitled")
	e.SummaryText, e.Author = line(e.SummaryText), line(e.Author)
	e.ContentHTML = strings.TrimSpace(clean(e.ContentHTML))
	e.Published, e.Updated = e.Published.UTC().Truncate(time.Microsecond), e.Updated.UTC().Truncate(time.Microsecond)
	var categories []string
	for _, c := range e.Categories {
		if c = line(c); c != "" && !slices.Contains(categories, c) {
			categories = append(categories, c)
		}
	}
	e.Categories = categories
	return e
}

// updated is the newest date of a prepared feed.
func (f Feed) updated() time.Time {
	if len(f.Entries) > 0 {
		return f.Entries[0].Updated
	}
	if f.Born.Before(oldest()) {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return f.Born.UTC().Truncate(time.Second)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
