package deploylog

import (
	"path"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// maxTree bounds the values of a file that is one tree; maxYAML is the size of
// YAML that is read, which takes many times its size while it is.
const (
	maxTree = 5_000_000
	maxYAML = 16 << 20
)

// layout of a file: how it falls into documents.
type fileShape uint8

const (
	shapeText  fileShape = iota // a line each, no structure
	shapeLines                  // a JSON value a line
	shapeJSON
	shapeYAML
	shapeTOML
)

// shapeOf tells how a file falls into documents: by its extension where that
// says it, else by its beginning.
func shapeOf(name string, data []byte) fileShape {
	switch strings.ToLower(path.Ext(name)) {
	case ".toml":
		return shapeTOML
	case ".yaml", ".yml":
		return shapeYAML
	case ".jsonl", ".ndjson":
		return shapeLines
	}
	first, more := firstLine(data)
	switch {
	case first == "":
		return shapeText
	case isLogLine(first):
		return shapeText // a line of Kamal's begins like a list of JSON
	case first[0] == '{' || first[0] == '[':
		if _, err := decode.JSON("line", []byte(first)); err == nil && more {
			return shapeLines
		}
		return shapeJSON
	case first == "---" || strings.HasPrefix(first, "apiVersion:") || strings.HasPrefix(first, "- "):
		return shapeYAML
	}
	return shapeText
}

// firstLine gives the first line that is neither blank nor a comment, and
// whether there is more.
func firstLine(data []byte) (line string, more bool) {
	for l := range strings.Lines(string(data[:min(len(data), 1<<20)])) {
		l = strings.TrimSpace(strings.TrimPrefix(l, "\ufeff"))
		if l == "" || l[0] == '#' {
			continue
		}
		if line != "" {
			return line, true
		}
		line = l
	}
	return line, false
}

// load takes a file apart. What cannot be read is a problem with its place.
func (r *reading) load(f File, q *decode.Query) []document {
	docs := r.parts(f)
	if q == nil {
		return docs
	}
	var out []document
	for _, d := range docs {
		if d.node == nil { // a program is given the line of a log as a text
			d.node = &decode.Node{Kind: decode.String, Text: d.text, Quoted: true, Line: d.origin.Line, Col: d.origin.Col}
		}
		nodes, err := q.Run(f.Path, d.node)
		if err != nil {
			r.unreadable(d.origin, err, "correct the key jq of the source in site.toml")
		}
		whole := d.firstSeen()
		for _, n := range nodes {
			if n.IsNull() {
				continue
			}
			part := d.part(n)
			if part.origin == d.origin {
				part.seenWhole = whole // nothing in it tells which lines it is of
			}
			out = append(out, part)
		}
	}
	return out
}

// parts takes a file apart by its shape.
func (r *reading) parts(f File) []document {
	whole := document{path: f.Path, source: Files{}.Name(), seen: f.FirstSeen, origin: ledger.Origin{Repository: r.Repository, File: f.Path, Commit: f.Commit}}
	reader := decode.Reader{MaxBytes: maxFile, MaxNodes: maxTree}
	var nodes []*decode.Node
	var err error
	switch shape := shapeOf(f.Path, f.Data); shape {
	case shapeLines:
		return r.jsonLines(f, whole)
	case shapeText:
		return textLines(f, whole)
	case shapeYAML:
		reader.MaxBytes = maxYAML
		nodes, err = reader.YAML(f.Path, f.Data)
	case shapeTOML, shapeJSON:
		var n *decode.Node
		if shape == shapeTOML {
			n, err = reader.TOML(f.Path, f.Data)
		} else {
			n, err = reader.JSON(f.Path, f.Data)
		}
		if err == nil {
			nodes = []*decode.Node{n}
		}
	}
	if err != nil {
		r.unreadable(whole.origin, err, "")
	}
	var out []document
	for _, n := range nodes {
		if !n.IsNull() {
			out = append(out, whole.part(n))
		}
	}
	return out
}

// unreadable reports an error of package decode at its place.
func (r *reading) unreadable(origin ledger.Origin, err error, hint string) {
	message := err.Error()
	if fault, ok := decode.AsError(err); ok {
		origin.Line, origin.Col, message = fault.Line, fault.Col, fault.Message
	}
	r.report(ledger.LevelWarning, "unreadable", &origin, hint, "%s", message)
}

// jsonLines gives a document for each line; a broken one is a problem, and the
// others are read.
func (r *reading) jsonLines(f File, whole document) []document {
	data := blankComments(f.Data)
	lines := strings.Split(string(data), "\n")
	var out []document
	for _, line := range (decode.Reader{MaxBytes: maxFile, MaxNodes: 20_000_000}).JSONLines(f.Path, data) {
		d := whole
		d.source, d.origin.Line, d.origin.Col = JSONLines{}.Name(), line.Line, 1
		if line.Err != nil {
			d.origin.Col = line.Err.Col
			r.report(ledger.LevelWarning, "unreadable", &d.origin, "a record is one JSON object on one line", "this line is no JSON: %s", line.Err.Message)
			continue
		}
		d.node, d.first, d.last = line.Value, line.Line, line.Line
		d.key = f.Path + "\x00" + strings.TrimSpace(lines[line.Line-1])
		out = append(out, d)
	}
	return out
}

// textLines gives a document for each line that is not blank.
func textLines(f File, whole document) []document {
	if len(f.Data) > maxFile {
		return nil
	}
	var out []document
	at := 0
	for line := range strings.Lines(string(f.Data)) {
		at++
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) == "" {
			continue
		}
		d := whole
		d.text, d.first, d.last = strings.ToValidUTF8(line, "\uFFFD"), at, at
		d.origin.Line, d.origin.Col = at, 1
		d.key = f.Path + "\x00" + line
		out = append(out, d)
	}
	return out
}

// part is a value inside the document, at its own place.
func (d document) part(n *decode.Node) document {
	d.node, d.key, d.first, d.last, d.seenWhole = n, "", 0, 0, time.Time{}
	if n.Line > 0 {
		d.origin.Line, d.origin.Col = n.Line, n.Col
	}
	return d
}

// lines gives the first and the last line of the document.
func (d document) lines() (first, last int) {
	if d.first > 0 {
		return d.first, d.last
	}
	first, last = max(d.origin.Line, 1), max(d.origin.Line, 1)
	var walk func(n *decode.Node, depth int)
	walk = func(n *decode.Node, depth int) {
		if n == nil || depth > decode.DefaultMaxDepth {
			return
		}
		last = max(last, n.Line)
		for _, item := range n.Items {
			walk(item, depth+1)
		}
		for _, e := range n.Entries {
			walk(e.Value, depth+1)
		}
	}
	walk(d.node, 0)
	return first, last
}

// firstSeen is when history first held all lines of the document: the zero time
// when that is not known.
func (d document) firstSeen() time.Time {
	if !d.seenWhole.IsZero() || len(d.seen) == 0 {
		return d.seenWhole
	}
	var out time.Time
	first, last := d.lines()
	for i := first; i <= last && i <= len(d.seen); i++ {
		if t := d.seen[i-1]; t.After(out) {
			out = t
		}
	}
	return out
}

// identity tells the document from others that state no id: the file, and the
// line or the value as it is written, wherever in the file it stands.
func (d document) identity() string {
	if d.key != "" {
		return d.key
	}
	var b strings.Builder
	b.WriteString(d.path)
	var write func(n *decode.Node)
	write = func(n *decode.Node) {
		b.WriteByte(0)
		if n == nil {
			return
		}
		b.WriteByte('0' + byte(n.Kind))
		b.WriteString(n.Text)
		for _, item := range n.Items {
			write(item)
		}
		for _, e := range n.Entries {
			b.WriteString("\x00" + e.Key)
			write(e.Value)
		}
		b.WriteByte(1)
	}
	write(d.node)
	return b.String()
}
