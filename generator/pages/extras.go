package pages

import "strings"

// Extras are the files of a site that are made for other pages and for programs.
type Extras struct {
	Data   []DataFile
	Badges []BadgeFile
	// Fragment and Document are the addresses of what runs where, or what is new,
	// to be embedded elsewhere: as a section of HTML, and as a page for a frame.
	// "" leaves them out.
	Fragment, Document string
}

// DataFile is a file for programs.
type DataFile struct {
	Title, About string
	Path         string // "/data/ledger.json"
	Schema       string // the address of its JSON Schema, or ""
}

// BadgeFile is a picture with one fact.
type BadgeFile struct {
	Alt   string // what it says now
	Label string // what it is about, which stays when its value changes
	Path  string // "/badges/production.svg"
}

// DataPage lists what a site has for programs.
type DataPage struct {
	Frame
	Files  []DataView
	Badges Link // to the page of badges
}

// DataView is one file for programs.
type DataView struct {
	Title, About string
	File         FeedLink
	Schema       Link // its Href is "" when there is none
}

// BadgesPage shows the badges, and how to put them elsewhere.
type BadgesPage struct {
	Frame
	Badges []BadgeView
	// Fragment and Document are zero when there are none. Embed is the HTML of a
	// frame with the document.
	Fragment, Document FeedLink
	Embed              string
}

// BadgeView is a badge with what to write to show it.
type BadgeView struct {
	Alt, Src       string
	Markdown, HTML string
}

func (f framer) dataPage(e Extras) Page {
	p := at("/data/")
	page := &DataPage{Frame: f.timeless().frame(p, "data", "Data", "/feeds/")}
	page.Crumbs = []Link{{"Feeds", p.to("/feeds/")}}
	for _, d := range e.Data {
		v := DataView{Title: d.Title, About: d.About, File: f.feedLink(p, FeedFormat{d.Path[1:], "application/json", d.Path})}
		if d.Schema != "" {
			v.Schema = Link{"JSON Schema", p.to(d.Schema)}
		}
		page.Files = append(page.Files, v)
	}
	if len(e.Badges) > 0 {
		page.Badges = Link{"Badges", p.to("/badges/")}
	}
	return made("/data/", "data", page)
}

func (f framer) badgesPage(e Extras) Page {
	p := at("/badges/")
	page := &BadgesPage{Frame: f.timeless().frame(p, "badges", "Badges", "/feeds/")}
	page.Crumbs = []Link{{"Feeds", p.to("/feeds/")}}
	// What stands elsewhere needs the whole address; without a base the reader has
	// to put it in.
	full := func(path string) string {
		if a := f.site.absolute(path); a != "" {
			return a
		}
		return "https://…" + path
	}
	home := full("/")
	for _, b := range e.Badges {
		alt, label := oneLine(b.Alt), oneLine(b.Label)
		page.Badges = append(page.Badges, BadgeView{
			Alt: alt, Src: p.to(b.Path), Markdown: "[![" + markdownText(label) + "](" + full(b.Path) + ")](" + home + ")",
			HTML: `<a href="` + home + `"><img src="` + full(b.Path) + `" alt="` + attribute(label) + `"></a>`,
		})
	}
	if e.Document != "" {
		page.Document = f.feedLink(p, FeedFormat{"The status as a page for a frame", "text/html", e.Document})
		page.Embed = `<iframe src="` + full(e.Document) + `" title="` + attribute(f.site.title()) + `" width="100%" height="320"></iframe>`
	}
	if e.Fragment != "" {
		page.Fragment = f.feedLink(p, FeedFormat{"The status as a section of HTML", "text/html", e.Fragment})
	}
	return made("/badges/", "badges", page)
}

// pages tells which of its pages a site has.
func (e Extras) pages() map[string]bool {
	return map[string]bool{"/data/": len(e.Data) > 0, "/badges/": len(e.Badges) > 0}
}

// markdownText escapes plain text within brackets of Markdown.
func markdownText(s string) string {
	return strings.NewReplacer("\\", "\\\\", "[", "\\[", "]", "\\]", "`", "\\`", "*", "\\*", "_", "\\_", "<", "&lt;").Replace(s)
}

// attribute escapes plain text within the quotes of an attribute, for people to
// copy.
func attribute(s string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(s)
}

// extraPages are those that a site has beside its own.
func (f framer) extraPages(e Extras) func(func(Page) bool) bool {
	return func(yield func(Page) bool) bool {
		if len(e.Data) > 0 && !yield(f.dataPage(e)) {
			return false
		}
		return len(e.Badges) == 0 || yield(f.badgesPage(e))
	}
}
