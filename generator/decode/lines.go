package decode

import (
	"bytes"
	"strings"
)

// JSONLine is a line of a JSON Lines file: a value, or why there is none.
type JSONLine struct {
	Line  int   // from 1
	Value *Node // nil when Err is set; places are those in the file
	Err   *Error
}

// JSONLines decodes one value a line, in order; blank lines are skipped. A line
// that is broken is an entry with its error. A file that is too large, or no
// UTF-8, is a single entry with the error.
func (r Reader) JSONLines(name string, data []byte) []JSONLine {
	s, err := r.open(name, data)
	if err != nil {
		e, _ := AsError(err)
		return []JSONLine{{Line: e.Line, Err: e}}
	}
	var out []JSONLine
	for i, start := range s.lines {
		end := len(s.data)
		if i+1 < len(s.lines) {
			end = s.lines[i+1]
		}
		text := s.data[start:end]
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		line := r
		line.MaxNodes = max(s.nodes, 1)
		v, err := line.JSON(name, text)
		entry := JSONLine{Line: i + 1}
		if err != nil {
			entry.Err, _ = AsError(err)
			entry.Err.Line, entry.Err.Col = i+1, min(entry.Err.Col, len(text)+1)
		} else {
			s.take(shift(v, i))
			entry.Value = v
		}
		out = append(out, entry)
	}
	return out
}

// shift moves a tree down by lines, and counts its values.
func shift(n *Node, lines int) int {
	n.Line += lines
	count := 1
	for _, item := range n.Items {
		count += shift(item, lines)
	}
	for i := range n.Entries {
		n.Entries[i].Line += lines
		count += shift(n.Entries[i].Value, lines)
	}
	return count
}

// Dotenv decodes lines of KEY=value, export KEY=value and KEY: value into a map
// of strings, in order. A value may be in single quotes (verbatim) or double
// quotes (with \n, \" and \\); a comment begins with # at the start of a line or
// after a blank. Values do not go over the end of a line. Lines that are none of
// this are errors, in order, and the other lines are still there.
func (r Reader) Dotenv(name string, data []byte) (*Node, []*Error) {
	n := &Node{Kind: Map, Line: 1, Col: 1}
	s, err := r.open(name, data)
	if err != nil {
		e, _ := AsError(err)
		return n, []*Error{e}
	}
	var faults []*Error
	for i, start := range s.lines {
		end := len(s.data)
		if i+1 < len(s.lines) {
			end = s.lines[i+1]
		}
		text := strings.TrimRight(string(s.data[start:end]), "\r\n")
		trimmed := strings.TrimLeft(text, " \t")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if !s.take(2) {
			faults = append(faults, s.fault(start, "the file has too many values"))
			break
		}
		entry, message := dotenvLine(trimmed)
		at := start + len(text) - len(trimmed)
		if message != "" {
			faults = append(faults, s.fault(at, "%s", message))
			continue
		}
		entry.Line, entry.Col = s.place(at)
		entry.Value.Line, entry.Value.Col = s.place(at + entry.Value.Col)
		n.Entries = append(n.Entries, entry)
	}
	return n, faults
}

// dotenvLine parses one line without blanks before it. The value's Col is its
// offset in the line.
func dotenvLine(line string) (Entry, string) {
	i := strings.IndexAny(line, "=:")
	if i < 0 {
		return Entry{}, "want KEY=value"
	}
	key := strings.TrimSpace(line[:i])
	if rest, ok := strings.CutPrefix(key, "export "); ok {
		key = strings.TrimSpace(rest)
	}
	if key == "" || strings.ContainsAny(key, " \t\"'#") {
		return Entry{}, "want KEY=value, got key " + quote(key)
	}
	raw := line[i+1:]
	value := strings.TrimLeft(raw, " \t")
	v := &Node{Kind: String, Col: i + 1 + len(raw) - len(value)}
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		text, ok := unquote(value)
		if !ok {
			return Entry{}, "the quotation of " + quote(key) + " does not end"
		}
		v.Text, v.Quoted = text, true
		return Entry{Key: key, Value: v}, ""
	}
	for j := range value {
		if value[j] == '#' && (j == 0 || value[j-1] == ' ' || value[j-1] == '\t') {
			value = value[:j]
			break
		}
	}
	v.Text = strings.TrimRight(value, " \t")
	return Entry{Key: key, Value: v}, ""
}

// unquote reads a quoted value; what follows the closing quote is a comment.
func unquote(s string) (string, bool) {
	q := s[0]
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == q:
			return b.String(), true
		case s[i] == '\\' && q == '"' && i+1 < len(s):
			i++
			if s[i] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return "", false
}
