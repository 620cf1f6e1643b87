package ledger

import (
	"cmp"
	"slices"
)

// findCopies reads the backports: of which commits there are copies, copies of
// copies included. Each copy is of one commit; of several facts about it the one
// whose original has the least id counts.
func (b *book) findCopies() {
	facts := slices.Clone(b.repo.Backports)
	slices.SortFunc(facts, func(x, y Backport) int {
		return cmp.Or(CompareHashes(x.Of, y.Of), CompareHashes(x.Commit, y.Commit))
	})
	b.copyOf, b.copied, b.brought = map[int32]int32{}, map[int32][]int32{}, map[int32]int32{}
	b.brings = map[int32][]int32{}
	for _, f := range facts {
		x, ok := b.graph.index[f.Commit]
		y, there := b.graph.index[f.Of]
		if _, seen := b.copyOf[x]; ok && there && x != y && !seen {
			b.copyOf[x] = y
			for _, h := range f.Brings {
				if part, ok := b.graph.index[h]; ok && part != x && part != y {
					b.brought[part] = x
					b.brings[x] = append(b.brings[x], part)
				}
			}
		}
	}
	for _, x := range sortedKeys(b.copyOf) {
		for _, y := range b.originals(x) {
			b.copied[y] = append(b.copied[y], x)
		}
	}
}

// originals follows a chain of copies to its beginning; a circle ends where it
// closes.
func (b *book) originals(x int32) []int32 {
	var out []int32
	for y, ok := b.copyOf[x]; ok && y != x && !slices.Contains(out, y); y, ok = b.copyOf[y] {
		out = append(out, y)
	}
	return out
}

// addCopies adds the ways in which copies hold a change. A copy of the change's
// own commit is a way by itself; copies of the single commits of a merge are one
// together, when each of them is reached in some form.
func (b *book) addCopies() {
	merges := map[int32]bool{}
	for _, x := range sortedKeys(b.copied) {
		number, own := b.changeOfCommit(x)
		switch {
		case number == none:
		case own:
			k := b.copiesOf(number)
			for _, copy := range b.copied[x] {
				k.ways = append(k.ways, way{{copy}})
				k.backports = append(k.backports, copy)
				b.owners[copy] = append(b.owners[copy], owned{number, x})
			}
		case !merges[number]:
			merges[number] = true
			b.addPartWay(number)
		}
	}
}

// changeOfCommit gives the change that a commit belongs to, and whether it is
// the change's own; none when it belongs to none.
func (b *book) changeOfCommit(x int32) (number int32, own bool) {
	if place := b.graph.landing[x]; place != none {
		return place, b.graph.mainline[place] == x
	}
	if number, ok := b.of[x]; ok {
		return number, true
	}
	return none, false
}

func (b *book) addPartWay(place int32) {
	k := b.copiesOf(place)
	var w way
	for _, x := range b.broughtBy(place) {
		w = append(w, append([]int32{x}, b.copied[x]...))
		k.backports = append(k.backports, b.copied[x]...)
		for _, copy := range b.copied[x] {
			b.owners[copy] = append(b.owners[copy], owned{place, x})
		}
	}
	k.ways = append(k.ways, w)
}
