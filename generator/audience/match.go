package audience

import (
	"io/fs"
	"math/bits"
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
	strings   []Secret           // what was asked for
	folded    []string           // the same, folded; beginning and ending in a letter or digit
	dropped   []bool             // public too
	byHead    map[uint64][]int32 // by the hash of their first bytes
	filter    bitset             // of these hashes: most words of a text are told at once
	commits   map[string][]int32
	runs      phrases
	public    pieces // rows of words that everybody may read
	unchecked []Unchecked
}

// hit is a secret at a place in a folded text.
type hit struct {
	secret    Secret
	run       int // of words, its place in runs; -1 for other secrets
	line      int
	from, end int // place in the folded text
}

// separators stand between the blocks of a page, and between the parts of its
// title.
const separators = "¶·"

// heads are the lengths by which strings are indexed, longest first.
func heads() [3]int { return [3]int{16, 8, shortest} }

// newMatcher indexes secrets. public is what everybody may read.
func newMatcher(list []Secret, public []folded) *matcher {
	parts := newPieces(public)
	m := &matcher{byHead: map[uint64][]int32{}, commits: map[string][]int32{}, public: parts}
	seen := map[string]bool{}
	for _, s := range list {
		f := trim(fold(s.Text))
		switch {
		case s.Kind == "commit":
			m.commit(s)
			continue
		case s.Kind == "body":
			if m.runs.add(foldLines(s.Text), parts) >= run {
				continue
			}
		case s.Kind == "title":
			m.runs.add(foldLines(s.Text), parts)
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
	m.runs.sort()
	m.filter = newBitset(len(m.byHead))
	for h := range m.byHead { // in any order: a set
		m.filter.add(h)
	}
	return m
}

// add indexes a folded string, or says why it can't be looked for.
func (m *matcher) add(s Secret, folded string) {
	switch {
	case utf8.RuneCountInString(folded) < shortest:
		m.unchecked = append(m.unchecked, Unchecked{s, whyShort})
		return
	case common(folded):
		m.unchecked = append(m.unchecked, Unchecked{s, whyCommon})
		return
	}
	i := int32(len(m.strings))
	m.strings, m.folded, m.dropped = append(m.strings, s), append(m.folded, folded), append(m.dropped, false)
	for _, n := range heads() {
		if len(folded) >= n {
			h := head(folded, n)
			m.byHead[h] = append(m.byHead[h], i)
			break
		}
	}
}

// head is a hash of the first four, eight or sixteen bytes.
func head(s string, n int) uint64 {
	const odd = 0x9e3779b97f4a7c15
	four := func(s string) uint64 {
		return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
	}
	h := four(s) * odd
	for at := 4; at < n; at += 4 {
		h = bits.RotateLeft64(h, 23) ^ four(s[at:])*odd
	}
	return bits.RotateLeft64(h*odd, n)
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

// publicTexts lists what the audience may read: the reduced ledger, the allowed
// texts and the baseline, in each of their views.
func publicTexts(in AuditInput) ([]folded, error) {
	var out []folded
	public := newCollector()
	public.words(reflect.ValueOf(in.Public.Ledger()).Elem())
	for _, s := range public.out {
		f := foldLines(s.Text)
		f.whole = true
		out = append(out, f)
	}
	// The reduced ledger is published as JSON, too: what its keys and values say
	// side by side, such as that something happened at an instant, is public.
	out = append(out, foldLines(string(in.Public.Ledger().AppendJSON(nil))))
	add := func(data []byte) {
		list, _ := views(data)
		for _, v := range list {
			out = append(out, v.text)
		}
	}
	for _, text := range in.Allowed {
		add([]byte(text))
	}
	if in.Baseline == nil {
		return out, nil
	}
	paths, err := filesOf(in.Baseline)
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		data, err := fs.ReadFile(in.Baseline, p)
		if err != nil {
			return nil, err
		}
		add(data)
		add([]byte(p))
	}
	return out, nil
}

// forgive drops what is public anyway, and what is to be ignored.
func (m *matcher) forgive(public []folded, ignored []string) {
	gone := map[Secret]bool{}
	for _, t := range public {
		m.scan(t, func(h hit) {
			if h.run >= 0 {
				m.runs.dropped[h.run] = true
			} else {
				gone[h.secret] = true
			}
		})
	}
	ignore := map[string]bool{}
	for _, s := range ignored {
		ignore[trim(fold(s))] = true
	}
	for i, s := range m.strings {
		switch {
		case gone[s]:
			m.dropped[i] = true
			m.unchecked = append(m.unchecked, Unchecked{s, whyPublic})
		case ignore[m.folded[i]] && m.folded[i] != "":
			m.dropped[i] = true
			m.unchecked = append(m.unchecked, Unchecked{s, whyIgnored})
		}
	}
}

// scan finds the secrets of a folded text, in the order of their ends.
func (m *matcher) scan(t folded, found func(hit)) {
	text := t.text
	var w window
	block, before := 0, 0
	eachWord(text, func(start, end int, word uint64) {
		if end-start >= digits {
			m.hex(text[start:end], func(s Secret) { found(hit{s, -1, t.line(start), start, end}) })
		}
		for _, n := range heads() {
			if len(text)-start < n {
				continue
			}
			h := head(text[start:], n)
			if !m.filter.has(h) {
				continue
			}
			for _, i := range m.byHead[h] {
				if !m.dropped[i] && strings.HasPrefix(text[start:], m.folded[i]) && !wordAt(text, start+len(m.folded[i])) {
					found(hit{m.strings[i], -1, t.line(start), start, start + len(m.folded[i])})
				}
			}
		}
		if len(m.runs.hashes) == 0 {
			return
		}
		if !t.whole && parted(text[before:start]) {
			block++
		}
		before = end
		w.push(word, start, block)
		if w.full() {
			// What stands in several blocks of a page, each public by itself, tells
			// nothing: titles stand one below the other there.
			if i, ok := m.runs.find(w.sum); ok && !m.runs.dropped[i] && !(w.broken() && m.public.cover(&w)) {
				found(hit{Secret{"body", text[w.from():end]}, i, t.line(w.from()), w.from(), end})
			}
		}
	})
}

// parted reports whether what stands between two words parts blocks of a page, a
// tag from the text around it, the name of an attribute from its value, or
// strings of a list in JSON: an index of words has them side by side in an order
// that no text had. A sentence with a tag in it is found where tags are left out.
func parted(between string) bool {
	return strings.ContainsAny(between, separators+"<>") || strings.Contains(between, `="`) ||
		strings.Contains(between, `",`) || strings.Contains(between, `,"`)
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

// eachWord gives the places of the words of a text, runs of letters and digits,
// and a hash of each (FNV-1a).
func eachWord(text string, do func(start, end int, hash uint64)) {
	const seed, prime = uint64(0xcbf29ce484222325), uint64(0x100000001b3)
	start, hash := -1, seed
	for i := 0; i < len(text); {
		c := text[i]
		size, in := 1, false
		if c < utf8.RuneSelf {
			in = 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z'
		} else {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			in = isWord(r)
		}
		switch {
		case in:
			if start < 0 {
				start, hash = i, seed
			}
			for _, b := range []byte(text[i : i+size]) {
				hash = (hash ^ uint64(b)) * prime
			}
		case start >= 0:
			do(start, i, hash)
			start = -1
		}
		i += size
	}
	if start >= 0 {
		do(start, len(text), hash)
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
