package ledger

// mover turns steps into moves, dates and a status (design 2.3), for one change
// after another.
type mover struct {
	policy Policy
	moves  []Move // scratch
	tally
}

// tally is what a mover knows of one change.
type tally struct {
	state   State
	held    held     // last known: yes or no
	exp     exposure // last known, nothing while not held
	ever    bool     // held before
	exposed bool     // exposed before
	full    bool     // released before
	lost    MoveKind // the move by which it left last
	blind   bool     // something unknown lies between the last known standing and now
	blindly bool     // the same for exposure
}

// stateOf gives the State that steps lead to, apart from reverts on the mainline
// (see markReverted). It keeps nothing of the steps themselves.
func (m *mover) stateOf(steps []step) State {
	m.tally, m.moves = tally{}, m.moves[:0]
	var last *standing
	for i := range steps {
		if i > 0 && steps[i].held == heldYes && last.held == heldYes && steps[i].exp.equal(last.exp) {
			continue
		}
		m.step(&steps[i])
		last = &steps[i].standing
	}
	if last == nil {
		last = &standing{}
	}
	m.state.Moves = make([]Move, len(m.moves))
	copy(m.state.Moves, m.moves)
	m.finish(last)
	return m.state
}

// step adds at most one move of holding, then one of exposure.
func (m *mover) step(s *step) {
	if s.held == heldUnknown {
		m.blind, m.blindly = true, true
		return
	}
	if s.held == heldYes && m.held != heldYes {
		m.enter(s)
	}
	if s.held == heldNo {
		if m.held == heldYes {
			m.lost = s.why
			if !m.blind { // else it left at some instant that nobody knows
				m.leave(s)
			}
		}
		m.held, m.exp, m.blind, m.blindly = heldNo, exposure{}, false, false
		return
	}
	m.held, m.blind = heldYes, false
	m.expose(s)
}

func (m *mover) enter(s *step) {
	first := !m.ever
	m.ever = true
	if m.blind {
		return // it came at some instant that nobody knows
	}
	kind := MoveDeployed
	if !first {
		kind = MoveReturned
		if m.lost == MoveReverted && s.back {
			kind = MoveReapplied
		}
	}
	if first {
		m.state.Deployed = dateOf(s)
	}
	cause := s.cause
	if kind == MoveReapplied {
		cause = CauseRevert
	}
	m.add(s, kind, cause)
}

func (m *mover) leave(s *step) {
	cause := CauseDeployment
	if s.why == MoveReverted {
		cause = CauseRevert
	}
	m.add(s, s.why, cause)
}

// expose adds the move from the exposure before to that of the step. An
// exposure that is not known is no move; the one after it has no date of its
// own.
func (m *mover) expose(s *step) {
	now := s.exp
	if now.unknown && !now.released(m.policy) {
		m.blindly = true
		return
	}
	was := m.exp
	m.exp = now
	if m.blindly {
		m.blindly = false
		m.exposed = m.exposed || now.any()
		m.full = m.full || now.released(m.policy)
		return
	}
	switch {
	case !was.any() && !now.any():
	case !was.any():
		m.begin(s, now)
	case !now.any():
		m.add(s, MoveUnReleased, s.cause)
	case !was.released(m.policy) && now.released(m.policy):
		m.release(s)
	case was.released(m.policy) && !now.released(m.policy):
		m.add(s, MoveNarrowed, s.cause)
	default:
		switch c := compareExposure(was, now); {
		case c > 0:
			m.add(s, MoveWidened, s.cause)
		case c < 0:
			m.add(s, MoveNarrowed, s.cause)
		}
	}
}

// begin is the move from nothing: `released` alone when it goes to the
// threshold at once.
func (m *mover) begin(s *step, now exposure) {
	if !m.exposed {
		m.state.FirstExposed = dateOf(s)
	}
	m.exposed = true
	if now.released(m.policy) {
		m.release(s)
		return
	}
	m.add(s, MoveExposed, s.cause)
}

func (m *mover) release(s *step) {
	if !m.full {
		m.state.Released = dateOf(s)
	}
	m.full = true
	m.add(s, MoveReleased, s.cause)
}

func (m *mover) add(s *step, kind MoveKind, cause Cause) {
	v := Move{At: s.at.UTC(), Kind: kind, Cause: cause, Basis: s.basis, Origins: s.origins, Groups: []GroupShare{}}
	if s.held == heldYes {
		v.Percent, v.Groups = s.exp.share, emptyGroups(s.exp.groups)
	}
	m.moves = append(m.moves, v)
}

func dateOf(s *step) Date { return Date{When{s.at.UTC(), s.basis}, s.origins} }

// finish sets the status as of the end of the steps.
func (m *mover) finish(last *standing) {
	s := &m.state
	s.Groups, s.Excludes = []GroupShare{}, []string{}
	switch last.held {
	case heldUnknown:
		s.Status, s.Percent = StatusUnknown, Undecided()
		return
	case heldNo:
		switch {
		case m.lost == MoveRolledBack && m.ever:
			s.Status = StatusRolledBack
		case m.lost == MoveReverted && m.ever:
			s.Status = StatusReverted
		default:
			s.Status = StatusNotDeployed
		}
		return
	}
	s.Percent, s.Groups = last.exp.share, emptyGroups(last.exp.groups)
	if last.exp.excludes != nil {
		s.Excludes = last.exp.excludes
	}
	switch {
	case last.exp.released(m.policy):
		s.Status = StatusReleased
	case last.exp.unknown:
		s.Status = StatusUnknown
	case last.exp.any():
		s.Status = StatusLimited
	case m.exposed:
		s.Status = StatusUnReleased
	default:
		s.Status = StatusDark
	}
}

func emptyGroups(g []GroupShare) []GroupShare {
	if g == nil {
		return []GroupShare{}
	}
	return g
}
