package flagfile

import (
	"strings"

	"daylight/generator/decode"
)

// parseQuery reads a targeting query of GO Feature Flag: JsonLogic when it
// begins with a brace, else the small language of comparisons
//
//	beta eq true and (env in ["staging", "test"] or not (email ew "@example.com"))
//
// What it cannot read is an opaque condition with the text as its name.
func parseQuery(text string) cond {
	const longest = 10_000
	if len(text) > longest {
		return cond{text: "a query that is too long to follow"}
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		if n, err := decode.JSON("query", []byte(text)); err == nil {
			return jsonCond(n, 0)
		}
		return cond{text: text}
	}
	p := queryParser{tokens: queryTokens(text)}
	c, ok := p.or(0)
	if !ok || p.at < len(p.tokens) {
		return cond{text: text}
	}
	return c
}

// queryToken is a word, a quoted text, or one of ( ) [ ] and a comma.
type queryToken struct {
	text   string
	quoted bool
}

func queryTokens(s string) []queryToken {
	var out []queryToken
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case strings.IndexByte("()[],", c) >= 0:
			out = append(out, queryToken{text: string(c)})
			i++
		case c == '"' || c == '\'':
			var b strings.Builder
			i++
			for i < len(s) && s[i] != c {
				if s[i] == '\\' && i+1 < len(s) {
					i++
				}
				b.WriteByte(s[i])
				i++
			}
			i++
			out = append(out, queryToken{b.String(), true})
		default:
			start := i
			for i < len(s) && strings.IndexByte(" \t\r\n()[],\"'", s[i]) < 0 {
				i++
			}
			out = append(out, queryToken{text: s[start:i]})
		}
	}
	return out
}

// queryParser is a recursive descent: or, and, not, comparison.
type queryParser struct {
	tokens []queryToken
	at     int
}

// deepQuery bounds the nesting of parentheses.
const deepQuery = 50

// word reports whether the next token is this bare word, and passes it.
func (p *queryParser) word(w string) bool {
	if p.at < len(p.tokens) && !p.tokens[p.at].quoted && strings.EqualFold(p.tokens[p.at].text, w) {
		p.at++
		return true
	}
	return false
}

func (p *queryParser) or(depth int) (cond, bool) {
	return p.chain(depth, "or", opOr, func(d int) (cond, bool) { return p.chain(d, "and", opAnd, p.not) })
}

func (p *queryParser) chain(depth int, word string, op condOp, next func(int) (cond, bool)) (cond, bool) {
	first, ok := next(depth)
	if !ok {
		return cond{}, false
	}
	all := cond{op: op, kids: []cond{first}}
	for p.word(word) {
		kid, ok := next(depth)
		if !ok {
			return cond{}, false
		}
		all.kids = append(all.kids, kid)
	}
	if len(all.kids) == 1 {
		return first, true
	}
	return all, true
}

func (p *queryParser) not(depth int) (cond, bool) {
	if depth > deepQuery {
		return cond{}, false
	}
	if p.word("not") || p.word("!") {
		c, ok := p.not(depth + 1)
		return cond{op: opNot, kids: []cond{c}}, ok
	}
	if p.word("(") {
		c, ok := p.or(depth + 1)
		return c, ok && p.word(")")
	}
	return p.comparison()
}

func (p *queryParser) comparison() (cond, bool) {
	if p.at+1 >= len(p.tokens) || p.tokens[p.at].quoted || strings.ContainsAny(p.tokens[p.at].text, "()[],") {
		return cond{}, false
	}
	attr := p.tokens[p.at].text
	op := strings.ToLower(p.tokens[p.at+1].text)
	p.at += 2
	if op == "pr" {
		return cond{op: opPresent, attr: attr}, true
	}
	values, ok := p.values()
	if !ok {
		return cond{}, false
	}
	c := cond{attr: attr, values: values}
	switch op {
	case "eq", "==":
		c.op = opIn
	case "in":
		c.op = opIn
	case "ne", "!=":
		c.op = opIn
		return cond{op: opNot, kids: []cond{c}}, true
	case "co":
		c.op = opContains
	case "sw":
		c.op = opStarts
	case "ew":
		c.op = opEnds
	case "lt", "<", "le", "<=", "gt", ">", "ge", ">=":
		c.op = opCompare
		c.text = attr + " " + op + " " + masked(attr, values)
	default:
		return cond{}, false
	}
	return c, true
}

// values reads a value or a list of values.
func (p *queryParser) values() ([]string, bool) {
	if !p.word("[") {
		if p.at >= len(p.tokens) {
			return nil, false
		}
		p.at++
		return []string{p.tokens[p.at-1].text}, true
	}
	var out []string
	for !p.word("]") {
		if p.at >= len(p.tokens) {
			return nil, false
		}
		if !p.word(",") {
			out = append(out, p.tokens[p.at].text)
			p.at++
		}
	}
	return out, true
}
