package audience

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"
	"path"
	"strings"
)

// mostOpened bounds what is read out of one compressed file: a few bytes may
// stand for very many.
const mostOpened = 64 << 20

const (
	magicPNG  = "\x89PNG\r\n\x1a\n"
	magicGzip = "\x1f\x8b\x08"
	magicZip  = "PK\x03\x04"
)

// compressed reports whether bytes begin as one of the formats that opened reads.
func compressed(b []byte) bool {
	s := string(b[:min(len(b), 8)])
	return strings.HasPrefix(s, magicPNG) || strings.HasPrefix(s, magicGzip) || strings.HasPrefix(s, magicZip) || zlibHead(s)
}

// zlibHead reports whether bytes begin as a stream of zlib of the usual window.
func zlibHead(s string) bool {
	return len(s) > 2 && s[0] == 0x78 && (uint(s[0])<<8|uint(s[1]))%31 == 0
}

// opened reads what is compressed in a file: a gzip, zlib or bzip2 stream, the
// members of a zip archive with their names, the texts of a PNG picture. It
// reports false when there is more than it can read, or when the format is one
// of those that hide their text from it: PDF, fonts for the web, other archives.
// The pixels of pictures are no text.
func opened(s string, found func(form, text string)) bool {
	const form = "compressed"
	inflate := func(r io.Reader, err error) bool {
		if err != nil {
			return false
		}
		data, err := io.ReadAll(io.LimitReader(r, mostOpened+1))
		found(form, string(data[:min(len(data), mostOpened)])) // also what precedes a fault
		return err == nil && len(data) <= mostOpened
	}
	switch {
	case strings.HasPrefix(s, magicGzip):
		r, err := gzip.NewReader(strings.NewReader(s))
		return inflate(r, err)
	case zlibHead(s):
		r, err := zlib.NewReader(strings.NewReader(s))
		return inflate(r, err) || !strings.ContainsRune(s, 0) // a text may begin with an x, too
	case strings.HasPrefix(s, "BZh") && strings.Contains(s[:min(len(s), 10)], "1AY&SY"):
		return inflate(bzip2.NewReader(strings.NewReader(s)), nil)
	case strings.HasPrefix(s, magicZip):
		return openZip(s, found)
	case strings.HasPrefix(s, magicPNG):
		return openPNG(s, found)
	}
	for _, magic := range []string{"%PDF-", "wOFF", "wOF2", "\x28\xb5\x2f\xfd", "\xfd7zXZ", "7z\xbc\xaf", "Rar!\x1a\x07"} {
		if strings.HasPrefix(s, magic) {
			return false
		}
	}
	return true
}

// openZip reads the members of an archive, and their names.
func openZip(s string, found func(form, text string)) bool {
	archive, err := zip.NewReader(strings.NewReader(s), int64(len(s)))
	if err != nil {
		return false
	}
	whole, left := true, int64(mostOpened)
	for _, f := range archive.File {
		found("compressed", f.Name+"\n"+f.Comment)
		r, err := f.Open()
		if err != nil {
			whole = false
			continue
		}
		data, err := io.ReadAll(io.LimitReader(r, left+1))
		_ = r.Close() // it was only read
		whole = whole && err == nil && int64(len(data)) <= left
		left = max(0, left-int64(len(data)))
		found("compressed", string(data))
	}
	return whole
}

// openPNG reads the texts of a picture, also those that are compressed.
func openPNG(s string, found func(form, text string)) bool {
	whole := true
	for at := len(magicPNG); at+8 <= len(s); {
		size := int(binary.BigEndian.Uint32([]byte(s[at : at+4])))
		kind := s[at+4 : at+8]
		if size < 0 || size > len(s)-at-8 {
			return false
		}
		body := s[at+8 : at+8+size]
		switch kind {
		case "tEXt", "iTXt", "eXIf": // what follows in the file is a checksum, which may begin with a letter
			found("picture", body)
		}
		switch kind {
		case "zTXt", "iTXt", "iCCP":
			whole = openText(body, found) && whole
		}
		at += 8 + size + 4 // and a checksum
	}
	return whole
}

// openText inflates what follows the keyword of a chunk of text.
func openText(body string, found func(form, text string)) bool {
	for from := 0; ; {
		i := strings.IndexByte(body[from:], 0x78)
		if i < 0 {
			return true // it is not compressed
		}
		from += i
		if zlibHead(body[from:]) {
			if r, err := zlib.NewReader(bytes.NewReader([]byte(body[from:]))); err == nil {
				data, err := io.ReadAll(io.LimitReader(r, mostOpened+1))
				if err == nil && len(data) <= mostOpened {
					found("compressed", string(data))
					return true
				}
			}
		}
		from++
	}
}

// opaque reports whether the name of a file says that it is compressed in a way
// that has no mark of its own.
func opaque(name string) bool { return path.Ext(name) == ".br" }
