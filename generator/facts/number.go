package facts

import (
	"slices"
	"strconv"

	"daylight/generator/ledger"
)

// Span is a life of a flag in one source, as far as its name depends on it.
type Span struct {
	Base ledger.FlagKey // as the manifest has it
	ledger.FlagSpan
}

// Number gives each of a list of lives its final key, in the order of the list,
// which is that of the sources. Lives of one key at one time, in sources that
// tell of different environments, are one flag. Each other life of a key is a
// flag of its own: the second is "key#2".
func Number(list []Span) []ledger.FlagKey {
	of := map[ledger.FlagKey][]int{}
	for i, s := range list {
		of[s.Base] = append(of[s.Base], i)
	}
	out := make([]ledger.FlagKey, len(list))
	for base, lives := range of { // each key for itself: the order does not matter
		for n, flag := range together(list, lives) {
			for _, i := range flag {
				if out[i] = base; n > 0 {
					out[i] += ledger.FlagKey("#" + strconv.Itoa(n+1))
				}
			}
		}
	}
	return out
}

// together puts the lives of one key that are one flag into one list; the lists
// are in the order of their first lives.
func together(list []Span, lives []int) [][]int {
	var flags [][]int
	byBegin := slices.Clone(lives)
	slices.SortStableFunc(byBegin, func(a, b int) int { return list[a].Begin.Compare(list[b].Begin) })
	for _, i := range byBegin {
		// The newest that it fits: an older one had gone when the newer began.
		at := -1
		for n, flag := range slices.Backward(flags) {
			beside := !slices.ContainsFunc(flag, func(k int) bool { return !list[k].Beside(list[i].FlagSpan) })
			meets := slices.ContainsFunc(flag, func(k int) bool { return list[k].Apart(list[i].FlagSpan) && meets(list[k], list[i]) })
			if beside && meets {
				at = n
				break
			}
		}
		if at < 0 {
			flags = append(flags, []int{i})
		} else {
			flags[at] = append(flags[at], i)
		}
	}
	for _, flag := range flags {
		slices.Sort(flag)
	}
	slices.SortFunc(flags, func(a, b []int) int { return a[0] - b[0] })
	return flags
}

// meets reports whether one life begins before, or just when, the other is over.
func meets(a, b Span) bool {
	return (a.End.IsZero() || !b.Begin.After(a.End)) && (b.End.IsZero() || !a.Begin.After(b.End))
}
