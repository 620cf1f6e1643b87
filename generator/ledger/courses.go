package ledger

import "slices"

// course is how the live sets of a lane treat a change over time, as a chain of
// segments. Changes that were deployed together mostly have one course, and
// those among them that have nothing of their own in front stand alike: what a
// course says of them is worked out once, and shared. Nobody may write to what a
// course holds.
type course struct {
	before int32   // the course up to its last segment: its place among the lane's
	last   segment // not of the first course, which is that of what was never held
	held   held    // the standing that it ends with
	plain  *plain  // nil unless some change with nothing of its own in front ends here
}

// plain is what a course means for a change with nothing of its own in front.
type plain struct {
	steps []step
	alone InEnvironment // where the lane is the only one of the environment that the change belongs to
}

// laneResult is what the walk along a lane found.
type laneResult struct {
	courses      []course  // each after those that it goes on from
	courseOf     []int32   // per change: its place in courses
	gained, lost [][]int32 // per instant
	known        map[courseKey]int32
}

// courseKey is a course with the segment by which another goes on from it.
type courseKey struct {
	before int32
	next   segment
}

func newLaneResult(changes, instants int) *laneResult {
	return &laneResult{courses: make([]course, 1, instants+1), courseOf: make([]int32, changes),
		gained: make([][]int32, instants), lost: make([][]int32, instants), known: make(map[courseKey]int32, instants)}
}

// goOn adds a segment to a change's course.
func (r *laneResult) goOn(number int32, s segment, state held) {
	key := courseKey{r.courseOf[number], s}
	place, there := r.known[key]
	if !there {
		place = int32(len(r.courses))
		r.known[key] = place
		r.courses = append(r.courses, course{before: key.before, last: s, held: state})
	}
	r.courseOf[number] = place
}

// stateNow gives a change's standing as far as the walk has come.
func (r *laneResult) stateNow(number int32) held { return r.courses[r.courseOf[number]].held }

// segments lists what a course consists of, oldest first, in the room given.
func (r *laneResult) segments(place int32, room []segment) []segment {
	for ; place != 0; place = r.courses[place].before {
		room = append(room, r.courses[place].last)
	}
	slices.Reverse(room)
	return room
}

// findCourses walks every lane; lanes do not depend on each other.
func (c *computation) findCourses() {
	parallel(len(c.lanes), func(i int) {
		l := c.lanes[i]
		r := l.walk(newReach(l.book.graph), c.movedManifests(l))
		r.known = nil
		m := &mover{policy: c.policy}
		var room []segment
		for number, place := range r.courseOf {
			k := &r.courses[place]
			if k.plain == nil && l.book.changes[number].belongsTo(l.part) && c.isUsual(l.book, int32(number), l.name.environment) {
				room = r.segments(place, room[:0])
				k.plain = c.settle(l, room, m)
			}
		}
		l.found = r
	})
}

// settle works out what segments mean for changes with nothing of their own in
// front.
func (c *computation) settle(l *lane, segs []segment, m *mover) *plain {
	steps := l.steps(segs, &c.usual, nil)
	state := m.stateOf(steps)
	return &plain{steps, InEnvironment{Environment: l.name.environment, State: state, Components: []InComponent{{l.name.component, state}}}}
}

// plainOf gives what a change's course in a lane means, with nothing of its own
// in front.
func (l *lane) plainOf(number int32) *plain { return l.found.courses[l.found.courseOf[number]].plain }
