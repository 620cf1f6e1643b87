package ledger

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// none stands for "no commit", "no place on the mainline" and the like.
const none = int32(-1)

// graph is the shape of one repository's history. Commits are numbered in the
// order of their ids, so that nothing depends on the order of the facts.
//
// The mainline gives a short way to say what a commit reaches. prefix[x] is the
// newest place of the mainline that x reaches; landing[x] is the oldest place
// that reaches x. Everything that landed at or before prefix[x] is an ancestor
// of x, and what else x reaches, its extra commits, can only be found by a walk.
// On the mainline itself there is none.
type graph struct {
	commits  []*Commit
	index    map[Hash]int32
	first    []int32 // parents of x are parents[first[x]:first[x+1]]
	parents  []int32
	topo     []int32 // place in an order in which ancestors come first
	mainline []int32
	later    []int32 // the mainline after as-of, oldest first: logs that it holds speak of the past
	landing  []int32
	prefix   []int32
	borders  []int32 // commits whose parents are not all here, ascending
}

// newGraph numbers the commits of a repository, with the mainline as it stood at
// asOf: up to the newest first-parent commit that is dated at or before it. One
// misdated commit in between hides nothing.
func newGraph(r *Repository, asOf time.Time) *graph {
	g := &graph{commits: make([]*Commit, len(r.Commits)), index: make(map[Hash]int32, len(r.Commits))}
	for i := range r.Commits {
		g.commits[i] = &r.Commits[i]
	}
	slices.SortFunc(g.commits, func(a, b *Commit) int { return CompareHashes(a.Hash, b.Hash) })
	g.commits = slices.CompactFunc(g.commits, func(a, b *Commit) bool { return a.Hash == b.Hash })
	for i, c := range g.commits {
		g.index[c.Hash] = int32(i)
	}
	g.link(r.Shallow)
	g.order()
	g.walkMainline(r.Mainline, asOf)
	g.land()
	return g
}

// link finds the parents of every commit. One whose parents are cut off has
// those that are here, or none where a shallow clone says so.
func (g *graph) link(shallow []Hash) {
	cut := make(map[Hash]bool, len(shallow))
	for _, h := range shallow {
		cut[h] = true
	}
	g.first = make([]int32, len(g.commits)+1)
	g.parents = make([]int32, 0, len(g.commits)+len(g.commits)/4)
	for i, c := range g.commits {
		whole := !cut[c.Hash]
		for _, p := range c.Parents {
			at, ok := g.index[p]
			if ok && at != int32(i) && !cut[c.Hash] {
				g.parents = append(g.parents, at)
			}
			whole = whole && ok
		}
		if !whole {
			g.borders = append(g.borders, int32(i))
		}
		g.first[i+1] = int32(len(g.parents))
	}
}

func (g *graph) parentsOf(x int32) []int32 { return g.parents[g.first[x]:g.first[x+1]] }

// order sorts topologically, without recursion: histories are deep.
func (g *graph) order() {
	g.topo = make([]int32, len(g.commits))
	for i := range g.topo {
		g.topo[i] = none
	}
	type frame struct{ x, next int32 }
	var stack []frame
	entered := make([]bool, len(g.commits))
	place := int32(0)
	for root := range g.commits {
		if entered[root] {
			continue
		}
		entered[root] = true
		stack = append(stack, frame{int32(root), 0})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			parents := g.parentsOf(top.x)
			if int(top.next) < len(parents) {
				p := parents[top.next]
				top.next++
				if !entered[p] {
					entered[p] = true
					stack = append(stack, frame{p, 0})
				}
				continue
			}
			g.topo[top.x] = place
			place++
			stack = stack[:len(stack)-1]
		}
	}
}

func (g *graph) walkMainline(tip Hash, asOf time.Time) {
	at, ok := g.index[tip]
	for ok {
		g.mainline = append(g.mainline, at)
		if len(g.mainline) > len(g.commits) {
			break // a cycle cannot come from git; facts from elsewhere may lie
		}
		parents := g.commits[at].Parents
		if len(parents) == 0 || len(g.parentsOf(at)) == 0 {
			break
		}
		at, ok = g.index[parents[0]]
	}
	newest := 0
	for newest < len(g.mainline) && g.commits[g.mainline[newest]].Committed.After(asOf) {
		newest++
	}
	g.later, g.mainline = slices.Clone(g.mainline[:newest]), g.mainline[newest:]
	slices.Reverse(g.later)
	slices.Reverse(g.mainline)
}

func (g *graph) land() {
	n := len(g.commits)
	g.landing, g.prefix = make([]int32, n), make([]int32, n)
	for i := range n {
		g.landing[i], g.prefix[i] = none, none
	}
	var stack []int32
	for place, at := range g.mainline {
		stack = append(stack[:0], at)
		for len(stack) > 0 {
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if g.landing[x] == none {
				g.landing[x] = int32(place)
				stack = append(stack, g.parentsOf(x)...)
			}
		}
	}
	byTopo := make([]int32, n)
	for x, place := range g.topo {
		byTopo[place] = int32(x)
	}
	for _, x := range byTopo {
		if g.onMainline(x) {
			g.prefix[x] = g.landing[x]
			continue
		}
		for _, p := range g.parentsOf(x) {
			g.prefix[x] = max(g.prefix[x], g.prefix[p])
		}
	}
}

func (g *graph) onMainline(x int32) bool {
	place := g.landing[x]
	return place != none && g.mainline[place] == x
}

// reach answers questions of ancestry and remembers the walks that it took. Each
// goroutine has its own.
type reach struct {
	*graph
	extras map[int32]map[int32]bool
	cuts   map[int32][]int32 // what bordersOf found
}

func newReach(g *graph) *reach { return &reach{graph: g, extras: map[int32]map[int32]bool{}} }

// reaches reports whether x has y among its ancestors, or is y.
func (g *reach) reaches(x, y int32) bool {
	if x == y || g.landing[y] != none && g.landing[y] <= g.prefix[x] {
		return true
	}
	if g.onMainline(x) {
		return false
	}
	return g.extra(x)[y]
}

// extra gives the commits that x reaches beside those that its prefix covers,
// x itself included. It is empty on the mainline.
func (g *reach) extra(x int32) map[int32]bool {
	if g.onMainline(x) {
		return nil
	}
	if set, ok := g.extras[x]; ok {
		return set
	}
	set := map[int32]bool{x: true}
	stack := []int32{x}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, p := range g.parentsOf(at) {
			if !set[p] && !g.covers(x, p) {
				set[p] = true
				stack = append(stack, p)
			}
		}
	}
	if len(g.extras) > maxExtras {
		clear(g.extras) // only a memo
	}
	g.extras[x] = set
	return set
}

// maxExtras bounds the memo of extra sets.
const maxExtras = 4096

// covers reports whether the prefix of x covers y.
func (g *graph) covers(x, y int32) bool { return g.landing[y] != none && g.landing[y] <= g.prefix[x] }

// difference lists the commits off the mainline's reach that exactly one of a
// and b reaches, apart from what separates their prefixes. Its cost follows the
// difference: a walk down from both, newest first, that stops when all that is
// left is common.
func (g *graph) difference(a, b int32) []int32 {
	if g.onMainline(a) && g.onMainline(b) || a == b {
		return nil
	}
	const fromA, fromB = 1, 2
	colour := map[int32]uint8{}
	q := &newest{g: g}
	open := 0 // queued commits that only one side reaches
	push := func(x int32, c uint8) {
		before := colour[x]
		after := before | c
		if after == before {
			return
		}
		colour[x] = after
		if before == 0 {
			heap.Push(q, x)
			if after != fromA|fromB {
				open++
			}
		} else {
			open--
		}
	}
	if !g.onMainline(a) {
		push(a, fromA)
	}
	if !g.onMainline(b) {
		push(b, fromB)
	}
	var out []int32
	for open > 0 {
		x := heap.Pop(q).(int32)
		c := colour[x]
		if c != fromA|fromB {
			open--
			if c == fromA && !g.covers(b, x) || c == fromB && !g.covers(a, x) {
				out = append(out, x)
			}
		}
		for _, p := range g.parentsOf(x) {
			side := c
			if side&fromA != 0 && g.covers(a, p) {
				side &^= fromA
			}
			if side&fromB != 0 && g.covers(b, p) {
				side &^= fromB
			}
			if side != 0 {
				push(p, side)
			}
		}
	}
	slices.SortFunc(out, func(x, y int32) int { return cmp.Compare(x, y) })
	return out
}

// newest is a heap of commits in which descendants come before ancestors.
type newest struct {
	g  *graph
	xs []int32
}

func (q *newest) Len() int           { return len(q.xs) }
func (q *newest) Less(i, j int) bool { return q.g.topo[q.xs[i]] > q.g.topo[q.xs[j]] }
func (q *newest) Swap(i, j int)      { q.xs[i], q.xs[j] = q.xs[j], q.xs[i] }
func (q *newest) Push(x any)         { q.xs = append(q.xs, x.(int32)) }
func (q *newest) Pop() any {
	x := q.xs[len(q.xs)-1]
	q.xs = q.xs[:len(q.xs)-1]
	return x
}
