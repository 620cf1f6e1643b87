package coderefs

import (
	"regexp"
	"slices"
	"strings"
)

// IgnoreFiles are the files at the top of a tree that say which files are not
// searched, in this order: a later one counts above an earlier one.
func IgnoreFiles() []string { return []string{".gitignore", ".ignore", ".ldignore"} }

// Ignore says which files are not searched, by patterns as git has them
// (gitignore(5)). The zero Ignore ignores nothing.
type Ignore struct {
	rules []ignoreRule // the last that takes a path decides
}

type ignoreRule struct {
	path   *regexp.Regexp
	keep   bool // written with "!"
	folder bool // takes folders only
}

// Add reads the patterns of a file. What is no pattern is passed over, as git
// does, and so is what would be above maxRules.
func (g *Ignore) Add(data []byte) {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" || line[0] == '#' || len(g.rules) >= maxRules || len(line) > 1000 {
			continue
		}
		var r ignoreRule
		line, r.keep = strings.CutPrefix(line, "!")
		line, r.folder = strings.CutSuffix(line, "/")
		if line == "" {
			continue
		}
		pattern := "^"
		if !strings.Contains(line, "/") {
			pattern = "^(?:.*/)?" // a name alone is looked for at any depth
		}
		var err error
		if strings.Contains(line, "[") && !strings.Contains(line[strings.LastIndexByte(line, '['):], "]") {
			continue // a class without an end takes nothing
		}
		if r.path, err = regexp.Compile(pattern + ignorePattern(strings.TrimPrefix(line, "/")) + "$"); err == nil {
			g.rules = append(g.rules, r)
		}
	}
}

// ignorePattern spells a pattern of git as a regular expression.
func ignorePattern(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		rest := p[i:]
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case p[i] == '*':
			b.WriteString("[^/]*")
		case p[i] == '?':
			b.WriteString("[^/]")
		case p[i] == '[' && strings.Contains(rest[1:], "]"):
			end := strings.IndexByte(rest[1:], ']') + 1
			class := rest[1:end]
			if strings.HasPrefix(class, "!") {
				class = "^" + class[1:]
			}
			b.WriteString("[" + strings.ReplaceAll(class, `[`, `\[`) + "]")
			i += end
		case p[i] == '\\' && len(rest) > 1:
			i++
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		}
	}
	return b.String()
}

// Skips reports whether a file, a path with slashes, is ignored: by a rule of
// its own, or because a folder above it is. A file in an ignored folder cannot be
// asked for again.
func (g Ignore) Skips(file string) bool {
	if len(g.rules) == 0 {
		return false
	}
	for i := range len(file) {
		if file[i] == '/' && g.takes(file[:i], true) {
			return true
		}
	}
	return g.takes(file, false)
}

func (g Ignore) takes(path string, folder bool) bool {
	for _, r := range slices.Backward(g.rules) {
		if (folder || !r.folder) && r.path.MatchString(path) {
			return !r.keep
		}
	}
	return false
}
