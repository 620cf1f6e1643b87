package audience

import (
	"html"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text in small letters with single blanks, that still knows its
// lines.
type folded struct {
	text  string
	lines []int32 // places of the text at which a line of the source ended
	// whole says that it is one text, in which no mark parts what stands before it
	// from what follows: not a page, nor data with many texts in it.
	whole bool
}

// line is the line of the source, counted from 1, that a place stands on.
func (f folded) line(at int) int {
	return 1 + sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > at })
}

func fold(s string) string { return foldLines(s).text }

// foldLines folds a text. Bytes that are not UTF-8 separate. Letters that look
// alike by definition, composed or not, wide or joined, are one (NFKC), and what
// nobody sees is not there.
func foldLines(s string) folded {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
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
		case invisible(r): // soft hyphens and zero width spaces hide nothing
		default:
			out, blank = utf8.AppendRune(out, unicode.ToLower(r)), false
		}
	}
	return folded{text: string(out), lines: lines}
}

// invisible reports whether a character takes no room and has no shape.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// view is one way to read the bytes of a file.
type view struct {
	form  string
	text  folded
	lined bool // its lines are those of the file
}

// views lists the ways to read bytes: as they are, without tags, with escapes
// resolved one after the other and one within the other; and the same of what
// they hold as base64, as hex digits, compressed, or two bytes to a character.
// What reads the same as before is left out. It reports false when something in
// them is compressed in a way that cannot be read.
func views(data []byte) ([]view, bool) {
	r := reader{seen: map[string]bool{}, readable: true}
	r.read(string(data), "", 0)
	return r.out, r.readable
}

// reader gathers the views of a file.
type reader struct {
	out      []view
	seen     map[string]bool
	readable bool
}

// deepest is how many encodings may be one in the other, escapes apart.
const deepest = 3

// read takes a text that was found in a form, "" for the file itself.
func (r *reader) read(s, form string, depth int) {
	plain := unfolded(s)
	add := func(own, s string) {
		if r.seen[s] {
			return
		}
		r.seen[s] = true
		if form != "" {
			own = form
		}
		r.out = append(r.out, view{own, foldLines(s), form == ""})
	}
	add("plain", plain)
	text := resolved(plain, add)
	for i, s := range []string{plain, text} {
		// Resolved text has other tags than the plain one only when some were escaped.
		if n := strings.Count(s, "<"); n > 0 && (i == 0 || n > strings.Count(plain, "<")) {
			add("without tags", html.UnescapeString(withoutTags(s)))
		}
		if i > 0 && s == plain || depth == deepest {
			break
		}
		hidden(s, func(inner, decoded string) {
			if !r.seen[decoded] {
				r.read(decoded, orElse(form, inner), depth+1)
			}
		})
	}
	if depth < deepest {
		ok := opened(s, func(inner, decoded string) { r.read(decoded, orElse(form, inner), depth+1) })
		r.readable = r.readable && ok
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// resolved resolves the escapes of a text, and tells of each step. Three rounds
// resolve HTML in JSON in an attribute.
func resolved(text string, add func(form, s string)) string {
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
	return text
}

// unfolded joins the lines of a calendar, which are folded after 75 bytes and thus
// anywhere in a word: who reads it has whole ones.
func unfolded(s string) string {
	if !strings.HasPrefix(s, "BEGIN:VCALENDAR") {
		return s
	}
	return strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(s)
}

// unescapePercent resolves %41 and %u0041, and ~41 as our addresses write it, and
// leaves what is no escape.
func unescapePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+5 < len(s) && s[i+1] == 'u' { // as scripts wrote it once
			if v, ok := number(s[i+2 : i+6]); ok {
				b.WriteRune(v)
				i += 5
				continue
			}
		}
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
	const inline = " a abbr b bdi bdo code em i kbd mark q s small span strong sub sup time u var wbr " +
		"big cite data del dfn font ins label output textpath tspan tt "
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
