package collect

import (
	"bytes"
	"strings"
)

// Bounds on the comparison of two versions of a file.
const (
	maxDiffBytes = 1 << 20 // of one version; a larger file is compared as a whole
	maxDiffEdits = 800     // that the shortest script is looked for
)

// textDiff is a file before and after, with what is only in one of them.
type textDiff struct {
	old, young     []string // lines without their ends
	removed, added []bool   // per line
}

// isText reports whether a file has lines to compare, as git decides it: by a
// zero byte near the beginning.
func isText(data []byte) bool {
	return len(data) <= maxDiffBytes && bytes.IndexByte(data[:min(len(data), 8000)], 0) < 0
}

// splitLines cuts a text into lines; ends are not kept, so that a change of line
// ends alone is no change.
func splitLines(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// diffText compares two versions line by line. Between versions that differ too
// much for a shortest script, a line counts as unchanged where the other has one
// like it.
func diffText(before, after []byte) textDiff {
	d := textDiff{old: splitLines(before), young: splitLines(after)}
	d.removed, d.added = make([]bool, len(d.old)), make([]bool, len(d.young))
	from := 0
	for from < len(d.old) && from < len(d.young) && d.old[from] == d.young[from] {
		from++
	}
	oldEnd, youngEnd := len(d.old), len(d.young)
	for oldEnd > from && youngEnd > from && d.old[oldEnd-1] == d.young[youngEnd-1] {
		oldEnd--
		youngEnd--
	}
	numbers := map[string]int32{}
	number := func(lines []string) []int32 {
		out := make([]int32, len(lines))
		for i, text := range lines {
			n, ok := numbers[text]
			if !ok {
				n = int32(len(numbers))
				numbers[text] = n
			}
			out[i] = n
		}
		return out
	}
	a, b := number(d.old[from:oldEnd]), number(d.young[from:youngEnd])
	if !shortestEdits(a, b, d.removed[from:oldEnd], d.added[from:youngEnd]) {
		countedEdits(a, b, d.removed[from:oldEnd], d.added[from:youngEnd])
	}
	return d
}

// shortestEdits marks the lines of a shortest script from a to b (E. Myers, "An
// O(ND) difference algorithm and its variations", 1986). It reports false, and
// marks nothing, when the script has more than maxDiffEdits edits.
func shortestEdits(a, b []int32, removed, added []bool) bool {
	n, m := len(a), len(b)
	limit := min(n+m, maxDiffEdits)
	far := make([]int32, 2*limit+2) // per diagonal: how far a was followed
	var trace [][]int32
	for d := 0; d <= limit; d++ {
		for k := -d; k <= d; k += 2 {
			var x int
			if k == -d || k != d && far[limit+k-1] < far[limit+k+1] {
				x = int(far[limit+k+1])
			} else {
				x = int(far[limit+k-1]) + 1
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x++
				y++
			}
			far[limit+k] = int32(x)
			if x >= n && y >= m {
				walkBack(trace, d, n, m, removed, added)
				return true
			}
		}
		// Only the diagonals from -d to d were reached.
		trace = append(trace, append([]int32(nil), far[limit-d:limit+d+1]...))
	}
	return false
}

// walkBack follows the script from its end; trace[d] has the diagonals from -d
// to d after d edits.
func walkBack(trace [][]int32, d, x, y int, removed, added []bool) {
	for ; d > 0; d-- {
		before := trace[d-1]
		at := func(k int) int32 {
			if k < -(d-1) || k > d-1 {
				return -1
			}
			return before[k+d-1]
		}
		k := x - y
		down := k == -d || k != d && at(k-1) < at(k+1)
		if down {
			k++
		} else {
			k--
		}
		x = int(at(k))
		y = x - k
		if down {
			added[y] = true
		} else {
			removed[x] = true
		}
	}
}

// countedEdits marks what one side has more often than the other.
func countedEdits(a, b []int32, removed, added []bool) {
	count := map[int32]int{}
	for _, n := range a {
		count[n]++
	}
	for i, n := range b {
		if count[n]--; count[n] < 0 {
			added[i] = true
			count[n] = 0
		}
	}
	for i := len(a) - 1; i >= 0; i-- {
		if count[a[i]] > 0 {
			removed[i] = true
			count[a[i]]--
		}
	}
}
