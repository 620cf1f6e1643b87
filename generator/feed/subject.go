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
	// Group is the heading under which the subject is listed, "" for those of the
	// whole site.
	Group string
	// Scope is the address of the page that is about the same thing, such as that
	// of an environment; that page names it to feed readers. "" is none.
	Scope    string
	Feed     *Feed     // nil when it is a calendar alone
	Calendar *Calendar // nil when it has none
	// Archives hold what is too old for the feed, the oldest first, in Atom alone:
	// no other format has a word for it that readers understand.
	Archives []Archive
}

// Archive is one document of the older entries of a feed.
type Archive struct {
	Path string // an address within the site: "/feeds/releases/archive-1.atom"
	Feed Feed
}

// File is a finished file of a subject.
type File struct {
	Path string // an address within the site: "/feeds/releases.atom"
	Name string // of the format, for people: "Atom"
	Type string // the media type
	Data []byte
}

// Formats lists the formats of a subject, without their data and without its
// archives.
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

// Files writes a subject in all its formats, then its archives, and says what had
// to be left out of its feed or clamped.
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
	for _, a := range s.Archives {
		data, err := Atom(a.Feed)
		if err != nil {
			return nil, nil, fmt.Errorf("write %s: %w", a.Path, err)
		}
		out = append(out, File{Path: a.Path, Name: "Archive", Type: "application/atom+xml", Data: data})
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
	if l == nil {
		return &builder{site: s}
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

// begin makes a subject with a feed of all entries.
func (b *builder) begin(s Subject, id string, entries []Entry) Subject {
	s.Feed = &Feed{
		ID: id, Title: b.site.Title + ": " + s.Title, Subtitle: s.About, HomeURL: b.url(orElse(s.Scope, "/")),
		SelfURL:  func(format string) string { return b.url(s.Path + "." + format) },
		Language: b.site.Language, Author: orElse(b.site.Author, b.site.Title), About: b.url("/feeds/"),
		AsOf: b.asOf, Born: b.born, Entries: entries,
	}
	return s
}

// feed makes a subject with a feed of the newest entries.
func (b *builder) feed(s Subject, id string, entries []Entry) Subject {
	s = b.begin(s, id, entries)
	// Only what is not left out counts towards the limit.
	prepared, _ := Prepare(*s.Feed)
	if len(prepared.Entries) > b.site.Limit {
		s.Feed.Entries = keep(entries, prepared.Entries[:b.site.Limit])
	}
	return s
}

// complete makes a subject whose feed holds all that is in it now: who keeps an
// entry that is not there any more keeps what is over. Where there are too many
// entries it is a feed of the newest.
func (b *builder) complete(s Subject, id string, entries []Entry) Subject {
	s = b.feed(s, id, entries)
	s.Feed.History.Complete = len(s.Feed.Entries) == len(entries)
	return s
}

// keep gives those of the entries whose ids are in a list, in their order.
func keep(entries, those []Entry) []Entry {
	wanted := map[string]bool{}
	for _, e := range those {
		wanted[e.ID] = true
	}
	var out []Entry
	for _, e := range entries {
		if wanted[e.ID] {
			out = append(out, e)
		}
	}
	return out
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
