package versions

import (
	"cmp"
	"slices"
	"strings"
)

// The schemes, as the configuration spells them; "" is Auto.
const (
	Auto    = "auto"
	Semver  = "semver"
	Calver  = "calver"
	Counter = "counter"
	Pattern = "pattern"
)

// Options say which tags are versions. The zero Options detect.
type Options struct {
	Scheme string
	// Pattern has the placeholders {version}, {component}, {n} (a number) and
	// {any}; several patterns, separated by blanks, are tried in order. Only
	// tags that it fits are versions, with every scheme; the scheme then says
	// what {version} may look like, where it is not Auto or Pattern.
	Pattern string
	// Prerelease are globs of tags that are pre-releases beside those that the
	// scheme knows, and Ignore of tags that are no versions. An asterisk stands
	// for anything, slashes too.
	Prerelease []string
	Ignore     []string
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
	Scheme     string // Semver, Calver or Counter, also where a pattern found it
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
	patterns, err := compileAll(o)
	if err != nil {
		return Selection{}, err
	}
	ignore, prerelease := globs(o.Ignore), globs(o.Prerelease)
	var found []Version
	var rest []string
	for _, tag := range tags {
		if len(tag) > longest || o.Exclude != nil && o.Exclude(tag) || ignore.MatchString(tag) {
			continue
		}
		v, ok := match(tag, o.Scheme, patterns)
		if ok {
			v.Prerelease = v.Prerelease || prerelease.MatchString(tag)
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

func match(tag, scheme string, patterns []pattern) (Version, bool) {
	any := scheme == "" || scheme == Auto || scheme == Pattern
	if len(patterns) == 0 {
		v, ok := parse(tag)
		return v, ok && (any || scheme == v.Scheme)
	}
	for _, p := range patterns {
		if v, ok := p.match(tag); ok && (any || scheme == v.Scheme) {
			return v, true
		}
	}
	return Version{}, false
}

// dropAliases removes the moving tags v1 and v1.4 that stand for the newest
// v1.4.x: a counter, or two numbers, that longer versions with the same prefix
// continue.
func dropAliases(found []Version, scheme string) ([]Version, []Miss) {
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
