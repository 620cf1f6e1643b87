package ledger_test

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// oracle is the model of one scenario.
type oracle struct {
	facts  ledger.Facts
	policy ledger.Policy
	asOf   time.Time
	repos  []*modelRepo
	lanes  []*modelLane
}

// model computes, the slow and obvious way, what Compute must find: changes
// with their states, what is live, and what deployments brought and took.
func model(facts ledger.Facts, policy ledger.Policy, asOf time.Time) *ledger.Ledger {
	o := &oracle{facts: facts, policy: policy, asOf: asOf}
	for _, r := range facts.Repositories {
		var revisions []ledger.Hash
		for _, d := range facts.Deployments {
			if d.Repository == r.Name && d.Status == ledger.RecordSucceeded && !d.FinishedAt.After(asOf) {
				revisions = append(revisions, d.Revision)
			}
		}
		for _, v := range r.Versions {
			if o.byVersion() && !v.When.At.After(asOf) {
				revisions = append(revisions, v.Commit)
			}
		}
		o.repos = append(o.repos, newModelRepo(r, revisions, asOf))
	}
	o.findLanes()
	out := &ledger.Ledger{AsOf: asOf}
	for _, name := range o.environments() {
		out.Environments = append(out.Environments, ledger.Environment{Name: name, Live: o.live(name)})
	}
	instants := o.instants()
	for _, r := range o.repos {
		for _, c := range r.changes {
			out.Changes = append(out.Changes, o.change(c, instants))
		}
	}
	out.Deployments = o.deployments()
	return out
}

func (o *oracle) repo(name ledger.RepositoryName) *modelRepo {
	i := slices.IndexFunc(o.repos, func(r *modelRepo) bool { return r.facts.Name == name })
	return o.repos[i]
}

// componentOf is the component that a record is of: the first when it names none.
func (o *oracle) componentOf(d ledger.Record) ledger.ComponentName {
	return cmp.Or(d.Component, o.repo(d.Repository).facts.Components[0])
}

// findLanes sorts the records that succeeded until as-of into their lanes.
func (o *oracle) findLanes() {
	for _, d := range slices.SortedFunc(slices.Values(o.facts.Deployments), byInstant) {
		if d.Status != ledger.RecordSucceeded || d.FinishedAt.After(o.asOf) {
			continue
		}
		l := o.lane(d.Repository, d.Environment, o.componentOf(d))
		if l == nil {
			l = &modelLane{repo: o.repo(d.Repository), environment: d.Environment, component: o.componentOf(d)}
			o.lanes = append(o.lanes, l)
		}
		l.records = append(l.records, d)
	}
	slices.SortFunc(o.lanes, func(a, b *modelLane) int {
		return cmp.Or(cmp.Compare(a.environment, b.environment), cmp.Compare(a.repo.facts.Name, b.repo.facts.Name), cmp.Compare(a.component, b.component))
	})
}

func (o *oracle) lane(repo ledger.RepositoryName, e ledger.EnvironmentName, k ledger.ComponentName) *modelLane {
	for _, l := range o.lanes {
		if l.repo.facts.Name == repo && l.environment == e && l.component == k {
			return l
		}
	}
	return nil
}

// environments are those that records or flags name, as far as as-of knows.
func (o *oracle) environments() (out []ledger.EnvironmentName) {
	for _, d := range o.facts.Deployments {
		if !d.FinishedAt.After(o.asOf) {
			out = append(out, d.Environment)
		}
	}
	anything := false
	for _, h := range o.facts.Flags {
		for _, s := range h.Steps {
			known := s.Dated || h.Branch != "" && !s.At.After(o.asOf) || slices.Contains(o.repo(h.Repository).mainline, s.Commit) // a log tells also what was
			anything = anything || known
			if s.Environment != "" && known {
				out = append(out, s.Environment)
			}
		}
	}
	if o.byVersion() {
		out = append(out, ledger.Published)
	}
	if len(out) == 0 && anything && len(o.policy.Environments) == 0 {
		out = append(out, "production") // nothing has a name
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (o *oracle) live(e ledger.EnvironmentName) (out []ledger.Live) {
	if o.byVersion() && e == ledger.Published {
		return o.publishedNow()
	}
	for _, l := range o.lanes {
		if l.environment != e {
			continue
		}
		s := l.at(o.asOf)
		slices.SortFunc(s.list, func(a, b modelLive) int { return cmp.Compare(a.slot, b.slot) })
		for _, entry := range s.list {
			v := ledger.Live{Component: l.component, Revision: entry.revision, Weight: entry.weight, Since: entry.since}
			if entry.slot != "" {
				v.Slot = &entry.slot
			}
			out = append(out, v)
		}
	}
	return out
}

// instants lists every instant at which anything may change, up to as-of.
func (o *oracle) instants() (out []time.Time) {
	for _, d := range o.facts.Deployments {
		out = append(out, d.FinishedAt)
	}
	for _, d := range o.facts.Releases {
		out = append(out, d.At.At)
	}
	for _, r := range o.facts.Repositories {
		for _, v := range r.Versions {
			out = append(out, v.When.At)
		}
	}
	for _, h := range o.facts.Flags {
		for _, s := range h.Steps {
			for _, p := range s.Plan {
				out = append(out, p.At)
			}
			if !s.At.IsZero() {
				out = append(out, s.At) // of a branch
			}
		}
		for _, a := range h.At {
			for _, p := range a.Plan {
				out = append(out, p.At)
			}
		}
		for _, c := range o.repo(h.Repository).commits {
			out = append(out, c.Committed.Add(h.Delay))
		}
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return t.After(o.asOf) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// stateAt is where a change stands in a lane at an instant.
func (o *oracle) stateAt(l *modelLane, c *modelChange, at time.Time) modelState {
	live := l.at(at)
	s := modelState{at: at, held: live.holds(l, c), runs: live.runs()}
	type holder struct {
		weight ledger.Share
		gate   gate
	}
	var holders []holder
	for _, e := range live.byRevision() {
		s.reverted = s.reverted || l.repo.revertStands(e.revision, c)
		var g gate
		switch {
		case l.repo.holds(e.revision, c):
			s.remade = s.remade || l.repo.reachesRevert(e.revision, c)
			g = o.gateOf(l, c, e.revision, at)
		case e.revision.IsZero(), l.repo.mayHold(e.revision, c):
			g = settingGate(ledger.Setting{State: ledger.FlagUnknown}, ledger.FlagLink{})
		default:
			continue
		}
		// Revisions that let the same through are one stream of traffic.
		i := slices.IndexFunc(holders, func(h holder) bool { return h.gate.equal(g) })
		if i < 0 {
			holders = append(holders, holder{e.weight, g})
		} else {
			holders[i].weight = holders[i].weight.Plus(e.weight)
		}
	}
	s.exposure = gate{share: func(c crowd) ledger.Share {
		sum := ledger.Exactly(0)
		for _, h := range holders {
			sum = sum.Plus(h.weight.Times(h.gate.share(c)))
		}
		return sum
	}}
	for _, h := range holders {
		if h.weight.Hi > 0 { // else nobody meets what it says
			s.exposure.join(h.gate)
		}
	}
	return s
}

// together is the state over those lanes that run: held when all hold it,
// exposure the least of theirs.
func together(at time.Time, lanes []modelState) modelState {
	out := modelState{at: at, exposure: fixedGate(ledger.Everybody())}
	var running []modelState
	for _, s := range lanes {
		if s.runs {
			running = append(running, s)
		}
	}
	if len(running) == 0 {
		out.exposure = fixedGate(ledger.Exactly(0))
		return out
	}
	out.runs, out.held = true, yes
	for _, s := range running {
		if s.held == no || out.held == yes {
			out.held = s.held
		}
		out.reverted = out.reverted || s.held == no && s.reverted
		out.remade = out.remade || s.remade
		out.exposure.join(s.exposure)
	}
	out.exposure.share = func(c crowd) ledger.Share {
		least := ledger.Everybody()
		for _, s := range running {
			own := s.exposure.share(c)
			least = ledger.Share{Lo: min(least.Lo, own.Lo), Hi: min(least.Hi, own.Hi)}
		}
		return least
	}
	return out
}

// change tells one change in every environment.
func (o *oracle) change(c *modelChange, instants []time.Time) ledger.Change {
	r := c.repo
	out := ledger.Change{Repository: r.facts.Name, Commit: c.commit.Hash, OffMainline: c.offMainline, Versions: r.versionsOf(c, o.asOf)}
	if !c.offMainline {
		out.Merged = &c.commit.Committed
	}
	revertStands := false
	if n := len(r.mainline); n > 0 {
		tip := r.mainline[n-1]
		revertStands = r.revertStands(tip, c) && !r.holds(tip, c)
	}
	for _, e := range o.environments() {
		var lanes []*modelLane
		for _, l := range o.lanes {
			if l.repo == r && l.environment == e && slices.Contains(c.components, l.component) {
				lanes = append(lanes, l)
			}
		}
		if len(c.components) == 0 {
			continue // in versions only
		}
		in := ledger.InEnvironment{Environment: e}
		if o.byVersion() && e == ledger.Published {
			out.Environments = append(out.Environments, o.published(c, instants, revertStands))
			continue
		}
		perLane := make([][]modelState, len(lanes))
		var whole []modelState
		for _, at := range instants {
			var now []modelState
			for i, l := range lanes {
				s := o.stateAt(l, c, at)
				now, perLane[i] = append(now, s), append(perLane[i], s)
			}
			if len(lanes) > 0 {
				whole = append(whole, together(at, now))
			}
		}
		in.State = story(whole, o.policy, revertStands)
		for i, l := range lanes {
			in.Components = append(in.Components, ledger.InComponent{Component: l.component, State: story(perLane[i], o.policy, revertStands)})
		}
		out.Environments = append(out.Environments, in)
	}
	return out
}

// deployments tells what each record brought and took away.
func (o *oracle) deployments() (out []ledger.Deployment) {
	for _, l := range o.lanes {
		for i, d := range l.records {
			// Records of one instant are applied together; the last brings it all.
			before, after := l.at(d.FinishedAt.Add(-1)), l.at(d.FinishedAt)
			last := i+1 == len(l.records) || l.records[i+1].FinishedAt.After(d.FinishedAt)
			v := ledger.Deployment{ID: d.ID, Environment: d.Environment, Revision: d.Revision, Status: d.Status, Relation: l.relation(before, d)}
			v.Kind, v.KindBasis = o.kind(l, d, v.Relation)
			for _, c := range l.repo.changes {
				if !last || !slices.Contains(c.components, l.component) {
					continue
				}
				switch id := ledger.ChangeID(c.commit.Hash.Short()); {
				case before.holds(l, c) == no && after.holds(l, c) == yes:
					v.Gained = append(v.Gained, id)
				case before.holds(l, c) == yes && after.holds(l, c) == no:
					v.Lost = append(v.Lost, id)
				}
			}
			out = append(out, v)
		}
	}
	return out
}

// kind is what a record says that it is, and else what it looks like: the same
// again; back to what is older, or to what ran before; what ran in a tier further
// from the users before; or simply a deployment.
func (o *oracle) kind(l *modelLane, d ledger.Record, r ledger.Relation) (ledger.DeploymentKind, ledger.KindBasis) {
	same := func(e ledger.Record) bool {
		return e.FinishedAt.Before(d.FinishedAt) && e.Revision == d.Revision && !d.Revision.IsZero()
	}
	lasted := func(e ledger.Record) bool { // and was not replaced at once
		return same(e) && slices.ContainsFunc(l.at(e.FinishedAt).list, func(live modelLive) bool { return live.revision == e.Revision })
	}
	further := slices.DeleteFunc(slices.Clone(o.lanes), func(other *modelLane) bool {
		return other.repo != l.repo || other.component != l.component || l.environment != "production" || other.environment != "staging"
	})
	switch {
	case d.Kind != "":
		return d.Kind, ledger.KindDeclared
	case d.Weight != nil && d.Weight.Hi < ledger.Hundred:
		return ledger.KindCanaryStep, ledger.KindInferred
	case r == ledger.RelationSame:
		return ledger.KindRedeploy, ledger.KindInferred
	case r == ledger.RelationOlder, r == ledger.RelationDiverged && slices.ContainsFunc(l.records, lasted):
		return ledger.KindRollback, ledger.KindInferred
	case slices.ContainsFunc(further, func(other *modelLane) bool { return slices.ContainsFunc(other.records, same) }):
		return ledger.KindPromote, ledger.KindInferred
	}
	return ledger.KindDeploy, ledger.KindInferred
}

// relation compares a record's revision with what was live before it.
func (l *modelLane) relation(before liveSet, d ledger.Record) ledger.Relation {
	related := func(is func(live ledger.Hash) bool) bool {
		return slices.ContainsFunc(before.list, func(e modelLive) bool { return is(e.revision) })
	}
	switch {
	case d.Kind == ledger.KindUndeploy:
		return ledger.RelationSame // it brings no revision to compare
	case !before.runs():
		return ledger.RelationFirst
	case before.unknown() || d.Revision.IsZero():
		return ledger.RelationUnknown
	case related(func(h ledger.Hash) bool { return h == d.Revision }):
		return ledger.RelationSame
	case related(func(h ledger.Hash) bool { return l.repo.ancestors(h)[d.Revision] }):
		return ledger.RelationOlder
	case related(func(h ledger.Hash) bool { return l.repo.ancestors(d.Revision)[h] }):
		return ledger.RelationForward
	case related(func(h ledger.Hash) bool {
		return len(l.repo.behind(h, d.Revision))+len(l.repo.behind(d.Revision, h)) > 0
	}):
		return ledger.RelationUnknown
	default:
		return ledger.RelationDiverged
	}
}
