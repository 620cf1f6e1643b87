package feed

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean drops what XML 1.0 forbids or readers choke on: bytes that are not
// UTF-8, control characters of both sets but tab and newline, U+FFFE, U+FFFF and
// the other non-characters, and U+FFFD, which stands for damage done before.
// Newlines of other systems become one.
func clean(s string) string {
	// A byte that is not UTF-8 comes as RuneError.
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\t' || r == '\n':
			return r
		case r < 0x20, r >= 0x7f && r <= 0x9f, r == utf8.RuneError, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, s)
}

// line cleans a text that stands on one line. Format characters, which turn the
// direction of reading or hide, go as well.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, clean(s))
	return strings.Join(strings.Fields(s), " ")
}

// hexEscape writes plain text for RSS, such as a title: the three characters that
// readers decode once or twice as they please are hexadecimal references, the
// form of the RSS profile. An end tag is taken for one even so, and is defused.
func hexEscape(s string) string {
	s = strings.ReplaceAll(s, "</", "<\u2060/")
	return strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;").Replace(s)
}

// defuse keeps plain text from being taken for HTML where Atom has no way to say
// which it is: readers, and validators with them, see an end tag or an entity in
// a person's name. A word joiner, which has no width, breaks both.
func defuse(s string) string {
	const joiner = "\u2060"
	s = strings.ReplaceAll(s, "</", "<"+joiner+"/")
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '&' && i+1 < len(s) && (s[i+1] == '#' || isAlphanumeric(s[i+1])) {
			b.WriteString(joiner)
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// isMarkup reports whether a reader may take plain text for HTML.
func isMarkup(s string) bool { return strings.ContainsAny(s, "<&") }

// content is the HTML of an entry: its own, else the summary, else the title.
func (e Entry) content() string {
	if e.ContentHTML != "" {
		return e.ContentHTML
	}
	return "<p>" + html.EscapeString(orElse(e.SummaryText, e.Title)) + "</p>"
}
