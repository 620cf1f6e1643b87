package markdown

import "daylight/generator/glossary"

// GlossaryLinker links the first use of each term on a page to the address that
// url gives for its slug, with the term's definition for those who point at it.
// Quiet terms are not linked. The definitions are made plain once, here.
func GlossaryLinker(terms []glossary.Term, url func(slug string) string) Linker {
	type target struct{ url, title string }
	plain := New(Options{})
	targets := make(map[string]target, len(terms))
	for _, t := range terms {
		targets[t.Slug] = target{url(t.Slug), plain.Plain([]byte(t.Summary), 300)}
	}
	matcher := glossary.NewMatcher(terms)
	return Linker{Once: true, Find: func(text string) []Span {
		matches := matcher.Find(text)
		spans := make([]Span, len(matches))
		for i, m := range matches {
			to := targets[m.Slug]
			spans[i] = Span{Start: m.Start, End: m.End, Key: m.Slug, URL: to.url, Title: to.title, Class: "term"}
		}
		return spans
	}}
}
