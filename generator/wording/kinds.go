package wording

import (
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// kind makes the check of the rule's kind. To add one, write its check and add
// it here. It reports false for a rule that cannot run.
func (b *builder) kind(r *Rule) bool {
	switch r.Extends {
	case "existence":
		r.check = b.existence()
	case "substitution":
		r.check = b.substitution()
	case "occurrence":
		r.check = b.occurrence()
	case "repetition":
		r.check = b.repetition()
	case "consistency":
		r.check = b.consistency()
	case "conditional":
		r.check = b.conditional()
	case "capitalization":
		r.check = b.capitalization()
	case "facts":
		return b.facts(r)
	case "":
		b.problem(b.root.Line, b.root.Col, "", "the rule does not say which kind of rule it extends")
	case "spelling", "sequence", "script", "metric", "readability":
		b.at("extends", "Vale runs it", "rules of the kind %s are left out: they need a dictionary, a tagger or a program", r.Extends)
	default:
		b.at("extends", "one of existence, substitution, occurrence, repetition, consistency, conditional, capitalization",
			"extends: unknown value %q", r.Extends)
	}
	r.setNeeds()
	return r.check != nil
}

// setNeeds finds what must stand in a passage for the rule to find anything.
// Rules that remember other passages have to see them all.
func (r *Rule) setNeeds() {
	r.needs = nil
	var re *regexp.Regexp
	var list []around
	switch c := r.check.(type) {
	case existence:
		re, list = c.re, c.around
	case substitution:
		re, list = c.re, c.around
	default:
		return
	}
	patterns := make([]*regexp.Regexp, 0, 1+len(list))
	if re != nil {
		patterns = append(patterns, re)
	}
	for _, a := range list {
		patterns = append(patterns, a.core)
	}
	var all []string
	for _, p := range patterns {
		some := needs(p.String())
		if some == nil || len(all)+len(some) > mostNeeds {
			return
		}
		all = append(all, some...)
	}
	r.needs = all
}

// allowed are the exceptions of a rule: what is a match as a whole, or lies
// within a phrase, is none.
type allowed struct {
	match, phrase *regexp.Regexp
}

// exceptions reads the list. As in the rules' format, an exception is a regular
// expression that need not span the match, in the case that it is written in;
// one of several words also covers matches inside it, in any case.
func (b *builder) exceptions() allowed {
	list := b.patterns("exceptions")
	if len(list) == 0 {
		return allowed{}
	}
	slices.SortStableFunc(list, func(x, y string) int { return len(y) - len(x) })
	a := allowed{match: regexp.MustCompile(`\b(?:` + strings.Join(list, "|") + `)\b`)}
	var phrases []string
	for _, s := range list {
		if strings.ContainsAny(s, " \t") || strings.Contains(s, `\s`) {
			phrases = append(phrases, s)
		}
	}
	if len(phrases) > 0 {
		a.phrase = regexp.MustCompile(`(?i)\b(?:` + strings.Join(phrases, "|") + `)\b`)
	}
	return a
}

// covers reports whether a match is an exception. Phrases are looked for once
// per passage, by who calls.
func (a allowed) covers(text string, start, end int, phrases [][]int) bool {
	if a.match != nil && a.match.MatchString(strings.TrimSpace(text[start:end])) {
		return true
	}
	return slices.ContainsFunc(phrases, func(p []int) bool { return start >= p[0] && end <= p[1] })
}

func (a allowed) phrases(text string) [][]int {
	if a.phrase == nil {
		return nil
	}
	return a.phrase.FindAllStringIndex(text, -1)
}

// template puts the boundaries of words and the case around a pattern.
func template(pattern string, word, anyCase bool) string {
	if word {
		pattern = `\b(?:` + pattern + `)\b`
	} else {
		pattern = `(?:` + pattern + `)`
	}
	if anyCase {
		return "(?im)" + pattern
	}
	return "(?m)" + pattern
}

// compile makes the expression of patterns each of which can be read. Together
// they may still be too large; that is a problem and no check.
func (b *builder) compile(key, pattern string) *regexp.Regexp {
	re, err := regexp.Compile(pattern)
	if err != nil {
		b.at(key, "", "%s cannot be read as one expression: %s", key, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return nil
	}
	return re
}

// existence: any of the tokens.
type existence struct {
	re     *regexp.Regexp // nil where all tokens look around themselves
	around []around
	allowed
}

func (b *builder) existence() check {
	after, nonword, anyCase := b.flag("append", false), b.flag("nonword", false), b.flag("ignorecase", false)
	raw := b.patterns("raw")
	list, nodes := b.looking(b.nodes("tokens"), !nonword, anyCase)
	if len(raw) > 0 { // it stands before or behind each token
		list, nodes = nil, b.nodes("tokens")
	}
	tokens := b.readable("tokens", nodes)
	e := existence{around: list, allowed: b.exceptions()}
	if len(raw)+len(tokens)+len(list) == 0 {
		b.problem(b.root.Line, b.root.Col, "", "the rule looks for nothing: it has no tokens that can be read")
		return nil
	}
	if len(raw)+len(tokens) == 0 {
		return e
	}
	pattern := ""
	if len(tokens) > 0 {
		pattern = strings.TrimPrefix(template(strings.Join(tokens, "|"), !nonword, false), "(?m)")
	}
	if joined := strings.Join(raw, ""); after {
		pattern += joined
	} else {
		pattern = joined + pattern
	}
	flags := "(?m)"
	if anyCase {
		flags = "(?im)"
	}
	if e.re = b.compile("tokens", flags+pattern); e.re == nil {
		return nil
	}
	return e
}

func (e existence) find(p *Passage, _ map[string]bool) []found {
	var hits []hit
	if e.re != nil {
		for _, m := range e.re.FindAllStringIndex(p.Text, -1) {
			hits = append(hits, hit{m[0], m[1], 0})
		}
	}
	var out []found
	var phrases [][]int
	for i, h := range withAround(p.Text, hits, e.around) {
		if i == 0 {
			phrases = e.phrases(p.Text)
		}
		if h.start < h.end && !e.covers(p.Text, h.start, h.end, phrases) {
			out = append(out, found{h.start, h.end, []string{p.Text[h.start:h.end]}, nil})
		}
	}
	return out
}

// substitution: any of the keys, each with what to say instead.
type substitution struct {
	re      *regexp.Regexp // nil where all keys look around themselves
	groups  []int          // of each key, the group that is the key; 0 for one that looks around itself
	instead []string
	around  []around // their order is the key's
	allowed
}

func (b *builder) substitution() check {
	anyCase, nonword := b.flag("ignorecase", false), b.flag("nonword", false)
	b.flag("capitalize", false)
	s := substitution{allowed: b.exceptions()}
	type pair struct{ key, value string }
	var pairs []pair
	if swap := b.get("swap"); swap.Is(decode.Map) {
		for _, e := range swap.Entries {
			value, _ := e.Value.Scalar()
			_, looks := newAround(e.Key, 0, !nonword, anyCase)
			if e.Key != "" && (looks || b.compiles(&decode.Node{Line: e.Line, Col: e.Col}, e.Key)) {
				pairs = append(pairs, pair{e.Key, value})
			}
		}
	}
	if len(pairs) == 0 {
		b.at("swap", "swap: {found: wanted}", "the rule looks for nothing: it has no swap that can be read")
		return nil
	}
	// The longest first, so that "roll back" does not hide "roll back the release".
	slices.SortStableFunc(pairs, func(x, y pair) int { return len(y.key) - len(x.key) })
	var alternatives []string
	group := 1
	for i, p := range pairs {
		if a, looks := newAround(p.key, i, !nonword, anyCase); looks {
			s.around, s.groups, s.instead = append(s.around, a), append(s.groups, 0), append(s.instead, p.value)
			continue
		}
		alternatives = append(alternatives, "("+p.key+")")
		s.groups, s.instead = append(s.groups, group), append(s.instead, p.value)
		group += 1 + regexp.MustCompile(p.key).NumSubexp()
	}
	if len(alternatives) == 0 {
		return s
	}
	if s.re = b.compile("swap", template(strings.Join(alternatives, "|"), !nonword, anyCase)); s.re == nil {
		return nil
	}
	return s
}

// hits lists the matches, each with the key that it is of.
func (s substitution) hits(text string) []hit {
	var hits []hit
	if s.re != nil {
		for _, m := range s.re.FindAllStringSubmatchIndex(text, -1) {
			if which := slices.IndexFunc(s.groups, func(g int) bool { return g > 0 && m[2*g] >= 0 }); which >= 0 {
				hits = append(hits, hit{m[2*s.groups[which]], m[2*s.groups[which]+1], which})
			}
		}
	}
	return withAround(text, hits, s.around)
}

func (s substitution) find(p *Passage, _ map[string]bool) []found {
	var out []found
	var phrases [][]int
	for i, h := range s.hits(p.Text) {
		if i == 0 {
			phrases = s.phrases(p.Text)
		}
		observed := p.Text[h.start:h.end]
		instead := strings.Split(s.instead[h.order], "|")
		if h.start == h.end || slices.Contains(instead, observed) || s.covers(p.Text, h.start, h.end, phrases) {
			continue
		}
		if s.instead[h.order] == "" {
			instead = nil
		}
		out = append(out, found{h.start, h.end, []string{either(instead), observed}, instead})
	}
	return out
}

// either joins what could stand instead, for a message with quotes around it.
func either(list []string) string { return strings.Join(list, "' or '") }
