package flagfile

import (
	"bytes"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// unwrapped replaces Kubernetes ConfigMaps by the documents of those of their
// files that the format takes, with the places that these have outside.
//
//	kind: ConfigMap
//	data:
//	  flags.json: |
//	    {"flags": …}
func (r *reading) unwrapped(docs []*decode.Node) []*decode.Node {
	if r.match == nil || !slices.ContainsFunc(docs, isConfigMap) {
		return docs
	}
	var out []*decode.Node
	for _, doc := range docs {
		if !isConfigMap(doc) {
			out = append(out, doc)
			continue
		}
		for _, e := range doc.Get("data").Entries {
			text, ok := e.Value.Str()
			if !ok || !r.match(e.Key, []byte(text)) {
				continue
			}
			inner, ok := r.embedded(e.Key, e.Value)
			if !ok {
				return nil
			}
			out = append(out, inner...)
		}
	}
	return out
}

// embedded decodes a file that is a text of this one; false when it does not
// parse, which is reported.
func (r *reading) embedded(name string, n *decode.Node) ([]*decode.Node, bool) {
	at := inside(n, r.data)
	docs, err := decode.Reader{MaxBytes: r.MaxBytes, Comments: r.comments}.ByName(name, []byte(n.Text))
	if fault, ok := decode.AsError(err); ok {
		line, col := at.place(fault.Line, fault.Col)
		r.report(line, col, ledger.LevelError, "unreadable", "in "+quote(name)+": "+fault.Message, "the state of the last version that can be read stands until this is mended")
		return nil, false
	}
	for _, doc := range docs {
		at.move(doc, map[*decode.Node]bool{})
	}
	return docs, true
}

func isConfigMap(n *decode.Node) bool {
	kind, _ := n.Get("kind").Scalar()
	return kind == "ConfigMap" && n.Has("apiVersion") && n.Get("data").Is(decode.Map)
}

// shift is where a text lies that another file holds.
type shift struct {
	line, col int  // of its beginning
	block     bool // its lines are lines of the file; otherwise all is at one place
}

// inside finds where the lines of a text are: below the indicator of a literal
// block, all indented alike.
func inside(n *decode.Node, data []byte) shift {
	lines := bytes.Split(data, []byte("\n"))
	if n.Line > len(lines) || n.Line < 1 || !strings.Contains(n.Text, "\n") {
		return shift{line: n.Line, col: n.Col}
	}
	if head := lines[n.Line-1]; n.Col > len(head) || head[n.Col-1] != '|' {
		return shift{line: n.Line, col: n.Col}
	}
	for _, line := range lines[n.Line:] {
		if text := bytes.TrimLeft(line, " "); len(bytes.TrimSpace(text)) > 0 {
			return shift{n.Line + 1, len(line) - len(text) + 1, true}
		}
	}
	return shift{line: n.Line, col: n.Col}
}

func (s shift) place(line, col int) (int, int) {
	if !s.block {
		return s.line, s.col
	}
	return s.line + line - 1, s.col + col - 1
}

// move moves a tree, and what aliases share once.
func (s shift) move(n *decode.Node, seen map[*decode.Node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	n.Line, n.Col = s.place(n.Line, n.Col)
	for _, item := range n.Items {
		s.move(item, seen)
	}
	for i := range n.Entries {
		e := &n.Entries[i]
		e.Line, e.Col = s.place(e.Line, e.Col)
		s.move(e.Value, seen)
	}
}
