package ledger

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// course is how the live sets of a lane treat a change over time. Changes that
// were deployed together mostly have one course, and those among them that have
// nothing of their own in front stand alike: what a course says of them is
// worked out once, and shared. Nobody may write to what a course holds.
type course struct {
	segments []segment // by instant
	// Of a change with nothing of its own in front: its steps here, and its state
	// where this lane is the only one of the environment that it belongs to.
	steps []step
	alone InEnvironment
}

// laneResult is what the walk along a lane found.
type laneResult struct {
	courses      []course  // the first is that of changes which the lane never held
	courseOf     []int32   // per change: its place in courses
	gained, lost [][]int32 // per instant
}

func (r *laneResult) of(number int32) *course { return &r.courses[r.courseOf[number]] }

// findCourses walks every lane; lanes do not depend on each other.
func (c *computation) findCourses() {
	results := make([]*laneResult, len(c.lanes))
	parallel(len(c.lanes), func(i int) {
		l := c.lanes[i]
		segs, gained, lost := l.segments(newReach(l.book.graph), c.movedManifests(l))
		r := &laneResult{gained: gained, lost: lost}
		r.share(segs, len(l.book.changes))
		for i := range r.courses {
			r.courses[i].settle(l, c)
		}
		results[i] = r
	})
	c.results = make(map[*lane]*laneResult, len(c.lanes))
	for i, l := range c.lanes {
		c.results[l] = results[i]
	}
}

// share finds the courses among the segments of a lane.
func (r *laneResult) share(segs []changeSegment, changes int) {
	slices.SortFunc(segs, func(a, b changeSegment) int {
		return cmp.Or(cmp.Compare(a.change, b.change), cmp.Compare(a.instant, b.instant))
	})
	r.courses, r.courseOf = make([]course, 1), make([]int32, changes)
	known := map[string]int32{}
	var key []byte
	for i := 0; i < len(segs); {
		from := i
		for key = key[:0]; i < len(segs) && segs[i].change == segs[from].change; i++ {
			key = segs[i].appendTo(key)
		}
		place, there := known[string(key)]
		if !there {
			place = int32(len(r.courses))
			known[string(key)] = place
			own := make([]segment, 0, i-from)
			for _, s := range segs[from:i] {
				own = append(own, s.segment)
			}
			r.courses = append(r.courses, course{segments: own})
		}
		r.courseOf[segs[from].change] = place
	}
}

// appendTo writes a segment so that different ones are written differently.
func (s *segment) appendTo(key []byte) []byte {
	key = binary.BigEndian.AppendUint32(key, uint32(s.instant))
	key = binary.BigEndian.AppendUint64(key, s.mask)
	if s.back {
		return append(key, 1)
	}
	return append(key, 0)
}

// settle works out what the course means for changes with nothing of their own
// in front.
func (k *course) settle(l *lane, c *computation) {
	k.steps = l.steps(k.segments, &c.usual, nil)
	state := stateOf(k.steps, c.policy)
	k.alone = InEnvironment{Environment: l.name.environment, State: state, Components: []InComponent{{l.name.component, state}}}
}
