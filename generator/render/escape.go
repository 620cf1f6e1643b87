package render

import (
	"strings"
)

// escaper appends a text, escaped for the place in a page where it stands.
type escaper func(out []byte, text string) []byte

// escapers gives what a compiled template calls for each chain of escapers that
// html/template has put into it, by their names with bars between. A chain that
// is not here is left to html/template. The functions treat plain text alone:
// values of html/template's own types, such as template.URL, never reach them.
func escapers() map[string]escaper {
	const prefix = "_html_template_"
	const text, title, attribute = prefix + "htmlescaper", prefix + "rcdataescaper", prefix + "attrescaper"
	const filter, normalize = prefix + "urlfilter", prefix + "urlnormalizer"
	return map[string]escaper{
		text:      appendText,
		title:     appendText,
		attribute: appendText,
		filter + "|" + normalize + "|" + attribute: appendURL,
		filter + "|" + attribute: func(out []byte, text string) []byte {
			return appendText(out, safeURL(text))
		},
	}
}

// forHTML is the chain behind which safe HTML stands as it is.
const forHTML = "_html_template_htmlescaper"

// special has a bit for each byte that means something in HTML. All are below
// 64, and none of them is part of a longer UTF-8 sequence, so that text is
// escaped byte by byte and keeps what is not UTF-8 as it was.
const special uint64 = 1 | 1<<'"' | 1<<'&' | 1<<'\'' | 1<<'+' | 1<<'<' | 1<<'>'

// appendText escapes for text, for a title and for an attribute in quotes. The
// plus sign is escaped since some readers guess UTF-7.
func appendText(out []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 64 || special>>c&1 == 0 {
			continue
		}
		out = append(out, s[from:i]...)
		from = i + 1
		switch c {
		case 0:
			out = append(out, "\uFFFD"...)
		case '"':
			out = append(out, "&#34;"...)
		case '&':
			out = append(out, "&amp;"...)
		case '\'':
			out = append(out, "&#39;"...)
		case '+':
			out = append(out, "&#43;"...)
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		}
	}
	return append(out, s[from:]...)
}

// safeURL gives an address back unless its scheme could run code. What stands
// for a refused one is the mark that html/template uses, so that both can be
// searched for at once.
func safeURL(s string) string {
	scheme, _, ok := strings.Cut(s, ":")
	if !ok || strings.Contains(scheme, "/") {
		return s
	}
	if strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "mailto") {
		return s
	}
	return "#ZgotmplZ"
}

// The bytes of an address that stay as they are: those that RFC 3986 leaves
// unreserved or gives a meaning, without quotes and parentheses. The first has
// the bits of 0 to 63, the second those of 64 to 127.
const (
	keptLow uint64 = 1<<'!' | 1<<'#' | 1<<'$' | 1<<'&' | 1<<'*' | 1<<'+' | 1<<',' | 1<<'-' | 1<<'.' | 1<<'/' |
		(1<<10-1)<<'0' | 1<<':' | 1<<';' | 1<<'=' | 1<<'?'
	keptHigh uint64 = 1<<('@'-64) | (1<<26-1)<<('A'-64) | 1<<('['-64) | 1<<(']'-64) | 1<<('_'-64) |
		(1<<26-1)<<('a'-64) | 1<<('~'-64)
)

// appendURL filters an address, percent-encodes what does not belong into one,
// and escapes the result for an attribute in quotes.
func appendURL(out []byte, s string) []byte {
	const digits = "0123456789abcdef"
	s = safeURL(s)
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '&':
			out = append(out, "&amp;"...)
		case c == '+':
			out = append(out, "&#43;"...)
		case c < 64 && keptLow>>c&1 != 0, c >= 64 && c < 128 && keptHigh>>(c-64)&1 != 0:
			out = append(out, c)
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, c) // encoded already
		default:
			out = append(out, '%', digits[c>>4], digits[c&15])
		}
	}
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
