package detect

import (
	"cmp"
	"slices"
	"strings"
)

// merge joins shapes that differ in one literal segment only: that segment names
// a component, or, where the shape has no environment, the environment. Without
// slashes the part before "-v{version}" or "@{version}" is taken.
func merge(shapes []TagShape) []TagShape {
	groups := map[string][]int{} // by the pattern with the segment left open
	for i, s := range shapes {
		for _, open := range openings(s.Pattern) {
			groups[open] = append(groups[open], i)
		}
	}
	keys := make([]string, 0, len(groups))
	for key, members := range groups {
		if len(members) > 1 {
			keys = append(keys, key)
		}
	}
	// The opening that joins most shapes first; then by pattern.
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(a, b))
	})
	gone := make([]bool, len(shapes))
	var out []TagShape
	for _, key := range keys {
		var joined TagShape
		var parts []Part
		for _, i := range groups[key] {
			if gone[i] {
				continue
			}
			s := shapes[i]
			parts = append(parts, Part{valueAt(s.Pattern, key), s.Count})
			joined.Count += s.Count
			joined.Example = max(joined.Example, s.Example)
			joined.tags = append(joined.tags, s.tags...)
			joined.precise = joined.precise || s.precise
			joined.Environments = append(joined.Environments, s.Environments...)
		}
		if len(parts) < 2 {
			continue
		}
		for _, i := range groups[key] {
			gone[i] = true
		}
		// deploy/eu/{time} and deploy/us/{time}: a place. shop/v{version} and
		// worker/v{version}, or with an environment beside it: a part.
		if !strings.Contains(key, "{environment}") && !strings.Contains(key, "{version}") {
			joined.Pattern = strings.Replace(key, opening, "{environment}", 1)
			joined.Environments = append(joined.Environments, parts...)
		} else {
			joined.Pattern, joined.Parts = strings.Replace(key, opening, "{component}", 1), parts
			joined.Parts = together(joined.Parts)
		}
		out = append(out, joined)
	}
	for i, s := range shapes {
		if !gone[i] {
			out = append(out, s)
		}
	}
	return unite(out)
}

// unite joins shapes that have become the same pattern.
func unite(shapes []TagShape) []TagShape {
	var out []TagShape
	for _, s := range shapes {
		i := slices.IndexFunc(out, func(o TagShape) bool { return o.Pattern == s.Pattern })
		if i < 0 {
			out = append(out, s)
			continue
		}
		o := &out[i]
		o.Count += s.Count
		o.Example = max(o.Example, s.Example)
		o.precise = o.precise || s.precise
		o.Environments = append(o.Environments, s.Environments...)
		o.Parts = together(append(o.Parts, s.Parts...))
		o.tags = append(o.tags, s.tags...)
	}
	return out
}

// together adds up the parts of one name, and sorts by name.
func together(parts []Part) []Part {
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Tags, b.Tags)) })
	var out []Part
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].Name == p.Name {
			out[n-1].Tags += p.Tags
			continue
		}
		out = append(out, p)
	}
	return out
}

// opening marks the segment that is left open.
const opening = "\x00"

// openings gives a pattern with each of its literal segments left open in turn.
func openings(pattern string) []string {
	var out []string
	segments := strings.Split(pattern, "/")
	if len(segments) > 1 {
		for i, segment := range segments {
			if strings.Contains(segment, "{") || verb.MatchString(segment) || segment == "" {
				continue
			}
			with := slices.Clone(segments)
			with[i] = opening
			out = append(out, strings.Join(with, "/"))
		}
		return out
	}
	for _, end := range []string{"-v{version}", "@{version}", "@v{version}", "-{version}", "_v{version}"} {
		if name, ok := strings.CutSuffix(pattern, end); ok && name != "" && !strings.Contains(name, "{") && !verb.MatchString(name) {
			return []string{opening + end}
		}
	}
	return nil
}

// valueAt gives what a pattern has where key is open.
func valueAt(pattern, key string) string {
	before, after, _ := strings.Cut(key, opening)
	return strings.TrimSuffix(strings.TrimPrefix(pattern, before), after)
}
