package notes

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// who has something at an instant.
type who struct {
	share    ledger.Share
	groups   []ledger.GroupShare
	released bool
}

func (w who) nobody() bool { return w.share.Hi == 0 && len(w.groups) == 0 }

// more reports whether w reaches more people than v: released, then by share,
// then by the number of groups.
func (w who) more(v who) bool {
	if w.released != v.released {
		return w.released
	}
	if w.share != v.share {
		return w.share.Lo > v.share.Lo || w.share.Lo == v.share.Lo && w.share.Hi > v.share.Hi
	}
	return len(w.groups) > len(v.groups)
}

// tell writes the life of a note from the moves of its changes: at each instant
// people have it when they have any of them. It reports false when nobody ever
// had it.
func tell(n *Note, g changes) bool {
	var instants []time.Time
	for _, c := range g.list {
		for _, m := range c.state.Moves {
			instants = append(instants, m.At)
		}
		n.Unknown = n.Unknown || c.state.Status == ledger.StatusUnknown
	}
	slices.SortFunc(instants, time.Time.Compare)
	instants = slices.CompactFunc(instants, time.Time.Equal)
	next := make([]int, len(g.list)) // the first move of each change that is yet to come
	now := make([]who, len(g.list))
	var last who
	for _, at := range instants {
		for i, c := range g.list {
			for next[i] < len(c.state.Moves) && !c.state.Moves[next[i]].At.After(at) {
				now[i] = after(now[i], c.state.Moves[next[i]])
				next[i]++
			}
		}
		best := now[0]
		for _, w := range now[1:] {
			if w.more(best) {
				best = w
			}
		}
		n.add(at, last, best)
		last = best
	}
	return len(n.Events) > 0
}

// after is who has a change after a move.
func after(before who, m ledger.Move) who {
	switch m.Kind {
	case ledger.MoveUnReleased, ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReverted:
		return who{}
	}
	return who{
		share: m.Percent, groups: m.Groups,
		released: m.Kind == ledger.MoveReleased || m.Percent.Lo == ledger.Hundred || m.Kind == ledger.MoveWidened && before.released,
	}
}

// add appends an event where who has it has changed.
func (n *Note) add(at time.Time, before, after who) {
	phrase := audience(after)
	if len(n.Events) == 0 && after.nobody() || phrase == audience(before) && len(n.Events) > 0 {
		return
	}
	e := Event{At: at, Audience: phrase, Gone: after.nobody()}
	switch {
	case e.Gone:
		e.Text = "Taken back: nobody has it any more."
	case len(n.Events) == 0:
		e.Text = "Available to " + phrase + "."
		n.FirstExposed = at
	case before.nobody():
		e.Text = "Available again, to " + phrase + "."
	default:
		e.Text = "Now available to " + phrase + "."
	}
	n.Events = append(n.Events, e)
	n.Updated, n.Audience, n.TakenBack = at, phrase, time.Time{}
	if e.Gone {
		n.TakenBack = at
	}
	if after.released && n.Released.IsZero() {
		n.Released = at
	}
}

// audience names the people in a phrase for people: "25 % of users", "the beta
// group", "everyone", "nobody".
func audience(w who) string {
	if w.share.Lo == ledger.Hundred {
		return "everyone"
	}
	var parts []string
	for _, g := range w.groups {
		if g.Percent == ledger.Everybody() {
			parts = append(parts, "the "+oneLine(g.Name)+" group")
		} else {
			parts = append(parts, g.Percent.String()+" % of the "+oneLine(g.Name)+" group")
		}
	}
	switch {
	case w.share == ledger.Undecided():
		parts = append(parts, "some users")
	case w.share.Hi > 0:
		parts = append(parts, w.share.String()+" % of users")
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, " and ")
}
