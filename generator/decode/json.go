package decode

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON decodes one value. With Comments, // and /* */ and commas before a
// closing bracket are tolerated. An empty input is an error. The error is an
// *[Error].
func (r Reader) JSON(name string, data []byte) (*Node, error) {
	s, err := r.open(name, data)
	if err != nil {
		return nil, err
	}
	p := jsonParser{source: s, comments: r.Comments}
	if err := p.space(); err != nil {
		return nil, err
	}
	n, err := p.value(1)
	if err != nil {
		return nil, err
	}
	if err := p.space(); err != nil {
		return nil, err
	}
	if p.at < len(p.data) {
		return nil, p.fault(p.at, "the value has ended, and this follows it")
	}
	return n, nil
}

// jsonParser is our own because the standard library tells no places of values,
// and because manifests have comments.
type jsonParser struct {
	*source
	at       int
	comments bool
}

// space skips blanks, and comments where they are allowed.
func (p *jsonParser) space() error {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.at++
		case c == '/' && p.comments:
			if err := p.comment(); err != nil {
				return err
			}
		case c == '/':
			return p.fault(p.at, "JSON has no comments")
		default:
			return nil
		}
	}
	return nil
}

func (p *jsonParser) comment() error {
	rest := string(p.data[p.at:min(p.at+2, len(p.data))])
	end := ""
	switch rest {
	case "//":
		end = "\n"
	case "/*":
		end = "*/"
	default:
		return p.fault(p.at, "want a comment, // or /*")
	}
	i := strings.Index(string(p.data[p.at+2:]), end)
	if i < 0 && end == "*/" {
		return p.fault(p.at, "the comment that begins here does not end")
	}
	if i < 0 {
		p.at = len(p.data)
		return nil
	}
	p.at += 2 + i + len(end)
	return nil
}

// value parses the value at p.at, which blanks do not precede.
func (p *jsonParser) value(depth int) (*Node, error) {
	if p.at >= len(p.data) {
		return nil, p.fault(p.at, "the file ends where a value should be")
	}
	if depth > p.depth {
		return nil, p.fault(p.at, "nested deeper than %d", p.depth)
	}
	if !p.take(1) {
		return nil, p.fault(p.at, "the file has too many values")
	}
	n := &Node{}
	n.Line, n.Col = p.place(p.at)
	switch c := p.data[p.at]; {
	case c == '{':
		return n, p.object(n, depth)
	case c == '[':
		return n, p.array(n, depth)
	case c == '"':
		text, err := p.text()
		n.Kind, n.Text, n.Quoted = String, text, true
		return n, err
	case c == '-' || c >= '0' && c <= '9':
		return n, p.number(n)
	default:
		return n, p.word(n)
	}
}

func (p *jsonParser) word(n *Node) error {
	end := p.at
	for end < len(p.data) && (p.data[end] >= 'a' && p.data[end] <= 'z' || p.data[end] >= 'A' && p.data[end] <= 'Z') {
		end++
	}
	switch word := string(p.data[p.at:end]); word {
	case "true", "false":
		n.Kind, n.Text = Bool, word
	case "null":
		n.Kind = Null
	case "":
		c, _ := utf8.DecodeRune(p.data[p.at:])
		return p.fault(p.at, "want a value, got %s", quote(string(c)))
	default:
		return p.fault(p.at, "want a value, got %s; texts are quoted", quote(word))
	}
	p.at = end
	return nil
}

// number takes -?int frac? exp? and nothing else: 01, .5 and +1 are no JSON.
func (p *jsonParser) number(n *Node) error {
	start := p.at
	if p.data[p.at] == '-' {
		p.at++
	}
	whole := p.digits()
	if whole == 0 || whole > 1 && p.data[p.at-whole] == '0' {
		return p.fault(start, "this is no number")
	}
	if p.at < len(p.data) && p.data[p.at] == '.' {
		p.at++
		if p.digits() == 0 {
			return p.fault(start, "this is no number")
		}
	}
	if p.at < len(p.data) && (p.data[p.at] == 'e' || p.data[p.at] == 'E') {
		p.at++
		if p.at < len(p.data) && (p.data[p.at] == '+' || p.data[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return p.fault(start, "this is no number")
		}
	}
	n.Kind, n.Text = Number, string(p.data[start:p.at])
	return nil
}

func (p *jsonParser) digits() int {
	start := p.at
	for p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}

func (p *jsonParser) array(n *Node, depth int) error {
	n.Kind = List
	return p.members(']', func() error {
		v, err := p.value(depth + 1)
		n.Items = append(n.Items, v)
		return err
	})
}

func (p *jsonParser) object(n *Node, depth int) error {
	n.Kind = Map
	return p.members('}', func() error {
		var e Entry
		e.Line, e.Col = p.place(p.at)
		if p.data[p.at] != '"' {
			return p.fault(p.at, "want a quoted key")
		}
		var err error
		if e.Key, err = p.text(); err != nil {
			return err
		}
		if err := p.space(); err != nil {
			return err
		}
		if p.at >= len(p.data) || p.data[p.at] != ':' {
			return p.fault(p.at, "want a colon after key %s", quote(e.Key))
		}
		p.at++
		if err := p.space(); err != nil {
			return err
		}
		e.Value, err = p.value(depth + 1)
		n.Entries = append(n.Entries, e)
		return err
	})
}

// members calls one for each member up to the closing bracket.
func (p *jsonParser) members(closing byte, one func() error) error {
	start := p.at
	p.at++
	for first := true; ; first = false {
		if err := p.space(); err != nil {
			return err
		}
		if p.at >= len(p.data) {
			return p.fault(start, "%q is not closed", p.data[start])
		}
		if p.data[p.at] == closing {
			p.at++
			return nil
		}
		if !first {
			if p.data[p.at] != ',' {
				return p.fault(p.at, "want a comma or %q", closing)
			}
			comma := p.at
			p.at++
			if err := p.space(); err != nil {
				return err
			}
			if p.at < len(p.data) && p.data[p.at] == closing {
				if !p.comments {
					return p.fault(comma, "a comma before %q", closing)
				}
				continue
			}
			if p.at >= len(p.data) {
				return p.fault(start, "%q is not closed", p.data[start])
			}
		}
		if err := one(); err != nil {
			return err
		}
	}
}

// text parses a quoted string at p.at.
func (p *jsonParser) text() (string, error) {
	start := p.at
	p.at++
	plain := p.at
	for p.at < len(p.data) && p.data[p.at] != '"' && p.data[p.at] != '\\' && p.data[p.at] >= ' ' {
		p.at++
	}
	if p.at < len(p.data) && p.data[p.at] == '"' {
		p.at++
		return string(p.data[plain : p.at-1]), nil
	}
	var b strings.Builder
	b.Write(p.data[plain:p.at])
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == '"':
			p.at++
			return b.String(), nil
		case c == '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		case c < ' ':
			return "", p.fault(p.at, "a quoted text cannot go over the end of the line, or hold control characters")
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return "", p.fault(start, "the text that begins here does not end")
}

func (p *jsonParser) escape(b *strings.Builder) error {
	at := p.at
	if at+1 >= len(p.data) {
		return p.fault(at, "the file ends within a text")
	}
	p.at += 2
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(from, p.data[at+1]); i >= 0 {
		b.WriteByte(to[i])
		return nil
	}
	if p.data[at+1] != 'u' {
		return p.fault(at, "unknown escape %s", quote(string(p.data[at:at+1])+string(rune(p.data[at+1]))))
	}
	c, ok := p.unit()
	if !ok {
		return p.fault(at, `want four hexadecimal digits after \u`)
	}
	if utf16.IsSurrogate(c) {
		// Half a pair alone becomes U+FFFD, as every decoder does.
		low := rune(utf8.RuneError)
		if p.at+1 < len(p.data) && p.data[p.at] == '\\' && p.data[p.at+1] == 'u' {
			back := p.at
			p.at += 2
			if low, ok = p.unit(); !ok || utf16.DecodeRune(c, low) == utf8.RuneError {
				p.at = back
			}
		}
		c = utf16.DecodeRune(c, low)
	}
	b.WriteRune(c)
	return nil
}

// unit reads four hexadecimal digits.
func (p *jsonParser) unit() (rune, bool) {
	if p.at+4 > len(p.data) {
		return utf8.RuneError, false
	}
	v, err := strconv.ParseUint(string(p.data[p.at:p.at+4]), 16, 16)
	if err != nil {
		return utf8.RuneError, false
	}
	p.at += 4
	return rune(v), true
}
