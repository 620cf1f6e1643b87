package gitrepo

import (
	"context"
	"fmt"
	"slices"

	"daylight/generator/history"
)

// NotesSample reads at most so many notes of a ref as they are now, the first by
// target, without looking into the ref's history: enough to tell what they are
// about. No such ref gives none and no error.
func (r *Repo) NotesSample(ctx context.Context, name string, most int) ([]history.Note, error) {
	refs, err := r.refs()
	if err != nil {
		return nil, err
	}
	tip, ok := refs.find("refs/notes/" + name)
	if !ok || most <= 0 {
		return nil, nil
	}
	seen := 0
	files, err := r.Files(ctx, tip, func(path string) bool {
		if _, ok := noteTarget(path); !ok || seen >= most {
			return false
		}
		seen++
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read notes %s: %w", name, err)
	}
	var out []history.Note
	for _, f := range files {
		text, err := r.Blob(f.Blob, maxNote)
		if err != nil {
			continue // missing in a partial clone, or absurdly large
		}
		target, _ := noteTarget(f.Path)
		note := history.Note{Ref: clean(name), Target: target, Text: clean(string(text))}
		for _, line := range noteLines(note.Text) {
			note.Lines = append(note.Lines, history.NoteLine{Text: line})
		}
		out = append(out, note)
	}
	return slices.Clip(out), nil
}
