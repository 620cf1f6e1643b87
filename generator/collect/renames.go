package collect

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// rename lets a life go on under a new key, when a key of the same definition
// and a similar name came in the same commit. The definition alone proves
// little: most flags are simply off when they are born. Of several pairs the
// most similar go first.
func (t *timeline) rename(added, removed map[ledger.FlagKey]bool, next map[ledger.FlagKey][]flagfile.Setting) {
	type pair struct {
		old, key ledger.FlagKey
		score    float64
	}
	var pairs []pair
	if len(added)*len(removed) > maxRenames {
		return // a manifest was replaced by another
	}
	for old := range removed {
		for key := range added {
			if s := similarity(string(old), string(key)); s > 0.5 && t.sameDefinition(old, key, next) {
				pairs = append(pairs, pair{old, key, s})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.old, b.old), cmp.Compare(a.key, b.key))
	})
	for _, p := range pairs {
		if !removed[p.old] || !added[p.key] {
			continue
		}
		l := t.current[p.old]
		l.aliases, l.key = append(l.aliases, p.old), p.key
		delete(t.current, p.old)
		t.current[p.key] = l
		t.now[p.key] = t.now[p.old]
		delete(t.now, p.old)
		delete(removed, p.old)
		delete(added, p.key)
	}
}

// maxRenames bounds the pairs of keys that are compared for one commit.
const maxRenames = 10_000

func (t *timeline) sameDefinition(old, key ledger.FlagKey, next map[ledger.FlagKey][]flagfile.Setting) bool {
	return slices.EqualFunc(t.now[old], next[key], func(was, is flagfile.Setting) bool {
		return was.Environment == is.Environment && flagfile.Same(was, is)
	})
}

// similarity is 1 for equal names and 0 for names without a letter in common:
// twice the longest common subsequence over the sum of the lengths, whatever
// the case.
func similarity(a, b string) float64 {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if len(a)+len(b) == 0 || len(a) > 200 || len(b) > 200 {
		return 0
	}
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}
