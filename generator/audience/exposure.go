package audience

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// seen is who of an audience has a change at an instant.
type seen struct {
	visible  bool
	released bool
	share    ledger.Share
	group    bool // the share is that of the audience's own group
}

// timeline is the step function of one environment, or of several together.
type timeline struct {
	steps   []step // each differs from the one before, and instants ascend
	unknown bool   // as of now nobody knows
}

type step struct {
	at    time.Time
	basis ledger.Basis
	cause ledger.Cause
	seen  seen
}

// now is the last step, or nobody.
func (t timeline) now() seen {
	if len(t.steps) == 0 {
		return seen{}
	}
	return t.steps[len(t.steps)-1].seen
}

// exposure gives the timeline of a change for the audience, over those of its
// environments in which the change's components run. It reports false when the
// change must not be shown: it never reached the audience, or something about it
// is unknown.
func (r Rules) exposure(l *ledger.Ledger, c *ledger.Change, names []ledger.EnvironmentName) (timeline, bool) {
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind && !f.Known {
			return timeline{}, false
		}
	}
	var lines []timeline
	for i := range c.Environments {
		in := &c.Environments[i]
		if !slices.Contains(names, in.Environment) || !runs(in) {
			continue
		}
		line, ok := r.inOne(l.AsOf, &in.State)
		if !ok && r.Any {
			continue // the others are enough
		}
		if !ok {
			return timeline{}, false
		}
		lines = append(lines, line)
	}
	out := combine(lines, r.Any)
	for _, s := range out.steps {
		if s.seen.visible {
			return out, true
		}
	}
	return timeline{}, false
}

// runs reports whether any component of a change runs in an environment, or ever
// ran there.
func runs(in *ledger.InEnvironment) bool {
	return len(in.Components) > 0 || len(in.Moves) > 0 || in.Status != ledger.StatusNotDeployed
}

// inOne reads the moves of one environment. It reports false when a date is
// unknown, or when the audience's own group is kept out.
func (r Rules) inOne(asOf time.Time, s *ledger.State) (timeline, bool) {
	group := r.Sees.Group()
	if group != "" && slices.Contains(s.Excludes, group) {
		return timeline{}, false
	}
	var out timeline
	var now seen
	for i, m := range s.Moves {
		if m.At.IsZero() || m.At.After(asOf) || i > 0 && m.At.Before(s.Moves[i-1].At) {
			return timeline{}, false
		}
		now = after(now, m, group)
		out.add(step{m.At, m.Basis, m.Cause, now})
	}
	switch s.Status {
	case ledger.StatusReleased, ledger.StatusLimited:
		// A change whose moves say less than its status is not shown for the
		// status alone, since nobody could say since when.
		return out, true
	case ledger.StatusUnknown:
		out.unknown = true
		return out, len(out.steps) > 0
	default:
		if n := len(out.steps); n > 0 && out.now().visible {
			out.steps[n-1].seen = seen{} // the status is the newer word
		}
		return out, true
	}
}

// add appends a step. Of one instant the last counts; a step that changes
// nothing is none.
func (t *timeline) add(s step) {
	if n := len(t.steps); n > 0 && t.steps[n-1].at.Equal(s.at) {
		t.steps = t.steps[:n-1]
	}
	if t.now() != s.seen {
		t.steps = append(t.steps, s)
	}
}

// after is who has the change after a move.
func after(before seen, m ledger.Move, group string) seen {
	switch m.Kind {
	case ledger.MoveUnReleased, ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReverted:
		return seen{}
	}
	now := seen{share: m.Percent}
	for _, g := range m.Groups {
		if group != "" && g.Name == group {
			now.share, now.group = g.Percent, true
		}
	}
	now.visible = now.share.Lo > 0
	if !now.visible {
		return seen{}
	}
	now.released = m.Kind == ledger.MoveReleased || now.share.Lo == ledger.Hundred ||
		m.Kind == ledger.MoveWidened && before.released
	return now
}

// combine makes one timeline of those of several environments: the least of
// them, or with any the most.
func combine(lines []timeline, anyOf bool) timeline {
	if len(lines) == 1 {
		return lines[0]
	}
	type event struct {
		line int
		step step
	}
	var events []event
	var out timeline
	for i, l := range lines {
		for _, s := range l.steps {
			events = append(events, event{i, s})
		}
		out.unknown = out.unknown || l.unknown
	}
	// By instant, then by environment in the order of the ledger.
	slices.SortStableFunc(events, func(a, b event) int { return a.step.at.Compare(b.step.at) })
	states := make([]seen, len(lines))
	for _, e := range events {
		states[e.line] = e.step.seen
		out.add(step{e.step.at, e.step.basis, e.step.cause, together(states, anyOf)})
	}
	return out
}

// together is who has a change that stands so in each of several environments.
func together(states []seen, anyOf bool) seen {
	out := states[0]
	for _, s := range states[1:] {
		take := s.share.Lo < out.share.Lo || s.share.Lo == out.share.Lo && s.share.Hi < out.share.Hi
		if take != anyOf && s.share != out.share {
			out.share, out.group = s.share, s.group
		}
		if anyOf {
			out.visible, out.released = out.visible || s.visible, out.released || s.released
		} else {
			out.visible, out.released = out.visible && s.visible, out.released && s.released
		}
	}
	if !out.visible {
		return seen{}
	}
	return out
}

// state writes a timeline as the state of a change: no origins, and of groups
// only the audience's own. Causes stay, since they tell what came by a flag from
// what came by a deployment.
func (t timeline) state(group string) ledger.State {
	var s ledger.State
	var before seen
	for _, st := range t.steps {
		m := ledger.Move{At: st.at, Basis: st.basis, Cause: st.cause, Kind: moveKind(before, st.seen), Percent: st.seen.share, Groups: groups(st.seen, group)}
		if st.seen.group {
			m.Percent = ledger.Share{}
		}
		when := ledger.Date{When: ledger.When{At: st.at, Basis: st.basis}}
		if m.Kind != "" {
			s.Moves = append(s.Moves, m)
		}
		if st.seen.visible && !s.FirstExposed.Known() {
			s.FirstExposed = when
		}
		if st.seen.released && !s.Released.Known() {
			s.Released = when
		}
		before = st.seen
	}
	s.Percent, s.Groups = before.share, groups(before, group)
	if before.group {
		s.Percent = ledger.Share{}
	}
	switch {
	case t.unknown:
		s.Status = ledger.StatusUnknown
	case before.released:
		s.Status = ledger.StatusReleased
	case before.visible:
		s.Status = ledger.StatusLimited
	default:
		s.Status = ledger.StatusUnReleased
	}
	return s
}

func groups(s seen, group string) []ledger.GroupShare {
	if !s.group {
		return nil
	}
	return []ledger.GroupShare{{Name: group, Percent: s.share}}
}

// moveKind names the step from one state to another, "" where nobody had it
// before or after.
func moveKind(before, after seen) ledger.MoveKind {
	switch {
	case !after.visible && !before.visible:
		return ""
	case !after.visible:
		return ledger.MoveUnReleased
	case after.released && !before.released:
		return ledger.MoveReleased
	case !before.visible:
		return ledger.MoveExposed
	case after.share.Lo < before.share.Lo || after.share.Lo == before.share.Lo && after.share.Hi < before.share.Hi:
		return ledger.MoveNarrowed
	default:
		return ledger.MoveWidened
	}
}
