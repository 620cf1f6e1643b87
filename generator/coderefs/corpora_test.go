package coderefs

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// example is a case of the corpus, in which others say how their program spells
// and finds flags.
type example struct {
	Name        string
	Flag        string
	Flags       []string
	Delimiters  string
	Aliases     json.RawMessage
	Files       map[string]string
	Line        string
	Path        string
	Skip        bool
	Diff        []string
	Added       []string
	Removed     []string
	Want        json.RawMessage
	WantAliases []string `json:"want_aliases"`
	Ours        string
	Commits     []struct {
		N     int
		Files map[string]*string
	}
	GoneIn int `json:"gone_in"`
}

// TestCorpora does what ld-find-code-refs and its companion for pull requests do
// with the examples of their own tests.
func TestCorpora(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora", "flags", "coderefs")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no corpus: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		table := filepath.Base(filepath.Dir(file))
		t.Run(table+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var e example
			if err := json.Unmarshal(data, &e); err != nil {
				t.Fatal(err)
			}
			map[string]func(*testing.T, example){"aliases": checkAliases, "lines": checkLine, "diffs": checkDiff, "paths": checkPath, "delimiters": checkDelimiters, "extinctions": checkExtinction}[table](t, e)
		})
	}
}

func decoded[T any](t *testing.T, data json.RawMessage) (v T) {
	t.Helper()
	if len(data) > 0 {
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func checkAliases(t *testing.T, e example) {
	c, faults := Parse("coderefs.yaml", []byte(`{"aliases": `+string(e.Aliases)+`}`))
	got := c.Spellings(e.Flags, func(globs []string) (out []File) {
		for _, p := range slices.Sorted(func(yield func(string) bool) {
			for p := range e.Files {
				if !yield(p) {
					return
				}
			}
		}) {
			for _, g := range globs {
				if matches(g, p) {
					out = append(out, File{p, []byte(e.Files[p])})
				}
			}
		}
		return out
	})
	want := decoded[map[string][]string](t, e.Want)
	if e.Ours != "" {
		if len(faults) != 1 || !strings.Contains(faults[0].Message, "command") {
			t.Errorf("faults: %+v", faults)
		}
		want = map[string][]string{}
	}
	for _, list := range []map[string][]string{got, want} {
		for key := range list {
			slices.Sort(list[key])
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// matches is a glob with ** for these tests.
func matches(glob, file string) bool {
	q := regexp.QuoteMeta(glob)
	q = strings.ReplaceAll(strings.ReplaceAll(q, `\*\*/`, `(.*/)?`), `\*`, `[^/]*`)
	return regexp.MustCompile("^" + q + "$").MatchString(path.Clean(file))
}

func finderOf(e example, aliases map[string][]string) *Finder {
	var list []Spelling
	for _, key := range e.Flags {
		list = append(list, Spelling{Text: key, Key: key})
		for _, a := range aliases[key] {
			list = append(list, Spelling{a, key, true})
		}
	}
	return NewFinder(list, Config{Delimited: true, Delimiters: e.Delimiters})
}

func keysIn(f *Finder, line string) (keys, aliases []string) {
	f.Find([]byte(line), func(i, _ int) bool {
		s := f.spellings[i]
		keys = append(keys, s.Key)
		if s.Alias {
			aliases = append(aliases, s.Text)
		}
		return true
	})
	slices.Sort(keys)
	slices.Sort(aliases)
	return slices.Compact(keys), slices.Compact(aliases)
}

func checkLine(t *testing.T, e example) {
	keys, aliases := keysIn(finderOf(e, decoded[map[string][]string](t, e.Aliases)), e.Line)
	want := decoded[[]string](t, e.Want)
	slices.Sort(want)
	slices.Sort(e.WantAliases)
	if !slices.Equal(keys, want) || len(e.WantAliases) > 0 && !slices.Equal(aliases, e.WantAliases) {
		t.Errorf("%q: %q by %q, want %q by %q", e.Line, keys, aliases, want, e.WantAliases)
	}
}

// checkExtinction searches the tree after each commit: the flag is gone in the
// first after which nothing is found any more.
func checkExtinction(t *testing.T, e example) {
	e.Flags = []string{e.Flag}
	f := finderOf(e, nil)
	tree := map[string]string{}
	found, gone := false, 0
	for _, c := range e.Commits {
		for p, text := range c.Files {
			if delete(tree, p); text != nil {
				tree[p] = *text
			}
		}
		before := found
		found = false
		for _, text := range tree {
			keys, _ := keysIn(f, text)
			found = found || len(keys) > 0
		}
		if before && !found {
			gone = c.N
		}
	}
	if gone != e.GoneIn {
		t.Errorf("gone in %d, want %d", gone, e.GoneIn)
	}
}

func checkDelimiters(t *testing.T, e example) {
	e.Flags = []string{e.Flag}
	f := finderOf(e, nil)
	for _, text := range decoded[[]string](t, e.Want) {
		if keys, _ := keysIn(f, text); len(keys) != 1 {
			t.Errorf("%q does not count", text)
		}
	}
}

// checkDiff takes the lines that a change adds and removes: a flag in both is
// added.
func checkDiff(t *testing.T, e example) {
	f := finderOf(e, decoded[map[string][]string](t, e.Aliases))
	var added, removed []string
	for _, line := range e.Diff {
		keys, _ := keysIn(f, strings.TrimLeft(line, "+-"))
		switch {
		case strings.HasPrefix(line, "+"):
			added = append(added, keys...)
		case strings.HasPrefix(line, "-"):
			removed = append(removed, keys...)
		}
	}
	removed = slices.DeleteFunc(removed, func(key string) bool { return slices.Contains(added, key) })
	for _, list := range []*[]string{&added, &removed, &e.Added, &e.Removed} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if !slices.Equal(added, e.Added) || !slices.Equal(removed, e.Removed) {
		t.Errorf("adds %q and removes %q, want %q and %q", added, removed, e.Added, e.Removed)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func checkPath(t *testing.T, e example) {
	if got := Skip(e.Path); got != e.Skip {
		t.Errorf("%s: skipped is %t", e.Path, got)
	}
}
