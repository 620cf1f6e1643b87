package collect

import (
	"context"
	"fmt"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxNoteFile bounds a text for people.
const maxNoteFile = 256 << 10

// notesRef is the notes ref whose notes are texts for people: they correct what
// a message says after it was merged, without a commit.
const notesRef = "release-notes"

// readTexts gives the texts for people to their changes and flags, the stronger
// source last: messages have given theirs already, then come git notes, then
// note files.
func (r *reading) readTexts(ctx context.Context, globs []string, isFlag func(ledger.FlagKey) bool) (map[ledger.FlagKey]*ledger.NoteText, error) {
	if r.tip.IsZero() {
		return nil, nil
	}
	if err := r.gitNotes(ctx); err != nil {
		return nil, err
	}
	if len(globs) == 0 {
		return nil, nil
	}
	return r.noteFiles(ctx, globs, isFlag)
}

// gitNotes reads the notes on commits. A note has the form of a note file.
func (r *reading) gitNotes(ctx context.Context) error {
	notes, err := r.in.Repo.Notes(ctx, notesRef)
	if err != nil {
		return fmt.Errorf("read notes %q of %s: %w", notesRef, r.in.Name, err)
	}
	texts := map[ledger.Hash]*ledger.NoteText{}
	for _, note := range notes {
		at := ledger.Origin{Repository: r.in.Name, Note: notesRef, Commit: ledger.Hash(note.Target)}
		i, ok := r.line.index[note.Target]
		if !ok || len(note.Text) > maxNoteFile {
			r.problem(ledger.Problem{Origins: []ledger.Origin{at}, Rule: "unknown-change", Level: ledger.LevelWarning,
				Message: "this note belongs to no commit here, or is too long", Hint: "a note has at most 256 kB; move it with git notes copy"})
			continue
		}
		n := parseNoteFile(history.File{}, []byte(note.Text), at)
		h := r.changeOf(i)
		if texts[h] == nil || h == at.Commit { // the change's own note outweighs those of its parts
			texts[h] = &n.note
		}
	}
	r.giveNotes(texts)
	return nil
}

// changeOf gives the commit that stands for a change: that of the mainline which
// brought a commit in, or the commit itself.
func (r *reading) changeOf(i int32) ledger.Hash {
	if place := r.line.landing[i]; place != offMainline {
		i = r.line.mainline[place]
	}
	return ledger.Hash(r.line.commits[i].Hash)
}

// noteFiles reads the note files at the tip and gives each to its change or
// flag: what its front matter names, else what its own name is (the key of a
// flag, the number of a pull request), else the change that added it. Files beat
// trailers, so that the text of a merged change can still be corrected.
func (r *reading) noteFiles(ctx context.Context, globs []string, isFlag func(ledger.FlagKey) bool) (map[ledger.FlagKey]*ledger.NoteText, error) {
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
		texts[r.changeOf(i)] = &n.note
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
