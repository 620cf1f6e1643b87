package metrics

import (
	"slices"
	"time"
)

// weeks gives a lane's weeks up to as-of, with those in which nothing happened.
func (c *computation) weeks(ln *lane) []Week {
	last := c.cal.monday(c.l.AsOf)
	start := c.cal.monday(ln.since)
	if c.opt.Weeks > 0 {
		start = latest(start, last.AddDate(0, 0, -7*(c.opt.Weeks-1)))
	}
	var out []Week
	lead, release := newBuckets(ln.lead.seen), newBuckets(ln.release.seen)
	deployed := newTally(ln.deployed)
	releases, unReleases := newTally(instantsOf(ln.releases)), newTally(instantsOf(ln.unReleases))
	next := 0 // deployment
	for n := 0; !start.After(last) && n < maxWeeks; n++ {
		end := c.cal.next(start)
		w := Week{Name: c.cal.name(start), Start: start.UTC(), Changes: deployed.in(start, end), Releases: releases.in(start, end),
			UnReleases: unReleases.in(start, end), LeadTime: lead.median(start, end, c.opt.Median), ReleaseLead: release.median(start, end, c.opt.Median)}
		var failed, rework int
		for ; next < len(ln.counted) && ln.counted[next].FinishedAt.Before(end); next++ {
			if ln.counted[next].FinishedAt.Before(start) {
				continue
			}
			w.Deployments++
			failed += one(ln.failed[next] != nil)
			rework += one(ln.rework[next])
		}
		if ln.failureMarked {
			w.Failed = &failed
		}
		if ln.reworkMarked {
			w.Rework = &rework
		}
		out = append(out, w)
		start = end
	}
	return out
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// tally counts instants in stretches of time that follow each other.
type tally struct {
	at   []time.Time
	next int
}

func newTally(at []time.Time) *tally {
	at = slices.Clone(at)
	slices.SortFunc(at, time.Time.Compare)
	return &tally{at: at}
}

// in counts those from start up to and without end.
func (t *tally) in(start, end time.Time) int {
	n := 0
	for ; t.next < len(t.at) && t.at[t.next].Before(end); t.next++ {
		if !t.at[t.next].Before(start) {
			n++
		}
	}
	return n
}

// buckets measures observations in stretches of time that follow each other.
type buckets struct {
	seen []observation
	next int
}

func newBuckets(seen []observation) *buckets {
	seen = slices.Clone(seen)
	slices.SortStableFunc(seen, func(a, b observation) int { return a.at.Compare(b.at) })
	return &buckets{seen: seen}
}

// median is that of the observations from start up to and without end, nil
// without any.
func (b *buckets) median(start, end time.Time, method Method) *Seconds {
	var took []time.Duration
	for ; b.next < len(b.seen) && b.seen[b.next].at.Before(end); b.next++ {
		if !b.seen[b.next].at.Before(start) {
			took = append(took, b.seen[b.next].took)
		}
	}
	if len(took) == 0 {
		return nil
	}
	slices.Sort(took)
	m := Seconds(percentile(took, 50, method))
	return &m
}
