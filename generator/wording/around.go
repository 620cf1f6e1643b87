package wording

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// around is a pattern that also says what stands before or behind it, which our
// regular expressions cannot: a match counts where the neighbours agree.
type around struct {
	order         int // among the patterns of the rule
	core          *regexp.Regexp
	before, after *regexp.Regexp
	notBefore     bool
	notAfter      bool
}

// mostAround bounds how far a pattern looks, in bytes, so that a text is read in
// a time that grows with its length alone.
const mostAround = 128

// splitAround takes a pattern apart that begins by looking behind or ends by
// looking ahead. What looks elsewhere is left in the core, which then cannot be
// read.
func splitAround(pattern string) (behind, core, ahead string) {
	core = pattern
	if strings.HasPrefix(core, "(?<=") || strings.HasPrefix(core, "(?<!") {
		if end := closing(core, 0); end > 0 {
			behind, core = core[3:end], core[end+1:]
		}
	}
	at := max(strings.LastIndex(core, "(?="), strings.LastIndex(core, "(?!"))
	if at >= 0 && closing(core, at) == len(core)-1 && grouped(core[:at]) {
		ahead, core = core[at+2:len(core)-1], core[:at]
	}
	return behind, core, ahead
}

// grouped reports whether each | of a pattern lies within brackets, so that what
// follows the pattern follows all of it.
func grouped(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			i = skipClass(pattern, i)
		case '(':
			if i = closing(pattern, i); i < 0 {
				return false
			}
		case '|':
			return false
		}
	}
	return true
}

// closing gives the place of the bracket that closes the one at open, or -1.
func closing(pattern string, open int) int {
	depth := 0
	for i := open; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			i = skipClass(pattern, i)
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// skipClass gives the place of the bracket that ends a class of characters.
func skipClass(pattern string, open int) int {
	for i := open + 1; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\':
			i++
		case pattern[i] == ']' && i > open+1 && pattern[open+1:i] != "^":
			return i
		}
	}
	return len(pattern)
}

// newAround makes the check of a pattern that looks around itself; ok is false
// for one that does not, or that cannot be read.
func newAround(pattern string, order int, word, anyCase bool) (a around, ok bool) {
	behind, core, ahead := splitAround(pattern)
	if behind == "" && ahead == "" || core == "" {
		return a, false
	}
	a.order = order
	var err [3]error
	a.core, err[0] = regexp.Compile(template(core, word, anyCase))
	flags := "(?m"
	if anyCase {
		flags = "(?im"
	}
	if behind != "" {
		a.notBefore = behind[0] == '!'
		a.before, err[1] = regexp.Compile(flags + `s)(?:` + behind[1:] + `)\z`)
	}
	if ahead != "" {
		a.notAfter = ahead[0] == '!'
		a.after, err[2] = regexp.Compile(flags + `)\A(?:` + ahead[1:] + `)`)
	}
	return a, err == [3]error{}
}

// agrees reports whether what stands around a match is as the pattern wants it.
func (a *around) agrees(text string, start, end int) bool {
	if a.before != nil {
		from := max(0, start-mostAround)
		for from < start && !utf8.RuneStart(text[from]) {
			from++
		}
		if a.before.MatchString(text[from:start]) == a.notBefore {
			return false
		}
	}
	if a.after != nil {
		to := min(len(text), end+mostAround)
		for to < len(text) && to > end && !utf8.RuneStart(text[to]) {
			to--
		}
		if a.after.MatchString(text[end:to]) == a.notAfter {
			return false
		}
	}
	return true
}

// hit is a match of one of a rule's patterns.
type hit struct{ start, end, order int }

// withAround adds what patterns find that look around themselves to what the
// others found. Of several at one place the first of the rule stays, and hits do
// not overlap; they come in the order of the text.
func withAround(text string, hits []hit, list []around) []hit {
	if len(list) == 0 {
		return hits
	}
	for i := range list {
		for _, m := range list[i].core.FindAllStringIndex(text, -1) {
			if m[0] < m[1] && list[i].agrees(text, m[0], m[1]) {
				hits = append(hits, hit{m[0], m[1], list[i].order})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.order, b.order), cmp.Compare(b.end, a.end))
	})
	out := hits[:0]
	for _, h := range hits {
		if len(out) == 0 || h.start >= out[len(out)-1].end {
			out = append(out, h)
		}
	}
	return out
}
