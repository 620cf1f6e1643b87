package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Flags in git notes: a log of events like the one that stands in a file, except
// that its lines hang on whatever commit was at hand when a flag was turned. The
// commit says nothing about the flag; each line counts from its own instant.

// maxNote bounds the text of one note.
const maxNote = maxManifest

// loggedLine is a line of a note about flags.
type loggedLine struct {
	text   string
	origin ledger.Origin // without a column
	seen   time.Time     // when the notes first had it; zero when unknown
}

// readNotes adds the flags of a source that is a ref of notes.
func (t *timeline) readNotes(ctx context.Context, b *flagBook) error {
	r, ref := t.m.r, strings.TrimPrefix(t.m.source.Ref, "refs/notes/")
	notes, err := r.in.Repo.Notes(ctx, ref)
	if err != nil {
		return fmt.Errorf("read notes %q of %s: %w", ref, r.in.Name, err)
	}
	lines := r.loggedLines(notes)
	if len(lines) == 0 {
		return nil
	}
	source := "refs/notes/" + ref
	t.m.known[source] = flagfile.EventLog{}
	settings := t.m.decodeLines(lines)
	for from := 0; from < len(settings); {
		list := ofFlag(settings, settings[from].Key)
		from += len(list)
		t.takeLog(source, list, b)
	}
	return nil
}

// loggedLines gives the lines of notes in the order in which they were written
// down, as far as that is known, then by their place: of two lines about one
// instant the later counts.
func (r *reading) loggedLines(notes []history.Note) []loggedLine {
	var out []loggedLine
	for _, n := range notes {
		place := ledger.Origin{Repository: r.in.Name, Note: n.Ref, Commit: ledger.Hash(n.Target)}
		if len(n.Text) > maxNote {
			r.problem(ledger.Problem{Origins: []ledger.Origin{place}, Rule: "unreadable", Level: ledger.LevelWarning,
				Message: fmt.Sprintf("the note has %d bytes, and at most %d are read", len(n.Text), maxNote)})
			continue
		}
		for i, line := range strings.Split(n.Text, "\n") {
			place.Line = i + 1
			l := loggedLine{text: strings.TrimRight(line, "\r"), origin: place}
			if i < len(n.Lines) {
				l.seen = n.Lines[i].FirstSeen
			}
			if strings.TrimSpace(line) != "" {
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, func(a, b loggedLine) int {
		return cmp.Or(a.seen.Compare(b.seen), ledger.CompareOrigins(a.origin, b.origin))
	})
	return out
}

// decodeLines reads each line as a file of its own, so that one that cannot be
// read costs itself alone. The settings are sorted by key, then environment.
func (m *manifests) decodeLines(lines []loggedLine) []flagfile.Setting {
	files := make([]flagfile.File, len(lines))
	for i, l := range lines {
		files[i] = flagfile.File{Path: strconv.Itoa(i), Data: []byte(l.text)}
	}
	settings, problems := flagfile.EventLog{}.Decode(files, flagfile.Options{
		Environment: m.source.Environment, Environments: m.names.list, MaxBytes: maxNote})
	for _, p := range problems {
		for i := range p.Origins {
			p.Origins[i], _ = placeIn(lines, p.Origins[i])
		}
		if p.Level == ledger.LevelError {
			p.Level = ledger.LevelWarning // the other lines stand
		}
		m.r.problem(p)
	}
	for i := range settings {
		s := &settings[i]
		s.Origin, _ = placeIn(lines, s.Origin)
		s.Environment = m.names.canonical(s.Environment)
		for k := range s.Plan {
			step := &s.Plan[k]
			for o := range step.Origins {
				step.Origins[o], step.Written = placeIn(lines, step.Origins[o])
			}
		}
	}
	return flagfile.JoinDated(settings) // prod and production are one environment now
}

// placeIn turns a place in a file that stands for a line into that of the line.
func placeIn(lines []loggedLine, o ledger.Origin) (ledger.Origin, time.Time) {
	i, err := strconv.Atoi(o.File)
	if err != nil || i < 0 || i >= len(lines) {
		return o, time.Time{}
	}
	at := lines[i].origin
	at.Col = o.Col
	return at, lines[i].seen
}

// takeLog adds what the notes say of one flag: to the flag of that key, where
// its file leaves the state to a log, else as a flag of its own. Where a file
// says the state itself, two would contradict each other; the file counts.
func (t *timeline) takeLog(source string, list []flagfile.Setting, b *flagBook) {
	key := list[0].Key
	l := b.standing(key, t.m.r)
	if l != nil && !l.leavesState() {
		t.m.r.problem(ledger.Problem{Origins: []ledger.Origin{list[0].Origin, l.origin}, Rule: "flag-in-two-places", Level: ledger.LevelWarning,
			Message: fmt.Sprintf("notes tell of flag %q, whose state %s tells; the file counts", key, l.source),
			Hint:    "record the flag where its state is, or take it out of the file"})
		return
	}
	own := l == nil
	if own {
		l = &life{key: key, end: alive, source: source}
		t.lives = append(t.lives, l)
	}
	tip := t.m.r.line.mainline[len(t.m.r.line.mainline)-1]
	commit := ledger.Hash(t.m.r.line.commits[tip].Hash)
	for _, s := range list {
		if own {
			l.meta, l.origin = s.Meta, s.Origin
		}
		l.addLog(s, commit)
	}
}

// standing finds the flag of this key that is in a file of the repository now.
func (b *flagBook) standing(key ledger.FlagKey, r *reading) *life {
	for _, n := range slices.Backward(b.byKey[key]) {
		if l := b.lives[n]; l.r == r && l.end == alive {
			return l.life
		}
	}
	return nil
}

// leavesState reports whether a file says nothing of its own about the state: it
// lists the flag only, or is a log too.
func (l *life) leavesState() bool {
	return !slices.ContainsFunc(l.steps, func(s ledger.FlagStep) bool {
		return !s.Dated && !s.Removed && s.Setting.State != ledger.FlagUnknown
	})
}

// addLog adds a log as the newest thing that is known of an environment, along
// with the lines of an older log.
func (l *life) addLog(s flagfile.Setting, commit ledger.Hash) {
	step := ledger.FlagStep{Commit: commit, Environment: s.Environment, Setting: s.Setting, Plan: s.Plan, Dated: true, Origins: []ledger.Origin{s.Origin}}
	for i, was := range slices.Backward(l.steps) {
		if was.Environment != s.Environment {
			continue
		}
		if was.Dated && !was.Removed {
			old := flagfile.Setting{Key: s.Key, Environment: s.Environment, Setting: was.Setting, Plan: was.Plan, Dated: true}
			step.Plan = flagfile.JoinDated([]flagfile.Setting{old, s})[0].Plan
		}
		if was.Commit == commit {
			l.steps = slices.Delete(l.steps, i, i+1) // a commit has one step for an environment
		}
		break
	}
	l.steps = append(l.steps, step)
}
