package deploylog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/versions"
)

// Patterns say which tags are deployments, the first that fits counts.
type Patterns []tagPattern

// tagPattern is one compiled pattern.
type tagPattern struct {
	text    string
	re      *regexp.Regexp
	literal string // what every tag of it begins with
	layout  *layout
	known   bool // only environments that everybody knows are believed
}

// tagMatch is a tag's name, understood.
type tagMatch struct {
	pattern     *tagPattern
	environment ledger.EnvironmentName
	component   ledger.ComponentName
	slot        string
	version     string
	when        instant
	hasWhen     bool
	badWhen     string // a time that cannot be, such as the 31st of February
}

// placeholders, and what each may stand for. Names are as short as fits, so that
// the time after them is whole.
func placeholderExpression(name string) (string, bool) {
	const word = `[0-9A-Za-z][0-9A-Za-z._+@-]*?`
	switch name {
	case "environment":
		return `(?P<environment>` + word + `)`, true
	case "component":
		return `(?P<component>[0-9A-Za-z@][0-9A-Za-z@/._+-]*?)`, true
	case "slot":
		return `(?P<slot>` + word + `)`, true
	case "version":
		return `(?P<version>[0-9A-Za-z][0-9A-Za-z._+-]*)`, true
	case "time":
		return `(?P<time>` + writtenTime + `|\d{12,13}|\d{9,10})`, true
	case "epoch":
		return `(?P<time>\d{9,10})`, true
	case "epoch_ms":
		return `(?P<time>\d{12,13})`, true
	case "n":
		return `(?P<n>\d{1,18})`, true
	case "any":
		return `.*?`, true
	}
	return "", false
}

// ParsePatterns reads patterns that blanks separate. Their placeholders are
// {environment}, {component}, {slot}, {version}, {n} (a number), {any}, {time}
// (any spelling of a date or an instant, or an epoch number), {time:%Y%m%d-%H%M}
// (a strftime layout), {epoch} and {epoch_ms}.
func ParsePatterns(text string) (Patterns, error) {
	var out Patterns
	for _, one := range strings.Fields(text) {
		p, err := compilePattern(one)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func compilePattern(text string) (tagPattern, error) {
	p := tagPattern{text: text}
	var b strings.Builder
	used := map[string]bool{}
	fault := func(format string, args ...any) (tagPattern, error) {
		return tagPattern{}, fmt.Errorf("read tag pattern %q: "+format, append([]any{text}, args...)...)
	}
	for rest := text; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		b.WriteString(regexp.QuoteMeta(before))
		if len(used) == 0 {
			p.literal += before
		}
		if !open {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return fault("a { is not closed")
		}
		rest = tail
		name, format, hasLayout := strings.Cut(name, ":")
		re, ok := placeholderExpression(name)
		if hasLayout {
			l, understood := newLayout(format)
			if name != "time" || !understood {
				return fault("cannot use {%s:%s}; a layout is like {time:%%Y%%m%%d-%%H%%M%%S}", name, format)
			}
			inner, _, _ := layoutExpression(format)
			ungrouped := strings.NewReplacer(`\(`, `\(`, `(`, `(?:`)
			re, ok, p.layout = `(?P<time>`+ungrouped.Replace(inner)+`)`, true, &l
		}
		if !ok {
			return fault("unknown placeholder {%s}; there are {environment}, {component}, {slot}, {version}, {time}, {epoch}, {epoch_ms}, {n} and {any}", name)
		}
		if name == "epoch" || name == "epoch_ms" {
			name = "time"
		}
		if used[name] && name != "any" {
			return fault("two placeholders for the %s", name)
		}
		used[name] = true
		b.WriteString(re)
	}
	if len(used) == 0 {
		return fault("nothing in it varies; moving tags say only what is there now")
	}
	re, err := regexp.Compile(`^` + b.String() + `$`)
	if err != nil {
		return fault("%w", err)
	}
	p.re = re
	return p, nil
}

// DefaultPatterns are tried where nobody configured any: the common spellings,
// and only with names of environments that everybody knows where nothing else
// says that a tag is a deployment.
func DefaultPatterns() Patterns {
	var out Patterns
	for _, verb := range []string{"deploy", "deployed", "deployment", "deployments"} {
		for _, p := range []string{"/{environment}/{component}/{time}", "/{environment}/{time}", "/{environment}/{n}", "/{environment}/{version}", "/{time}", "-{environment}-{time}", "-{time}"} {
			out = append(out, mustPattern(verb+p, false))
		}
	}
	for _, p := range []string{"{environment}/{time}", "{environment}-{time}", "{environment}_{time}", "{environment}/{n}", "{environment}/{version}", "{environment}-{version}"} {
		out = append(out, mustPattern(p, true))
	}
	return out
}

// mustPattern compiles a pattern of this file.
func mustPattern(text string, known bool) tagPattern {
	p, err := compilePattern(text)
	if err != nil {
		panic(err)
	}
	p.known = known
	return p
}

// patterns are those of the input, or the default ones.
func (in Input) patterns() (Patterns, error) {
	if strings.TrimSpace(in.Pattern) == "" {
		return DefaultPatterns(), nil
	}
	p, err := ParsePatterns(in.Pattern)
	for i := range p {
		p[i].known = in.Guessed
	}
	return p, err
}

// Claims gives a function that reports whether a tag is a deployment by its name,
// and so is no version.
func (in Input) Claims() (func(tag string) bool, error) {
	patterns, err := in.patterns()
	if err != nil {
		return nil, err
	}
	return func(tag string) bool {
		m, ok := patterns.match(tag, in.Zone)
		return ok && in.allowed(m.environment)
	}, nil
}

// longestTag bounds the names that are looked at.
const longestTag = 500

// match reads a tag's name with the first pattern that fits.
func (p Patterns) match(tag string, zone *time.Location) (tagMatch, bool) {
	if len(tag) > longestTag {
		return tagMatch{}, false
	}
	for i := range p {
		if m, ok := p[i].match(tag, zone); ok {
			return m, true
		}
	}
	return tagMatch{}, false
}

func (p *tagPattern) match(tag string, zone *time.Location) (tagMatch, bool) {
	groups := p.re.FindStringSubmatch(tag)
	if groups == nil {
		return tagMatch{}, false
	}
	m := tagMatch{pattern: p}
	for i, name := range p.re.SubexpNames() {
		text := groups[i]
		switch name {
		case "environment":
			m.environment = ledger.EnvironmentName(text)
			if p.known && !knownEnvironment(text) || isVerb(text) {
				return tagMatch{}, false
			}
		case "component":
			m.component = ledger.ComponentName(text)
		case "slot":
			m.slot = text
		case "version":
			if _, ok := versions.Parse(text); !ok {
				return tagMatch{}, false
			}
			m.version = text
		case "time":
			ok := false
			if p.layout != nil {
				m.when, ok = p.layout.parse(text, zone)
			} else {
				m.when, ok = parseTime(text, zone)
			}
			if m.hasWhen = ok; !ok {
				m.badWhen = text
			}
		}
	}
	return m, true
}

// isVerb reports words that begin the names of tags and are no environments, so
// that {environment}-{time} leaves deploy-2023-11-28 to another pattern.
func isVerb(name string) bool {
	switch strings.ToLower(name) {
	case "deploy", "deploys", "deployed", "deployment", "deployments", "release", "released", "rollout":
		return true
	}
	return false
}

// knownEnvironment reports a name that everybody understands, perhaps with a
// number or a region: "production", "staging_2", "eu-production".
func knownEnvironment(name string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	if len(parts) > 3 || len(parts) == 3 && digits(parts[2]) == 0 {
		return false // a sentence that holds such a word
	}
	for _, word := range parts {
		word = strings.TrimRight(word, "0123456789")
		if slices.Contains([]string{"production", "prod", "prd", "live", "staging", "stage", "stg", "preprod", "preproduction", "uat", "qa", "test",
			"testing", "integration", "acceptance", "sandbox", "development", "dev", "demo", "training"}, word) {
			return true
		}
	}
	return false
}
