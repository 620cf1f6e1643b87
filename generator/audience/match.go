package audience

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	shortest = 4  // characters of a secret
	digits   = 7  // hex digits of a commit
	run      = 6  // words of a body in a row
	longest  = 40 // hex digits of a commit
)

// matcher finds many secrets in one pass over a text. Texts and secrets are
// folded first: small letters, single blanks. Three indexes share the pass:
// strings by their first bytes, commits by their first digits, and runs of words
// by a hash that rolls from word to word.
type matcher struct {
	strings   []Secret // what was asked for
	folded    []string // the same, folded; beginning and ending in a letter or digit
	dropped   []bool   // public too
	byHead    map[string][]int32
	filter    bitset // of heads: most words of a text are told at once
	commits   map[string][]int32
	runs      map[uint64]string // the words as they are shown
	runFilter bitset
	unchecked []Unchecked
}

// bitset answers "surely not" for hashes.
type bitset []uint64

func (b bitset) add(h uint64)      { b[h>>6%uint64(len(b))] |= 1 << (h & 63) }
func (b bitset) has(h uint64) bool { return b[h>>6%uint64(len(b))]&(1<<(h&63)) != 0 }

// hit is a secret at a place in a folded text.
type hit struct {
	secret    Secret
	line      int
	from, end int // place in the folded text
}

// heads are the lengths by which strings are indexed, longest first.
func heads() [3]int { return [3]int{16, 8, shortest} }

func newMatcher(list []Secret) *matcher {
	m := &matcher{
		byHead: map[string][]int32{}, commits: map[string][]int32{}, runs: map[uint64]string{},
		filter: make(bitset, 1<<14), runFilter: make(bitset, 1<<16),
	}
	seen := map[string]bool{}
	for _, s := range list {
		f := trim(fold(s.Text))
		switch {
		case s.Kind == "commit":
			m.commit(s)
			continue
		case s.Kind == "body":
			if words := m.addRuns(f); words >= run {
				continue
			}
		case s.Kind == "title":
			m.addRuns(f)
			if slug := slugOf(f); slug != f && strings.Count(slug, "-") >= 2 && !seen[slug] {
				seen[slug] = true
				m.add(s, slug)
			}
		}
		if !seen[f] {
			seen[f] = true
			m.add(s, f)
		}
	}
	return m
}

// add indexes a folded string, or says why it can't be looked for.
func (m *matcher) add(s Secret, folded string) {
	switch {
	case utf8.RuneCountInString(folded) < shortest:
		m.unchecked = append(m.unchecked, Unchecked{s, "too short"})
		return
	case common(folded):
		m.unchecked = append(m.unchecked, Unchecked{s, "too common"})
		return
	}
	i := int32(len(m.strings))
	m.strings, m.folded, m.dropped = append(m.strings, s), append(m.folded, folded), append(m.dropped, false)
	for _, n := range heads() {
		if len(folded) >= n {
			m.byHead[folded[:n]] = append(m.byHead[folded[:n]], i)
			break
		}
	}
	m.filter.add(head(folded))
}

// head is a hash of the first four bytes.
func head(s string) uint64 {
	v := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
	return v * 0x9e3779b97f4a7c15 >> 40
}

func (m *matcher) commit(s Secret) {
	s.Text = strings.ToLower(s.Text)
	if len(s.Text) < digits {
		return
	}
	for _, i := range m.commits[s.Text[:digits]] {
		// The id of a change is the beginning of a commit: they are one secret.
		switch old := m.strings[i].Text; {
		case strings.HasPrefix(old, s.Text):
			return
		case strings.HasPrefix(s.Text, old):
			m.strings[i] = s
			return
		}
	}
	i := int32(len(m.strings))
	m.strings, m.folded, m.dropped = append(m.strings, s), append(m.folded, ""), append(m.dropped, false)
	m.commits[s.Text[:digits]] = append(m.commits[s.Text[:digits]], i)
}

// addRuns indexes all runs of six words, and gives the number of words.
func (m *matcher) addRuns(folded string) int {
	var w window
	n := 0
	eachWord(folded, func(start, end int) {
		n++
		if h, from, ok := w.push(folded, start, end); ok {
			if _, ok := m.runs[h]; !ok {
				m.runs[h] = folded[from:end]
				m.runFilter.add(h)
			}
		}
	})
	return n
}

// window holds the last words of a text.
type window struct {
	hashes [run]uint64
	starts [run]int
	n      int
}

// push takes the next word. Once there are enough it gives a hash of the last
// six and where they begin.
func (w *window) push(text string, start, end int) (hash uint64, from int, ok bool) {
	at := w.n % run
	w.hashes[at], w.starts[at] = hashOf(text[start:end]), start
	w.n++
	if w.n < run {
		return 0, 0, false
	}
	for i := range run {
		hash = hash*0x100000001b3 + w.hashes[(w.n+i)%run]
	}
	return hash, w.starts[w.n%run], true
}

// hashOf is FNV-1a.
func hashOf(word string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 0x100000001b3
	}
	return h
}

// active counts the secrets that are looked for, parts of bodies apart.
func (m *matcher) active() int {
	n := 0
	for _, d := range m.dropped {
		if !d {
			n++
		}
	}
	return n
}

// forgive drops what is public anyway: in the reduced ledger, in the allowed
// texts, in the baseline.
func (m *matcher) forgive(in AuditInput) error {
	gone := map[Secret]bool{}
	drop := func(h hit) { gone[h.secret] = true }
	var public collector
	public.words(reflect.ValueOf(in.Public.Ledger()).Elem())
	for _, s := range public.out {
		m.scan(foldLines(s.Text), drop)
	}
	for _, text := range in.Allowed {
		for _, v := range views([]byte(text)) {
			m.scan(v.text, drop)
		}
	}
	if in.Baseline != nil {
		paths, err := filesOf(in.Baseline)
		if err != nil {
			return err
		}
		for _, p := range paths {
			data, err := fs.ReadFile(in.Baseline, p)
			if err != nil {
				return err
			}
			for _, v := range append(views(data), views([]byte(p))...) {
				m.scan(v.text, drop)
			}
		}
	}
	ignore := map[string]bool{}
	for _, s := range in.Ignore {
		ignore[trim(fold(s))] = true
	}
	for i, s := range m.strings {
		switch {
		case gone[s]:
			m.dropped[i] = true
			m.unchecked = append(m.unchecked, Unchecked{s, "public too"})
		case ignore[m.folded[i]] && m.folded[i] != "":
			m.dropped[i] = true
			m.unchecked = append(m.unchecked, Unchecked{s, "ignored by the configuration"})
		}
	}
	for h, words := range m.runs {
		if gone[Secret{"body", words}] {
			delete(m.runs, h)
		}
	}
	return nil
}

// scan finds the secrets of a folded text, in the order of their ends.
func (m *matcher) scan(t folded, found func(hit)) {
	text := t.text
	var w window
	eachWord(text, func(start, end int) {
		if end-start >= digits {
			m.hex(text[start:end], func(s Secret) { found(hit{s, t.line(start), start, end}) })
		}
		if len(text)-start >= shortest && m.filter.has(head(text[start:])) {
			for _, n := range heads() {
				if len(text)-start < n {
					continue
				}
				for _, i := range m.byHead[text[start:start+n]] {
					if !m.dropped[i] && strings.HasPrefix(text[start:], m.folded[i]) && !wordAt(text, start+len(m.folded[i])) {
						found(hit{m.strings[i], t.line(start), start, start + len(m.folded[i])})
					}
				}
			}
		}
		if len(m.runs) == 0 {
			return
		}
		if h, from, ok := w.push(text, start, end); ok && m.runFilter.has(h) {
			if words, ok := m.runs[h]; ok {
				found(hit{Secret{"body", words}, t.line(from), from, end})
			}
		}
	})
}

// hex finds the commit that a word is, or begins; "g" in front is how git writes
// a commit behind a version.
func (m *matcher) hex(word string, found func(Secret)) {
	if word[0] == 'g' {
		word = word[1:]
	}
	if len(word) < digits || len(word) > longest {
		return
	}
	for i := range len(word) {
		if c := word[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return
		}
	}
	for _, i := range m.commits[word[:digits]] {
		if c := m.strings[i].Text; !m.dropped[i] && (strings.HasPrefix(c, word) || strings.HasPrefix(word, c)) {
			found(m.strings[i])
		}
	}
}

// eachWord gives the places of the words of a text: runs of letters and digits.
func eachWord(text string, do func(start, end int)) {
	start := -1
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		}
		if isWord(c) {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			do(start, i)
			start = -1
		}
		i += size
	}
	if start >= 0 {
		do(start, len(text))
	}
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// wordAt reports whether a letter or digit stands at a place of a text.
func wordAt(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return isWord(r)
}

// trim cuts what is neither letter nor digit off both ends.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return !isWord(r) }) }

// slugOf joins the words of a folded text as addresses do.
func slugOf(folded string) string {
	return strings.Join(slices.Collect(strings.FieldsFuncSeq(folded, func(r rune) bool { return !isWord(r) })), "-")
}
