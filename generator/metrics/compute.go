package metrics

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Compute measures a ledger. The facts are those that it was computed from: they
// hold the times of commits, the incidents and the repairs; what they lack is
// left out and counted. The same input in any order gives the same report.
func Compute(facts ledger.Facts, l *ledger.Ledger, opt Options) Report {
	opt = opt.withDefaults()
	c := &computation{l: l, index: ledger.NewIndex(l), opt: opt, cal: calendar{opt.Zone}, at: map[laneKey]*lane{},
		commits: commitTimes(facts)}
	r := Report{Schema: Schema, AsOf: l.AsOf.UTC(), Median: opt.Median, Start: opt.Start, Zone: opt.Zone.String(), UnReleaseDays: opt.UnReleaseDays,
		BinEdges: BinEdges(), Lanes: []Lane{}, Incidents: []LinkedIncident{}, LeftOut: []LeftOut{}, Reasons: Reasons(), Problems: []ledger.Problem{}}
	c.deployments()
	c.changes()
	c.order()
	c.findMarks(facts)
	for _, ln := range c.lanes {
		if !ln.since.IsZero() && !ln.since.After(l.AsOf) {
			r.Lanes = append(r.Lanes, c.measure(ln))
		}
	}
	r.Drift = measureDrift(l)
	r.Incidents = append(r.Incidents, c.linked...)
	if c.nowhere > 0 {
		r.LeftOut = append(r.LeftOut, LeftOut{ReasonNoComponent, c.nowhere})
	}
	slices.SortFunc(c.problems, ledger.CompareProblems)
	r.Problems = append(r.Problems, slices.CompactFunc(c.problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })...)
	return r
}

// computation is the state of one Compute.
type computation struct {
	l        *ledger.Ledger
	index    *ledger.Index
	opt      Options
	cal      calendar
	commits  map[commitKey]times
	lanes    []*lane
	at       map[laneKey]*lane
	linked   []LinkedIncident
	nowhere  int // changes of no component
	problems []ledger.Problem
}

type commitKey struct {
	repository ledger.RepositoryName
	hash       ledger.Hash
}

type times struct{ committed, authored time.Time }

func commitTimes(facts ledger.Facts) map[commitKey]times {
	out := map[commitKey]times{}
	for _, r := range facts.Repositories {
		for i := range r.Commits {
			c := &r.Commits[i]
			out[commitKey{r.Name, c.Hash}] = times{c.Committed, c.Authored}
		}
	}
	return out
}

type laneKey struct {
	environment ledger.EnvironmentName
	repository  ledger.RepositoryName
	component   ledger.ComponentName
}

// lane gathers what happened in one environment to one component.
type lane struct {
	laneKey
	tier  ledger.Tier
	rank  int // of its environment in the ledger
	since time.Time
	// all are the deployments that succeeded, oldest first, and counted those of
	// them that the metrics count. Both point into the ledger.
	all, counted  []*ledger.Deployment
	notCounted    []omission
	failed        []*failure // beside counted; nil where it did not fail
	rework        []bool     // beside counted
	marks         map[Source]map[int]bool
	reworkMarked  bool // something marks unplanned work here, since ever
	failureMarked bool
	lostMarks     []omission // of failures that no deployment is known for

	deployed                     []time.Time // of changes, for the first time
	lead, release                series
	beforeMerge, afterMerge      series
	dark, rollout, unReleaseTime series
	darkNow                      series
	// released has, of each change, when and whether it was taken back soon.
	released    []released
	releasedOut []omission
	releases    map[int64]bool // instants, in nanoseconds
	returned    map[int64]bool
	unReleases  map[int64]bool
}

type released struct {
	at   time.Time
	back bool
}

func (c *computation) lane(k laneKey) *lane {
	if ln, ok := c.at[k]; ok {
		return ln
	}
	ln := &lane{laneKey: k, rank: len(c.l.Environments), tier: ledger.TierOf(k.environment), marks: map[Source]map[int]bool{},
		releases: map[int64]bool{}, returned: map[int64]bool{}, unReleases: map[int64]bool{}}
	for i, e := range c.l.Environments {
		if e.Name == k.environment {
			ln.rank, ln.tier = i, e.Tier
		}
	}
	c.at[k] = ln
	c.lanes = append(c.lanes, ln)
	return ln
}

// order sorts the lanes: as the ledger's environments, then by repository and
// component.
func (c *computation) order() {
	slices.SortFunc(c.lanes, func(a, b *lane) int {
		return cmp.Or(a.rank-b.rank, cmp.Compare(a.environment, b.environment), cmp.Compare(a.repository, b.repository),
			cmp.Compare(a.component, b.component))
	})
}

// deployments sorts the ledger's deployments into lanes, oldest first.
func (c *computation) deployments() {
	for i := range slices.Backward(c.l.Deployments) {
		d := &c.l.Deployments[i]
		if d.Environment == "" {
			continue // of nowhere, so no lane's
		}
		ln := c.lane(laneKey{d.Environment, d.Repository, d.Component})
		at := happened(d)
		if d.Status != ledger.RecordSucceeded || d.FinishedAt == nil {
			ln.notCounted = append(ln.notCounted, omission{at, ReasonNotSucceeded})
			continue
		}
		if ln.since.IsZero() {
			ln.since = at
		}
		ln.all = append(ln.all, d)
		switch {
		case d.Kind == ledger.KindUndeploy:
			ln.notCounted = append(ln.notCounted, omission{at, ReasonUndeploy})
		case (d.Kind == ledger.KindCanaryStep || d.Kind == ledger.KindTrafficSwitch) && d.Relation == ledger.RelationSame:
			ln.notCounted = append(ln.notCounted, omission{at, ReasonTrafficStep})
		default:
			ln.counted = append(ln.counted, d)
		}
	}
	for _, ln := range c.lanes {
		ln.failed, ln.rework = make([]*failure, len(ln.counted)), make([]bool, len(ln.counted))
	}
}

// happened is the end of a deployment, else its start.
func happened(d *ledger.Deployment) time.Time {
	if d.FinishedAt != nil {
		return *d.FinishedAt
	}
	if d.StartedAt != nil {
		return *d.StartedAt
	}
	return time.Time{}
}

// measure computes the numbers of a lane.
func (c *computation) measure(ln *lane) Lane {
	out := Lane{Environment: ln.environment, Tier: ln.tier, Repository: ln.repository, Component: ln.component, Since: ln.since,
		Marks: []MarkCount{}, Windows: []Window{}, Weeks: []Week{}, Failures: ln.failures()}
	for _, s := range Sources() {
		if n := len(ln.marks[s]); n > 0 {
			out.Marks = append(out.Marks, MarkCount{s, n})
		}
	}
	out.Dark = ln.darkNow.within(span{to: c.l.AsOf}, c.opt.Median, nil)
	for _, days := range c.opt.Windows {
		out.Windows = append(out.Windows, c.window(ln, days))
	}
	out.Weeks = append(out.Weeks, c.weeks(ln)...)
	return out
}
