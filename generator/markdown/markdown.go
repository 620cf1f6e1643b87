package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"html/template"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ErrTooLarge says that a text is larger than Options.MaxBytes.
var ErrTooLarge = errors.New("the text is too large")

// DefaultMaxBytes bounds a text unless Options.MaxBytes does.
const DefaultMaxBytes = 1 << 20

// cutBytes is what is shown of a text that is too large.
const cutBytes = 16 << 10

// Options adapt a Renderer to a site. The zero Options are valid.
type Options struct {
	// TopHeading is the level that the outermost heading of a text gets, from 1
	// to 6. Default: 2, below the page's own heading.
	TopHeading int
	// Anchors gives headings ids and links to themselves. It is for documents: a
	// list of commit messages must not fill the page with ids.
	Anchors bool
	// Resolve turns the address of a relative link or image into one that works
	// where the text is shown; ok is false for an address that leads nowhere,
	// which is then shown as text. Nil keeps addresses.
	Resolve func(address string) (resolved string, ok bool)
	// Linkers find things in running text to link. The first in the list wins
	// where two overlap.
	Linkers []Linker
	// MaxBytes bounds a text. Default: DefaultMaxBytes.
	MaxBytes int
}

// Renderer renders Markdown. It is safe for concurrent use.
type Renderer struct {
	options Options
	blocks  goldmark.Markdown
	inline  goldmark.Markdown
}

// New makes a Renderer.
func New(options Options) *Renderer {
	if options.TopHeading < 1 || options.TopHeading > 6 {
		options.TopHeading = 2
	}
	if options.MaxBytes <= 0 {
		options.MaxBytes = DefaultMaxBytes
	}
	r := &Renderer{options: options}
	r.blocks = goldmark.New(
		goldmark.WithParser(blockParser(&options)),
		goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(
			util.Prioritized(html.NewRenderer(), 1000),
			util.Prioritized(&nodes{&options}, 100),
		))),
		goldmark.WithExtensions(
			extension.Strikethrough, extension.Linkify, extension.TaskList, extension.DefinitionList,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.NewFootnote(
				extension.WithFootnoteIDPrefixFunction(footnotePrefix),
				extension.WithFootnoteBacklinkTitle("Back to the text"),
			),
		),
	)
	r.inline = goldmark.New(
		goldmark.WithParser(inlineParser()),
		goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(
			util.Prioritized(html.NewRenderer(), 1000),
			util.Prioritized(&inlineNodes{}, 100),
		))),
	)
	return r
}

// Page gives what the pieces of Markdown on one page share.
func (r *Renderer) Page() *Page { return &Page{r: r, ids: ids{}, linked: map[string]bool{}} }

// Page renders the pieces of Markdown that one page shows, in their order. It is
// not safe for concurrent use.
type Page struct {
	r      *Renderer
	ids    ids
	linked map[string]bool
}

// Skip keeps the linkers from linking a key on this page: a term's own page does
// not link the term.
func (p *Page) Skip(key string) { p.linked[key] = true }

// HTML renders a text of its own page: see [Page.HTML].
func (r *Renderer) HTML(md []byte) (template.HTML, error) { return r.Page().HTML(md) }

// HTML renders a text. With an error the HTML is safe and usable too: the
// beginning of the text as it is written.
func (p *Page) HTML(md []byte) (template.HTML, error) {
	d, err := p.render(md, p.r.options.TopHeading, false)
	return d.HTML, err
}

// Document is a text that is a page of its own.
type Document struct {
	Title    string // the text of its first heading of level 1, or ""
	HTML     template.HTML
	Headings []Heading // without the title, in the order of the text
	Links    []string  // addresses of relative links and images as written, in order
}

// Heading is an entry of a table of contents.
type Heading struct {
	Level int // as rendered, from 2
	ID    string
	Text  string
}

// Document renders a text that is a page of its own: the heading of level 1 that
// it begins with becomes the title, and is not in the HTML. With an error the
// document holds the beginning of the text as it is written.
func (r *Renderer) Document(md []byte) (Document, error) {
	return r.Page().render(md, 2, true)
}

func (p *Page) render(md []byte, top int, titled bool) (Document, error) {
	return p.document(md, &pass{page: p, top: top, titled: titled})
}

// document renders a text, and gives what the pass has collected.
func (p *Page) document(md []byte, pass *pass) (Document, error) {
	limit := p.r.options.MaxBytes
	if len(md) > limit {
		return Document{HTML: verbatim(md[:min(len(md), limit, cutBytes)])},
			fmt.Errorf("render markdown: %w: %d bytes, more than %d", ErrTooLarge, len(md), limit)
	}
	source := clean(md)
	pc := parser.NewContext()
	pc.Set(passKey, pass)
	root := p.r.blocks.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	// Footnotes need ids that differ from those of other texts on the page, and
	// that stay the same from build to build.
	if pass.footnotes {
		h := fnv.New32a()
		h.Write(source)
		root.SetAttributeString(prefixAttribute, fmt.Appendf(nil, "%x-", h.Sum32()))
	}
	var b bytes.Buffer
	b.Grow(len(source) + len(source)/2)
	if err := p.r.blocks.Renderer().Render(&b, source, root); err != nil {
		return Document{HTML: verbatim(source[:min(len(source), cutBytes)])}, fmt.Errorf("render markdown: %w", err)
	}
	return Document{pass.title, template.HTML(clean(b.Bytes())), pass.headings, pass.links}, nil
}

// Inline renders a title: code spans, emphasis and strikethrough, and nothing
// else. Titles stand in links and headings, so it makes neither, and takes line
// breaks for spaces. What is too large is cut.
func (r *Renderer) Inline(md []byte) template.HTML {
	const limit = 4 << 10
	md = clean(md)
	if len(md) > limit {
		md = append(clean(md[:limit:limit]), "…"...)
	}
	line := bytes.Join(bytes.Fields(md), []byte(" "))
	var b bytes.Buffer
	if err := r.inline.Convert(line, &b, parser.WithContext(parser.NewContext())); err != nil {
		return template.HTML(template.HTMLEscapeString(string(line)))
	}
	return template.HTML(clean(bytes.TrimSpace(b.Bytes())))
}

// verbatim shows a text as it is written.
func verbatim(md []byte) template.HTML {
	return template.HTML(`<pre class="verbatim" tabindex="0">` + template.HTMLEscapeString(string(clean(md))) + "</pre>\n")
}

// clean drops what neither HTML nor XML may hold: bytes that are no UTF-8,
// control characters, noncharacters. It returns its argument when there are
// none. The output is cleaned too, since references such as &#1; make more.
func clean(b []byte) []byte {
	sound := true
	for i := 0; i < len(b) && sound; {
		if b[i] < utf8.RuneSelf {
			sound = allowed(rune(b[i]))
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		sound = (r != utf8.RuneError || size > 1) && allowed(r)
		i += size
	}
	if sound {
		return b
	}
	return []byte(strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD")))
}

func allowed(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\n' || r == '\t' || r == '\r'
	case r < 0x7F:
		return true
	case r < 0xA0:
		return false
	}
	return r&0xFFFE != 0xFFFE && (r < 0xFDD0 || r > 0xFDEF)
}

const prefixAttribute = "footnote-prefix"

func footnotePrefix(n ast.Node) []byte {
	if d := n.OwnerDocument(); d != nil {
		if v, ok := d.AttributeString(prefixAttribute); ok {
			if b, ok := v.([]byte); ok {
				return b
			}
		}
	}
	return nil
}
