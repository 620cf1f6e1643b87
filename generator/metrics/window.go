package metrics

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// window computes the numbers of a lane over its last days, or since ever.
func (c *computation) window(ln *lane, days int) Window {
	in := span{to: c.l.AsOf.UTC()}
	w := Window{Name: "ever", Days: days, From: ln.since, To: in.to}
	if days > 0 {
		in.from = in.to.AddDate(0, 0, -days)
		w.Name, w.From = strconv.Itoa(days)+"d", in.from
	}
	for _, t := range ln.deployed {
		if in.holds(t) {
			w.Changes++
		}
	}
	method := c.opt.Median
	w.Throughput.ChangeLeadTime = ln.lead.within(in, method, nil)
	w.Throughput.DeploymentFrequency = frequencyOf(ln.instants(), in, ln.since, c.cal, method)
	w.Throughput.DeploymentFrequency.LeftOut = count(ln.notCounted, in)
	w.Parts = LeadParts{ln.beforeMerge.within(in, method, nil), ln.afterMerge.within(in, method, nil)}
	c.failureNumbers(ln, in, &w)
	w.Release = c.releaseNumbers(ln, in)
	if len(ln.counted) == 0 { // nobody deploys what only has versions
		w.Throughput.ChangeLeadTime = Spread{Unknown: ReasonNoRecords}
		w.Throughput.DeploymentFrequency = Frequency{Unknown: ReasonNoRecords, Days: w.Throughput.DeploymentFrequency.Days}
		w.Throughput.RecoveryTime.Unknown = ReasonNoRecords
		w.Instability.ChangeFailRate.Unknown, w.Instability.ReworkRate.Unknown = ReasonNoRecords, ReasonNoRecords
		w.Parts.AfterMerge = Spread{Unknown: ReasonNoRecords}
	}
	return w
}

// instants are the ends of the deployments that count, oldest first.
func (ln *lane) instants() []time.Time {
	out := make([]time.Time, len(ln.counted))
	for i, d := range ln.counted {
		out[i] = *d.FinishedAt
	}
	return out
}

// failureNumbers are the three metrics that need marks.
func (c *computation) failureNumbers(ln *lane, in span, w *Window) {
	var recovery series
	fail, rework := &w.Instability.ChangeFailRate, &w.Instability.ReworkRate
	for i, d := range ln.counted {
		if !in.holds(*d.FinishedAt) {
			continue
		}
		fail.Of++
		rework.Of++
		if ln.rework[i] {
			rework.Hits++
		}
		f := ln.failed[i]
		if f == nil {
			continue
		}
		fail.Hits++
		begin := latest(*d.FinishedAt, f.began)
		switch end := f.end(); {
		case end.IsZero():
			recovery.leave(*d.FinishedAt, ReasonNotRecovered)
		case end.Before(begin):
			recovery.leave(*d.FinishedAt, ReasonEndsBefore)
		default:
			recovery.add(*d.FinishedAt, end.Sub(begin))
		}
	}
	fail.LeftOut = count(ln.lostMarks, in)
	w.Throughput.RecoveryTime = recovery.within(in, c.opt.Median, nil)
	if !ln.failureMarked {
		fail.Unknown, w.Throughput.RecoveryTime.Unknown = ReasonNoMarks, ReasonNoMarks
	}
	if !ln.reworkMarked {
		rework.Unknown = ReasonNoRework
	}
}

// releaseNumbers is the release side of a window.
func (c *computation) releaseNumbers(ln *lane, in span) Release {
	method := c.opt.Median
	r := Release{
		Frequency: frequencyOf(instantsOf(ln.releases), in, ln.since, c.cal, method),
		LeadTime:  ln.release.within(in, method, nil),
		DarkTime:  ln.dark.within(in, method, nil), Waited: ln.dark.within(in, method, positive),
		Rollout: ln.rollout.within(in, method, nil), Gradual: ln.rollout.within(in, method, positive),
		UnReleaseTime: ln.unReleaseTime.within(in, method, nil),
	}
	var back []omission
	for _, t := range instantsOf(ln.returned) {
		if !ln.releases[t.UnixNano()] {
			back = append(back, omission{t, ReasonReturned})
		}
	}
	r.Frequency.LeftOut = count(back, in)
	for _, t := range instantsOf(ln.unReleases) {
		if in.holds(t) {
			r.UnReleases++
		}
	}
	for _, x := range ln.released {
		if in.holds(x.at) {
			r.UnReleaseShare.Of++
			if x.back {
				r.UnReleaseShare.Hits++
			}
		}
	}
	r.UnReleaseShare.LeftOut = count(ln.releasedOut, in)
	return r
}

// instantsOf sorts a set of instants.
func instantsOf(set map[int64]bool) []time.Time {
	out := make([]time.Time, 0, len(set))
	for _, n := range slices.Sorted(maps.Keys(set)) {
		out = append(out, time.Unix(0, n).UTC())
	}
	return out
}
