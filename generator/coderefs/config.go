package coderefs

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// Files are the paths at which a configuration is looked for, in this order.
func Files() []string { return []string{".launchdarkly/coderefs.yaml", ".launchdarkly/coderefs.yml"} }

// Config says how code spells flags. The zero Config asks for nothing special.
type Config struct {
	// Delimited says that a key counts only with one of Delimiters, each a single
	// letter, on either side; without any it counts anywhere. Else our own rule is
	// used.
	Delimited  bool
	Delimiters string
	Aliases    []Alias
	// Projects are the folders of the projects, "" for one that has the whole
	// tree, in the order of the file.
	Projects []string
}

// Alias is a rule for other spellings of keys.
type Alias struct {
	Type     string              // literal, filepattern, or a convention: camelcase, pascalcase, snakecase, uppersnakecase, kebabcase, dotcase
	Literal  map[string][]string // key -> spellings
	Paths    []string            // of filepattern: globs
	Patterns []string            // of filepattern: regular expressions with FLAG_KEY, of which the first group is a spelling
	Dir      string              // the folder in whose files the spellings count; "" is all of them
	Line     int                 // of the rule in its file
}

// Fault is something in a configuration that is not honoured.
type Fault struct {
	Line, Col int
	Message   string // lower case, no full stop
	Hint      string
}

// The delimiters that count unless they are disabled.
const usualDelimiters = "\"'`"

// maxRules bounds what is taken of a configuration: rules, patterns, spellings.
const maxRules = 10_000

// Parse reads a configuration. What is wrong in it is a fault and is left out.
// The rules of a project count in its folder, and all keys in every one: which
// project a flag is of is in no file.
func Parse(file string, data []byte) (Config, []Fault) {
	docs, err := decode.Reader{}.YAML(file, data)
	if e, ok := decode.AsError(err); ok {
		return Config{}, []Fault{{e.Line, e.Col, e.Message, "mend it, or take the file away"}}
	}
	c := Config{Delimited: true, Delimiters: usualDelimiters}
	var faults []Fault
	for _, doc := range docs {
		if d := doc.Get("delimiters"); d.Is(decode.Map) {
			if off, _ := d.Get("disableDefaults").Bool(); off {
				c.Delimiters = ""
			}
			for _, n := range items(d.Get("additional")) {
				text, _ := n.Scalar()
				if len([]rune(text)) != 1 || len(text) != 1 {
					faults = append(faults, Fault{n.Line, n.Col, fmt.Sprintf("delimiter %q is not a single letter", clip(text)), "write one letter each"})
					continue
				}
				c.Delimiters += text
			}
		}
		faults = append(faults, c.rules(doc.Get("aliases"), "")...)
		for _, project := range items(doc.Get("projects")) {
			n := project.Get("dir")
			dir, ok := folder(n)
			if !ok {
				faults = append(faults, Fault{n.Line, n.Col, "the folder of a project is outside of the repository", "write a path from the top of the repository"})
				dir = "" // rather search too much than miss a flag
			}
			c.Projects = append(c.Projects, dir)
			faults = append(faults, c.rules(project.Get("aliases"), dir)...)
		}
	}
	return c, faults
}

// rules takes the aliases of a list.
func (c *Config) rules(list *decode.Node, dir string) (faults []Fault) {
	for _, n := range items(list) {
		a, fault := alias(n)
		a.Dir = dir
		if fault != nil {
			faults = append(faults, *fault)
		} else if len(c.Aliases) < maxRules {
			c.Aliases = append(c.Aliases, a)
		}
	}
	return faults
}

// folder cleans a path from the top of the repository; "" is all of it.
func folder(n *decode.Node) (dir string, ok bool) {
	text, _ := n.Scalar()
	if text = path.Clean("./" + strings.ReplaceAll(text, `\\`, "/")); text == "." {
		return "", true
	}
	return text, text != ".." && !strings.HasPrefix(text, "../")
}

// Inside reports whether a file is in a folder; "" is the top.
func Inside(dir, file string) bool {
	return dir == "" || strings.HasPrefix(file, dir) && len(file) > len(dir) && file[len(dir)] == '/'
}

// Dirs lists the folders for which there are rules: "" first, then by name.
func (c Config) Dirs() []string {
	out := []string{""}
	for _, a := range c.Aliases {
		out = append(out, a.Dir)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// In gives the configuration with only those rules that were made for a folder.
func (c Config) In(dir string) Config {
	c.Aliases = slices.DeleteFunc(slices.Clone(c.Aliases), func(a Alias) bool { return a.Dir != dir })
	return c
}

// Searches reports whether a file is in a project; without any, all are.
func (c Config) Searches(file string) bool {
	return len(c.Projects) == 0 || slices.ContainsFunc(c.Projects, func(dir string) bool { return Inside(dir, file) })
}

func alias(n *decode.Node) (Alias, *Fault) {
	a := Alias{Line: n.Line}
	a.Type, _ = n.Get("type").Scalar()
	a.Type = strings.ToLower(a.Type)
	fault := func(hint, format string, args ...any) (Alias, *Fault) {
		return a, &Fault{n.Line, n.Col, fmt.Sprintf(format, args...), hint}
	}
	switch a.Type {
	case "camelcase", "pascalcase", "snakecase", "uppersnakecase", "kebabcase", "dotcase":
	case "literal":
		a.Literal = map[string][]string{}
		if flags := n.Get("flags"); flags.Is(decode.Map) {
			for _, e := range flags.Entries {
				a.Literal[e.Key] = texts(e.Value)
			}
		}
	case "filepattern":
		a.Paths, a.Patterns = texts(n.Get("paths")), texts(n.Get("patterns"))
		for _, p := range a.Patterns {
			if _, err := compile(p, "key"); err != nil {
				return fault("write it for RE2, with one group for the spelling", "pattern %q cannot be read: %v", clip(p), err)
			}
		}
	case "command":
		return fault("commands of a repository are never run; write the spellings down as type literal", "aliases of type command are not read")
	default:
		return fault("one of literal, filepattern, camelcase, pascalcase, snakecase, uppersnakecase, kebabcase, dotcase", "aliases have the unknown type %q", clip(a.Type))
	}
	return a, nil
}

// compile reads a pattern for a key, which stands in it as FLAG_KEY.
func compile(pattern, key string) (*regexp.Regexp, error) {
	return regexp.Compile(strings.ReplaceAll(pattern, "FLAG_KEY", regexp.QuoteMeta(key)))
}

func items(n *decode.Node) []*decode.Node {
	if !n.Is(decode.List) {
		return nil
	}
	return n.Items
}

func texts(n *decode.Node) (out []string) {
	for _, item := range items(n) {
		if s, ok := item.Scalar(); ok && s != "" && !slices.Contains(out, s) && len(out) < maxRules {
			out = append(out, s)
		}
	}
	return out
}

func clip(s string) string {
	const most = 60
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
