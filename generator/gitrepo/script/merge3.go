package script

import (
	"bytes"
	"slices"
)

// maxCells bounds the table that compares two texts: 4000 lines each.
const maxCells = 16_000_000

// merge3 brings two differences from one base together, line by line. It
// reports false when both changed the same place in two ways, or when the texts
// are too long to compare.
func merge3(base, ours, theirs []byte) ([]byte, bool) {
	b, o, t := lines(base), lines(ours), lines(theirs)
	inOurs, ok := match(b, o)
	if !ok {
		return nil, false
	}
	inTheirs, ok := match(b, t)
	if !ok {
		return nil, false
	}
	var out []byte
	var atB, atO, atT int
	for {
		// The next line of the base that both kept ends what lies before it.
		end := atB
		for end < len(b) && (inOurs[end] < 0 || inTheirs[end] < 0) {
			end++
		}
		endO, endT := len(o), len(t)
		if end < len(b) {
			endO, endT = inOurs[end], inTheirs[end]
		}
		piece, ok := choose(b[atB:end], o[atO:endO], t[atT:endT])
		if !ok {
			return nil, false
		}
		for _, line := range piece {
			out = append(out, line...)
		}
		if end == len(b) {
			return out, true
		}
		out = append(out, b[end]...)
		atB, atO, atT = end+1, endO+1, endT+1
	}
}

// choose gives what a stretch becomes between two lines that all have.
func choose(base, ours, theirs [][]byte) ([][]byte, bool) {
	equal := func(x, y [][]byte) bool { return slices.EqualFunc(x, y, bytes.Equal) }
	switch {
	case equal(ours, base), equal(ours, theirs):
		return theirs, true
	case equal(theirs, base):
		return ours, true
	}
	return nil, false
}

func lines(text []byte) [][]byte { return slices.Collect(bytes.Lines(text)) }

// match gives, for each line of a, the line of b that a longest common
// subsequence pairs it with, or -1.
func match(a, b [][]byte) ([]int, bool) {
	pairs := make([]int, len(a))
	for i := range pairs {
		pairs[i] = -1
	}
	head := 0
	for head < len(a) && head < len(b) && bytes.Equal(a[head], b[head]) {
		pairs[head] = head
		head++
	}
	endA, endB := len(a), len(b)
	for endA > head && endB > head && bytes.Equal(a[endA-1], b[endB-1]) {
		endA, endB = endA-1, endB-1
		pairs[endA] = endB
	}
	n, m := endA-head, endB-head
	if n*m > maxCells {
		return nil, false
	}
	// best[i][j] is the length of the longest common subsequence of what
	// remains from line i of a and line j of b.
	best := make([][]int32, n+1)
	for i := range best {
		best[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if bytes.Equal(a[head+i], b[head+j]) {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case bytes.Equal(a[head+i], b[head+j]):
			pairs[head+i] = head + j
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs, true
}
