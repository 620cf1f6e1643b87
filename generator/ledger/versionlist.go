package ledger

import (
	"cmp"
	"slices"
	"time"
)

// version is a VersionFact with its commit found.
type version struct {
	fact *VersionFact
	x    int32 // its commit
}

// compareVersions orders versions by date, then by their scheme, then by name:
// the tie-break among those that ancestry does not order.
func compareVersions(a, b version) int {
	return cmp.Or(a.fact.When.At.Compare(b.fact.When.At), cmp.Compare(a.fact.Order, b.fact.Order), cmp.Compare(a.fact.Name, b.fact.Name))
}

// findVersions finds the commits of versions that happened by as-of, and the
// first version of each change.
func (c *computation) findVersions() {
	parallel(len(c.repos), func(i int) { c.repos[i].readVersions(c.asOf) })
	for _, b := range c.repos {
		for i := range b.repo.Versions {
			v := &b.repo.Versions[i]
			if _, ok := b.graph.index[v.Commit]; !ok {
				c.problem(v.Origins, "missing-object", LevelWarning, "the commit of version "+string(v.Name)+" is not in this clone",
					"fetch all tags and the full history: git fetch --tags --unshallow")
			}
		}
	}
}

func (b *book) readVersions(asOf time.Time) {
	for i := range b.repo.Versions {
		v := &b.repo.Versions[i]
		if x, ok := b.graph.index[v.Commit]; ok && !v.When.At.After(asOf) {
			b.versions = append(b.versions, version{v, x})
		}
	}
	slices.SortFunc(b.versions, compareVersions)
	b.tagged, b.orders = map[int32][]int32{}, map[versionKey]int{}
	for i, v := range b.versions {
		b.tagged[v.x] = append(b.tagged[v.x], int32(i))
		b.orders[versionKey{v.fact.Component, v.fact.Name}] = v.fact.Order
	}
	b.firstIn = make([][]int32, len(b.changes))
	at := newReach(b.graph)
	b.lines = b.versionLines()
	for _, line := range b.lines {
		aside := slices.DeleteFunc(slices.Clone(line), func(v int32) bool { return b.graph.onMainline(b.versions[v].x) })
		b.asideLines = append(b.asideLines, aside)
	}
	for _, line := range b.lines {
		full := slices.DeleteFunc(slices.Clone(line), func(v int32) bool { return b.versions[v].fact.Prerelease })
		b.assign(at, full)
		if len(full) < len(line) {
			b.assign(at, line) // pre-releases count where no full version holds the change
		}
	}
}

// versionLines groups versions by component, in the order of its name.
func (b *book) versionLines() [][]int32 {
	var names []ComponentName
	by := map[ComponentName][]int32{}
	for i, v := range b.versions {
		if by[v.fact.Component] == nil {
			names = append(names, v.fact.Component)
		}
		by[v.fact.Component] = append(by[v.fact.Component], int32(i))
	}
	slices.Sort(names)
	out := make([][]int32, len(names))
	for i, n := range names {
		out[i] = by[n]
	}
	return out
}

// assign gives each change that has none of this line its first version: of
// those that reach it the least by ancestry, then by date and order. It goes
// down the mainline and keeps the least of the versions that reach so far.
func (b *book) assign(at *reach, line []int32) {
	if len(line) == 0 {
		return
	}
	byPrefix := slices.Clone(line)
	slices.SortStableFunc(byPrefix, func(v, w int32) int {
		return cmp.Compare(at.prefix[b.versions[w].x], at.prefix[b.versions[v].x])
	})
	component := b.versions[line[0]].fact.Component
	part, hasPart := b.partOf[component]
	var minimal []int32
	next := 0
	for place := int32(len(b.graph.mainline)) - 1; place >= 0; place-- {
		for next < len(byPrefix) && at.prefix[b.versions[byPrefix[next]].x] >= place {
			minimal = b.addMinimal(at, minimal, byPrefix[next])
			next++
		}
		ch := &b.changes[place]
		if len(minimal) == 0 || component != "" && hasPart && !ch.belongsTo(part) || b.hasVersion(place, component) {
			continue
		}
		b.firstIn[place] = append(b.firstIn[place], slices.MinFunc(minimal, func(v, w int32) int {
			return compareVersions(b.versions[v], b.versions[w])
		}))
	}
	for number := len(b.graph.mainline); number < len(b.changes); number++ {
		if component == "" || !hasPart || b.changes[number].belongsTo(part) {
			b.assignLoose(at, int32(number), line, component)
		}
	}
}

// addMinimal adds a version to those that no other is an ancestor of.
func (b *book) addMinimal(at *reach, minimal []int32, v int32) []int32 {
	x := b.versions[v].x
	for _, w := range minimal {
		if y := b.versions[w].x; y != x && at.reaches(x, y) {
			return minimal
		}
	}
	minimal = slices.DeleteFunc(minimal, func(w int32) bool {
		y := b.versions[w].x
		return y != x && at.reaches(y, x)
	})
	return append(minimal, v)
}

func (b *book) hasVersion(number int32, component ComponentName) bool {
	return slices.ContainsFunc(b.firstIn[number], func(v int32) bool { return b.versions[v].fact.Component == component })
}

// assignLoose finds the first version of a change off the mainline.
func (b *book) assignLoose(at *reach, number int32, line []int32, component ComponentName) {
	if b.hasVersion(number, component) {
		return
	}
	var minimal []int32
	for _, v := range line {
		if at.reaches(b.versions[v].x, b.changes[number].commit) {
			minimal = b.addMinimal(at, minimal, v)
		}
	}
	if len(minimal) > 0 {
		b.firstIn[number] = append(b.firstIn[number], slices.MinFunc(minimal, func(v, w int32) int {
			return compareVersions(b.versions[v], b.versions[w])
		}))
	}
}

// versionAt names the version at a commit: of several the greatest, full ones
// before pre-releases, those of the component before those of all.
func (b *book) versionAt(x int32, component ComponentName) VersionName {
	best := none
	for _, i := range b.tagged[x] {
		f := b.versions[i].fact
		if f.Component != "" && f.Component != component {
			continue
		}
		if best == none || compareAt(b.versions[best].fact, f) < 0 {
			best = i
		}
	}
	if best == none {
		return ""
	}
	return b.versions[best].fact.Name
}

func compareAt(a, b *VersionFact) int {
	return cmp.Or(compareBools(a.Component != "", b.Component != ""), compareBools(!a.Prerelease, !b.Prerelease),
		cmp.Compare(a.Order, b.Order), cmp.Compare(a.Name, b.Name))
}

// published gives, for releases by version, the step at which each change was
// first in a version that its component's readers can get. A step before it is
// of a version that may have held it behind the border of a shallow clone.
func (c *computation) published(b *book, part int) map[int32][]step {
	out := map[int32][]step{}
	at := newReach(b.graph)
	top := none
	var candidates []int32
	for _, v := range b.offered(part) {
		in := b.versions[v]
		candidates = append(candidates[:0], within(b.members[part], top, at.prefix[in.x])...)
		candidates = b.touchedBetween(none, at.prefix[in.x], part, candidates)
		for x := range at.extra(in.x) {
			candidates = append(candidates, b.touches[x]...)
		}
		candidates = b.doubtful(at, in.x, part, candidates)
		top = max(top, at.prefix[in.x])
		for _, number := range candidates {
			own := out[number]
			if len(own) > 0 && own[len(own)-1].held == heldYes || !b.changes[number].belongsTo(part) {
				continue
			}
			s := step{at: in.fact.When.At, standing: standing{held: heldYes, exp: everyone()}, cause: CauseVersion, basis: in.fact.When.Basis, origins: in.fact.Origins}
			if !b.holds(at, in.x, number) {
				if len(own) > 0 || !b.mayHold(at, in.x, number) {
					continue
				}
				s.standing = standing{held: heldUnknown, exp: exposure{share: Undecided(), unknown: true}}
			}
			if n := len(own); n > 0 && own[n-1].at.Equal(s.at) {
				own = own[:n-1] // versions of one instant count together
			}
			out[number] = append(own, s)
		}
	}
	return out
}

// offered lists the versions of a component in the order of their dates;
// pre-releases only where there is nothing else.
func (b *book) offered(part int) []int32 {
	var full, all []int32
	for i, v := range b.versions {
		if f := v.fact; f.When.Known() && (f.Component == "" || f.Component == b.parts[part]) {
			all = append(all, int32(i))
			if !f.Prerelease {
				full = append(full, int32(i))
			}
		}
	}
	if len(full) > 0 {
		return full
	}
	return all
}

// publishedLive is the newest version of each component, which readers get.
func (c *computation) publishedLive() []Live {
	var out []Live
	for _, b := range c.repos {
		for part, component := range b.parts {
			offered := b.offered(part)
			if len(offered) == 0 {
				continue
			}
			v := b.versions[slices.MaxFunc(offered, func(x, y int32) int {
				return cmp.Or(cmp.Compare(b.versions[x].fact.Order, b.versions[y].fact.Order), compareVersions(b.versions[x], b.versions[y]))
			})]
			out = append(out, Live{Repository: b.repo.Name, Component: component, Revision: v.fact.Commit, Ref: string(v.fact.Name),
				Version: v.fact.Name, Weight: Everybody(), Since: v.fact.When.At.UTC()})
		}
	}
	return out
}

// versionList shows the versions with the changes that they are the first to
// hold.
func (c *computation) versionList() []Version {
	out := []Version{}
	for _, b := range c.repos {
		firsts := make([][]int32, len(b.versions))
		for number := range b.changes {
			for _, v := range b.firstIn[number] {
				firsts[v] = append(firsts[v], int32(number))
			}
		}
		deployed := c.deployedVersions(b)
		for i, v := range b.versions {
			f := v.fact
			out = append(out, Version{Repository: b.repo.Name, Name: f.Name, Component: f.Component, Commit: f.Commit, At: f.When.At.UTC(),
				Basis: f.When.Basis, Prerelease: f.Prerelease, Message: f.Message, Changes: b.idsOf(firsts[i]),
				Deployed: deployed[int32(i)], Origins: f.Origins})
		}
	}
	slices.SortFunc(out, func(x, y Version) int {
		return cmp.Or(cmp.Compare(x.Repository, y.Repository), cmp.Compare(x.Component, y.Component),
			cmp.Compare(c.orderOf(y), c.orderOf(x)), y.At.Compare(x.At), cmp.Compare(y.Name, x.Name))
	})
	return out
}

// orderOf gives a version's place in its scheme.
func (c *computation) orderOf(v Version) int {
	return c.books[v.Repository].orders[versionKey{v.Component, v.Name}]
}

type versionKey struct {
	component ComponentName
	name      VersionName
}

// deployedVersions gives the first instant at which each environment ran exactly
// a version.
func (c *computation) deployedVersions(b *book) []map[EnvironmentName]Date {
	out := make([]map[EnvironmentName]Date, len(b.versions))
	at := map[int32][]int32{}
	for i, v := range b.versions {
		out[i] = map[EnvironmentName]Date{}
		at[v.x] = append(at[v.x], int32(i))
	}
	for _, l := range c.lanes {
		if l.book != b {
			continue
		}
		for _, r := range l.records {
			for _, i := range at[l.revisionOf(r)] {
				f := b.versions[i].fact
				if f.Component != "" && f.Component != l.name.component {
					continue
				}
				old, there := out[i][l.name.environment]
				if !there || r.FinishedAt.Before(old.At) {
					out[i][l.name.environment] = Date{When{r.FinishedAt.UTC(), r.TimeBasis}, r.Origins}
				}
			}
		}
	}
	return out
}
