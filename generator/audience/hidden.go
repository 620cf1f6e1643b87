package audience

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// hidden finds texts that are written with other bytes than their own: base64 of
// both alphabets, hex digits, and two bytes to a character.
func hidden(s string, found func(form, text string)) {
	base64In(s, func(text string) { found("base64", text) })
	hexIn(s, func(text string) { found("hex", text) })
	wideIn(s, func(text string) { found("UTF-16", text) })
}

const (
	shortBase64 = 6  // digits, from which on a whole text is looked for
	longBase64  = 24 // digits, from which on any part of it may be a text
	shortHex    = 8  // digits
	// segment is the number of bytes in a row that have to be a text within bytes
	// that are none: four letters come about by accident, in a site of a million
	// addresses.
	segment = 10
)

// base64In decodes what may be base64 of text. Runs that are long are tried from
// each of four places, since a path before them may look like a part of them; of
// these the parts that are text count, since pictures and the like hold some.
func base64In(s string, found func(text string)) {
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && isBase64(s[i]) {
			i++
		}
		if i-start < shortBase64 {
			i = max(i, start+1)
			continue
		}
		digits, end := s[start:i], i
		if len(digits) >= longBase64 {
			digits, end = broken(s, start, i)
		}
		i = end
		decodeBase64(digits, found)
	}
}

// broken joins base64 that is broken into lines of one length, as in mails.
func broken(s string, start, end int) (digits string, after int) {
	digits, after = s[start:end], end
	for {
		next := after
		for next < len(s) && next < after+2 && (s[next] == '\r' || s[next] == '\n') {
			next++
		}
		stop := next
		for stop < len(s) && isBase64(s[stop]) {
			stop++
		}
		if next == after || stop == next || stop-next > end-start {
			return digits, after
		}
		digits += s[next:stop]
		last := stop-next < end-start
		if after = stop; last {
			return digits, after
		}
	}
}

func decodeBase64(digits string, found func(text string)) {
	starts := 1
	if len(digits) >= longBase64 {
		starts = 4
	}
	if strings.ContainsAny(digits, "-_") {
		digits = strings.NewReplacer("-", "+", "_", "/").Replace(digits)
	}
	for k := range starts {
		part := digits[k:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		if starts == 1 && !textual(part) {
			continue
		}
		b, err := base64.RawStdEncoding.DecodeString(part)
		switch {
		case err != nil:
		case printable(b):
			found(string(b))
		case starts > 1 && k == 0 && compressed(b):
			found(string(b))
		case starts > 1:
			if text := segments(b); text != "" {
				found(text)
			}
		}
	}
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

// segments gives the parts of some bytes that are text, each on a line.
func segments(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		n := 0
		for n < len(b) {
			r, size := utf8.DecodeRune(b[n:])
			if r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
				break
			}
			n += size
		}
		if n >= segment {
			out.Write(b[:n])
			out.WriteByte('\n')
		}
		b = b[min(n+1, len(b)):]
	}
	return out.String()
}

// hexIn decodes what may be hex digits of a text.
func hexIn(s string, found func(text string)) {
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && isHex(s[i]) {
			i++
		}
		if i-start < shortHex {
			i = max(i, start+1)
			continue
		}
		for k := range 2 { // an "a" or "f" in front may be no part of it
			part := s[start+k : i]
			part = part[:len(part)&^1]
			if part[0] > '7' && part[0] < 'c' { // no text begins so
				continue
			}
			if b, err := hex.DecodeString(part); err == nil && printable(b) {
				found(string(b))
			}
		}
	}
}

// wideIn decodes text of two bytes to a character: a whole file that begins with
// the mark of it, and within other bytes each row of characters of which one byte
// is zero, as those of Latin letters are.
func wideIn(s string, found func(text string)) {
	if len(s) > 1 && (s[:2] == "\xff\xfe" || s[:2] == "\xfe\xff") {
		low := int(s[0] & 1) // ff fe puts the lower byte first
		units := make([]uint16, 0, len(s)/2)
		for i := 0; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i+1-low])|uint16(s[i+low])<<8)
		}
		found(string(utf16.Decode(units)))
		return
	}
	for _, order := range []int{0, 1} { // where in a pair the zero is
		var row []byte
		for i := strings.IndexByte(s, 0); i >= 0 && i < len(s); {
			at := i + 1 - 2*order // of the other byte of the pair
			if s[i] == 0 && at >= 0 && at < len(s) && s[at] >= ' ' {
				row = utf8.AppendRune(row, rune(s[at]))
				i += 2
				continue
			}
			if len(row) >= shortest {
				found(string(row))
			}
			row = row[:0]
			next := strings.IndexByte(s[i+1:], 0)
			if next < 0 {
				break
			}
			i += 1 + next
		}
		if len(row) >= shortest {
			found(string(row))
		}
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
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}
