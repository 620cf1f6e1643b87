package feed

import (
	"strings"
	"time"
)

// TermChange is one event in the life of a term of the glossary.
type TermChange struct {
	Slug string // of the term, which its page is named by
	Name string
	// What happened: "new", "changed" or "removed".
	What string
	// At is when it was committed. Changes without a date are left out.
	At time.Time
	// Definition is the text after the change, Markdown.
	Definition string
	// Before is the first sentence of the definition that it had before, plain;
	// "" where there was none that the reader saw.
	Before string
}

// Glossary is the feed of new and changed terms. path gives the address of a
// term's page. Without a base address it reports false.
func Glossary(s Site, asOf time.Time, list []TermChange, path func(slug string) string) (Subject, bool) {
	if s.Base == "" {
		return Subject{}, false
	}
	b := newBuilder(nil, s)
	b.asOf = asOf
	var entries []Entry
	for _, c := range list {
		if c.At.IsZero() {
			continue
		}
		title, about := "Changed: "+c.Name, "The definition of “"+c.Name+"” is another one."
		switch c.What {
		case "new":
			title, about = "New: "+c.Name, "“"+c.Name+"” is defined."
		case "removed":
			title, about = "Gone: "+c.Name, "“"+c.Name+"” is not in the glossary any more."
		}
		if b.born.IsZero() || c.At.Before(b.born) {
			b.born = c.At
		}
		content := paragraph(about) + b.markdown(c.Definition)
		if c.What == "changed" && c.Before != "" && !strings.HasPrefix(strings.TrimSpace(c.Definition), c.Before) {
			content += paragraph("Before, it was: " + c.Before)
		}
		entries = append(entries, Entry{
			ID: b.id("term", c.Slug, stamp(c.At)), Title: title, URL: address(b, path, c.Slug), Published: c.At, Updated: c.At,
			SummaryText: about, ContentHTML: content, Categories: []string{"glossary"},
			Extra: map[string]any{"term": c.Slug, "what": c.What},
		})
	}
	return b.archived(Subject{
		Path: "/feeds/glossary", Title: "Glossary", About: "Terms that are new, and terms whose definition changed.", Scope: "/glossary/",
	}, b.id("feed", "glossary"), entries), true
}
