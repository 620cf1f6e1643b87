package render

import (
	"bytes"
	"html"
	"html/template"
	"strings"

	"daylight/generator/pages"
)

// Terms are the words that pages lead to their definitions. The zero Terms link
// nothing.
//
// Markdown comes with its terms marked: <a class="term" href="…" title="…">, the
// title being the definition. Sentences that we write are marked in templates: of
// an element with the attribute data-terms, the text up to its first child is
// looked through. Of each term the first use on a page stays a link, and gets its
// definition as a text beside it, which a style sheet shows to those who point at
// the link or reach it by keyboard. A term is not linked on its own page.
type Terms struct {
	// Find gives the places of terms in a text, in order, with the address of
	// each, "/glossary/canary/".
	Find func(text string) []TermPlace
	// Definition gives a term's definition, plain, by address.
	Definition func(address string) string
	// Used is told of each page that links a term, once each. It may be called by
	// several goroutines at once.
	Used func(address string, page pages.Page, title string)
}

// TermPlace is a term in a text.
type TermPlace struct {
	Start, End int
	Address    string
}

// SetTerms says which words are linked. It must be called before the first page
// is rendered.
func (r *Renderer) SetTerms(t Terms) { r.terms = t }

const (
	termLink = `<a class="term" href="`
	termMark = ` data-terms>`
)

// linkTerms rewrites what is marked on a page. The text in front of a mark is
// copied as it is, so that a page without marks costs one search.
func (r *Renderer) linkTerms(p pages.Page, frame *pages.Frame, page []byte) []byte {
	if !bytes.Contains(page, []byte(termLink)) && !bytes.Contains(page, []byte(termMark)) {
		return page
	}
	l := termLinks{r: r, page: p, frame: frame, root: frame.Shell.Home, linked: map[string]bool{p.Path: true}}
	if l.root == "./" {
		l.root = ""
	}
	l.out = make([]byte, 0, len(page)+len(page)/8)
	// Each mark is looked for from behind the last one of its kind, so that a page
	// is searched once for either, however many there are of the other.
	link, mark := nextMark(page, termLink, 0), nextMark(page, termMark, 0)
	at := 0
	for link < len(page) || mark < len(page) {
		if link < mark {
			l.out = append(l.out, page[at:link]...)
			at = len(page) - len(l.marked(page[link:]))
		} else {
			l.out = append(append(l.out, page[at:mark]...), '>')
			at = len(page) - len(l.sentence(page[mark+len(termMark):]))
		}
		if link < at {
			link = nextMark(page, termLink, at)
		}
		if mark < at {
			mark = nextMark(page, termMark, at)
		}
	}
	return append(l.out, page[at:]...)
}

// nextMark gives the place of the next mark of a kind, the page's end for none.
func nextMark(page []byte, mark string, from int) int {
	if i := bytes.Index(page[from:], []byte(mark)); i >= 0 {
		return from + i
	}
	return len(page)
}

// termLinks is one page on its way.
type termLinks struct {
	r      *Renderer
	page   pages.Page
	frame  *pages.Frame
	root   string
	linked map[string]bool // by address
	out    []byte
}

// marked rewrites a link that Markdown marked, and gives what is behind it.
// Anything that is not as we write it stays.
func (l *termLinks) marked(b []byte) []byte {
	head := bytes.IndexByte(b, '>')
	end := bytes.Index(b, []byte("</a>"))
	if head < 0 || end < head {
		l.out = append(l.out, b[:len(termLink)]...)
		return b[len(termLink):]
	}
	href, rest, ok := strings.Cut(string(b[len(termLink):head]), `"`)
	_, title, titled := strings.Cut(rest, ` title="`)
	if !ok || !titled {
		l.out = append(l.out, b[:end+len("</a>")]...)
		return b[end+len("</a>"):]
	}
	l.term(l.address(href), b[head+1:end], strings.TrimSuffix(title, `"`))
	return b[end+len("</a>"):]
}

// address gives the site's address of a link from this page.
func (l *termLinks) address(href string) string {
	href = html.UnescapeString(href)
	if l.root != "" {
		href = strings.TrimPrefix(href, l.root)
	}
	return "/" + strings.TrimPrefix(strings.TrimPrefix(href, "./"), "/")
}

// sentence links terms in the text up to the next tag.
func (l *termLinks) sentence(b []byte) []byte {
	end := bytes.IndexByte(b, '<')
	if end < 0 {
		end = len(b)
	}
	text := string(b[:end])
	at := 0
	if l.r.terms.Find != nil {
		for _, t := range l.r.terms.Find(text) {
			definition := l.r.terms.Definition(t.Address)
			if l.linked[t.Address] || definition == "" {
				continue
			}
			l.out = append(l.out, text[at:t.Start]...)
			l.term(t.Address, []byte(text[t.Start:t.End]), template.HTMLEscapeString(definition))
			at = t.End
		}
	}
	l.out = append(l.out, text[at:]...)
	return b[end:]
}

// term writes a use of a term: linked the first time, else as plain text. Words
// and definition are HTML.
func (l *termLinks) term(address string, words []byte, definition string) {
	if l.linked[address] {
		l.out = append(l.out, words...)
		return
	}
	l.linked[address] = true
	if l.r.terms.Used != nil {
		l.r.terms.Used(address, l.page, l.frame.Title)
	}
	id := "term-" + strings.ReplaceAll(strings.Trim(strings.TrimPrefix(address, "/glossary/"), "/"), "/", "-")
	id = template.HTMLEscapeString(id)
	var b strings.Builder
	b.WriteString(`<span class="gloss"><a class="term" href="` + template.HTMLEscapeString(l.root+strings.TrimPrefix(address, "/")))
	b.WriteString(`" aria-describedby="` + id + `">`)
	b.Write(words)
	b.WriteString(`</a><span class="definition" role="tooltip" id="` + id + `" hidden>` + definition + `</span></span>`)
	l.out = append(l.out, b.String()...)
}
