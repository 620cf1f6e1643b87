package markdown

import (
	"cmp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Span is a part of a text that is to be a link.
type Span struct {
	Start, End int    // bytes of the text, Start < End
	Key        string // what it links to, for Linker.Once
	URL        string // relative, http or https
	Title      string // plain text, shown when pointed at
	Class      string // of the link: "term"
}

// Linker finds things in running text to link: terms of the glossary, numbers
// of pull requests. It is never asked about headings, links or code.
type Linker struct {
	// Find gives the spans of a text, in any order. It must be safe for
	// concurrent use.
	Find func(text string) []Span
	// Once links the first span of each key on a page only.
	Once bool
}

// kindSpan is the node of a link that a linker found.
var kindSpan = ast.NewNodeKind("Span")

type spanNode struct {
	ast.BaseInline
	span Span
}

func (n *spanNode) Kind() ast.NodeKind { return kindSpan }
func (n *spanNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"URL": n.span.URL}, nil)
}

// linking asks the linkers about each run of text.
type linking struct{ options *Options }

func (l linking) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	p := passOf(pc)
	if p == nil || len(l.options.Linkers) == 0 {
		return
	}
	var runs [][]*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindHeading, ast.KindLink, ast.KindAutoLink, ast.KindImage, ast.KindCodeSpan,
			ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindHTMLBlock, ast.KindRawHTML:
			return ast.WalkSkipChildren, nil
		}
		if entering {
			runs = append(runs, runsOf(n)...)
		}
		return ast.WalkContinue, nil
	})
	for _, run := range runs {
		l.link(run, reader.Source(), p.page.linked)
	}
}

// runsOf gives the unbroken runs of text among the children of a node: the
// parser splits text at each character that might have been markup, and a term
// may cross such a place or the end of a line.
func runsOf(n ast.Node) [][]*ast.Text {
	var runs [][]*ast.Text
	var run []*ast.Text
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if ok && !t.IsRaw() {
			run = append(run, t)
			continue
		}
		if run != nil {
			runs, run = append(runs, run), nil
		}
	}
	if run != nil {
		runs = append(runs, run)
	}
	return runs
}

// link rebuilds a run of text nodes with the links in it.
func (l linking) link(run []*ast.Text, source []byte, linked map[string]bool) {
	var whole []byte
	starts := make([]int, len(run)) // of each node's text in whole
	for i, t := range run {
		value := t.Value(source)
		if len(value) != t.Segment.Len() { // padded: places would not fit
			return
		}
		starts[i] = len(whole)
		whole = append(whole, value...)
		if t.SoftLineBreak() || t.HardLineBreak() {
			whole = append(whole, '\n')
		}
	}
	spans := l.find(string(whole), linked)
	if len(spans) == 0 {
		return
	}
	b := rebuilding{parent: run[0].Parent(), before: run[len(run)-1].NextSibling(), spans: spans}
	for i, t := range run {
		b.parent.RemoveChild(b.parent, t)
		b.node(t, starts[i])
	}
}

// rebuilding puts text back piece by piece, inside a link or outside.
type rebuilding struct {
	parent, before ast.Node
	spans          []Span    // those that are not finished
	open           *spanNode // the link that the text is in
}

// node puts back one text node, which begins at start of the run's text.
func (b *rebuilding) node(t *ast.Text, start int) {
	shift, end := t.Segment.Start-start, start+t.Segment.Len()
	for pos := start; pos < end; {
		next := end
		if len(b.spans) > 0 {
			if s := b.spans[0]; s.Start > pos {
				next = min(end, s.Start)
			} else {
				next = min(end, s.End)
				if b.open == nil {
					b.open = &spanNode{span: s}
					b.insert(b.open)
				}
			}
		}
		b.put(ast.NewTextSegment(text.NewSegment(pos+shift, next+shift)))
		pos = next
		if b.open != nil && pos >= b.open.span.End {
			b.open, b.spans = nil, b.spans[1:]
		}
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		lineEnd := ast.NewTextSegment(text.NewSegment(t.Segment.Stop, t.Segment.Stop))
		lineEnd.SetSoftLineBreak(t.SoftLineBreak())
		lineEnd.SetHardLineBreak(t.HardLineBreak())
		b.put(lineEnd)
	}
}

func (b *rebuilding) put(n ast.Node) {
	if b.open != nil {
		b.open.AppendChild(b.open, n)
		return
	}
	b.insert(n)
}

func (b *rebuilding) insert(n ast.Node) {
	if b.before != nil {
		b.parent.InsertBefore(b.parent, b.before, n)
		return
	}
	b.parent.AppendChild(b.parent, n)
}

// find asks each linker, and gives spans that do not overlap, in order.
func (l linking) find(whole string, linked map[string]bool) []Span {
	var taken []Span
	var covered []bool
	for _, linker := range l.options.Linkers {
		found := linker.Find(whole)
		if len(found) == 0 {
			continue
		}
		if covered == nil {
			covered = make([]bool, len(whole))
		}
		slices.SortFunc(found, func(a, b Span) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.Key, b.Key))
		})
		for _, s := range found {
			if s.Start < 0 || s.Start >= s.End || s.End > len(whole) || linker.Once && linked[s.Key] {
				continue
			}
			if slices.Contains(covered[s.Start:s.End], true) {
				continue
			}
			for i := s.Start; i < s.End; i++ {
				covered[i] = true
			}
			if linker.Once {
				linked[s.Key] = true
			}
			taken = append(taken, s)
		}
	}
	slices.SortFunc(taken, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	return taken
}
