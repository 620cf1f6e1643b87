package ledger_test

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// modelState is where a change stands in a lane, or in an environment, from an
// instant on.
type modelState struct {
	at       time.Time
	held     tri
	exposure gate // of the traffic that holds it, with what its flags let through
	runs     bool // anything at all runs here
	reverted bool // something that runs reaches a standing revert of it
	remade   bool // what holds it had it undone and done again
}

// parts lists the smaller crowds that the people of a crowd are in too.
func (c crowd) parts() []crowd {
	out := []crowd{nil}
	for _, g := range c {
		for _, some := range slices.Clone(out) {
			out = append(out, append(slices.Clone(some), g))
		}
	}
	return out[:len(out)-1]
}

// groups lists those crowds that have another share than everybody has, and
// than any smaller crowd of the same people.
func (s modelState) groups() []ledger.GroupShare {
	var out []ledger.GroupShare
	for _, c := range s.exposure.crowds {
		own := s.exposure.share(c)
		known := func(g ledger.GroupShare) bool { return g.Name == c.String() }
		same := func(part crowd) bool { return s.exposure.share(part) == own }
		if !slices.ContainsFunc(out, known) && !slices.ContainsFunc(c.parts(), same) {
			out = append(out, ledger.GroupShare{Name: c.String(), Percent: own})
		}
	}
	slices.SortFunc(out, func(a, b ledger.GroupShare) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (s modelState) base() ledger.Share { return s.exposure.share(nil) }

// exposed: some part of everybody has it, or may have, or a group can be met.
func (s modelState) exposed() bool {
	if s.held != yes {
		return false
	}
	return s.base().Hi > 0 || slices.ContainsFunc(s.groups(), func(g ledger.GroupShare) bool { return g.Percent.Hi > 0 })
}

// vague: a flag could not be read, and it makes a difference.
func (s modelState) vague() bool { return s.held == yes && s.exposure.vague && s.exposed() }

// released: the least share is at the threshold, or each group that the policy
// names has it fully.
func (s modelState) released(p ledger.Policy) bool {
	if s.held != yes {
		return false
	}
	threshold := p.Threshold
	if threshold == 0 {
		threshold = ledger.Hundred
	}
	if s.base().Lo >= threshold {
		return true
	}
	for _, g := range p.ReleaseGroups {
		if s.exposure.share(crowd{g}).Lo < ledger.Hundred {
			return false
		}
	}
	return len(p.ReleaseGroups) > 0
}

// story tells a sequence of states as moves, dates and the status at the end.
// What nobody knows moves nothing; what is found different after it has no date.
func story(states []modelState, p ledger.Policy, revertStands bool) ledger.State {
	out := ledger.State{Status: ledger.StatusNotDeployed}
	last := modelState{held: no, exposure: fixedGate(ledger.Exactly(0))}
	var left ledger.MoveKind
	var ever, exposed, released, blindHeld, blindExposed bool
	for _, s := range states {
		if s.held == unknown {
			blindHeld, blindExposed = true, true
			continue
		}
		kind := holdingMove(last, s, ever, left)
		if kind != "" && s.held == no {
			left = kind
		}
		ever = ever || s.held == yes
		if kind != "" && !blindHeld {
			out.Moves = append(out.Moves, ledger.Move{At: s.at, Kind: kind, Percent: s.base(), Groups: s.groups()})
			if kind == ledger.MoveDeployed {
				out.Deployed.At = s.at
			}
		}
		blindHeld = false
		if s.held == no {
			blindExposed = false
		} else if s.vague() && !s.released(p) {
			blindExposed = true
			s.exposure = last.exposure // the last that was known
		} else {
			if kind = exposureMove(last, s, p); kind != "" && !blindExposed {
				out.Moves = append(out.Moves, ledger.Move{At: s.at, Kind: kind, Percent: s.base(), Groups: s.groups()})
				if !exposed && s.exposed() {
					out.FirstExposed.At = s.at
				}
				if !released && s.released(p) {
					out.Released.At = s.at
				}
			}
			exposed, released, blindExposed = exposed || s.exposed(), released || s.released(p), false
		}
		last = s
		if s.held == no {
			last.exposure = fixedGate(ledger.Exactly(0))
		}
	}
	end := last
	if len(states) > 0 {
		end = states[len(states)-1]
	}
	out.Status = statusOf(end, left, p, exposed, revertStands)
	switch end.held {
	case yes:
		out.Percent, out.Groups, out.Excludes = end.base(), end.groups(), end.excludes()
	case unknown:
		out.Percent = ledger.Undecided()
	}
	return out
}

// holdingMove is what happened to the code between two neighbouring states.
func holdingMove(before, after modelState, ever bool, left ledger.MoveKind) ledger.MoveKind {
	switch {
	case before.held == after.held:
		return ""
	case after.held == yes && !ever:
		return ledger.MoveDeployed
	case after.held == yes && after.remade && left == ledger.MoveReverted:
		return ledger.MoveReapplied
	case after.held == yes:
		return ledger.MoveReturned
	case !after.runs:
		return ledger.MoveUndeployed
	case after.reverted:
		return ledger.MoveReverted
	default:
		return ledger.MoveRolledBack
	}
}

// exposureMove is what happened to who sees a change that is held after it.
func exposureMove(before, after modelState, p ledger.Policy) ledger.MoveKind {
	switch {
	case !before.exposed() && !after.exposed():
		return ""
	case before.exposed() && !after.exposed():
		return ledger.MoveUnReleased
	case after.released(p) && !before.released(p):
		return ledger.MoveReleased
	case !before.exposed():
		return ledger.MoveExposed
	case before.released(p) && !after.released(p):
		return ledger.MoveNarrowed // whatever the shares: those whom the policy names lost it
	}
	a, b := before.base(), after.base()
	switch {
	case wider(a, b):
		return ledger.MoveWidened
	case wider(b, a):
		return ledger.MoveNarrowed
	}
	return groupMove(before, after)
}

// groupMove: for the same base share a gained group widens, a lost one narrows,
// the more of the two where both happen; then a group less that is kept out
// widens, and one more narrows.
func groupMove(before, after modelState) ledger.MoveKind {
	more, less := 0, 0
	for _, g := range after.groups() {
		if wider(before.exposure.share(crowdOf(g.Name)), g.Percent) {
			more++
		}
	}
	for _, g := range before.groups() {
		if wider(after.exposure.share(crowdOf(g.Name)), g.Percent) {
			less++
		}
	}
	kept := len(after.excludes()) - len(before.excludes())
	switch {
	case more+less > 0 && more >= less, more+less == 0 && kept < 0:
		return ledger.MoveWidened
	case more+less > 0, kept > 0:
		return ledger.MoveNarrowed
	}
	return ""
}

func crowdOf(name string) crowd { return strings.Split(name, " and ") }

// wider reports whether b is more than a: by its lower end, then its upper.
func wider(a, b ledger.Share) bool { return b.Lo > a.Lo || b.Lo == a.Lo && b.Hi > a.Hi }

func (s modelState) excludes() []string {
	return slices.Compact(slices.Sorted(slices.Values(s.exposure.excludes)))
}

// statusOf is the status of the last state.
func statusOf(s modelState, left ledger.MoveKind, p ledger.Policy, everExposed, revertStands bool) ledger.Status {
	switch {
	case s.held == unknown:
		return ledger.StatusUnknown
	case s.held == yes && s.released(p):
		return ledger.StatusReleased
	case s.held == yes && s.vague():
		return ledger.StatusUnknown
	case s.held == yes && s.exposed():
		return ledger.StatusLimited
	case s.held == yes && everExposed:
		return ledger.StatusUnReleased
	case s.held == yes:
		return ledger.StatusDark
	case left == ledger.MoveRolledBack:
		return ledger.StatusRolledBack
	case left == ledger.MoveReverted:
		return ledger.StatusReverted
	case revertStands:
		return ledger.StatusReverted
	}
	return ledger.StatusNotDeployed
}
