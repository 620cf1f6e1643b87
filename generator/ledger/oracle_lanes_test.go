package ledger_test

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// modelLane is one component in one environment.
type modelLane struct {
	repo        *modelRepo
	environment ledger.EnvironmentName
	component   ledger.ComponentName
	records     []ledger.Record // that succeeded until as-of, in order
}

// modelLive is what a lane runs.
type modelLive struct {
	slot     string
	revision ledger.Hash // zero when it could not be resolved
	weight   ledger.Share
	since    time.Time
}

// liveSet is what a lane runs at an instant.
type liveSet struct{ list []modelLive }

// unknown reports whether it runs something that could not be resolved.
func (s liveSet) unknown() bool {
	return slices.ContainsFunc(s.list, func(e modelLive) bool { return e.revision.IsZero() })
}

// byInstant orders records as they took effect.
func byInstant(a, b ledger.Record) int {
	return cmp.Or(a.FinishedAt.Compare(b.FinishedAt), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
}

// at replays the lane from its beginning to an instant.
func (l *modelLane) at(t time.Time) liveSet {
	var s liveSet
	for _, r := range l.records {
		if !r.FinishedAt.After(t) {
			s = s.apply(r)
		}
	}
	return s
}

// apply gives what runs after one record.
func (s liveSet) apply(r ledger.Record) liveSet {
	switch {
	case r.Kind == ledger.KindUndeploy && r.Slot == "":
		return liveSet{}
	case r.Kind == ledger.KindUndeploy:
		return liveSet{list: s.others(r)}
	case r.Kind == ledger.KindTrafficSwitch:
		return s.shift(r)
	}
	partly := r.Weight != nil && r.Weight.Hi < ledger.Hundred // beside what runs, whether it says so or not
	if r.Slot == "" && (r.Kind == ledger.KindCanaryStep || partly) {
		r.Slot = "canary"
	}
	e := modelLive{slot: r.Slot, revision: r.Revision, weight: ledger.Everybody(), since: r.FinishedAt}
	others := s.others(r)
	old := slices.IndexFunc(s.list, func(o modelLive) bool { return o.slot == r.Slot })
	switch {
	case r.Slot == "":
		others = nil // replaces the lane
	case r.Weight != nil:
		e.weight = *r.Weight
		others = scaled(others, r.Weight.Inverse())
	case old >= 0:
		e.weight = s.list[old].weight // what runs there is another; its traffic is the same
	default:
		e.weight = ledger.Share{Lo: 0, Hi: left(others)} // what the other slots may have left to it
	}
	return liveSet{list: append(others, e)}
}

// left is the most that others leave of all the traffic.
func left(others []modelLive) ledger.Percent {
	rest := ledger.Hundred
	for _, o := range others {
		rest -= min(rest, o.weight.Lo)
	}
	return rest
}

// others are the entries of other slots.
func (s liveSet) others(r ledger.Record) []modelLive {
	return slices.DeleteFunc(slices.Clone(s.list), func(e modelLive) bool { return e.slot == r.Slot })
}

// shift moves the traffic to a slot.
func (s liveSet) shift(r ledger.Record) liveSet {
	weight := ledger.Everybody()
	if r.Weight != nil {
		weight = *r.Weight
	}
	out := scaled(s.others(r), weight.Inverse())
	for _, e := range s.list {
		if e.slot == r.Slot {
			e.weight = weight
			out = append(out, e)
		}
	}
	return liveSet{list: out}
}

// scaled gives what is left to those entries that have traffic, in proportion.
// Alone, an entry gets all of it, whatever it had.
func scaled(list []modelLive, total ledger.Share) []modelLive {
	var sum ledger.Share
	busy := 0
	for _, e := range list {
		sum.Lo, sum.Hi = sum.Lo+e.weight.Lo, sum.Hi+e.weight.Hi
		if e.weight.Hi > 0 {
			busy++
		}
	}
	out := slices.Clone(list)
	for i, e := range out {
		switch {
		case e.weight.Hi == 0:
		case busy == 1:
			out[i].weight = total
		default: // rounded outwards
			out[i].weight.Lo = e.weight.Lo * total.Lo / sum.Hi
			out[i].weight.Hi = total.Hi
			if sum.Lo > 0 {
				out[i].weight.Hi = min(total.Hi, (e.weight.Hi*total.Hi+sum.Lo-1)/sum.Lo)
			}
		}
	}
	return out
}

// byRevision joins the slots that run the same revision: it has their traffic
// together.
func (s liveSet) byRevision() (out []modelLive) {
	for _, e := range s.list {
		i := slices.IndexFunc(out, func(o modelLive) bool { return o.revision == e.revision })
		if i < 0 {
			out = append(out, e)
		} else {
			out[i].weight = out[i].weight.Plus(e.weight)
		}
	}
	return out
}

// holds: any of the live revisions does.
func (s liveSet) holds(l *modelLane, c *modelChange) tri {
	for _, e := range s.list {
		if l.repo.holds(e.revision, c) {
			return yes
		}
	}
	if s.unknown() || slices.ContainsFunc(s.list, func(e modelLive) bool { return l.repo.mayHold(e.revision, c) }) {
		return unknown
	}
	return no
}

// runs reports whether anything does, as far as is known.
func (s liveSet) runs() bool { return len(s.list) > 0 }
