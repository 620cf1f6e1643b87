package pages

import (
	"daylight/generator/docs"
)

// DocChanges says what changed in the docs of a version since the one before.
type DocChanges struct {
	Frame
	Lead    string
	New     []DocsSection
	Changed []DocRevised
	Moved   []DocMoved
	Gone    []Link // to where they were
}

// DocRevised is a page whose text changed.
type DocRevised struct {
	Link
	Items []DocChange
}

// DocMoved is a page with another address than before.
type DocMoved struct{ From, To Link }

// since says in a page what changed on it since the version before.
func (d *docsSite) since(p place, e *docs.Edition, a *docs.Article) DocSince {
	over := d.over[e]
	if over.before == nil || a.Blob.IsZero() {
		return DocSince{}
	}
	name := oneLine(over.before.Shown())
	diff := e.Since(over.before, a)
	if diff.Before == nil {
		return DocSince{Text: "This page is new: " + name + " had none like it."}
	}
	s := DocSince{Before: Link{"This page in " + name, p.near(d.path[over.before] + articlePath(diff.Before))}}
	switch {
	case diff.None():
		s.Text = "Nothing changed on this page since " + name + "."
		return s
	case diff.Moved && len(diff.Added)+len(diff.Changed)+len(diff.Removed) == 0:
		s.Text = "Only the address of this page changed since " + name + "."
		return s
	}
	s.Text = "What changed on this page since " + name + ":"
	if diff.Moved {
		s.Text = "This page has another address than in " + name + ", and what changed on it is:"
	}
	s.Items = sectionChanges(diff, "")
	return s
}

// sectionChanges lists the sections that changed, with links below a page.
func sectionChanges(diff docs.Difference, page string) []DocChange {
	var out []DocChange
	add := func(word string, list []docs.Section, linked bool) {
		for _, s := range list {
			c := DocChange{Word: word, Link: Link{Text: titleOf(s.Title)}}
			if s.ID == "" {
				c.Text = "the introduction"
			}
			if linked && s.ID != "" {
				c.Href = page + "#" + s.ID
			}
			out = append(out, c)
		}
	}
	add("New", diff.Added, true)
	add("Changed", diff.Changed, true)
	add("Gone", diff.Removed, false)
	return out
}

func (d *docsSite) changesPage(e *docs.Edition, over overing) Page {
	p := at(over.path)
	root, before := d.path[e], d.path[over.before]
	page := &DocChanges{Frame: d.frame(p, "docchanges", "What changed in the docs of "+oneLine(e.Shown()), docsPath)}
	page.NoIndex = true
	page.Crumbs = []Link{{"Docs", p.to(docsPath)}, {oneLine(e.Shown()), p.near(root)}}
	same := 0
	for _, a := range e.Articles {
		if a.Blob.IsZero() {
			continue
		}
		link := Link{titleOf(a.Title()), p.near(root + articlePath(a))}
		diff := e.Since(over.before, a)
		if diff.Before == nil {
			page.New = append(page.New, DocsSection{Link: link, Summary: oneLine(a.Summary())})
			continue
		}
		if diff.Moved {
			page.Moved = append(page.Moved, DocMoved{Link{diff.Before.Path, p.near(before + articlePath(diff.Before))}, link})
		}
		if items := sectionChanges(diff, link.Href); len(items) > 0 {
			page.Changed = append(page.Changed, DocRevised{link, items})
		} else if !diff.Moved {
			same++
		}
	}
	for _, a := range e.Gone(over.before) {
		page.Gone = append(page.Gone, Link{titleOf(a.Title()), p.near(before + articlePath(a))})
	}
	page.Lead = "Compared with " + oneLine(over.before.Shown()) + ": " + count(len(page.New), "new page") + ", " + number(len(page.Changed)) + " changed, " +
		number(len(page.Moved)) + " moved, " + number(len(page.Gone)) + " gone, " + number(same) + " as they were."
	return made(over.path, "docchanges", page)
}
