package versions

import (
	"fmt"
	"regexp"
	"strings"
)

// pattern is a user's pattern for tags.
type pattern struct {
	text string
	re   *regexp.Regexp
}

// placeholders and what each may stand for. A component is the shortest that
// fits, so that the version after it is whole.
func placeholder(name string) (string, bool) {
	switch name {
	case "version":
		return `(?P<version>[0-9A-Za-z][0-9A-Za-z._+~-]*)`, true
	case "component":
		return `(?P<component>[0-9A-Za-z@][0-9A-Za-z@/._-]*?)`, true
	case "n":
		return `(?P<n>\d{1,18})`, true
	case "any":
		return `.*?`, true
	}
	return "", false
}

// compileAll compiles the patterns of the options; the scheme Pattern needs one.
func compileAll(o Options) ([]pattern, error) {
	var out []pattern
	for _, text := range strings.Fields(o.Pattern) {
		p, err := compile(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	if o.Scheme == Pattern && len(out) == 0 {
		return nil, fmt.Errorf("read version pattern: the scheme %q needs one", Pattern)
	}
	return out, nil
}

// globs joins globs to one expression; without any it fits nothing.
func globs(list []string) *regexp.Regexp {
	var all []string
	for _, g := range list {
		quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(g))
		all = append(all, quoted)
	}
	if len(all) == 0 {
		return regexp.MustCompile(`[^\x00-\x{10FFFF}]`)
	}
	return regexp.MustCompile(`^(?s:` + strings.Join(all, "|") + `)$`)
}

func compile(text string) (pattern, error) {
	var b strings.Builder
	b.WriteString(`^`)
	versions := 0
	for rest := text; rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			b.WriteString(regexp.QuoteMeta(rest))
			break
		}
		length := strings.IndexByte(rest[open:], '}')
		if length < 0 {
			return pattern{}, fmt.Errorf("read version pattern %q: a { is not closed", text)
		}
		b.WriteString(regexp.QuoteMeta(rest[:open]))
		name := rest[open+1 : open+length]
		re, ok := placeholder(name)
		if !ok {
			return pattern{}, fmt.Errorf("read version pattern %q: unknown placeholder {%s}; there are {version}, {n}, {component} and {any}", text, name)
		}
		if name == "version" || name == "n" {
			versions++
		}
		b.WriteString(re)
		rest = rest[open+length+1:]
	}
	if versions != 1 {
		return pattern{}, fmt.Errorf("read version pattern %q: want one {version} or {n}", text)
	}
	re, err := regexp.Compile(b.String() + `$`)
	if err != nil {
		return pattern{}, fmt.Errorf("read version pattern %q: %w", text, err)
	}
	return pattern{text, re}, nil
}

// match reads a tag. What stands for {version} must be one in any spelling.
func (p pattern) match(tag string) (Version, bool) {
	if len(tag) > longest {
		return Version{}, false
	}
	m := p.re.FindStringSubmatch(tag)
	if m == nil {
		return Version{}, false
	}
	component, text := "", ""
	for i, name := range p.re.SubexpNames() {
		switch name {
		case "component":
			component = m[i]
		case "version", "n":
			text = m[i]
		}
	}
	v, ok := parseText(text)
	if !ok {
		return Version{}, false
	}
	v.Tag, v.Component = tag, component
	return v, true
}
