package pages

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestTitle bounds what a hostile message can do to a list, in bytes.
const longestTitle = 300

// longestBody bounds the body of a message on its page, in bytes.
const longestBody = 20_000

// oneLine makes text from a repository fit for one line of a page: white space
// is one blank, and control characters, direction overrides and bytes that are
// not UTF-8 are dropped, since they could make a line read as something else.
func oneLine(s string) string {
	if isLine(s) {
		return s
	}
	return strings.Join(strings.Fields(cut(printable(s), longestTitle)), " ")
}

// isLine reports whether a text is fit as it is, as nearly all are.
func isLine(s string) bool {
	if len(s) > longestTitle {
		return false
	}
	blank := true // before what comes
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= utf8.RuneSelf-1 || c == ' ' && blank {
			return false
		}
		blank = c == ' '
	}
	return s == "" || !blank
}

// paragraphs does the same and keeps line breaks.
func paragraphs(s string) string {
	return strings.TrimSpace(cut(printable(s), longestBody))
}

// printable drops what has no place on a page. Most text has nothing of that
// kind and is returned as it is.
func printable(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = s[i] >= ' ' && s[i] < utf8.RuneSelf-1 || s[i] == '\n'
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r == '\u200d': // joins emoji
			return r
		case r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		case 0xfdd0 <= r && r <= 0xfdef || r&0xfffe == 0xfffe: // not characters
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// cut shortens text at a character, and says so with an ellipsis.
func cut(s string, longest int) string {
	if len(s) <= longest {
		return s
	}
	for longest > 0 && !utf8.RuneStart(s[longest]) {
		longest--
	}
	return s[:longest] + "…"
}

// titleOf gives a title that can be clicked: never empty.
func titleOf(s string) string {
	if s = oneLine(s); s != "" {
		return s
	}
	return "(no title)"
}

// list joins words as a sentence does: "a, b and c".
func list(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
