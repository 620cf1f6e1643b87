package deploylog

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// replay goes along a line and keeps what each lane is to run.
type replay struct {
	d    *desired
	line *CommitLine
	by   map[desiredLane]*laneState
	// gated lanes wait for a gate; waiting lists those whose value has changed.
	waiting map[desiredLane]bool
	begun   bool // commits of the line itself have come
	// kept are the values of a file that a damaged version of it has lost.
	kept map[*desiredPath][]found
}

// laneState is what a lane is to run, and what it runs.
type laneState struct {
	from     []holding // the files that have a value for it, by path
	wanted   string    // the value that the files have; "" is none
	deployed string    // the value that took effect
	ran      bool      // it has run something, and does
	held     bool
	lost     *desiredPath // the file that had its value last
}

// holding is a value in a file that is there now.
type holding struct {
	path  *desiredPath
	value found
}

func newReplay(d *desired, l *CommitLine) *replay {
	return &replay{d: d, line: l, by: map[desiredLane]*laneState{}, waiting: map[desiredLane]bool{}, kept: map[*desiredPath][]found{}}
}

func (p *replay) lane(name desiredLane) *laneState {
	s := p.by[name]
	if s == nil {
		s = &laneState{}
		p.by[name] = s
	}
	return s
}

// change applies one commit: all its files first, so that a value that moves
// from one file to another never goes away.
func (p *replay) change(c *change) {
	affected := map[desiredLane]bool{}
	var open []*desiredPath
	own := p.d.scan.own()
	for _, t := range c.touched {
		if t.path.gate {
			open = append(open, t.path)
		}
		switch {
		case !t.path.file:
		case own:
			p.touch(t, c, affected)
		default:
			p.file(t, c, affected)
		}
	}
	var moved []desiredLane
	for _, name := range slices.SortedFunc(maps.Keys(affected), compareDesired) {
		s := p.lane(name)
		before := s.wanted
		s.wanted = ""
		if n := len(s.from); n > 0 {
			s.wanted = s.from[n-1].value.text
		}
		if s.wanted != before {
			moved = append(moved, name)
		}
	}
	if c.step.Before {
		return
	}
	if !p.begun {
		// The branch began with what was there.
		p.begun = true
		moved = slices.DeleteFunc(slices.SortedFunc(maps.Keys(p.by), compareDesired), func(name desiredLane) bool { return p.lane(name).wanted == "" })
	}
	if len(p.d.gates) > 0 {
		for _, name := range moved {
			p.waiting[name] = true
		}
		moved = p.opened(open)
	}
	p.settle(c, moved, open)
	p.hold(c, affected)
}

// touch takes the commit itself for the value of what it touched.
func (p *replay) touch(t touched, c *change, affected map[desiredLane]bool) {
	name, ok := p.d.laneOf(t.path.name, p.line)
	if !ok || affected[name] {
		return // the first of several files is the place
	}
	value := found{text: c.step.Commit.String()}
	if p.d.scan.noted() {
		if value, ok = p.d.noted[c.step.Commit]; !ok {
			p.d.unnoted++
			affected[name] = true // told once, and what ran runs on
			return
		}
	}
	value.placing = t.path.name
	affected[name] = true
	p.lane(name).from = []holding{{t.path, value}}
}

// file replaces what one file says. One that cannot be read keeps what it said;
// of one with lines that cannot be read, what it no longer says stands too, since
// it may be on those lines.
func (p *replay) file(t touched, c *change, affected map[desiredLane]bool) {
	var now version
	if t.version >= 0 {
		if now = p.d.versions[t.version]; now.fault != nil {
			return
		}
	}
	before := p.kept[t.path]
	delete(p.kept, t.path)
	if t.path.current >= 0 {
		before = append(slices.Clip(before), p.d.versions[t.path.current].values...)
	}
	if len(now.faults) > 0 {
		before, p.kept[t.path] = split(before, now.values)
	}
	for _, f := range before {
		if name, ok := p.d.laneOf(f.placing, p.line); ok {
			s := p.lane(name)
			s.from = slices.DeleteFunc(s.from, func(h holding) bool { return h.path == t.path })
			s.lost = t.path
			affected[name] = true
		}
	}
	for _, f := range now.values {
		if name, ok := p.d.laneOf(f.placing, p.line); ok {
			s := p.lane(name)
			h := holding{t.path, f}
			at, there := slices.BinarySearchFunc(s.from, h, func(a, b holding) int { return cmp.Compare(a.path.path, b.path.path) })
			if there {
				s.from[at] = h // the last of a file counts
			} else {
				s.from = slices.Insert(s.from, at, h)
			}
			affected[name] = true
		}
	}
	t.path.current, t.path.last = t.version, c.step.Commit
}

// split parts the values that were there into those that are still given, and
// those that are not.
func split(before, now []found) (given, lost []found) {
	for _, f := range before {
		if slices.ContainsFunc(now, func(n found) bool { return n.placing == f.placing }) {
			given = append(given, f)
		} else {
			lost = append(lost, f)
		}
	}
	return given, lost
}

// opened lists the waiting lanes that the gates which a commit changed let
// through.
func (p *replay) opened(open []*desiredPath) []desiredLane {
	var out []desiredLane
	for name := range p.waiting {
		for _, g := range open {
			if (g.opens.environment == "" || g.opens.environment == string(name.environment)) &&
				(g.opens.component == "" || g.opens.component == string(name.component)) &&
				(g.opens.slot == "" || g.opens.slot == name.slot) {
				out = append(out, name)
				break
			}
		}
	}
	slices.SortFunc(out, compareDesired)
	for _, name := range out {
		delete(p.waiting, name)
	}
	return out
}

// settle makes the records of the lanes that a commit moved, in their order.
func (p *replay) settle(c *change, moved []desiredLane, open []*desiredPath) {
	hint := upstream(c.step.Message)
	if len(moved) != 1 {
		hint = "" // it speaks of one of them, and does not say which
	}
	for _, name := range moved {
		s := p.lane(name)
		if s.wanted == s.deployed && s.ran == (s.wanted != "") {
			continue // a gate opened after a value had come back
		}
		if p.d.scan.own() && !p.d.scan.noted() {
			s.from[0].value.text = c.step.Commit.String() // behind a gate, the gate's
		}
		s.deployed = s.wanted
		if s.wanted == "" {
			if s.ran && !p.d.r.Desired.Keep {
				p.record(c, name, nil, open, "")
				s.ran = false
			}
			continue
		}
		s.ran = true
		p.record(c, name, &s.from[len(s.from)-1], open, hint)
	}
}

// record adds the record of a lane that a commit moved; no holding is the end of
// the lane.
func (p *replay) record(c *change, name desiredLane, h *holding, open []*desiredPath, hint string) {
	d := p.d
	if !d.r.within(c.at) {
		return
	}
	rec := ledger.Record{
		ID: d.recordID(c.step.Commit, name), Repository: d.r.of(), Environment: name.environment, Component: name.component, Slot: name.slot,
		Status: ledger.RecordSucceeded, FinishedAt: c.at, TimeBasis: ledger.BasisCommitterDate,
		Actor: c.step.Actor, Description: subject(c.step.Message),
	}
	owned := true
	if d.r.Desired.Owner != nil {
		rec.Repository, owned = d.r.Desired.Owner(name.component)
	}
	origin := ledger.Origin{Repository: d.r.Repository, Commit: c.step.Commit}
	if h == nil {
		rec.Kind = ledger.KindUndeploy
		if lost := p.lane(name).lost; lost != nil {
			origin.File = lost.path
		}
	} else {
		origin.File, origin.Line, origin.Col = h.path.path, h.value.line, h.value.col
		if d.scan.noted() {
			origin = ledger.Origin{Repository: d.r.Repository, Commit: c.step.Commit, Note: d.r.noteRef(), Line: h.value.line, Col: h.value.col}
		}
		if d.scan.own() && !d.scan.noted() && rec.Repository == d.r.Repository {
			rec.Revision = c.step.Commit
		} else {
			d.refs.follow(&rec, h.value.text, hint, owned, origin)
		}
	}
	rec.Origins = append(rec.Origins, origin)
	for _, g := range open {
		if g.path != origin.File {
			rec.Origins = append(rec.Origins, ledger.Origin{Repository: d.r.Repository, Commit: c.step.Commit, File: g.path})
		}
	}
	d.r.records = append(d.r.records, rec)
}

// hold tells of lanes that a commit began or ceased to hold.
func (p *replay) hold(c *change, affected map[desiredLane]bool) {
	if p.d.scan.hold == nil || p.d.r.Desired.Held == nil {
		return
	}
	for _, name := range slices.SortedFunc(maps.Keys(affected), compareDesired) {
		s := p.lane(name)
		origin := ledger.Origin{Repository: p.d.r.Repository, Commit: c.step.Commit}
		held := false
		if n := len(s.from); n > 0 && s.from[n-1].path.current >= 0 {
			path := s.from[n-1].path
			origin.File = path.path
			for _, f := range p.d.versions[path.current].held {
				if lane, ok := p.d.laneOf(f.placing, p.line); ok && (lane == name || f.component == "" && lane.environment == name.environment) {
					held, origin.Line, origin.Col = true, f.line, f.col
				}
			}
		}
		if held == s.held || !p.d.r.within(c.at) {
			continue
		}
		s.held = held
		repository := p.d.r.of()
		if p.d.r.Desired.Owner != nil {
			repository, _ = p.d.r.Desired.Owner(name.component)
		}
		p.d.r.Desired.Held(ledger.Hold{
			Repository: repository, Environment: name.environment, Component: name.component, Held: held,
			At: ledger.When{At: c.at, Basis: ledger.BasisCommitterDate}, Reason: p.d.r.Desired.Hold, Origins: []ledger.Origin{origin},
		})
	}
}

// tellSkew reports the commits whose dates cannot be.
func (d *desired) tellSkew(list []change, skewed []int) {
	for n, i := range skewed {
		if n == maxTold {
			d.r.report(ledger.LevelInfo, "clock-skew", nil, "a clock was wrong; the order of history counts", "%d more commits are dated out of order", len(skewed)-n)
			return
		}
		c := &list[i]
		d.r.report(ledger.LevelInfo, "clock-skew", &ledger.Origin{Repository: d.r.Repository, Commit: c.step.Commit},
			"a clock was wrong; the order of history counts", "this commit is dated %s, out of order; it counts from %s",
			c.step.At.UTC().Format(time.RFC3339), c.at.Format(time.RFC3339))
	}
}
