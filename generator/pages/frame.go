package pages

// Frame is what all pages share.
type Frame struct {
	Language    string
	Title       string // of the page; the first page's is the site's
	SiteTitle   string
	Description string // "" leaves it out
	Kind        string // the template's name, for the style sheet
	Audience    string // "team" or "customers", for the style sheet
	Home        string // link to the first page
	Assets      string // link to the folder of style and script, with a slash at the end
	Canonical   string // absolute; "" without a base
	NoIndex     bool
	Navigation  []NavItem
	Crumbs      []Link // the way from the first page to here, without here
	Alternates  []Alternate
	AsOf        Stamp // zero on pages that do not vary in time
	ByVersion   bool  // nothing records deployments or flags; see the ledger's ReleasesBy
	Footer      string
	Generator   string
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
		{"Environments", "/environments/"}, {"Flags", "/flags/"}, {"Versions", "/versions/"},
		{"Glossary", "/glossary/"}, {"Feeds", "/feeds/"}, {"Problems", "/problems/"},
	}
}

// framer makes the frames of one site.
type framer struct {
	site      Site
	audience  string
	sections  []section
	feeds     []Feed
	stamped   Stamp // as-of
	byVersion bool
}

// frame makes the frame of the page at p. The section is the address of the
// entry of the navigation to which the page belongs.
func (f framer) frame(p place, kind, title, inSection string) Frame {
	fr := Frame{
		Language: f.site.Language, Title: title, SiteTitle: f.site.title(), Kind: kind,
		Audience: f.audience, Home: p.to("/"), Assets: p.to("/assets/"),
		Canonical: f.site.absolute(p.path), NoIndex: f.site.NoIndex,
		AsOf: f.stamped, ByVersion: f.byVersion,
		Footer: f.site.Footer, Generator: f.site.Generator,
	}
	if fr.Language == "" {
		fr.Language = "en"
	}
	for _, s := range f.sections {
		item := NavItem{Link: Link{s.title, p.to(s.path)}}
		switch {
		case s.path == p.path:
			item.Current = "page"
		case s.path == inSection:
			item.Current = "true"
		}
		fr.Navigation = append(fr.Navigation, item)
	}
	for _, l := range f.site.Navigation {
		if len(l.Href) > 0 && l.Href[0] == '/' {
			l.Href = p.to(l.Href)
		}
		fr.Navigation = append(fr.Navigation, NavItem{Link: l})
	}
	for _, feed := range f.feeds {
		if !feed.Announce {
			continue
		}
		for _, format := range feed.Formats {
			if format.Type == "text/calendar" {
				continue // feed readers cannot read it
			}
			fr.Alternates = append(fr.Alternates, Alternate{feed.Title + " (" + format.Name + ")", format.Type, p.to(format.Path)})
		}
	}
	return fr
}

// Missing is the page for an address that does not exist.
type Missing struct {
	Frame
	Suggestions []Link
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

// FeedsPage tells how to subscribe.
type FeedsPage struct {
	Frame
	Feeds []FeedView
}

// FeedView is one feed with its files.
type FeedView struct {
	Title, About string
	Formats      []FeedLink
}

// FeedLink is one file of a feed. Address is what a reader is told to paste: the
// absolute address where the site knows it.
type FeedLink struct{ Name, Type, Href, Address string }

func (f framer) missing() Page {
	p := place{"/404.html", f.site.basePath()}
	page := Missing{Frame: f.frame(p, "missing", "Page not found", "")}
	page.NoIndex, page.Canonical = true, ""
	page.AsOf = Stamp{}
	for _, s := range f.sections {
		page.Suggestions = append(page.Suggestions, Link{s.title, p.to(s.path)})
	}
	return Page{"/404.html", "missing", page}
}

func (f framer) redirect(from, to, text string) Page {
	p := at(from)
	page := Redirect{Frame: f.frame(p, "redirect", text, ""), To: Link{text, p.to(to)}}
	page.NoIndex, page.Canonical = true, f.site.absolute(to)
	page.AsOf = Stamp{}
	return Page{from, "redirect", page}
}

func (f framer) feedsPage() Page {
	p := at("/feeds/")
	page := FeedsPage{Frame: f.frame(p, "feeds", "Feeds", "/feeds/")}
	page.AsOf = Stamp{}
	for _, feed := range f.feeds {
		v := FeedView{Title: feed.Title, About: feed.About}
		for _, format := range feed.Formats {
			l := FeedLink{Name: format.Name, Type: format.Type, Href: p.to(format.Path)}
			l.Address = f.site.absolute(format.Path)
			v.Formats = append(v.Formats, l)
		}
		page.Feeds = append(page.Feeds, v)
	}
	return Page{"/feeds/", "feeds", page}
}
