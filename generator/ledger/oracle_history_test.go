package ledger_test

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// The oracle is a second implementation of design section 2: brute force over
// sets of commits, for small histories, written so that each rule can be read
// beside the sentence that it comes from. It knows nothing of how Compute goes
// about it. This file answers what a revision holds.

// tri is an answer that may be unknown.
type tri int

const (
	no tri = iota
	yes
	unknown
)

// modelChange is a change with its copies.
type modelChange struct {
	repo        *modelRepo
	commit      ledger.Commit
	brought     []ledger.Hash // by a merge; its own commit is not among them
	offMainline bool
	copies      [][]commitSet // forms: of each group in one of them, one commit must be reached
	components  []ledger.ComponentName
}

type commitSet map[ledger.Hash]bool

func setOf(list ...ledger.Hash) commitSet {
	s := commitSet{}
	for _, h := range list {
		s[h] = true
	}
	return s
}

// modelRepo is a repository as it stood at as-of.
type modelRepo struct {
	facts    ledger.Repository
	commits  map[ledger.Hash]ledger.Commit
	mainline []ledger.Hash // oldest first, up to the newest that as-of knows
	changes  []*modelChange
	past     map[ledger.Hash]commitSet // what ancestors found
}

// ancestors walks from a commit over all parents; a commit is its own ancestor.
func (r *modelRepo) ancestors(h ledger.Hash) commitSet {
	if found, ok := r.past[h]; ok {
		return found
	}
	out := commitSet{}
	r.past[h] = out
	todo := []ledger.Hash{h}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		c, known := r.commits[at]
		if !known || out[at] {
			continue
		}
		out[at] = true
		if !slices.Contains(r.facts.Shallow, at) {
			todo = append(todo, c.Parents...)
		}
	}
	return out
}

// newModelRepo finds the changes of a repository: one for each commit of the
// mainline as it stood at as-of, with all that it brought in, and one for each
// commit that was deployed from elsewhere and is no copy of another.
func newModelRepo(facts ledger.Repository, revisions []ledger.Hash, asOf time.Time) *modelRepo {
	r := &modelRepo{facts: facts, commits: map[ledger.Hash]ledger.Commit{}, past: map[ledger.Hash]commitSet{}}
	for _, c := range facts.Commits {
		r.commits[c.Hash] = c
	}
	var whole []ledger.Hash
	for at := facts.Mainline; ; {
		c, known := r.commits[at]
		if !known {
			break
		}
		whole = append([]ledger.Hash{at}, whole...)
		if len(c.Parents) == 0 || slices.Contains(facts.Shallow, at) {
			break
		}
		at = c.Parents[0]
	}
	// The mainline stands at the newest first-parent commit that is not dated
	// after as-of; one misdated commit in between hides nothing.
	for i, h := range whole {
		if !r.commits[h].Committed.After(asOf) {
			r.mainline = whole[:i+1]
		}
	}
	before := commitSet{}
	for _, h := range r.mainline {
		c := &modelChange{commit: r.commits[h]}
		for x := range r.ancestors(h) {
			if x != h && !before[x] {
				c.brought = append(c.brought, x)
			}
		}
		before = r.ancestors(h)
		r.changes = append(r.changes, c)
	}
	r.addOffMainline(revisions, before)
	for _, c := range r.changes {
		c.repo = r
		c.components = r.componentsOf(c.commit)
		c.copies = r.copiesOf(c)
	}
	return r
}

func (r *modelRepo) componentsOf(c ledger.Commit) []ledger.ComponentName {
	if c.Components == nil {
		return r.facts.Components
	}
	return c.Components
}

// addOffMainline adds what was deployed from elsewhere: no merges, and nothing
// that is a copy of another change.
func (r *modelRepo) addOffMainline(revisions []ledger.Hash, merged commitSet) {
	elsewhere := commitSet{}
	for _, rev := range revisions {
		for x := range r.ancestors(rev) {
			if !merged[x] && len(r.commits[x].Parents) < 2 {
				elsewhere[x] = true
			}
		}
	}
	for x := range elsewhere {
		original := true
		for of := range r.commits {
			if of != x && (elsewhere[of] || merged[of]) && r.withCopies(of)[x] {
				original = false
			}
		}
		if original {
			r.changes = append(r.changes, &modelChange{commit: r.commits[x], offMainline: true})
		}
	}
}

// copiesOf: the change's own commit, its backports and re-applications, with
// theirs, and all of its branch tips together, which is to reach every commit
// that the merge brought in. Copies of those, one by one, are a copy together.
func (r *modelRepo) copiesOf(c *modelChange) (out [][]commitSet) {
	for h := range r.withCopies(c.commit.Hash) {
		out = append(out, []commitSet{setOf(h)})
	}
	var branch, picked []commitSet
	copied := false
	for _, x := range c.brought {
		branch = append(branch, setOf(x))
	}
	for _, x := range c.parts() {
		forms := r.withCopies(x)
		picked, copied = append(picked, forms), copied || len(forms) > 1
	}
	if len(branch) > 0 {
		out = append(out, branch)
	}
	if copied {
		out = append(out, picked)
	}
	return out
}

// parts are the commits that a merge brought in, other merges apart unless there
// is nothing else.
func (c *modelChange) parts() (out []ledger.Hash) {
	for _, x := range c.brought {
		if len(c.repo.commits[x].Parents) < 2 {
			out = append(out, x)
		}
	}
	if out == nil {
		return c.brought
	}
	return out
}

// withCopies is a commit with its copies, and theirs.
func (r *modelRepo) withCopies(h ledger.Hash) commitSet {
	out := setOf(h)
	for range r.facts.Backports { // as often as the longest chain
		for _, b := range r.facts.Backports {
			if out[b.Of] {
				out[b.Commit] = true
			}
		}
	}
	return out
}

// undoes reports whether a revert is of this change: it names the change's own
// commit or a copy, or the only commit that its merge brought in, or a copy.
func (c *modelChange) undoes(v ledger.Revert) bool {
	parts := c.parts()
	return c.repo.withCopies(c.commit.Hash)[v.Undoes] || len(parts) == 1 && c.repo.withCopies(parts[0])[v.Undoes]
}

// stands reports whether a revert that r reaches is not itself reverted in r. A
// revert is undone by its name, or by that of the merge that brought it in.
func (r *modelRepo) stands(v ledger.Revert, reached commitSet) bool {
	if !reached[v.Commit] {
		return false
	}
	for _, w := range r.facts.Reverts {
		if w.Commit == v.Commit || !r.ancestors(w.Commit)[v.Commit] {
			continue
		}
		named := w.Undoes == v.Commit
		for _, c := range r.changes {
			if (c.commit.Hash == v.Commit || slices.Contains(c.brought, v.Commit)) && (c.commit.Hash == w.Undoes || c.commit.Hash == v.Commit && c.undoes(w)) {
				named = true
			}
		}
		if named && r.stands(w, reached) {
			return false
		}
	}
	return true
}

// holds: the revision reaches a copy that no standing revert cancels. A revert
// cancels those copies that are its own ancestors.
func (r *modelRepo) holds(revision ledger.Hash, c *modelChange) bool {
	reached := r.ancestors(revision)
	return slices.ContainsFunc(c.copies, func(groups []commitSet) bool {
		return !slices.ContainsFunc(groups, func(any commitSet) bool { return !r.reachesOne(any, c, reached) })
	})
}

// reachesOne reports whether one of the forms of a commit is reached and not
// cancelled.
func (r *modelRepo) reachesOne(forms commitSet, c *modelChange, reached commitSet) bool {
	for h := range forms {
		if reached[h] && !r.cancelled(h, c, reached) {
			return true
		}
	}
	return false
}

func (r *modelRepo) cancelled(copied ledger.Hash, c *modelChange, reached commitSet) bool {
	return r.undoneBy(c, reached, func(v ledger.Revert) bool { return v.Commit != copied && r.ancestors(v.Commit)[copied] })
}

// undoneBy: reverts of a certain kind that stand undo the whole change.
func (r *modelRepo) undoneBy(c *modelChange, reached commitSet, kind func(v ledger.Revert) bool) bool {
	undone := func(names func(v ledger.Revert) bool) bool {
		return slices.ContainsFunc(r.facts.Reverts, func(v ledger.Revert) bool { return names(v) && kind(v) && r.stands(v, reached) })
	}
	if undone(c.undoes) {
		return true
	}
	// What a merge brought in may also be undone commit by commit, all of them.
	parts := c.parts()
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(x ledger.Hash) bool {
		return !undone(func(v ledger.Revert) bool { return r.withCopies(x)[v.Undoes] })
	})
}

// revertStands: the revision reaches a revert of the change that stands there, or
// such reverts of all that its merge brought in.
func (r *modelRepo) revertStands(revision ledger.Hash, c *modelChange) bool {
	reached := r.ancestors(revision)
	stands := func(names func(v ledger.Revert) bool) bool {
		return slices.ContainsFunc(r.facts.Reverts, func(v ledger.Revert) bool { return names(v) && r.stands(v, reached) })
	}
	parts := c.parts()
	return stands(c.undoes) || len(parts) > 0 && !slices.ContainsFunc(parts, func(x ledger.Hash) bool {
		return !stands(func(v ledger.Revert) bool { return r.withCopies(x)[v.Undoes] })
	})
}

// reachesRevert: the revision reaches a revert of the change, or of a part of
// it, whether that stands or not.
func (r *modelRepo) reachesRevert(revision ledger.Hash, c *modelChange) bool {
	return slices.ContainsFunc(r.facts.Reverts, func(v ledger.Revert) bool {
		partly := slices.ContainsFunc(c.parts(), func(x ledger.Hash) bool { return r.withCopies(x)[v.Undoes] })
		return (partly || c.undoes(v)) && r.ancestors(revision)[v.Commit]
	})
}

// versionsOf: of the versions that hold the change's own commit, pre-releases
// apart, the least by ancestry, then date, then order, for each component line.
func (r *modelRepo) versionsOf(c *modelChange, asOf time.Time) []ledger.ChangeVersion {
	lines := map[ledger.ComponentName][]ledger.VersionFact{}
	for _, v := range r.facts.Versions {
		if !v.When.At.After(asOf) && (v.Component == "" || slices.Contains(c.components, v.Component)) {
			lines[v.Component] = append(lines[v.Component], v)
		}
	}
	var out []ledger.ChangeVersion
	for line, list := range lines {
		var holders []ledger.VersionFact
		for _, v := range list {
			if r.ancestors(v.Commit)[c.commit.Hash] {
				holders = append(holders, v)
			}
		}
		full := slices.DeleteFunc(slices.Clone(holders), func(v ledger.VersionFact) bool { return v.Prerelease })
		if len(full) > 0 {
			holders = full
		}
		if len(holders) > 0 {
			out = append(out, ledger.ChangeVersion{Name: r.least(holders).Name, Component: line})
		}
	}
	slices.SortFunc(out, func(a, b ledger.ChangeVersion) int { return cmp.Compare(a.Component, b.Component) })
	return out
}

// least: of those that no other version is an ancestor of, the first by date,
// then order, then name.
func (r *modelRepo) least(list []ledger.VersionFact) ledger.VersionFact {
	minimal := slices.DeleteFunc(slices.Clone(list), func(v ledger.VersionFact) bool {
		return slices.ContainsFunc(list, func(w ledger.VersionFact) bool {
			return w.Commit != v.Commit && r.ancestors(v.Commit)[w.Commit]
		})
	})
	return slices.MinFunc(minimal, func(a, b ledger.VersionFact) int {
		return cmp.Or(a.When.At.Compare(b.When.At), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Name, b.Name))
	})
}
