package deploylog

import (
	"strings"

	"daylight/generator/decode"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// HydratorNotes is the notes ref in which a source hydrator says of each commit
// that it rendered which commit it was rendered from, beside the file
// hydrator.metadata:
//
//	{"drySha": "3fa9c1e2b4d53fa9c1e2b4d53fa9c1e2b4d53fa9"}
const HydratorNotes = "hydrator.metadata"

// noted is what the notes on the commits of a line say.
type noted map[ledger.Hash]found

// readNoted reads the commit that each note names. A note is one JSON object;
// where there are several, a line each, the last counts, since notes are added
// to. A note that cannot be read is a problem, and the commit deploys nothing.
func (r *reading) readNoted(notes []history.Note) noted {
	out := noted{}
	for _, note := range notes {
		target := ledger.Hash(note.Target)
		if n, err := decode.JSON("note", []byte(note.Text)); err == nil {
			r.dry(out, note, n, 0)
			continue
		}
		at := 0
		for line := range strings.Lines(note.Text) {
			at++
			if strings.TrimSpace(line) == "" {
				continue
			}
			n, err := decode.JSON("note", []byte(line))
			if err != nil {
				fault, _ := decode.AsError(err)
				origin := ledger.Origin{Repository: r.Repository, Note: note.Ref, Commit: target, Line: at, Col: fault.Col}
				r.report(ledger.LevelWarning, "unreadable", &origin, "the note is one JSON object with drySha", "this note is no JSON: %s", fault.Message)
				break
			}
			r.dry(out, note, n, at-1)
		}
	}
	return out
}

// dry keeps the commit that an object names; above is how many lines are before
// it.
func (r *reading) dry(out noted, note history.Note, n *decode.Node, above int) {
	value := first(n.Get("drySha"), n.Get("dry_sha"), n.Get("revision"))
	text, _ := value.Scalar()
	if text = strings.TrimSpace(text); text == "" || len(text) > longestTag {
		origin := ledger.Origin{Repository: r.Repository, Note: note.Ref, Commit: ledger.Hash(note.Target), Line: n.Line + above, Col: n.Col}
		r.report(ledger.LevelWarning, "unknown-note-line", &origin, "the note is one JSON object with drySha", "this note names no commit")
		return
	}
	out[ledger.Hash(note.Target)] = found{text: text, line: value.Line + above, col: value.Col}
}

// noteRef is the ref that the notes are in, by its short name.
func (r *reading) noteRef() string {
	if len(r.Notes) > 0 {
		return r.Notes[0].Ref
	}
	return HydratorNotes
}
