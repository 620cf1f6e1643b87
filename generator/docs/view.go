package docs

import (
	"path"
	"slices"
	"strings"
)

// Viewer says what an audience may see of the docs.
type Viewer struct {
	Name string // of the audience
	// Markdown renders for the audience, with the terms that it is shown. Nil is
	// what the library was read with.
	Markdown Markdown
	// All sees everything but what is hidden: texts for other audiences, texts
	// whose front matter cannot be read, and dark ones.
	All bool
	// Edition reports whether a version's docs may be seen. Nil lets all through.
	Edition func(p *Product, e *Edition) bool
	// File reports whether a text may be seen by its file, from the docs folder.
	// Nil lets all through.
	File func(file string) bool
	// Flag and Change report whether what a text is dark with can be seen. With
	// nil it cannot.
	Flag, Change func(name string) bool
}

// Public is what an audience that does not see everything may read of the docs.
// Only [Library.Public] makes one with anything in it, so that a function which
// takes one cannot be handed all docs by mistake. The zero Public is no docs.
type Public struct {
	library *Library
	shelf   *Shelf
}

// Public gives what an audience may read that does not see everything, whatever
// its All says.
func (l *Library) Public(v Viewer) Public {
	v.All = false
	library := l.For(v)
	return Public{library, NewShelf(library)}
}

// Library gives the docs, nil for none.
func (p Public) Library() *Library { return p.library }

// Shelf renders the articles of the library; nil for none.
func (p Public) Shelf() *Shelf { return p.shelf }

// For gives what an audience may see, as a library of its own: with its latest
// versions, its trees, and lineages and redirects among what it sees. The faults
// are those of links and addresses; they are told for a viewer that sees all.
func (l *Library) For(v Viewer) *Library {
	out := &Library{in: l.in, words: l.in.Markdown.Words()}
	if v.Markdown != nil {
		out.in.Markdown = v.Markdown
	}
	f := &faults{}
	for _, p := range l.Products {
		q := &Product{Name: p.Name, Title: p.Title, Repository: p.Repository, repo: p.repo}
		for _, e := range p.Editions {
			if v.Edition != nil && !v.Edition(p, e) {
				continue
			}
			seen := &Edition{EditionSource: e.EditionSource, Folder: e.Folder, product: q, assets: e.assets}
			seen.Articles = v.articles(e)
			if len(seen.Articles) > 0 {
				q.Editions = append(q.Editions, seen)
			}
		}
		if len(q.Editions) == 0 {
			continue
		}
		chooseLatest(q.Editions)
		for _, e := range q.Editions {
			e.grow(l.in.Segment, func(loser, winner *Article) {
				f.add(e, loser, 0, 0, note{Rule: "docs-address", Message: "has the address of " + winner.File + ", and is left out",
					Hint: "rename one of the two, or give it a slug"})
			})
		}
		q.trace()
		for _, e := range q.Editions {
			e.redirect(l.in.Segment, f)
		}
		out.Products = append(out.Products, q)
	}
	if v.All {
		for _, p := range out.Products {
			for _, e := range p.Editions {
				e.checkLinks(f)
			}
		}
		out.Faults = f.list()
	}
	return out
}

// chooseLatest marks one edition of a list that is newest first.
func chooseLatest(editions []*Edition) {
	for _, kind := range []Kind{Stable, Unreleased, Prerelease} {
		for _, e := range editions {
			if e.Kind == kind {
				e.Latest = true
				return
			}
		}
	}
}

// articles copies the articles that a viewer may see.
func (v Viewer) articles(e *Edition) []*Article {
	// What a folder's page says of its readers holds for the whole folder.
	index := map[string]*Article{}
	for _, a := range e.Articles {
		dir, name := path.Split(a.File)
		rank := indexRank(name)
		if best := index[dir]; rank > 0 && (best == nil || rank < indexRank(path.Base(best.File))) {
			index[dir] = a
		}
	}
	var out []*Article
	for _, a := range e.Articles {
		may := v.may(a)
		for dir := path.Dir(a.File); may; dir = path.Dir(dir) {
			at := dir + "/"
			if dir == "." {
				at = ""
			}
			if i := index[at]; i != nil {
				may = v.may(i)
			}
			if dir == "." {
				break
			}
		}
		if may {
			out = append(out, &Article{Text: a.Text, Blob: a.Blob, File: a.File, Place: a.Place, Ref: a.Ref})
		}
	}
	return out
}

// may reports whether a viewer may see an article, its folder apart. It fails
// closed.
func (v Viewer) may(a *Article) bool {
	m := &a.Meta
	switch {
	case m.Hidden:
		return false
	case v.All:
		return true
	case m.Broken, v.File != nil && !v.File(a.File):
		return false
	}
	if len(m.Audiences) > 0 && !slices.ContainsFunc(m.Audiences, func(name string) bool {
		return strings.EqualFold(name, v.Name) || strings.EqualFold(name, "everyone")
	}) {
		return false
	}
	for _, name := range m.Flags {
		if v.Flag == nil || !v.Flag(name) {
			return false
		}
	}
	for _, name := range m.Changes {
		if v.Change == nil || !v.Change(name) {
			return false
		}
	}
	return true
}
