package ledger_test

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// A crowd is a set of groups that somebody may be in: none for the population
// that nothing targets, several for those who are in all of them.
type crowd []string

func (c crowd) String() string { return strings.Join(c, " and ") }

// gate says which share of each crowd is let through. The crowds are those that
// flags name; vague says that a flag could not be read.
type gate struct {
	share    func(crowd) ledger.Share
	crowds   []crowd
	excludes []string
	vague    bool
}

// join adds the crowds of another gate, and its doubt.
func (g *gate) join(other gate) {
	g.crowds = append(g.crowds, other.crowds...)
	g.excludes = append(g.excludes, other.excludes...)
	g.vague = g.vague || other.vague
}

// equal reports whether two gates let the same through.
func (g gate) equal(other gate) bool {
	for _, c := range append(append([]crowd{nil}, g.crowds...), other.crowds...) {
		if g.share(c) != other.share(c) {
			return false
		}
	}
	return g.vague == other.vague && slices.Equal(g.excludes, other.excludes)
}

func fixedGate(s ledger.Share) gate { return gate{share: func(crowd) ledger.Share { return s }} }

// settingGate is what one setting lets in: a group by its own share or by that
// of everybody, whichever is more.
func settingGate(s ledger.Setting, link ledger.FlagLink) gate {
	if s.State == ledger.FlagUnknown {
		g := fixedGate(ledger.Undecided())
		g.vague = true
		return g
	}
	base, groups, excludes := s.Percent, s.Groups, s.Excludes
	if link.Variant != "" {
		base, groups, excludes = ledger.Exactly(0), nil, nil // an unknown variant is off
		for _, v := range s.Variants {
			if v.Variant == link.Variant {
				base = v.Percent
			}
		}
	}
	if link.Negated {
		base, groups, excludes = base.Inverse(), nil, nil
		for _, name := range s.Excludes {
			groups = append(groups, ledger.GroupShare{Name: name, Percent: ledger.Everybody()})
		}
		for _, in := range s.Groups {
			excludes = append(excludes, in.Name)
		}
	}
	g := gate{excludes: excludes, share: func(c crowd) ledger.Share {
		best := base
		for _, in := range groups {
			if slices.Contains(c, in.Name) {
				best = ledger.Share{Lo: max(best.Lo, in.Percent.Lo), Hi: max(best.Hi, in.Percent.Hi)}
			}
		}
		return best
	}}
	for _, in := range groups {
		g.crowds = append(g.crowds, crowd{in.Name})
	}
	return g
}

// allGates are several flags before one change.
func allGates(gates []gate) gate {
	out := gate{share: func(c crowd) ledger.Share {
		var list []ledger.Share
		for _, g := range gates {
			list = append(list, g.share(c))
		}
		return ledger.AllOf(list...)
	}}
	crowds := []crowd{nil} // of each flag one group, or none
	for _, g := range gates {
		for _, c := range slices.Clone(crowds) {
			for _, in := range g.crowds {
				both := append(slices.Clone(c), in...)
				slices.Sort(both)
				crowds = append(crowds, slices.Compact(both))
			}
		}
		out.join(g)
	}
	out.crowds = crowds[1:]
	return out
}

// gateOf is what stands between a change and its users in a live revision of a
// lane at an instant.
func (o *oracle) gateOf(l *modelLane, c *modelChange, revision ledger.Hash, at time.Time) gate {
	said, declared := o.declared(l, c, at)
	flags, behind := o.behindFlags(l, c, revision, at)
	switch {
	case !declared:
		return flags
	case !behind:
		return said
	}
	// Where a flag says less than the declaration, the flag wins.
	least := gate{share: func(c crowd) ledger.Share {
		a, b := said.share(c), flags.share(c)
		return ledger.Share{Lo: min(a.Lo, b.Lo), Hi: min(a.Hi, b.Hi)}
	}}
	least.join(said)
	least.join(flags)
	return least
}

// behindFlags is what the flags let through that the change is behind.
func (o *oracle) behindFlags(l *modelLane, c *modelChange, revision ledger.Hash, at time.Time) (g gate, behind bool) {
	var gates []gate
	type said struct {
		key     ledger.FlagKey
		negated bool
		variant string
	}
	seen := map[said]bool{} // two commits of one change may say the same
	for _, link := range o.facts.Links {
		mine := link.Commit == c.commit.Hash || slices.Contains(c.brought, link.Commit)
		this := said{link.Key, link.Negated, link.Variant}
		if !mine || seen[this] || link.Repository != c.repo.facts.Name || link.Role != ledger.RoleBehind {
			continue
		}
		seen[this] = true
		gates = append(gates, o.flagGate(l, link, revision, at))
	}
	if len(gates) == 0 {
		return fixedGate(ledger.Everybody()), false
	}
	return allGates(gates), true
}

// declared: nothing before the declaration, its share after.
func (o *oracle) declared(l *modelLane, c *modelChange, at time.Time) (gate, bool) {
	out, found := fixedGate(ledger.Exactly(0)), o.policy.ReleasesBy == ledger.ReleasesDeclared // then everything waits for one
	newest := time.Time{}
	for _, d := range o.facts.Releases {
		named := d.Commit == c.commit.Hash || slices.Contains(c.brought, d.Commit)
		if !named || d.Environment != l.environment && (d.Environment != "" || !strings.HasPrefix(string(l.environment), "production")) {
			continue // without an environment it is about all of tier production
		}
		if d.At.At.After(o.asOf) {
			continue // nobody had declared it
		}
		found = true
		if !d.At.At.After(at) && d.At.At.After(newest) {
			newest = d.At.At
			out = settingGate(ledger.Setting{Percent: d.Percent, Groups: d.Groups}, ledger.FlagLink{})
		}
	}
	return out, found
}

// flagGate is what one flag lets through. What is behind a flag that no manifest
// knows is not shown, whichever way the link goes: nothing by mistake.
func (o *oracle) flagGate(l *modelLane, link ledger.FlagLink, revision ledger.Hash, at time.Time) gate {
	for _, h := range o.tellers(link.Key, l.environment) {
		if setting, ok := o.retired(h, l, revision, at); ok {
			return settingGate(setting, link)
		}
		switch {
		case slices.ContainsFunc(h.Steps, func(s ledger.FlagStep) bool { return s.Dated }):
			return o.logGate(h, link, l.environment, at)
		case h.Effect == ledger.EffectMerge && o.beforeBorder(h, at):
			return settingGate(ledger.Setting{State: ledger.FlagUnknown}, link)
		case h.Effect == ledger.EffectMerge:
			return o.gateAt(h, link, l, revision, at, o.mergedSteps(h, l.environment, at))
		case h.Repository == l.repo.facts.Name:
			return o.gateAt(h, link, l, revision, at, o.shippedSteps(h, l, revision))
		default:
			return o.deployedWith(h, link, l, revision, at)
		}
	}
	return fixedGate(ledger.Exactly(0))
}

// tellers are the histories of a flag. Where each environment has one of its own,
// those of the environment come first.
func (o *oracle) tellers(key ledger.FlagKey, environment ledger.EnvironmentName) []ledger.FlagHistory {
	var own, rest []ledger.FlagHistory
	for _, h := range o.facts.Flags {
		switch {
		case h.Key != key:
		case slices.ContainsFunc(h.Steps, func(s ledger.FlagStep) bool { return s.Environment == environment }):
			own = append(own, h)
		default:
			rest = append(rest, h)
		}
	}
	return append(own, rest...)
}

// modelStep is a step of a flag with the instant from which it counts.
type modelStep struct {
	ledger.FlagStep
	from time.Time
}

// stepsFor are the steps that decide in an environment, in the order of the
// mainline: those that name it, and the default's ("") while none does. named is
// false when the manifest never says anything for it.
func (o *oracle) stepsFor(h ledger.FlagHistory, environment ledger.EnvironmentName) (out []modelStep, named bool) {
	var general *ledger.FlagStep
	own := false
	for _, commit := range o.repo(h.Repository).mainline {
		for _, s := range h.Steps {
			if s.Commit == commit && s.Environment == "" {
				general = &s
				if !own {
					out = append(out, modelStep{FlagStep: s})
				}
			}
		}
		for _, s := range h.Steps {
			if s.Commit != commit || s.Environment != environment {
				continue
			}
			own = true
			if s.Removed && s.Commit != h.RetiredBy {
				// Named no more: the default counts, or nothing is known.
				own = false
				s.Setting, s.Removed = ledger.Setting{State: ledger.FlagUnknown}, false
				if general != nil {
					s.Setting, s.Plan = general.Setting, general.Plan
				}
			}
			out = append(out, modelStep{FlagStep: s})
		}
	}
	return out, len(out) > 0
}

// effective is the instant from which a commit of the mainline counts: its date,
// or its parent's instant when that is later. A commit dated after as-of takes
// its parent's.
func (o *oracle) effective(r *modelRepo, commit ledger.Hash) (at time.Time) {
	for _, h := range r.mainline {
		if date := r.commits[h].Committed; !date.After(o.asOf) && date.After(at) {
			at = date
		}
		if h == commit {
			break
		}
	}
	return at
}

// mergedSteps are the steps that took effect by merge until an instant: each
// after the source's delay.
func (o *oracle) mergedSteps(h ledger.FlagHistory, environment ledger.EnvironmentName, at time.Time) []modelStep {
	var out []modelStep
	if h.Branch != "" { // one environment, no delay, dates in order
		for _, s := range h.Steps {
			if !s.At.After(at) {
				out = append(out, modelStep{s, s.At})
			}
		}
		return out
	}
	r := o.repo(h.Repository)
	steps, named := o.stepsFor(h, environment)
	for _, commit := range r.mainline {
		from := o.effective(r, commit).Add(h.Delay)
		for _, s := range steps {
			if s.Commit == commit && !from.After(at) {
				out = append(out, modelStep{s.FlagStep, from})
			}
		}
		if !named && !from.After(at) && slices.ContainsFunc(h.Steps, func(s ledger.FlagStep) bool { return s.Commit == commit }) {
			// The flag is there, and nothing says what it does in this environment.
			out = append(out, modelStep{ledger.FlagStep{Setting: ledger.Setting{State: ledger.FlagUnknown}}, from})
		}
	}
	return out
}

// shippedSteps are the steps in the manifest that a revision carries: those of
// the newest mainline commit that it reaches, or its own where it is off the
// mainline and differs.
func (o *oracle) shippedSteps(h ledger.FlagHistory, l *modelLane, revision ledger.Hash) []modelStep {
	reached := l.repo.ancestors(revision)
	var out []modelStep
	steps, named := o.stepsFor(h, l.environment)
	for _, s := range steps {
		if reached[s.Commit] {
			s.from = o.effective(l.repo, s.Commit) // when it was written, for the last word of a removed flag
			out = append(out, s)
		}
	}
	began := func(s ledger.FlagStep) bool { return reached[s.Commit] && slices.Contains(l.repo.mainline, s.Commit) }
	if !named && slices.ContainsFunc(h.Steps, began) {
		out = append(out, modelStep{FlagStep: ledger.FlagStep{Setting: ledger.Setting{State: ledger.FlagUnknown}}})
	}
	if own, differs := o.branchStep(h, l, revision); differs {
		return []modelStep{{FlagStep: own}}
	}
	return out
}

// retired is what a trailer of the removal says, in every revision that holds
// the deleting commit. Where the manifest is in another repository than the code,
// no revision does: it counts from the instant of the removal.
func (o *oracle) retired(h ledger.FlagHistory, l *modelLane, revision ledger.Hash, at time.Time) (ledger.Setting, bool) {
	home := o.repo(h.Repository)
	if h.RetiredAs == "" || !slices.Contains(home.mainline, h.RetiredBy) {
		return ledger.Setting{}, false
	}
	if home == l.repo && !home.ancestors(revision)[h.RetiredBy] || home != l.repo && at.Before(o.effective(home, h.RetiredBy).Add(h.Delay)) {
		return ledger.Setting{}, false
	}
	if h.RetiredAs == "released" {
		return ledger.Setting{State: ledger.FlagOn, Percent: ledger.Everybody()}, true
	}
	return ledger.Setting{State: ledger.FlagOff}, true
}

// gateAt is the gate that the newest of some steps gives at an instant. Before
// the first the flag is off. Planned steps count while their version of the
// manifest is the newest.
func (o *oracle) gateAt(h ledger.FlagHistory, link ledger.FlagLink, l *modelLane, revision ledger.Hash, at time.Time, steps []modelStep) gate {
	if len(steps) == 0 {
		return settingGate(ledger.Setting{State: ledger.FlagOff}, link)
	}
	last := steps[len(steps)-1]
	if !last.Removed {
		return settingGate(planned(last, at), link)
	}
	// The last state stays: that which was in force when the entry went.
	if len(steps) == 1 {
		return settingGate(last.Setting, link)
	}
	return settingGate(planned(steps[len(steps)-2], last.from), link)
}

// planned is the setting of a step at an instant: its own, or that of the last
// planned one whose time has come.
func planned(s modelStep, at time.Time) ledger.Setting {
	out, newest := s.Setting, time.Time{}
	for _, p := range s.Plan {
		if !p.At.After(at) && !p.At.Before(newest) {
			out, newest = p.Setting, p.At
		}
	}
	return out
}

// deployedWith is a manifest in another repository that ships with a component
// of it: the interval from least to most over that lane's live revisions, and
// unknown when it has no records.
func (o *oracle) deployedWith(h ledger.FlagHistory, link ledger.FlagLink, l *modelLane, revision ledger.Hash, at time.Time) gate {
	for _, carrier := range o.lanes {
		if carrier.repo.facts.Name != h.Repository || carrier.environment != l.environment || carrier.component != h.DeployedWith {
			continue
		}
		live := carrier.at(at)
		if live.unknown() || len(live.list) == 0 {
			break
		}
		var gates []gate
		for _, e := range live.list {
			gates = append(gates, o.gateAt(h, link, l, revision, at, o.shippedSteps(h, carrier, e.revision)))
		}
		out := gate{share: func(c crowd) ledger.Share {
			s := gates[0].share(c)
			for _, g := range gates {
				s = ledger.Share{Lo: min(s.Lo, g.share(c).Lo), Hi: max(s.Hi, g.share(c).Hi)}
			}
			return s
		}}
		for _, g := range gates {
			out.join(g)
		}
		return out
	}
	return settingGate(ledger.Setting{State: ledger.FlagUnknown}, link)
}
