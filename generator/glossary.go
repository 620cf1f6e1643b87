package generator

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"daylight/generator/config"
	"daylight/generator/glossary"
	"daylight/generator/pages"
	"daylight/generator/render"
)

// markdownOf renders an audience's texts, with links to its terms.
func (p *Project) markdownOf(a config.Audience) Markdown {
	if p.Linked == nil {
		return p.Markdown
	}
	return p.Linked(p.shownTerms(a))
}

// linkTerms tells a renderer which words of our own sentences lead to an
// audience's glossary, and counts where they do.
func (p *Project) linkTerms(r *render.Renderer, a config.Audience) *termUses {
	terms := p.shownTerms(a)
	matcher := glossary.NewMatcher(terms)
	definitions := make(map[string]string, len(terms))
	for _, t := range terms {
		definitions["/"+pages.TermAddress(t.Slug)] = plainSummary(t.Summary)
	}
	uses := &termUses{of: map[string]*pages.TermUses{}}
	r.SetTerms(render.Terms{
		Find: func(text string) []render.TermPlace {
			found := matcher.Find(text)
			out := make([]render.TermPlace, len(found))
			for i, m := range found {
				out[i] = render.TermPlace{Start: m.Start, End: m.End, Address: "/" + pages.TermAddress(m.Slug)}
			}
			return out
		},
		Definition: func(address string) string { return definitions[address] },
		Used:       uses.add,
	})
	return uses
}

// plainSummary takes the marks off a definition's first sentence, which has code
// and emphasis at most.
func plainSummary(s string) string { return strings.NewReplacer("`", "", "**", "", "*", "").Replace(s) }

// shownUses is how many pages are listed that use a term.
const shownUses = 12

// termUses counts which pages link which terms, while pages are rendered on
// every core. It keeps few of them: those that come first by address.
type termUses struct {
	mu sync.Mutex
	of map[string]*pages.TermUses
}

func (u *termUses) add(address string, page pages.Page, title string) {
	if strings.HasPrefix(page.Path, "/glossary/") || !strings.HasSuffix(page.Path, "/") {
		return // terms refer to each other below "see also"
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list := u.of[address]
	if list == nil {
		list = &pages.TermUses{}
		u.of[address] = list
	}
	list.Total++
	at, _ := slices.BinarySearchFunc(list.Pages, page.Path, func(l pages.Link, path string) int { return cmp.Compare(l.Href, path) })
	if at < shownUses {
		list.Pages = slices.Insert(list.Pages, at, pages.Link{Text: title, Href: page.Path})
		list.Pages = list.Pages[:min(len(list.Pages), shownUses)]
	}
}

// get gives the uses of a term, once all pages are rendered that may use it.
func (u *termUses) get(address string) pages.TermUses {
	u.mu.Lock()
	defer u.mu.Unlock()
	if list := u.of[address]; list != nil {
		return *list
	}
	return pages.TermUses{}
}
