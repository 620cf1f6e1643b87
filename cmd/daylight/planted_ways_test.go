package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// way is a way in which a file may write a text.
type way struct {
	name string
	of   func(string) []byte // nil where the text is the file's name
}

// ways lists those that the audit has to read, by hand and each by a library or a
// loop that is not the audit's own.
func ways() []way {
	var out []way
	add := func(name string, of func(s string) string) {
		out = append(out, way{name, func(s string) []byte { return []byte(of(s)) }})
	}
	each := func(format string) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for _, r := range s {
				fmt.Fprintf(&b, format, r)
			}
			return b.String()
		}
	}
	encoded := func(e *base64.Encoding, before string) func(string) string {
		return func(s string) string { return "data:text/plain;base64," + e.EncodeToString([]byte(before+s)) }
	}
	add("plain", func(s string) string { return "x " + s + " y" })
	add("comment", func(s string) string { return "<p>x</p><!-- " + s + "-->" })
	add("attribute", func(s string) string { return `<p data-x="` + html.EscapeString(s) + `">x</p>` })
	add("tags", func(s string) string { return "<p>" + s[:2] + "<b>" + html.EscapeString(s[2:]) + "</b></p>" })
	add("SVG", func(s string) string {
		return "<svg><text><tspan>" + html.EscapeString(s[:3]) + "</tspan><tspan dx='1'>" + html.EscapeString(s[3:]) + "</tspan></text></svg>"
	})
	add("entities", each("&#x%x;"))
	add("decimal entities", each("&#%d;"))
	add("bare entities", each("&#%d "))
	out[len(out)-1].of = func(s string) []byte { // without a semicolon, which a digit must not follow
		return []byte(strings.ReplaceAll(each("&#%d")(s), "&#32", " "))
	}
	add("percent", func(s string) string { return "?q=" + url.QueryEscape(strings.ReplaceAll(s, " ", "\u00a0")) })
	add("percent twice", func(s string) string { return "?q=" + url.PathEscape(url.PathEscape(s)) })
	add("JSON", func(s string) string { return `{"a":"` + each(`\u%04x`)(s) + `"}` })
	add("JSON in JSON", func(s string) string { return `{"a":"` + strings.ReplaceAll(each(`\u%04x`)(s), `\`, `\\`) + `"}` })
	add("script", func(s string) string { return `x="` + each(`\x%02x`)(s) + `"` })
	add("style", func(s string) string { return `p::after{content:"` + each(`\%06x`)(s) + `"}` })
	add("base64", encoded(base64.StdEncoding, "is "))
	add("base64 + 1", encoded(base64.StdEncoding, "was "))
	add("base64 + 2", encoded(base64.RawStdEncoding, "being "))
	add("base64 of URLs", encoded(base64.RawURLEncoding, "ÿþ "))
	add("base64 in lines", func(s string) string {
		return inLines(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("is ", 40) + s)))
	})
	add("base64 of bytes", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("\x00\x01\xff\xd8" + "said: " + s + "\x00\xff\x02"))
	})
	add("base64 of gzip", func(s string) string { return base64.StdEncoding.EncodeToString(gzipped("x " + s)) })
	add("hex", func(s string) string { return "0x" + hex.EncodeToString([]byte(s)) })
	add("UTF-16", func(s string) string { return wide(s, binary.LittleEndian) })
	add("UTF-16 BE", func(s string) string { return wide(s, binary.BigEndian) })
	add("soft hyphens", func(s string) string { return s[:2] + "\u00ad" + s[2:3] + "&shy;" + s[3:] })
	add("zero width", func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") })
	add("wide letters", widened)
	add("capitals", strings.ToUpper)
	add("PNG text", func(s string) string { return picture("tEXt", "Title\x00"+s) })
	add("PNG packed text", func(s string) string { return picture("zTXt", "Title\x00\x00"+zlibbed(s)) })
	add("gzip", func(s string) string { return string(gzipped(s)) })
	add("zip", zipped)
	add("calendar", func(s string) string { return "BEGIN:VCALENDAR\r\nSUMMARY:" + s[:3] + "\r\n " + s[3:] + "\r\n" })
	return append(out, way{name: "file name"})
}

func inLines(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

func wide(s string, order binary.AppendByteOrder) string {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// widened writes ASCII with the letters that take the width of a Chinese one.
func widened(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	written(io.WriteString(w, s))
	written(0, w.Close())
	return b.Bytes()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	written(io.WriteString(w, s))
	written(0, w.Close())
	return b.String()
}

func zipped(s string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("a.txt")
	written(0, err)
	written(io.WriteString(f, s))
	written(0, w.Close())
	return b.String()
}

// picture is a PNG with one chunk; it has no pixels.
func picture(kind, body string) string {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(chunk, kind+body...)
	return "\x89PNG\r\n\x1a\n" + string(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(kind+body))))
}

// written stops at an error of writing into memory, which there is none of.
func written(_ int, err error) {
	if err != nil {
		panic(err)
	}
}

// logTable prints which way of writing was found for which place: a line for each
// place, a letter for each way.
func logTable(t *testing.T, s map[string]secret, byHand map[string][]string) {
	t.Helper()
	head := strings.Repeat(" ", 28) + " "
	for i, w := range ways() {
		letter := string(rune('A' + i%26))
		if i >= 26 {
			letter = strings.ToLower(letter)
		}
		t.Logf("%s = %s", letter, w.name)
		head += letter
	}
	t.Log(head)
	found, all := 0, 0
	for _, place := range sortedPlaces(s) {
		row := fmt.Sprintf("%-28s ", place)
		for _, w := range ways() {
			all++
			if slices.Contains(byHand[place], w.name) {
				found++
				row += "+"
			} else {
				row += "-"
			}
		}
		t.Log(row)
	}
	t.Logf("%d of %d found", found, all)
}
