package ledger

import (
	"cmp"
	"slices"
	"time"
)

// stater works out how one change after another stands in every environment.
// Each goroutine has its own, since it keeps what it needs again and again.
type stater struct {
	c     *computation
	lanes map[*book][][]*lane // by environment
	// Scratch: the lanes of a change in one environment, room for their steps,
	// and for those of all of them together.
	own      []laneSteps
	segments []segment
	rooms    [][]step
	times    []time.Time
	together []step
	mover    mover
}

// inEnvironments computes a change's states, in the order of the environments.
func (w *stater) inEnvironments(b *book, at *reach, number int32, published []map[int32][]step) InEnvironments {
	ch := &b.changes[number]
	if ch.parts != nil && len(ch.parts) == 0 {
		return InEnvironments{} // it belongs to no component: it is in versions only
	}
	reverted := b.revertedOnMainline(at, number)
	out := make(InEnvironments, len(w.c.envs))
	for i, env := range w.c.envs {
		out[i].Environment = env
		if env == Published && published != nil {
			w.inPublished(&out[i], b, number, published)
		} else {
			w.inEnvironment(&out[i], b, at, number, w.lanes[b][i])
		}
		if reverted {
			out[i].markReverted()
		}
	}
	return out
}

// inEnvironment computes a change's state over the lanes of an environment that
// it belongs to.
func (w *stater) inEnvironment(in *InEnvironment, b *book, at *reach, number int32, lanes []*lane) {
	w.own = w.own[:0]
	for _, l := range lanes {
		if b.changes[number].belongsTo(l.part) {
			w.own = append(w.own, laneSteps{lane: l})
		}
	}
	usual := w.c.isUsual(b, number, in.Environment)
	if usual && len(w.own) == 1 {
		*in = w.own[0].lane.plainOf(number).alone
		return
	}
	f := w.c.frontOf(b, number, in.Environment)
	in.Components = make([]InComponent, len(w.own))
	for i := range w.own {
		own := &w.own[i]
		if usual {
			k := own.lane.plainOf(number)
			own.steps, in.Components[i] = k.steps, k.alone.Components[0]
			continue
		}
		if i == len(w.rooms) {
			w.rooms = append(w.rooms, nil)
		}
		r := own.lane.found
		w.segments = r.segments(r.courseOf[number], w.segments[:0])
		w.rooms[i] = own.lane.steps(w.segments, f, w.rooms[i][:0])
		own.steps = w.rooms[i]
		in.Components[i] = InComponent{own.lane.name.component, w.mover.stateOf(own.steps)}
	}
	switch len(w.own) {
	case 0:
		in.State = w.mover.stateOf(nil)
	case 1:
		in.State = in.Components[0].State
	default:
		in.State = w.mover.stateOf(w.combined(at, number))
	}
}

// markReverted says of what is not deployed that a revert of it stands on the
// mainline.
func (in *InEnvironment) markReverted() {
	if in.Status == StatusNotDeployed {
		in.Status = StatusReverted
	}
	if slices.ContainsFunc(in.Components, func(k InComponent) bool { return k.Status == StatusNotDeployed }) {
		in.Components = slices.Clone(in.Components) // others may share them
		for i := range in.Components {
			if in.Components[i].Status == StatusNotDeployed {
				in.Components[i].Status = StatusReverted
			}
		}
	}
}

// laneSteps is a change's steps in one lane.
type laneSteps struct {
	lane  *lane
	steps []step
	next  int // in steps: the first that is yet to come
	turn  int // in lane.turns, the same
}

// begin goes back to before the first step.
func (ls *laneSteps) begin() { ls.next, ls.turn = 0, 0 }

// to goes on to an instant, and gives the step of that very instant.
func (ls *laneSteps) to(t time.Time) *step {
	for ls.turn < len(ls.lane.turns) && !ls.lane.instants[ls.lane.turns[ls.turn]].at.After(t) {
		ls.turn++
	}
	for ls.next < len(ls.steps) && !ls.steps[ls.next].at.After(t) {
		ls.next++
	}
	if ls.next > 0 && ls.steps[ls.next-1].at.Equal(t) {
		return &ls.steps[ls.next-1]
	}
	return nil
}

// runs reports whether the lane runs anything at the instant.
func (ls *laneSteps) runs() bool { return ls.turn%2 == 1 }

// standing gives what holds at the instant; a lane that never held the change
// has no step that could tell.
func (ls *laneSteps) standing() *standing {
	if ls.next == 0 {
		return &standing{}
	}
	return &ls.steps[ls.next-1].standing
}

// combined joins the lanes of a change in one environment: it is held where all
// that run there hold it, and exposed as the least of them (design 2.1).
func (w *stater) combined(at *reach, number int32) []step {
	w.times = w.times[:0]
	for i := range w.own {
		w.own[i].begin()
		for k := range w.own[i].steps {
			w.times = append(w.times, w.own[i].steps[k].at)
		}
	}
	if len(w.times) == 0 {
		return nil // no lane ever held it
	}
	for i := range w.own {
		l := w.own[i].lane
		for _, turn := range l.turns {
			w.times = append(w.times, l.instants[turn].at)
		}
	}
	slices.SortFunc(w.times, time.Time.Compare)
	w.times = slices.CompactFunc(w.times, time.Time.Equal)
	w.together = w.together[:0]
	for _, t := range w.times {
		w.together = append(w.together, w.combine(at, number, t))
	}
	return w.together
}

// combine is the standing of several lanes at one instant.
func (w *stater) combine(at *reach, number int32, t time.Time) step {
	out := step{at: t}
	out.held, out.why = heldYes, MoveUndeployed
	running := 0
	for i := range w.own {
		own := &w.own[i]
		if here := own.to(t); here != nil {
			if out.cause == "" {
				out.cause, out.basis = here.cause, here.basis
			}
			out.origins = joinOrigins(out.origins, here.origins)
		} else if in := own.lane.turnAt(t); in != nil {
			// A lane that never held the change begins to run, or ends: the others
			// are measured with it, or no more.
			if out.cause == "" || out.cause == CauseTraffic {
				out.cause, out.basis = CauseDeployment, in.basis
			}
			out.origins = joinOrigins(out.origins, in.origins)
		}
		if !own.runs() {
			continue
		}
		running++
		st := own.standing()
		out.back = out.back || st.back
		switch st.held {
		case heldNo:
			// Why is asked of what runs now: a lane that never held the change
			// has no step that could tell.
			if out.held != heldNo {
				out.why = MoveRolledBack
			}
			if own.lane.revertReached(at, own.lane.holdersAt(t), 0, number) {
				out.why = MoveReverted
			}
			out.held = heldNo
		case heldUnknown:
			if out.held == heldYes {
				out.held = heldUnknown
			}
		}
	}
	switch {
	case running == 0:
		out.held = heldNo
	case out.held == heldYes:
		out.exp = w.leastNow()
	case out.held == heldUnknown:
		out.exp = exposure{share: Undecided(), unknown: true}
	}
	return out
}

// leastNow is the least of what the running lanes show at the instant.
func (w *stater) leastNow() exposure {
	var few [4]exposure
	exps := few[:0]
	for i := range w.own {
		if w.own[i].runs() {
			exps = append(exps, w.own[i].standing().exp)
		}
	}
	return least(exps)
}

// joinOrigins lists the origins of two pieces of evidence. A list that stays
// alone is shared, and is clipped so that nobody appends to it in place.
func joinOrigins(a, b []Origin) []Origin {
	switch {
	case len(a) == 0:
		return slices.Clip(b)
	case len(b) == 0:
		return slices.Clip(a)
	}
	return slices.Concat(a, b)
}

// inPublished is the state of what nobody deploys: released with its version,
// and never taken away.
func (w *stater) inPublished(in *InEnvironment, b *book, number int32, published []map[int32][]step) {
	var last, unsure []step
	whole := true
	for part, steps := range published {
		if !b.changes[number].belongsTo(part) {
			continue
		}
		own := steps[number]
		in.Components = append(in.Components, InComponent{b.parts[part], w.mover.stateOf(own)})
		switch n := len(own); {
		case n == 0:
			whole = false
		case own[n-1].held == heldUnknown:
			unsure = own
		case last == nil || cmp.Or(own[n-1].at.Compare(last[len(last)-1].at), len(last)-n) > 0:
			last = own // of one instant, a step that is the first that is known of its part
		}
	}
	switch {
	case !whole:
		last = nil
	case unsure != nil:
		last = unsure
	}
	in.State = w.mover.stateOf(last)
}
