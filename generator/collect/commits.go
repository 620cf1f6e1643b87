package collect

import (
	"context"
	"slices"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// commitFacts turns the kept commits into facts, and finds their relations.
func (r *reading) commitFacts(ctx context.Context, rules ChangeRules, revisions []history.Hash) error {
	rel := newRelations(r)
	rel.findReverts()
	if err := rel.findCopies(ctx, revisions); err != nil {
		return err
	}
	f := &r.facts
	f.Reverts, f.Backports = rel.reverts, rel.copies
	r.problem(rel.problems...)
	f.Name, f.Branch, f.Mainline = r.in.Name, r.branch, ledger.Hash(r.tip)
	for _, k := range r.in.Components {
		f.Components = append(f.Components, k.Name)
	}
	for _, h := range r.shallow {
		f.Shallow = append(f.Shallow, ledger.Hash(h))
	}
	count := 0
	for _, kept := range r.keep {
		if kept {
			count++
		}
	}
	f.Commits = make([]ledger.Commit, 0, count)
	for i := range r.line.commits {
		if r.keep[i] {
			f.Commits = append(f.Commits, r.commitFact(int32(i), rules))
		}
	}
	r.keepForeign()
	return nil
}

func (r *reading) commitFact(i int32, rules ChangeRules) ledger.Commit {
	c, m := &r.line.commits[i], &r.messages[i]
	at := ledger.Origin{Repository: r.in.Name, Commit: ledger.Hash(c.Hash)}
	fact := ledger.Commit{
		Hash: at.Commit, Parents: make([]ledger.Hash, len(c.Parents)),
		Committed: c.Committer.When, Authored: c.Author.When, Author: r.mailmap.Name(c.Author),
		Title: r.titleOf(i), Body: m.Body, Type: m.Type, Scope: m.Scope, Breaking: m.Breaking, PullRequest: m.PullRequest,
		Note: noteOfMessage(m, rules.NoteTrailers, at),
	}
	for n, p := range c.Parents {
		fact.Parents[n] = ledger.Hash(p)
	}
	if r.line.onMainline(i) || r.line.landing[i] == offMainline {
		unread := r.unreadAt(i)
		fact.Components = components{r.in.Components, r.in.SharedPaths}.of(m, r.changes[i], unread)
		fact.Internal = saysNothing(m, rules.NoteTrailers) || !unread && onlyIn(rules.InternalPaths, r.changes[i])
	}
	return fact
}

// onlyIn reports whether a commit touched something, and nothing outside the
// globs.
func onlyIn(globs []string, changes []history.PathChange) bool {
	return len(globs) > 0 && len(changes) > 0 &&
		!slices.ContainsFunc(changes, func(c history.PathChange) bool { return !matchAny(globs, c.Path) })
}

// titleOf never is empty: a change must be called something. A merge that git
// named is called after the one commit that it brought in, where there is one.
func (r *reading) titleOf(i int32) string {
	m := &r.messages[i]
	if len(r.line.commits[i].Parents) > 1 && r.line.onMainline(i) && m.Title == m.Subject && mergeBranch.MatchString(m.Subject) {
		single, several := int32(-1), false
		for _, x := range r.landed(r.line.landing[i]) {
			if len(r.line.commits[x].Parents) < 2 {
				several = single >= 0
				single = x
			}
			if several {
				break
			}
		}
		if single >= 0 && !several {
			m = &r.messages[single]
		}
	}
	if m.Title != "" {
		return m.Title
	}
	if m.Subject != "" {
		return m.Subject
	}
	return "(no message)"
}

// landed lists the commits that a place of the mainline brought in beside its
// own, in the order of their ids.
func (r *reading) landed(place int32) []int32 {
	if r.landedOf != r.line {
		l := r.line
		r.landedOf, r.landedFirst = l, make([]int32, len(l.mainline)+1)
		for _, p := range l.landing {
			if p != offMainline {
				r.landedFirst[p+1]++
			}
		}
		for p := range l.mainline {
			r.landedFirst[p+1] += r.landedFirst[p] - 1 // without the mainline's own
		}
		next := slices.Clone(r.landedFirst)
		r.landedList = make([]int32, r.landedFirst[len(l.mainline)])
		for i, p := range l.landing {
			if p != offMainline && l.mainline[p] != int32(i) {
				r.landedList[next[p]] = int32(i)
				next[p]++
			}
		}
	}
	return r.landedList[r.landedFirst[place]:r.landedFirst[place+1]]
}
