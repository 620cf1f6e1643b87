package feed

import (
	"fmt"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// Site is what the feeds of a site need to know of it.
type Site struct {
	// Base is the absolute address of the site, ending in a slash. Without it
	// there are no feeds: a feed has to say where it is.
	Base     string // required
	Title    string // required
	Language string // as in BCP 47
	Author   string // the publisher; the title when empty
	// TagDomain and TagYear are fixed for the life of the site; see TagURI. An
	// empty domain is the host of Base.
	TagDomain string
	TagYear   int
	// Markdown renders untrusted Markdown to safe HTML whose links are absolute.
	// With nil, texts are shown as they are written.
	Markdown func([]byte) string
	// Limit is the number of entries of a feed, the newest; 0 stands for 100.
	Limit int
	Pages Addresses
}

// Addresses give the pages of things as addresses within the site, such as
// "/changes/3fa9c1e2b4d5/". A nil function, or "", leads to the first page.
type Addresses struct {
	Change      func(*ledger.Change) string
	Deployment  func(*ledger.Deployment) string
	Version     func(*ledger.Version) string
	Environment func(ledger.EnvironmentName) string // without it there are no feeds per environment
	Flag        func(ledger.FlagKey) string
	Note        func(id string) string
}

// Subject is one thing that can be subscribed to.
type Subject struct {
	// Path is the address of its files without their extension: "/feeds/releases".
	Path  string
	Title string // "Releases"
	About string // one sentence: what arrives in it
	// Announce says that every page should name it to feed readers.
	Announce bool
	Feed     *Feed     // nil when it is a calendar alone
	Calendar *Calendar // nil when it has none
}

// File is a finished file of a subject.
type File struct {
	Path string // an address within the site: "/feeds/releases.atom"
	Name string // of the format, for people: "Atom"
	Type string // the media type
	Data []byte
}

// Formats lists the formats of a subject, without their data.
func (s Subject) Formats() []File {
	var out []File
	if s.Feed != nil {
		out = []File{
			{Path: s.Path + ".atom", Name: "Atom", Type: "application/atom+xml"},
			{Path: s.Path + ".rss", Name: "RSS", Type: "application/rss+xml"},
			{Path: s.Path + ".json", Name: "JSON Feed", Type: "application/feed+json"},
		}
	}
	if s.Calendar != nil {
		out = append(out, File{Path: s.Path + ".ics", Name: "Calendar", Type: "text/calendar"})
	}
	return out
}

// Files writes a subject in all its formats, and says what had to be left out of
// its feed or clamped.
func (s Subject) Files() ([]File, []ledger.Problem, error) {
	out := s.Formats()
	var problems []ledger.Problem
	var prepared Feed
	if s.Feed != nil {
		prepared, problems = Prepare(*s.Feed)
	}
	for i := range out {
		var err error
		switch out[i].Type {
		case "application/atom+xml":
			out[i].Data, err = Atom(prepared)
		case "application/rss+xml":
			out[i].Data, err = RSS(prepared)
		case "application/feed+json":
			out[i].Data, err = JSON(prepared)
		case "text/calendar":
			out[i].Data = ICal(*s.Calendar)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("write %s: %w", out[i].Path, err)
		}
	}
	return out, problems, nil
}

// builder makes subjects for one site.
type builder struct {
	site Site
	asOf time.Time
	born time.Time
}

func newBuilder(l *ledger.Ledger, s Site) *builder {
	if s.Limit <= 0 {
		s.Limit = 100
	}
	if s.TagDomain == "" {
		_, rest, _ := strings.Cut(s.Base, "://")
		host, _, _ := strings.Cut(rest, "/")
		s.TagDomain, _, _ = strings.Cut(host, ":")
	}
	return &builder{site: s, asOf: l.AsOf, born: born(l)}
}

// born is the oldest date of a ledger that is not absurd: it dates what has no
// date, and does not move when the ledger grows.
func born(l *ledger.Ledger) time.Time {
	var out time.Time
	take := func(t time.Time) {
		if !t.Before(oldest()) && (out.IsZero() || t.Before(out)) {
			out = t
		}
	}
	for i := range l.Changes {
		if m := l.Changes[i].Merged; m != nil {
			take(*m)
		}
		for _, in := range l.Changes[i].Environments {
			take(in.FirstExposed.At)
		}
	}
	for i := range l.Versions {
		take(l.Versions[i].At)
	}
	for i := range l.Deployments {
		if f := l.Deployments[i].FinishedAt; f != nil {
			take(*f)
		}
	}
	return out
}

// id makes an id below the site's tag: domain.
func (b *builder) id(parts ...string) string {
	return TagURI(b.site.TagDomain, b.site.TagYear, parts...)
}

// url makes an address within the site absolute.
func (b *builder) url(address string) string {
	return strings.TrimSuffix(b.site.Base, "/") + "/" + strings.TrimPrefix(address, "/")
}

// feed makes a subject with a feed of the newest entries.
func (b *builder) feed(s Subject, id string, entries []Entry) Subject {
	s.Feed = &Feed{
		ID: id, Title: b.site.Title + ": " + s.Title, Subtitle: s.About, HomeURL: b.url("/"),
		SelfURL:  func(format string) string { return b.url(s.Path + "." + format) },
		Language: b.site.Language, Author: orElse(b.site.Author, b.site.Title), About: b.url("/feeds/"),
		AsOf: b.asOf, Born: b.born, Entries: entries,
	}
	// Only what is not left out counts towards the limit.
	prepared, _ := Prepare(*s.Feed)
	if len(prepared.Entries) > b.site.Limit {
		keep := map[string]bool{}
		for _, e := range prepared.Entries[:b.site.Limit] {
			keep[e.ID] = true
		}
		var newest []Entry
		for _, e := range entries {
			if keep[e.ID] {
				newest = append(newest, e)
			}
		}
		s.Feed.Entries = newest
	}
	return s
}

func (b *builder) changeURL(c *ledger.Change) string { return address(b, b.site.Pages.Change, c) }

func address[T any](b *builder, f func(T) string, v T) string {
	if f == nil {
		return b.url("/")
	}
	return b.url(f(v))
}

// markdown renders a text for people, or shows it as it is.
func (b *builder) markdown(md string) string {
	if md == "" {
		return ""
	}
	if b.site.Markdown == nil {
		return paragraph(md)
	}
	return b.site.Markdown([]byte(md))
}
