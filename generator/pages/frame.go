package pages

import "sync"

// Frame is what all pages share.
type Frame struct {
	Language    string
	Title       string // of the page; the first page's is the site's
	SiteTitle   string
	Description string // "" leaves it out
	Canonical   string // absolute; "" without a base
	NoIndex     bool
	Card        string      // absolute address of the picture that goes with a shared link
	Crumbs      []Link      // the way from the first page to here, without here
	AsOf        Stamp       // zero on pages that do not vary in time
	Feeds       []Alternate // those about the same thing as the page, for feed readers
	ByVersion   bool        // nothing records deployments or flags; see the ledger's ReleasesBy
	Shell       *Shell
}

// Shared gives the frame of any page struct.
func (f *Frame) Shared() *Frame { return f }

// Framed is every page struct, as a pointer.
type Framed interface{ Shared() *Frame }

// Shell is what many pages have in common to the last byte: the head and the
// foot around those of one kind, section and depth. They share one value, so
// that it is rendered once. It is never changed.
type Shell struct {
	SiteTitle  string
	Kind       string // the template's name, for the style sheet
	Audience   string // "team" or "customers", for the style sheet
	Home       string // link to the first page
	Assets     string // link to the folder of style and script, with a slash at the end
	Logo       string // link to the picture in place of the mark, "" without one
	Search     string // link to the page on which the site is searched
	Navigation []NavItem
	Alternates []Alternate
	AsOf       Stamp // zero on pages that do not vary in time
	Footer     string
	Generator  string
}

// Link is a text with an address. An empty Href is text alone.
type Link struct{ Text, Href string }

// NavItem is an entry of the navigation.
type NavItem struct {
	Link
	Current string // "page" on the page itself, "true" below it, else ""
}

// Alternate announces a feed to feed readers.
type Alternate struct{ Title, Type, Href string }

// section is an entry of a site's navigation.
type section struct{ title, path string }

func teamSections() []section {
	return []section{
		{"Board", "/"}, {"Changes", "/changes/"}, {"Dark", "/dark/"},
		{"Environments", "/environments/"}, {"Flags", "/flags/"}, {"Versions", "/versions/"}, {"Calendar", "/calendar/"},
		{"Metrics", metricsPath},
		{"Glossary", "/glossary/"}, {"Feeds", "/feeds/"}, {"Problems", "/problems/"},
	}
}

// framer makes the frames of one site.
type framer struct {
	site      Site
	audience  string
	sections  []section
	feeds     []Feed
	scoped    map[string][]int // feeds by the page that is about the same thing
	has       map[string]bool  // addresses of pages that not every site has
	stamped   Stamp            // as-of
	byVersion bool
	shells    *sync.Map // of *Shell by shellKey; pages are made by many goroutines
}

// shellKey says which pages share a shell.
type shellKey struct {
	root, kind, current, section string
	timeless                     bool
}

// frame makes the frame of the page at p. The section is the address of the
// entry of the navigation to which the page belongs.
func (f framer) frame(p place, kind, title, inSection string) Frame {
	fr := Frame{
		Language: f.site.Language, Title: title, SiteTitle: f.site.title(), AsOf: f.stamped,
		Canonical: f.site.absolute(p.path), NoIndex: f.site.NoIndex, ByVersion: f.byVersion,
	}
	if f.site.Card != "" {
		fr.Card = f.site.absolute(f.site.Card)
	}
	if fr.Language == "" {
		fr.Language = "en"
	}
	k := shellKey{p.root, kind, "", inSection, !f.stamped.Known()}
	for _, s := range f.sections {
		if s.path == p.path {
			k.current = p.path
		}
	}
	shell, ok := f.shells.Load(k)
	if !ok {
		shell, _ = f.shells.LoadOrStore(k, f.shell(p, k))
	}
	fr.Shell = shell.(*Shell)
	for _, i := range f.scoped[p.path] {
		fr.Feeds = append(fr.Feeds, alternates(p, f.feeds[i])...)
	}
	return fr
}

func (f framer) shell(p place, k shellKey) *Shell {
	s := &Shell{
		SiteTitle: f.site.title(), Kind: k.kind, Audience: f.audience, Home: p.to("/"), Assets: p.to("/assets/"), Search: p.to("/search/"), Logo: p.to(f.site.Logo),
		AsOf: f.stamped, Footer: f.site.Footer, Generator: f.site.Generator,
	}
	for _, sec := range f.sections {
		item := NavItem{Link: Link{sec.title, p.to(sec.path)}}
		switch {
		case sec.path == k.current:
			item.Current = "page"
		case sec.path == k.section:
			item.Current = "true"
		}
		s.Navigation = append(s.Navigation, item)
	}
	for _, l := range f.site.Navigation {
		if len(l.Href) > 0 && l.Href[0] == '/' {
			l.Href = p.to(l.Href)
		}
		s.Navigation = append(s.Navigation, NavItem{Link: l})
	}
	for _, feed := range f.feeds {
		if feed.Announce {
			s.Alternates = append(s.Alternates, alternates(p, feed)...)
		}
	}
	return s
}

// alternates names a feed to feed readers, which cannot read calendars.
func alternates(p place, feed Feed) []Alternate {
	var out []Alternate
	for _, format := range feed.Formats {
		if format.Type != "text/calendar" {
			out = append(out, Alternate{feed.Title + " (" + format.Name + ")", format.Type, p.to(format.Path)})
		}
	}
	return out
}

// scopes finds the feeds that are about the same thing as a page, by its
// address. Those that every page names are left out.
func scopes(feeds []Feed) map[string][]int {
	out := map[string][]int{}
	for i, f := range feeds {
		if f.Scope != "" && !f.Announce {
			out[f.Scope] = append(out[f.Scope], i)
		}
	}
	return out
}

// timeless is the framer for pages that do not vary in time: they do not say as
// of when, so that a later build gives the same bytes.
func (f framer) timeless() framer {
	f.stamped = Stamp{}
	return f
}

// Missing is the page for an address that does not exist.
type Missing struct {
	Frame
	Suggestions []Link
	Search      string // where to look for what was meant
}

// Redirect is a page that leads to another one, for an older or a shorter
// address. It needs no script.
type Redirect struct {
	Frame
	To Link
}

// Choices is a page of an address that stands for several things, such as a pull
// request's number in two repositories.
type Choices struct {
	Frame
	Lead  string
	Links []Link
}

func (f framer) missing() Page {
	p := place{"/404.html", f.site.basePath()}
	page := &Missing{Frame: f.timeless().frame(p, "missing", "Page not found", "")}
	page.NoIndex, page.Canonical, page.Search = true, "", p.to("/search/")
	for _, s := range f.sections {
		page.Suggestions = append(page.Suggestions, Link{s.title, p.to(s.path)})
	}
	return made("/404.html", "missing", page)
}

func (f framer) redirect(from, to, text string) Page {
	p := at(from)
	page := &Redirect{Frame: f.timeless().frame(p, "redirect", text, ""), To: Link{text, p.to(to)}}
	page.NoIndex, page.Canonical = true, f.site.absolute(to)
	return made(from, "redirect", page)
}
