package deploylog

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Notes reads deployments from git notes on the commits that were deployed. Our
// form is one JSON object a line; a commit that was deployed five times has five
// lines. Tolerated are one object over several lines, lines of key=value
// (env=production, deployed-at=2026-02-18T09:30Z), and, with a warning, words
// such as "Deployed to prod: 2023-11-23".
type Notes struct{}

// Name is "notes".
func (Notes) Name() string { return "notes" }

// Read implements [Reader].
func (n Notes) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &reading{Input: in, source: n.Name()}
	notes := slices.Clone(in.Notes)
	slices.SortFunc(notes, func(a, b history.Note) int {
		return cmp.Or(cmp.Compare(a.Ref, b.Ref), ledger.CompareHashes(ledger.Hash(a.Target), ledger.Hash(b.Target)))
	})
	for _, note := range notes {
		r.note(note)
	}
	// By time, then place: the notes themselves are in the order of hashes.
	slices.SortStableFunc(r.records, func(a, b ledger.Record) int {
		return cmp.Or(instantOf(a).Compare(instantOf(b)), ledger.CompareOrigins(a.Origins[0], b.Origins[0]))
	})
	return r.done()
}

// instantOf is the end of a record, or its start where it has no end.
func instantOf(rec ledger.Record) time.Time {
	if rec.FinishedAt.IsZero() {
		return rec.StartedAt
	}
	return rec.FinishedAt
}

// note reads one note.
func (r *reading) note(note history.Note) {
	name := ledger.Origin{Repository: r.Repository, Note: note.Ref, Commit: ledger.Hash(note.Target)}.String()
	if text := strings.TrimSpace(note.Text); strings.HasPrefix(text, "{") && strings.Contains(text, "\n") {
		// One object over several lines is no JSON Lines.
		if n, err := decode.JSON(name, []byte(note.Text)); err == nil && n.Is(decode.Map) {
			r.noteEvent(note, 1, 1, text, flatten(n))
			return
		}
	}
	if most := decode.DefaultMaxBytes; len(note.Text) > most {
		r.report(ledger.LevelWarning, "unreadable", r.noteOrigin(note, 1, 1), "", "the note has %d bytes, and at most %d are read", len(note.Text), most)
		return
	}
	at := 0
	for line := range strings.Lines(note.Text) {
		at++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) != "" {
			r.noteLine(note, at, line)
		}
	}
}

func (r *reading) noteOrigin(note history.Note, line, col int) *ledger.Origin {
	return &ledger.Origin{Repository: r.Repository, Note: note.Ref, Commit: ledger.Hash(note.Target), Line: line, Col: col}
}

// noteLine reads a line in the first form that it has.
func (r *reading) noteLine(note history.Note, at int, line string) {
	trimmed := strings.TrimSpace(line)
	if trimmed[0] == '{' {
		n, err := decode.JSON("note", []byte(line))
		if err != nil {
			fault, _ := decode.AsError(err)
			r.report(ledger.LevelWarning, "unreadable", r.noteOrigin(note, at, fault.Col), "a record is one JSON object on one line", "this line is no JSON: %s", fault.Message)
			return
		}
		move(n, at)
		r.noteEvent(note, at, 1, line, flatten(n))
		return
	}
	if fields, ok := pairs(line, at); ok {
		r.noteEvent(note, at, 1, line, fields)
		return
	}
	if fields, ok := plainWords(line, at); ok {
		r.report(ledger.LevelInfo, "plain-text", r.noteOrigin(note, at, 1), "write a JSON object with environment and at", "words in a note are taken for a deployment")
		r.noteEvent(note, at, 1, line, fields)
		return
	}
	r.report(ledger.LevelWarning, "unknown-note-line", r.noteOrigin(note, at, 1), "write a JSON object with environment and at", "%s is not understood as a deployment", short(trimmed))
}

// move puts a tree that was one line of its own into its line of the note.
func move(n *decode.Node, line int) {
	n.Line = line
	for _, item := range n.Items {
		move(item, line)
	}
	for _, e := range n.Entries {
		move(e.Value, line)
	}
}

func (r *reading) noteEvent(note history.Note, line, col int, text string, fields object) {
	e := event{
		fields: fields, origin: *r.noteOrigin(note, line, col), target: ledger.Hash(note.Target),
		key: strings.Join([]string{note.Ref, note.Target.String(), strings.TrimSpace(text)}, "\x00"),
	}
	if line <= len(note.Lines) {
		e.firstSeen = note.Lines[line-1].FirstSeen
	}
	r.record(e)
}

var pair = regexp.MustCompile(`([A-Za-z@][A-Za-z0-9_.@-]*)\s*=\s*("[^"]*"|[^,;"\s]+)`)

// pairs reads key=value, key="value with blanks", separated by commas,
// semicolons or blanks. What is between the pairs must be nothing else.
func pairs(line string, at int) (object, bool) {
	found := pair.FindAllStringSubmatchIndex(line, -1)
	if len(found) == 0 {
		return nil, false
	}
	out := object{}
	end := 0
	for _, m := range found {
		if strings.Trim(line[end:m[0]], " \t,;") != "" {
			return nil, false
		}
		end = m[1]
		value := line[m[4]:m[5]]
		key := fold(line[m[2]:m[3]])
		if _, twice := out[key]; !twice {
			out[key] = scalarNode(strings.Trim(value, `"`), at, m[4]+1)
		}
	}
	return out, strings.Trim(line[end:], " \t,;") == ""
}

// scalarNode makes the value that JSON would have had.
func scalarNode(text string, line, col int) *decode.Node {
	n := &decode.Node{Kind: decode.String, Text: text, Line: line, Col: col}
	if _, err := strconv.ParseBool(text); err == nil && len(text) > 1 {
		n.Kind = decode.Bool
	}
	return n
}

var plain = regexp.MustCompile(`(?i)\b(deployed|deploy|released|rolled back|rollback)\b.{0,40}?\b(?:to|in|on)\s+["'*]*([A-Za-z][A-Za-z0-9_-]*)`)
var plainTime = regexp.MustCompile(`(?:^|[^0-9])(` + writtenTime + `)(?:[^0-9]|$)`)

// plainWords finds an environment, and perhaps a time, in words.
func plainWords(line string, at int) (object, bool) {
	if len(line) > 2000 {
		return nil, false
	}
	m := plain.FindStringSubmatchIndex(line)
	if m == nil || !knownEnvironment(line[m[4]:m[5]]) {
		return nil, false
	}
	out := object{"environment": scalarNode(line[m[4]:m[5]], at, m[4]+1), "description": scalarNode(strings.TrimSpace(line), at, 1)}
	if strings.HasPrefix(strings.ToLower(line[m[2]:m[3]]), "roll") {
		out["kind"] = scalarNode("rollback", at, m[2]+1)
	}
	if lower := strings.ToLower(line); strings.Contains(lower, "failed") || strings.Contains(lower, "failure") {
		out["status"] = scalarNode("failed", at, 1)
	}
	if t := plainTime.FindStringSubmatchIndex(line); t != nil {
		out["at"] = scalarNode(line[t[2]:t[3]], at, t[2]+1)
	}
	return out, true
}
