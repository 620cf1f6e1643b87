package metrics

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"daylight/generator/ledger"
)

// brute computes numbers of a lane and a window from the ledger's lists, one
// change and one deployment at a time, without what the package shares between
// metrics: no series, no order, no integers for medians.
type brute struct {
	l        *ledger.Ledger
	facts    ledger.Facts
	key      laneKey
	from, to time.Time // from is not in it; zero has no beginning
}

func (b brute) in(t time.Time) bool { return !t.After(b.to) && (b.from.IsZero() || t.After(b.from)) }

// states are the changes of the lane with their state there.
func (b brute) states() map[*ledger.Change]*ledger.State {
	out := map[*ledger.Change]*ledger.State{}
	for i := range b.l.Changes {
		c := &b.l.Changes[i]
		for j := range c.Environments {
			for k := range c.Environments[j].Components {
				s := &c.Environments[j].Components[k]
				if c.Repository == b.key.repository && c.Environments[j].Environment == b.key.environment && s.Component == b.key.component {
					out[c] = &s.State
				}
			}
		}
	}
	return out
}

// first is the end of the lane's first deployment.
func (b brute) first() time.Time {
	var out time.Time
	for _, d := range b.l.Deployments {
		if b.mine(&d) && d.Status == ledger.RecordSucceeded && (out.IsZero() || d.FinishedAt.Before(out)) {
			out = *d.FinishedAt
		}
	}
	return out
}

func (b brute) mine(d *ledger.Deployment) bool {
	return d.Environment == b.key.environment && d.Repository == b.key.repository && d.Component == b.key.component
}

// deployments counts those of the window.
func (b brute) deployments() (n int) {
	for _, d := range b.l.Deployments {
		step := (d.Kind == ledger.KindCanaryStep || d.Kind == ledger.KindTrafficSwitch) && d.Relation == ledger.RelationSame
		if b.mine(&d) && d.Status == ledger.RecordSucceeded && d.Kind != ledger.KindUndeploy && !step && b.in(*d.FinishedAt) {
			n++
		}
	}
	return n
}

// merged is when a change was committed.
func (b brute) merged(c *ledger.Change) time.Time {
	for _, r := range b.facts.Repositories {
		for _, x := range r.Commits {
			if r.Name == c.Repository && x.Hash == c.Commit {
				return x.Committed
			}
		}
	}
	panic("a change of no commit")
}

// spans collects a duration of each change of the window, in nanoseconds.
func (b brute) spans(of func(c *ledger.Change, s *ledger.State) (from, to time.Time, wasFirst bool)) []int64 {
	var out []int64
	for c, s := range b.states() {
		from, to, wasFirst := of(c, s)
		if !to.IsZero() && !from.IsZero() && !wasFirst && !to.Before(from) && b.in(to) {
			out = append(out, int64(to.Sub(from)))
		}
	}
	slices.Sort(out)
	return out
}

// tell compares in words: count and exact median.
func tell(sorted []int64) string {
	if len(sorted) == 0 {
		return "none"
	}
	n := len(sorted)
	sum := new(big.Int).Add(big.NewInt(sorted[(n-1)/2]), big.NewInt(sorted[n/2]))
	return fmt.Sprintf("%d, p50 %s, least %d, most %d", n, sum.Rsh(sum, 1), sorted[0], sorted[n-1])
}

func tellSpread(s Spread) string {
	if s.Count == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, p50 %d, least %d, most %d", s.Count, s.P50, s.Least, s.Most)
}

// releases counts the instants at which an exposure grew, but not where the change
// came back at the same instant.
func (b brute) releases() int {
	at := map[time.Time]bool{}
	for _, s := range b.states() {
		for _, m := range s.Moves {
			grew := m.Kind == ledger.MoveExposed || m.Kind == ledger.MoveWidened || m.Kind == ledger.MoveReleased
			back := slices.ContainsFunc(s.Moves, func(o ledger.Move) bool {
				return o.At.Equal(m.At) && (o.Kind == ledger.MoveReturned || o.Kind == ledger.MoveReapplied)
			})
			if grew && !back && b.in(m.At) {
				at[m.At.UTC()] = true
			}
		}
	}
	return len(at)
}

// randomFacts draws a history of commits on one line, deployments to two
// environments in any order of revisions, flags that go on and off, incidents and
// repairs. Instants are whole minutes of a hundred days.
func randomFacts(t *rapid.T) ledger.Facts {
	begin := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	minute := func(name string) time.Time {
		return begin.Add(time.Duration(rapid.IntRange(0, 100*24*60).Draw(t, name)) * time.Minute)
	}
	repo := ledger.Repository{Name: "shop", Branch: "main", Components: []ledger.ComponentName{"api", "web"}}
	n := rapid.IntRange(1, 12).Draw(t, "commits")
	at := begin
	for i := range n {
		at = at.Add(time.Duration(rapid.IntRange(0, 8*24*60).Draw(t, "gap")) * time.Minute)
		c := ledger.Commit{Hash: ledger.Hash{byte(i + 1)}, Committed: at, Authored: at.Add(-time.Duration(rapid.IntRange(0, 600).Draw(t, "written")) * time.Minute), Title: fmt.Sprint("c", i)}
		if i > 0 {
			c.Parents = []ledger.Hash{{byte(i)}}
		}
		c.Components = rapid.SampledFrom([][]ledger.ComponentName{nil, {"api"}, {"web"}, {}}).Draw(t, "touches")
		repo.Commits = append(repo.Commits, c)
	}
	repo.Mainline = ledger.Hash{byte(n)}
	f := ledger.Facts{Repositories: []ledger.Repository{repo}}
	revision := func() ledger.Hash { return ledger.Hash{byte(rapid.IntRange(1, n).Draw(t, "revision"))} }
	for i := range rapid.IntRange(0, 14).Draw(t, "deployments") {
		r := ledger.Record{ID: fmt.Sprint("d", i), Repository: "shop", Component: rapid.SampledFrom(repo.Components).Draw(t, "component"),
			Environment: rapid.SampledFrom([]ledger.EnvironmentName{"production", "staging"}).Draw(t, "environment"), Revision: revision(), Order: i,
			Status:     rapid.SampledFrom([]ledger.RecordStatus{ledger.RecordSucceeded, ledger.RecordSucceeded, ledger.RecordSucceeded, ledger.RecordFailed}).Draw(t, "status"),
			Kind:       rapid.SampledFrom([]ledger.DeploymentKind{"", "", "", ledger.KindRollback, ledger.KindUndeploy, ledger.KindCanaryStep}).Draw(t, "kind"),
			Hotfix:     rapid.IntRange(0, 9).Draw(t, "hotfix") == 0,
			FinishedAt: minute("finish"), TimeBasis: ledger.BasisDeclared, Origins: []ledger.Origin{{File: "log", Line: i + 1}}}
		r.Ref = r.Revision.Short()
		f.Deployments = append(f.Deployments, r)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "incidents") {
		in := ledger.Incident{ID: fmt.Sprint("i", i), StartedAt: minute("began"), Component: rapid.SampledFrom([]ledger.ComponentName{"", "api"}).Draw(t, "of")}
		if rapid.Bool().Draw(t, "over") {
			in.ResolvedAt = in.StartedAt.Add(time.Hour)
		}
		f.Incidents = append(f.Incidents, in)
	}
	for range rapid.IntRange(0, 2).Draw(t, "repairs") {
		f.Repairs = append(f.Repairs, ledger.Repair{Repository: "shop", Commit: revision(), Key: "Incident", Incident: rapid.SampledFrom([]string{"i0", "x"}).Draw(t, "names")})
	}
	flag := ledger.FlagHistory{Key: "f", Repository: "shop", Effect: ledger.EffectMerge}
	for range rapid.IntRange(0, 4).Draw(t, "steps") {
		p := ledger.Percent(rapid.IntRange(0, 4).Draw(t, "share")) * ledger.Hundred / 4
		state := ledger.FlagPartial
		if p == 0 {
			state = ledger.FlagOff
		} else if p == ledger.Hundred {
			state = ledger.FlagOn
		}
		flag.Steps = append(flag.Steps, ledger.FlagStep{Commit: revision(), Setting: ledger.Setting{State: state, Percent: ledger.Exactly(p)}})
	}
	if len(flag.Steps) > 0 {
		f.Flags = []ledger.FlagHistory{flag}
		for range rapid.IntRange(0, 4).Draw(t, "behind") {
			f.Links = append(f.Links, ledger.FlagLink{Repository: "shop", Commit: revision(), Key: "f", By: ledger.LinkTrailer, Role: ledger.RoleBehind})
		}
	}
	return f
}

// The numbers of random histories, against the brute ones; and the same facts in
// another order give the same report.
func TestAgainstBruteForce(t *testing.T) {
	asOf := time.Date(2026, 4, 20, 12, 0, 0, 0, time.UTC)
	met := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		facts := randomFacts(t)
		l := ledger.Compute(facts, ledger.Policy{}, asOf)
		r := Compute(facts, l, Options{Windows: []int{30, 0}})
		for _, ln := range r.Lanes {
			for _, w := range ln.Windows {
				b := brute{l: l, facts: facts, key: laneKey{ln.Environment, ln.Repository, ln.Component}, to: asOf}
				if w.Days > 0 {
					b.from = asOf.AddDate(0, 0, -w.Days)
				}
				first := b.first()
				compare := func(what, got, want string) {
					if got != want {
						t.Fatalf("%s of %s in %s, %s: %s, want %s", what, ln.Component, ln.Environment, w.Name, got, want)
					}
					if want != "none" && want != "0" {
						met[what]++
					}
				}
				compare("lead time", tellSpread(w.Throughput.ChangeLeadTime), tell(b.spans(func(c *ledger.Change, s *ledger.State) (time.Time, time.Time, bool) {
					return b.merged(c), s.Deployed.At, s.Deployed.At.Equal(first)
				})))
				compare("release lead time", tellSpread(w.Release.LeadTime), tell(b.spans(func(c *ledger.Change, s *ledger.State) (time.Time, time.Time, bool) {
					return b.merged(c), s.Released.At, s.Deployed.At.Equal(first) && s.Released.At.Equal(first)
				})))
				compare("dark time", tellSpread(w.Release.DarkTime), tell(b.spans(func(_ *ledger.Change, s *ledger.State) (time.Time, time.Time, bool) {
					return s.Deployed.At, s.FirstExposed.At, s.Deployed.At.Equal(first)
				})))
				compare("rollout time", tellSpread(w.Release.Rollout), tell(b.spans(func(_ *ledger.Change, s *ledger.State) (time.Time, time.Time, bool) {
					return s.FirstExposed.At, s.Released.At, s.FirstExposed.At.Equal(first)
				})))
				compare("deployments", fmt.Sprint(w.Throughput.DeploymentFrequency.Count), fmt.Sprint(b.deployments()))
				compare("releases", fmt.Sprint(w.Release.Frequency.Count), fmt.Sprint(b.releases()))
				compare("fail rate of", fmt.Sprint(w.Instability.ChangeFailRate.Of), fmt.Sprint(b.deployments()))
				checkFailures(t, &ln, &w)
			}
			checkWeeks(t, &ln, asOf)
		}
		shuffled := facts
		shuffled.Deployments = rapid.Permutation(facts.Deployments).Draw(t, "order")
		shuffled.Incidents = rapid.Permutation(facts.Incidents).Draw(t, "incidents' order")
		shuffled.Repairs = rapid.Permutation(facts.Repairs).Draw(t, "repairs' order")
		again := Compute(shuffled, ledger.Compute(shuffled, ledger.Policy{}, asOf), Options{Windows: []int{30, 0}})
		if fmt.Sprintf("%+v", flat(again)) != fmt.Sprintf("%+v", flat(r)) {
			t.Fatalf("in another order it is\n%+v\nand not\n%+v", flat(again), flat(r))
		}
	})
	for _, what := range []string{"lead time", "release lead time", "dark time", "rollout time", "deployments", "releases"} {
		if met[what] == 0 {
			t.Errorf("no history had a %s", what)
		}
	}
	t.Log(slices.Sorted(maps.Keys(met)), met)
}

// flat is a report without pointers.
func flat(r Report) string { return string(OpenMetrics(r)) + fmt.Sprint(len(r.Problems), r.LeftOut) }

// checkFailures holds what must be true of any report: the failures of the list
// are those that the rate counts, each has a mark, and without any mark nothing
// is known.
func checkFailures(t *rapid.T, ln *Lane, w *Window) {
	rate, recovery := w.Instability.ChangeFailRate, w.Throughput.RecoveryTime
	failed, recovered := 0, 0
	for _, f := range ln.Failures {
		if len(f.Marks) == 0 {
			t.Fatalf("%s failed, and nobody says so", f.Deployment)
		}
		if w.Days == 0 || f.At.After(w.From) {
			failed++
			if f.Recovered != nil && !f.Recovered.Before(f.At) {
				recovered++
			}
		}
	}
	left := 0
	for _, l := range recovery.LeftOut {
		left += l.Count
	}
	switch {
	case rate.Unknown != "" && len(ln.Failures) > 0, rate.Unknown == "" && rate.Hits != failed:
		t.Fatalf("%d failures in the list, and the rate is %+v", failed, rate)
	case recovery.Count != recovered || recovery.Count+left != failed:
		t.Fatalf("%d of %d recovered, and the spread is %+v", recovered, failed, recovery)
	case w.Instability.ReworkRate.Hits > rate.Of:
		t.Fatalf("more rework than deployments: %+v of %d", w.Instability.ReworkRate, rate.Of)
	}
}

// checkWeeks holds that weeks follow each other without a gap, and that they add
// up to what the window without a beginning has.
func checkWeeks(t *rapid.T, ln *Lane, asOf time.Time) {
	deployments, releases, changes := 0, 0, 0
	for i, w := range ln.Weeks {
		if w.Start.Weekday() != time.Monday || i > 0 && w.Start.Sub(ln.Weeks[i-1].Start) != 7*24*time.Hour {
			t.Fatalf("week %s begins on %s", w.Name, w.Start)
		}
		deployments, releases, changes = deployments+w.Deployments, releases+w.Releases, changes+w.Changes
	}
	ever := ln.Windows[len(ln.Windows)-1]
	if deployments != ever.Throughput.DeploymentFrequency.Count || releases != ever.Release.Frequency.Count || changes != ever.Changes {
		t.Fatalf("the weeks have %d deployments, %d releases, %d changes; all in all there were %d, %d, %d", deployments, releases, changes,
			ever.Throughput.DeploymentFrequency.Count, ever.Release.Frequency.Count, ever.Changes)
	}
	if last := ln.Weeks[len(ln.Weeks)-1]; asOf.Sub(last.Start) >= 7*24*time.Hour || last.Start.After(asOf) {
		t.Fatalf("the last week is %s", last.Name)
	}
}
