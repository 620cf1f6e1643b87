package audience

import (
	"bytes"
	"encoding/base64"
	"html"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// folded is a text in small letters with single blanks, that still knows its
// lines.
type folded struct {
	text  string
	lines []int32 // places of the text at which a line of the source ended
}

// line is the line of the source, counted from 1, that a place stands on.
func (f folded) line(at int) int {
	return 1 + sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > at })
}

func fold(s string) string { return foldLines(s).text }

// foldLines folds a text. Bytes that are not UTF-8 separate.
func foldLines(s string) folded {
	out := make([]byte, 0, len(s))
	var lines []int32
	blank := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c <= ' ' || c == 0x7f:
				if c == '\n' {
					lines = append(lines, int32(len(out)))
				}
				if !blank {
					out, blank = append(out, ' '), true
				}
				continue
			case 'A' <= c && c <= 'Z':
				c += 'a' - 'A'
			}
			out, blank = append(out, c), false
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case unicode.IsSpace(r) || r == utf8.RuneError && size == 1:
			if !blank {
				out, blank = append(out, ' '), true
			}
		case unicode.Is(unicode.Cf, r): // soft hyphens and zero width spaces hide nothing
		default:
			out, blank = utf8.AppendRune(out, unicode.ToLower(r)), false
		}
	}
	return folded{string(out), lines}
}

// view is one way to read the bytes of a file.
type view struct {
	form string
	text folded
}

// views lists the ways to read bytes: as they are, without tags, with escapes
// resolved one after the other and one within the other, and what base64 in them
// holds. What reads the same as before is left out.
func views(data []byte) []view {
	plain := string(data)
	out := []view{{"plain", foldLines(plain)}}
	seen := map[string]bool{plain: true}
	add := func(form, s string) {
		if !seen[s] {
			seen[s] = true
			out = append(out, view{form, foldLines(s)})
		}
	}
	text := plain
	// Three rounds resolve HTML in JSON in an attribute.
	for range 3 {
		before := text
		if strings.Contains(text, "&") {
			text = html.UnescapeString(text)
			add("entities", text)
		}
		if strings.ContainsAny(text, "%~") {
			text = unescapePercent(text)
			add("percent", text)
		}
		if strings.Contains(text, `\`) {
			text = unescapeBackslash(text)
			add("backslash", text)
		}
		if text == before {
			break
		}
	}
	for i, s := range []string{plain, text} {
		// Resolved text has other tags than the plain one only when some were escaped.
		if n := strings.Count(s, "<"); n > 0 && (i == 0 || n > strings.Count(plain, "<")) {
			add("without tags", html.UnescapeString(withoutTags(s)))
		}
		if i > 0 && s == plain {
			break
		}
		for _, decoded := range base64In(s) {
			add("base64", decoded)
			if strings.ContainsAny(decoded, "&%\\") {
				add("base64", unescapeBackslash(unescapePercent(html.UnescapeString(decoded))))
			}
		}
	}
	return out
}

// unescapePercent resolves %41, and ~41 as our addresses write it, and leaves
// what is no escape.
func unescapePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if (s[i] == '%' || s[i] == '~') && i+2 < len(s) {
			if v, ok := number(s[i+1 : i+3]); ok {
				b.WriteByte(byte(v))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescapeBackslash resolves the escapes of JSON and script (\u0041, \u{41},
// \x41, \n, \/) and of style (\41 and a blank).
func unescapeBackslash(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		r, size := backslash(s[i+1:])
		if utf16.IsSurrogate(r) && strings.HasPrefix(s[i+1+size:], `\u`) {
			low, more := backslash(s[i+2+size:])
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				r, size = pair, size+1+more
			}
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// backslash reads what follows a backslash: a character and its length.
func backslash(s string) (rune, int) {
	switch s[0] {
	case 'u':
		if end := strings.IndexByte(s, '}'); strings.HasPrefix(s, "u{") && end > 2 && end < 9 {
			if v, ok := number(s[2:end]); ok {
				return v, end + 1
			}
		}
		if len(s) >= 5 {
			if v, ok := number(s[1:5]); ok {
				return v, 5
			}
		}
	case 'x':
		if len(s) >= 3 {
			if v, ok := number(s[1:3]); ok {
				return v, 3
			}
		}
	case 'n', 'r', 't':
		return ' ', 1
	}
	n := 0
	for n < len(s) && n < 6 && isHex(s[n]) {
		n++
	}
	if v, ok := number(s[:n]); ok && n >= 2 {
		if n < len(s) && s[n] == ' ' {
			n++ // the blank that ends an escape of style
		}
		return v, n
	}
	r, size := utf8.DecodeRuneInString(s)
	return r, size
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// number reads hex digits.
func number(s string) (rune, bool) {
	v, err := strconv.ParseUint(s, 16, 31)
	return rune(v), err == nil
}

// withoutTags leaves the text that people read: a tag inside a word cuts no word
// in two, and others separate what is before them from what is after: the last
// words of a menu and the first of a heading make no title. Comments go; their
// text is in other views.
func withoutTags(s string) string {
	const breaks = " br br/ "
	const inline = " a abbr b bdi bdo code em i kbd mark q s small span strong sub sup time u var wbr "
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		b.WriteString(s[:open])
		s = s[open+1:]
		end, skip := strings.IndexByte(s, '>'), 1
		if strings.HasPrefix(s, "!--") {
			end, skip = strings.Index(s, "-->"), 3
		}
		if end < 0 {
			b.WriteByte('<')
			break
		}
		name := strings.TrimPrefix(s[:end], "/")
		if cut := strings.IndexAny(name, " \t\r\n/"); cut >= 0 {
			name = name[:cut]
		}
		switch name = " " + strings.ToLower(name) + " "; {
		case skip > 1 || strings.Contains(inline, name):
		case strings.Contains(breaks, name):
			b.WriteByte(' ')
		default:
			b.WriteString(" ¶ ") // neither blank nor letter
		}
		for range strings.Count(s[:end], "\n") {
			b.WriteByte('\n') // lines stay where they are
		}
		s = s[end+skip:]
	}
	b.WriteString(s)
	return b.String()
}

// Text is what people read of a fragment of HTML: without its tags, and with its
// entities resolved.
func Text(fragment string) string { return html.UnescapeString(withoutTags(fragment)) }

// base64In decodes what may be base64 of text. Runs that are long are tried from
// each of four places, since a path before them may look like a part of them.
func base64In(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && isBase64(s[i]) {
			i++
		}
		if i-start < 6 {
			i = max(i, start+1)
			continue
		}
		starts := 1
		if i-start >= 24 {
			starts = 4
		}
		for k := range starts {
			part := s[start+k : i]
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			if !textual(part) {
				continue
			}
			if strings.ContainsAny(part, "-_") {
				part = strings.NewReplacer("-", "+", "_", "/").Replace(part)
			}
			if b, err := base64.RawStdEncoding.DecodeString(part); err == nil && printable(b) {
				out = append(out, string(b))
			}
		}
	}
	return out
}

// textual reports whether the first two bytes of base64 may begin a text: most
// words and addresses are told by them, and need no decoding.
func textual(s string) bool {
	one, two, three := sextet(s[0]), sextet(s[1]), sextet(s[2])
	first, second := one<<2|two>>4, two<<4|three>>2
	switch {
	case first < utf8.RuneSelf:
		return shown(first) && (second >= 0xc2 || shown(second))
	default:
		return first >= 0xc2 && first <= 0xf4 && second >= 0x80 && second < 0xc0
	}
}

// shown reports whether a byte is white space or printable in ASCII.
func shown(b byte) bool {
	return b >= ' ' && b < 0x7f || b == '\n' || b == '\r' || b == '\t' || b == '\f' || b == '\v'
}

// sextet is the value of a digit of base64, of either alphabet.
func sextet(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 26
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	case c >= '0' && c <= '9':
		return c - '0' + 52
	case c == '+' || c == '-':
		return 62
	default:
		return 63
	}
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

// printable reports whether bytes look like text: decoded words are noise.
func printable(b []byte) bool {
	if len(b) < shortest || !utf8.Valid(b) {
		return false
	}
	return bytes.IndexFunc(b, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) < 0
}
