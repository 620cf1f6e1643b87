package collect

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// The rules by which a copy is known, strongest first (design 2.4).
const (
	rulePicked     = "cherry picked from commit"
	ruleChangeID   = "the same Change-Id"
	ruleBackport   = "Backport #N"
	ruleNumber     = "the same pull request number"
	ruleAuthorship = "the same author, author date and subject"
	rulePatch      = "the same patch"
	ruleBranch     = "the same patch as the whole branch"
)

// findCopies finds backports (copies off the mainline), re-applications (copies
// on it of a commit that was there before), and branches that a squash equals.
func (r *relations) findCopies(ctx context.Context, revisions []history.Hash) error {
	var singles []int32 // off the mainline, and nothing said of them yet
	for n := range r.line.commits {
		i := int32(n)
		if !r.keep[n] {
			continue
		}
		if picked := r.pickedFrom(i); len(picked) > 0 {
			for _, of := range picked {
				r.addCopy(i, of, rulePicked, nil)
			}
			continue
		}
		if r.line.landing[i] == offMainline && len(r.line.commits[i].Parents) < 2 {
			singles = append(singles, i)
		}
	}
	if len(singles) == 0 {
		return nil
	}
	rest := r.matchNamed(singles)
	rest, err := r.matchBranches(ctx, rest, revisions)
	if err != nil {
		return err
	}
	for _, i := range rest {
		if of, ok := r.samePatch(i, r.changes[i], r.parentTree(i), offMainline); ok {
			r.addCopy(i, of, rulePatch, nil)
		}
	}
	slices.SortFunc(r.copies, func(a, b ledger.Backport) int {
		return cmp.Or(ledger.CompareHashes(a.Commit, b.Commit), ledger.CompareHashes(a.Of, b.Of))
	})
	return nil
}

// pickedFrom follows the -x lines of a message to what is known of them; a copy
// of a copy has the line of each.
func (r *relations) pickedFrom(i int32) []int32 {
	text := r.messages[i].Text
	if !strings.Contains(text, cherryPicked) {
		return nil
	}
	var out []int32
	for _, g := range cherryPick.FindAllStringSubmatch(text, -1) {
		if at, ok := r.resolve(g[1]); ok && at != i && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// named is a copy that its message betrays.
type named struct {
	commit, of int32
	rule       string
}

// matchNamed finds the copies among commits off the mainline that have a name in
// common with a mainline commit, and gives the others. Of several commits of one
// branch which were there before that commit, the last is what it squashed, and
// the others were parts on the way.
func (r *relations) matchNamed(singles []int32) (rest []int32) {
	byChangeID, byAuthorship := r.mainlineNames()
	var found []named
	for _, i := range singles {
		if of, rule := r.nameMatch(i, byChangeID, byAuthorship); rule != "" {
			found = append(found, named{i, of, rule})
		} else {
			rest = append(rest, i)
		}
	}
	parts := map[int32][]named{} // by original: what may have been a branch
	for _, n := range found {
		if r.mayBePart(n) {
			parts[n.of] = append(parts[n.of], n)
		}
	}
	brought := map[int32]bool{}
	for _, n := range found {
		if r.mayBePart(n) {
			brought[n.commit] = slices.ContainsFunc(parts[n.of], func(o named) bool { return o.commit != n.commit && r.line.reaches(o.commit, n.commit) })
		}
	}
	for _, n := range found {
		if brought[n.commit] {
			continue
		}
		var brings []int32
		for _, o := range parts[n.of] {
			if brought[o.commit] && r.line.reaches(n.commit, o.commit) {
				brings = append(brings, o.commit)
			}
		}
		r.addCopy(n.commit, n.of, n.rule, brings)
	}
	return rest
}

// mayBePart reports whether a copy may be one of several commits that the
// original squashed: it was there before the original.
func (r *relations) mayBePart(n named) bool {
	return (n.rule == ruleNumber || n.rule == ruleChangeID) &&
		!r.line.commits[n.commit].Committer.When.After(r.line.commits[n.of].Committer.When)
}

// mainlineNames indexes the mainline by what a copy keeps; the oldest wins.
func (r *relations) mainlineNames() (byChangeID, byAuthorship map[string]int32) {
	byChangeID, byAuthorship = map[string]int32{}, map[string]int32{}
	for _, i := range slices.Backward(r.line.mainline) {
		for _, t := range r.messages[i].Trailer("Change-Id") {
			byChangeID[t.Value] = i
		}
		byAuthorship[r.authorship(i)] = i
	}
	return byChangeID, byAuthorship
}

// nameMatch finds the mainline commit that an off-mainline commit is a copy of,
// when it does not say so with -x. What it reaches already it is no copy of.
func (r *relations) nameMatch(i int32, byChangeID, byAuthorship map[string]int32) (of int32, rule string) {
	m := &r.messages[i]
	for _, t := range m.Trailer("Change-Id") {
		if of, ok := byChangeID[t.Value]; ok && !r.line.reaches(i, of) {
			return of, ruleChangeID
		}
	}
	first := func(n int) (int32, bool) {
		for _, of := range r.byNumber()[n] {
			if !r.line.reaches(i, of) {
				return of, true
			}
		}
		return 0, false
	}
	for _, n := range backportNumbers(m) {
		if of, ok := first(n); ok {
			return of, ruleBackport
		}
	}
	if of, ok := first(m.PullRequest); ok && m.PullRequest > 0 {
		return of, ruleNumber
	}
	if of, ok := byAuthorship[r.authorship(i)]; ok && !r.line.reaches(i, of) {
		return of, ruleAuthorship
	}
	return 0, ""
}

// backportNumbers lists the pull requests that a message says it carries over.
// "fix: x (#100) (#123)" is such a message too.
func backportNumbers(m *Message) []int {
	var out []int
	if strings.Contains(m.Text, "ackport") || strings.Contains(m.Text, "BACKPORT") || strings.Contains(m.Text, "herry") {
		for _, g := range backportNumber.FindAllStringSubmatch(m.Text, -1) {
			out = append(out, number(g[1]))
		}
		if g := backportBranch.FindStringSubmatch(m.Subject); g != nil {
			out = append(out, number(g[1]))
		}
	}
	if rest, n := cutNumber(m.Subject); n > 0 {
		if _, first := cutNumber(rest); first > 0 {
			out = append(out, first)
		}
	}
	return out
}

// authorship is what a rebase or a cherry-pick without -x keeps.
func (r *relations) authorship(i int32) string {
	c := &r.line.commits[i]
	return c.Author.Email + "\x00" + c.Author.When.UTC().Format("20060102150405") + "\x00" + r.messages[i].Title
}

// matchBranches finds the branches whose whole patch is that of one mainline
// commit, and gives the commits that are in none.
func (r *relations) matchBranches(ctx context.Context, singles []int32, revisions []history.Hash) ([]int32, error) {
	tips, err := r.branchTips(ctx, revisions)
	if err != nil {
		return nil, err
	}
	open := map[int32]bool{}
	for _, i := range singles {
		open[i] = true
	}
	for _, t := range tips {
		base := r.line.commits[r.line.mainline[t.base]].Tree
		of, ok := r.samePatch(t.at, t.changes, base, t.base)
		if !ok {
			continue
		}
		r.keep[t.at] = true // the end of a branch of which only a part was deployed
		brings := slices.DeleteFunc(t.brings, func(x int32) bool { return !open[x] && r.keep[x] })
		for _, x := range brings {
			r.keep[x] = true
		}
		r.addCopy(t.at, of, ruleBranch, brings)
		for _, x := range append(brings, t.at) {
			delete(open, x)
		}
	}
	return slices.DeleteFunc(singles, func(i int32) bool { return !open[i] }), nil
}

// parentTree gives the tree of a commit's first parent; zero for a root.
func (r *relations) parentTree(i int32) history.Hash {
	if parents := r.line.commits[i].Parents; len(parents) > 0 {
		if p, ok := r.line.index[parents[0]]; ok {
			return r.line.commits[p].Tree
		}
	}
	return history.Hash{}
}

// samePatch finds the mainline commit after a place whose first-parent patch is
// the same, the oldest of several.
func (r *relations) samePatch(i int32, changes []history.PathChange, before history.Hash, after int32) (int32, bool) {
	if len(changes) == 0 || len(changes) > maxPatchFiles {
		return 0, false
	}
	places := r.mainlineByPaths()[pathsKey(changes)]
	from, _ := slices.BinarySearch(places, after+1)
	places = places[from:]
	if len(places) > maxCandidates {
		places = places[:maxCandidates]
	}
	var own patchID
	for _, place := range places {
		of := r.line.mainline[place]
		if r.line.reaches(i, of) {
			continue
		}
		if own == (patchID{}) {
			if own = r.patches.id(before, r.line.commits[i].Tree, changes); own == (patchID{}) {
				return 0, false
			}
		}
		if r.patches.id(r.parentTree(of), r.line.commits[of].Tree, r.changes[of]) == own {
			return of, true
		}
	}
	return 0, false
}

// mainlineByPaths lists the mainline's commits by the files that they touch.
func (r *relations) mainlineByPaths() map[string][]int32 {
	if r.byPaths == nil {
		r.byPaths = map[string][]int32{}
		for place, i := range r.line.mainline {
			if n := len(r.changes[i]); n > 0 && n <= maxPatchFiles {
				key := pathsKey(r.changes[i])
				r.byPaths[key] = append(r.byPaths[key], int32(place))
			}
		}
	}
	return r.byPaths
}

// addCopy notes that i and of are one change. The original is the one on the
// mainline, whichever of them was written first; of two that landed, the later
// is a re-application.
func (r *relations) addCopy(i, of int32, rule string, brings []int32) {
	if r.line.landing[i] != offMainline && r.line.landing[of] == offMainline {
		i, of = of, i
	}
	reapply := r.line.landing[i] != offMainline && r.line.landing[of] != offMainline
	if reapply && r.line.landing[i] <= r.line.landing[of] {
		return
	}
	b := ledger.Backport{
		Commit: ledger.Hash(r.line.commits[i].Hash), Of: ledger.Hash(r.line.commits[of].Hash),
		Rule: rule, Reapply: reapply, Origins: []ledger.Origin{r.origin(i)},
	}
	for _, x := range brings {
		b.Brings = append(b.Brings, ledger.Hash(r.line.commits[x].Hash))
	}
	r.copies = append(r.copies, b)
}
