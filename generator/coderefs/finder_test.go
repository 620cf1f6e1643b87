package coderefs

import (
	"slices"
	"testing"
)

// Without a configuration, our own rule for what counts.
func TestOwnRule(t *testing.T) {
	f := NewFinder([]Spelling{{Text: "basket-v2", Key: "basket-v2"}, {Text: "basket", Key: "basket"}, {Text: "nav", Key: "nav"},
		{Text: "showTax", Key: "tax", Alias: true}, {Text: "x", Key: "x"}}, Config{})
	for line, want := range map[string][]string{
		`if on("basket-v2") {`:       {"basket-v2"},
		`flag:basket-v2, flag:other`: {"basket-v2"},
		`basket-v2-old`:              nil,
		`my-basket-v2`:               nil,
		`the basket is full`:         nil, // a plain word
		"use('basket') and `nav`":    {"basket", "nav"},
		`nav`:                        nil, // too short without quotes
		`"basket'`:                   nil, // not one kind of quotes
		`flags.showTax && go`:        {"tax"},
		`it is basket-v2. Then`:      {"basket-v2"},
		`basket-v2.json`:             nil,
		`"x"`:                        {"x"},
		"":                           nil,
		`basket-v`:                   nil,
	} {
		if got, _ := keysIn(f, line); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// Nothing in a configuration or a text makes the reader fail, and the same text
// gives the same places.
func FuzzFind(f *testing.F) {
	f.Add([]byte("aliases: [{type: camelcase}]\n"), []byte("if on(\"a-b\")"), "a-b")
	f.Add([]byte("delimiters: {disableDefaults: true, additional: [\"'\", ab]}\naliases: [{type: command}]"), []byte("'k'"), "k")
	f.Add([]byte("aliases: [{type: filepattern, paths: [x], patterns: ['(\\w+) = FLAG_KEY', '(']}]"), []byte("A = key"), "key")
	f.Fuzz(func(t *testing.T, config, text []byte, key string) {
		c, faults := Parse("coderefs.yaml", config)
		for _, fault := range faults {
			if fault.Line < 1 || fault.Message == "" {
				t.Errorf("a fault without a place: %+v", fault)
			}
		}
		list := []Spelling{{Text: key, Key: key}}
		for _, s := range c.Spellings([]string{key}, func([]string) []File { return []File{{"x", text}} })[key] {
			list = append(list, Spelling{s, key, true})
		}
		finder := NewFinder(list, c)
		places := func() (out []int) {
			finder.Find(text, func(i, at int) bool {
				if s := list[i].Text; at+len(s) > len(text) || string(text[at:at+len(s)]) != s {
					t.Errorf("%q is not at %d of %q", s, at, text)
				}
				out = append(out, i, at)
				return true
			})
			return out
		}
		if first := places(); !slices.Equal(first, places()) {
			t.Error("other places the second time")
		}
	})
}
