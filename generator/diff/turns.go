package diff

import (
	"slices"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// Turn is an instant at which other people had an entry than before.
type Turn struct {
	At  time.Time `json:"at"`
	Who string    `json:"who"` // had it from then on: "everyone", "25 % of users", "nobody"
}

const nobody = "nobody"

// turns lists who had a change when, oldest first, where it was taken back once;
// else the state of a build tells all, and the list is empty.
func turns(moves []ledger.Move) []Turn {
	var out []Turn
	for _, m := range moves {
		w := who(m.Percent, m.Groups)
		switch m.Kind {
		case ledger.MoveUnReleased, ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReverted:
			w = nobody
		}
		out = turn(out, m.At, w)
	}
	return takenBack(out)
}

// turnsOf lists the same of a note.
func turnsOf(events []notes.Event) []Turn {
	var out []Turn
	for _, e := range events {
		w := e.Audience
		if e.Gone {
			w = nobody
		}
		out = turn(out, e.At, w)
	}
	return takenBack(out)
}

// turn appends what is another state than before; the first is one with somebody.
func turn(list []Turn, at time.Time, who string) []Turn {
	last := nobody
	if n := len(list); n > 0 {
		last = list[n-1].Who
	}
	if who == last {
		return list
	}
	return append(list, Turn{at.UTC(), who})
}

// takenBack gives the turns where one of them is to nobody, else none.
func takenBack(list []Turn) []Turn {
	for _, t := range list {
		if t.Who == nobody {
			return list
		}
	}
	return nil
}

// passing gives the events between two builds that their states do not tell: what
// came and went again, and what went and came again. kind is what the states
// tell, which is the last of the turns; last is its instant, nil where nothing
// came or went.
func passing(now *InEnvironment, kind Kind, older, newer time.Time) (out []Event, last *time.Time) {
	if now == nil {
		return nil, nil
	}
	before := nobody
	for _, t := range now.Turns {
		if t.At.After(older) && !t.At.After(newer) && (t.Who == nobody) != (before == nobody) {
			at := t.At
			e := Event{Kind: Exposed, At: &at, Who: t.Who, Before: before, Status: now.Status}
			switch t.Who {
			case nobody:
				e.Kind = TakenBack
			case "everyone":
				e.Kind = Released
			}
			out = append(out, e)
		}
		before = t.Who
	}
	if n := len(out); n > 0 {
		gone := out[n-1].Kind == TakenBack
		if kind == TakenBack && gone || !gone && slices.Contains([]Kind{Released, Exposed, Widened, Narrowed}, kind) {
			return out[:n-1], out[n-1].At
		}
	}
	return out, nil
}
