package gitrepo

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// clean makes text valid UTF-8 without NUL, which git itself cannot show.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// decoderFor gives the decoder for the encoding that a commit names; nil for
// UTF-8 and for names that nobody knows, whose text is cleaned instead. Names
// are those of the web first: there iso-8859-1 is windows-1252, which is what
// the people who wrote it meant.
func decoderFor(name string) *encoding.Decoder {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return nil
	}
	// Encodings that the web knows as something else entirely ("replacement")
	// or that escape to other alphabets are left alone.
	if e, err := htmlindex.Get(name); err == nil {
		if canonical, _ := htmlindex.Name(e); canonical == "replacement" || canonical == "x-user-defined" {
			return nil
		}
		return e.NewDecoder()
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e.NewDecoder()
	}
	return nil
}

// decode converts text with d, which may be nil.
func decode(d *encoding.Decoder, s string) string {
	if d == nil || isASCII(s) {
		return clean(s)
	}
	out, err := d.String(s)
	if err != nil {
		return clean(s)
	}
	return clean(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == 0 {
			return false
		}
	}
	return true
}
