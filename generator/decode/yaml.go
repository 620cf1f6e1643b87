package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML decodes a stream of documents, in their order; an empty file has none.
// Keys are the scalars as written: on, off and True stay text. Aliases and merge
// keys (<<) are resolved. The error is that of the first fault, an *[Error]; the
// documents before it are given with it.
func (r Reader) YAML(name string, data []byte) (docs []*Node, err error) {
	s, err := r.open(name, data)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = s.fault(0, "this YAML cannot be read: %v", p)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(s.data))
	for {
		var doc yaml.Node
		if err := d.Decode(&doc); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return docs, s.yamlFault(err)
		}
		c := yamlTree{s: s, sizes: map[*yaml.Node]int{}, done: map[*yaml.Node]*Node{}, open: map[*yaml.Node]bool{}}
		for _, body := range doc.Content {
			n, _, err := c.convert(body, 1)
			if err != nil {
				return docs, err
			}
			docs = append(docs, n)
		}
	}
}

// yamlTree converts one document.
type yamlTree struct {
	s     *source
	sizes map[*yaml.Node]int   // of anchored nodes, with all below
	done  map[*yaml.Node]*Node // what an alias shares
	open  map[*yaml.Node]bool  // anchored nodes that are being converted
}

// convert gives the node and the number of values in it, aliases expanded.
func (c *yamlTree) convert(y *yaml.Node, depth int) (*Node, int, error) {
	if y.Kind == yaml.AliasNode {
		return c.alias(y)
	}
	if depth > c.s.depth {
		return nil, 0, c.fault(y, "nested deeper than %d", c.s.depth)
	}
	if !c.s.take(1) {
		return nil, 0, c.fault(y, "the file has too many values")
	}
	n := &Node{}
	n.Line, n.Col = c.s.byteCol(y.Line, y.Column)
	if y.Anchor != "" {
		c.open[y] = true
		defer delete(c.open, y)
	}
	size := 1
	var err error
	switch y.Kind {
	case yaml.MappingNode:
		size, err = c.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = List
		for _, item := range y.Content {
			v, more, err := c.convert(item, depth+1)
			if err != nil {
				return nil, 0, err
			}
			n.Items = append(n.Items, v)
			size += more
		}
	default:
		scalar(n, y)
	}
	if err != nil {
		return nil, 0, err
	}
	if y.Anchor != "" {
		c.done[y], c.sizes[y] = n, size
	}
	return n, size, nil
}

// alias shares the converted node, and counts it with all below: that is what
// somebody who walks the tree will see.
func (c *yamlTree) alias(y *yaml.Node) (*Node, int, error) {
	if c.open[y.Alias] {
		return nil, 0, c.fault(y, "alias %s contains itself", quote(y.Value))
	}
	n, ok := c.done[y.Alias]
	if !ok {
		return nil, 0, c.fault(y, "alias %s names nothing", quote(y.Value))
	}
	size := c.sizes[y.Alias]
	if !c.s.take(size) {
		return nil, 0, c.fault(y, "alias %s makes the file too large: its aliases stand for too many values", quote(y.Value))
	}
	return n, size, nil
}

func (c *yamlTree) mapping(n *Node, y *yaml.Node, depth int) (int, error) {
	n.Kind = Map
	n.Entries = make([]Entry, 0, len(y.Content)/2)
	size := 1
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return 0, c.fault(y.Content[i], "a key must be a text, and this is a list or a map")
		}
		v, more, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return 0, err
		}
		size += more
		if key.ShortTag() == "!!merge" {
			merged = append(merged, v)
			continue
		}
		e := Entry{Key: key.Value, Value: v}
		e.Line, e.Col = c.s.byteCol(y.Content[i].Line, y.Content[i].Column)
		n.Entries = append(n.Entries, e)
	}
	more, err := c.merge(n, y, merged)
	return size + more, err
}

// merge adds the entries of merged maps (a map, or a list of maps of which the
// first wins) that the map does not have itself.
func (c *yamlTree) merge(n *Node, y *yaml.Node, merged []*Node) (int, error) {
	if len(merged) == 0 {
		return 0, nil
	}
	have := make(map[string]bool, len(n.Entries))
	for _, e := range n.Entries {
		have[e.Key] = true
	}
	size := 0
	for len(merged) > 0 {
		m := merged[0]
		merged = merged[1:]
		switch m.Kind {
		case List:
			for _, item := range m.Items {
				if item.Kind != Map {
					return 0, c.fault(y, "a merge key takes maps only")
				}
			}
			merged = append(append([]*Node{}, m.Items...), merged...)
		case Map:
			if !c.s.take(len(m.Entries)) {
				return 0, c.fault(y, "the file has too many values")
			}
			for _, e := range m.Entries {
				if !have[e.Key] {
					have[e.Key] = true
					n.Entries = append(n.Entries, e)
					size++
				}
			}
		default:
			return 0, c.fault(y, "a merge key takes a map, or a list of maps")
		}
	}
	return size, nil
}

// scalar sets kind and text. Dates and binaries stay the text that was written.
func scalar(n *Node, y *yaml.Node) {
	n.Text = y.Value
	n.Quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		n.Kind = Bool
	case "!!int", "!!float":
		n.Kind = Number
	default:
		n.Kind = String
	}
}

func (c *yamlTree) fault(y *yaml.Node, format string, args ...any) *Error {
	line, col := c.s.byteCol(y.Line, y.Column)
	return &Error{c.s.name, line, col, fmt.Sprintf(format, args...)}
}

var yamlMessage = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// yamlFault finds the place of a syntax error. The library tells the line on
// which the broken construct began, or none; the fault itself lies on the last
// line of the shortest beginning of the file that is broken in the same way.
func (s *source) yamlFault(err error) *Error {
	m := yamlMessage.FindStringSubmatch(firstLine(err.Error()))
	if m == nil {
		return s.fault(0, "%s", firstLine(err.Error()))
	}
	line, _ := strconv.Atoi(m[1])
	line = min(max(line, 1), len(s.lines))
	// Above this size a dozen parses would cost more than the column is worth.
	const searchable = 256 << 10
	if len(s.data) <= searchable {
		line = s.firstBroken(m[2])
	}
	at := s.lines[line-1]
	for at < len(s.data) && (s.data[at] == ' ' || s.data[at] == '\t') {
		at++
	}
	return s.fault(at, "%s", yamlAdvice(m[2], s.data[s.lines[line-1]:at]))
}

// firstBroken searches the line by halving: every beginning that includes the
// fault fails with the same message.
func (s *source) firstBroken(message string) int {
	low, high := 1, len(s.lines)
	for low < high {
		mid := (low + high) / 2
		if s.breaks(s.lines[mid], message) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

func (s *source) breaks(end int, message string) bool {
	d := yaml.NewDecoder(bytes.NewReader(s.data[:end]))
	for {
		var n yaml.Node
		if err := d.Decode(&n); err != nil {
			return strings.HasSuffix(firstLine(err.Error()), message)
		}
	}
}

// yamlAdvice says what the library's message means to somebody who wrote a
// manifest by hand.
func yamlAdvice(message string, indent []byte) string {
	switch {
	case bytes.ContainsRune(indent, '\t'):
		return "a tab cannot indent YAML; use spaces"
	case strings.Contains(message, "mapping values are not allowed"):
		return "a second colon in this line: quote the value, or start a new line"
	case strings.Contains(message, "did not find expected key"):
		return "this line does not fit the indentation of the lines above it"
	case strings.Contains(message, "did not find expected <document start>"):
		return "this line does not belong to the value that ended above it"
	case strings.Contains(message, "did not find expected ',' or"):
		return "the bracket that opens here is not closed, or a comma is missing"
	case strings.Contains(message, "unexpected end of stream"):
		return "the quotation that begins here does not end"
	}
	return message
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
