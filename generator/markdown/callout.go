package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// calloutAttribute marks a quote that is a callout, with its kind.
const calloutAttribute = "callout"

// calloutTitle gives the title of a callout's kind, "" for what is none.
func calloutTitle(kind string) string {
	switch kind {
	case "note":
		return "Note"
	case "tip":
		return "Tip"
	case "important":
		return "Important"
	case "warning":
		return "Warning"
	case "caution":
		return "Caution"
	}
	return ""
}

// calloutFinder takes the line "[!NOTE]" off a quote's first paragraph. It works
// on the lines, before they are parsed, where the mark is still whole.
type calloutFinder struct{}

func (calloutFinder) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := p.Parent().(*ast.Blockquote)
	if !ok || quote.FirstChild() != p || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	line := bytes.TrimSpace(first.Value(reader.Source()))
	if len(line) < 4 || !bytes.HasPrefix(line, []byte("[!")) || line[len(line)-1] != ']' {
		return
	}
	kind := string(bytes.ToLower(line[2 : len(line)-1]))
	if calloutTitle(kind) == "" {
		return
	}
	quote.SetAttributeString(calloutAttribute, kind)
	rest := text.NewSegments()
	for i := 1; i < p.Lines().Len(); i++ {
		rest.Append(p.Lines().At(i))
	}
	if rest.Len() == 0 {
		quote.RemoveChild(quote, p)
		return
	}
	p.SetLines(rest)
}
