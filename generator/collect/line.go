package collect

import "daylight/generator/history"

// line is the shape of a repository's history, as far as reading needs it: the
// mainline, and which mainline commit first reached each other commit.
type line struct {
	commits  []history.Commit
	index    map[history.Hash]int32 // into commits
	parents  [][]int32              // those that are in the clone
	mainline []int32                // first parents from the root to the tip
	landing  []int32                // per commit: place in mainline of the first that reaches it, or offMainline
}

const offMainline = int32(-1)

func newLine(commits []history.Commit, tip history.Hash) *line {
	l := &line{
		commits: commits,
		index:   make(map[history.Hash]int32, len(commits)),
		parents: make([][]int32, len(commits)),
		landing: make([]int32, len(commits)),
	}
	for i := range commits {
		l.index[commits[i].Hash] = int32(i)
		l.landing[i] = offMainline
	}
	for i := range commits {
		for _, p := range commits[i].Parents {
			if at, ok := l.index[p]; ok {
				l.parents[i] = append(l.parents[i], at)
			}
		}
	}
	l.walkMainline(tip)
	l.land()
	return l
}

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
	for i, j := 0, len(l.mainline)-1; i < j; i, j = i+1, j-1 {
		l.mainline[i], l.mainline[j] = l.mainline[j], l.mainline[i]
	}
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
			stack = append(stack, l.parents[at]...)
		}
	}
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
			stack = append(stack, l.parents[at]...)
		}
	}
	return seen
}

// fork gives the place of the newest mainline commit that commit i reaches, or
// offMainline when it reaches none.
func (l *line) fork(i int32) int32 {
	seen := map[int32]bool{}
	stack, best := []int32{i}, offMainline
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		if l.onMainline(at) {
			best = max(best, l.landing[at])
			continue
		}
		stack = append(stack, l.parents[at]...)
	}
	return best
}

// reaches reports whether commit from has commit to among its ancestors, or is
// it. On the mainline the answer is a comparison; elsewhere it walks down to the
// mainline, which is meant for the few commits that name another by its subject.
func (l *line) reaches(from, to int32) bool {
	if l.onMainline(from) && l.landing[to] != offMainline {
		return l.landing[to] <= l.landing[from]
	}
	seen := map[int32]bool{}
	stack := []int32{from}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at == to {
			return true
		}
		if seen[at] {
			continue
		}
		seen[at] = true
		if l.onMainline(at) && l.landing[to] != offMainline {
			if l.landing[to] <= l.landing[at] {
				return true
			}
			continue
		}
		stack = append(stack, l.parents[at]...)
	}
	return false
}
