package wording

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// WithSwaps adds words and what to write instead to a rule of substitutions. The
// words are taken as they are, also in the plural. Rules that are not there, or
// of another kind, stay as they are.
func WithSwaps(rules []Rule, name string, swap map[string]string) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		s, ok := out[i].check.(substitution)
		if out[i].Name != name || !ok || len(swap) == 0 {
			continue
		}
		// Words of the project go before those of the rule, the longest first.
		words := slices.SortedFunc(maps.Keys(swap), func(a, b string) int {
			if len(a) != len(b) {
				return len(b) - len(a)
			}
			return strings.Compare(a, b)
		})
		var alternatives []string
		var groups []int
		var instead []string
		for j, w := range words {
			key := regexp.QuoteMeta(w) + "(?:e?s)?"
			out[i].swaps = append(out[i].swaps, [2]string{key, swap[w]})
			alternatives = append(alternatives, "("+key+")")
			groups, instead = append(groups, j+1), append(instead, swap[w])
		}
		for _, g := range s.groups {
			if g > 0 {
				g += len(words)
			}
			groups = append(groups, g)
		}
		pattern := `(?im)\b(?:` + strings.Join(alternatives, "|") + `)\b`
		if s.re != nil {
			pattern += "|" + s.re.String()
		}
		s.re = regexp.MustCompile(pattern)
		s.around = slices.Clone(s.around)
		for j := range s.around {
			s.around[j].order += len(words)
		}
		s.groups, s.instead = groups, append(instead, s.instead...)
		out[i].check = s
		out[i].setNeeds()
	}
	return out
}

// WithWords adds words to a rule of existence, as they are written.
func WithWords(rules []Rule, name string, words []string) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		e, ok := out[i].check.(existence)
		if out[i].Name != name || !ok || len(words) == 0 {
			continue
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, regexp.QuoteMeta(w))
		}
		slices.SortStableFunc(quoted, func(a, b string) int { return len(b) - len(a) })
		pattern := `(?:^|\b)(?:` + strings.Join(quoted, "|") + `)(?:\b|$)`
		if e.re != nil {
			pattern += "|" + e.re.String()
		}
		e.re = regexp.MustCompile(pattern)
		out[i].check, out[i].words = e, quoted
		out[i].setNeeds()
	}
	return out
}
