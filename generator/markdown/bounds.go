package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The bounds. Each stands for a shape of text whose parsing takes time with the
// square of its length: quotes in quotes, links that never close, and emphasis
// that never closes. Prose does not come near any of them.
const (
	maxNesting     = 24   // quotes and lists within each other
	maxFailedLinks = 50   // brackets of one paragraph that look like a link and are none
	maxEmphasis    = 1000 // runs of * and _ in one paragraph
)

func blockParser(options *Options) parser.Parser {
	var blocks []util.PrioritizedValue
	for _, v := range parser.DefaultBlockParsers() {
		switch v.Priority {
		case 300, 800: // lists and quotes: the containers
			v.Value = nested{v.Value.(parser.BlockParser)}
		}
		blocks = append(blocks, v)
	}
	return parser.NewParser(
		parser.WithHeadingAttribute(),
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(append(boundedInlines(parser.DefaultInlineParsers()), util.Prioritized(shortcodes{}, 150))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(calloutFinder{}, 50))...),
		parser.WithASTTransformers(
			util.Prioritized(outline{options}, 900),
			util.Prioritized(linking{options}, 950),
			util.Prioritized(filling{}, 960),
		),
	)
}

// inlineParser takes all text for one paragraph, and has no links.
func inlineParser() parser.Parser {
	var inlines []util.PrioritizedValue
	for _, v := range parser.DefaultInlineParsers() {
		switch v.Priority {
		case 100, 500: // code spans and emphasis
			inlines = append(inlines, v)
		}
	}
	return parser.NewParser(
		parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(boundedInlines(inlines)...),
	)
}

func boundedInlines(list []util.PrioritizedValue) []util.PrioritizedValue {
	out := make([]util.PrioritizedValue, 0, len(list))
	for _, v := range list {
		p := v.Value.(parser.InlineParser)
		switch v.Priority {
		case 200:
			v.Value = boundedLinks{bounded{p}}
		case 500:
			v.Value = boundedEmphasis{bounded{p}}
		}
		out = append(out, v)
	}
	return out
}

// nested opens a container only where there are few around it already; the
// marks of further ones are then plain text.
type nested struct{ parser.BlockParser }

func (p nested) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if k := n.Kind(); k == ast.KindBlockquote || k == ast.KindList {
			depth++
		}
	}
	if depth >= maxNesting {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// bounded forwards what inline parsers may implement beside Parse.
type bounded struct{ parser.InlineParser }

func (p bounded) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := p.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// spending counts what a parser did within one block.
type spending struct {
	block ast.Node
	n     int
}

var (
	linkSpending     = parser.NewContextKey()
	emphasisSpending = parser.NewContextKey()
)

func spent(key parser.ContextKey, block ast.Node, pc parser.Context) *spending {
	s, _ := pc.Get(key).(*spending)
	if s == nil {
		s = &spending{}
		pc.Set(key, s)
	}
	if s.block != block {
		*s = spending{block: block}
	}
	return s
}

type boundedLinks struct{ bounded }

func (p boundedLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) < 2 || line[0] != ']' || line[1] != '(' && line[1] != '[' {
		return p.InlineParser.Parse(parent, block, pc)
	}
	s := spent(linkSpending, parent, pc)
	if s.n > maxFailedLinks {
		return nil
	}
	n := p.InlineParser.Parse(parent, block, pc)
	if n == nil {
		s.n++
	}
	return n
}

type boundedEmphasis struct{ bounded }

func (p boundedEmphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	s := spent(emphasisSpending, parent, pc)
	if s.n++; s.n > maxEmphasis {
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}
