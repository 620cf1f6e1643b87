package deploylog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/decode"
)

// The values of a file that no path into it names.
const (
	wholeText   = "@text"   // the text of the file, without blanks around it
	ownRevision = "@commit" // the commit that changed the file
	// NotedRevision is the commit that a note on that commit names; see
	// [HydratorNotes].
	NotedRevision = "@note"
)

// valuePath leads to values inside a document:
//
//	image_tag
//	spec.values.image.tag
//	images[name={component}].newTag
//	{component}_DOCKER_TAG
//	environments.{environment}.containers[0].image
//
// Steps are separated by dots; a key with a dot or a blank in it stands in double
// quotes, * is any key, [0] an item, [*] every item, and [key=text] every item
// whose key has that text. Placeholders stand for a part of a key, or of the text
// of a key; {component} in the text of an image's name is its last part.
type valuePath struct {
	text  string
	steps []valueStep
}

type valueStep struct {
	key   *keyPattern // of a map; nil for items
	index int         // of an item; -1 is every one
	where string      // the key that decides which items, or ""
	is    *keyPattern
}

// keyPattern is a key or a text, perhaps with placeholders.
type keyPattern struct {
	literal string
	any     bool
	re      *regexp.Regexp // nil for a literal
	groups  []string
}

// found is a value, and where it stands.
type found struct {
	placing
	text      string
	line, col int
}

// parseValues reads the alternatives of a value, which blanks separate.
func parseValues(text string) ([]valuePath, error) {
	var out []valuePath
	for _, one := range strings.Fields(text) {
		p, err := parseValue(one)
		if err != nil {
			return nil, fmt.Errorf("read value %q: %w", one, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func parseValue(text string) (valuePath, error) {
	p := valuePath{text: text}
	if text == wholeText || text == ownRevision || text == NotedRevision {
		return p, nil
	}
	for rest := text; ; {
		switch {
		case rest == "":
			return p, fmt.Errorf("a key is missing")
		case rest[0] == '[':
		case rest[0] == '"':
			key, after, closed := strings.Cut(rest[1:], `"`)
			if !closed {
				return p, fmt.Errorf(`a " is not closed`)
			}
			p.steps, rest = append(p.steps, valueStep{key: &keyPattern{literal: key}}), after
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			key, err := parseKey(rest[:end])
			if err != nil {
				return p, err
			}
			p.steps, rest = append(p.steps, valueStep{key: key}), rest[end:]
		}
		for strings.HasPrefix(rest, "[") {
			inner, after, closed := strings.Cut(rest[1:], "]")
			if !closed {
				return p, fmt.Errorf("a [ is not closed")
			}
			step, err := parseItem(inner)
			if err != nil {
				return p, err
			}
			p.steps, rest = append(p.steps, step), after
		}
		if rest == "" {
			return p, nil
		}
		if rest[0] != '.' {
			return p, fmt.Errorf("want a dot before %q", rest)
		}
		rest = rest[1:]
	}
}

func parseItem(inner string) (valueStep, error) {
	if inner == "*" {
		return valueStep{index: -1}, nil
	}
	if key, text, ok := strings.Cut(inner, "="); ok && key != "" {
		is, err := parseKey(strings.Trim(text, `"'`))
		return valueStep{index: -1, where: key, is: is}, err
	}
	n, err := strconv.Atoi(inner)
	if err != nil || n < 0 {
		return valueStep{}, fmt.Errorf("want a number, * or key=text in [%s]", inner)
	}
	return valueStep{index: n}, nil
}

func parseKey(text string) (*keyPattern, error) {
	k := &keyPattern{literal: text}
	switch {
	case text == "":
		return nil, fmt.Errorf("a key is missing")
	case text == "*":
		k.any = true
	}
	if !strings.Contains(text, "{") {
		return k, nil
	}
	var b strings.Builder
	for rest := text; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		b.WriteString(regexp.QuoteMeta(before))
		if !open {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return nil, fmt.Errorf("a { is not closed")
		}
		if !slices.Contains([]string{"environment", "component", "slot"}, name) {
			return nil, fmt.Errorf("unknown placeholder {%s}; there are {environment}, {component} and {slot}", name)
		}
		b.WriteString(`(.+)`)
		k.groups, rest = append(k.groups, name), tail
	}
	re, err := regexp.Compile(`^` + b.String() + `$`)
	k.re = re
	return k, err
}

// match reads a key, or the text of one.
func (k *keyPattern) match(text string, at placing) (placing, bool) {
	if k.re == nil {
		return at, k.any || k.literal == text
	}
	groups := k.re.FindStringSubmatch(text)
	if groups == nil {
		return at, false
	}
	for i, name := range k.groups {
		if !at.set(name, groups[i+1]) {
			return at, false
		}
	}
	return at, true
}

// plainKey gives the key of a path that is one key of the document and nothing
// else.
func (p valuePath) plainKey() (string, bool) {
	if len(p.steps) != 1 || p.steps[0].key == nil || p.steps[0].key.re != nil || p.steps[0].key.any {
		return "", false
	}
	return p.steps[0].key.literal, true
}

// find lists the values that a path leads to, in the order of the document.
func (p valuePath) find(n *decode.Node, at placing) []found {
	return findValues(p.steps, n, at, nil)
}

// maxValues bounds what one path finds in a document: aliases may multiply.
const maxValues = 10_000

func findValues(steps []valueStep, n *decode.Node, at placing, out []found) []found {
	if n == nil || len(out) >= maxValues {
		return out
	}
	if len(steps) == 0 {
		if text, ok := n.Scalar(); ok && strings.TrimSpace(text) != "" {
			out = append(out, found{at, strings.TrimSpace(text), n.Line, n.Col})
		}
		return out
	}
	step, rest := steps[0], steps[1:]
	if step.key != nil {
		for i, e := range n.Entries {
			// Of a key that is there twice the last counts, as for most programs.
			if inner, ok := step.key.match(e.Key, at); ok && !slices.ContainsFunc(n.Entries[i+1:], func(o decode.Entry) bool { return o.Key == e.Key }) {
				out = findValues(rest, e.Value, inner, out)
			}
		}
		return out
	}
	for i, item := range n.Items {
		if step.index >= 0 && step.index != i {
			continue
		}
		inner, ok := at, true
		if step.where != "" {
			inner, ok = step.item(item, at)
		}
		if ok {
			out = findValues(rest, item, inner, out)
		}
	}
	return out
}

// item reports whether an item's key has the text that the step wants. Of an
// image's full name, the last part is what the image is called.
func (s valueStep) item(n *decode.Node, at placing) (placing, bool) {
	name, ok := n.Get(s.where).Scalar()
	if !ok {
		return at, false
	}
	short := imageName(name)
	if s.is.re == nil {
		return at, s.is.any || s.is.literal == name || s.is.literal == short
	}
	return s.is.match(short, at)
}

// imageName is the last part of an image's name: "ghcr.example/lumen/shop:v1" is
// "shop".
func imageName(image string) string {
	image, _, _ = strings.Cut(image, "@")
	image = image[strings.LastIndexByte(image, '/')+1:]
	image, _, _ = strings.Cut(image, ":")
	return image
}

// taggedAs is the tag in an image's full name, else its digest; a text that is no
// full name is itself.
func taggedAs(text string) string {
	name, digest, pinned := strings.Cut(text, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') && i+1 < len(name) {
		if pinned || strings.Contains(name, "/") || !strings.Contains(name[i+1:], " ") && name[:i] != "sha256" {
			return name[i+1:]
		}
	}
	if pinned && strings.HasPrefix(digest, "sha") {
		return digest
	}
	return text
}
