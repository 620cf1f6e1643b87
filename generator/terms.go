package generator

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/glossary"
	"daylight/generator/pages"
)

// glossaryTerms loads the glossary in layers: a project's own terms lie over
// those that ship.
func (p *Project) glossaryTerms() ([]glossary.Term, []glossary.Fault) {
	var layers [][]glossary.Term
	var faults []glossary.Fault
	for _, content := range p.Content {
		folder, err := fs.Sub(content, "glossary")
		if err != nil {
			continue // fs.Sub refuses only a bad name, and this is none
		}
		terms, bad := glossary.Load(folder)
		layers = append(layers, terms)
		faults = append(faults, bad...)
	}
	return glossary.Layer(layers...), faults
}

// shippedTerms gives the terms that come with the tool, by slug: the lowest of
// several layers.
func (p *Project) shippedTerms() map[string]glossary.Term {
	out := map[string]glossary.Term{}
	if len(p.Content) < 2 {
		return out
	}
	folder, err := fs.Sub(p.Content[len(p.Content)-1], "glossary")
	if err != nil {
		return out // fs.Sub refuses only a bad name, and this is none
	}
	terms, _ := glossary.Load(folder)
	for _, t := range terms {
		out[t.Slug] = t
	}
	return out
}

// termsFor gives the terms that an audience is shown, "" being all of them, by
// name.
func (p *Project) termsFor(audience string) []glossary.Term {
	list, _ := p.glossaryTerms()
	return slices.DeleteFunc(list, func(t glossary.Term) bool {
		return audience != "" && t.Audience != audience && t.Audience != "everyone"
	})
}

// shownTerms gives the terms that the configuration shows to an audience, by
// name: all of them to those who see everything.
func (p *Project) shownTerms(a config.Audience) []glossary.Term {
	return slices.DeleteFunc(p.termsFor(""), func(t glossary.Term) bool { return !showsTerm(a, t) })
}

// showsTerm reports whether the configuration shows a term to an audience.
func showsTerm(a config.Audience, t glossary.Term) bool {
	if a.Sees == string(audience.SeesEverything) && a.Terms == nil {
		return true
	}
	shown := a.Terms
	if shown == nil {
		shown = []string{"customers", "everyone"}
	}
	return slices.Contains(shown, t.Audience) || slices.Contains(shown, t.Slug)
}

// pageTerms hands terms to the pages, by name.
func pageTerms(shown audience.Shown[glossary.Term]) []pages.Term {
	var out []pages.Term
	for _, t := range shown.List() {
		out = append(out, pages.Term{
			Slug: t.Slug, Name: t.Name, Aliases: t.Aliases, Definition: pages.Markdown(t.Definition), Summary: t.Summary,
			NotConfusedWith: t.NotConfusedWith, Related: t.Related, Source: t.Source, Level: t.Audience,
			Changes: t.Changes,
		})
	}
	slices.SortFunc(out, func(a, b pages.Term) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Slug, b.Slug))
	})
	return out
}
