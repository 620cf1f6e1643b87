package wording

import "slices"

// WithoutNeeds lets every rule run its expression on every passage.
func WithoutNeeds(rules []Rule) []Rule {
	out := slices.Clone(rules)
	for i := range out {
		out[i].needs = nil
	}
	return out
}
