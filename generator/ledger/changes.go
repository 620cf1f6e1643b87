package ledger

import (
	"cmp"
	"slices"
)

// change is a Change while it is computed. Its number is its place on the
// mainline; those off the mainline follow.
type change struct {
	commit  int32
	place   int32 // on the mainline, or none
	parts   []int // numbers of the components that it belongs to; nil is all
	special *copies
	links   []link // flags in front of it
}

// copies is what decides whether a revision holds a change that is more than
// one commit on the mainline: its copies, and what undoes it.
type copies struct {
	ways    []way
	reverts []int32 // commits that undo the whole change
	parts   []part  // commits of it that were undone one by one
	// Of these, backports are shown with the change.
	backports []int32
}

// way is one form in which a revision may hold a change: each group must be
// reached by one of its commits.
type way [][]int32

// part is a commit among those that a merge brought in, with its reverts.
type part struct {
	commit  int32
	reverts []int32
}

// book is one repository while its ledger is computed.
type book struct {
	repo    *Repository
	graph   *graph
	changes []change
	of      map[int32]int32   // commit that is a change off the mainline -> its number
	landed  [][]int32         // per place: the commits that landed there, without its own
	touches map[int32][]int32 // commit -> special changes whose holding depends on it
	atPlace []touch           // the same by landing, for ranges of the mainline
	undoes  map[int32][]int32 // commit -> commits that revert it
	parts   []ComponentName
	members [][]int32 // per component: its changes on the mainline, ascending
	loose   [][]int32 // per component: its changes off the mainline
	partOf  map[ComponentName]int
	shadow  []bool // what revisions off the mainline reach without passing it
	undone  map[int32][]int32
	copyOf  map[int32]int32   // copy -> the commit that it is of
	brought map[int32]int32   // part of a squashed branch -> the copy that ends it
	brings  map[int32][]int32 // the same from the end
	copied  map[int32][]int32 // commit -> its copies, and theirs
	owners  map[int32][]owned // copy -> what it is a copy of
	gated   []int32           // changes with flags in front
	ids     []ChangeID
	newest  []int32 // all changes, newest first
	rank    []int32 // of each change: its place there

	versions []version // by date
	firstIn  [][]int32 // per change: its first version in each line
	lines    [][]int32 // the versions of each component, by its name
	// asideLines are those of them that are not on the mainline.
	asideLines [][]int32
	tagged     map[int32][]int32
	orders     map[versionKey]int
}

type touch struct{ place, change int32 }

// newBook finds the changes of a repository. What the deployed revisions reach
// beside the mainline are changes too; what versions reach there may hold copies.
func newBook(repo *Repository, g *graph, deployed, versions []int32, extra []ComponentName) *book {
	b := &book{repo: repo, graph: g, of: map[int32]int32{}, touches: map[int32][]int32{}, undoes: map[int32][]int32{}, undone: map[int32][]int32{},
		owners: map[int32][]owned{}, partOf: map[ComponentName]int{}}
	b.nameParts(extra)
	b.castShadow(slices.Concat(deployed, versions))
	b.landed = make([][]int32, len(g.mainline))
	for x, place := range g.landing {
		if place != none && g.mainline[place] != int32(x) {
			b.landed[place] = append(b.landed[place], int32(x))
		}
	}
	b.changes = make([]change, len(g.mainline), len(g.mainline)+16)
	for place, x := range g.mainline {
		b.changes[place] = change{commit: x, place: int32(place), parts: b.partsOf(x)}
	}
	b.findCopies()
	b.findLoose(deployed)
	b.addCopies()
	b.findReverts()
	b.findTips()
	b.indexTouches()
	b.indexMembers()
	b.nameChanges()
	b.rankChanges()
	return b
}

// castShadow marks what the revisions reach without passing the mainline: more
// than their extra commits, and cheaper to know for all of them together.
func (b *book) castShadow(revisions []int32) {
	b.shadow = make([]bool, len(b.graph.commits))
	stack := slices.Clone(revisions)
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if b.shadow[x] || b.graph.onMainline(x) {
			continue
		}
		b.shadow[x] = true
		stack = append(stack, b.graph.parentsOf(x)...)
	}
}

// nameParts numbers the components: the configured ones, then those that only
// records name. A repository without any is one component of its own name.
func (b *book) nameParts(extra []ComponentName) {
	list := slices.Clone(b.repo.Components)
	if len(list) == 0 {
		list = []ComponentName{ComponentName(b.repo.Name)}
	}
	extra = slices.Clone(extra)
	slices.Sort(extra)
	for _, name := range append(list, extra...) {
		if _, there := b.partOf[name]; !there {
			b.partOf[name] = len(b.parts)
			b.parts = append(b.parts, name)
		}
	}
}

func (b *book) partsOf(x int32) []int {
	names := b.graph.commits[x].Components
	if names == nil {
		return nil
	}
	out := []int{}
	for _, n := range names {
		if i, ok := b.partOf[n]; ok && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

func (c *change) belongsTo(part int) bool { return c.parts == nil || slices.Contains(c.parts, part) }

// copiesOf gives the copies of a change, which makes it special.
func (b *book) copiesOf(number int32) *copies {
	c := &b.changes[number]
	if c.special == nil {
		c.special = &copies{ways: []way{{{c.commit}}}}
	}
	return c.special
}

// findLoose makes changes of the commits that deployed revisions reach beside
// the mainline, and that are no copies of other changes. Merges carry nothing of
// their own.
func (b *book) findLoose(revisions []int32) {
	seen, loose := map[int32]bool{}, map[int32]bool{}
	var stack []int32
	for _, r := range revisions {
		if b.graph.landing[r] == none {
			stack = append(stack, r)
		}
	}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[x] || b.graph.landing[x] != none {
			continue
		}
		seen[x] = true
		stack = append(stack, b.graph.parentsOf(x)...)
		loose[x] = len(b.graph.commits[x].Parents) < 2
	}
	for _, x := range sortedKeys(loose) {
		// An original that is no change itself, since it never ran, matches nothing.
		isCopy := slices.ContainsFunc(b.originals(x), func(y int32) bool { return b.graph.landing[y] != none || loose[y] })
		if loose[x] && !isCopy && !b.isBrought(x) {
			b.of[x] = int32(len(b.changes))
			b.changes = append(b.changes, change{commit: x, place: none, parts: b.partsOf(x)})
		}
	}
}

// isBrought reports whether a commit is part of a branch that a mainline commit
// squashed: it is no change of its own, however early it ran.
func (b *book) isBrought(x int32) bool {
	end, ok := b.brought[x]
	return ok && slices.ContainsFunc(b.originals(end), func(y int32) bool { return b.graph.landing[y] != none })
}

// findReverts notes which commits undo which, and what that means for changes.
func (b *book) findReverts() {
	facts := slices.Clone(b.repo.Reverts)
	slices.SortFunc(facts, func(x, y Revert) int {
		return cmp.Or(CompareHashes(x.Undoes, y.Undoes), CompareHashes(x.Commit, y.Commit))
	})
	for _, f := range facts {
		x, ok := b.graph.index[f.Commit]
		y, there := b.graph.index[f.Undoes]
		if ok && there && x != y && !slices.Contains(b.undoes[y], x) {
			b.undoes[y] = append(b.undoes[y], x)
			b.undone[x] = append(b.undone[x], y)
		}
	}
	for _, y := range sortedKeys(b.undoes) {
		for _, o := range b.undoneBy(y) {
			k := b.copiesOf(o.change)
			switch i := slices.IndexFunc(k.parts, func(p part) bool { return p.commit == o.commit }); {
			case b.isWhole(o):
				k.reverts = append(k.reverts, b.undoes[y]...)
			case i >= 0:
				k.parts[i].reverts = append(k.parts[i].reverts, b.undoes[y]...)
			default:
				k.parts = append(k.parts, part{o.commit, slices.Clone(b.undoes[y])})
			}
		}
	}
}

// owned ties a commit to a change: as its own commit, or as the one among those
// that a merge brought in.
type owned struct{ change, commit int32 }

// undoneBy lists the changes that a revert of commit y concerns: the one that it
// belongs to, and those that it is a copy of.
func (b *book) undoneBy(y int32) []owned {
	var out []owned
	if number, _ := b.changeOfCommit(y); number != none {
		out = append(out, owned{number, y})
	}
	return append(out, b.owners[y]...)
}

// isWhole reports whether undoing the commit undoes the whole change: its own,
// or the only one that its merge brought in.
func (b *book) isWhole(o owned) bool {
	if b.changes[o.change].commit == o.commit {
		return true
	}
	work := b.broughtBy(o.change)
	return len(work) == 1 && work[0] == o.commit
}

// broughtBy lists the commits that a merge brought in and that carry something:
// no merges, unless there is nothing else.
func (b *book) broughtBy(place int32) []int32 {
	work := slices.DeleteFunc(slices.Clone(b.landed[place]), func(x int32) bool { return len(b.graph.parentsOf(x)) > 1 })
	if len(work) == 0 {
		return b.landed[place]
	}
	return work
}

// findTips adds the way in which a revision off the mainline holds a merge's
// change: all tips that it brought in.
func (b *book) findTips() {
	for place, x := range b.graph.mainline {
		parents := b.graph.parentsOf(x)
		if len(parents) < 2 {
			continue
		}
		var w way
		for _, p := range parents[1:] {
			if b.graph.landing[p] == int32(place) && p != x {
				w = append(w, []int32{p})
			}
		}
		if len(w) > 0 && b.tipsMatter(w) {
			k := b.copiesOf(int32(place))
			k.ways = append(k.ways, w)
		}
	}
}

// tipsMatter reports whether a revision off the mainline may reach a tip without
// the merge.
func (b *book) tipsMatter(w way) bool {
	for _, group := range w {
		if b.shadow[group[0]] {
			return true
		}
	}
	return false
}

func (b *book) indexTouches() {
	for number := range b.changes {
		k := b.changes[number].special
		if k == nil {
			if b.changes[number].place == none {
				b.touches[b.changes[number].commit] = append(b.touches[b.changes[number].commit], int32(number))
			}
			continue
		}
		for _, x := range b.dependsOn(k) {
			b.touches[x] = append(b.touches[x], int32(number))
			if place := b.graph.landing[x]; place != none {
				b.atPlace = append(b.atPlace, touch{place, int32(number)})
			}
		}
	}
	slices.SortFunc(b.atPlace, func(x, y touch) int {
		return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(x.change, y.change))
	})
}

// dependsOn lists all commits that a change's holding depends on, reverts of
// reverts included.
func (b *book) dependsOn(k *copies) []int32 {
	seen := map[int32]bool{}
	var out, stack []int32
	for _, w := range k.ways {
		for _, group := range w {
			out = append(out, group...)
		}
	}
	stack = append(stack, k.reverts...)
	for _, p := range k.parts {
		out = append(out, p.commit)
		stack = append(stack, p.reverts...)
	}
	for len(stack) > 0 {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
			stack = append(stack, b.undoersOf(x)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *book) indexMembers() {
	b.members, b.loose = make([][]int32, len(b.parts)), make([][]int32, len(b.parts))
	for number := range b.changes {
		c := &b.changes[number]
		for p := range b.parts {
			if !c.belongsTo(p) {
				continue
			}
			if c.place == none {
				b.loose[p] = append(b.loose[p], int32(number))
			} else {
				b.members[p] = append(b.members[p], int32(number))
			}
		}
	}
}
