package wording

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"daylight/generator/decode"
)

// occurrence: a token too often or too seldom in one passage.
type occurrence struct {
	re       *regexp.Regexp
	min, max int
}

func (b *builder) occurrence() check {
	o := occurrence{min: b.number("min"), max: b.number("max")}
	anyCase := b.flag("ignorecase", false)
	tokens := b.patterns("token")
	if len(tokens) != 1 || o.min+o.max == 0 {
		b.problem(b.root.Line, b.root.Col, "", "want one token, and its max or min")
		return nil
	}
	if o.re = b.compile("token", strings.TrimPrefix(template(tokens[0], false, anyCase), "(?m)")); o.re == nil {
		return nil
	}
	return o
}

func (o occurrence) find(p *Passage, _ map[string]bool) []found {
	all := o.re.FindAllStringIndex(p.Text, -1)
	n := len(all)
	if (o.max == 0 || n <= o.max) && (o.min == 0 || n >= o.min) {
		return nil
	}
	// What falls short has no match to point at: its first word stands for it.
	at := firstWord(p.Text)
	if n > 0 {
		at = all[0]
	}
	return []found{{at[0], at[1], []string{strconv.Itoa(n)}, nil}}
}

func firstWord(text string) []int {
	start := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsSpace(r) })
	if start < 0 {
		return []int{0, 0}
	}
	end := strings.IndexFunc(text[start:], unicode.IsSpace)
	if end < 0 {
		end = len(text) - start
	}
	return []int{start, start + end}
}

// repetition: a token twice in a row.
type repetition struct {
	re      *regexp.Regexp
	max     int
	anyCase bool
	alpha   bool
	allowed
}

func (b *builder) repetition() check {
	r := repetition{max: b.number("max"), anyCase: b.flag("ignorecase", false), alpha: b.flag("alpha", false), allowed: b.exceptions()}
	tokens := b.patterns("tokens")
	if len(tokens) == 0 {
		b.problem(b.root.Line, b.root.Col, "", "the rule looks for nothing: it has no tokens that can be read")
		return nil
	}
	if r.re = b.compile("tokens", strings.TrimPrefix(template(strings.Join(tokens, "|"), false, r.anyCase), "(?m)")); r.re == nil {
		return nil
	}
	return r
}

func (r repetition) find(p *Passage, _ map[string]bool) []found {
	var out []found
	phrases := r.phrases(p.Text)
	count, last := 0, []int{0, 0}
	before := ""
	for _, m := range r.re.FindAllStringIndex(p.Text, -1) {
		now := strings.TrimSpace(p.Text[m[0]:m[1]])
		same := now != "" && (now == before || r.anyCase && strings.EqualFold(now, before))
		if r.alpha && strings.IndexFunc(now, func(c rune) bool { return !unicode.IsLetter(c) }) >= 0 {
			same = false
		}
		if same {
			count++
		} else {
			count = 0
		}
		// A sentence may end with the word that the next one begins with.
		if same && count > r.max && !strings.ContainsAny(p.Text[last[0]:m[1]], ".!?") && !r.covers(p.Text, last[0], m[1], phrases) {
			out = append(out, found{last[0], m[1], []string{now}, []string{now}})
			count = 0
		}
		before, last = now, m
	}
	return out
}

// consistency: one of two spellings, and then not the other, in one text.
type consistency struct{ pairs []eitherOr }

type eitherOr struct {
	key        string
	one, other *regexp.Regexp
}

func (b *builder) consistency() check {
	anyCase, nonword := b.flag("ignorecase", false), b.flag("nonword", false)
	var c consistency
	if n := b.get("either"); n.Is(decode.Map) {
		for _, e := range n.Entries {
			value, ok := e.Value.Scalar()
			if !ok || !b.compiles(&decode.Node{Line: e.Line, Col: e.Col}, e.Key) || !b.compiles(e.Value, value) {
				continue
			}
			one, other := b.compile("either", template(e.Key, !nonword, anyCase)), b.compile("either", template(value, !nonword, anyCase))
			if one != nil && other != nil {
				c.pairs = append(c.pairs, eitherOr{e.Key, one, other})
			}
		}
	}
	if len(c.pairs) == 0 {
		b.at("either", "either: {one: other}", "the rule looks for nothing: it has no pair that can be read")
		return nil
	}
	return c
}

func (c consistency) find(p *Passage, memory map[string]bool) []found {
	var out []found
	for _, pair := range c.pairs {
		one, other := pair.one.FindStringIndex(p.Text), pair.other.FindStringIndex(p.Text)
		had, hadOther := memory["1"+pair.key], memory["2"+pair.key]
		memory["1"+pair.key], memory["2"+pair.key] = had || one != nil, hadOther || other != nil
		if !memory["1"+pair.key] || !memory["2"+pair.key] {
			continue
		}
		at := other
		if at == nil || hadOther && one != nil || one != nil && one[0] > other[0] && !had {
			at = one
		}
		if at != nil {
			out = append(out, found{at[0], at[1], []string{p.Text[at[0]:at[1]]}, nil})
		}
	}
	return out
}

// conditional: what first finds needs what second finds.
type conditional struct {
	first, second           *regexp.Regexp
	needsFirst, needsSecond []string // as a rule's needs, also short ones: "cd"
	allowed
}

func (b *builder) conditional() check {
	c := conditional{allowed: b.exceptions()}
	anyCase := b.flag("ignorecase", false)
	first, second := b.patterns("first"), b.patterns("second")
	if len(first) != 1 || len(second) != 1 {
		b.problem(b.root.Line, b.root.Col, "", "want first and second, each an expression that can be read")
		return nil
	}
	flags := ""
	if anyCase {
		flags = "(?i)"
	}
	c.first, c.second = b.compile("first", flags+first[0]), b.compile("second", flags+second[0])
	if c.first == nil || c.second == nil {
		return nil
	}
	c.needsFirst, c.needsSecond = needsOfLength(first[0], 2), needsOfLength(second[0], 2)
	return c
}

// find: where second has a group, each match of first must have been caught by
// it somewhere before in the text (an abbreviation that was explained); else
// second must occur in the passage.
func (c conditional) find(p *Passage, memory map[string]bool) []found {
	grouped := c.second.NumSubexp() > 0
	if p.has(c.needsSecond) && c.explained(p, grouped, memory) || !p.has(c.needsFirst) {
		return nil
	}
	var out []found
	var phrases [][]int
	for i, m := range c.first.FindAllStringSubmatchIndex(p.Text, -1) {
		if i == 0 {
			phrases = c.phrases(p.Text)
		}
		start, end := m[0], m[1]
		if len(m) > 3 && m[2] >= 0 {
			start, end = m[2], m[3]
		}
		observed := p.Text[start:end]
		if start < end && !memory[observed] && !c.covers(p.Text, start, end, phrases) {
			out = append(out, found{start, end, []string{observed}, nil})
		}
	}
	return out
}

// explained remembers what second catches in a passage. Without a group it
// reports whether second occurs.
func (c conditional) explained(p *Passage, grouped bool, memory map[string]bool) bool {
	for _, m := range c.second.FindAllStringSubmatchIndex(p.Text, -1) {
		if !grouped {
			return true
		}
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				memory[p.Text[m[g]:m[g+1]]] = true
			}
		}
	}
	return false
}

// capitalization: how a passage, usually a heading, is written.
type capitalization struct {
	match      string // $title, $sentence, $lower, $upper, or an expression
	re         *regexp.Regexp
	exceptions []string
	indicators []string
	threshold  float64
}

func (b *builder) capitalization() check {
	c := capitalization{match: b.text("match"), exceptions: b.list("exceptions"), indicators: b.list("indicators"), threshold: 0.8}
	b.text("style")
	b.text("prefix")
	if n := b.get("threshold"); n != nil {
		if r, ok := n.Number(); ok {
			c.threshold, _ = r.Float64()
		}
	}
	if slices.Contains([]string{"$title", "$sentence", "$lower", "$upper"}, c.match) {
		return c
	}
	if c.match == "" || !b.compiles(b.get("match"), c.match) {
		b.at("match", "$title, $sentence, $lower, $upper or a regular expression", "the rule does not say how the text is to be written")
		return nil
	}
	c.re = regexp.MustCompile(c.match)
	return c
}

func (c capitalization) find(p *Passage, _ map[string]bool) []found {
	text := strings.TrimSpace(p.Text)
	if text == "" || slices.Contains(c.exceptions, text) || c.holds(text) {
		return nil
	}
	start := strings.Index(p.Text, text)
	return []found{{start, start + len(text), []string{text}, nil}}
}

func (c capitalization) holds(text string) bool {
	switch c.match {
	case "$lower":
		return strings.ToLower(text) == text
	case "$upper":
		return strings.ToUpper(text) == text
	case "$title":
		return c.share(text, c.titled) >= c.threshold
	case "$sentence":
		return c.share(text, c.small) >= c.threshold && c.opens(text)
	}
	return c.re.MatchString(text)
}

// share is the part of the words that a test accepts.
func (c capitalization) share(text string, accepts func(word string, begins bool) bool) float64 {
	words := strings.Fields(text)
	good, begins := 0, true
	for _, w := range words {
		if slices.Contains(c.exceptions, strings.Trim(w, `,.:;!?()"'`)) || accepts(w, begins) {
			good++
		}
		// A number or a picture in front is no word: "1. Correction" begins with
		// its second.
		begins = begins && strings.IndexFunc(w, unicode.IsLetter) < 0 ||
			slices.ContainsFunc(c.indicators, func(s string) bool { return strings.HasSuffix(w, s) })
	}
	return float64(good) / float64(len(words))
}

// titled: a capital, or one of the small words inside a title.
func (c capitalization) titled(word string, begins bool) bool {
	small := strings.Fields("a an and as at but by en for from if in into nor of on onto or over per so the to up via vs with yet")
	first, _ := firstLetter(word)
	return !unicode.IsLower(first) || !begins && slices.Contains(small, word)
}

// small: no capital but the first word's, and those of names that are written
// in capitals or have one inside.
func (c capitalization) small(word string, begins bool) bool {
	first, rest := firstLetter(word)
	return begins || !unicode.IsUpper(first) || strings.ToLower(rest) != rest || rest == ""
}

// opens reports whether a sentence's first letter may be that.
func (c capitalization) opens(text string) bool {
	first, _ := firstLetter(text)
	return !unicode.IsLower(first)
}

func firstLetter(word string) (first rune, rest string) {
	for i, r := range word {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' {
			return r, word[i+len(string(r)):]
		}
	}
	return ' ', ""
}
