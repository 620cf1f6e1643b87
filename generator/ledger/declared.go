package ledger

import (
	"cmp"
	"slices"
)

// readDeclared finds what declared releases name: a change, all changes of a
// version, or all behind a flag.
func (c *computation) readDeclared() {
	c.declared = map[declaredKey][]declaredStep{}
	list := slices.Clone(c.facts.Releases)
	slices.SortStableFunc(list, func(a, b DeclaredRelease) int {
		return cmp.Or(a.At.At.Compare(b.At.At), cmp.Compare(a.Environment, b.Environment), CompareHashes(a.Commit, b.Commit),
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Flag, b.Flag), cmp.Compare(a.Percent.Lo, b.Percent.Lo),
			slices.CompareFunc(a.Origins, b.Origins, CompareOrigins))
	})
	for i := range list {
		d := &list[i]
		b := c.home(d.Repository)
		if b == nil || d.At.At.After(c.asOf) {
			continue
		}
		named := c.namedBy(b, d)
		if len(named) == 0 {
			c.problem(d.Origins, "unknown-change", LevelWarning, "a declared release names no change that is known here",
				"name a commit, a version or a flag of this repository")
		}
		e := exposure{share: d.Percent, groups: slices.Clone(d.Groups)}.tidy()
		for _, n := range named {
			k := declaredKey{b, n, d.Environment}
			c.declared[k] = append(c.declared[k], declaredStep{d.At.At, d.At.Basis, e, d.Origins})
		}
	}
}

func (c *computation) namedBy(b *book, d *DeclaredRelease) []int32 {
	var out []int32
	switch {
	case !d.Commit.IsZero():
		if n := b.changeOf(d.Commit); n != none {
			out = append(out, n)
		}
	case d.Version != "":
		for n := range b.changes {
			if slices.ContainsFunc(b.firstIn[n], func(v int32) bool { return b.versions[v].fact.Name == d.Version }) {
				out = append(out, int32(n))
			}
		}
	case d.Flag != "":
		t := c.flags[d.Flag]
		for n := range b.changes {
			if t != nil && slices.ContainsFunc(b.changes[n].links, func(k link) bool { return k.flag == t }) {
				out = append(out, int32(n))
			}
		}
	}
	return out
}
