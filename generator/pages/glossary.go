package pages

import (
	"strings"

	"daylight/generator/ledger"
)

// GlossaryPage lists all terms.
type GlossaryPage struct {
	Frame
	Start   Link // the story for newcomers; empty where there is none
	Letters []Letter
}

// Letter is the terms that begin with one letter.
type Letter struct {
	Name  string
	Terms []TermLine
}

// TermLine is a term in a list.
type TermLine struct {
	Link
	Summary string
	Aliases string
}

// TermPage is one term.
type TermPage struct {
	Frame
	Definition Markdown
	Aliases    []string
	Changes    string // which event it changes, as a sentence; "" where that makes no sense
	NotThis    []TermLine
	Related    []Link
	Source     Link
	Level      string
	Example    Example
	Uses       []Link // pages of the site that link it, the first ones by address
	OtherUses  string // "and on 12 other pages", or ""
	History    []TermRevision
}

// Example is how a term looks in this repository's own data. Text is "" where
// the data has none.
type Example struct {
	Text  string
	Items []ExampleItem
	More  Link
}

// ExampleItem is one thing that the term names.
type ExampleItem struct {
	Link
	Text string // one sentence, or ""
}

// TermRevision is a definition as it was from a version on, newest first.
type TermRevision struct {
	At      Stamp
	Version Link // that was the first to have it; empty for none, or none that the reader knows
	Pending bool // it is in no version yet
	What    string
	Summary string
	Words   []Words // what changed, word by word; else empty, and Summary stands alone
}

// glossary makes the pages of terms for either audience.
type glossary struct {
	framer
	clock
	terms []Term
	at    map[string]int
	// example finds live examples in what the audience may see.
	example func(p place, slug string) Example
	// uses tells where a term is linked, once all other pages are made; nil
	// where nobody counts.
	uses func(address string) TermUses
	// version leads to the page of a version; empty for none.
	version func(p place, name string) Link
}

// TermUses says where a term is linked.
type TermUses struct {
	Pages []Link // the first ones by address: title and address
	Total int
}

// indexTerms finds terms by slug, name and alias, in lower case. The first term
// of a word has it.
func indexTerms(terms []Term) map[string]int {
	out := map[string]int{}
	add := func(word string, i int) {
		if word = strings.ToLower(word); word != "" {
			if _, ok := out[word]; !ok {
				out[word] = i
			}
		}
	}
	for i, term := range terms {
		add(term.Slug, i)
		add(term.Name, i)
	}
	for i, term := range terms {
		for _, a := range term.Aliases {
			add(a, i)
		}
	}
	return out
}

func (t *team) glossaryPages(yield func(Page) bool) bool {
	return glossary{t.framer, t.clock, t.in.Terms, t.terms, t.example, t.in.TermUses, func(p place, name string) Link {
		if len(t.repos) == 0 {
			return Link{Text: name}
		}
		return t.versionLink(p, t.repos[0], ledger.VersionName(name))
	}}.pages(yield)
}

func (g glossary) pages(yield func(Page) bool) bool {
	g.framer = g.timeless() // definitions do not vary in time
	if !yield(g.list()) {
		return false
	}
	for _, term := range g.terms {
		page := later(termPath(term.Slug), "term", func() Page { return g.page(term) })
		page.Last = true // it lists the pages that link it
		if !yield(page) {
			return false
		}
	}
	return true
}

func termPath(slug string) string { return "/glossary/" + Segment(slug) + "/" }

// TermAddress gives the address of a term from the site's first page, without a
// leading slash.
func TermAddress(slug string) string { return termPath(slug)[1:] }

func (g glossary) list() Page {
	p := at("/glossary/")
	page := &GlossaryPage{Frame: g.frame(p, "glossary", "Glossary", "/glossary/")}
	if g.audience == "team" {
		page.Start = Link{"Start with the story of one change", p.to("/start/")}
	}
	for _, term := range g.terms {
		name := titleOf(term.Name)
		letter := strings.ToUpper(string([]rune(name)[:1]))
		if n := len(page.Letters); n == 0 || page.Letters[n-1].Name != letter {
			page.Letters = append(page.Letters, Letter{Name: letter})
		}
		last := &page.Letters[len(page.Letters)-1]
		last.Terms = append(last.Terms, TermLine{
			Link{name, p.to(termPath(term.Slug))}, oneLine(term.Summary), strings.Join(term.Aliases, ", "),
		})
	}
	return made(p.path, "glossary", page)
}

func (g glossary) page(term Term) Page {
	p := at(termPath(term.Slug))
	page := &TermPage{
		Frame: g.frame(p, "term", titleOf(term.Name), "/glossary/"), Definition: Markdown(printable(string(term.Definition))),
		Aliases: term.Aliases, Changes: changesWords(term.Changes), NotThis: g.notThis(p, term.NotConfusedWith), Related: g.links(p, term.Related),
		Source: Link{oneLine(term.Source), webAddress(term.Source)}, Level: levelWords(term.Level), History: g.history(p, term),
	}
	page.Description = oneLine(term.Summary)
	page.Crumbs = []Link{{"Glossary", p.to("/glossary/")}}
	if g.example != nil {
		page.Example = g.example(p, strings.ToLower(term.Slug))
	}
	if g.uses != nil {
		uses := g.uses(p.path)
		for _, u := range uses.Pages {
			page.Uses = append(page.Uses, Link{oneLine(u.Text), p.to(u.Href)})
		}
		if more := uses.Total - len(uses.Pages); more > 0 {
			page.OtherUses = "and on " + count(more, "other page")
		}
	}
	return made(p.path, "term", page)
}

// history shows how the definition changed, newest first. A term that was never
// changed has its first definition alone.
func (g glossary) history(p place, term Term) []TermRevision {
	var out []TermRevision
	for i, r := range term.Revisions {
		view := TermRevision{At: g.stamp(r.At), Summary: oneLine(r.Summary), What: "Changed", Pending: r.Version == "" && !r.Shipped}
		switch {
		case r.Shipped:
			view.What, view.At = "As it came with the tool that makes this site", Stamp{}
		case i == len(term.Revisions)-1:
			view.What = "Defined"
		case len(r.Words) > 0:
			view.Summary = ""
			for _, w := range r.Words {
				view.Words = append(view.Words, Words{w.Kind, oneLine(w.Text)})
			}
		case r.Summary == term.Revisions[i+1].Summary:
			view.What, view.Summary = "The head of its file changed", ""
		}
		if r.Version != "" {
			view.Version = g.version(p, r.Version)
		}
		out = append(out, view)
	}
	return out
}

// notThis gives what a term is confused with, each with its own definition, so
// that the two stand beside each other.
func (g glossary) notThis(p place, words []string) []TermLine {
	var out []TermLine
	for i, link := range g.links(p, words) {
		line := TermLine{Link: link}
		if k, ok := g.at[strings.ToLower(words[i])]; ok {
			line.Summary = oneLine(g.terms[k].Summary)
		}
		out = append(out, line)
	}
	return out
}

// changesWords says which of the two events a thing changes.
func changesWords(changes string) string {
	switch changes {
	case "deployment":
		return "It changes what runs, and not who sees it."
	case "release":
		return "It changes who sees something, and not what runs."
	case "both":
		return "It changes what runs, and with that who sees something."
	case "neither":
		return "By itself it changes neither what runs nor who sees it."
	}
	return ""
}

// levelWords says who needs the term.
func levelWords(level string) string {
	if level == "everyone" {
		return "A word for the team and for customers."
	}
	return "A word of the team; customers are not shown it."
}

// links leads words to their terms; a word that is no term stays text.
func (g glossary) links(p place, words []string) []Link {
	var out []Link
	for _, w := range words {
		if i, ok := g.at[strings.ToLower(w)]; ok {
			out = append(out, Link{titleOf(g.terms[i].Name), p.to(termPath(g.terms[i].Slug))})
		} else {
			out = append(out, Link{Text: oneLine(w)})
		}
	}
	return out
}
