package metrics

import (
	"time"

	"daylight/generator/ledger"
)

// changes takes each change's dates and moves into the lanes that it runs in.
func (c *computation) changes() {
	for i := range c.l.Changes {
		ch := &c.l.Changes[i]
		if len(ch.Environments) == 0 && len(c.l.Environments) > 0 {
			c.nowhere++
			continue
		}
		for j := range ch.Environments {
			in := &ch.Environments[j]
			for k := range in.Components {
				s := &in.Components[k]
				ln := c.lane(laneKey{in.Environment, ch.Repository, s.Component})
				if s.Deployed.Known() && len(ln.all) == 0 && (ln.since.IsZero() || s.Deployed.At.Before(ln.since)) {
					ln.since = s.Deployed.At // no records: every version is published
				}
				c.change(ln, ch, &s.State)
			}
		}
	}
}

// change measures one change in one lane.
func (c *computation) change(ln *lane, ch *ledger.Change, s *ledger.State) {
	if !s.Deployed.Known() {
		if s.Status != ledger.StatusNotDeployed && s.Status != ledger.StatusReverted {
			ln.lead.leave(time.Time{}, ReasonUnknownDate)
		}
		return
	}
	at := s.Deployed.At
	ln.deployed = append(ln.deployed, at)
	first := !c.opt.FirstRecord && len(ln.all) > 0 && at.Equal(*ln.all[0].FinishedAt)
	c.leadTimes(ln, ch, s, first)
	c.exposure(ln, s, first)
	c.moves(ln, s)
	c.takenBack(ln, s, first)
	if s.Status == ledger.StatusDark {
		if first {
			ln.darkNow.leave(at, ReasonFirstRecord)
		} else {
			ln.darkNow.add(at, c.l.AsOf.Sub(darkSince(s)))
		}
	}
}

// darkSince is when a change that is dark now came to where it is.
func darkSince(s *ledger.State) time.Time {
	since := s.Deployed.At
	for _, m := range s.Moves {
		if m.Kind == ledger.MoveReturned || m.Kind == ledger.MoveReapplied {
			since = m.At
		}
	}
	return since
}

// leadTimes measures from the commit to the deployment, and to the release.
func (c *computation) leadTimes(ln *lane, ch *ledger.Change, s *ledger.State, first bool) {
	merged, written := c.began(ch)
	start := merged
	if c.opt.Start == FromFirstCommit {
		start = written
	}
	since(&ln.lead, start, s.Deployed.At, first)
	since(&ln.afterMerge, merged, s.Deployed.At, first)
	if s.Released.Known() {
		since(&ln.release, start, s.Released.At, first && s.Released.At.Equal(s.Deployed.At))
	}
	// What was written before the merge has nothing to do with the lane's first
	// record, but with the same changes the parts add up.
	switch {
	case first:
		ln.beforeMerge.leave(s.Deployed.At, ReasonFirstRecord)
	case merged.IsZero() || written.IsZero():
		ln.beforeMerge.leave(s.Deployed.At, ReasonNoCommit)
	default:
		ln.beforeMerge.add(s.Deployed.At, max(0, merged.Sub(written)))
	}
}

// since adds the time from one instant to another, or the reason why there is
// none.
func since(s *series, from, to time.Time, first bool) {
	switch {
	case first:
		s.leave(to, ReasonFirstRecord)
	case from.IsZero():
		s.leave(to, ReasonNoCommit)
	case to.Before(from):
		s.leave(to, ReasonBeforeMerge)
	default:
		s.add(to, to.Sub(from))
	}
}

// began tells when a change reached the mainline, and when the oldest of its
// commits was written. One off the mainline counts from its own commit.
func (c *computation) began(ch *ledger.Change) (merged, written time.Time) {
	own := c.commits[commitKey{ch.Repository, ch.Commit}]
	if ch.Merged != nil {
		merged = *ch.Merged
	} else {
		merged = own.committed
	}
	written = own.authored
	for _, h := range ch.Commits {
		if t := c.commits[commitKey{ch.Repository, h}].authored; !t.IsZero() && (written.IsZero() || t.Before(written)) {
			written = t
		}
	}
	return merged, written
}

// exposure measures dark time and rollout time.
func (c *computation) exposure(ln *lane, s *ledger.State, first bool) {
	if !s.FirstExposed.Known() {
		return
	}
	since(&ln.dark, s.Deployed.At, s.FirstExposed.At, first)
	if s.Released.Known() {
		since(&ln.rollout, s.FirstExposed.At, s.Released.At, first && s.FirstExposed.At.Equal(s.Deployed.At))
	}
}

// moves notes the instants at which somebody began to see a change, or nobody
// saw it any more. What comes back as it was, with the deployment that brought it
// back, is no release: nobody decided anything about users.
func (c *computation) moves(ln *lane, s *ledger.State) {
	var back, releasedAt time.Time
	for _, m := range s.Moves {
		switch m.Kind {
		case ledger.MoveReturned, ledger.MoveReapplied:
			back = m.At
		case ledger.MoveExposed, ledger.MoveWidened, ledger.MoveReleased:
			if m.At.Equal(back) {
				ln.returned[m.At.UnixNano()] = true
			} else {
				ln.releases[m.At.UnixNano()] = true
			}
			if m.Kind == ledger.MoveReleased {
				releasedAt = m.At
			}
		case ledger.MoveUnReleased:
			ln.unReleases[m.At.UnixNano()] = true
			if releasedAt.IsZero() {
				ln.unReleaseTime.leave(m.At, ReasonNeverReleased)
			} else {
				ln.unReleaseTime.add(m.At, m.At.Sub(releasedAt))
			}
			releasedAt = time.Time{}
		}
	}
}

// takenBack tells whether a release was taken back soon. One whose days are not
// over yet is left out, be it taken back or not: else the share would be that of
// the hasty ones.
func (c *computation) takenBack(ln *lane, s *ledger.State, first bool) {
	if !s.Released.Known() {
		return
	}
	at := s.Released.At
	until := at.AddDate(0, 0, c.opt.UnReleaseDays)
	switch {
	case first && at.Equal(s.Deployed.At):
		ln.releasedOut = append(ln.releasedOut, omission{at, ReasonFirstRecord})
		return
	case until.After(c.l.AsOf):
		ln.releasedOut = append(ln.releasedOut, omission{at, ReasonTooRecent})
		return
	}
	back := false
	for _, m := range s.Moves {
		back = back || m.Kind == ledger.MoveUnReleased && m.At.After(at) && !m.At.After(until)
	}
	ln.released = append(ln.released, released{at, back})
}
