package ledger

import "slices"

// What lies behind the border of a shallow clone may be anything. Whether a
// revision whose ancestry is cut off holds what it does not visibly hold is
// therefore not known, unless one of these says that it cannot:
//
//   - what descends from the border does not lie behind it;
//   - what the mainline is seen to bring in came when it is seen to come, and not
//     before;
//   - a revert that stands in the revision cancels what lies behind a border
//     that it descends from itself.

// bordersOf lists the borders that a revision reaches: those on its own side of
// which its history ends.
func (g *reach) bordersOf(r int32) []int32 {
	if list, known := g.cuts[r]; known {
		return list
	}
	list := slices.DeleteFunc(slices.Clone(g.borders), func(s int32) bool { return !g.reaches(r, s) })
	if g.cuts == nil || len(g.cuts) > maxExtras {
		g.cuts = map[int32][]int32{} // only a memo
	}
	g.cuts[r] = list
	return list
}

// mayLieBehind reports whether commit x could be an ancestor of border s, which
// it is not seen to be.
func (g *reach) mayLieBehind(s, x int32) bool {
	if g.landing[x] != none && g.landing[s] != none && g.landing[x] > g.landing[s] {
		return false
	}
	return !g.reaches(x, s)
}

// mayReach reports whether revision r, which is not seen to reach x, could.
func (g *reach) mayReach(r, x int32) bool {
	if len(g.borders) == 0 || g.landing[x] != none && g.onMainline(r) {
		return false
	}
	return slices.ContainsFunc(g.bordersOf(r), func(s int32) bool { return g.mayLieBehind(s, x) })
}

// mayHold reports whether revision r, which does not visibly hold a change,
// could: some form of it may lie behind a border.
func (b *book) mayHold(at *reach, r, number int32) bool {
	if len(b.graph.borders) == 0 {
		return false
	}
	c := &b.changes[number]
	if c.special == nil {
		return at.mayReach(r, c.commit)
	}
	return slices.ContainsFunc(c.special.ways, func(w way) bool {
		for _, group := range w {
			if !slices.ContainsFunc(group, func(x int32) bool { return b.mayHoldOne(at, r, c.special, x) }) {
				return false
			}
		}
		return len(w) > 0
	})
}

// mayHoldOne reports whether r holds a copy, visibly or behind a border.
func (b *book) mayHoldOne(at *reach, r int32, k *copies, x int32) bool {
	if at.reaches(r, x) {
		return !b.cancelled(at, r, k, x, false)
	}
	return slices.ContainsFunc(at.bordersOf(r), func(s int32) bool {
		return at.mayLieBehind(s, x) && !b.cancelled(at, r, k, s, true)
	})
}

// doubtful lists the changes of a component that revision r may hold behind a
// border. Numbers may occur that it does not, and twice.
func (b *book) doubtful(at *reach, r int32, part int, into []int32) []int32 {
	if len(b.graph.borders) == 0 {
		return into
	}
	top := none
	borders := at.bordersOf(r)
	for _, s := range borders {
		if b.graph.landing[s] == none {
			top = int32(len(b.graph.mainline)) - 1
			break
		}
		top = max(top, b.graph.landing[s])
	}
	if len(borders) == 0 {
		return into
	}
	into = append(into, within(b.members[part], b.graph.prefix[r], top)...)
	into = b.touchedBetween(none, int32(len(b.graph.mainline)), part, into)
	return append(into, b.loose[part]...)
}

// beginsAtBorder reports whether the mainline begins where a shallow clone cut it
// off: what its files said before that is not known.
func (g *graph) beginsAtBorder() bool {
	if len(g.mainline) == 0 {
		return false
	}
	_, cut := slices.BinarySearch(g.borders, g.mainline[0])
	return cut
}
