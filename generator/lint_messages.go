package generator

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// notes reads the texts of the ledger that stand in no file: those of trailers
// and git notes. They are what customers read.
func (r *lintRun) notes() {
	if r.o.Result == nil || !r.o.Since.IsZero() {
		return // those of later commits are in their messages
	}
	l := r.o.Result.Ledger
	for i := range l.Changes {
		r.note(l.Changes[i].Note, l.Changes[i].Commit.String())
	}
	for i := range l.Flags {
		r.note(l.Flags[i].Note, "`"+string(l.Flags[i].Key)+"`")
	}
}

func (r *lintRun) note(n *ledger.NoteText, about string) {
	if n == nil || len(n.Origins) == 0 || n.Origins[0].File != "" {
		return
	}
	source := n.Text
	if n.Title != "" {
		source = n.Title + "\n\n" + source
	}
	r.report.Notes++
	r.todo = append(r.todo, lintText{facts: true, origin: n.Origins[0], read: func() (*wording.Text, *wording.Text, error) {
		t := r.text(n.Origins[0], []byte(source), true, true, "note")
		t.About, t.Lines = about, true
		return t, nil, nil
	}})
}

// messages reads those of commits, newest first, and of tags, by name.
func (r *lintRun) messages(ctx context.Context) error {
	if !r.o.History && r.o.Since.IsZero() || len(r.p.Repositories) == 0 {
		return nil
	}
	repo := r.p.Repositories[0].Repo
	_, tip, err := repo.Head()
	if err != nil || tip.IsZero() {
		return err
	}
	commits, err := repo.Commits(ctx, []history.Hash{tip})
	if err != nil {
		return fmt.Errorf("read commits to lint: %w", err)
	}
	if !r.o.Since.IsZero() {
		old, err := repo.Commits(ctx, []history.Hash{history.Hash(r.o.Since)})
		if err != nil {
			return fmt.Errorf("read commits before %s: %w", r.o.Since.Short(), err)
		}
		before := make(map[history.Hash]bool, len(old))
		for _, c := range old {
			before[c.Hash] = true
		}
		commits = slices.DeleteFunc(commits, func(c history.Commit) bool { return before[c.Hash] })
	}
	slices.SortFunc(commits, func(a, b history.Commit) int {
		return cmp.Or(b.Committer.When.Compare(a.Committer.When), bytes.Compare(a.Hash[:], b.Hash[:]))
	})
	reached := make(map[history.Hash]bool, len(commits))
	for _, c := range commits {
		reached[c.Hash] = true
		r.message(ledger.Origin{Commit: ledger.Hash(c.Hash)}, c.Message, "commit")
	}
	tags, err := repo.Tags()
	if err != nil {
		return fmt.Errorf("read tags to lint: %w", err)
	}
	for _, t := range tags {
		if t.Annotated && reached[t.Target] {
			r.message(ledger.Origin{Tag: t.Name}, t.Message, "tag")
		}
	}
	return nil
}

func (r *lintRun) message(origin ledger.Origin, message, kind string) {
	r.report.Messages++
	r.todo = append(r.todo, lintText{origin: origin, read: func() (*wording.Text, *wording.Text, error) {
		return r.messageText(origin, message, kind), nil, nil
	}})
}

var (
	// quoting finds subjects that repeat somebody else's words.
	quoting = regexp.MustCompile(`^(?:Revert|Reapply) "|^Merge (?:branch|pull request|remote|tag|commit)`)
	trailer = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*: ?\S|^\s+\S|^\(cherry picked from`)
)

// messageText cuts a message into its subject, and its body as Markdown without
// trailers.
func (r *lintRun) messageText(origin ledger.Origin, message, kind string) *wording.Text {
	t := &wording.Text{Origin: origin, Source: message}
	subject, _, _ := strings.Cut(message, "\n")
	if strings.TrimSpace(subject) != "" && !quoting.MatchString(subject) {
		t.Passages = append(t.Passages, wording.Passage{Scope: "text.subject." + kind, Text: maskCode(subject), Pieces: []wording.Piece{{}}})
	}
	body := []byte(message[:len(message)-len(trailers(message[len(subject):]))])
	for i := range subject {
		body[i] = ' '
	}
	passages, comments := r.p.Prose(body)
	for _, p := range passages {
		p.Scope += ".body." + kind
		t.Passages = append(t.Passages, p)
	}
	t.Comments = comments
	return t
}

// trailers gives the last paragraph of a message's rest when all its lines are
// trailers.
func trailers(rest string) string {
	trimmed := strings.TrimRight(rest, " \t\r\n")
	start := strings.LastIndex(trimmed, "\n\n") + 1
	if start == 0 {
		return ""
	}
	for line := range strings.Lines(trimmed[start+1:]) {
		if !trailer.MatchString(line) {
			return ""
		}
	}
	return rest[start:]
}

// maskCode puts asterisks for what stands between back quotes.
func maskCode(s string) string {
	b := []byte(s)
	open := -1
	for i, c := range b {
		switch {
		case c == '`' && open >= 0:
			for j := open + 1; j < i; j++ {
				b[j] = '*'
			}
			open = -1
		case c == '`':
			open = i
		}
	}
	return string(b)
}
