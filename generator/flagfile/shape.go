package flagfile

import (
	"path"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Shape says how a home-made manifest is laid out, for the formats [Generic],
// [Dotenv] and [Catalogue]. The zero Shape is a map of flags at the root.
//
// A path is names with dots between them, "rollout.percent". A dot that belongs
// to a name has a backslash before it, and a name that ends in [] is a list of
// which the last item counts.
type Shape struct {
	// Layout: "map" (the default: keys with flags), "list" (of objects, each with
	// its key) or "file" (one flag a file).
	Layout string
	// Root is the path to the flags; several are separated by blanks. A step * is
	// any name, and becomes part of the keys below it ("browser.search"); a step
	// {environment} is the name of an environment.
	Root string
	// Key is the field with a flag's key, in a list or file. Default: key, name
	// or id, and for a file without any its name.
	Key string
	// State, Percent and Groups are the fields of a flag, as paths. With {key} in
	// them they are entries beside each other: "{key}_enabled". Default: the
	// usual names.
	State, Percent, Groups string
	// Scale is the number that stands for everybody: 1, 100 or 100000. 0 leaves
	// numbers that are states without a meaning, and is 100 for percentages.
	Scale int
	// Environments are the names below a flag that are environments; "*" is every
	// name that describes nothing else.
	Environments []string
	// Values say what words mean: "admin = group:staff", "* = skip". Meanings are
	// on, off, unknown, skip (no flag), a percentage, and group: with a name.
	Values []string
	// Inverse are globs of flags that hide something when they are on.
	Inverse []string
	// Prefix of the keys that are flags; several are separated by blanks.
	Prefix string
	// Default is the meaning for environments that a flag does not name.
	Default string
	// Overlay says how a file of a later layer lies over those before it: "fields"
	// (the default: field by field) or "flag" (an entry replaces another whole).
	Overlay string
	// JQ is a program that gives objects with key, environment, state, percent,
	// groups and so on, as in the short form. It replaces all of the above.
	JQ string
}

// step is one step of a path.
type step struct {
	name string
	last bool // of the list that it names, the last item
}

func pathOf(s string) []step {
	const escaped = "\x00"
	var out []step
	for name := range strings.SplitSeq(strings.ReplaceAll(s, `\.`, escaped), ".") {
		name, last := strings.CutSuffix(name, "[]")
		if name = strings.ReplaceAll(name, escaped, "."); name != "" {
			out = append(out, step{name, last})
		}
	}
	return out
}

// follow gives what a path leads to, nil when nothing is there.
func follow(n *decode.Node, to []step) *decode.Node {
	for _, s := range to {
		if n = n.Get(s.name); s.last {
			if !n.Is(decode.List) || len(n.Items) == 0 {
				return nil
			}
			n = n.Items[len(n.Items)-1]
		}
	}
	return n
}

// place is a node that a root leads to, and what its path says.
type place struct {
	node   *decode.Node
	prefix string // of the keys
	env    ledger.EnvironmentName
}

// rooted gives the places of the flags in a document.
func rooted(doc *decode.Node, root string) []place {
	if strings.TrimSpace(root) == "" {
		return []place{{node: doc}}
	}
	var out []place
	for _, r := range strings.Fields(root) {
		found := []place{{node: doc}}
		for _, s := range pathOf(r) {
			var next []place
			for _, p := range found {
				next = append(next, p.into(s)...)
			}
			found = next
		}
		out = append(out, found...)
	}
	return out
}

func (p place) into(s step) []place {
	switch {
	case !p.node.Is(decode.Map):
		return nil
	case s.name != "*" && s.name != "{environment}":
		p.node = follow(p.node, []step{s})
		if p.node == nil {
			return nil
		}
		return []place{p}
	}
	var out []place
	for _, e := range p.node.Entries {
		q := place{e.Value, p.prefix, p.env}
		if s.name == "*" {
			q.prefix += e.Key + "."
		} else {
			q.env = ledger.EnvironmentName(e.Key)
		}
		out = append(out, q)
	}
	return out
}

// meanings are Values, read.
type meanings struct {
	words map[string]string
	other string // of "*"
}

func (s Shape) meanings() meanings {
	m := meanings{words: map[string]string{}}
	for _, v := range s.Values {
		word, meaning, _ := strings.Cut(v, "=")
		word, meaning = strings.TrimSpace(word), strings.TrimSpace(meaning)
		if word == "*" {
			m.other = meaning
			continue
		}
		m.words[word] = meaning
	}
	return m
}

// The meanings of words. A value that means skip is no flag.
const (
	on   = "on"
	off  = "off"
	skip = "skip"
)

// mean gives the setting of a meaning; false for one that is none.
func mean(meaning string) (ledger.Setting, bool) {
	s := ledger.Setting{Via: "state"}
	switch group, isGroup := strings.CutPrefix(meaning, "group:"); {
	case meaning == on:
		s.Percent = ledger.Everybody()
	case meaning == off:
	case meaning == string(ledger.FlagUnknown):
		return ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: "state"}, true
	case isGroup && group != "":
		s.Groups = []ledger.GroupShare{{Name: cut(group), Percent: ledger.Everybody()}}
		s.Via = "groups"
	case strings.HasSuffix(meaning, "%"):
		p, err := ledger.ParsePercent(meaning)
		if err != nil {
			return s, false
		}
		s.Percent, s.Via = ledger.Exactly(p), "percent"
	default:
		return s, false
	}
	return withState(s), true
}

// inverts reports whether a flag hides something when it is on.
func (s Shape) inverts(key string) bool {
	return slices.ContainsFunc(s.Inverse, func(glob string) bool {
		ok, err := path.Match(glob, key)
		return ok && err == nil || glob == key
	})
}

// inverse is the setting for what a flag hides.
func inverse(s ledger.Setting) ledger.Setting {
	if s.State == ledger.FlagUnknown {
		return s
	}
	out := ledger.Setting{Percent: s.Percent.Inverse(), Via: s.Via}
	for _, name := range s.Excludes {
		out.Groups = append(out.Groups, ledger.GroupShare{Name: name, Percent: ledger.Everybody()})
	}
	for _, g := range s.Groups {
		if g.Percent.Lo == ledger.Hundred {
			out.Excludes = append(out.Excludes, g.Name)
			continue
		}
		out.Groups = append(out.Groups, ledger.GroupShare{Name: g.Name, Percent: g.Percent.Inverse()})
	}
	return withState(out)
}

// prefixed reports whether a key begins as flags do.
func (s Shape) prefixed(key string) bool {
	if s.Prefix == "" {
		return true
	}
	return slices.ContainsFunc(strings.Fields(s.Prefix), func(p string) bool { return strings.HasPrefix(key, p) })
}
