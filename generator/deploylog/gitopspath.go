package deploylog

import (
	"fmt"
	"regexp"
	"strings"

	"daylight/generator/ledger"
)

// placing is what the name of a file, a branch or a key tells of a deployment.
type placing struct {
	environment, component, slot string
}

// set takes what a placeholder stood for; false when it stood for something else
// before.
func (p *placing) set(name, text string) bool {
	field := map[string]*string{"environment": &p.environment, "component": &p.component, "slot": &p.slot}[name]
	if *field != "" && *field != text {
		return false
	}
	*field = text
	return true
}

// namePattern is a glob whose placeholders name an environment, a component or a
// slot: charts/{environment}/{component}.yaml. A nil pattern fits nothing.
type namePattern struct {
	text   string
	re     *regexp.Regexp
	groups []string // the placeholder of each group
	prefix string   // what everything that fits begins with
}

// parseName compiles a glob of paths or branches: * stays within a folder, **
// crosses folders, {a,b} is a choice. Environments, when there are any, are the
// only ones that {environment} stands for.
func parseName(text string, environments []ledger.EnvironmentName) (*namePattern, error) {
	c := nameCompiler{names: environments}
	if err := c.compile(text); err != nil {
		return nil, fmt.Errorf("read pattern %q: %w", text, err)
	}
	re, err := regexp.Compile(`^` + c.out.String() + `$`)
	if err != nil {
		return nil, fmt.Errorf("read pattern %q: %w", text, err)
	}
	prefix, _, _ := strings.Cut(text, "{")
	if i := strings.IndexAny(prefix, `*?[\`); i >= 0 {
		prefix = prefix[:i]
	}
	return &namePattern{text, re, c.groups, prefix}, nil
}

type nameCompiler struct {
	names  []ledger.EnvironmentName
	out    strings.Builder
	groups []string
}

func (c *nameCompiler) compile(rest string) error {
	for rest != "" {
		size := 1
		switch {
		case strings.HasPrefix(rest, "**/"):
			size = 3
			c.out.WriteString(`(?:.*/)?`)
		case strings.HasPrefix(rest, "**"):
			size = 2
			c.out.WriteString(`.*`)
		case rest[0] == '*':
			c.out.WriteString(`[^/]*`)
		case rest[0] == '?':
			c.out.WriteString(`[^/]`)
		case rest[0] == '\\' && len(rest) > 1:
			size = 2
			c.out.WriteString(regexp.QuoteMeta(rest[1:2]))
		case rest[0] == '{':
			inner, _, closed := strings.Cut(rest[1:], "}")
			if !closed {
				return fmt.Errorf("a { is not closed")
			}
			size = len(inner) + 2
			if err := c.braces(inner); err != nil {
				return err
			}
		default:
			c.out.WriteString(regexp.QuoteMeta(rest[:1]))
		}
		rest = rest[size:]
	}
	return nil
}

// braces writes a placeholder or a choice. Components have dashes more often
// than environments have, so that of {component}-{environment} the former takes
// as much as it can.
func (c *nameCompiler) braces(inner string) error {
	switch {
	case strings.Contains(inner, ","):
		c.out.WriteString(`(?:`)
		for i, one := range strings.Split(inner, ",") {
			if i > 0 {
				c.out.WriteByte('|')
			}
			if err := c.compile(one); err != nil {
				return err
			}
		}
		c.out.WriteByte(')')
		return nil
	case inner == "component":
		c.out.WriteString(`([^/]+)`)
	case inner == "environment" && len(c.names) > 0:
		c.out.WriteByte('(')
		for i, name := range c.names {
			if i > 0 {
				c.out.WriteByte('|')
			}
			c.out.WriteString(regexp.QuoteMeta(string(name)))
		}
		c.out.WriteByte(')')
	case inner == "environment" || inner == "slot":
		c.out.WriteString(`([^/]+?)`)
	default:
		return fmt.Errorf("unknown placeholder {%s}; there are {environment}, {component} and {slot}", inner)
	}
	c.groups = append(c.groups, inner)
	return nil
}

// match reads a name; what a placeholder stands for twice must be the same.
func (p *namePattern) match(name string) (placing, bool) {
	if p == nil || len(name) > longestTag || !strings.HasPrefix(name, p.prefix) {
		return placing{}, false
	}
	found := p.re.FindStringSubmatch(name)
	if found == nil {
		return placing{}, false
	}
	var out placing
	for i, group := range p.groups {
		if !out.set(group, found[i+1]) {
			return placing{}, false
		}
	}
	return out, true
}

// parseNames compiles a list of patterns.
func parseNames(texts []string, environments []ledger.EnvironmentName) ([]*namePattern, error) {
	var out []*namePattern
	for _, text := range texts {
		p, err := parseName(text, environments)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// matchName reads a name with the first pattern that fits.
func matchName(patterns []*namePattern, name string) (placing, bool) {
	for _, p := range patterns {
		if at, ok := p.match(name); ok {
			return at, true
		}
	}
	return placing{}, false
}
