package ledger

import (
	"cmp"
	"slices"
	"time"
)

// nameChanges gives every change its id: 12 hex digits, or more where two of the
// repository begin alike.
func (b *book) nameChanges() {
	b.ids = make([]ChangeID, len(b.changes))
	order := make([]int32, len(b.changes))
	for i := range order {
		order[i] = int32(i)
	}
	hash := func(i int32) Hash { return b.graph.commits[b.changes[i].commit].Hash }
	slices.SortFunc(order, func(x, y int32) int { return int(b.changes[x].commit) - int(b.changes[y].commit) }) // in the order of ids
	for i, number := range order {
		length := 12
		h := hash(number)
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(order) {
				length = max(length, commonDigits(h, hash(order[j]))+1)
			}
		}
		full := h.String()
		b.ids[number] = ChangeID(full[:min(length, len(full))])
	}
}

// commonDigits counts the hexadecimal digits with which both begin.
func commonDigits(a, b Hash) int {
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if n < len(a) && a[n]>>4 == b[n]>>4 {
		return 2*n + 1
	}
	return 2 * n
}

// rankChanges finds every change's place among those of the repository, newest
// first.
func (b *book) rankChanges() {
	b.newest, b.rank = make([]int32, len(b.changes)), make([]int32, len(b.changes))
	for i := range b.newest {
		b.newest[i] = int32(len(b.newest) - 1 - i)
	}
	slices.SortFunc(b.newest, func(x, y int32) int {
		if c := b.mergedAt(y).Compare(b.mergedAt(x)); c != 0 {
			return c
		}
		return cmp.Compare(b.ids[x], b.ids[y])
	})
	for place, number := range b.newest {
		b.rank[number] = int32(place)
	}
}

// idsOf names changes, newest first.
func (b *book) idsOf(numbers []int32) []ChangeID {
	sorted := slices.Clone(numbers)
	slices.SortFunc(sorted, func(x, y int32) int { return int(b.rank[x]) - int(b.rank[y]) })
	out := make([]ChangeID, len(sorted))
	for i, n := range sorted {
		out[i] = b.ids[n]
	}
	return out
}

func (b *book) mergedAt(number int32) time.Time {
	return b.graph.commits[b.changes[number].commit].Committed
}

func (b *book) isLoose(number int32) bool { return b.changes[number].place == none }

// changeList computes every change in every environment, newest first. Changes
// off the mainline have no merged date and come last, by that of their commits.
func (c *computation) changeList() []Change {
	lanes := map[*book][][]*lane{} // by environment
	for _, b := range c.repos {
		lanes[b] = make([][]*lane, len(c.envs))
	}
	for _, l := range c.lanes {
		if env := slices.Index(c.envs, l.name.environment); env >= 0 { // a lane without a name is shown nowhere
			lanes[l.book][env] = append(lanes[l.book][env], l)
		}
	}
	type numbered struct {
		book   *book
		number int32
	}
	var order []numbered
	for _, b := range c.repos {
		if b.repo.SourcesOnly {
			continue
		}
		for _, loose := range []bool{false, true} { // one repository is in order then
			for _, n := range b.newest {
				if b.isLoose(n) == loose {
					order = append(order, numbered{b, n})
				}
			}
		}
	}
	slices.SortFunc(order, func(x, y numbered) int {
		return cmp.Or(compareBools(x.book.isLoose(x.number), y.book.isLoose(y.number)),
			y.book.mergedAt(y.number).Compare(x.book.mergedAt(x.number)), cmp.Compare(x.book.repo.Name, y.book.repo.Name),
			cmp.Compare(x.book.ids[x.number], y.book.ids[y.number]))
	})
	shown := c.shownFlags()
	published := map[*book][]map[int32][]step{}
	for _, b := range c.repos {
		published[b] = c.publishedParts(b)
	}
	out := make([]Change, len(order))
	parallel((len(order)+changeChunk-1)/changeChunk, func(i int) {
		at := map[*book]*reach{}
		w := &stater{c: c, lanes: lanes, mover: mover{policy: c.policy}}
		for n := i * changeChunk; n < min((i+1)*changeChunk, len(order)); n++ {
			b, number := order[n].book, order[n].number
			if at[b] == nil {
				at[b] = newReach(b.graph)
			}
			out[n] = c.change(b, at[b], number, shown[b][number])
			out[n].Environments = w.inEnvironments(b, at[b], number, published[b])
		}
	})
	return out
}

// changeChunk is how many changes one core takes at a time.
const changeChunk = 1024

// change fills in what does not depend on environments.
func (c *computation) change(b *book, at *reach, number int32, flags []ChangeFlag) Change {
	ch := &b.changes[number]
	f := b.graph.commits[ch.commit]
	out := Change{
		Repository: b.repo.Name, ID: b.ids[number], Aliases: []ChangeID{}, Commit: f.Hash, Commits: []Hash{f.Hash},
		Title: f.Title, Body: f.Body, Note: f.Note, Type: f.Type, Scope: f.Scope, Breaking: f.Breaking, Internal: f.Internal,
		PullRequest: f.PullRequest, Author: f.Author, Versions: []ChangeVersion{}, Components: []ComponentName{},
		Flags: emptyIfNil(flags), Backports: []Hash{}, RevertedBy: []Hash{}, Reverts: []Hash{}, OffMainline: ch.place == none,
	}
	if ch.place != none {
		merged := f.Committed.UTC()
		out.Merged = &merged
		for _, x := range b.landed[ch.place] {
			out.Commits = append(out.Commits, b.graph.commits[x].Hash)
		}
		slices.SortFunc(out.Commits[1:], CompareHashes)
		b.inheritText(&out, ch.place)
		out.Aliases = b.aliasesOf(ch.place)
	}
	for i, name := range b.parts {
		if ch.belongsTo(i) && (ch.parts != nil || i < max(1, len(b.repo.Components)) || len(b.repo.Components) == 0) {
			out.Components = append(out.Components, name)
		}
	}
	for _, v := range b.firstIn[number] {
		out.Versions = append(out.Versions, ChangeVersion{Name: b.versions[v].fact.Name, Component: b.versions[v].fact.Component})
	}
	if len(out.Versions) > 0 {
		out.Version = out.Versions[0].Name
	}
	b.addRelatives(&out, at, number)
	return out
}

// aliasesOf lists the ids that a merge's commits had while they ran somewhere
// before it, and those of a branch that it squashed: their addresses lead to the
// change.
func (b *book) aliasesOf(place int32) []ChangeID {
	out := []ChangeID{}
	add := func(x int32) {
		if b.shadow[x] && len(b.graph.parentsOf(x)) < 2 {
			out = append(out, ChangeID(b.graph.commits[x].Hash.Short()))
		}
	}
	for _, x := range b.landed[place] {
		add(x)
	}
	for _, end := range b.copied[b.graph.mainline[place]] {
		parts := b.brings[end]
		if len(parts) > 0 {
			add(end)
		}
		for _, x := range parts {
			add(x)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inheritText gives a merge that says nothing for people what the commits that
// it brought in say: a note, a type, a break.
func (b *book) inheritText(out *Change, place int32) {
	landed := slices.Clone(b.landed[place])
	slices.SortFunc(landed, func(x, y int32) int {
		cx, cy := b.graph.commits[x], b.graph.commits[y]
		return cmp.Or(cx.Committed.Compare(cy.Committed), CompareHashes(cx.Hash, cy.Hash))
	})
	for _, x := range landed {
		f := b.graph.commits[x]
		out.Breaking = out.Breaking || f.Breaking
		if out.Note == nil {
			out.Note = f.Note
		}
		if out.Type == "" && len(landed) == 1 {
			out.Type, out.Scope = f.Type, cmp.Or(out.Scope, f.Scope)
		}
	}
}

// addRelatives lists backports, the versions that hold only those, and reverts
// in both directions.
func (b *book) addRelatives(out *Change, at *reach, number int32) {
	ch := &b.changes[number]
	own := append([]int32{ch.commit}, nil...)
	if ch.place != none {
		own = append(own, b.landed[ch.place]...)
	}
	if k := ch.special; k != nil {
		for _, x := range k.backports {
			out.Backports = append(out.Backports, b.graph.commits[x].Hash)
			b.addBackportVersions(out, at, ch, x)
		}
		own = append(own, k.backports...)
	}
	for _, x := range own {
		for _, v := range b.undoes[x] {
			out.RevertedBy = append(out.RevertedBy, b.graph.commits[v].Hash)
		}
		for _, y := range b.undone[x] {
			out.Reverts = append(out.Reverts, b.graph.commits[y].Hash)
		}
	}
	for _, list := range []*[]Hash{&out.Backports, &out.RevertedBy, &out.Reverts} {
		slices.SortFunc(*list, CompareHashes)
		*list = slices.Compact(*list)
	}
}

// addBackportVersions lists the first version of each line that holds a backport
// and not the change itself.
func (b *book) addBackportVersions(out *Change, at *reach, ch *change, copy int32) {
	if b.graph.onMainline(copy) {
		return
	}
	lines := b.lines
	if b.graph.landing[copy] == none {
		lines = b.asideLines // no version on the mainline reaches it
	}
	for _, line := range lines {
		for _, v := range line {
			x := b.versions[v].x
			if at.reaches(x, copy) && !at.reaches(x, ch.commit) {
				out.Versions = append(out.Versions, ChangeVersion{Name: b.versions[v].fact.Name,
					Component: b.versions[v].fact.Component, Backport: b.graph.commits[copy].Hash})
				break
			}
		}
	}
}

// publishedParts gives the published steps of each component, where releases go
// by version.
func (c *computation) publishedParts(b *book) []map[int32][]step {
	if c.by != ReleasesVersion {
		return nil
	}
	out := make([]map[int32][]step, len(b.parts))
	for part := range b.parts {
		out[part] = c.published(b, part)
	}
	return out
}
