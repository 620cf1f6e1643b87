package collect

import (
	"bytes"
	"encoding/hex"
	"slices"
	"sort"
	"strings"

	"daylight/generator/history"
)

// line is the shape of a repository's history, as far as reading needs it: the
// mainline, and which mainline commit first reached each other commit. Commits
// are numbered in the order of their ids.
type line struct {
	commits  []history.Commit
	index    map[history.Hash]int32 // into commits
	first    []int32                // parents of i are list[first[i]:first[i+1]]
	list     []int32
	mainline []int32 // first parents from the root to the tip
	landing  []int32 // per commit: place in mainline of the first that reaches it, or offMainline
	prefix   []int32 // per commit: place of the newest mainline commit that it reaches, or offMainline
}

const offMainline = int32(-1)

// newLine takes commits in the order of their ids, each once.
func newLine(commits []history.Commit, tip history.Hash) *line {
	l := &line{
		commits: commits,
		index:   make(map[history.Hash]int32, len(commits)),
		first:   make([]int32, len(commits)+1),
		list:    make([]int32, 0, len(commits)+len(commits)/2),
		landing: make([]int32, len(commits)),
		prefix:  make([]int32, len(commits)),
	}
	for i := range commits {
		l.index[commits[i].Hash] = int32(i)
		l.landing[i], l.prefix[i] = offMainline, offMainline
	}
	for i := range commits {
		for _, p := range commits[i].Parents {
			if at, ok := l.index[p]; ok {
				l.list = append(l.list, at)
			}
		}
		l.first[i+1] = int32(len(l.list))
	}
	l.walkMainline(tip)
	l.land()
	l.findPrefixes()
	return l
}

// parents gives those parents of a commit that are in the clone.
func (l *line) parents(i int32) []int32 { return l.list[l.first[i]:l.first[i+1]] }

// walkMainline follows first parents. A first parent that the clone lacks ends
// the line, even where other parents are there.
func (l *line) walkMainline(tip history.Hash) {
	at, ok := l.index[tip]
	for ok {
		l.mainline = append(l.mainline, at)
		parents := l.commits[at].Parents
		if len(parents) == 0 {
			break
		}
		at, ok = l.index[parents[0]]
	}
	slices.Reverse(l.mainline)
}

// land gives every commit to the oldest mainline commit that reaches it.
func (l *line) land() {
	var stack []int32
	for place, at := range l.mainline {
		stack = append(stack[:0], at)
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if l.landing[at] != offMainline {
				continue
			}
			l.landing[at] = int32(place)
			stack = append(stack, l.parents(at)...)
		}
	}
}

// findPrefixes goes through the commits that are not on the mainline, parents
// before children; histories are deep, so that it keeps its own stack.
func (l *line) findPrefixes() {
	for place, at := range l.mainline {
		l.prefix[at] = int32(place)
	}
	done := make([]bool, len(l.commits))
	type frame struct{ i, next int32 }
	var stack []frame
	for root := range l.commits {
		if done[root] || l.onMainline(int32(root)) {
			continue
		}
		done[root] = true
		stack = append(stack[:0], frame{int32(root), 0})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if parents := l.parents(top.i); int(top.next) < len(parents) {
				p := parents[top.next]
				top.next++
				if !done[p] && !l.onMainline(p) {
					done[p] = true
					stack = append(stack, frame{p, 0})
				}
				continue
			}
			for _, p := range l.parents(top.i) {
				l.prefix[top.i] = max(l.prefix[top.i], l.prefix[p])
			}
			stack = stack[:len(stack)-1]
		}
	}
}

// prefixOf gives the place of the mainline at which a commit counts: that which
// brought it in, or, off the mainline, the newest that it builds on.
func (l *line) prefixOf(i int32) int32 {
	if place := l.landing[i]; place != offMainline {
		return place
	}
	return l.prefix[i]
}

// onMainline reports whether commit i is itself a step of the mainline.
func (l *line) onMainline(i int32) bool {
	place := l.landing[i]
	return place != offMainline && l.mainline[place] == i
}

// reachable marks what the tips reach.
func (l *line) reachable(tips []history.Hash) []bool {
	seen := make([]bool, len(l.commits))
	var stack []int32
	for _, tip := range tips {
		if at, ok := l.index[tip]; ok {
			stack = append(stack, at)
		}
	}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !seen[at] {
			seen[at] = true
			stack = append(stack, l.parents(at)...)
		}
	}
	return seen
}

// branch lists the commits off the mainline that commit i reaches, itself first;
// ok is false where there are more than limit.
func (l *line) branch(i int32, limit int) (out []int32, ok bool) {
	seen := map[int32]bool{i: true}
	out = []int32{i}
	for n := 0; n < len(out); n++ {
		for _, p := range l.parents(out[n]) {
			if seen[p] || l.landing[p] != offMainline {
				continue
			}
			if len(out) >= limit {
				return out, false
			}
			seen[p] = true
			out = append(out, p)
		}
	}
	return out, true
}

// reaches reports whether commit from has commit to among its ancestors, or is
// it. Towards what the mainline holds up to the newest commit that from reaches,
// the answer is a comparison; elsewhere it walks, which is meant for the few
// commits that name another.
func (l *line) reaches(from, to int32) bool {
	if from == to {
		return true
	}
	if l.landing[to] != offMainline && l.landing[to] <= l.prefix[from] {
		return true
	}
	if l.onMainline(from) {
		return false
	}
	seen := map[int32]bool{from: true}
	stack := []int32{from}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, p := range l.parents(at) {
			if p == to {
				return true
			}
			if !seen[p] && !l.onMainline(p) {
				seen[p] = true
				stack = append(stack, p)
			}
		}
	}
	return false
}

// withPrefix finds the commit whose id begins with these hex digits, among those
// that keep accepts; nil accepts all. several says that more than one does.
func (l *line) withPrefix(digits string, keep []bool) (i int32, found, several bool) {
	if len(digits) > 2*len(history.Hash{}) || strings.Trim(digits, "0123456789abcdef") != "" {
		return 0, false, false
	}
	var low history.Hash
	even := digits
	if len(even)%2 == 1 {
		even += "0"
	}
	if _, err := hex.Decode(low[:], []byte(even)); err != nil {
		return 0, false, false
	}
	at := sort.Search(len(l.commits), func(n int) bool { return bytes.Compare(l.commits[n].Hash[:], low[:]) >= 0 })
	for ; at < len(l.commits) && strings.HasPrefix(l.commits[at].Hash.String(), digits); at++ {
		if keep != nil && !keep[at] {
			continue
		}
		if found {
			return 0, false, true
		}
		i, found = int32(at), true
	}
	return i, found, false
}
