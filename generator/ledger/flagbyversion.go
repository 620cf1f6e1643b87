package ledger

import (
	"cmp"
	"slices"
)

// versionSteps is a flag's timeline for what is published by version: what the
// manifest of each version says of it, from the version's date on. Versions that
// do not know the flag yet say nothing.
func (c *computation) versionSteps(t *timeline) []effective {
	b := t.book
	var offered []int32
	for part := range b.parts {
		offered = append(offered, b.offered(part)...)
	}
	slices.Sort(offered)
	offered = slices.Compact(offered)
	slices.SortStableFunc(offered, func(x, y int32) int {
		return cmp.Or(b.versions[x].fact.When.At.Compare(b.versions[y].fact.When.At), cmp.Compare(x, y))
	})
	var out []effective
	for _, v := range offered {
		in := b.versions[v]
		setting, step := t.inRevision(in.x, Published, in.fact.When.At)
		if step.Commit.IsZero() && len(out) == 0 {
			continue
		}
		e := effective{at: in.fact.When.At, basis: in.fact.When.Basis, setting: setting, written: step.Commit,
			origins: slices.Concat(in.fact.Origins, step.Origins)}
		if n := len(out); n > 0 && out[n-1].at.Equal(e.at) {
			out = out[:n-1] // versions of one instant count together
		}
		out = append(out, e)
	}
	return out
}
