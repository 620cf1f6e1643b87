package coderefs

import (
	"path"
	"slices"
	"strings"
)

// Spelling is a text that stands for a flag.
type Spelling struct {
	Text  string // required
	Key   string // of the flag
	Alias bool   // it is not the key itself
}

// Finder finds many spellings in one pass. It may be used by several goroutines.
type Finder struct {
	spellings []Spelling
	config    Config
	starts    [1 << 16]bool     // by the first two letters
	short     map[byte][]int    // spellings of one letter
	by        map[[2]byte][]int // by the first two letters, in the order given
}

// NewFinder makes a finder of these spellings. Empty ones are left out.
func NewFinder(spellings []Spelling, c Config) *Finder {
	f := &Finder{spellings: spellings, config: c, short: map[byte][]int{}, by: map[[2]byte][]int{}}
	for i, s := range spellings {
		switch len(s.Text) {
		case 0:
		case 1:
			f.short[s.Text[0]] = append(f.short[s.Text[0]], i)
		default:
			start := [2]byte{s.Text[0], s.Text[1]}
			f.starts[int(start[0])<<8|int(start[1])] = true
			f.by[start] = append(f.by[start], i)
		}
	}
	return f
}

// Find calls yield for each occurrence, with the number of the spelling and its
// place in the text, from the beginning on, until yield gives false.
func (f *Finder) Find(text []byte, yield func(spelling, at int) bool) {
	for at := range text {
		if len(f.short) > 0 {
			for _, i := range f.short[text[at]] {
				if f.counts(text, i, at) && !yield(i, at) {
					return
				}
			}
		}
		if at+1 == len(text) || !f.starts[int(text[at])<<8|int(text[at+1])] {
			continue
		}
		for _, i := range f.by[[2]byte{text[at], text[at+1]}] {
			if s := f.spellings[i].Text; len(text)-at >= len(s) && string(text[at:at+len(s)]) == s && f.counts(text, i, at) && !yield(i, at) {
				return
			}
		}
	}
}

// counts reports whether what stands around an occurrence makes it a flag.
func (f *Finder) counts(text []byte, spelling, at int) bool {
	s := f.spellings[spelling]
	var before, after byte
	if at > 0 {
		before = text[at-1]
	}
	end := at + len(s.Text)
	if end < len(text) {
		after = text[end]
	}
	if f.config.Delimited {
		return s.Alias || f.config.Delimiters == "" ||
			before != 0 && after != 0 && strings.IndexByte(f.config.Delimiters, before) >= 0 && strings.IndexByte(f.config.Delimiters, after) >= 0
	}
	if before == after && before != 0 && strings.IndexByte(usualDelimiters, before) >= 0 {
		return true
	}
	const shortest = 4
	return len(s.Text) >= shortest && !plainWord(s.Text) && !ofName(before) && !ofName(after) &&
		(after != '.' || end+1 == len(text) || !ofName(text[end+1])) && (before != '.' || at < 2 || !ofName(text[at-2]) || s.Alias)
}

// ofName reports whether a letter continues a name. A dot does where a letter
// follows it, which the caller looks at: it also ends sentences.
func ofName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c >= 0x80
}

// plainWord reports whether a text could be a word of any language: letters
// only, and no capital inside.
func plainWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' && i == 0 || c >= 0x80) {
			return false
		}
	}
	return true
}

// Skip reports whether a file holds no code that could ask for a flag: hidden
// ones apart from .github, what others wrote, prose, lists of versions.
func Skip(file string) bool {
	parts := strings.Split(file, "/")
	for _, p := range parts {
		if strings.HasPrefix(p, ".") && p != ".github" {
			return true
		}
	}
	if slices.ContainsFunc(parts[:len(parts)-1], func(p string) bool {
		return p == "node_modules" || p == "vendor" || p == "third_party" || p == "dist"
	}) {
		return true
	}
	base := strings.ToLower(parts[len(parts)-1])
	switch path.Ext(base) {
	case ".md", ".markdown", ".rst", ".adoc", ".txt", ".log", ".lock", ".map", ".svg", ".csv", ".png", ".jpg", ".jpeg", ".gif", ".webp",
		".ico", ".pdf", ".zip", ".gz", ".jar", ".woff", ".woff2", ".ttf", ".mp4", ".snap":
		return true
	}
	return base == "package-lock.json" || base == "go.sum" || strings.HasSuffix(base, ".min.js") || strings.HasSuffix(base, ".min.css")
}
