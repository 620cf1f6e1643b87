package gitrepo

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/history"
)

// maxNote bounds a note; a longer one is left out, as git log would hardly show
// it. A deployment record has some hundred bytes.
const maxNote = 4 << 20

// Notes reads the notes ref with this short or full name ("deployments" or
// "refs/notes/deployments"), sorted by target; no such ref gives none and no
// error.
//
// When a line was first seen is found in the ref's own history: the committer's
// date of the first commit, parents before children, in which the note on that
// object held that line. It is the zero time for a line that was there already
// at the border of a shallow clone.
func (r *Repo) Notes(ctx context.Context, name string) ([]history.Note, error) {
	full := name
	if !strings.HasPrefix(full, "refs/") {
		full = "refs/notes/" + name
	}
	refs, err := r.refs()
	if err != nil {
		return nil, err
	}
	tip, ok := refs.find(full)
	if !ok {
		return nil, nil
	}
	commits, err := r.Commits(ctx, []history.Hash{tip})
	if err != nil || len(commits) == 0 {
		return nil, err
	}
	n := noteReader{repo: r, ctx: ctx, ref: clean(strings.TrimPrefix(full, "refs/notes/")), limit: maxNote}
	if err := n.current(tip); err != nil {
		return nil, fmt.Errorf("read notes %s: %w", name, err)
	}
	if err := n.date(parentsFirst(commits)); err != nil {
		return nil, fmt.Errorf("date notes %s: %w", name, err)
	}
	return n.notes, nil
}

// noteReader collects the notes of one ref.
type noteReader struct {
	repo  *Repo
	ctx   context.Context
	ref   string
	limit int64
	notes []history.Note // sorted by target
	// waiting has, for each note, its lines that have not been seen yet.
	waiting map[history.Hash]*pending
}

// current reads the notes as they are now.
func (n *noteReader) current(tip history.Hash) error {
	files, err := n.repo.Files(n.ctx, tip, func(path string) bool {
		_, ok := noteTarget(path)
		return ok
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := n.repo.Blob(f.Blob, n.limit)
		if err != nil {
			continue // missing in a partial clone, or absurdly large
		}
		target, _ := noteTarget(f.Path)
		note := history.Note{Ref: n.ref, Target: target, Text: clean(string(text))}
		for _, line := range noteLines(note.Text) {
			note.Lines = append(note.Lines, history.NoteLine{Text: line})
		}
		n.notes = append(n.notes, note)
	}
	slices.SortStableFunc(n.notes, func(a, b history.Note) int { return bytes.Compare(a.Target[:], b.Target[:]) })
	return nil
}

// noteTarget gives the object that a file in a notes tree is about: its path
// without the slashes that spread many notes over folders.
func noteTarget(path string) (target history.Hash, ok bool) {
	digits := strings.ReplaceAll(path, "/", "")
	if len(digits) != 40 {
		return target, false
	}
	_, err := hex.Decode(target[:], []byte(digits))
	return target, err == nil
}

// noteLines splits a note; the line end at the end of the text begins no line.
func noteLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// date fills in when each line was first seen, going through the history of the
// ref from its beginning.
func (n *noteReader) date(commits []history.Commit) error {
	changes := make([][]history.PathChange, len(commits))
	unknown := make([]bool, len(commits))
	err := n.repo.Diffs(n.ctx, commits, func(i int, c []history.PathChange, err error) {
		changes[i], unknown[i] = c, err != nil
	})
	if err != nil {
		return err
	}
	n.wait()
	for i, c := range commits {
		seen := history.NoteLine{FirstSeen: c.Committer.When, Commit: c.Hash}
		if unknown[i] {
			// The border of a shallow clone: all that is here may be older.
			seen = history.NoteLine{Commit: c.Hash}
			files, err := n.repo.Files(n.ctx, c.Hash, nil)
			if err != nil {
				continue
			}
			for _, f := range files {
				changes[i] = append(changes[i], history.PathChange{Path: f.Path, New: f.Blob})
			}
		}
		for _, change := range changes[i] {
			n.see(change, seen)
		}
	}
	n.fill()
	return nil
}

// pending is the lines of one note, and how many of them have no date yet.
type pending struct {
	first map[string]history.NoteLine
	left  int
}

// wait notes the lines whose first date is wanted.
func (n *noteReader) wait() {
	n.waiting = make(map[history.Hash]*pending, len(n.notes))
	for _, note := range n.notes {
		distinct := make(map[string]history.NoteLine, len(note.Lines))
		for _, line := range note.Lines {
			distinct[line.Text] = history.NoteLine{}
		}
		n.waiting[note.Target] = &pending{distinct, len(distinct)}
	}
}

// see dates the lines of one changed note that were not seen before. A note
// whose lines all have a date is not read again: most are written once.
func (n *noteReader) see(change history.PathChange, seen history.NoteLine) {
	target, ok := noteTarget(change.Path)
	note := n.waiting[target]
	if !ok || note == nil || note.left == 0 || change.New.IsZero() {
		return
	}
	text, err := n.repo.Blob(change.New, n.limit)
	if err != nil {
		return
	}
	for _, line := range noteLines(clean(string(text))) {
		if first, wanted := note.first[line]; wanted && first.Commit.IsZero() {
			note.first[line] = seen
			note.left--
		}
	}
}

// fill copies the dates to the notes.
func (n *noteReader) fill() {
	for i := range n.notes {
		lines := n.notes[i].Lines
		for j := range lines {
			first := n.waiting[n.notes[i].Target].first[lines[j].Text]
			lines[j].FirstSeen, lines[j].Commit = first.FirstSeen, first.Commit
		}
	}
}

// parentsFirst orders commits so that each comes after its parents; among those
// that could be next, the one with the oldest committer date, then by id.
func parentsFirst(commits []history.Commit) []history.Commit {
	at := make(map[history.Hash]int, len(commits))
	for i := range commits {
		at[commits[i].Hash] = i
	}
	children := make([][]int, len(commits))
	waits := make([]int, len(commits))
	ready := &byDate{commits: commits}
	for i := range commits {
		for _, parent := range commits[i].Parents {
			if p, ok := at[parent]; ok {
				children[p] = append(children[p], i)
				waits[i]++
			}
		}
		if waits[i] == 0 {
			ready.next = append(ready.next, i)
		}
	}
	heap.Init(ready)
	ordered := make([]history.Commit, 0, len(commits))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		ordered = append(ordered, commits[i])
		for _, child := range children[i] {
			if waits[child]--; waits[child] == 0 {
				heap.Push(ready, child)
			}
		}
	}
	return ordered
}

// byDate is a heap of positions in commits, the oldest first.
type byDate struct {
	commits []history.Commit
	next    []int
}

func (b *byDate) Len() int { return len(b.next) }
func (b *byDate) Less(i, j int) bool {
	x, y := &b.commits[b.next[i]], &b.commits[b.next[j]]
	return cmp.Or(x.Committer.When.Compare(y.Committer.When), bytes.Compare(x.Hash[:], y.Hash[:])) < 0
}
func (b *byDate) Swap(i, j int) { b.next[i], b.next[j] = b.next[j], b.next[i] }
func (b *byDate) Push(x any)    { b.next = append(b.next, x.(int)) }
func (b *byDate) Pop() any {
	last := len(b.next) - 1
	x := b.next[last]
	b.next = b.next[:last]
	return x
}
