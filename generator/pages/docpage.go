package pages

import (
	"strings"

	"daylight/generator/docs"
)

// DocPage is an article of the docs as it was in one version.
type DocPage struct {
	Frame
	Heading string
	Product Link // its home, where there are several
	Version string
	Mark    string // "latest", "pre-release", "unreleased" or ""
	// SearchIn is the version whose docs are searched from this page; "" for that
	// which readers land on, from where everything is searched.
	SearchIn string
	Banner   DocBanner
	Switcher []DocVersion
	Versions Link // the page with all versions of this one; none where there is one version
	Sidebar  []DocItem
	Contents []DocHeading
	Lead     string // the description in the front matter
	Body     docs.HTML
	Children []DocsSection // of a folder without a page of its own
	Previous Link
	Next     Link
	Since    DocSince
	Fixed    string // where the text comes from, when that is not the version's tag
	Source   Link   // the file at the repository's host
}

// DocBanner warns of docs that are not those of the newest version.
type DocBanner struct {
	Kind string // "old" or "unreleased"; "" for none
	Text string
	Link Link // the same page, or the nearest, in the newest version
}

// DocVersion is an entry of the switcher.
type DocVersion struct {
	Link
	Mark    string
	Note    string // where it leads when the page is not in that version
	Current string // "page" for the version that is shown
}

// DocItem is an entry of the tree beside an article.
type DocItem struct {
	Link
	Current string // "page" on the page itself, "true" above it
	Items   []DocItem
}

// DocHeading is an entry of the table of contents.
type DocHeading struct {
	Link
	Items []Link
}

// DocSince says what changed on a page since the version before.
type DocSince struct {
	Text   string // one sentence; "" where there is nothing to compare with
	Before Link   // the page in the version before
	Items  []DocChange
}

// DocChange is a section of a page that changed.
type DocChange struct {
	Word string // "New", "Changed" or "Gone"
	Link
}

func (d *docsSite) articlePage(e *docs.Edition, a *docs.Article, root string) Page {
	path := root + articlePath(a)
	page := later(path, "doc", func() Page { return made(path, "doc", d.article(e, a, root)) })
	canonical, _ := d.canonical(e, a)
	page.Unlisted = canonical != path || d.hidden(e)
	return page
}

// hidden reports whether search engines should leave an edition alone.
func (d *docsSite) hidden(e *docs.Edition) bool { return !e.Latest }

// canonical gives the address that search engines should show for an article.
func (d *docsSite) canonical(e *docs.Edition, a *docs.Article) (string, bool) {
	p := e.Product()
	best := p.Canonical(a)
	if best == nil {
		return "", false
	}
	there := best.Same(a)
	if best.Latest {
		return d.last[p] + articlePath(there), true
	}
	return d.path[best] + articlePath(there), true
}

// article makes the page of an article below root, which is the edition's own
// address or that of the latest one.
func (d *docsSite) article(e *docs.Edition, a *docs.Article, root string) *DocPage {
	path := root + articlePath(a)
	p := at(path)
	product := e.Product()
	page := &DocPage{Frame: d.frame(p, "doc", oneLine(a.Title()), docsPath), Heading: titleOf(a.Title()), Version: oneLine(e.Shown()), Mark: editionMark(e)}
	if !d.only[e] {
		page.Title += " (" + page.Version + ")"
	}
	if !e.Latest {
		page.SearchIn = page.Version
	}
	page.Description = oneLine(a.Summary())
	page.Lead = oneLine(a.Meta.Description)
	if c, ok := d.canonical(e, a); ok {
		page.Canonical = d.site.absolute(c)
	}
	page.NoIndex = page.NoIndex || d.hidden(e)
	page.Crumbs = d.crumbs(p, e, a, root)
	if len(d.in.Library.Products) > 1 {
		page.Product = Link{oneLine(product.Title), p.near(d.home[product])}
	}
	page.Banner = d.banner(p, e, a)
	page.Switcher = d.switcher(p, e, a, root)
	if to := d.all[product].address(a); to != "" {
		page.Versions = Link{"All versions of this page", p.near(to)}
	}
	page.Sidebar = sidebar(p, root, e.Home(), a)
	page.Contents = contents(a)
	page.Body = d.in.Article(e, a, d.filling(p, e, a, root))
	if a.Blob.IsZero() || len(a.Children) > 0 && strings.TrimSpace(string(page.Body)) == "" {
		page.Children = children(p, root, a)
	}
	if a.Previous != nil {
		page.Previous = Link{titleOf(a.Previous.LinkTitle()), p.near(root + articlePath(a.Previous))}
	}
	if a.Next != nil {
		page.Next = Link{titleOf(a.Next.LinkTitle()), p.near(root + articlePath(a.Next))}
	}
	page.Since = d.since(p, e, a)
	d.provenance(page, e, a)
	return page
}

// provenance tells which file a page was made of.
func (d *docsSite) provenance(page *DocPage, e *docs.Edition, a *docs.Article) {
	if a.Blob.IsZero() {
		return
	}
	commit := e.Commit
	switch {
	case e.Draft:
		page.Fixed = "As it is saved in the work tree, committed or not: " + oneLine(a.Place) + "."
		return // there is no such file at the repository's host
	case a.Ref != e.Ref:
		page.Fixed = "Corrected on " + oneLine(a.Ref) + " after this version was tagged."
		commit = e.OverlayCommit
	case e.Kind != docs.Unreleased && e.Ref != e.Name:
		page.Fixed = "From the branch " + oneLine(e.Ref) + ", which corrects the docs of this version."
	}
	if d.in.Sources {
		page.Source = Link{a.Place, expand(d.site.Links.File, "repository", e.Product().Repository, "commit", commit.String(), "path", a.Place, "line", "1")}
	}
}

func (d *docsSite) crumbs(p place, e *docs.Edition, a *docs.Article, root string) []Link {
	product := e.Product()
	out := []Link{{"Docs", p.to(docsPath)}}
	if len(d.in.Library.Products) > 1 {
		out = append(out, Link{oneLine(product.Title), p.near(d.home[product])})
	}
	if a.Path == "" {
		return out
	}
	out = append(out, Link{oneLine(e.Shown()), p.near(root)})
	var above []Link
	for up := a.Parent; up != nil && up.Path != ""; up = up.Parent {
		above = append([]Link{{titleOf(up.LinkTitle()), p.near(root + articlePath(up))}}, above...)
	}
	return append(out, above...)
}

// banner warns on the pages of all editions but the latest. It does not name the
// latest version, so that a new one leaves the pages of the old ones as they are.
func (d *docsSite) banner(p place, e *docs.Edition, a *docs.Article) DocBanner {
	product := e.Product()
	newest := product.Latest()
	if e.Latest || newest == nil {
		return DocBanner{}
	}
	b := DocBanner{Kind: "unreleased"}
	switch e.Kind {
	case docs.Unreleased:
		b.Text = "These are the docs of " + oneLine(e.Shown()) + ", which is not released yet: what they describe may not be there for you."
		if e.Draft {
			b.Text += " They are shown as they are saved here, committed or not."
		}
	case docs.Prerelease:
		b.Text = "These are the docs of " + oneLine(e.Shown()) + ", a pre-release."
	default:
		b.Kind, b.Text = "old", "These are the docs of "+oneLine(e.Shown())+", an old version."
	}
	same := newest.Same(a)
	b.Link = Link{"This page in the latest version", p.near(d.last[product] + articlePath(same))}
	if !newest.Has(a) {
		b.Text += " The latest version has no such page."
		b.Link.Text = titleOf(same.Title()) + " in the latest version"
	}
	return b
}

// switcher leads to the same page in other versions, or to the nearest one above:
// in the latest and the unreleased ones, whose addresses stay, and in all that
// are older. Newer ones are on the page of all versions, so that a page is not
// written again for each of them.
func (d *docsSite) switcher(p place, e *docs.Edition, a *docs.Article, root string) []DocVersion {
	product := e.Product()
	var out []DocVersion
	older := false
	for _, other := range product.Editions {
		older = older || other == e
		switch {
		case other.Latest && other != e:
			v := d.version(p, other, a, d.last[product])
			v.Text, v.Mark = "latest", ""
			out = append(out, v)
			continue
		case !older && other.Kind != docs.Unreleased:
			continue
		}
		v := d.version(p, other, a, d.path[other])
		if other == e {
			v.Current, v.Href = "page", p.near(root+articlePath(a))
		}
		out = append(out, v)
	}
	return out
}

// version is an entry that leads to an article's like in an edition below root.
func (d *docsSite) version(p place, e *docs.Edition, a *docs.Article, root string) DocVersion {
	same := e.Same(a)
	v := DocVersion{Link: Link{oneLine(e.Shown()), p.near(root + articlePath(same))}, Mark: editionMark(e)}
	if !e.Has(a) {
		v.Note = "without this page; leads to " + titleOf(same.Title())
	}
	return v
}

// longestList bounds the entries of one folder in the tree beside an article.
const longestList = 40

// sidebar is the tree around an article: the first level, and what is beside each
// page on the way down to it. Of a long folder it shows the neighbourhood.
func sidebar(p place, root string, home, current *docs.Article) []DocItem {
	on := map[*docs.Article]bool{}
	for a := current; a != nil; a = a.Parent {
		on[a] = true
	}
	var list func(folder *docs.Article) []DocItem
	list = func(folder *docs.Article) []DocItem {
		all := folder.Children
		from, to := 0, len(all)
		if to > longestList {
			at := 0
			for i, a := range all {
				if on[a] {
					at = i
				}
			}
			from = max(0, min(at-longestList/2, len(all)-longestList))
			to = from + longestList
		}
		var out []DocItem
		for _, a := range all[from:to] {
			item := DocItem{Link: Link{titleOf(a.LinkTitle()), p.near(root + articlePath(a))}}
			switch {
			case a == current:
				item.Current = "page"
			case on[a]:
				item.Current = "true"
			}
			if on[a] {
				item.Items = list(a)
			}
			out = append(out, item)
		}
		if to-from < len(all) {
			out = append(out, DocItem{Link: Link{"All " + count(len(all), "page"), p.near(root + articlePath(folder))}})
		}
		return out
	}
	return list(home)
}

// contents is the table of contents, in two levels. A single heading needs none.
func contents(a *docs.Article) []DocHeading {
	if len(a.Scan.Headings) < 2 {
		return nil
	}
	var out []DocHeading
	for _, h := range a.Scan.Headings {
		link := Link{oneLine(h.Text), "#" + h.ID}
		if h.Level <= 2 || len(out) == 0 {
			out = append(out, DocHeading{Link: link})
		} else if h.Level == 3 {
			last := &out[len(out)-1]
			last.Items = append(last.Items, link)
		}
	}
	return out
}

func children(p place, root string, a *docs.Article) []DocsSection {
	var out []DocsSection
	for _, c := range a.Children {
		out = append(out, DocsSection{Link: Link{titleOf(c.LinkTitle()), p.near(root + articlePath(c))}, Summary: oneLine(c.Summary())})
	}
	return out
}

// filling is what the article is rendered with: addresses relative to its page,
// which are the same in every version that has the same pages.
func (d *docsSite) filling(p place, e *docs.Edition, a *docs.Article, root string) docs.Filling {
	f := docs.Filling{Root: p.root, Links: map[string]string{}}
	up := strings.Repeat("../", a.Depth())
	for _, ref := range a.Scan.Links {
		t, ok := e.Resolve(a, ref.Address)
		switch {
		case !ok:
		case t.Article == a && t.Anchor != "":
			f.Links[ref.Address] = t.Anchor
		case t.Article != nil:
			to := up + articlePath(t.Article) + t.Anchor
			if to == "" || to[0] == '#' {
				to = "./" + to
			}
			f.Links[ref.Address] = to
		case t.Asset != nil && t.Asset.Publishable():
			f.Links[ref.Address] = up + segments(t.Asset.Path)
		case t.Outside != "" && d.in.Sources && !ref.Image:
			if to := expand(d.site.Links.File, "repository", e.Product().Repository, "commit", e.Commit.String(), "path", t.Outside, "line", "1"); to != "" {
				f.Links[ref.Address] = to
			}
		}
	}
	for _, code := range a.Scan.Codes {
		f.Values = append(f.Values, d.in.Value(e, code, p.root))
	}
	return f
}
