package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"daylight/generator/docs"
)

// kindShortcode is the node of a request for live data.
var kindShortcode = ast.NewNodeKind("Shortcode")

// shortcodeNode is {{< name argument key=value >}} in a text. Its value is set
// where the text is rendered and not only read.
type shortcodeNode struct {
	ast.BaseInline
	code  docs.Shortcode
	value docs.Fragment
	alone bool // it stands where a paragraph would, and may be a table
}

func (n *shortcodeNode) Kind() ast.NodeKind { return kindShortcode }
func (n *shortcodeNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.code.Name}, nil)
}

// Bounds of a shortcode.
const (
	maxShortcode = 500 // bytes
	maxArgs      = 20
)

// shortcodes finds shortcodes in running text. Code is never looked at: its
// parser comes first.
type shortcodes struct{}

func (shortcodes) Trigger() []byte { return []byte{'{'} }

func (shortcodes) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	p := passOf(pc)
	if p == nil || !p.codes {
		return nil
	}
	line, segment := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("{{<")) {
		return nil
	}
	end := bytes.Index(line[:min(len(line), maxShortcode)], []byte(">}}"))
	if end < 0 {
		return nil
	}
	inside, source := line[3:end], string(line[:end+3])
	block.Advance(end + 3)
	// {{</* change 123 */>}} is how a shortcode is written about.
	if s := bytes.TrimSpace(inside); bytes.HasPrefix(s, []byte("/*")) && bytes.HasSuffix(s, []byte("*/")) && len(s) >= 4 {
		return ast.NewString([]byte("{{< " + strings.TrimSpace(string(s[2:len(s)-2])) + " >}}"))
	}
	n := &shortcodeNode{code: docs.Shortcode{Source: source}}
	n.SetPos(segment.Start)
	if words, ok := splitWords(string(inside)); ok && len(words) > 0 {
		n.code.Name = words[0].Value
		n.code.Args = words[1:]
		if words[0].Name != "" || len(n.code.Args) > maxArgs {
			n.code.Name = ""
		}
	}
	return n
}

// splitWords cuts the inside of a shortcode at blanks. A value may stand in
// double quotes, and after a name and an equals sign. It reports false for quotes
// that do not close.
func splitWords(s string) (words []docs.Arg, ok bool) {
	for {
		if s = strings.TrimLeft(s, " \t"); s == "" {
			return words, true
		}
		var w docs.Arg
		if i := strings.IndexAny(s, "= \t\""); i > 0 && s[i] == '=' {
			w.Name, s = s[:i], s[i+1:]
		}
		if strings.HasPrefix(s, `"`) {
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				return nil, false
			}
			w.Value, s = s[1:end+1], s[end+2:]
		} else {
			end := strings.IndexAny(s, " \t")
			if end < 0 {
				end = len(s)
			}
			w.Value, s = s[:end], s[end:]
		}
		words = append(words, w)
	}
}

// fragment renders the value of a shortcode. All of it is text or is written by
// this package.
func (r *nodes) fragment(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	f := n.(*shortcodeNode).value
	if f.Table != nil && !n.(*shortcodeNode).alone {
		parts(w, []docs.Part{{Text: f.Table.Caption}}) // there is no room for more in a line
		return ast.WalkContinue, nil
	}
	if f.Table == nil {
		parts(w, f.Parts)
		return ast.WalkContinue, nil
	}
	t := f.Table
	_, _ = w.WriteString(`<div class="table-scroll live-table" role="group"`)
	attribute(w, "aria-label", t.Caption)
	_, _ = w.WriteString(` tabindex="0"><table><caption>`)
	_, _ = w.Write(util.EscapeHTML([]byte(t.Caption)))
	_, _ = w.WriteString("</caption>\n<thead><tr>")
	for _, h := range t.Head {
		_, _ = w.WriteString(`<th scope="col">`)
		_, _ = w.Write(util.EscapeHTML([]byte(h)))
		_, _ = w.WriteString("</th>")
	}
	_, _ = w.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.Rows {
		_, _ = w.WriteString("<tr>")
		for i, cell := range row {
			open, end := "<td>", "</td>"
			if i == 0 {
				open, end = `<th scope="row">`, "</th>"
			}
			_, _ = w.WriteString(open)
			parts(w, cell)
			_, _ = w.WriteString(end)
		}
		_, _ = w.WriteString("</tr>\n")
	}
	_, _ = w.WriteString("</tbody></table>")
	if t.Note != "" {
		_, _ = w.WriteString(`<p class="quiet">`)
		_, _ = w.Write(util.EscapeHTML([]byte(t.Note)))
		_, _ = w.WriteString("</p>")
	}
	_, _ = w.WriteString("</div>\n")
	return ast.WalkContinue, nil
}

// parts writes a run of values.
func parts(w util.BufWriter, list []docs.Part) {
	for _, p := range list {
		end := ""
		open := func(tag string) {
			_, _ = w.WriteString("<" + tag)
			end = "</" + tag + ">" + end
		}
		if address, kind := classify([]byte(p.URL)); p.URL != "" && kind == linkRelative {
			open("a")
			attribute(w, "href", address)
			_ = w.WriteByte('>')
		}
		switch {
		case p.Time != "":
			open("time")
			attribute(w, "datetime", p.Time)
			_ = w.WriteByte('>')
		case p.Class != "":
			open("span")
			attribute(w, "class", "badge is-"+p.Class)
			_ = w.WriteByte('>')
		case p.Code:
			open("code")
			_ = w.WriteByte('>')
		}
		_, _ = w.Write(util.EscapeHTML([]byte(p.Text)))
		_, _ = w.WriteString(end)
	}
}
