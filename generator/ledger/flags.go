package ledger

import (
	"cmp"
	"slices"
	"time"
)

// link is a flag in front of a change.
type link struct {
	flag    *timeline // nil when no manifest knows it
	negated bool
	variant string
}

// timeline is one flag's history, ready to be asked.
type timeline struct {
	fact *FlagHistory
	book *book // of the repository that holds the manifest; nil when it is not read
	// books are those of all histories, which may be one for each environment, and
	// effects what effectsOf gives for book.
	books   []*book
	effects []time.Time
	// steps per environment, in the order of the mainline; "" stands for the
	// environments that have none of their own.
	steps  map[EnvironmentName][]flagStep
	joined map[EnvironmentName][]flagStep // what own gives, for those with steps of their own
	at     map[atKey]FlagAt
	end    int32 // place of the commit that removed the entry, or none
	endAt  time.Time
	endIn  RepositoryName // of that commit
	// endHome says that the commit is on the mainline of book.
	endHome bool
	first   time.Time // the first step anywhere takes effect
	border  time.Time // before it nothing is known of the manifest; zero where its history begins

	inForce map[EnvironmentName]inForce    // for effect merge
	away    map[EnvironmentName][]awayStep // for manifests that ship with another repository's lane
}

type atKey struct {
	revision    int32
	environment EnvironmentName
}

// inForce is what a flag says in an environment over time; named is false when
// the manifest never speaks of the environment.
type inForce struct {
	list  []effective
	named bool
}

// flagStep is a FlagStep with its place on the mainline and, for effect merge,
// the instant from which it counts.
type flagStep struct {
	place int32
	from  time.Time
	noted time.Time // the date of its commit, where that is on another line
	last  bool      // it took the whole entry away
	fact  FlagStep
}

// effective is a setting in force, with what it rests on.
type effective struct {
	setting Setting
	at      time.Time // when it began, where that is known
	planned bool
	basis   Basis
	origins []Origin
	written Hash
	noted   time.Time // when it was written down, where no commit of the flag's repository tells
}

// newTimeline joins the histories of a flag. The first of which the repository is
// read is at home; they are in the order of comparePart.
func newTimeline(parts []*flagPart, asOf time.Time) *timeline {
	home := parts[0]
	if i := slices.IndexFunc(parts, func(p *flagPart) bool { return p.book != nil }); i >= 0 {
		home = parts[i]
	}
	t := &timeline{fact: joinHistories(parts), book: home.book, effects: home.effects, steps: map[EnvironmentName][]flagStep{}, at: map[atKey]FlagAt{}, end: none}
	if t.book == nil {
		return t
	}
	parts = slices.DeleteFunc(slices.Clone(parts), func(p *flagPart) bool { return p.book == nil })
	for _, p := range parts {
		t.add(p, asOf)
		t.books = append(t.books, p.book)
	}
	t.findEnd(parts, asOf)
	for env := range t.steps {
		slices.SortStableFunc(t.steps[env], func(a, b flagStep) int {
			return cmp.Or(cmp.Compare(a.place, b.place), a.from.Compare(b.from), compareStepFacts(a.fact, b.fact))
		})
		t.keepLast(t.steps[env])
	}
	t.joined = make(map[EnvironmentName][]flagStep, len(t.steps))
	for env := range t.steps {
		t.joined[env] = t.join(env)
	}
	return t
}

// compareStepFacts orders two steps of one commit and environment, which only
// faulty facts have: by state and share, removals last.
func compareStepFacts(a, b FlagStep) int {
	if a.Removed != b.Removed {
		if b.Removed {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Setting.State, b.Setting.State), cmp.Compare(a.Setting.Percent.Lo, b.Setting.Percent.Lo))
}

// keepLast gives the removal of a whole flag the setting that was in force
// then; an environment that is merely named no more has none.
func (t *timeline) keepLast(steps []flagStep) {
	for i := range steps {
		s := &steps[i]
		switch {
		case !s.fact.Removed:
		case s.last && i > 0:
			was := steps[i-1]
			s.fact.Setting, _, _ = settingAt(was.fact.Setting, was.fact.Plan, was.from, s.from)
			s.fact.Plan = nil
		default:
			s.fact.Setting, s.fact.Plan = Setting{State: FlagUnknown}, nil
		}
	}
}

// effectsOf gives, for each place of a mainline, the instant at which a manifest
// merged there takes effect: its commit's date, or its parent's instant when
// that is later; a commit dated after asOf takes its parent's.
func effectsOf(g *graph, asOf time.Time) []time.Time {
	out := make([]time.Time, len(g.mainline))
	var last time.Time
	for place, x := range g.mainline {
		if at := g.commits[x].Committed; !at.After(asOf) && at.After(last) {
			last = at
		}
		out[place] = last
	}
	return out
}

// own gives the steps that decide an environment: its own where it is named,
// those of "" elsewhere, in one list by place. named is false when the manifest
// never speaks of it.
func (t *timeline) own(env EnvironmentName) (steps []flagStep, named bool) {
	steps, named = t.joined[env]
	if !named {
		steps, named = t.joined[""]
	}
	return steps, named
}

// join puts an environment's own steps and the general ones into one list.
func (t *timeline) join(env EnvironmentName) []flagStep {
	own, general := t.steps[env], t.steps[""]
	if env == "" || len(general) == 0 {
		return own
	}
	var out []flagStep
	inOwn := false
	for i, j := 0, 0; i < len(own) || j < len(general); {
		if j >= len(general) || i < len(own) && own[i].place <= general[j].place {
			step := own[i]
			i++
			// Where the whole flag goes, its last word for the environment stays.
			inOwn = !step.fact.Removed || step.last
			if !inOwn && j > 0 {
				back := general[j-1]
				step.fact = back.fact // the environment is named no more: the general word counts again
			}
			out = append(out, step)
			continue
		}
		if !inOwn {
			out = append(out, general[j])
		}
		j++
	}
	return out
}

// lastAt gives the step in force at a place of the mainline.
func lastAt(steps []flagStep, place int32) (flagStep, bool) {
	i, found := slices.BinarySearchFunc(steps, place, func(s flagStep, place int32) int { return cmp.Compare(s.place, place) })
	for found && i+1 < len(steps) && steps[i+1].place == place {
		i++
	}
	if !found {
		i--
	}
	if i < 0 {
		return flagStep{}, false
	}
	return steps[i], true
}

// settingAt resolves the steps planned inside one version of a manifest.
func settingAt(base Setting, plan []PlannedSetting, from, at time.Time) (Setting, time.Time, bool) {
	out, since, planned := base, from, false
	best := time.Time{}
	for _, p := range plan {
		if !p.At.After(at) && !p.At.Before(best) {
			out, best = p.Setting, p.At
			if p.At.After(from) {
				since, planned = p.At, true
			}
		}
	}
	return out, since, planned
}

// merged lists the settings of an environment over time, for effect merge.
func (t *timeline) merged(env EnvironmentName, asOf time.Time) []effective {
	if log := t.logged(env); log != nil {
		return slices.DeleteFunc(log, func(e effective) bool { return e.at.After(asOf) })
	}
	steps, named := t.own(env)
	if !named {
		return nil
	}
	var out []effective
	for i, s := range steps {
		until := asOf
		if i+1 < len(steps) {
			until = steps[i+1].from
		}
		if s.from.After(asOf) {
			break
		}
		if i+1 < len(steps) && !until.After(s.from) {
			continue // lasted no time
		}
		for _, at := range momentsOf(s.fact.Plan, s.from, until, i+1 < len(steps)) {
			setting, since, planned := settingAt(s.fact.Setting, s.fact.Plan, s.from, at)
			e := effective{setting: setting, at: since, planned: planned, basis: BasisCommitterDate, origins: s.fact.Origins, written: s.fact.Commit, noted: s.noted}
			if planned {
				e.basis = BasisDeclared
			}
			out = append(out, e)
		}
	}
	return out
}

// momentsOf lists the instants at which a version of a manifest says something
// new: its own, and those planned until the next one (open) or as-of (closed).
func momentsOf(plan []PlannedSetting, from, until time.Time, open bool) []time.Time {
	out := []time.Time{from}
	for _, p := range plan {
		if p.At.After(from) && (p.At.Before(until) || !open && p.At.Equal(until)) {
			out = append(out, p.At)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// plan lists the steps after asOf that still stand in an environment.
func (t *timeline) plan(env EnvironmentName, asOf time.Time) []FlagPlan {
	steps, _ := t.own(env)
	if len(steps) == 0 || t.end != none {
		return nil
	}
	if log := t.logged(env); log != nil {
		return plannedIn(log, env, asOf)
	}
	last := steps[len(steps)-1]
	var out []FlagPlan
	for _, p := range last.fact.Plan {
		if p.At.After(asOf) {
			e := gate(p.Setting)
			out = append(out, FlagPlan{At: p.At.UTC(), Environment: env, State: p.Setting.State, Percent: e.share,
				Groups: emptyGroups(e.groups), Origins: last.fact.Origins})
		}
	}
	slices.SortStableFunc(out, func(a, b FlagPlan) int { return a.At.Compare(b.At) })
	return out
}

// exposureOf turns a setting into what it shows through a link.
func (k link) exposureOf(s Setting) exposure {
	e := gate(s)
	if k.variant != "" && s.State != FlagUnknown {
		e = exposure{share: s.variant(k.variant)}
	}
	if k.negated {
		return e.not()
	}
	return e
}
