package coderefs

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// File is a text in which a pattern looks for spellings.
type File struct {
	Path string
	Data []byte
}

// Spellings gives the other spellings of each key, in the order of the rules,
// each once and none of them the key itself. filesOf gives the files that globs
// take; it is asked for patterns over files only.
func (c Config) Spellings(keys []string, filesOf func(globs []string) []File) map[string][]string {
	out := map[string][]string{}
	for _, a := range c.Aliases {
		var files []File
		if a.Type == "filepattern" && filesOf != nil {
			files = filesOf(a.Paths)
		}
		for _, key := range keys {
			for _, s := range a.spellings(key, files) {
				if s != "" && s != key && !slices.Contains(out[key], s) {
					out[key] = append(out[key], s)
				}
			}
		}
	}
	return out
}

// Named gives the keys that lists of spellings name, with the line of the rule.
func (c Config) Named() map[string]int {
	out := map[string]int{}
	for _, a := range c.Aliases {
		for key := range a.Literal {
			if _, there := out[key]; !there {
				out[key] = a.Line
			}
		}
	}
	return out
}

func (a Alias) spellings(key string, files []File) (out []string) {
	words := wordsOf(key)
	title := func(from int) string {
		var b strings.Builder
		for i, w := range words {
			if i >= from {
				letters := []rune(w)
				w = string(unicode.ToUpper(letters[0])) + string(letters[1:])
			}
			b.WriteString(w)
		}
		return b.String()
	}
	switch a.Type {
	case "literal":
		return a.Literal[key]
	case "filepattern":
		for _, p := range a.Patterns {
			re, err := compile(p, key)
			if err != nil || re.NumSubexp() == 0 {
				continue
			}
			out = append(out, found(re, key, files)...)
		}
		return out
	case "camelcase":
		return []string{title(1)}
	case "pascalcase":
		return []string{title(0)}
	case "snakecase":
		return []string{strings.Join(words, "_")}
	case "uppersnakecase":
		return []string{strings.ToUpper(strings.Join(words, "_"))}
	case "kebabcase":
		return []string{strings.Join(words, "-")}
	case "dotcase":
		return []string{strings.Join(words, ".")}
	}
	return nil
}

// found gives what the first group of a pattern matches. Files without the key
// are passed over at once.
func found(re *regexp.Regexp, key string, files []File) (out []string) {
	const most = 1000
	for _, f := range files {
		if !strings.Contains(string(f.Data), key) {
			continue
		}
		for _, m := range re.FindAllSubmatch(f.Data, most) {
			out = append(out, string(m[1]))
		}
	}
	return out
}

// wordsOf splits a key at capitals, dots, underscores, hyphens and blanks, in
// lower case: "AnyKind.of_key" is any, kind, of, key; "SOME_FLAG" is some, flag.
func wordsOf(key string) (out []string) {
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		word = nil
	}
	letters := []rune(key)
	for i, c := range letters {
		switch {
		case strings.ContainsRune("._-/ ", c):
			end()
			continue
		case unicode.IsUpper(c) && i > 0 && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])):
			end() // a new word, or the last capital of an acronym
		}
		word = append(word, unicode.ToLower(c))
	}
	end()
	return out
}
