package collect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxCandidates bounds how many commits of one subject are looked at: a subject
// such as "fix" that thousands of commits share proves nothing.
const maxCandidates = 64

// relations finds which commits undo others and which are copies of others.
type relations struct {
	line      *line
	messages  []Message // per commit
	keep      []bool    // commits that are facts
	repo      ledger.RepositoryName
	bySubject map[string][]int32 // subject or title -> commits, oldest landing first
	byNumber  map[int][]int32    // pull request -> mainline commits, oldest first
	ids       []string           // hex ids, sorted, for short ones

	reverts   []ledger.Revert
	backports []ledger.Backport
	problems  []ledger.Problem
}

func newRelations(repo ledger.RepositoryName, l *line, messages []Message, keep []bool) *relations {
	r := &relations{line: l, messages: messages, keep: keep, repo: repo,
		bySubject: map[string][]int32{}, byNumber: map[int][]int32{}}
	r.ids = make([]string, 0, len(l.commits))
	for i := range l.commits {
		if keep[i] {
			r.ids = append(r.ids, l.commits[i].Hash.String())
		}
	}
	slices.Sort(r.ids)
	for _, at := range l.mainline {
		if n := messages[at].PullRequest; n > 0 {
			r.byNumber[n] = append(r.byNumber[n], at)
		}
	}
	r.indexSubjects()
	return r
}

// indexSubjects lists commits by what a revert may quote. Merged commits come
// in the order in which they landed, then the others by date and id, so that
// the nearest earlier one can be found from the end.
func (r *relations) indexSubjects() {
	order := make([]int32, 0, len(r.line.commits))
	for i := range r.line.commits {
		if r.keep[i] {
			order = append(order, int32(i))
		}
	}
	place := func(i int32) int32 {
		if p := r.line.landing[i]; p != offMainline {
			return p
		}
		return int32(len(r.line.mainline))
	}
	slices.SortFunc(order, func(a, b int32) int {
		ca, cb := &r.line.commits[a], &r.line.commits[b]
		if c := int(place(a)) - int(place(b)); c != 0 {
			return c
		}
		if c := ca.Committer.When.Compare(cb.Committer.When); c != 0 {
			return c
		}
		return strings.Compare(string(ca.Hash[:]), string(cb.Hash[:]))
	})
	for _, i := range order {
		m := &r.messages[i]
		r.bySubject[m.Subject] = append(r.bySubject[m.Subject], i)
		if whole := firstLine(strings.Join(m.Lines, "\n"), *m); whole != "" {
			r.bySubject[whole] = append(r.bySubject[whole], i)
		}
	}
}

// resolve finds the commit with this full or short id among the facts.
func (r *relations) resolve(id string) (int32, bool) {
	at, _ := slices.BinarySearch(r.ids, id)
	if at >= len(r.ids) || !strings.HasPrefix(r.ids[at], id) {
		return 0, false
	}
	if at+1 < len(r.ids) && strings.HasPrefix(r.ids[at+1], id) {
		return 0, false
	}
	return r.find(r.ids[at])
}

func (r *relations) find(id string) (int32, bool) {
	h, err := ledger.ParseHash(id)
	if err != nil {
		return 0, false
	}
	i, ok := r.line.index[history.Hash(h)]
	return i, ok
}

func (r *relations) origin(i int32) ledger.Origin {
	return ledger.Origin{Repository: r.repo, Commit: ledger.Hash(r.line.commits[i].Hash)}
}

// collect looks at every commit. A commit that a merge brought in may say what
// the merge says too; the commit's word is the closer one.
func (r *relations) collect() {
	spoke := map[int32]bool{} // landings with a revert of their own
	for i := range r.line.commits {
		if r.keep[i] && !r.line.onMainline(int32(i)) {
			if r.revert(int32(i)) {
				spoke[r.line.landing[i]] = true
			}
		}
	}
	for place, i := range r.line.mainline {
		if !spoke[int32(place)] {
			r.revert(i)
		}
	}
	r.copies()
	slices.SortFunc(r.reverts, func(a, b ledger.Revert) int {
		if c := ledger.CompareHashes(a.Commit, b.Commit); c != 0 {
			return c
		}
		return ledger.CompareHashes(a.Undoes, b.Undoes)
	})
}

// revert adds what commit i undoes, and reports whether it undoes anything.
func (r *relations) revert(i int32) bool {
	m := r.messages[i]
	u, ok := ParseUndo(m)
	if !ok {
		return false
	}
	var undone []int32
	for _, id := range u.Commits {
		if at, ok := r.resolve(id); ok {
			undone = append(undone, at)
		}
	}
	rule := u.Rule
	if len(undone) == 0 {
		undone, rule = r.revertByName(i, u)
	}
	if len(undone) == 0 {
		r.problems = append(r.problems, ledger.Problem{
			Origins: []ledger.Origin{r.origin(i)}, Rule: "unknown-revert", Level: ledger.LevelInfo,
			Message: fmt.Sprintf("says that it reverts something, and no commit here matches (%s)", u.Rule),
			Hint:    "name the full commit: This reverts commit <id>.",
		})
		return false
	}
	slices.Sort(undone)
	for _, at := range slices.Compact(undone) {
		if at == i {
			continue
		}
		r.reverts = append(r.reverts, ledger.Revert{
			Commit: ledger.Hash(r.line.commits[i].Hash), Undoes: ledger.Hash(r.line.commits[at].Hash),
			Rule: rule, Origins: []ledger.Origin{r.origin(i)},
		})
	}
	return true
}

// revertByName follows the weaker words of a revert: a number, then a subject.
func (r *relations) revertByName(i int32, u Undo) (undone []int32, rule string) {
	for _, n := range u.PullRequests {
		if at, ok := r.before(i, r.byNumber[n]); ok {
			undone = append(undone, at)
		}
	}
	if len(undone) > 0 {
		return undone, "Reverts #N"
	}
	if u.Reapplies != "" {
		if at, ok := r.before(i, r.bySubject[`Revert "`+u.Reapplies+`"`]); ok {
			return []int32{at}, `Reapply "subject"`
		}
	}
	if u.Subject != "" {
		if at, ok := r.before(i, r.bySubject[u.Subject]); ok {
			return []int32{at}, `Revert "subject"`
		}
		if at, ok := r.beforeNumbered(i, u.Subject); ok {
			return []int32{at}, `Revert "subject"`
		}
	}
	return nil, ""
}

var numberSuffix = regexp.MustCompile(`\s*\([#!]\d+\)$`)

// beforeNumbered tries the subject without the number that a squash added to
// it after the revert had been written, or the reverse.
func (r *relations) beforeNumbered(i int32, subject string) (int32, bool) {
	if short := numberSuffix.ReplaceAllString(subject, ""); short != subject {
		return r.before(i, r.bySubject[short])
	}
	return 0, false
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

// copies finds backports (copies off the mainline) and re-applications (copies
// on it of a commit that was there before), by the rules of design 2.4.
func (r *relations) copies() {
	byChangeID, byAuthorship := map[string]int32{}, map[string]int32{}
	for at := len(r.line.mainline) - 1; at >= 0; at-- { // the oldest wins
		i := r.line.mainline[at]
		for _, t := range r.messages[i].Trailer("Change-Id") {
			byChangeID[t.Value] = i
		}
		byAuthorship[r.authorship(i)] = i
	}
	for n := range r.line.commits {
		i := int32(n)
		if !r.keep[n] {
			continue
		}
		if picked := r.cherryPicked(i); len(picked) > 0 {
			for _, of := range picked {
				r.addCopy(i, of, "cherry picked from commit")
			}
			continue
		}
		if r.line.landing[i] == offMainline && len(r.line.commits[i].Parents) < 2 {
			r.matchOffMainline(i, byChangeID, byAuthorship)
		}
	}
}

// matchOffMainline finds the mainline commit that an off-mainline commit is a
// copy of, when it does not say so with -x.
func (r *relations) matchOffMainline(i int32, byChangeID, byAuthorship map[string]int32) {
	m := &r.messages[i]
	for _, t := range m.Trailer("Change-Id") {
		if of, ok := byChangeID[t.Value]; ok {
			r.addCopy(i, of, "the same Change-Id")
			return
		}
	}
	for _, g := range backportNumber.FindAllStringSubmatch(strings.Join(m.Lines, "\n"), -1) {
		if list := r.byNumber[number(g[1])]; len(list) > 0 {
			r.addCopy(i, list[0], "Backport #N")
			return
		}
	}
	if list := r.byNumber[m.PullRequest]; m.PullRequest > 0 && len(list) > 0 {
		r.addCopy(i, list[0], "the same pull request number")
		return
	}
	if of, ok := byAuthorship[r.authorship(i)]; ok {
		r.addCopy(i, of, "the same author, author date and subject")
	}
}

// authorship is what a rebase or a cherry-pick without -x keeps.
func (r *relations) authorship(i int32) string {
	c := &r.line.commits[i]
	return c.Author.Email + "\x00" + c.Author.When.UTC().Format("20060102150405") + "\x00" + r.messages[i].Title
}

// cherryPicked follows the chain of -x lines to what is known of it.
func (r *relations) cherryPicked(i int32) []int32 {
	var out []int32
	for _, g := range cherryPick.FindAllStringSubmatch(strings.Join(r.messages[i].Lines, "\n"), -1) {
		if at, ok := r.resolve(g[1]); ok && at != i {
			out = append(out, at)
		}
	}
	return out
}

// addCopy notes that i and of are one change. The original is the one on the
// mainline, whichever of them was written first; of two that landed, the later
// is a re-application.
func (r *relations) addCopy(i, of int32, rule string) {
	if r.line.landing[i] != offMainline && r.line.landing[of] == offMainline {
		i, of = of, i
	}
	reapply := r.line.landing[i] != offMainline && r.line.landing[of] != offMainline
	if reapply && r.line.landing[i] <= r.line.landing[of] {
		return
	}
	r.backports = append(r.backports, ledger.Backport{
		Commit: ledger.Hash(r.line.commits[i].Hash), Of: ledger.Hash(r.line.commits[of].Hash),
		Rule: rule, Reapply: reapply, Origins: []ledger.Origin{r.origin(i)},
	})
}
