package collect

import (
	"context"
	"fmt"
	"strings"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxNoteFile bounds a note file.
const maxNoteFile = 256 << 10

// commitFacts turns the kept commits into facts, and finds their relations.
func (r *reading) commitFacts(noteTrailers []string) {
	parts := components{r.in.Components, r.in.SharedPaths}
	f := &r.facts
	f.Name, f.Branch, f.Mainline = r.in.Name, r.branch, ledger.Hash(r.tip)
	for _, k := range r.in.Components {
		f.Components = append(f.Components, k.Name)
	}
	cut := map[history.Hash]bool{}
	for _, h := range r.shallow {
		f.Shallow = append(f.Shallow, ledger.Hash(h))
		cut[h] = true
	}
	for i := range r.line.commits {
		if !r.keep[i] {
			continue
		}
		c, m := &r.line.commits[i], r.messages[i]
		fact := ledger.Commit{
			Hash: ledger.Hash(c.Hash), Parents: make([]ledger.Hash, len(c.Parents)),
			Committed: c.Committer.When, Authored: c.Author.When, Author: r.mailmap.Name(c.Author),
			Title: titleOf(m), Body: m.Body, Type: m.Type, Scope: m.Scope, Breaking: m.Breaking, PullRequest: m.PullRequest,
			Note: noteOfMessage(m, noteTrailers, ledger.Origin{Repository: r.in.Name, Commit: ledger.Hash(c.Hash)}),
		}
		for n, p := range c.Parents {
			fact.Parents[n] = ledger.Hash(p)
		}
		if r.line.onMainline(int32(i)) || r.line.landing[i] == offMainline {
			fact.Components = parts.of(m, r.changes[i], r.unread[i] != nil || cut[c.Hash])
		}
		f.Commits = append(f.Commits, fact)
	}
	rel := newRelations(r.in.Name, r.line, r.messages, r.keep)
	rel.collect()
	f.Reverts, f.Backports = rel.reverts, rel.backports
	r.problem(rel.problems...)
}

// titleOf never is empty: a change must be called something.
func titleOf(m Message) string {
	if m.Title != "" {
		return m.Title
	}
	if m.Subject != "" {
		return m.Subject
	}
	return "(no message)"
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
	found := int32(-1)
	for i := range r.line.commits {
		if r.keep[i] && strings.HasPrefix(r.line.commits[i].Hash.String(), id) {
			if found >= 0 {
				return 0, false
			}
			found = int32(i)
		}
	}
	return found, found >= 0
}
