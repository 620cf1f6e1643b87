package glossary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Match is a term found in a text.
type Match struct {
	Start, End int    // bytes of the text
	Slug       string // of the term
}

// Matcher finds terms in text. It is safe for concurrent use.
//
// A name matches in any case, in the singular and the plural, with its words
// apart or joined by a hyphen, also over the end of a line. A name in capitals
// only ("CD") matches as it is written. What looks like code or a part of a
// longer word does not match: "canary_step", "release-1.2", "pre-release",
// "live.js"; nor does what lies in a phrase that a term excepts. Of several terms that begin at one place the longest matches, and
// matches do not overlap.
type Matcher struct {
	root  *node
	slugs []string
	// starts says for each first byte in lower case which second letters names
	// begin with, a bit each, so that most words of a text cost two look-ups.
	starts [256]uint32
}

// node is a place in the tree of names, word by word.
type node struct {
	next  map[string]*node
	term  int    // index into slugs of the name that ends here, or -1
	exact string // the only spelling that matches, or ""
}

// excepted is the place in Matcher.slugs for phrases that mean something else.
const excepted = 0

// NewMatcher makes a Matcher. Quiet terms are left out; where two terms have one
// name, the first of the list has it.
func NewMatcher(terms []Term) *Matcher {
	m := &Matcher{root: &node{term: -1}, slugs: []string{""}}
	for _, t := range terms {
		for _, phrase := range t.Except {
			m.add(phrase, excepted)
		}
	}
	for _, t := range terms {
		if t.Quiet || t.Hidden {
			continue
		}
		m.slugs = append(m.slugs, t.Slug)
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			m.add(name, len(m.slugs)-1)
		}
	}
	return m
}

func (m *Matcher) add(name string, term int) {
	n := m.root
	for _, w := range splitWords(name) {
		word := strings.ToLower(name[w.start:w.end])
		if n == m.root {
			m.starts[lowerByte(word[0])] |= second(word)
		}
		if n.next == nil {
			n.next = map[string]*node{}
		}
		if n.next[word] == nil {
			n.next[word] = &node{term: -1}
		}
		n = n.next[word]
	}
	if n == m.root || n.term >= 0 {
		return
	}
	n.term = term
	if strings.ToUpper(name) == name && strings.ToLower(name) != name {
		n.exact = name
	}
}

// second gives the bit of a word's second letter in any case; all other bytes
// share one, and so does a word of one letter.
func second(word string) uint32 {
	if len(word) > 1 {
		if c := lowerByte(word[1]); c >= 'a' && c <= 'z' {
			return 1 << (c - 'a')
		}
	}
	return 1 << 31
}

// lowerByte makes letters small. Bytes of other scripts all become one, since
// their case is not a matter of a byte.
func lowerByte(c byte) byte {
	switch {
	case c >= utf8.RuneSelf:
		return utf8.RuneSelf
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	}
	return c
}

// Find lists the terms in a text, in their order, each as often as it occurs.
func (m *Matcher) Find(text string) []Match {
	if m.root.next == nil {
		return nil
	}
	words := splitWords(text)
	var found []Match
	var lower []byte // of the word that is looked up, to save allocations
	for i := 0; i < len(words); i++ {
		if w := text[words[i].start:words[i].end]; m.starts[lowerByte(w[0])]&second(w) == 0 || !opensWord(text, words[i].start) {
			continue
		}
		best, last := -1, i
		for n, j := m.root, i; j < len(words); j++ {
			if j > i && !joined(text[words[j-1].end:words[j].start]) {
				break
			}
			lower = appendLower(lower[:0], text[words[j].start:words[j].end])
			if t := n.ending(lower, text[words[i].start:words[j].end]); t >= 0 && closesWord(text, words[j].end) {
				best, last = t, j
			}
			if n = n.next[string(lower)]; n == nil || n.next == nil {
				break
			}
		}
		if best >= 0 {
			if best != excepted {
				found = append(found, Match{words[i].start, words[last].end, m.slugs[best]})
			}
			i = last
		}
	}
	return found
}

// ending gives the term whose name ends with this word, in the singular or the
// plural, or -1.
func (n *node) ending(word []byte, written string) int {
	if c := n.next[string(word)]; c != nil && c.term >= 0 && (c.exact == "" || c.exact == written) {
		return c.term
	}
	// The plural: "canaries", "switches", "rings". A name in capitals takes an s.
	try := func(stem []byte, y string) int {
		c := n.next[string(stem)+y]
		if c == nil || c.term < 0 || c.exact != "" && c.exact+"s" != written {
			return -1
		}
		return c.term
	}
	if k := len(word); k > 3 && word[k-1] == 's' {
		if t := try(word[:k-1], ""); t >= 0 {
			return t
		}
		if word[k-2] == 'e' {
			if word[k-3] == 'i' {
				return try(word[:k-3], "y")
			}
			return try(word[:k-2], "")
		}
	} else if k == 3 && word[2] == 's' {
		return try(word[:2], "")
	}
	return -1
}

type word struct{ start, end int }

// splitWords finds the runs of letters, digits and underscores.
func splitWords(text string) []word {
	words := make([]word, 0, len(text)/6+1)
	start := -1
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch in := inWord(r); {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			words = append(words, word{start, i})
			start = -1
		}
		i += size
	}
	if start >= 0 {
		words = append(words, word{start, len(text)})
	}
	return words
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// joined reports whether what stands between two words lets them be one name.
func joined(between string) bool {
	if between == "-" || between == "\u2011" {
		return true
	}
	for _, r := range between {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return len(between) <= 3 // a space, or the end of a line with little around it
}

// opensWord reports whether a name may begin here: not within a path, a
// compound, a variable or an address.
func opensWord(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	switch before {
	case '-', '/', '.', '@', '#', '$', '\\', '=', '&', '%', '~', '\u2011':
		return at == 0
	case ':':
		return at > 1 && text[at-2] == ' '
	}
	return true
}

// closesWord reports whether a name may end here: what looks like a stop must
// not be within a word.
func closesWord(text string, at int) bool {
	r, size := utf8.DecodeRuneInString(text[at:])
	switch r {
	case '-', '\u2011', '.', '/', ':', '\'', '’':
		following, _ := utf8.DecodeRuneInString(text[at+size:])
		if (r == '\'' || r == '’') && following == 's' { // "the canary's"
			return true
		}
		return !inWord(following) && following != '/'
	case '@', '=', '(', '\\', '$', '_':
		return false
	}
	return true
}

func appendLower(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return append(b[:0], strings.ToLower(s)...)
		}
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
