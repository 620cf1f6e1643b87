package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Bounds on looking for keys in what changes add. What is beyond them is an
// import or a generated file, and ties nothing to a flag.
const (
	maxOccurrenceFiles = 300 // of one commit
	maxOccurrenceLine  = 10_000
	minBareKey         = 4 // letters of a key that counts without quotes around it
)

// keyFinder finds the keys of flags in lines of code.
//
// A key between quotes of one kind counts always. Without them it counts when it
// is no plain word, has at least minBareKey letters, and is not part of a longer
// name: "basket-v2" in flag:basket-v2; but neither "basket" nor "basket-v2-old".
type keyFinder struct {
	bare   map[[minBareKey]byte][]string // by the first letters; longest first
	quoted map[string]bool
}

func newKeyFinder(keys []ledger.FlagKey) *keyFinder {
	f := &keyFinder{bare: map[[minBareKey]byte][]string{}, quoted: map[string]bool{}}
	for _, k := range keys {
		key := string(k)
		f.quoted[key] = true
		if len(key) >= minBareKey && !isPlainWord(key) {
			start := [minBareKey]byte([]byte(key[:minBareKey]))
			f.bare[start] = append(f.bare[start], key)
		}
	}
	for _, list := range f.bare {
		slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	}
	return f
}

// isPlainWord reports whether a key could be a word of any language: letters
// only, and no capital inside.
func isPlainWord(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' && i == 0 || c >= 0x80) {
			return false
		}
	}
	return true
}

// find gives the keys in a line, each once, in the order in which they occur.
func (f *keyFinder) find(line string) []string {
	if len(line) > maxOccurrenceLine {
		return nil
	}
	var out []string
	add := func(key string) {
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"' || c == '\'' || c == '`':
			if end := strings.IndexByte(line[i+1:], c); end > 0 && f.quoted[line[i+1:i+1+end]] {
				add(line[i+1 : i+1+end])
			}
		case i+minBareKey <= len(line) && (i == 0 || !isNameByte(line[i-1])):
			for _, key := range f.bare[[minBareKey]byte([]byte(line[i:i+minBareKey]))] {
				if strings.HasPrefix(line[i:], key) && endsThere(line[i+len(key):]) {
					add(key)
					break
				}
			}
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// endsThere reports whether a name is over: a dot that nothing follows ends a
// sentence and no name.
func endsThere(rest string) bool {
	return rest == "" || !isNameByte(rest[0]) || rest[0] == '.' && (len(rest) == 1 || !isNameByte(rest[1]))
}

// occurrence is a key in a line that a commit adds.
type occurrence struct {
	key  string
	file string
	line int
}

// occurrences ties changes to the flags whose keys stand in the lines that they
// add, apart from the lines of manifests. Commits are read on every core; each
// has its own place for what is found.
func (l *linker) occurrences(ctx context.Context) error {
	var keys []ledger.FlagKey
	for _, life := range l.book.lives {
		keys = append(append(keys, life.key), life.aliases...)
	}
	for _, k := range l.book.known {
		keys = append(keys, k.Key)
	}
	if len(keys) == 0 {
		return nil
	}
	finder := newKeyFinder(keys)
	var wanted []int32
	for i := range l.r.line.commits {
		if n := len(l.r.changes[i]); l.r.keep[i] && n > 0 && n <= maxOccurrenceFiles {
			wanted = append(wanted, int32(i))
		}
	}
	found := make([][]occurrence, len(wanted))
	if err := onEveryCore(ctx, len(wanted), func(n int) { found[n] = l.inCommit(finder, wanted[n]) }); err != nil {
		return fmt.Errorf("look for flags in the changes of %s: %w", l.r.in.Name, err)
	}
	for n, i := range wanted {
		for _, o := range found[n] {
			l.add(i, ledger.FlagLink{Key: ledger.FlagKey(o.key), By: ledger.LinkOccurrence, Role: ledger.RoleBehind, Origins: []ledger.Origin{{
				Repository: l.r.in.Name, Commit: ledger.Hash(l.r.line.commits[i].Hash), File: o.file, Line: o.line}}})
		}
	}
	return nil
}

// inCommit finds the first occurrence of each key in what a commit adds.
func (l *linker) inCommit(finder *keyFinder, i int32) []occurrence {
	var out []occurrence
	for _, c := range l.r.changes[i] {
		if c.New.IsZero() || c.New == c.Old || l.book.isManifest(l.r, c.Path) {
			continue
		}
		after, err := l.r.in.Repo.Blob(c.New, maxDiffBytes)
		if err != nil || !isText(after) || !finder.occurs(splitLines(after)) {
			continue // what cannot be read shows nothing
		}
		var before []byte
		if !c.Old.IsZero() {
			if before, err = l.r.in.Repo.Blob(c.Old, maxDiffBytes); err != nil || !isText(before) {
				before = nil
			}
		}
		d := diffText(before, after)
		for n, text := range d.young {
			if !d.added[n] {
				continue
			}
			for _, key := range finder.find(text) {
				if !slices.ContainsFunc(out, func(o occurrence) bool { return o.key == key }) {
					out = append(out, occurrence{key, c.Path, n + 1})
				}
			}
		}
	}
	return out
}

// occurs looks at a whole file before it is compared with what it was.
func (f *keyFinder) occurs(lines []string) bool {
	return slices.ContainsFunc(lines, func(text string) bool { return len(f.find(text)) > 0 })
}

// isManifest reports whether a file is one of those that the flags are read
// from.
func (b *flagBook) isManifest(r *reading, path string) bool {
	return slices.ContainsFunc(b.timelines, func(t *timeline) bool { return t.m.r == r && t.paths[path] })
}
