package pages

import (
	"strings"

	"daylight/generator/ledger"
)

// GlossaryPage lists all terms.
type GlossaryPage struct {
	Frame
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
	NotThis    []Link
	Related    []Link
	Source     Link
	Level      string
	Example    Example
}

// Example is how a term looks in this repository's own data. Text is "" where
// the data has none.
type Example struct {
	Text  string
	Items []Link
	More  Link
}

// glossary makes the pages of terms for either audience.
type glossary struct {
	framer
	terms []Term
	at    map[string]int
	// example finds live examples; nil for customers, who have no ledger.
	example func(p place, slug string) Example
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
	return glossary{t.framer, t.in.Terms, t.terms, t.example}.pages(yield)
}

func (g glossary) pages(yield func(Page) bool) bool {
	g.framer = g.timeless() // definitions do not vary in time
	if !yield(g.list()) {
		return false
	}
	for _, term := range g.terms {
		if !yield(g.page(term)) {
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
		Aliases: term.Aliases, NotThis: g.links(p, term.NotConfusedWith), Related: g.links(p, term.Related),
		Source: Link{oneLine(term.Source), webAddress(term.Source)}, Level: oneLine(term.Level),
	}
	page.Description = oneLine(term.Summary)
	page.Crumbs = []Link{{"Glossary", p.to("/glossary/")}}
	if g.example != nil {
		page.Example = g.example(p, strings.ToLower(term.Slug))
	}
	return made(p.path, "term", page)
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

// mostExamples is how many examples stand below a definition.
const mostExamples = 5

// example shows a term in this repository's own data.
func (t *team) example(p place, slug string) Example {
	standing := map[string][]ledger.Status{
		"dark":         {ledger.StatusDark},
		"dark-launch":  {ledger.StatusDark},
		"limited":      {ledger.StatusLimited},
		"exposure":     {ledger.StatusLimited},
		"released":     {ledger.StatusReleased},
		"release":      {ledger.StatusReleased},
		"un-released":  {ledger.StatusUnReleased},
		"un-release":   {ledger.StatusUnReleased},
		"rolled-back":  {ledger.StatusRolledBack},
		"rollback":     {ledger.StatusRolledBack},
		"reverted":     {ledger.StatusReverted},
		"revert":       {ledger.StatusReverted},
		"not-deployed": {ledger.StatusNotDeployed},
	}
	if of, ok := standing[slug]; ok {
		all := t.standing(of...)
		ex := Example{Text: "Here, as of " + t.stamped.Date + ": " + count(len(all), "change") + "."}
		for _, s := range all[:min(len(all), mostExamples)] {
			ex.Items = append(ex.Items, t.changeLink(p, s.change))
		}
		if of[0] == ledger.StatusDark {
			ex.More = Link{"All that is dark", p.to("/dark/")}
		}
		return ex
	}
	return t.exampleOfThings(p, slug)
}

// exampleOfThings shows the nouns.
func (t *team) exampleOfThings(p place, slug string) Example {
	var ex Example
	switch slug {
	case "environment", "tier", "live":
		ex.Text, ex.More = "Here: "+count(len(t.l.Environments), "environment")+".", Link{"All environments", p.to("/environments/")}
		for _, e := range t.l.Environments[:min(len(t.l.Environments), mostExamples)] {
			ex.Items = append(ex.Items, t.environmentLink(p, e.Name))
		}
	case "version", "tag":
		ex.Text, ex.More = "Here: "+count(len(t.l.Versions), "version")+".", Link{"All versions", p.to("/versions/")}
		for _, i := range t.versionsByDate()[:min(len(t.l.Versions), mostExamples)] {
			ex.Items = append(ex.Items, t.versionLink(p, t.l.Versions[i].Repository, t.l.Versions[i].Name))
		}
	case "flag", "feature-flag":
		ex.Text, ex.More = "Here: "+count(len(t.l.Flags), "flag")+".", Link{"All flags", p.to("/flags/")}
		for i := range t.l.Flags[:min(len(t.l.Flags), mostExamples)] {
			ex.Items = append(ex.Items, t.flagLink(p, t.l.Flags[i].Key))
		}
	case "deployment", "deployed", "deploy":
		ex.Text, ex.More = "Here: "+count(len(t.l.Deployments), "deployment")+".", Link{"The newest ones", p.to("/deployments/")}
		for _, l := range t.deploymentLines(p, t.newestDeployments(mostExamples)) {
			ex.Items = append(ex.Items, Link{l.Kind + " of " + l.Page.Text + " to " + l.Environment.Text, l.Page.Href})
		}
	case "change", "commit":
		ex.Text, ex.More = "Here: "+count(len(t.l.Changes), "change")+".", Link{"All changes", p.to("/changes/")}
		for i := range min(len(t.l.Changes), mostExamples) {
			ex.Items = append(ex.Items, t.changeLink(p, t.order[i]))
		}
	}
	return ex
}
