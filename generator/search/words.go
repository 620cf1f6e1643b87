package search

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// longestWord is where a word is cut, in characters: a hostile text could
	// hold one of a megabyte.
	longestWord = 40
	// shortHash is as much of a commit's id as is kept: what people paste whole
	// is found by its beginning.
	shortHash = 12
)

// Words gives the terms of a text, some of them more than once.
//
// A text is cut at white space and at signs. What stands between is a word, in
// small letters and without accents. Full stops, hyphens, underscores and
// slashes inside a word join its parts: "orders/v1.4.0" is one word, and each of
// "orders", "v1.4.0", "v1" is another, so that it is found by any of them; a
// part of one letter is not. So is each part of a name such as "liveChat". Of
// what looks like a commit's id the first twelve digits count. Scripts that put
// no blanks between words (Han, Hiragana, Katakana, Thai) give a word for each
// character.
func Words(text string) iter.Seq[string] { return words(text, true) }

// words is Words, with or without the parts of names such as "liveChat".
func words(text string, inNames bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, compound := range compounds(text) {
			for _, w := range partsOf(compound, inNames) {
				if !yield(w) {
					return
				}
			}
		}
	}
}

// compounds cuts a text into words with their joints, as they are written.
func compounds(text string) []string {
	if !plain(text) {
		text = strings.Map(dropMarks, norm.NFKD.String(strings.ToValidUTF8(text, " ")))
	}
	var out []string
	for _, field := range strings.FieldsFunc(text, isBetween) {
		field = strings.Trim(field, joints)
		for field != "" {
			run, rest := cutScript(field)
			field = strings.Trim(rest, joints)
			if run = strings.Trim(run, joints); run != "" {
				out = append(out, run)
			}
		}
	}
	return out
}

// plain reports whether a text is ASCII, which has no accents.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// dropMarks drops accents from decomposed text.
func dropMarks(r rune) rune {
	if unicode.Is(unicode.M, r) {
		return -1
	}
	return r
}

const joints = "._-/"

// isBetween reports whether a character stands between words.
func isBetween(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(joints, r)
}

// cutScript takes one character of a script without blanks, or all up to the
// next such character.
func cutScript(s string) (run, rest string) {
	for i, r := range s {
		if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			continue
		}
		if i > 0 {
			return s[:i], s[i:]
		}
		n := utf8.RuneLen(r)
		return s[:n], s[n:]
	}
	return s, ""
}

// partsOf gives a word and what it is found by besides.
func partsOf(word string, inNames bool) []string {
	whole := term(word)
	out := []string{whole}
	add := func(s string) {
		if s = term(s); s != whole && utf8.RuneCountInString(s) > 1 {
			out = append(out, s)
		}
	}
	for _, path := range strings.Split(word, "/") {
		add(path)
		for _, part := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(joints, r) }) {
			if part != path {
				add(part)
			}
			if !inNames {
				continue
			}
			for _, hump := range humps(part) {
				add(hump)
			}
		}
	}
	return out
}

// humps cuts "liveChat" into "live" and "Chat"; nil where there is nothing to
// cut.
func humps(s string) []string {
	var out []string
	from := 0
	var before rune
	for i, r := range s {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(before) {
			out = append(out, s[from:i])
			from = i
		}
		before = r
	}
	if from == 0 {
		return nil
	}
	return append(out, s[from:])
}

// term is a word as the index holds it.
func term(word string) string {
	word = strings.ToLower(strings.Trim(word, joints))
	if len(word) > shortHash && isHex(word) {
		return word[:shortHash]
	}
	n := 0
	for i := range word {
		if n == longestWord {
			return word[:i]
		}
		n++
	}
	return word
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
