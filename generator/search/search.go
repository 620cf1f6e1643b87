// Package search writes the index that a site is searched with: plain JSON
// files that a small script in the browser reads, a few at a time. There is no
// server. The nouns are the entry ([pages.Entry], a thing that can be found),
// the term (a word of it), and the shard (a file of terms).
//
// # Files
//
// All lie below search/, and a search reads few of them:
//
//	index.json    how many entries there are, how many of them, the first ones,
//	              are found without asking for a version, the first term of
//	              each shard, the names of kinds and states, and the filters
//	              with their counts
//	t<n>.json     a shard: sorted terms, and for each the entries that have it
//	e<n>.json     what is shown of [perFile] entries: kind, title, address,
//	              detail, state
//
// Terms are sorted by their bytes in UTF-8, so that those of one beginning
// stand together: a search as somebody types reads the one or two shards in
// which the beginning lies. No shard is larger than [LargestShard].
//
// An entry is a number: its place in the order in which the caller gave it, so
// what should come first among equals is given first. A list of entries is
// written as the distances between them, in [digits].
//
// # Words
//
// [Words] says what the terms of a text are. The script cuts what people type
// in the same way; the two are held together by a test that runs both.
//
// # What it does not do
//
// It withholds nothing. The entries of a public site are made from what that
// audience may see, and the audit reads these files like any other.
package search

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/pages"
	"daylight/generator/publish"
)

const (
	// LargestShard is the most bytes that a file of the index has.
	LargestShard = 256 << 10
	// usualShard is where a shard ends, unless one term alone is longer.
	usualShard = 48 << 10
	// perFile is how many entries one file describes: enough for a screen of
	// results, few enough to be read at once.
	perFile = 200
	// mostListed is how many entries one term leads to, the first ones. Beyond
	// it nobody looks; more would not fit into a shard.
	mostListed = 120_000
)

// schema tells a script whether it can read an index.
const schema = 1

// Files gives the index of the entries, in the order of their paths. With parts,
// names such as "liveChat" are found by "chat" too. A public site has none of
// these parts: "chris" of "ChrisBerg" could be the name of somebody who is
// withheld, and the audit could not tell.
func Files(entries iter.Seq[pages.Entry], parts bool) ([]publish.File, error) {
	x := index{parts: parts, terms: map[string]*listed{}, filters: map[pages.Filter]int{}}
	for e := range entries {
		if err := x.add(e); err != nil {
			return nil, err
		}
	}
	if err := x.flush(); err != nil {
		return nil, err
	}
	if err := x.shards(); err != nil {
		return nil, err
	}
	if err := x.manifest(); err != nil {
		return nil, err
	}
	slices.SortFunc(x.files, func(a, b publish.File) int { return strings.Compare(a.Path, b.Path) })
	return x.files, nil
}

// listed are the entries that have a term: in what they are called, or in the
// rest of their text.
type listed struct{ named, told []int32 }

func (l *listed) len() int { return len(l.named) + len(l.told) }

// index is what is being written.
type index struct {
	parts   bool // of names, too
	files   []publish.File
	count   int // of entries
	usual   int // of these, those that are found without asking for a version
	terms   map[string]*listed
	filters map[pages.Filter]int // how many entries each lets through
	names   []pages.Filter       // in the order in which they were met
	kinds   []string             // each once
	states  [][2]string          // class and word, each once
	first   []string             // the first term of each shard
	shown   [][]any              // entries that are not in a file yet
	written int                  // files of entries
}

func (x *index) add(e pages.Entry) error {
	n := int32(x.count)
	x.count++
	if !e.ByVersion {
		if x.usual != int(n) {
			return fmt.Errorf("write search index: %s stands behind entries of other versions", e.Path)
		}
		x.usual = x.count
	}
	for _, text := range append([]string{e.Title}, e.Names...) {
		for w := range words(text, x.parts) {
			x.list(w, n, true)
		}
	}
	for w := range words(e.Text, x.parts) {
		x.list(w, n, false)
	}
	for _, f := range e.Filters {
		if !e.ByVersion || f.Name == versionFilter { // the counts of the usual search
			if x.filters[f] == 0 {
				x.names = append(x.names, f)
			}
			x.filters[f]++
		}
		x.list(filterTerm(f), n, true)
	}
	x.shown = append(x.shown, []any{number(&x.kinds, e.Kind), e.Title, strings.TrimPrefix(e.Path, "/"), e.Detail,
		number(&x.states, [2]string{e.State.Class, e.State.Word})})
	if len(x.shown) == perFile {
		return x.flush()
	}
	return nil
}

// versionFilter is the filter of those who ask for a version of the docs.
const versionFilter = "version"

// filterTerm is the term of a filter. No word holds a colon.
func filterTerm(f pages.Filter) string { return f.Name + ":" + strings.ToLower(f.Value) }

// list notes that an entry has a term. Where it is named it is not told again.
func (x *index) list(term string, n int32, named bool) {
	l := x.terms[term]
	if l == nil {
		l = &listed{}
		x.terms[strings.Clone(term)] = l // not a part of a long text, which it would keep
	}
	switch {
	case l.len() >= mostListed, endsWith(l.named, n), endsWith(l.told, n):
	case named:
		l.named = append(l.named, n)
	default:
		l.told = append(l.told, n)
	}
}

func endsWith(list []int32, n int32) bool { return len(list) > 0 && list[len(list)-1] == n }

// number finds a value's place in a short list, and adds it where it is new.
func number[T comparable](list *[]T, v T) int {
	if i := slices.Index(*list, v); i >= 0 {
		return i
	}
	*list = append(*list, v)
	return len(*list) - 1
}

// flush writes the entries that wait.
func (x *index) flush() error {
	if len(x.shown) == 0 {
		return nil
	}
	err := x.write("e"+strconv.Itoa(x.written), x.shown)
	x.written++
	x.shown = nil
	return err
}

func (x *index) write(name string, v any) error {
	data, err := json.Marshal(v) // escapes angle brackets: never taken for a page
	if err != nil {
		return fmt.Errorf("write search index: %w", err)
	}
	x.files = append(x.files, publish.File{Path: "search/" + name + ".json", Data: data})
	return nil
}

// shards writes the terms, sorted, in files of about one size.
func (x *index) shards() error {
	terms := make([]string, 0, len(x.terms))
	for t := range x.terms {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	var s shard
	size := 0
	for _, t := range terms {
		list := x.terms[t].encode()
		if len(s.Terms) > 0 && size+len(t)+len(list) > usualShard {
			if err := x.shard(s); err != nil {
				return err
			}
			s, size = shard{}, 0
		}
		s.Terms, s.Lists = append(s.Terms, t), append(s.Lists, list)
		size += len(t) + len(list) + len(`"",`)*2
	}
	if len(s.Terms) == 0 {
		return nil
	}
	return x.shard(s)
}

// shard is one file of terms.
type shard struct {
	Terms []string `json:"t"`
	Lists []string `json:"l"`
}

func (x *index) shard(s shard) error {
	name := "t" + strconv.Itoa(len(x.first))
	x.first = append(x.first, s.Terms[0])
	return x.write(name, s)
}

// manifest is index.json.
type manifest struct {
	Schema  int         `json:"schema"`
	Count   int         `json:"count"`
	Usual   int         `json:"usual"`
	PerFile int         `json:"per_file"`
	First   []string    `json:"first"`
	Kinds   []string    `json:"kinds"`
	States  [][2]string `json:"states"`
	Filters []choice    `json:"filters"`
}

// choice is one value of a filter.
type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Count int    `json:"count"`
}

func (x *index) manifest() error {
	m := manifest{Schema: schema, Count: x.count, Usual: x.usual, PerFile: perFile, First: x.first, Kinds: x.kinds, States: x.states}
	for _, f := range x.names {
		m.Filters = append(m.Filters, choice{f.Name, f.Value, x.filters[f]})
	}
	return x.write("index", m)
}
