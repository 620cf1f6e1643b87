package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// longestSegment keeps a file's name below what file systems allow (255 bytes).
const longestSegment = 150

// Segment turns any name into one segment of an address. It keeps a-z, 0-9,
// dot, underscore and hyphen and writes each other byte as "~" and two hex
// digits, capitals too: distinct names stay distinct also where a file system
// ignores case. A name that would mean something else as a file is escaped in
// its first byte: "", ".", ".." and "index.html". A name that is too long for a
// file keeps its beginning, followed by "~~" and a digest of the whole.
func Segment(name string) string {
	switch name {
	case "":
		return "~"
	case ".", "..", "index.html":
		return escapeByte(name[0]) + name[1:]
	}
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(escapeByte(c))
		}
	}
	s := b.String()
	if len(s) <= longestSegment {
		return s
	}
	sum := sha256.Sum256([]byte(name))
	// "~~" can't come from an escape, so that no short name ends up here. The
	// cut may fall inside an escape; the digest tells such names apart.
	return s[:longestSegment-34] + "~~" + hex.EncodeToString(sum[:16])
}

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-'
}

func escapeByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{'~', digits[c>>4], digits[c&15]})
}

// File gives the path of the file that a page at this address is written to,
// without a leading slash: "/changes/" is "changes/index.html".
func File(address string) string {
	p := strings.TrimPrefix(address, "/")
	if p == "" || strings.HasSuffix(p, "/") {
		return p + "index.html"
	}
	return p
}

// rootOf gives the relative way from a page to the site's first page: "" at the
// root, "../" one level down.
func rootOf(address string) string {
	return strings.Repeat("../", strings.Count(strings.TrimPrefix(address, "/"), "/"))
}

// place is where a page stands; all of its links start there.
type place struct {
	path string // the page's own address
	root string // how to reach the first page from it
}

func at(path string) place { return place{path, rootOf(path)} }

// to gives the link to an address of this site.
func (p place) to(address string) string {
	if address == "" {
		return ""
	}
	if p.root == "" && address == "/" {
		return "./" // an empty link would mean this page, also where it is a copy
	}
	return p.root + address[1:]
}

// taken hands out addresses that are unique in the site.
type taken map[string]bool

// claim gives prefix + Segment(name) + "/" of the first name that is still free.
// The names go from the short one that people like to read to one that is
// unique; when all are taken the last one is counted up, so that a site is
// still built from odd data.
func (t taken) claim(prefix string, names ...string) string {
	for _, n := range names {
		if p := prefix + Segment(n) + "/"; !t[p] {
			t[p] = true
			return p
		}
	}
	last := names[len(names)-1]
	for {
		last += "+"
		if p := prefix + Segment(last) + "/"; !t[p] {
			t[p] = true
			return p
		}
	}
}
