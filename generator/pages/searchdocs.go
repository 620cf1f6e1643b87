package pages

import (
	"iter"
	"strings"

	"daylight/generator/docs"
)

// docEntries gives the articles that are found by those who ask for no version:
// those of the latest edition of each product, and of other editions those whose
// path no edition before has, with the name of their edition. Each is found by
// its headings too.
func docEntries(f framer, c clock, in *DocsInput) iter.Seq[Entry] {
	return articleEntries(f, c, in, false)
}

// otherDocEntries gives the articles of other editions that [docEntries] leaves
// out, for those who ask for that version.
func otherDocEntries(f framer, c clock, in *DocsInput) iter.Seq[Entry] {
	return articleEntries(f, c, in, true)
}

func articleEntries(f framer, c clock, in *DocsInput, byVersion bool) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if !in.some() {
			return
		}
		d := newDocsSite(f, c, in)
		for _, p := range in.Library.Products {
			seen := map[string]bool{}
			for _, e := range latestFirst(p) {
				root := d.path[e]
				if e.Latest {
					root = d.last[p]
				}
				for _, a := range e.Articles {
					again := seen[a.Path]
					seen[a.Path] = true
					if again != byVersion {
						continue
					}
					entry := docEntry(p, e, a, root)
					entry.ByVersion = byVersion
					if !yield(entry) {
						return
					}
				}
			}
		}
	}
}

// latestFirst puts the edition that readers land on before the others, which
// keep their order.
func latestFirst(p *docs.Product) []*docs.Edition {
	var out, others []*docs.Edition
	for _, e := range p.Editions {
		if e.Latest {
			out = append(out, e)
		} else {
			others = append(others, e)
		}
	}
	return append(out, others...)
}

func docEntry(p *docs.Product, e *docs.Edition, a *docs.Article, root string) Entry {
	out := entry("Docs", titleOf(a.Title()), root+articlePath(a))
	var details []string
	if p.Title != "" {
		details = append(details, oneLine(p.Title))
	}
	if !e.Latest {
		details = append(details, oneLine(e.Shown()))
	}
	if s := oneLine(a.Summary()); s != "" {
		details = append(details, cut(s, 120))
	}
	out.Detail = strings.Join(details, " · ")
	text := []string{a.Summary(), a.Meta.Description}
	for _, h := range a.Scan.Headings {
		text = append(text, h.Text)
	}
	out.Text = cut(strings.Join(text, " "), longestFound)
	if len(p.Editions) > 1 {
		out.Filters = append(out.Filters, Filter{"version", oneLine(e.Shown())})
	}
	return out
}
