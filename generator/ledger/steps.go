package ledger

import (
	"slices"
	"sort"
	"time"
)

// standing is how a change stands in a lane, or in an environment, between two
// steps.
type standing struct {
	held held
	exp  exposure
	back bool     // a live revision reaches a revert of it
	why  MoveKind // when not held: what took it away
}

// step is a standing with the instant from which it holds, and its evidence.
type step struct {
	at time.Time
	standing
	cause   Cause
	basis   Basis
	origins []Origin
}

// steps gives a change's standing in a lane over time, from its segments there
// and from what is in front of it; they are written into the room given.
func (l *lane) steps(segs []segment, f *front, room []step) []step {
	if len(segs) == 0 {
		return nil
	}
	out := slices.Grow(room, len(segs))
	begin := l.instants[segs[0].instant].at
	moment := sort.Search(len(f.moments), func(i int) bool { return !f.moments[i].Before(begin) })
	for i := range segs {
		in := &l.instants[segs[i].instant]
		out = append(out, l.atInstant(&segs[i], in, f, out))
		for ; moment < len(f.moments); moment++ {
			t := f.moments[moment]
			if i+1 < len(segs) && !t.Before(l.instants[segs[i+1].instant].at) {
				break
			}
			if t.After(in.at) {
				if s, ok := l.atMoment(&segs[i], t, f); ok {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// atInstant is the step at which the live set changed.
func (l *lane) atInstant(seg *segment, in *instant, f *front, before []step) step {
	s := step{at: in.at, standing: l.standing(seg, in, in.at, f), cause: in.cause, basis: in.basis, origins: in.origins}
	if f.plain() || len(before) == 0 || s.held != heldYes || before[len(before)-1].held != heldYes {
		return s
	}
	// Held before and after: a flag that moved at this instant, or that ships
	// with the new revision, is the reason why others see it now.
	if cause, basis, origins, ok := f.why(l.book, seg, in.holders, in.at); ok && in.cause == CauseDeployment {
		s.cause, s.basis, s.origins = cause, basis, joinOrigins(origins, in.origins)
	} else if shipped := f.shipped(seg, in.holders, in.at); len(shipped) > 0 && in.cause == CauseDeployment {
		s.cause, s.origins = CauseFlag, joinOrigins(in.origins, shipped)
	}
	return s
}

// atMoment is the step at which only what is in front changed.
func (l *lane) atMoment(seg *segment, t time.Time, f *front) (step, bool) {
	in := &l.instants[seg.instant]
	s := step{at: t, standing: l.standing(seg, in, t, f)}
	if s.held != heldYes {
		return s, false
	}
	cause, basis, origins, ok := f.why(l.book, seg, in.holders, t)
	if !ok {
		cause, basis = CauseFlag, BasisCommitterDate
	}
	s.cause, s.basis, s.origins = cause, basis, origins
	return s, true
}

// holds reports whether the i-th holder of the segment's instant holds the change.
func (s *segment) holds(i int) bool { return s.mask&(1<<i) != 0 }

// standing evaluates a segment at an instant.
func (l *lane) standing(seg *segment, in *instant, t time.Time, f *front) standing {
	out := standing{held: heldState(in.holders, seg.mask, seg.doubt), back: seg.back}
	switch out.held {
	case heldNo:
		out.why = MoveRolledBack
		if len(in.holders) == 0 {
			out.why = MoveUndeployed
		} else if seg.back {
			out.why = MoveReverted
		}
		return out
	case heldUnknown:
		out.exp = exposure{share: Undecided(), unknown: true}
		return out
	}
	if f.plain() && len(in.holders) == 1 {
		out.exp = exposure{share: in.holders[0].weight}
		return out
	}
	var few [4]weighted // most lanes run one revision or two
	parts := few[:0]
	for i, h := range in.holders {
		switch {
		case h.revision == none, seg.doubt&(1<<i) != 0:
			parts = append(parts, weighted{h.weight, exposure{share: Undecided(), unknown: true}})
		case seg.holds(i):
			parts = append(parts, weighted{h.weight, f.at(l.book, h.revision, t)})
		}
	}
	out.exp = sum(parts)
	return out
}

// holdersAt lists what the lane runs at an instant.
func (l *lane) holdersAt(t time.Time) []holder {
	i := sort.Search(len(l.instants), func(i int) bool { return l.instants[i].at.After(t) })
	if i == 0 {
		return nil
	}
	return l.instants[i-1].holders
}

// findTurns lists the instants at which the lane begins to run or becomes empty.
func (l *lane) findTurns() {
	running := false
	for i := range l.instants {
		if now := len(l.instants[i].holders) > 0; now != running {
			l.turns = append(l.turns, int32(i))
			running = now
		}
	}
}

// turnAt gives the instant at which the lane began to run or became empty, nil
// when it did neither then.
func (l *lane) turnAt(t time.Time) *instant {
	i := sort.Search(len(l.turns), func(i int) bool { return !l.instants[l.turns[i]].at.Before(t) })
	if i < len(l.turns) && l.instants[l.turns[i]].at.Equal(t) {
		return &l.instants[l.turns[i]]
	}
	return nil
}
