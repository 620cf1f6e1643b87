package wording

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Level says how much an alert matters, in the words of the rules' format.
type Level string

// The levels. An error fails a run, a warning too where that is asked for.
const (
	Suggestion Level = "suggestion"
	Warning    Level = "warning"
	Error      Level = "error"
)

// ParseLevel reads a level.
func ParseLevel(s string) (Level, bool) {
	l := Level(strings.ToLower(s))
	return l, l == Suggestion || l == Warning || l == Error
}

// AtLeast reports whether l matters as much as other.
func (l Level) AtLeast(other Level) bool {
	order := []Level{Suggestion, Warning, Error}
	return slices.Index(order, l) >= slices.Index(order, other)
}

// Ledger gives the level that a problem of this weight has.
func (l Level) Ledger() ledger.Level {
	switch l {
	case Error:
		return ledger.LevelError
	case Warning:
		return ledger.LevelWarning
	}
	return ledger.LevelInfo
}

// Rule is what to look for.
type Rule struct {
	Name        string // "Daylight.RollbackForward": the style and the file
	Extends     string // the kind
	Message     string // with %s for what is wanted and what was found
	Description string
	Link        string
	Level       Level
	Scope       []string
	Limit       int // alerts in one text; 0: all
	Origin      ledger.Origin
	root        *decode.Node // the file's tree, for the export
	words       []string     // tokens that were added, as patterns
	swaps       [][2]string  // swaps that were added
	about       string       // of a rule of facts
	scope       scope
	needs       []string // of which every match contains one; nil: unknown
	check       check    // nil for a rule of facts
}

// check looks through one passage and reports what it finds. memory keeps what
// one text has shown so far, for rules that compare passages.
type check interface {
	find(p *Passage, memory map[string]bool) []found
}

// found is a match in a passage.
type found struct {
	start, end int
	args       []string // of the message
	instead    []string // what could stand there
}

// Facts reports whether the rule compares texts with the ledger.
func (r *Rule) Facts() bool { return r.Extends == "facts" }

// ParseRule reads a rule's file. The rule's name is made of the style and the
// file's name. ok is false where nothing can be made of it; problems come in the
// order of the file.
func ParseRule(style, file string, data []byte) (r Rule, ok bool, problems []ledger.Problem) {
	b := &builder{file: file}
	docs, err := decode.YAML(file, data)
	if err != nil {
		if e, is := decode.AsError(err); is {
			b.problem(e.Line, e.Col, "", "%s", e.Message)
		} else {
			b.problem(1, 1, "", "%v", err)
		}
		return r, false, b.problems
	}
	if len(docs) == 0 || !docs[0].Is(decode.Map) {
		b.problem(1, 1, "a rule has at least extends and message", "this is no rule")
		return r, false, b.problems
	}
	b.root = docs[0]
	r = Rule{
		Name: style + "." + strings.TrimSuffix(path.Base(file), path.Ext(file)), Level: Warning,
		Origin: ledger.Origin{File: file, Line: b.root.Line, Col: b.root.Col}, root: b.root,
	}
	r.Extends, r.Message = b.text("extends"), b.text("message")
	r.Description, r.Link = b.text("description"), b.text("link")
	if s := b.text("level"); s != "" {
		if l, known := ParseLevel(s); known {
			r.Level = l
		} else {
			b.at("level", "one of suggestion, warning, error", "level: unknown value %q", s)
		}
	}
	if r.Scope = b.list("scope"); len(r.Scope) == 0 {
		r.Scope = []string{"text"}
	}
	r.scope = parseScope(r.Scope)
	r.Limit = b.number("limit")
	if r.Message == "" && r.Extends != "" {
		b.problem(b.root.Line, b.root.Col, "say what is wrong, with %s for the words that were found", "the rule has no message")
	}
	ok = b.kind(&r)
	b.unknownKeys()
	slices.SortStableFunc(b.problems, ledger.CompareProblems)
	return r, ok, b.problems
}

// builder makes a rule of a tree.
type builder struct {
	file     string
	root     *decode.Node
	known    []string
	problems []ledger.Problem
}

func (b *builder) problem(line, col int, hint, format string, args ...any) {
	b.problems = append(b.problems, ledger.Problem{
		Origins: []ledger.Origin{{File: b.file, Line: line, Col: col}},
		Message: fmt.Sprintf(format, args...), Hint: hint, Rule: "wording-rule", Level: ledger.LevelWarning,
	})
}

// at tells of a fault at a key's value.
func (b *builder) at(key, hint, format string, args ...any) {
	if n := b.get(key); n != nil {
		b.problem(n.Line, n.Col, hint, format, args...)
		return
	}
	b.problem(b.root.Line, b.root.Col, hint, format, args...)
}

// get gives the value of a key in any case, as the format's own reader does.
func (b *builder) get(key string) *decode.Node {
	b.known = append(b.known, key)
	for i := len(b.root.Entries) - 1; i >= 0; i-- {
		if strings.EqualFold(b.root.Entries[i].Key, key) {
			return b.root.Entries[i].Value
		}
	}
	return nil
}

func (b *builder) text(key string) string {
	n := b.get(key)
	if n.IsNull() {
		return ""
	}
	s, ok := n.Scalar()
	if !ok {
		b.problem(n.Line, n.Col, "", "%s is %s; want a text", key, n.Kind)
	}
	return s
}

func (b *builder) flag(key string, otherwise bool) bool {
	n := b.get(key)
	if n.IsNull() {
		return otherwise
	}
	v, ok := n.Bool()
	if !ok {
		b.problem(n.Line, n.Col, "", "%s is %s; want true or false", key, n.Kind)
		return otherwise
	}
	return v
}

func (b *builder) number(key string) int {
	n := b.get(key)
	if n.IsNull() {
		return 0
	}
	v, ok := n.Int()
	if !ok || v < 0 || v > 1e6 {
		b.problem(n.Line, n.Col, "", "%s is no whole number", key)
		return 0
	}
	return int(v)
}

// nodes gives the items of a list, or a single value as a list of one.
func (b *builder) nodes(key string) []*decode.Node {
	n := b.get(key)
	switch {
	case n.IsNull():
		return nil
	case n.Is(decode.List):
		return n.Items
	}
	return []*decode.Node{n}
}

func (b *builder) list(key string) []string {
	var out []string
	for _, n := range b.nodes(key) {
		if s, ok := n.Scalar(); ok && strings.TrimSpace(s) != "" {
			out = append(out, s)
		} else if !ok && !n.IsNull() {
			b.problem(n.Line, n.Col, "", "an item of %s is %s; want a text", key, n.Kind)
		}
	}
	return out
}

// patterns gives the items of a list that are regular expressions which can be
// read; the others are problems.
func (b *builder) patterns(key string) []string { return b.readable(key, b.nodes(key)) }

func (b *builder) readable(key string, nodes []*decode.Node) []string {
	var out []string
	for _, n := range nodes {
		s, ok := n.Scalar()
		switch {
		case !ok && !n.IsNull():
			b.problem(n.Line, n.Col, "", "an item of %s is %s; want a regular expression", key, n.Kind)
		case ok && strings.TrimSpace(s) != "" && b.compiles(n, s):
			out = append(out, s)
		}
	}
	return out
}

// looking takes those patterns out of a list that look around themselves at
// their ends, in the order of the list; the others remain with their places.
func (b *builder) looking(nodes []*decode.Node, word, anyCase bool) (list []around, rest []*decode.Node) {
	for i, n := range nodes {
		if s, ok := n.Scalar(); ok && strings.Contains(s, "(?") {
			if a, ok := newAround(s, i, word, anyCase); ok {
				list = append(list, a)
				continue
			}
		}
		rest = append(rest, n)
	}
	return list, rest
}

// compiles reports whether a pattern can be read, and tells where it can't.
func (b *builder) compiles(n *decode.Node, pattern string) bool {
	_, err := regexp.Compile(pattern)
	if err == nil {
		return true
	}
	hint := ""
	reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	for _, ahead := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.Contains(pattern, ahead) {
			reason = "it looks ahead or behind elsewhere than at its ends"
			hint = "regular expressions here take time that grows with the text alone; look behind at the beginning and ahead at the end, or say what must not match in exceptions"
		}
	}
	b.problem(n.Line, n.Col, hint, "the pattern %q is left out: %s", clip(pattern), reason)
	return false
}

func (b *builder) unknownKeys() {
	for _, e := range b.root.Entries {
		known := slices.ContainsFunc(b.known, func(k string) bool { return strings.EqualFold(k, e.Key) })
		// Rewriting the text is left to editors.
		if !known && !slices.Contains([]string{"action", "vocab", "code", "name"}, strings.ToLower(e.Key)) {
			b.problem(e.Line, e.Col, "", "the key %q is not known to rules of this kind", clip(e.Key))
		}
	}
}

// clip shortens a text of the input for a message.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
