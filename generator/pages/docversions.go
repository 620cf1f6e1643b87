package pages

import (
	"daylight/generator/docs"
)

// DocVersions lists a page of the docs in every version.
type DocVersions struct {
	Frame
	Heading  string
	Product  string
	Versions []DocVersionRow
}

// DocVersionRow is a version in such a list, newest first.
type DocVersionRow struct {
	DocVersion
	At     Stamp
	Change string // what became of the page in this version: "new", "changed" or ""
}

// docVersions knows the addresses of the pages that list all versions of one page.
type docVersions struct {
	byLine map[int]string
	order  []docLine
}

// docLine is the newest of the articles of one lineage.
type docLine struct {
	edition *docs.Edition
	article *docs.Article
}

// newDocVersions gives an address to each lineage: the path of its newest article,
// so that an address stays when a version is added. Of two lineages that had one
// path one after the other, the older one has its newest version in it too.
func newDocVersions(p *docs.Product, home string) *docVersions {
	d := &docVersions{byLine: map[int]string{}}
	if len(p.Editions) < 2 {
		return d
	}
	claims := taken{}
	for _, e := range p.Editions {
		for _, a := range e.Articles {
			if _, ok := d.byLine[a.Lineage]; ok {
				continue
			}
			// No article has such an address: "~v" is no escape.
			address := home + "~versions/" + articlePath(a)
			if claims[address] {
				address = claims.claim(address+"~in/", e.Shown(), e.Name)
			}
			claims[address] = true
			d.byLine[a.Lineage] = address
			d.order = append(d.order, docLine{e, a})
		}
	}
	return d
}

// address gives the page with all versions of an article, "" for none.
func (d *docVersions) address(a *docs.Article) string { return d.byLine[a.Lineage] }

// versions makes the pages that list all versions of a page.
func (d *docsSite) versions(p *docs.Product, yield func(Page) bool) bool {
	all := d.all[p]
	for _, line := range all.order {
		path := all.address(line.article)
		page := later(path, "docversions", func() Page { return made(path, "docversions", d.versionsPage(path, line)) })
		page.Unlisted = true
		if !yield(page) {
			return false
		}
	}
	return true
}

func (d *docsSite) versionsPage(path string, line docLine) *DocVersions {
	p, product := at(path), line.edition.Product()
	title := titleOf(line.article.Title())
	page := &DocVersions{Frame: d.frame(p, "docversions", "Versions of "+oneLine(title), docsPath), Heading: title, Product: oneLine(product.Title)}
	page.NoIndex = true
	page.Crumbs = []Link{{"Docs", p.to(docsPath)}}
	if len(d.in.Library.Products) > 1 {
		page.Crumbs = append(page.Crumbs, Link{oneLine(product.Title), p.near(d.home[product])})
	}
	for _, e := range product.Editions {
		row := DocVersionRow{DocVersion: d.version(p, e, line.article, d.path[e])}
		if !e.At.IsZero() {
			row.At = d.stamp(e.At)
			row.At.Age = ""
		}
		if over := d.over[e]; e.Has(line.article) && over.before != nil {
			switch diff := e.Since(over.before, e.Same(line.article)); {
			case diff.Before == nil:
				row.Change = "new"
			case !diff.None():
				row.Change = "changed"
			}
		}
		page.Versions = append(page.Versions, row)
	}
	return page
}
