package pages

import (
	"iter"
	"net/url"
	"regexp"
	"strings"
	"time"

	"daylight/generator/compare"
	"daylight/generator/ledger"
	"daylight/generator/metrics"
	"daylight/generator/stale"
)

// Page is one file of a site.
type Page struct {
	// Path is the address: it begins with a slash and ends in one, or names a
	// file such as "/404.html".
	Path string
	// Template is the file name of the template without ".html", or "" when
	// Data is a [Text] that is written as it is.
	Template string
	// Data is a pointer to a struct of this package, made for the template, or
	// nil where Make makes it.
	Data any
	// Last is a page that tells of other pages: it is made when all others are
	// rendered.
	Last bool
	// Make makes Data. It may be called by any goroutine, so that the pages of a
	// site are decided on every core as well as rendered there.
	Make func() any
	// Unlisted keeps the page out of the sitemap: it has a copy elsewhere, or is
	// not for search engines.
	Unlisted bool
}

// Content gives the page's data.
func (p Page) Content() any {
	if p.Make != nil {
		return p.Make()
	}
	return p.Data
}

// made is a page whose data is there.
func made(path, template string, data any) Page {
	return Page{Path: path, Template: template, Data: data}
}

// later is a page whose data is made by the goroutine that renders it.
func later(path, template string, page func() Page) Page {
	return Page{Path: path, Template: template, Make: func() any { return page().Data }}
}

// Pages is a site's pages in their fixed order, made one by one.
type Pages = iter.Seq[Page]

// Text is a file that no template makes, such as robots.txt.
type Text string

// Markdown is text in Markdown, untrusted. Only package render, through the
// function that it was given, turns it into HTML.
type Markdown string

// Input is what the team's site is made from.
type Input struct {
	Ledger *ledger.Ledger // required
	Site   Site
	Terms  []Term // sorted by name
	// TermUses tells which pages link a term, by its address, when all but the
	// pages of terms are rendered. Nil where nobody counts.
	TermUses func(address string) TermUses
	Feeds    []Feed // in the order in which they are shown
	// Metrics are the numbers of the whole ledger.
	Metrics metrics.Report
	Extras  Extras
	// Comparisons are the promotions that have a page, in their order.
	Comparisons []compare.Comparison
	Docs        *DocsInput   // nil without docs
	Stale       stale.Report // flags that need somebody
	// Moved are the dates of changes that were published otherwise once.
	Moved []MovedChange
}

// PublicInput is what a site for customers is made from: notes that this
// audience may see, and nothing else.
type PublicInput struct {
	AsOf     time.Time // required
	Site     Site
	Notes    []Note    // newest first
	Versions []Version // newest first
	Terms    []Term    // those that a customer needs, sorted by name
	TermUses func(address string) TermUses
	Feeds    []Feed
	Extras   Extras
	Docs     *DocsInput // nil without docs; holds only what this audience may see
}

// Site is what the configuration says of a site.
type Site struct {
	Title       string // "Daylight" when empty
	Description string // one line, for search engines and the first page
	// Base is the absolute address of the site, also below a path:
	// "https://example.org/shop/". Without one there is no sitemap and no
	// canonical link.
	Base     string
	Language string         // a BCP 47 tag; "en" when empty
	Zone     *time.Location // of display; UTC when nil
	Links    Links
	NoIndex  bool
	// Generator is the name and version of the program, for the foot of pages.
	Generator  string
	Navigation []Link // more entries for the navigation: a site address or an absolute one
	Footer     string // plain text
	// Logo is the address of a picture within the site, shown in place of the
	// mark: "/assets/logo.svg". "" leaves the mark.
	Logo string
	// Card is the address within the site of the picture that goes with a shared
	// link, "" without one.
	Card string
}

// Links are templates of addresses elsewhere. An empty one gives no link.
// Their placeholders are those of site.toml; the values are escaped for a path,
// and {repository} is known in all of them.
type Links struct {
	Commit      string // {commit}
	PullRequest string // {number}
	Ticket      string // {ticket}
	// TicketPattern finds tickets in titles and bodies. Its first group, or
	// without groups the whole match, is the ticket.
	TicketPattern *regexp.Regexp
	Compare       string // {from} and {to}, both commits
	Version       string // {version}
	File          string // {commit}, {path} and {line}
}

// Term is an entry of the glossary.
type Term struct {
	Slug            string // required, unique
	Name            string // required
	Aliases         []string
	Definition      Markdown
	Summary         string   // the definition's first sentence, plain text
	NotConfusedWith []string // slugs or names
	Related         []string // slugs or names
	Source          string   // plain text or an address
	Level           string   // "everyone" or "team": who needs the term
	Changes         string   // deployment, release, both, neither or ""
	// Revisions are the definitions that it had, newest first; empty when they
	// are not known.
	Revisions []Revision
}

// Revision is what a term's definition was from an instant on.
type Revision struct {
	At      time.Time
	Version string // the first version that has it, "" for none yet
	Summary string // plain text
	// Words are how it came out of the definition before it: what stayed, went and
	// came. Empty for the first one, and where no words changed.
	Words []Words
	// Shipped is set on the definition that came with the tool, which the project
	// changed later. It has no instant.
	Shipped bool
}

// Words are a run of words of a text that changed.
type Words struct {
	Kind string // "same", "gone" or "new"
	Text string
}

// Feed is one subject that can be subscribed to, in its formats.
type Feed struct {
	Title   string
	About   string // one sentence: what arrives in it
	Formats []FeedFormat
	// Announce makes every page name the feed to feed readers.
	Announce bool
	// Group is the heading under which the feed is listed, "" for those of the
	// whole site.
	Group string
	// Scope is the address of the page that is about the same thing, which names
	// the feed to feed readers, or "".
	Scope    string
	Archives int // how many documents hold what is too old for it
}

// FeedFormat is one file of a feed.
type FeedFormat struct {
	Name string // "RSS", "Atom", "JSON Feed", "Calendar"
	Type string // media type
	Path string // the address within the site, "/feeds/releases.atom"
}

// Note is what customers are told of one release.
type Note struct {
	ID           string // required, unique and stable
	Title        string
	Body         Markdown
	Kind         string // Added, Changed, Deprecated, Removed, Fixed, Security, or ""
	Breaking     bool
	ReleasedAt   *time.Time // nil while not everybody has it
	FirstExposed time.Time  // required
	TakenBack    *time.Time // nil unless it was taken back and still is
	Audience     string     // "everyone", "25 % of users", "beta testers"
	Version      string     // "" when no version is named
	Entries      []string   // single changes in it, plain text
	// Events are the steps of its life, oldest first.
	Events []NoteEvent
	Card   string // the picture that goes with a shared link; "" takes the site's
	// Moved are the dates of it that were published otherwise once.
	Moved []MovedDate
}

// NoteEvent is a step in the life of a note.
type NoteEvent struct {
	At   time.Time
	Text string // one sentence, of our own
}

// Version is what customers are told of a version.
type Version struct {
	Name string
	At   time.Time
}

// expand fills a link template. The pairs are names and values; a placeholder
// that is not among them stays. Only http and https addresses are links.
func expand(template string, pairs ...string) string {
	if !strings.HasPrefix(template, "https://") && !strings.HasPrefix(template, "http://") {
		return ""
	}
	var room [256]byte
	out := room[:0]
	for {
		before, rest, _ := strings.Cut(template, "{")
		out = append(out, before...)
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return string(append(out, template[len(before):]...))
		}
		known := false
		for i := 0; i+1 < len(pairs) && !known; i += 2 {
			if known = pairs[i] == name; known {
				out = appendPath(out, pairs[i+1])
			}
		}
		if template = after; !known {
			out, template = append(out, '{'), rest
		}
	}
}

// appendPath escapes each part of a path and keeps its slashes, since files and
// versions hold them.
func appendPath(out []byte, s string) []byte {
	if isPath(s) {
		return append(out, s...)
	}
	for i, part := range strings.Split(s, "/") {
		if i > 0 {
			out = append(out, '/')
		}
		out = append(out, url.PathEscape(part)...)
	}
	return out
}

// isPath reports whether nothing in a path needs to be escaped.
func isPath(s string) bool {
	for i := range len(s) {
		if c := s[i]; !plain(c) && c != '/' && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// basePath gives the path of the base address, with slashes at both ends.
func (s Site) basePath() string {
	u, err := url.Parse(s.Base)
	if err != nil || u.Path == "" {
		return "/"
	}
	return "/" + strings.TrimPrefix(strings.TrimSuffix(u.EscapedPath(), "/")+"/", "/")
}

// absolute gives the full address of a page, "" without a base.
func (s Site) absolute(address string) string {
	if s.Base == "" {
		return ""
	}
	return strings.TrimSuffix(s.Base, "/") + address
}

func (s Site) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

func (s Site) title() string {
	if s.Title == "" {
		return "Daylight"
	}
	return s.Title
}
