package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// NewsPage is the customers' first page, or one of its months: what is new, by
// the date on which they got it.
type NewsPage struct {
	Frame
	Lead   string
	Follow Link // to the page that tells how to subscribe; zero where there is no feed
	Days   []Day
	Months []MonthLink
	Empty  bool
}

// Day is what people got on one day.
type Day struct {
	Date    Stamp
	Version Link // the one that all notes of the day are in, which then name none; else zero
	Notes   []NoteView
	Told    bool // some of the notes have a text
	Brief   bool // some have none
}

// NoteView is a note ready to be shown. It has no ages: a note is the same page
// however old it is.
type NoteView struct {
	Title     Link
	Kind      Badge // Word is "" when the note names no kind
	Breaking  bool
	Body      Markdown
	Entries   []string
	Audience  string // "25 % of users"; "" when everyone has it
	Version   Link
	Since     Stamp // first exposed to this audience
	TakenBack Stamp
	Brief     bool // there is no text but the title, so that a line is enough
	// History tells what became of it, oldest first, where that is more than that
	// it came.
	History []NoteStep
}

// NoteStep is a line of the history of a note.
type NoteStep struct {
	At   Stamp
	Text string
}

// NotePage is one note.
type NotePage struct {
	Frame
	Note  NoteView
	Moved []MovedView // dates that were published otherwise
	Older Link
	Newer Link
}

// ReleasesPage lists notes by version.
type ReleasesPage struct {
	Frame
	Versions []VersionNotes
	Other    []NoteView  // notes that name no version
	Parts    []MonthLink // where there are many versions
	Empty    bool        // nothing is listed on any part
}

// VersionNotes is a version with its notes.
type VersionNotes struct {
	Name  string
	ID    string
	At    Stamp
	Notes []NoteView
}

// newestNotes is how many notes the first page shows.
const newestNotes = 30

type customers struct {
	framer
	clock
	in    PublicInput
	paths []string // of the notes, by index
	// versions are those in the input, then those that only notes name; ofVersion
	// are the notes of each, by index, and other those that name none.
	versions  []Version
	versionAt map[string]int
	ofVersion [][]int
	other     []int
}

// Customers makes the pages of a site for those who use the product.
func Customers(in PublicInput) Pages {
	return func(yield func(Page) bool) {
		c := newCustomers(in)
		urls := sitemap{site: in.Site}
		collect := func(p Page) bool {
			urls.add(p)
			return yield(p)
		}
		parts := []func(func(Page) bool) bool{c.newsPages, c.notePages, c.releasesPages}
		if len(in.Terms) > 0 {
			parts = append(parts, c.glossary().pages)
		}
		parts = append(parts, c.docPages, one(c.feedsPage), c.extraPages(in.Extras), one(c.searchPage), one(c.missing), urls.pages)
		for _, part := range parts {
			if !part(collect) {
				return
			}
		}
		yield(robots(in.Site))
	}
}

func newCustomers(in PublicInput) *customers {
	c := &customers{in: in, clock: clock{in.AsOf, in.Site.zone()}}
	sections := []section{{"What is new", "/"}, {"Versions", "/versions/"}}
	if len(in.Terms) > 0 {
		sections = append(sections, section{"Glossary", "/glossary/"})
	}
	if len(in.Feeds) > 0 { // without an address nobody can subscribe
		sections = append(sections, section{"Subscribe", "/feeds/"})
	}
	if in.Docs.some() {
		sections = withDocs(sections)
	}
	// Notes and lists of them do not vary in time, so no page says as of when.
	c.framer = framer{shells: &sync.Map{}, site: in.Site, audience: "customers", sections: sections, feeds: in.Feeds, scoped: scopes(in.Feeds), has: in.Extras.pages()}
	c.in.Notes = slices.Clone(in.Notes)
	// By the date on which people got it, newest first, then by id.
	slices.SortStableFunc(c.in.Notes, func(a, b Note) int {
		return cmp.Or(b.FirstExposed.Compare(a.FirstExposed), cmp.Compare(a.ID, b.ID))
	})
	claims := taken{}
	for _, n := range c.in.Notes {
		c.paths = append(c.paths, claims.claim("/notes/", n.ID))
	}
	c.indexVersions()
	return c
}

// indexVersions puts versions in the order given, then those that only notes
// name in the order of these.
func (c *customers) indexVersions() {
	c.versionAt = map[string]int{}
	add := func(v Version) int {
		i, ok := c.versionAt[v.Name]
		if !ok {
			i = len(c.versions)
			c.versionAt[v.Name] = i
			c.versions, c.ofVersion = append(c.versions, v), append(c.ofVersion, nil)
		}
		return i
	}
	for _, v := range c.in.Versions {
		add(v)
	}
	for i, n := range c.in.Notes {
		if n.Version == "" {
			c.other = append(c.other, i)
			continue
		}
		k := add(Version{Name: n.Version})
		c.ofVersion[k] = append(c.ofVersion[k], i)
	}
}

// newsPages makes the first page and one for each month.
func (c *customers) newsPages(yield func(Page) bool) bool {
	cuts := months("/months/", len(c.in.Notes), func(i int) (string, string) { return c.month(c.in.Notes[i].FirstExposed) })
	p := at("/")
	first := &NewsPage{
		Frame: c.frame(p, "news", c.site.title(), ""), Months: monthLinks(p, cuts), Empty: len(c.in.Notes) == 0,
		Lead: "What you can use, from the day on which you can use it.",
	}
	if c.site.Description != "" {
		first.Lead = c.site.Description
	}
	first.Description = first.Lead
	if len(c.feeds) > 0 {
		first.Follow = Link{"Subscribe", p.to("/feeds/")}
	}
	var newest []int
	for i := range min(len(c.in.Notes), newestNotes) {
		newest = append(newest, i)
	}
	first.Days = c.days(p, newest)
	if !yield(made(p.path, "news", first)) {
		return false
	}
	for _, m := range cuts {
		p := at(m.path)
		page := &NewsPage{
			Frame: c.frame(p, "news", "What was new in "+m.title, "/"), Months: monthLinks(p, cuts),
			Days: c.days(p, m.items), Lead: count(len(m.items), "note") + ".",
		}
		if !yield(made(p.path, "news", page)) {
			return false
		}
	}
	return true
}

// days groups notes by day in the zone of display.
func (c *customers) days(p place, which []int) []Day {
	var out []Day
	for _, i := range which {
		v := c.view(p, i)
		date := c.day(c.in.Notes[i].FirstExposed)
		if n := len(out); n == 0 || out[n-1].Date.ISO != date.ISO {
			out = append(out, Day{Date: date})
		}
		last := &out[len(out)-1]
		last.Notes = append(last.Notes, v)
		last.Told, last.Brief = last.Told || !v.Brief, last.Brief || v.Brief
	}
	for i := range out {
		out[i].shareVersion()
	}
	return out
}

// shareVersion says a version once where several notes of a day are in it and
// none is in another.
func (d *Day) shareVersion() {
	if len(d.Notes) < 2 {
		return
	}
	for _, n := range d.Notes {
		if n.Version != d.Notes[0].Version {
			return
		}
	}
	d.Version = d.Notes[0].Version
	for i := range d.Notes {
		d.Notes[i].Version = Link{}
	}
}

// day is the stamp of a whole day.
func (c *customers) day(t time.Time) Stamp {
	local := t.In(c.zone)
	return Stamp{ISO: local.Format("2006-01-02"), Date: local.Format("2 January 2006"), Full: local.Format("2 January 2006")}
}

func (c *customers) notePages(yield func(Page) bool) bool {
	for i := range c.in.Notes {
		p := at(c.paths[i])
		v := c.view(p, i)
		v.Title.Href = ""
		page := &NotePage{Frame: c.frame(p, "note", v.Title.Text, "/"), Note: v}
		page.Description = c.gist(i)
		page.Moved = c.movedViews(c.in.Notes[i].Moved, false)
		if card := c.in.Notes[i].Card; card != "" {
			page.Card = c.site.absolute(card)
		}
		page.Crumbs = []Link{{"What is new", p.to("/")}}
		if i > 0 {
			page.Newer = Link{titleOf(c.in.Notes[i-1].Title), p.to(c.paths[i-1])}
		}
		if i+1 < len(c.in.Notes) {
			page.Older = Link{titleOf(c.in.Notes[i+1].Title), p.to(c.paths[i+1])}
		}
		if !yield(made(p.path, "note", page)) {
			return false
		}
	}
	return true
}

// gist tells a note in one line.
func (c *customers) gist(i int) string { return Gist(c.in.Notes[i], c.site) }

// Gist tells a note in one line, for search engines and previews of links.
func Gist(n Note, s Site) string {
	out := titleOf(n.Title)
	if n.Kind != "" {
		out = oneLine(capital(n.Kind)) + ": " + out
	}
	if len(n.Entries) > 0 {
		out += " (" + oneLine(strings.Join(n.Entries, "; ")) + ")"
	}
	return out + ". Since " + clock{zone: s.zone()}.dayOf(n.FirstExposed).Date + "."
}

func (c *customers) view(p place, i int) NoteView {
	n := c.in.Notes[i]
	v := NoteView{
		Title: Link{titleOf(n.Title), p.to(c.paths[i])}, Breaking: n.Breaking,
		Body:  Markdown(paragraphs(string(n.Body))),
		Since: c.ageless(&n.FirstExposed), TakenBack: c.ageless(n.TakenBack),
	}
	for i := range n.Events {
		if len(n.Events) > 1 {
			v.History = append(v.History, NoteStep{c.ageless(&n.Events[i].At), oneLine(n.Events[i].Text)})
		}
	}
	if n.Kind != "" {
		v.Kind = Badge{"kind-" + Segment(strings.ToLower(n.Kind)), oneLine(capital(n.Kind))}
	}
	if n.Audience != "everyone" {
		v.Audience = oneLine(n.Audience)
	}
	for _, e := range n.Entries {
		v.Entries = append(v.Entries, titleOf(e))
	}
	v.Brief = v.Body == "" && len(v.Entries) == 0
	if n.Version != "" {
		v.Version = Link{oneLine(n.Version), p.to(c.versionAddress(c.versionAt[n.Version]))}
	}
	return v
}

// ageless is a stamp without an age, for pages that do not vary in time.
func (c *customers) ageless(t *time.Time) Stamp {
	s := c.maybe(t)
	s.Age = ""
	return s
}

// versionAddress is where the notes of a version are listed, by index.
func (c *customers) versionAddress(i int) string {
	return partsBelow("/versions/")(i/longestPage+1) + "#" + versionID(c.versions[i].Name)
}

func versionID(name string) string { return "version-" + Segment(name) }

// releasesPages lists the versions, then the notes without one, in parts where
// these are many.
func (c *customers) releasesPages(yield func(Page) bool) bool {
	lengths := []int{len(c.versions), len(c.other)}
	parts, path := partsOf(lengths, longestPage), partsBelow("/versions/")
	for n := 1; n <= parts; n++ {
		p := at(path(n))
		title := "Versions"
		if n > 1 {
			title += ", part " + strconv.Itoa(n)
		}
		page := &ReleasesPage{
			Frame: c.frame(p, "releases", title, "/versions/"), Parts: partLinks(p, path, lengths, longestPage, parts),
			Empty: len(c.versions)+len(c.other) == 0,
		}
		s := span(lengths, longestPage, n)
		for k := s[0][0]; k < s[0][1]; k++ {
			v := c.versions[k]
			page.Versions = append(page.Versions, VersionNotes{titleOf(v.Name), versionID(v.Name), c.ageless(&v.At), c.views(p, c.ofVersion[k])})
		}
		page.Other = c.views(p, c.other[s[1][0]:s[1][1]])
		if !yield(made(p.path, "releases", page)) {
			return false
		}
	}
	return true
}

func (c *customers) views(p place, which []int) []NoteView {
	var out []NoteView
	for _, i := range which {
		out = append(out, c.view(p, i))
	}
	return out
}
