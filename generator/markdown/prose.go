package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Prose is a run of text of a Markdown document as readers see it, without
// markup, with the place of each part in the source.
type Prose struct {
	// Scope says what it is, as dotted names: text.heading.h2, text.paragraph,
	// text.list, text.table.header, text.table.cell, text.blockquote,
	// text.definition, text.footnote, text.attr.alt, text.frontmatter.title; and
	// pieces of those: link, strong, emphasis, code. Of containers in each other
	// the outermost counts.
	Scope string
	// Text has one blank for the end of a line, and asterisks for code and bare
	// addresses, as many as they have bytes.
	Text   string
	Places []ProsePlace // in order; the first is at 0
}

// ProsePlace says that from At on, the text stands at Source in the document.
type ProsePlace struct{ At, Source int }

// ProseComment is an HTML comment in a Markdown document.
type ProseComment struct {
	At   int    // in the document
	Text string // without <!-- and -->
}

// Prose lists what a reader would see as text, in the order of the document,
// and the comments in it. Front matter between --- or +++ is not prose, but its
// title and description are. Of what is larger than MaxBytes the beginning is
// read.
func (r *Renderer) Prose(md []byte) ([]Prose, []ProseComment) {
	if limit := r.options.MaxBytes; len(md) > limit {
		md = md[:limit]
	}
	w := &proseWalk{source: md}
	body := w.frontMatter()
	// The parser is given the same bytes at the same places, whatever they are.
	source := bytes.Clone(md)
	for i := range source[:body] {
		if source[i] != '\n' {
			source[i] = ' '
		}
	}
	w.source = source
	root := r.blocks.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext()))
	w.blocks(root, "")
	return w.prose, w.comments
}

// proseWalk collects the prose of a document.
type proseWalk struct {
	source   []byte
	prose    []Prose
	comments []ProseComment
	pieces   []Prose // inside the run that is being read
	run      Prose
	text     []byte
}

// frontMatter reads the head of a document and gives the place behind it.
func (w *proseWalk) frontMatter() int {
	mark := string(bytes.TrimRight(firstLine(w.source), " \t\r\n"))
	if mark != "---" && mark != "+++" {
		return 0
	}
	at := len(firstLine(w.source))
	for at < len(w.source) {
		line := firstLine(w.source[at:])
		if string(bytes.TrimRight(line, " \t\r\n")) == mark {
			return at + len(line)
		}
		w.frontMatterLine(string(line), at)
		at += len(line)
	}
	w.prose = nil // the head is not closed: it is none
	return 0
}

func (w *proseWalk) frontMatterLine(line string, at int) {
	end := strings.IndexAny(line, ":=")
	if end < 0 {
		return
	}
	key := strings.TrimSpace(line[:end])
	switch key {
	case "title", "description", "summary", "subtitle":
	default:
		return
	}
	value := strings.TrimRight(line[end+1:], " \t\r\n")
	start := end + 1 + len(value) - len(strings.TrimLeft(value, " \t"))
	value = strings.TrimLeft(value, " \t")
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value, start = value[1:n-1], start+1
	}
	if value != "" {
		w.prose = append(w.prose, Prose{"text.frontmatter." + key, value, []ProsePlace{{0, at + start}}})
	}
}

func firstLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1]
	}
	return b
}

// blocks walks the blocks below n; within is the scope of the outermost
// container, "" outside any.
func (w *proseWalk) blocks(n ast.Node, within string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		scope := within
		switch c := c.(type) {
		case *ast.Heading:
			w.inlines(c, orScope(within, "text.heading.h"+strconv.Itoa(c.Level)))
			continue
		case *ast.Paragraph, *ast.TextBlock:
			w.inlines(c, orScope(within, "text.paragraph"))
			continue
		case *ast.HTMLBlock:
			w.htmlBlock(c, orScope(within, "text.paragraph"))
			continue
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.ThematicBreak:
			continue
		case *ast.Blockquote:
			scope = orScope(within, "text.blockquote")
		case *ast.List:
			scope = orScope(within, "text.list")
		case *extast.TableHeader:
			scope = orScope(within, "text.table.header")
		case *extast.TableRow:
			scope = orScope(within, "text.table.cell")
		case *extast.TableCell:
			w.inlines(c, within)
			continue
		case *extast.DefinitionTerm:
			w.inlines(c, orScope(within, "text.definition.term"))
			continue
		case *extast.DefinitionDescription:
			scope = orScope(within, "text.definition")
		case *extast.Footnote:
			scope = orScope(within, "text.footnote")
		}
		w.blocks(c, scope)
	}
}

func orScope(within, scope string) string {
	if within != "" {
		return within
	}
	return scope
}

// inlines makes a run of what a block holds.
func (w *proseWalk) inlines(n ast.Node, scope string) {
	w.run, w.text, w.pieces = Prose{Scope: scope}, nil, nil
	w.inside(n)
	if w.run.Text = string(w.text); strings.Trim(w.run.Text, " *") != "" {
		w.prose = append(w.prose, w.run)
	}
	w.prose = append(w.prose, w.pieces...)
}

// add puts text that stands at a place of the source behind the run.
func (w *proseWalk) add(s []byte, source int) {
	if k := len(w.run.Places); k == 0 || w.run.Places[k-1].Source+len(w.text)-w.run.Places[k-1].At != source {
		w.run.Places = append(w.run.Places, ProsePlace{len(w.text), source})
	}
	w.text = append(w.text, s...)
}

func (w *proseWalk) inside(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			w.plain(c)
		case *ast.CodeSpan:
			w.code(c)
		case *ast.AutoLink:
			w.address(c)
		case *ast.RawHTML:
			w.rawHTML(c)
		case *ast.Image:
			w.image(c)
		case *ast.Link:
			w.piece(c, "link")
		case *ast.Emphasis:
			w.piece(c, map[bool]string{true: "strong", false: "emphasis"}[c.Level > 1])
		default:
			w.inside(c)
		}
	}
}

// plain takes backslashes and references apart, each of which is another place.
func (w *proseWalk) plain(t *ast.Text) {
	s, at := t.Segment.Value(w.source), t.Segment.Start-t.Segment.Padding
	for len(s) > 0 {
		i := bytes.IndexAny(s, `\&`)
		if i < 0 {
			w.add(s, at)
			at += len(s)
			break
		}
		w.add(s[:i], at)
		s, at = s[i:], at+i
		n := 1
		switch {
		case s[0] == '\\' && len(s) > 1 && util.IsPunct(s[1]):
			w.add(s[1:2], at+1)
			n = 2
		case s[0] == '&':
			if end := bytes.IndexByte(s[:min(len(s), 40)], ';'); end > 0 {
				n = end + 1
			}
			w.add(util.ResolveEntityNames(util.ResolveNumericReferences(s[:n])), at)
		default:
			w.add(s[:1], at)
		}
		s, at = s[n:], at+n
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		w.add([]byte(" "), at)
	}
}

// mask stands for what is no prose, so that the words around it are not joined.
func (w *proseWalk) mask(start, end int) {
	w.add(bytes.Repeat([]byte("*"), end-start), start)
}

func (w *proseWalk) code(n *ast.CodeSpan) {
	p := Prose{Scope: "code"}
	var b []byte
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			w.mask(t.Segment.Start, t.Segment.Stop)
			p.Places = append(p.Places, ProsePlace{len(b), t.Segment.Start})
			b = append(b, t.Segment.Value(w.source)...)
		}
	}
	if len(b) > 0 {
		p.Text = string(b)
		w.pieces = append(w.pieces, p)
	}
}

func (w *proseWalk) address(n *ast.AutoLink) {
	label := n.Label(w.source)
	from := 0
	if k := len(w.run.Places); k > 0 {
		from = w.run.Places[k-1].Source + len(w.text) - w.run.Places[k-1].At
	}
	if i := bytes.Index(w.source[from:], label); i >= 0 {
		w.mask(from+i, from+i+len(label))
	}
}

// rawHTML keeps comments; tags are not prose, but the end of a line is.
func (w *proseWalk) rawHTML(n *ast.RawHTML) {
	var b []byte
	for i := range n.Segments.Len() {
		s := n.Segments.At(i)
		b = append(b, s.Value(w.source)...)
	}
	if n.Segments.Len() == 0 {
		return
	}
	w.comment(b, n.Segments.At(0).Start)
	if len(b) > 2 && apart(strings.TrimPrefix(tagName(b[1:]), "/")) && len(w.text) > 0 && w.text[len(w.text)-1] != ' ' {
		w.add([]byte(" "), n.Segments.At(0).Start)
	}
}

func (w *proseWalk) comment(b []byte, at int) {
	if s, ok := strings.CutPrefix(string(b), "<!--"); ok {
		w.comments = append(w.comments, ProseComment{at, strings.TrimSpace(strings.TrimSuffix(s, "-->"))})
	}
}

func (w *proseWalk) image(n *ast.Image) {
	run, text := w.run, w.text
	w.run, w.text = Prose{Scope: "text.attr.alt"}, nil
	w.inside(n)
	alt := w.run
	alt.Text = string(w.text)
	w.run, w.text = run, text
	if strings.TrimSpace(alt.Text) != "" {
		w.pieces = append(w.pieces, alt)
	}
}

// piece is a part of the run with a scope of its own.
func (w *proseWalk) piece(n ast.Node, scope string) {
	start := len(w.text)
	w.inside(n)
	if len(w.text) == start {
		return
	}
	p := Prose{Scope: scope, Text: string(w.text[start:])}
	for i, place := range w.run.Places {
		next := len(w.text)
		if i+1 < len(w.run.Places) {
			next = w.run.Places[i+1].At
		}
		if next > start {
			from := max(start, place.At)
			p.Places = append(p.Places, ProsePlace{from - start, place.Source + from - place.At})
		}
	}
	w.pieces = append(w.pieces, p)
}

// htmlBlock reads the text between the tags of a block of HTML, and its
// comments. Scripts, styles and code are not prose. Each cell, item and paragraph
// is a passage of its own: words of two of them are no phrase.
func (w *proseWalk) htmlBlock(n *ast.HTMLBlock, scope string) {
	if n.Lines().Len() == 0 {
		return
	}
	start, end := n.Lines().At(0).Start, n.Lines().At(n.Lines().Len()-1).Stop
	if n.HasClosure() {
		end = max(end, n.ClosureLine.Stop)
	}
	w.run, w.text, w.pieces = Prose{Scope: scope}, nil, nil
	skip := "" // the element whose content is no prose
	for at := start; at < end; {
		rest := w.source[at:end]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			size := closing(rest, "-->")
			w.comment(rest[:size], at)
			at += size
		case rest[0] == '<' && len(rest) > 1 && (rest[1] == '/' || rest[1] == '!' || isLetter(rest[1])):
			size := closing(rest, ">")
			name := tagName(rest[1:size])
			if apart(strings.TrimPrefix(name, "/")) {
				w.flushHTML(scope)
			}
			switch {
			case skip == "" && (name == "script" || name == "style" || name == "pre" || name == "code"):
				skip = name
			case name == "/"+skip:
				skip = ""
			}
			at += size
		default:
			size := 1
			if _, n := utf8.DecodeRune(rest); n > 1 {
				size = n
			}
			switch {
			case skip != "":
			case rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t' || rest[0] == '\r':
				// What indents the source is no text.
				if len(w.text) > 0 && w.text[len(w.text)-1] != ' ' {
					w.add([]byte(" "), at)
				}
			default:
				w.add(rest[:size], at)
			}
			at += size
		}
	}
	w.flushHTML(scope)
}

// flushHTML ends a passage within a block of HTML, and begins the next one.
func (w *proseWalk) flushHTML(scope string) {
	if w.run.Text = string(w.text); strings.TrimSpace(w.run.Text) != "" {
		w.prose = append(w.prose, w.run)
	}
	w.run, w.text, w.pieces = Prose{Scope: scope}, nil, nil
}

// apart reports whether an element's text is apart from what stands around it.
func apart(name string) bool {
	switch name {
	case "td", "th", "tr", "table", "caption", "li", "ul", "ol", "dl", "dt", "dd", "p", "div", "br", "hr", "section", "article", "aside",
		"header", "footer", "details", "summary", "figure", "figcaption", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// closing gives the size of what ends with mark, all of it where it has no end.
func closing(b []byte, mark string) int {
	if i := bytes.Index(b, []byte(mark)); i >= 0 {
		return i + len(mark)
	}
	return len(b)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// tagName gives "p" or "/p".
func tagName(tag []byte) string {
	end := bytes.IndexAny(tag[min(1, len(tag)):], " \t\n/>")
	if end < 0 {
		return strings.ToLower(string(tag))
	}
	return strings.ToLower(string(tag[:end+1]))
}
