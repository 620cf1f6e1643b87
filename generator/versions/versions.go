package versions

import (
	"cmp"
	"slices"
	"strings"
)

// Scheme is how a repository names its versions.
type Scheme string

// The schemes. The zero Scheme is Auto.
const (
	Auto    Scheme = "auto"
	Semver  Scheme = "semver"
	Calver  Scheme = "calver"
	Counter Scheme = "counter"
	Pattern Scheme = "pattern"
)

// Options say which tags are versions. The zero Options detect.
type Options struct {
	Scheme Scheme
	// Patterns are tried in order with the scheme Pattern: tag names with the
	// placeholders {version}, {component}, {n} (a number) and {any}.
	Patterns []string
	// Components are the names that count as components before a version. Nil
	// finds them: names before a / or @, and other names when there are two.
	Components []string
	// Exclude reports tags that are something else, such as deployments.
	Exclude func(tag string) bool
}

// Version is a tag that names a point in history.
type Version struct {
	Tag        string
	Component  string // "" is the whole repository
	Scheme     Scheme // Semver, Calver or Counter, also where a pattern found it
	Text       string // without prefix: "1.4.0-rc.1"
	Prerelease bool
	Order      int // place in Selection.Versions; equal versions share one
	key        key
	prefix     string
}

// Miss is a tag that nearly is a version.
type Miss struct {
	Tag    string
	Reason string // lower case, without a full stop
	Hint   string
}

// Selection is what a repository's tags are.
type Selection struct {
	Versions []Version // by component, then order, then tag
	Misses   []Miss    // by tag
}

// Select finds the versions among all tags of a repository, given in any order.
// The error names a pattern that cannot be used.
func Select(tags []string, o Options) (Selection, error) {
	var patterns []pattern
	if o.Scheme == Pattern || len(o.Patterns) > 0 {
		for _, p := range o.Patterns {
			compiled, err := compile(p)
			if err != nil {
				return Selection{}, err
			}
			patterns = append(patterns, compiled)
		}
	}
	var found []Version
	var rest []string
	for _, tag := range tags {
		if o.Exclude != nil && o.Exclude(tag) {
			continue
		}
		v, ok := match(tag, o.Scheme, patterns)
		if ok {
			found = append(found, v)
		} else if !looksDeployed(tag) {
			rest = append(rest, tag)
		}
	}
	found, misses := dropAliases(found, o.Scheme)
	assignComponents(found, o.Components)
	sortVersions(found)
	misses = append(misses, nearMisses(rest, found)...)
	slices.SortFunc(misses, func(a, b Miss) int { return cmp.Compare(a.Tag, b.Tag) })
	return Selection{found, misses}, nil
}

func match(tag string, scheme Scheme, patterns []pattern) (Version, bool) {
	if len(patterns) > 0 {
		for _, p := range patterns {
			if v, ok := p.match(tag); ok {
				return v, true
			}
		}
		return Version{}, false
	}
	v, ok := parse(tag)
	return v, ok && (scheme == "" || scheme == Auto || scheme == v.Scheme)
}

// dropAliases removes the moving tags v1 and v1.4 that stand for the newest
// v1.4.x: a counter, or two numbers, that longer versions with the same prefix
// continue.
func dropAliases(found []Version, scheme Scheme) ([]Version, []Miss) {
	if scheme == Counter {
		return found, nil
	}
	longer := map[string]bool{}
	for _, v := range found {
		if v.Scheme != Semver || len(v.key.numbers) < 3 || v.Prerelease {
			continue
		}
		for n := 1; n < 3; n++ {
			longer[aliasKey(v, n)] = true
		}
	}
	var misses []Miss
	kept := found[:0]
	for _, v := range found {
		// v1.4 beside v1.4.1 can be the version 1.4.0 under its short name, so
		// that only a tag without a dot is taken for an alias.
		if len(v.key.numbers) == 1 && v.Scheme == Counter && longer[aliasKey(v, 1)] {
			misses = append(misses, Miss{v.Tag, "a moving tag that stands for the newest of its versions", "say scheme = \"counter\" if it is a version"})
			continue
		}
		kept = append(kept, v)
	}
	return kept, misses
}

func aliasKey(v Version, numbers int) string {
	s := strings.ToLower(v.prefix)
	for _, n := range v.key.numbers[:numbers] {
		s += "." + n
	}
	return s
}

// assignComponents decides which prefixes name a component.
func assignComponents(found []Version, configured []string) {
	count := map[string]int{}
	for _, v := range found {
		count[componentName(v.prefix)]++
	}
	words := 0 // names with at least two versions, the neutral one apart
	for name, n := range count {
		if name != "" && n >= 2 {
			words++
		}
	}
	for i := range found {
		name := componentName(found[i].prefix)
		switch {
		case found[i].Component != "": // a pattern said so
		case name == "":
		case configured != nil:
			if slices.Contains(configured, name) {
				found[i].Component = name
			} else if strings.ContainsAny(found[i].prefix, "/@") && len(count) > 1 {
				found[i].Component = name
			}
		case strings.ContainsAny(found[i].prefix, "/@"):
			if len(count) > 1 {
				found[i].Component = name
			}
		case words >= 2:
			found[i].Component = name
		}
	}
}

// sortVersions orders by component, then key, then tag, and numbers the places.
func sortVersions(found []Version) {
	slices.SortFunc(found, func(a, b Version) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), a.key.compare(b.key), cmp.Compare(a.Tag, b.Tag))
	})
	for i := range found {
		found[i].Order = i
		if i > 0 && found[i-1].Component == found[i].Component && found[i-1].key.compare(found[i].key) == 0 {
			found[i].Order = found[i-1].Order
		}
	}
}

// Compare orders two versions of one component; 0 when they are equal.
func Compare(a, b Version) int { return a.key.compare(b.key) }

// Parse reads one tag or version without the others; ok is false for what is
// none, and a component is not told from another prefix.
func Parse(tag string) (v Version, ok bool) { return parse(tag) }
