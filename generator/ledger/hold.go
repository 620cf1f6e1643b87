package ledger

import "slices"

// holds reports whether revision r holds a change: it reaches a copy of it that
// no standing revert cancels (design 2.1).
func (b *book) holds(at *reach, r, number int32) bool {
	c := &b.changes[number]
	if c.special == nil {
		if c.place != none {
			return c.place <= at.prefix[r]
		}
		return at.reaches(r, c.commit)
	}
	return slices.ContainsFunc(c.special.ways, func(w way) bool { return b.wayHolds(at, r, c.special, w) })
}

// wayHolds reports whether r reaches a commit of each group that is not
// cancelled.
func (b *book) wayHolds(at *reach, r int32, k *copies, w way) bool {
	for _, group := range w {
		if !slices.ContainsFunc(group, func(x int32) bool { return at.reaches(r, x) && !b.cancelled(at, r, k, x, false) }) {
			return false
		}
	}
	return len(w) > 0
}

// cancelled reports whether a revert of the change that stands in r came after
// the copy x, or (behind) after whatever is not seen of the history before x.
// Reverts of single commits of a merge cancel it only together, when they leave
// nothing of it.
func (b *book) cancelled(at *reach, r int32, k *copies, x int32, behind bool) bool {
	if b.standing(at, r, k.reverts, x, behind) {
		return true
	}
	if len(k.parts) == 0 {
		return false
	}
	whole := b.graph.landing[k.parts[0].commit]
	for _, y := range b.broughtBy(whole) {
		i := slices.IndexFunc(k.parts, func(p part) bool { return p.commit == y })
		if i < 0 || !b.standing(at, r, k.parts[i].reverts, x, behind) {
			return false
		}
	}
	return true
}

// standing reports whether one of the reverts is in r, comes after x (behind: or
// is x), and is not itself reverted in r. A revert of a revert comes after it, so
// that the questions come to an end.
func (b *book) standing(at *reach, r int32, reverts []int32, x int32, behind bool) bool {
	for _, v := range reverts {
		if (v != x || behind) && at.reaches(r, v) && at.reaches(v, x) && !b.standing(at, r, b.undoersOf(v), v, false) {
			return true
		}
	}
	return false
}

// undoersOf lists what reverts a revert: commits that undo it, or the merge that
// brought it in. Where it is a change of its own, so does whatever undoes that
// change, by the name of a copy too.
func (b *book) undoersOf(v int32) []int32 {
	number, own := b.changeOfCommit(v)
	switch {
	case number == none:
		return b.undoes[v]
	case !own:
		return slices.Concat(b.undoes[v], b.undoes[b.graph.mainline[number]])
	case b.changes[number].special == nil:
		return nil
	}
	return b.changes[number].special.reverts
}

// reachesRevert reports whether r reaches any revert of the change.
func (b *book) reachesRevert(at *reach, r, number int32) bool {
	k := b.changes[number].special
	if k == nil {
		return false
	}
	for _, v := range k.reverts {
		if at.reaches(r, v) {
			return true
		}
	}
	for _, p := range k.parts {
		for _, v := range p.reverts {
			if at.reaches(r, v) {
				return true
			}
		}
	}
	return false
}

// revertStands reports whether r reaches a revert of the whole change that is
// not itself reverted there, or such reverts of all that its merge brought in.
func (b *book) revertStands(at *reach, r, number int32) bool {
	k := b.changes[number].special
	if k == nil {
		return false
	}
	stands := func(v int32) bool { return at.reaches(r, v) && !b.standing(at, r, b.undoersOf(v), v, false) }
	if slices.ContainsFunc(k.reverts, stands) {
		return true
	}
	if len(k.parts) == 0 {
		return false
	}
	for _, y := range b.broughtBy(number) {
		undone := func(p part) bool { return p.commit == y && slices.ContainsFunc(p.reverts, stands) }
		if !slices.ContainsFunc(k.parts, undone) {
			return false
		}
	}
	return true
}

// revertedOnMainline reports whether a revert of the change stands at the tip.
func (b *book) revertedOnMainline(at *reach, number int32) bool {
	if len(b.graph.mainline) == 0 || b.changes[number].special == nil {
		return false
	}
	tip := b.graph.mainline[len(b.graph.mainline)-1]
	return b.revertStands(at, tip, number) && !b.holds(at, tip, number)
}

// between lists the changes of a component that revisions r and s may differ in:
// those whose place lies between their prefixes, those that depend on a commit
// there, and those that depend on a commit which only one of them reaches.
// Numbers may occur twice.
func (b *book) between(r, s int32, part int, into []int32) []int32 {
	lo, hi := b.graph.prefix[r], b.graph.prefix[s]
	if lo > hi {
		lo, hi = hi, lo
	}
	into = append(into, within(b.members[part], lo, hi)...)
	into = b.touchedBetween(lo, hi, part, into)
	for _, x := range b.graph.difference(r, s) {
		for _, number := range b.touches[x] {
			if b.changes[number].belongsTo(part) {
				into = append(into, number)
			}
		}
	}
	return into
}

// upTo lists the changes of a component that revision r may hold.
func (b *book) upTo(at *reach, r int32, part int, into []int32) []int32 {
	into = append(into, within(b.members[part], none, b.graph.prefix[r])...)
	for x := range at.extra(r) {
		for _, number := range b.touches[x] {
			if b.changes[number].belongsTo(part) {
				into = append(into, number)
			}
		}
	}
	return b.touchedBetween(none, b.graph.prefix[r], part, into)
}

func (b *book) touchedBetween(lo, hi int32, part int, into []int32) []int32 {
	from, _ := slices.BinarySearchFunc(b.atPlace, lo+1, func(t touch, place int32) int { return int(t.place) - int(place) })
	for ; from < len(b.atPlace) && b.atPlace[from].place <= hi; from++ {
		if n := b.atPlace[from].change; b.changes[n].belongsTo(part) {
			into = append(into, n)
		}
	}
	return into
}

// within gives the numbers above lo and up to hi of an ascending list.
func within(list []int32, lo, hi int32) []int32 {
	from, _ := slices.BinarySearch(list, lo+1)
	to, _ := slices.BinarySearch(list, hi+1)
	if from >= to {
		return nil
	}
	return list[from:to]
}
