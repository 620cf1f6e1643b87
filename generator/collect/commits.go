package collect

import (
	"context"
	"fmt"
	"slices"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxNoteFile bounds a note file.
const maxNoteFile = 256 << 10

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

// noteFiles reads the note files at the tip and gives each to its change or
// flag: what its front matter names, else what its own name is (the key of a
// flag, the number of a pull request), else the change that added it. Files beat
// trailers, so that the text of a merged change can still be corrected.
func (r *reading) noteFiles(ctx context.Context, globs []string, isFlag func(ledger.FlagKey) bool) (map[ledger.FlagKey]*ledger.NoteText, error) {
	if len(globs) == 0 || r.tip.IsZero() {
		return nil, nil
	}
	files, err := r.in.Repo.Files(ctx, r.tip, func(path string) bool { return matchAny(globs, path) })
	if err != nil {
		return nil, fmt.Errorf("list note files of %s: %w", r.in.Name, err)
	}
	added, byNumber := r.addedBy(files), r.mainlineByNumber()
	texts, flags := map[ledger.Hash]*ledger.NoteText{}, map[ledger.FlagKey]*ledger.NoteText{}
	for _, file := range files {
		at := ledger.Origin{Repository: r.in.Name, File: file.Path}
		data, err := r.in.Repo.Blob(file.Blob, maxNoteFile)
		if err != nil {
			r.problem(ledger.Problem{Origins: []ledger.Origin{at}, Rule: "unreadable-file", Level: ledger.LevelWarning,
				Message: "cannot read this note: " + err.Error(), Hint: "a note has at most 256 kB"})
			continue
		}
		n := parseNoteFile(file, data, at)
		n.byName(isFlag)
		if n.flag != "" {
			flags[n.flag] = &n.note
			continue
		}
		i, ok := added[file.Path]
		switch {
		case n.change != "":
			i, ok = r.commitNamed(n.change)
		case n.pullRequest > 0:
			i, ok = byNumber[n.pullRequest]
		}
		if !ok {
			r.problem(ledger.Problem{Origins: []ledger.Origin{at}, Rule: "unknown-change", Level: ledger.LevelWarning,
				Message: "this note belongs to no change on the mainline", Hint: "name its change: 'change: <commit>' or 'pull_request: <n>' in the front matter"})
			continue
		}
		texts[ledger.Hash(r.line.commits[i].Hash)] = &n.note
	}
	r.giveNotes(texts)
	return flags, nil
}

// mainlineByNumber finds the newest change of each pull request.
func (r *reading) mainlineByNumber() map[int]int32 {
	out := map[int]int32{}
	for _, i := range r.line.mainline {
		if n := r.messages[i].PullRequest; n > 0 {
			out[n] = i
		}
	}
	return out
}

// giveNotes puts the notes of files in the place of those of messages, whose
// kind stays where the file names none.
func (r *reading) giveNotes(texts map[ledger.Hash]*ledger.NoteText) {
	for i := range r.facts.Commits {
		if note := texts[r.facts.Commits[i].Hash]; note != nil {
			if old := r.facts.Commits[i].Note; note.Kind == "" && old != nil {
				note.Kind = old.Kind
			}
			r.facts.Commits[i].Note = note
		}
	}
}

// addedBy gives, for each of the files, the mainline commit that added it last.
func (r *reading) addedBy(files []history.File) map[string]int32 {
	wanted := make(map[string]bool, len(files))
	for _, f := range files {
		wanted[f.Path] = true
	}
	out := map[string]int32{}
	for _, i := range r.line.mainline {
		for _, c := range r.changes[i] {
			if c.Old.IsZero() && wanted[c.Path] {
				out[c.Path] = i
			}
		}
	}
	return out
}

// commitNamed finds a kept commit by its full or short id.
func (r *reading) commitNamed(id string) (int32, bool) {
	if len(id) < 7 {
		return 0, false
	}
	i, ok, _ := r.line.withPrefix(id, r.keep)
	return i, ok
}
