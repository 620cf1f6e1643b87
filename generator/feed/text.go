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

// hexEscape writes plain text for an RSS title: the three characters that
// readers decode once or twice as they please are hexadecimal references, the
// form of the RSS profile.
func hexEscape(s string) string {
	return strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;").Replace(s)
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
