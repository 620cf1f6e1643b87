package ledger

import (
	"slices"
	"time"
)

// addLog adds a version of a log, also one that was written after as-of: it may
// tell what had happened by then.
func (t *timeline) addLog(f FlagStep, p *flagPart, x int32) {
	g := p.book.graph
	place := g.landing[x]
	if !g.onMainline(x) {
		i := slices.Index(g.later, x)
		if i < 0 {
			return
		}
		place = int32(len(g.mainline) + i)
	}
	step := flagStep{place: place, from: g.commits[x].Committed, last: f.Commit == p.fact.RetiredBy, fact: f}
	if p.book != t.book {
		step.place, step.noted = t.placeOf(step.from), step.from
	}
	t.steps[f.Environment] = append(t.steps[f.Environment], step)
}

// logged lists what a log says of a flag in an environment, oldest first: the
// lines that name it, and those that speak of every environment. Nil when the
// flag's source is no log, or its log is silent here. The newest version of the
// log counts, also for what was long ago: as-of asks when something happened,
// and not when it was written down.
func (t *timeline) logged(env EnvironmentName) []effective {
	var out []effective
	names := []EnvironmentName{"", env} // of one instant, the line that names the environment counts
	if env == "" {
		names = names[1:]
	}
	for _, name := range names {
		s, ok := t.newestLog(name)
		if !ok {
			continue
		}
		if out == nil {
			out = []effective{} // a log, though none of its lines may count
		}
		for _, p := range s.fact.Plan {
			if t.end != none && !p.At.Before(t.endAt) {
				continue // the log itself was gone by then
			}
			e := effective{setting: p.Setting, at: p.At, planned: p.At.After(s.from), basis: BasisDeclared, origins: p.Origins, written: s.fact.Commit, noted: s.noted}
			if !p.Written.IsZero() {
				e.planned, e.written, e.noted = p.At.After(p.Written), Hash{}, p.Written
			}
			if len(e.origins) == 0 {
				e.origins = s.fact.Origins
			}
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b effective) int { return a.at.Compare(b.at) })
	kept := out[:0]
	for i, e := range out {
		if i+1 == len(out) || !out[i+1].at.Equal(e.at) {
			kept = append(kept, e)
		}
	}
	return kept
}

// beforeLog is what a flag is before the first line of its log: unknown where the
// log began later than the flag, which it says itself; else off.
func (t *timeline) beforeLog(env EnvironmentName) Setting {
	for _, name := range []EnvironmentName{env, ""} {
		if s, ok := t.newestLog(name); ok && s.fact.Setting.State == FlagUnknown {
			return Setting{State: FlagUnknown}
		} else if ok {
			break
		}
	}
	return Setting{State: FlagOff}
}

// newestLog gives the newest version of a log; one that went with the flag's
// whole entry tells what was until then.
func (t *timeline) newestLog(env EnvironmentName) (flagStep, bool) {
	steps := t.steps[env]
	for i := len(steps) - 1; i >= 0; i-- {
		switch s := steps[i]; {
		case s.fact.Dated:
			return s, true
		case !s.fact.Removed || !s.last:
			return flagStep{}, false
		}
	}
	return flagStep{}, false
}

// began is when the flag's first setting takes effect in any environment.
func (t *timeline) began() time.Time {
	var first time.Time
	earlier := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	for _, env := range sortedKeys(t.steps) {
		steps := t.steps[env]
		if len(steps) == 0 {
			continue
		}
		if log, ok := t.newestLog(env); ok {
			for _, p := range log.fact.Plan {
				earlier(p.At)
			}
			continue
		}
		earlier(steps[0].from)
	}
	return first
}

// plannedIn lists the steps of a log that are to come.
func plannedIn(log []effective, env EnvironmentName, asOf time.Time) []FlagPlan {
	var out []FlagPlan
	for _, s := range log {
		if s.at.After(asOf) {
			e := gate(s.setting)
			out = append(out, FlagPlan{At: s.at.UTC(), Environment: env, State: s.setting.State, Percent: e.share,
				Groups: emptyGroups(e.groups), Origins: emptyIfNil(s.origins)})
		}
	}
	return out
}
