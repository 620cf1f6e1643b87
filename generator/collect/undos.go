package collect

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxCandidates bounds how many commits of one subject are looked at: a subject
// such as "fix" that thousands of commits share proves nothing.
const maxCandidates = 64

// relations finds which commits undo others and which are copies of others.
type relations struct {
	*reading
	exact    map[string][]int32 // subject that a revert quotes -> commits, oldest landing first
	loose    map[string][]int32 // the same without numbers at the end
	numbers  map[int][]int32    // pull request -> mainline commits, oldest first
	patches  *patcher
	byPaths  map[string][]int32 // paths that a mainline commit touched -> places, ascending
	reverts  []ledger.Revert
	copies   []ledger.Backport
	problems []ledger.Problem
}

func newRelations(r *reading) *relations { return &relations{reading: r, patches: newPatcher(r)} }

// undo is a commit with what it says that it reverts.
type undo struct {
	commit int32
	Undo
}

// findReverts looks at every commit. A commit that a merge brought in may say
// what the merge says too; the commit's word is the closer one.
func (r *relations) findReverts() {
	var own, onMainline []undo
	for i := range r.line.commits {
		if !r.keep[i] {
			continue
		}
		if u, ok := ParseUndo(r.messages[i]); !ok {
			continue
		} else if r.line.onMainline(int32(i)) {
			onMainline = append(onMainline, undo{int32(i), u})
		} else {
			own = append(own, undo{int32(i), u})
		}
	}
	r.indexSubjects(own, onMainline)
	spoke := map[int32]bool{} // landings with a revert of their own
	for _, u := range own {
		if r.revert(u) {
			spoke[r.line.landing[u.commit]] = true
		}
	}
	for _, u := range onMainline {
		if !spoke[r.line.landing[u.commit]] {
			r.revert(u)
		}
	}
	slices.SortFunc(r.reverts, func(a, b ledger.Revert) int {
		return cmp.Or(ledger.CompareHashes(a.Commit, b.Commit), ledger.CompareHashes(a.Undoes, b.Undoes))
	})
}

// withoutNumbers is a subject without the numbers that a squash adds to it.
func withoutNumbers(subject string) string {
	for {
		rest, n := cutNumber(subject)
		if n < 0 || rest == "" {
			return subject
		}
		subject = rest
	}
}

// indexSubjects lists the commits whose subjects some revert quotes. Merged
// commits come in the order in which they landed, then the others by date and
// id, so that the nearest earlier one is found from the end.
func (r *relations) indexSubjects(lists ...[]undo) {
	r.exact, r.loose = map[string][]int32{}, map[string][]int32{}
	for _, u := range slices.Concat(lists...) {
		for _, s := range u.quotes() {
			r.exact[s], r.loose[withoutNumbers(s)] = nil, nil
		}
	}
	if len(r.exact) == 0 {
		return
	}
	add := func(index map[string][]int32, subject string, i int32) {
		if list, wanted := index[subject]; wanted && subject != "" && (len(list) == 0 || list[len(list)-1] != i) {
			index[subject] = append(list, i)
		}
	}
	for i := range r.line.commits {
		if r.keep[i] {
			m := &r.messages[i]
			add(r.exact, m.Subject, int32(i))
			add(r.loose, withoutNumbers(m.Subject), int32(i))
			if title := mergedTitle(m); title != "" {
				add(r.exact, title, int32(i))
				add(r.loose, withoutNumbers(title), int32(i))
			}
		}
	}
	for _, index := range []map[string][]int32{r.exact, r.loose} {
		for _, list := range index {
			slices.SortFunc(list, r.inOrder)
		}
	}
}

// inOrder orders commits by landing, those off the mainline last, then by date
// and id.
func (r *relations) inOrder(a, b int32) int {
	place := func(i int32) int32 {
		if p := r.line.landing[i]; p != offMainline {
			return p
		}
		return int32(len(r.line.mainline))
	}
	ca, cb := &r.line.commits[a], &r.line.commits[b]
	return cmp.Or(cmp.Compare(place(a), place(b)), ca.Committer.When.Compare(cb.Committer.When), bytes.Compare(ca.Hash[:], cb.Hash[:]))
}

// quotes lists the subjects that a revert or a reapplication may mean.
func (u Undo) quotes() []string {
	var out []string
	if u.Subject != "" {
		out = append(out, u.Subject)
	}
	if u.Reapplies != "" {
		out = append(out, `Revert "`+u.Reapplies+`"`)
	}
	return out
}

// resolve finds the commit with this full or short id among the facts.
func (r *relations) resolve(id string) (int32, bool) {
	if h, err := ledger.ParseHash(id); err == nil {
		i, ok := r.line.index[history.Hash(h)]
		return i, ok && r.keep[i]
	}
	i, ok, _ := r.line.withPrefix(id, r.keep)
	return i, ok
}

func (r *relations) origin(i int32) ledger.Origin {
	return ledger.Origin{Repository: r.in.Name, Commit: ledger.Hash(r.line.commits[i].Hash)}
}

// revert adds what a commit undoes, and reports whether it undoes anything.
func (r *relations) revert(u undo) bool {
	var undone []int32
	for _, id := range u.Commits {
		if at, ok := r.resolve(id); ok {
			undone = append(undone, at)
		}
	}
	rule := u.Rule
	if len(undone) == 0 {
		undone, rule = r.revertByName(u)
	}
	if len(undone) == 0 {
		// A squash may list a revert of what never left its branch, and the word
		// alone may mean anything.
		if u.Subject+u.Reapplies != "" && u.Rule != revertWord {
			r.problems = append(r.problems, ledger.Problem{
				Origins: []ledger.Origin{r.origin(u.commit)}, Rule: "unknown-revert", Level: ledger.LevelInfo,
				Message: fmt.Sprintf("says that it reverts something, and no commit here matches (%s)", u.Rule),
				Hint:    "name the full commit: This reverts commit <id>.",
			})
		}
		return false
	}
	slices.Sort(undone)
	for _, at := range slices.Compact(undone) {
		if at == u.commit {
			continue
		}
		r.reverts = append(r.reverts, ledger.Revert{
			Commit: ledger.Hash(r.line.commits[u.commit].Hash), Undoes: ledger.Hash(r.line.commits[at].Hash),
			Rule: rule, Origins: []ledger.Origin{r.origin(u.commit)},
		})
	}
	return true
}

// revertByName follows the weaker words of a revert: a number, then a subject,
// then the subject without the number that a squash added to one of the two.
func (r *relations) revertByName(u undo) (undone []int32, rule string) {
	for _, n := range u.PullRequests {
		if at, ok := r.before(u.commit, r.byNumber()[n]); ok {
			undone = append(undone, at)
		}
	}
	if len(undone) > 0 {
		return undone, "Reverts #N"
	}
	rule = u.Rule
	if rule != revertWord {
		rule = `Revert "subject"`
		if u.Reapplies != "" {
			rule = `Reapply "subject"`
		}
	}
	for _, s := range u.quotes() {
		if at, ok := r.before(u.commit, r.exact[s]); ok {
			return []int32{at}, rule
		}
		if at, ok := r.before(u.commit, r.loose[withoutNumbers(s)]); ok {
			return []int32{at}, rule
		}
	}
	return nil, ""
}

// byNumber lists the mainline's commits by pull request, oldest first.
func (r *relations) byNumber() map[int][]int32 {
	if r.numbers == nil {
		r.numbers = map[int][]int32{}
		for _, i := range r.line.mainline {
			if n := r.messages[i].PullRequest; n > 0 {
				r.numbers[n] = append(r.numbers[n], i)
			}
		}
	}
	return r.numbers
}

// before gives the nearest of the candidates that is an ancestor of i.
func (r *relations) before(i int32, candidates []int32) (int32, bool) {
	for n, at := 0, len(candidates)-1; at >= 0 && n < maxCandidates; n, at = n+1, at-1 {
		if c := candidates[at]; c != i && r.line.reaches(i, c) {
			return c, true
		}
	}
	return 0, false
}
