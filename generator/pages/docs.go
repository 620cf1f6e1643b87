package pages

import (
	"slices"
	"strings"

	"daylight/generator/docs"
	"daylight/generator/history"
)

// DocsInput is what the docs of a site are made from: a library that holds what
// the audience may see, and nothing else.
type DocsInput struct {
	Library *docs.Library // required, made by docs.Library.For
	// Article gives the HTML of an article, which stands on a page that reaches
	// the site's first page by root. It may be called by any goroutine. Required.
	Article func(e *docs.Edition, a *docs.Article, f docs.Filling) docs.HTML
	// Value gives the value of a shortcode in the docs of a version, with links
	// from a page that reaches the first page by root. Required.
	Value func(e *docs.Edition, code docs.Shortcode, root string) docs.Fragment
	// Asset reads a file. Required.
	Asset func(p *docs.Product, a *docs.Asset) string
	// Sources makes pages link to their files at the repository's host.
	Sources bool
}

// some reports whether there is anything to show.
func (in *DocsInput) some() bool { return in != nil && len(in.Library.Products) > 0 }

const docsPath = "/docs/"

// docsSite makes the pages of the docs.
type docsSite struct {
	framer
	clock
	in   *DocsInput
	home map[*docs.Product]string  // address of each product
	path map[*docs.Edition]string  // address of each edition by its own name
	last map[*docs.Product]string  // address of the latest edition
	only map[*docs.Edition]bool    // has no address but "latest"
	over map[*docs.Edition]overing // what it is compared with
	all  map[*docs.Product]*docVersions
}

// overing is an edition's comparison with the one before it.
type overing struct {
	before *docs.Edition // nil for the oldest
	path   string        // of the page with the comparison, "" without one
}

func newDocsSite(f framer, c clock, in *DocsInput) *docsSite {
	f.byVersion = false // says nothing about docs
	d := &docsSite{framer: f.timeless(), clock: c, in: in, home: map[*docs.Product]string{}, path: map[*docs.Edition]string{},
		last: map[*docs.Product]string{}, only: map[*docs.Edition]bool{}, over: map[*docs.Edition]overing{},
		all: map[*docs.Product]*docVersions{}}
	claims := taken{docsPath + "latest/": true}
	for _, p := range in.Library.Products {
		d.home[p] = docsPath
		if p.Name != "" {
			d.home[p] = claims.claim(docsPath, p.Name)
		}
		d.last[p] = d.home[p] + "latest/"
		claims[d.last[p]] = true
		for _, e := range p.Editions {
			if e.Latest && e.Kind == docs.Unreleased {
				// Nothing has a version yet: one address is enough.
				d.path[e], d.only[e] = d.last[p], true
			} else {
				d.path[e] = claims.claim(d.home[p], e.Shown(), e.Name)
			}
			over := overing{before: e.Before()}
			if over.before != nil {
				// No article has this address: "~c" is no escape.
				over.path = d.path[e] + "~changes/"
			}
			d.over[e] = over
		}
		d.all[p] = newDocVersions(p, d.home[p])
	}
	return d
}

// pages makes the docs' home, then each product's, then the articles: those of
// one path in all editions one after the other, so that a text that many of them
// share is rendered once and soon forgotten.
func (d *docsSite) pages(yield func(Page) bool) bool {
	if !yield(d.homePage(docsPath, d.in.Library.Products)) {
		return false
	}
	for _, p := range d.in.Library.Products {
		if d.home[p] != docsPath && !yield(d.homePage(d.home[p], []*docs.Product{p})) {
			return false
		}
		for _, page := range d.files(p) {
			if !yield(page) {
				return false
			}
		}
		if !d.articles(p, yield) || !d.versions(p, yield) || !d.rest(p, yield) {
			return false
		}
	}
	return true
}

// articles makes the pages of a product's articles, by address, then from the
// newest edition to the oldest.
func (d *docsSite) articles(p *docs.Product, yield func(Page) bool) bool {
	seen := map[string]bool{}
	for _, first := range p.Editions {
		for _, a := range first.Articles {
			if seen[a.Path] {
				continue
			}
			seen[a.Path] = true
			for _, e := range p.Editions {
				here := e.Article(a.Path)
				if here == nil {
					continue
				}
				if e.Latest && !yield(d.articlePage(e, here, d.last[p])) {
					return false
				}
				if !d.only[e] && !yield(d.articlePage(e, here, d.path[e])) {
					return false
				}
			}
		}
	}
	return true
}

// rest makes what stands beside the articles: assets, redirects and lists of what
// changed.
func (d *docsSite) rest(p *docs.Product, yield func(Page) bool) bool {
	for _, e := range p.Editions {
		var roots []string
		if e.Latest {
			roots = append(roots, d.last[p])
		}
		if !d.only[e] {
			roots = append(roots, d.path[e])
		}
		assets := e.Assets()
		for _, root := range roots {
			for _, a := range assets {
				if !yield(Page{Path: root + segments(a.Path), Make: func() any { return Text(d.in.Asset(p, a)) }}) {
					return false
				}
			}
			for _, r := range e.Redirects() {
				if !yield(d.redirect(root+r.Path+"/", root+articlePath(r.To), r.To.Title())) {
					return false
				}
			}
		}
		if over := d.over[e]; over.path != "" && !yield(later(over.path, "docchanges", func() Page { return d.changesPage(e, over) })) {
			return false
		}
	}
	return true
}

// segments escapes each part of a file's path.
func segments(p string) string {
	parts := strings.Split(p, "/")
	for i, s := range parts {
		parts[i] = Segment(s)
	}
	return strings.Join(parts, "/")
}

// articlePath is an article's address below its edition, with a slash at the end
// unless it is the home.
func articlePath(a *docs.Article) string {
	if a.Path == "" {
		return ""
	}
	return a.Path + "/"
}

// editionMark says in a word what an edition is, "" for an old one.
func editionMark(e *docs.Edition) string {
	switch {
	case e.Latest && e.Kind == docs.Stable:
		return "latest"
	case e.Kind == docs.Prerelease:
		return "pre-release"
	case e.Kind == docs.Unreleased:
		return "unreleased"
	}
	return ""
}

// DocsTexts gives what the docs themselves say, each text once: titles, names and
// HTML of the articles, with the links that they have on a site.
func DocsTexts(in *DocsInput, site Site) []string {
	d := newDocsSite(framer{site: site}, clock{}, in)
	var out []string
	seen := map[history.Hash]bool{}
	names := map[string]bool{}
	for _, p := range in.Library.Products {
		out = append(out, p.Name, p.Title)
		for _, e := range p.Editions {
			out = append(out, e.Name, e.Ref)
			for _, a := range e.Articles {
				if !names[a.Place] {
					names[a.Place] = true
					out = append(out, a.Place, a.Path)
				}
				if seen[a.Blob] {
					continue
				}
				seen[a.Blob] = true
				path := d.path[e] + articlePath(a)
				out = append(out, a.Title(), a.LinkTitle(), a.Meta.Description, string(in.Article(e, a, d.filling(at(path), e, a, d.path[e]))))
			}
			for _, asset := range e.Assets() {
				if !seen[asset.Blob] {
					seen[asset.Blob] = true
					out = append(out, asset.Path, in.Asset(p, asset))
				}
			}
		}
	}
	return out
}

// DocsHome lists the products with their versions.
type DocsHome struct {
	Frame
	Lead     string
	Products []DocsProduct
}

// DocsProduct is one line of versions.
type DocsProduct struct {
	ID       string
	Title    string
	Latest   Link // the newest docs
	Mark     string
	Sections []DocsSection
	Versions []DocsVersion
	Machine  Link // versions.json
}

// DocsSection is a part of the newest docs.
type DocsSection struct {
	Link
	Summary string
	Pages   string // "12 pages"
}

// DocsVersion is a version in a list of them.
type DocsVersion struct {
	Link
	Mark    string // "latest", "pre-release", "unreleased" or ""
	At      Stamp
	Pages   string
	Changes Link // what changed since the version before; no address without one
}

func (d *docsSite) homePage(path string, products []*docs.Product) Page {
	p := at(path)
	page := &DocsHome{Frame: d.frame(p, "docs", "Docs", docsPath), Lead: "How to use it, for every version as it was."}
	if path != docsPath {
		page.Title = products[0].Title
		page.Crumbs = []Link{{"Docs", p.to(docsPath)}}
	}
	for _, product := range products {
		v := DocsProduct{ID: "docs-" + Segment(product.Name), Title: oneLine(product.Title), Machine: Link{"versions.json", p.near(d.home[product] + "versions.json")}}
		for _, e := range product.Editions {
			if e.Latest {
				v.Latest, v.Mark = Link{oneLine(e.Shown()), p.near(d.last[product])}, editionMark(e)
				for _, a := range e.Home().Children {
					s := DocsSection{Link: Link{oneLine(a.LinkTitle()), p.near(d.last[product] + articlePath(a))}, Summary: oneLine(a.Summary())}
					if n := size(a); n > 1 {
						s.Pages = count(n, "page")
					}
					v.Sections = append(v.Sections, s)
				}
			}
			if d.only[e] {
				continue
			}
			row := DocsVersion{Link: Link{oneLine(e.Shown()), p.near(d.path[e])}, Mark: editionMark(e), Pages: count(len(e.Articles), "page")}
			if !e.At.IsZero() {
				row.At = d.stamp(e.At)
				row.At.Age = ""
			}
			if over := d.over[e]; over.path != "" {
				row.Changes = Link{"since " + over.before.Shown(), p.near(over.path)}
			}
			v.Versions = append(v.Versions, row)
		}
		page.Products = append(page.Products, v)
	}
	return made(path, "docs", page)
}

// size counts an article and all below it.
func size(a *docs.Article) int {
	n := 1
	for _, c := range a.Children {
		n += size(c)
	}
	return n
}

// withDocs puts the docs into a navigation, before the glossary or the feeds.
func withDocs(sections []section) []section {
	at := slices.IndexFunc(sections, func(s section) bool { return s.path == "/glossary/" || s.path == "/feeds/" })
	return slices.Insert(sections, max(at, 0), section{"Docs", docsPath})
}

func (t *team) docPages(yield func(Page) bool) bool {
	return !t.in.Docs.some() || newDocsSite(t.framer, t.clock, t.in.Docs).pages(yield)
}

func (c *customers) docPages(yield func(Page) bool) bool {
	return !c.in.Docs.some() || newDocsSite(c.framer, c.clock, c.in.Docs).pages(yield)
}

// near gives the link from a page to an address by the shortest way, not by the
// site's first page: a page has a hundred links beside it, and ten thousand pages
// have them.
func (p place) near(address string) string {
	common := 0
	for i := 0; i < len(p.path) && i < len(address) && p.path[i] == address[i]; i++ {
		if address[i] == '/' {
			common = i + 1
		}
	}
	to := strings.Repeat("../", strings.Count(p.path[common:], "/")) + address[common:]
	if to == "" {
		return "./"
	}
	return to
}
