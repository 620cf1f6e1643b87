package markdown

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"html/template"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"daylight/generator/docs"
	"daylight/generator/glossary"
)

// articleHTML is the version of what [Articles] renders. It is part of the key of
// articles that were kept, so raise it whenever the HTML of any text changes: a
// test holds it together with the HTML of a sample.
const articleHTML = "3"

// Articles reads and renders the docs. It is safe for concurrent use.
type Articles struct {
	renderer    *Renderer
	options     ArticleOptions
	definitions map[string]string // by slug
	words       string
}

var _ docs.Markdown = (*Articles)(nil)

// ArticleOptions adapt Articles to a site.
type ArticleOptions struct {
	Terms []glossary.Term // that are linked at their first use
	// Term gives the address of a term from the site's first page, without a
	// leading slash: "glossary/dark/".
	Term func(slug string) string
	// Codes makes {{< … >}} a shortcode. Without it, it is text.
	Codes bool
	// Version of the program.
	Version string
}

// NewArticles makes what reads and renders the docs.
func NewArticles(o ArticleOptions) *Articles {
	a := &Articles{options: o, definitions: map[string]string{}}
	var linkers []Linker
	if len(o.Terms) > 0 && o.Term != nil {
		linkers = append(linkers, GlossaryLinker(o.Terms, o.Term))
	}
	a.renderer = New(Options{Anchors: true, Linkers: linkers})
	h := sha256.New()
	names := json.NewEncoder(h)
	for _, t := range o.Terms {
		a.definitions[t.Slug] = t.Name + "\x00" + t.Summary
		_ = names.Encode([]any{t.Slug, t.Name, t.Aliases, t.Quiet}) // a hash takes everything
	}
	a.words = hex.EncodeToString(h.Sum(nil)[:16])
	return a
}

// Tool names all that renders, but the glossary.
func (a *Articles) Tool() string {
	codes := ""
	if a.options.Codes {
		codes = "+codes"
	}
	return "html/" + articleHTML + codes + " " + a.options.Version
}

// Words names the names of the glossary.
func (a *Articles) Words() string { return a.words }

// Definition gives what the link to a term shows.
func (a *Articles) Definition(term string) string { return a.definitions[term] }

// Kept trusts bytes that Render made in an earlier build.
func (a *Articles) Kept(html []byte) docs.HTML { return template.HTML(html) }

// Render makes the HTML of a text.
func (a *Articles) Render(md []byte, f docs.Filling) (docs.HTML, error) {
	p := &pass{page: a.renderer.Page(), top: 2, titled: true, codes: a.options.Codes, filling: &f}
	d, err := p.page.document(md, p)
	if err != nil && d.HTML != "" {
		err = nil // what is too large is shown in part, and Scan has said so
	}
	return d.HTML, err
}

// summaryBytes bounds the summary of a text.
const summaryBytes = 200

// Scan reads a text without rendering it.
func (a *Articles) Scan(md []byte) docs.Scan {
	if len(md) > a.renderer.options.MaxBytes {
		return docs.Scan{Truncated: true}
	}
	source := clean(md)
	p := &pass{page: a.renderer.Page(), top: 2, titled: true, codes: a.options.Codes}
	pc := parser.NewContext()
	pc.Set(passKey, p)
	root := a.renderer.blocks.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	s := docs.Scan{Title: p.title, TitleID: slug(p.title), Summary: firstParagraph(root, source)}
	s.Anchors = p.anchors
	for _, h := range p.headings {
		s.Headings = append(s.Headings, docs.Heading(h))
	}
	lines := lineStarts(source)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			s.Links = appendRef(s.Links, n.Destination, false, lines, n)
		case *ast.Image:
			s.Links = appendRef(s.Links, n.Destination, true, lines, n)
		case *shortcodeNode:
			code := n.code
			code.Line, code.Col = lines.place(n.Pos())
			s.Codes = append(s.Codes, code)
		}
		return ast.WalkContinue, nil
	})
	s.Sections = sections(root, source, lines)
	for slug := range p.page.linked {
		s.Terms = append(s.Terms, slug)
	}
	slices.Sort(s.Terms)
	return s
}

func appendRef(refs []docs.Ref, destination []byte, image bool, lines lineIndex, n ast.Node) []docs.Ref {
	address, kind := classify(destination)
	if kind != linkRelative {
		return refs
	}
	line, col := lines.place(n.Pos())
	return append(refs, docs.Ref{Address: address, Image: image, Line: line, Col: col})
}

// firstParagraph gives the beginning of a text's first paragraph, plain.
func firstParagraph(root ast.Node, source []byte) string {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph {
			if s := plainText(n, source); s != "" {
				return cutWords(s, summaryBytes)
			}
		}
	}
	return ""
}

// sections cuts a text at its headings. Those within quotes and lists begin
// sections too, since they are in the table of contents.
func sections(root ast.Node, source []byte, lines lineIndex) []docs.Section {
	type start struct {
		id, title string
		at        int
	}
	starts := []start{{}}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			id, anchored := h.AttributeString("id")
			at := h.Pos()
			if h.Lines().Len() > 0 {
				at = h.Lines().At(0).Start
			}
			if anchored && at >= 0 {
				title, _ := h.AttributeString("text")
				starts = append(starts, start{id.(string), title.(string), lines.begin(at)})
			}
		}
		return ast.WalkContinue, nil
	})
	slices.SortStableFunc(starts, func(a, b start) int { return cmp.Compare(a.at, b.at) })
	var out []docs.Section
	for i, s := range starts {
		end := len(source)
		if i+1 < len(starts) {
			end = starts[i+1].at
		}
		part := bytes.TrimSpace(source[s.at:end])
		if s.id == "" && len(part) == 0 {
			continue
		}
		h := fnv.New64a()
		for line := range bytes.Lines(part) {
			h.Write(bytes.TrimRight(line, " \t\r\n"))
			h.Write([]byte{'\n'})
		}
		out = append(out, docs.Section{ID: s.id, Title: s.title, Sum: h.Sum64()})
	}
	return out
}

// lineIndex holds where each line of a text begins.
type lineIndex []int

func lineStarts(source []byte) lineIndex {
	out := lineIndex{0}
	for i, c := range source {
		if c == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// place gives line and column of a byte, both from 1.
func (l lineIndex) place(at int) (line, col int) {
	if at < 0 {
		return 1, 1
	}
	i, ok := slices.BinarySearch(l, at)
	if !ok {
		i--
	}
	return i + 1, at - l[i] + 1
}

// begin gives where the line of a byte begins.
func (l lineIndex) begin(at int) int {
	line, _ := l.place(at)
	return l[line-1]
}

// filling puts what a text is rendered with into its tree: where links lead, and
// the values of shortcodes.
type filling struct{}

// refused marks a link that leads nowhere; its text alone is shown.
const refused = "refused"

func (filling) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	p := passOf(pc)
	if p == nil || p.filling == nil {
		return
	}
	var tables []*shortcodeNode
	next := 0
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			n.Destination = p.lead(n, n.Destination)
		case *ast.Image:
			n.Destination = p.lead(n, n.Destination)
		case *spanNode:
			if _, kind := classify([]byte(n.span.URL)); kind == linkRelative && !strings.HasPrefix(n.span.URL, "/") {
				n.span.URL = p.filling.Root + n.span.URL
			}
		case *shortcodeNode:
			if next < len(p.filling.Values) {
				n.value = p.filling.Values[next]
			}
			next++
			if n.value.Table != nil {
				tables = append(tables, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range tables {
		standAlone(n)
	}
}

// lead gives where a link leads from the page that the text is shown on.
func (p *pass) lead(n ast.Node, destination []byte) []byte {
	address, kind := classify(destination)
	if kind != linkRelative {
		return destination
	}
	to, ok := p.filling.Links[address]
	if !ok {
		n.SetAttributeString(refused, true)
		return destination
	}
	return []byte(to)
}

// standAlone puts a table in the place of the paragraph that holds nothing else.
func standAlone(n *shortcodeNode) {
	p := n.Parent()
	if p.ChildCount() != 1 || p.Parent() == nil || p.Kind() != ast.KindParagraph && p.Kind() != ast.KindTextBlock {
		return
	}
	n.alone = true
	p.Parent().ReplaceChild(p.Parent(), p, n)
}
