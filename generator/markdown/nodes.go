package markdown

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// nodes renders what the library's own renderer does not do safely or
// accessibly enough.
type nodes struct{ options *Options }

func (r *nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, r.heading)
	reg.Register(ast.KindBlockquote, r.quote)
	reg.Register(ast.KindCodeBlock, r.code)
	reg.Register(ast.KindFencedCodeBlock, r.code)
	reg.Register(ast.KindHTMLBlock, r.htmlBlock)
	reg.Register(ast.KindRawHTML, r.rawHTML)
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindAutoLink, r.autoLink)
	reg.Register(ast.KindImage, r.image)
	reg.Register(extast.KindTable, r.table)
	reg.Register(extast.KindTableCell, r.tableCell)
	reg.Register(extast.KindTaskCheckBox, r.checkBox)
	reg.Register(kindSpan, r.span)
	reg.Register(kindShortcode, r.fragment)
}

func (r *nodes) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "h" + strconv.Itoa(n.(*ast.Heading).Level)
	id, anchored := n.AttributeString("id")
	if entering {
		_, _ = w.WriteString("<" + tag)
		if anchored {
			attribute(w, "id", id.(string))
		}
		_ = w.WriteByte('>')
		return ast.WalkContinue, nil
	}
	if anchored {
		text, _ := n.AttributeString("text")
		_, _ = w.WriteString(` <a class="anchor"`)
		attribute(w, "href", "#"+id.(string))
		attribute(w, "aria-label", "Link to the section "+text.(string))
		_, _ = w.WriteString(">#</a>")
	}
	_, _ = w.WriteString("</" + tag + ">\n")
	return ast.WalkContinue, nil
}

func (r *nodes) quote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	kind, callout := n.AttributeString(calloutAttribute)
	switch {
	case entering && callout:
		// A note and not an aside: asides are landmarks, and one inside the text
		// gets in the way of those who jump from landmark to landmark.
		_, _ = w.WriteString(`<div role="note"`)
		attribute(w, "class", "callout callout-"+kind.(string))
		_, _ = w.WriteString(`><p class="callout-title">` + calloutTitle(kind.(string)) + "</p>\n")
	case callout:
		_, _ = w.WriteString("</div>\n")
	case entering:
		_, _ = w.WriteString("<blockquote>\n")
	default:
		_, _ = w.WriteString("</blockquote>\n")
	}
	return ast.WalkContinue, nil
}

// code makes every block of code reachable by keyboard, since it may scroll.
func (r *nodes) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language := ""
	if f, ok := n.(*ast.FencedCodeBlock); ok {
		language = languageName(f.Language(source))
	}
	var b bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(source))
	}
	_, _ = w.WriteString(`<pre class="code" tabindex="0"><code`)
	if language != "" {
		attribute(w, "class", "language-"+language)
	}
	_ = w.WriteByte('>')
	highlight(w, language, b.String())
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkContinue, nil
}

func (r *nodes) htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.HTMLBlock)
	var b bytes.Buffer
	for i := range block.Lines().Len() {
		line := block.Lines().At(i)
		b.Write(line.Value(source))
	}
	if block.HasClosure() {
		closure := block.ClosureLine
		b.Write(closure.Value(source))
	}
	if shown := bytes.TrimSpace(withoutComments(b.Bytes())); len(shown) > 0 {
		_, _ = w.WriteString("<p>")
		_, _ = w.Write(util.EscapeHTML(shown))
		_, _ = w.WriteString("</p>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkSkipChildren, nil
	}
	raw := n.(*ast.RawHTML)
	var b bytes.Buffer
	for i := range raw.Segments.Len() {
		segment := raw.Segments.At(i)
		b.Write(segment.Value(source))
	}
	_, _ = w.Write(util.EscapeHTML(withoutComments(b.Bytes())))
	return ast.WalkSkipChildren, nil
}

// withoutComments drops <!-- … -->: templates of pull requests and the switches
// of linters are made of them, and nobody means them to be read. One that never
// closes drops the rest.
func withoutComments(b []byte) []byte {
	var out []byte
	for {
		open := bytes.Index(b, []byte("<!--"))
		if open < 0 {
			return append(out, b...)
		}
		out = append(out, b[:open]...)
		end := bytes.Index(b[open+4:], []byte("-->"))
		if end < 0 {
			return out
		}
		b = b[open+4+end+3:]
	}
}

func (r *nodes) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	link := n.(*ast.Link)
	address, kind := r.options.resolve(link.Destination)
	if _, ok := n.AttributeString(refused); ok {
		kind = linkRefused
	}
	if kind == linkRefused {
		return ast.WalkContinue, nil // its text alone
	}
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	openLink(w, address, kind)
	if len(link.Title) > 0 {
		_, _ = w.WriteString(` title="`)
		html.DefaultWriter.Write(w, link.Title)
		_ = w.WriteByte('"')
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

func openLink(w util.BufWriter, address string, kind linkKind) {
	_, _ = w.WriteString("<a")
	attribute(w, "href", address)
	if kind == linkWeb {
		// Text that anybody may write must not lend the site's standing.
		attribute(w, "rel", "nofollow")
	}
}

func (r *nodes) autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := n.(*ast.AutoLink)
	destination := link.URL(source)
	if link.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(destination), []byte("mailto:")) {
		destination = append([]byte("mailto:"), destination...)
	}
	address, kind := classify(destination)
	label := util.EscapeHTML(link.Label(source))
	if kind != linkWeb && kind != linkMail {
		_, _ = w.Write(label)
		return ast.WalkContinue, nil
	}
	openLink(w, address, kind)
	_ = w.WriteByte('>')
	_, _ = w.Write(label)
	_, _ = w.WriteString("</a>")
	return ast.WalkContinue, nil
}

// image shows images of the site, and links to others.
func (r *nodes) image(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	image := n.(*ast.Image)
	alt := plainText(image, source)
	address, kind := r.options.resolve(image.Destination)
	if _, ok := n.AttributeString(refused); ok {
		kind = linkRefused
	}
	switch {
	case kind == linkRelative:
		_, _ = w.WriteString("<img")
		attribute(w, "src", address)
		attribute(w, "alt", alt)
		_, _ = w.WriteString(` loading="lazy">`)
	case kind == linkWeb && !inLink(n):
		if alt == "" {
			alt = "image"
		}
		openLink(w, address, kind)
		_ = w.WriteByte('>')
		_, _ = w.Write(util.EscapeHTML([]byte(alt)))
		_, _ = w.WriteString("</a>")
	default:
		_, _ = w.Write(util.EscapeHTML([]byte(alt)))
	}
	return ast.WalkSkipChildren, nil
}

func inLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

// table can scroll sideways, and so must be reachable by keyboard. It is a group
// and not a region: regions are landmarks, which need names of their own.
func (r *nodes) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<div class="table-scroll" role="group" aria-label="Table" tabindex="0"><table>` + "\n")
	} else {
		_, _ = w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) tableCell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	cell := n.(*extast.TableCell)
	tag, scope := "td", ""
	if cell.Parent().Kind() == extast.KindTableHeader {
		// An empty header cell heads nothing, and checkers take it for a mistake.
		if tag, scope = "th", ` scope="col"`; !cell.HasChildren() {
			tag, scope = "td", ""
		}
	}
	if !entering {
		_, _ = w.WriteString("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<" + tag + scope)
	switch cell.Alignment {
	case extast.AlignRight, extast.AlignCenter:
		attribute(w, "class", "align-"+cell.Alignment.String())
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

func (r *nodes) checkBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.(*extast.TaskCheckBox).IsChecked {
		_, _ = w.WriteString(`<input type="checkbox" checked disabled aria-label="done"> `)
	} else {
		_, _ = w.WriteString(`<input type="checkbox" disabled aria-label="to do"> `)
	}
	return ast.WalkContinue, nil
}

func (r *nodes) span(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	s := n.(*spanNode).span
	address, kind := classify([]byte(s.URL))
	if kind != linkRelative && kind != linkWeb {
		return ast.WalkContinue, nil
	}
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<a")
	if s.Class != "" {
		attribute(w, "class", s.Class)
	}
	attribute(w, "href", address)
	if s.Title != "" {
		attribute(w, "title", s.Title)
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

// attribute writes an attribute; the value is escaped.
func attribute(w util.BufWriter, name, value string) {
	_, _ = w.WriteString(" " + name + `="`)
	_, _ = w.Write(util.EscapeHTML([]byte(value)))
	_ = w.WriteByte('"')
}

// inlineNodes renders titles: a paragraph has no tags, since the place that a
// title stands in has its own.
type inlineNodes struct{}

func (inlineNodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindParagraph, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkContinue, nil
	})
}
