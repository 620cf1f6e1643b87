package glossary

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// keys of the head, in the order in which we write them.
const keys = "term, aliases, not_to_be_confused_with (or not), related, avoid, except, source, audience, changes, own, quiet, hidden"

// Parse reads one term's file; name is its path, of which the last part gives
// the slug. The head is a small part of YAML: `key: value` lines, lists in
// brackets or as `- item` lines below the key, quotes where a value needs them,
// and comments in lines of their own. Faults are in the order of the file.
func Parse(name string, data []byte) (Term, []Fault) {
	p := &parser{term: Term{Slug: strings.TrimSuffix(path.Base(name), path.Ext(name)), Audience: "team", Origin: Place{name, 1, 1}}}
	switch {
	case len(data) > maxFile:
		p.fault(0, 0, "", "the file has %d bytes, more than the %d that are read", len(data), maxFile)
		return p.term, p.faults
	case !utf8.Valid(data):
		p.fault(1, 1, "save it as UTF-8", "the file is no UTF-8")
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	if !isSlug(p.term.Slug) {
		p.fault(1, 1, "the file's name is the term's address", "%q is no slug: want lower-case letters, digits and hyphens", p.term.Slug)
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\uFEFF"), "\r\n", "\n")
	lines := strings.Split(text, "\n")
	body := p.head(lines)
	p.body(lines, body)
	if p.term.Name == "" {
		p.fault(1, 1, "begin the file with ---, term: …, ---", "the term has no name")
	}
	slices.SortStableFunc(p.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return p.term, p.faults
}

type parser struct {
	term   Term
	faults []Fault
}

func (p *parser) fault(line, col int, hint, format string, args ...any) {
	at := Place{p.term.Origin.File, line, col}
	p.faults = append(p.faults, Fault{at, fmt.Sprintf(format, args...), hint})
}

// head reads the lines between the hyphens, and gives the index of the line
// after them.
func (p *parser) head(lines []string) int {
	if strings.TrimRight(lines[0], " \t") != "---" {
		return 0
	}
	key := ""    // the key that a list below it belongs to
	keyLine := 0 // from 1
	var items []string
	flush := func() {
		if key != "" {
			p.set(key, items, keyLine, 1)
		}
		key, items = "", nil
	}
	for i := 1; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		trimmed := strings.TrimLeft(line, " \t")
		col := len(line) - len(trimmed) + 1
		switch {
		case line == "---":
			flush()
			return i + 1
		case trimmed == "" || trimmed[0] == '#':
		case strings.HasPrefix(trimmed, "- ") || trimmed == "-":
			if key == "" {
				p.fault(i+1, col, "put a key above it", "an item of a list without a key")
				continue
			}
			items = append(items, p.scalar(strings.TrimPrefix(trimmed, "-"), i+1, col+1))
		default:
			flush()
			name, value, ok := strings.Cut(line, ":")
			if !ok || strings.TrimSpace(name) == "" || col > 1 {
				p.fault(i+1, col, "", "want a line of the form \"key: value\"")
				continue
			}
			at := len(name) + 2 + len(value) - len(strings.TrimLeft(value, " \t"))
			name, value = strings.TrimSpace(name), strings.TrimSpace(value)
			if value == "" {
				key, keyLine = name, i+1
				continue
			}
			p.set(name, p.values(value, i+1, at), i+1, at)
		}
	}
	p.fault(1, 1, "close it with a line ---", "the head of the file is not closed")
	return len(lines)
}

// values reads a scalar, or a list in brackets.
func (p *parser) values(value string, line, col int) []string {
	if value[0] != '[' {
		return []string{p.scalar(value, line, col)}
	}
	if !strings.HasSuffix(value, "]") {
		p.fault(line, col, "", "the list is not closed")
	}
	inner := strings.TrimSuffix(value[1:], "]")
	var out []string
	for inner != "" {
		part := inner
		if quote := strings.TrimLeft(inner, " \t"); quote != "" && (quote[0] == '"' || quote[0] == '\'') {
			// A comma in quotes does not end the item.
			if end := strings.IndexByte(quote[1:], quote[0]); end >= 0 {
				lead := len(inner) - len(quote)
				rest := strings.IndexByte(quote[end+2:], ',')
				if rest >= 0 {
					part = inner[:lead+end+2+rest]
				}
			}
		} else if comma := strings.IndexByte(inner, ','); comma >= 0 {
			part = inner[:comma]
		}
		if v := p.scalar(part, line, col); v != "" {
			out = append(out, v)
		}
		inner = strings.TrimPrefix(inner[len(part):], ",")
	}
	return out
}

// scalar takes quotes off.
func (p *parser) scalar(s string, line, col int) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return s
	}
	if len(s) < 2 || s[len(s)-1] != s[0] {
		p.fault(line, col, "", "the quote is not closed")
		return strings.Trim(s, s[:1])
	}
	return s[1 : len(s)-1]
}

func (p *parser) set(key string, values []string, line, col int) {
	one := ""
	if len(values) > 0 {
		one = values[0]
	}
	t := &p.term
	switch key {
	case "term":
		t.Name = one
		t.Origin = Place{t.Origin.File, line, col}
	case "aliases":
		t.Aliases = values
	case "not", "not_to_be_confused_with":
		t.NotConfusedWith = values
	case "related":
		t.Related = values
	case "avoid":
		t.Avoid = values
	case "except":
		t.Except = values
	case "source":
		t.Source = one
	case "audience":
		t.Audience = one
		p.choice(key, one, line, col, "team", "everyone")
	case "changes":
		t.Changes = one
		p.choice(key, one, line, col, "deployment", "release", "both", "neither")
	case "own":
		t.Own = p.flag(key, one, line, col)
	case "quiet":
		t.Quiet = p.flag(key, one, line, col)
	case "hidden":
		t.Hidden = p.flag(key, one, line, col)
	default:
		p.fault(line, 1, "known keys: "+keys, "unknown key %q", key)
		return
	}
	if !isList(key) && len(values) > 1 {
		p.fault(line, col, "", "%s is a list; want one value", key)
	}
}

// isList reports whether a key may have several values.
func isList(key string) bool {
	switch key {
	case "aliases", "not", "not_to_be_confused_with", "related", "avoid", "except":
		return true
	}
	return false
}

func (p *parser) choice(key, value string, line, col int, choices ...string) {
	for _, c := range choices {
		if value == c {
			return
		}
	}
	p.fault(line, col, "one of "+strings.Join(choices, ", "), "%s: unknown value %q", key, value)
}

func (p *parser) flag(key, value string, line, col int) bool {
	p.choice(key, value, line, col, "true", "false")
	return value == "true"
}

// body takes the text, and its first paragraph as the summary.
func (p *parser) body(lines []string, from int) {
	p.term.Definition = strings.TrimSpace(strings.Join(lines[from:], "\n"))
	paragraph, _, _ := strings.Cut(p.term.Definition, "\n\n")
	p.term.Summary = strings.Join(strings.Fields(paragraph), " ")
	if p.term.Hidden {
		return
	}
	first := min(from, len(lines)-1)
	for first < len(lines)-1 && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	switch {
	case p.term.Summary == "":
		p.fault(first+1, 1, "begin with one sentence that says what it is", "the term has no definition")
	case strings.ContainsAny(p.term.Summary[:1], "#-*>|"):
		p.fault(first+1, 1, "begin with one sentence that says what it is", "the definition begins with a heading, a list or a quote")
	}
}
