package markdown

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"daylight/generator/docs"
)

// pass is what one rendering of a text collects.
type pass struct {
	page      *Page
	top       int  // the level of the outermost heading
	titled    bool // the first heading of level 1 is the title
	title     string
	headings  []Heading
	anchors   []string // ids of what is no heading
	links     []string
	footnotes bool
	codes     bool          // {{< … >}} is a shortcode
	filling   *docs.Filling // of an article that is rendered; nil else
}

// passKey finds the pass in the parser's context.
var passKey = parser.NewContextKey()

func passOf(pc parser.Context) *pass {
	p, _ := pc.Get(passKey).(*pass)
	return p
}

// outline gives headings their levels and ids, takes the title out, and notes
// what else the document holds.
type outline struct{ options *Options }

func (o outline) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	p, source := passOf(pc), reader.Source()
	if p == nil {
		return
	}
	if h, ok := doc.FirstChild().(*ast.Heading); ok && p.titled && h.Level == 1 {
		p.title = plainText(h, source)
		doc.RemoveChild(doc, h)
	}
	levels := levels{top: p.top}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = levels.next(n.Level)
			wanted := wantedID(n)
			n.RemoveAttributes() // {#id} may have brought others, and none is ours
			if o.options.Anchors || p.titled {
				h := Heading{Level: n.Level, Text: plainText(n, source)}
				h.ID = p.page.ids.unique(cmp.Or(wanted, slug(h.Text)))
				n.SetAttributeString("id", h.ID)
				n.SetAttributeString("text", h.Text)
				p.headings = append(p.headings, h)
			}
		case *extast.DefinitionTerm:
			if o.options.Anchors || p.titled {
				id := p.page.ids.unique(slug(plainText(n, source)))
				n.SetAttributeString("id", []byte(id))
				p.anchors = append(p.anchors, id)
			}
		case *ast.Link:
			p.note(n.Destination)
		case *ast.Image:
			p.note(n.Destination)
		case *extast.FootnoteList:
			p.footnotes = true
		}
		return ast.WalkContinue, nil
	})
}

// wantedID gives the id that an author wrote behind a heading, {#id}, or "".
func wantedID(n *ast.Heading) string {
	value, ok := n.AttributeString("id")
	id, isBytes := value.([]byte)
	if !ok || !isBytes || len(id) == 0 || len(id) > 100 {
		return ""
	}
	for _, c := range id {
		if c != '-' && c != '_' && c != '.' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	return string(id)
}

func (p *pass) note(destination []byte) {
	if address, kind := classify(destination); kind == linkRelative {
		p.links = append(p.links, address)
	}
}

// levels maps the levels of headings as written to such that begin at top and
// leave none out, which readers of the page by ear rely on.
type levels struct {
	top  int
	open []int // levels as written, outermost first
}

func (l *levels) next(level int) int {
	for len(l.open) > 0 && l.open[len(l.open)-1] >= level {
		l.open = l.open[:len(l.open)-1]
	}
	l.open = append(l.open, level)
	return min(6, l.top+len(l.open)-1)
}

// ids are the ids that a page has, each with the number that the next one of its
// name is tried with: a text may have the same heading ten thousand times.
type ids map[string]int

func (s ids) unique(id string) string {
	if id == "" {
		id = "section"
	}
	next, taken := s[id]
	if !taken {
		s[id] = 1
		return id
	}
	for {
		candidate := id + "-" + strconv.Itoa(next)
		next++
		if _, taken := s[candidate]; !taken {
			s[id], s[candidate] = next, 1
			return candidate
		}
	}
}

// slug makes an id of a heading as GitHub does: lower case, letters and digits
// of any script kept, spaces to hyphens, the rest dropped.
func slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || unicode.Is(unicode.M, r):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte('-')
		}
		if b.Len() > 100 {
			break
		}
	}
	return b.String()
}

// Plain gives the text of a Markdown document without any markup, on one line:
// for summaries, search and feeds. Code blocks and HTML are left out. What is
// longer than limit bytes is cut between words and ends in "…"; a limit of 0
// means no limit.
func (r *Renderer) Plain(md []byte, limit int) string {
	source := clean(md[:min(len(md), r.options.MaxBytes)])
	pc := parser.NewContext()
	root := r.blocks.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	return cutWords(plainText(root, source), limit)
}

// cutWords cuts a text between words, at limit bytes at most; 0 is no limit.
func cutWords(s string, limit int) string {
	if limit <= 0 || len(s) <= limit {
		return s
	}
	cut := strings.LastIndexByte(s[:limit+1], ' ')
	if cut < limit/2 { // no space: a long word, or a script without spaces
		cut = limit
		for cut > 0 && s[cut]&0xC0 == 0x80 {
			cut--
		}
	}
	return strings.TrimRight(s[:cut], " ,;:–-") + "…"
}

// plainText gives the text of a node, with single spaces.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock {
			b.WriteByte(' ')
		}
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock, *extast.FootnoteList:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			v := n.Value(source)
			if !n.IsRaw() {
				v = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(v)))
			}
			b.Write(v)
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(string(clean([]byte(b.String())))), " ")
}
