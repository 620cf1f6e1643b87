package metrics

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// failure is what is known of a deployment that failed.
type failure struct {
	marks     []Source
	incidents []string
	open      bool      // an incident that has no end
	resolved  time.Time // the latest end of its incidents
	began     time.Time // when it got its traffic, where that was later than its end
	mended    time.Time // the end of the first deployment that mended it
	by        string    // which deployment that was
}

// end is when users were well again: the declared end of the incidents, else the
// end of the deployment that mended it. Zero when nothing says.
func (f *failure) end() time.Time {
	switch {
	case f.open:
		return time.Time{}
	case !f.resolved.IsZero():
		return f.resolved
	}
	return f.mended
}

// failures lists the failed deployments of a lane, newest first.
func (ln *lane) failures() []Failure {
	out := []Failure{}
	for i, d := range slices.Backward(ln.counted) {
		f := ln.failed[i]
		if f == nil {
			continue
		}
		v := Failure{Deployment: d.ID, At: *d.FinishedAt, Marks: f.marks, Incidents: append([]string{}, f.incidents...)}
		if end := f.end(); !end.IsZero() {
			v.Recovered = &end
			if f.resolved.IsZero() {
				v.By = f.by
			}
		}
		out = append(out, v)
	}
	return out
}

// fail marks a counted deployment as failed; a negative one is known to nobody.
func (ln *lane) fail(i int, by Source, evidence time.Time) *failure {
	ln.failureMarked = true
	if i < 0 {
		ln.lostMarks = append(ln.lostMarks, omission{evidence, ReasonNoCulprit})
		return nil
	}
	f := ln.failed[i]
	if f == nil {
		f = &failure{}
		ln.failed[i] = f
	}
	if !slices.Contains(f.marks, by) {
		f.marks = append(f.marks, by)
		slices.SortFunc(f.marks, func(a, b Source) int { return slices.Index(Sources(), a) - slices.Index(Sources(), b) })
	}
	ln.mark(by, i)
	return f
}

// mark counts a deployment that a source speaks of.
func (ln *lane) mark(by Source, i int) {
	if ln.marks[by] == nil {
		ln.marks[by] = map[int]bool{}
	}
	ln.marks[by][i] = true
}

// mend says that deployment i mended a failure. The first one counts.
func (f *failure) mend(d *ledger.Deployment) {
	if f != nil && (f.mended.IsZero() || d.FinishedAt.Before(f.mended)) {
		f.mended, f.by = *d.FinishedAt, d.ID
	}
}

// unplanned marks deployment i as made because something was wrong.
func (ln *lane) unplanned(i int) { ln.rework[i], ln.reworkMarked = true, true }

// findMarks looks at every source that is believed. Incidents come first, since
// commits name them.
func (c *computation) findMarks(facts ledger.Facts) {
	incidents := slices.Clone(facts.Incidents)
	slices.SortFunc(incidents, ledger.CompareIncidents)
	ascribed := c.ascribe(incidents)
	repairs := c.repairsByChange(facts.Repairs)
	for _, ln := range c.lanes {
		for i, d := range ln.counted {
			if d.Faulty && c.believes(SourceRecord) {
				ln.fail(i, SourceRecord, *d.FinishedAt)
			}
			switch {
			case d.Kind == ledger.KindRollback:
				if c.believes(SourceRollback) {
					ln.fail(ln.tookBack(i), SourceRollback, *d.FinishedAt).mend(d)
					ln.unplanned(i)
				}
			case d.Hotfix && c.believes(SourceRecord):
				ln.fail(i-1, SourceRecord, *d.FinishedAt).mend(d)
				ln.unplanned(i)
			case c.believes(SourceHotfix) && c.isHotfix(d, repairs.hotfix):
				ln.fail(i-1, SourceHotfix, *d.FinishedAt).mend(d)
				ln.unplanned(i)
			}
		}
		if c.believes(SourceRollback) {
			ln.switchesBack()
		}
		c.repair(ln, repairs, ascribed)
	}
	c.reportRepairs(repairs)
}

func (c *computation) believes(s Source) bool { return slices.Contains(c.opt.Marks, s) }

// tookBack finds the deployment that rollback i took back: the last one before it
// that put there what ran then, going back behind redeployments and rollbacks,
// which put there what was there before. -1 when there is none.
func (ln *lane) tookBack(i int) int {
	if i == 0 {
		return -1
	}
	ran := ln.counted[i-1].Revision
	for j := i - 1; j >= 0; j-- {
		d := ln.counted[j]
		if d.Revision == ran && d.Kind != ledger.KindRollback && d.Kind != ledger.KindRedeploy {
			return j
		}
	}
	return -1
}

// switchesBack finds switches of traffic that went back: to what was deployed
// before what had the traffic. Nothing is deployed then, so nothing is rework;
// but what lost the traffic failed. It failed its users from the moment on at
// which it got them.
func (ln *lane) switchesBack() {
	deployed := map[ledger.Hash]int{} // the last counted deployment of a revision
	next := 0
	var holder *ledger.Deployment // the last record that gave its revision most of the traffic
	for _, d := range ln.all {
		if next < len(ln.counted) && ln.counted[next] == d {
			if _, there := deployed[d.Revision]; !there || d.Kind != ledger.KindRollback && d.Kind != ledger.KindRedeploy {
				deployed[d.Revision] = next
			}
			next++
		}
		if d.Weight.Lo <= ledger.Hundred/2 {
			continue
		}
		if holder != nil && d.Kind == ledger.KindTrafficSwitch && d.Revision != holder.Revision {
			from, known := deployed[holder.Revision]
			to, there := deployed[d.Revision]
			if known && there && to < from {
				f := ln.fail(from, SourceRollback, *d.FinishedAt)
				f.mend(d)
				f.began = latest(f.began, *holder.FinishedAt)
			}
		}
		holder = d
	}
}

// isHotfix tells a narrow deployment outside the normal flow: its name says so, or
// all that it brought is from off the mainline, cherry-picked, or from a branch
// whose name says so. One that brings other changes too is the normal flow of a
// project that deploys branches, or that merges its hotfixes back.
func (c *computation) isHotfix(d *ledger.Deployment, named map[changeKey]bool) bool {
	if ledger.NamesHotfix(d.Ref, c.opt.HotfixNames) || ledger.NamesHotfix(string(d.Version), c.opt.HotfixNames) {
		return true
	}
	if len(d.Gained) == 0 || d.Relation == ledger.RelationFirst {
		return false
	}
	for _, id := range d.Gained {
		ch := c.index.Change(d.Repository, id)
		if ch == nil || !ch.OffMainline && !copied(ch, d) && !named[changeKey{ch.Repository, ch.ID}] {
			return false
		}
	}
	return true
}

// copied reports whether a deployment brought a change as a copy off the
// mainline: its revision is one, or its version holds one and not the change.
func copied(ch *ledger.Change, d *ledger.Deployment) bool {
	return slices.Contains(ch.Backports, d.Revision) || slices.ContainsFunc(ch.Versions, func(v ledger.ChangeVersion) bool {
		return d.Version != "" && v.Name == d.Version && !v.Backport.IsZero()
	})
}

// repairsOf is what commits say that they mend, by change.
type repairsOf struct {
	by     map[changeKey][]ledger.Repair
	hotfix map[changeKey]bool // of a branch whose name says that it mends something
	found  map[string]bool    // references that some lane has, by what problems call them
}

type changeKey struct {
	repository ledger.RepositoryName
	id         ledger.ChangeID
}

func (c *computation) repairsByChange(repairs []ledger.Repair) repairsOf {
	out := repairsOf{map[changeKey][]ledger.Repair{}, map[changeKey]bool{}, map[string]bool{}}
	sorted := slices.Clone(repairs)
	slices.SortFunc(sorted, ledger.CompareRepairs)
	for _, r := range sorted {
		for _, ch := range c.index.ChangesOfCommit(r.Commit) {
			k := changeKey{ch.Repository, ch.ID}
			switch {
			case ch.Repository != r.Repository:
			case r.Incident == "" && r.Deployment == "":
				out.hotfix[k] = true
			case c.believes(SourceTrailer):
				out.by[k] = append(out.by[k], r)
			}
		}
	}
	return out
}

// repair looks for the deployments that first brought a repair to a lane: they
// are unplanned, and what they mend failed.
func (c *computation) repair(ln *lane, repairs repairsOf, ascribed map[string][]laneDeployment) {
	done := map[changeKey]bool{}
	for i, d := range ln.counted {
		for _, id := range d.Gained {
			k := changeKey{ln.repository, id}
			if len(repairs.by[k]) == 0 || done[k] {
				continue
			}
			done[k] = true
			if i == 0 && !c.opt.FirstRecord { // it was there before anybody wrote down what was
				continue
			}
			for _, r := range repairs.by[k] {
				c.mendBy(ln, i, r, repairs.found, ascribed)
			}
		}
	}
}

// mendBy applies one repair that deployment i brought.
func (c *computation) mendBy(ln *lane, i int, r ledger.Repair, found map[string]bool, ascribed map[string][]laneDeployment) {
	d := ln.counted[i]
	var culprits []int
	switch {
	case r.Deployment != "":
		j := ln.named(r.Deployment, d.FinishedAt.Add(-1))
		if j < 0 {
			return // that was in another lane, or nowhere: see reportRepairs
		}
		found[r.Deployment] = true
		culprits = []int{j}
	case r.Incident != "":
		for _, a := range ascribed[r.Incident] {
			if a.lane == ln && a.index < i {
				culprits = append(culprits, a.index)
			}
		}
		if len(ascribed[r.Incident]) > 0 && len(culprits) == 0 {
			return // it happened elsewhere
		}
	}
	if culprits == nil { // nothing names it: the last one before somebody wrote the repair
		culprits = []int{ln.lastBefore(i, c.commits[commitKey{r.Repository, r.Commit}].authored)}
	}
	for _, j := range culprits {
		ln.fail(j, SourceTrailer, *d.FinishedAt).mend(d)
	}
	ln.unplanned(i)
}

// lastBefore finds the last deployment before deployment i that had ended at an
// instant, where that is known and some had: else the one before it.
func (ln *lane) lastBefore(i int, at time.Time) int {
	for j := i - 1; j >= 0; j-- {
		if at.IsZero() || !ln.counted[j].FinishedAt.After(at) {
			return j
		}
	}
	return i - 1
}

// named finds the last deployment that ended by an instant and that a reference
// means: an id, a version, a tag, or a commit of at least 7 digits. -1 for none.
func (ln *lane) named(ref string, by time.Time) int {
	for j := ln.endedBy(by) - 1; j >= 0; j-- {
		if means(ref, ln.counted[j]) {
			return j
		}
	}
	return -1
}

func means(ref string, d *ledger.Deployment) bool {
	if ref == d.ID || ref == d.Ref || ref == string(d.Version) || strings.HasSuffix(d.ID, ":"+ref) {
		return true
	}
	return len(ref) >= 7 && strings.HasPrefix(d.Revision.String(), strings.ToLower(ref))
}

// reportRepairs doubts what names a deployment that nobody knows.
func (c *computation) reportRepairs(repairs repairsOf) {
	for _, list := range repairs.by {
		for _, r := range list {
			if r.Deployment == "" || repairs.found[r.Deployment] || c.known(r.Deployment) {
				continue
			}
			c.problems = append(c.problems, ledger.Problem{Origins: r.Origins, Rule: "unknown-deployment", Level: ledger.LevelWarning,
				Message: "trailer " + r.Key + " names a deployment that nobody recorded: " + clip(r.Deployment),
				Hint:    "name its version, its tag, its commit or its id"})
		}
	}
}

// known reports whether some deployment is meant, wherever.
func (c *computation) known(ref string) bool {
	return slices.ContainsFunc(c.lanes, func(ln *lane) bool {
		return slices.ContainsFunc(ln.all, func(d *ledger.Deployment) bool { return means(ref, d) })
	})
}

// clip bounds hostile text in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return cmp.Or(s, `""`)
}
