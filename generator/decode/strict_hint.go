package decode

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// fieldOf finds the field that a key names, by its tag.
func fieldOf(target reflect.Value, key string) (reflect.Value, bool) {
	t := target.Type()
	for i := range t.NumField() {
		if tagOf(t.Field(i)) == key {
			return target.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// tagOf gives the key of a field, "" for fields that the file cannot set.
func tagOf(f reflect.StructField) string {
	if tag := f.Tag.Get("toml"); tag != "-" {
		return tag
	}
	return ""
}

func inTable(path string) string {
	if path == "" {
		return ""
	}
	table, _, _ := strings.Cut(path, "[")
	return " in [" + table + "]"
}

// hintFor says what an unknown key was probably meant to be: a key of the same
// table spelt nearly so, else a key of this name in another table. The latter
// is TOML's classic: a key of the whole file below the first header.
func (d *strictDecoder) hintFor(key string, table reflect.Type) string {
	if near := Nearest(key, keysOf(table)); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if table != d.root && slices.Contains(keysOf(d.root), key) {
		return fmt.Sprintf("%q belongs above the first [table] of the file", key)
	}
	for i := range d.root.NumField() {
		f := d.root.Field(i)
		open, inner, end := "[", f.Type, "]"
		if inner.Kind() == reflect.Slice {
			open, inner, end = "[[", inner.Elem(), "]]"
		}
		if inner.Kind() != reflect.Struct || inner == table {
			continue
		}
		if slices.Contains(keysOf(inner), key) {
			return fmt.Sprintf("%q belongs in %s%s%s", key, open, tagOf(f), end)
		}
	}
	return "known keys: " + strings.Join(keysOf(table), ", ")
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if tag := tagOf(t.Field(i)); tag != "" {
			keys = append(keys, tag)
		}
	}
	return keys
}

// Nearest gives the candidate that differs least from a misspelt word: by at
// most two letters, and by at most a third of the word. It gives "" when there
// is none, and the first of equals. Case and the choice of "-" or "_" do not
// count.
func Nearest(word string, candidates []string) string {
	if len(word) > 64 {
		return ""
	}
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	best, least := "", 3
	for _, c := range candidates {
		if n := distance(fold(word), fold(c)); n < least && 3*n <= max(len(word), len(c)) {
			best, least = c, n
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
