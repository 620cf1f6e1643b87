package ledger

import (
	"cmp"
	"slices"
	"time"
)

// laneName is an environment and a component of a repository.
type laneName struct {
	environment EnvironmentName
	repository  RepositoryName
	component   ComponentName
}

func compareLanes(a, b laneName) int {
	return cmp.Or(
		cmp.Compare(a.environment, b.environment),
		cmp.Compare(a.repository, b.repository),
		cmp.Compare(a.component, b.component),
	)
}

// running is one slot of a lane.
type running struct {
	slot     string
	revision int32 // none when it could not be resolved
	weight   Share
	since    time.Time
	record   *Record
}

// holder is one revision that a lane runs, in however many slots.
type holder struct {
	revision int32
	weight   Share
}

// instant is a moment at which a lane's live set changed.
type instant struct {
	at      time.Time
	basis   Basis
	cause   Cause
	origins []Origin
	slots   []running // after it, sorted by slot
	holders []holder  // after it, distinct revisions
	record  int       // the last record that did it, in lane.records
}

// lane is the live set of an environment and component, as a step function.
type lane struct {
	name     laneName
	book     *book
	part     int
	records  []*Record // all that count, in order
	instants []instant
	turns    []int32 // the instants at which it begins to run or becomes empty
	blocks   []block
	firstRun map[int32]int // revision -> the first instant that ran it
	found    *laneResult
}

// maxHolders bounds the revisions that one lane runs at once: a change's holders
// are kept as bits.
const maxHolders = 64

// compareRecords is the order in which records of a lane count: finish, start,
// place in the source, id, origins.
func compareRecords(a, b *Record) int {
	return cmp.Or(a.FinishedAt.Compare(b.FinishedAt), a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Order, b.Order),
		cmp.Compare(a.ID, b.ID), slices.CompareFunc(a.Origins, b.Origins, CompareOrigins))
}

// run applies the records in order; those of one instant together.
func (l *lane) run() {
	slices.SortFunc(l.records, compareRecords)
	var slots []running
	for i := 0; i < len(l.records); {
		at := l.records[i].FinishedAt
		next := instant{at: at, basis: l.records[i].TimeBasis}
		for ; i < len(l.records) && l.records[i].FinishedAt.Equal(at); i++ {
			r := l.records[i]
			slots = l.apply(slots, r)
			next.origins = append(next.origins, r.Origins...)
			next.record, next.basis = i, r.TimeBasis
		}
		next.slots = slots
		next.holders = holdersOf(slots)
		next.cause = CauseDeployment
		if n := len(l.instants); n > 0 && sameRevisions(l.instants[n-1].holders, next.holders) {
			next.cause = CauseTraffic
		}
		l.instants = append(l.instants, next)
	}
	l.findTurns()
	l.findBlocks()
}

// apply gives the slots after a record; the old list is not changed.
func (l *lane) apply(slots []running, r *Record) []running {
	if r.Kind == KindUndeploy {
		if r.Slot == "" {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(slots), func(s running) bool { return s.slot == r.Slot })
	}
	slot := r.Slot
	if slot == "" && isCanary(r) {
		slot = "canary"
	}
	revision := l.revisionOf(r)
	if slot == "" && r.Kind == KindTrafficSwitch && r.Revision.IsZero() && r.Ref == "" {
		return slots // that it can be reached says nothing of what runs
	}
	if slot == "" {
		weight := Everybody()
		if r.Weight != nil {
			weight = *r.Weight
		}
		return []running{{revision: revision, weight: weight, since: r.FinishedAt, record: r}}
	}
	return l.applySlot(slots, r, slot, revision)
}

// isCanary reports whether a record is a step of a canary: where it says so, and
// where it puts a revision beside others without naming a slot.
func isCanary(r *Record) bool {
	return r.Kind == KindCanaryStep || r.Slot == "" && r.Weight != nil && r.Weight.Hi < Hundred &&
		r.Kind != KindTrafficSwitch && r.Kind != KindUndeploy
}

// applySlot replaces or adds one slot, or moves its traffic.
func (l *lane) applySlot(slots []running, r *Record, slot string, revision int32) []running {
	out := slices.Clone(slots)
	i := slices.IndexFunc(out, func(s running) bool { return s.slot == slot })
	fresh := i < 0
	if fresh {
		out = append(out, running{slot: slot})
		i = len(out) - 1
	}
	weight, moves := r.Weight, r.Weight != nil
	if r.Kind == KindTrafficSwitch && weight == nil {
		all := Everybody()
		weight, moves = &all, true
	}
	keeps := r.Kind == KindTrafficSwitch && r.Revision.IsZero() && r.Ref == "" && !fresh
	if !keeps && (fresh || out[i].revision != revision || r.Kind != KindTrafficSwitch) {
		out[i].revision, out[i].since = revision, r.FinishedAt
	}
	out[i].record = r
	switch {
	case moves:
		out[i].weight = *weight
		scaleOthers(out, i)
	case fresh:
		out[i].weight = leftOver(out, i)
	}
	slices.SortFunc(out, func(a, b running) int { return cmp.Compare(a.slot, b.slot) })
	return out
}

func (l *lane) revisionOf(r *Record) int32 {
	if x, ok := l.book.graph.index[r.Revision]; ok {
		return x
	}
	return none
}

// leftOver is the share of a slot whose weight nobody gave: what the others may
// have left to it.
func leftOver(slots []running, i int) Share {
	var taken Percent
	for j := range slots {
		if j != i {
			taken += slots[j].weight.Lo
		}
	}
	return Share{0, max(0, Hundred-taken)}
}

// scaleOthers gives the rest of the traffic to the other slots, in the
// proportion that they had. Slots without traffic stay without.
func scaleOthers(slots []running, i int) {
	rest := slots[i].weight.Inverse()
	var sum Share
	others := 0
	for j := range slots {
		if j != i && slots[j].weight.Hi > 0 {
			sum = Share{sum.Lo + slots[j].weight.Lo, sum.Hi + slots[j].weight.Hi}
			others++
		}
	}
	for j := range slots {
		w := &slots[j].weight
		if j == i || w.Hi == 0 {
			continue
		}
		if others == 1 {
			*w = rest
			continue
		}
		lo, hi := Percent(0), rest.Hi
		if sum.Hi > 0 {
			lo = w.Lo * rest.Lo / sum.Hi
		}
		if sum.Lo > 0 {
			hi = min(rest.Hi, (w.Hi*rest.Hi+sum.Lo-1)/sum.Lo)
		}
		*w = Share{lo, hi}
	}
}

// holdersOf joins the slots that run the same revision.
func holdersOf(slots []running) []holder {
	var out []holder
	for _, s := range slots {
		i := slices.IndexFunc(out, func(h holder) bool { return h.revision == s.revision })
		if i >= 0 {
			out[i].weight = out[i].weight.Plus(s.weight)
		} else if len(out) < maxHolders {
			out = append(out, holder{s.revision, s.weight})
		}
	}
	slices.SortFunc(out, func(a, b holder) int { return cmp.Compare(a.revision, b.revision) })
	return out
}

func sameRevisions(a, b []holder) bool {
	return slices.EqualFunc(a, b, func(x, y holder) bool { return x.revision == y.revision })
}

func totalWeight(holders []holder) Share {
	var sum Share
	for _, h := range holders {
		sum = sum.Plus(h.weight)
	}
	return sum
}

func hasUnknown(holders []holder) bool { return len(holders) > 0 && holders[0].revision == none }

// segment says which of an instant's holders hold a change, from that instant
// to the next segment of the change.
type segment struct {
	mask    uint64 // bits of instant.holders: those that hold it
	doubt   uint64 // those that may hold it, where a shallow clone hides their past
	instant int32
	back    bool // a holder reaches a revert of it: held again, or held no more because of it
}

// held is a change's standing in a lane.
type held uint8

const (
	heldNo held = iota
	heldYes
	heldUnknown
)

// walk follows the instants and finds, for each, the changes whose holders differ
// from before. Cost follows the difference between neighbouring live sets.
// Changes behind flags that ship with the build are looked at too when their
// manifest differs.
func (l *lane) walk(at *reach, moved func(a, b []holder, into []int32) []int32) *laneResult {
	out := newLaneResult(len(l.book.changes), len(l.instants))
	var before []holder
	var candidates []int32
	for i := range l.instants {
		now := l.instants[i].holders
		candidates = l.candidates(at, before, now, candidates[:0])
		if moved != nil {
			candidates = moved(before, now, candidates)
		}
		slices.Sort(candidates)
		candidates = slices.Compact(candidates)
		for _, number := range candidates {
			mask, doubt := l.maskOf(at, now, number)
			was, state := out.stateNow(number), heldState(now, mask, doubt)
			switch {
			case state == heldNo && was == heldNo:
				continue
			case state == heldYes && was == heldNo:
				out.gained[i] = append(out.gained[i], number)
			case state == heldNo && was == heldYes:
				out.lost[i] = append(out.lost[i], number)
			}
			out.goOn(number, segment{instant: int32(i), mask: mask, doubt: doubt, back: l.revertReached(at, now, mask, number)}, state)
		}
		before = now
	}
	return out
}

func heldState(holders []holder, mask, doubt uint64) held {
	switch {
	case mask&^unknownBit(holders) != 0:
		return heldYes
	case hasUnknown(holders), doubt != 0:
		return heldUnknown
	default:
		return heldNo
	}
}

// unknownBit is the bit of the revision that could not be resolved, which sorts
// first.
func unknownBit(holders []holder) uint64 {
	if hasUnknown(holders) {
		return 1
	}
	return 0
}

// maskOf finds which of the holders hold a change, and which may hold it.
func (l *lane) maskOf(at *reach, holders []holder, number int32) (mask, doubt uint64) {
	for i, h := range holders {
		switch {
		case h.revision == none:
		case l.book.holds(at, h.revision, number):
			mask |= 1 << i
		case l.book.mayHold(at, h.revision, number):
			doubt |= 1 << i
		}
	}
	return mask, doubt
}

// revertReached reports whether a revert of a change is among what holds it, or,
// where nothing does, whether one stands in what runs.
func (l *lane) revertReached(at *reach, holders []holder, mask uint64, number int32) bool {
	for i, h := range holders {
		switch {
		case h.revision == none:
		case mask == 0 && l.book.revertStands(at, h.revision, number):
			return true
		case mask&(1<<i) != 0 && l.book.reachesRevert(at, h.revision, number):
			return true
		}
	}
	return false
}

// candidates lists the changes that two live sets may treat differently. When
// both have all the traffic, that is what tells their revisions apart; when the
// lane begins, ends or is unknown, it is everything that they hold.
func (l *lane) candidates(at *reach, before, now []holder, into []int32) []int32 {
	if slices.Equal(before, now) {
		return into
	}
	whole := len(before) == 0 || len(now) == 0 || hasUnknown(before) || hasUnknown(now) ||
		totalWeight(before) != totalWeight(now)
	all := slices.Concat(before, now)
	base := none
	for _, h := range all {
		if h.revision != none {
			into = l.book.doubtful(at, h.revision, l.part, into)
		}
		switch {
		case h.revision == none || h.revision == base:
		case whole:
			into = l.book.upTo(at, h.revision, l.part, into)
		case base == none:
			base = h.revision
		default:
			into = l.book.between(base, h.revision, l.part, into)
		}
	}
	if hasUnknown(before) || hasUnknown(now) {
		into = append(into, l.book.members[l.part]...)
		into = append(into, l.book.loose[l.part]...)
	}
	return into
}
