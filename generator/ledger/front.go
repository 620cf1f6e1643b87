package ledger

import (
	"slices"
	"time"
)

// front is what stands between a held change and its users in one environment:
// flags and declared releases, as a function of the live revision and of time.
type front struct {
	links    []*gateLink
	declared []declaredStep
	waits    bool // nothing is shown before a declaration (releases by declaration)
	moments  []time.Time
}

// gateLink is a link prepared for one environment.
type gateLink struct {
	link
	env    EnvironmentName
	merged []effective // for effect merge
	border time.Time   // before it nothing is known of the manifest
	early  Setting     // before the first of merged
	named  bool
	first  time.Time // of a flag that the environment is not named in: when it began
	away   []awayStep
	isAway bool // the manifest ships with a lane of another repository
	// moments are when it may show something else without any deployment, up to
	// as-of, in order.
	moments []time.Time
}

// awayStep is the setting that a lane of another repository ships, from an
// instant on; several live revisions give the interval from least to most.
type awayStep struct {
	at      time.Time
	basis   Basis
	setting Setting
	written Hash
	origins []Origin
}

type declaredStep struct {
	at      time.Time
	basis   Basis
	exp     exposure
	origins []Origin
}

// plain reports whether nothing stands in front.
func (f *front) plain() bool { return len(f.links) == 0 && len(f.declared) == 0 && !f.waits }

// at gives what a revision that holds the change shows of it at an instant.
func (f *front) at(b *book, r int32, t time.Time) exposure {
	out := everyone()
	switch len(f.links) {
	case 0:
	case 1:
		out = f.links[0].at(b, r, t)
	default:
		gates := make([]exposure, len(f.links))
		for i, k := range f.links {
			gates[i] = k.at(b, r, t)
		}
		out = all(gates)
	}
	if len(f.declared) > 0 || f.waits {
		var said exposure
		for _, d := range f.declared {
			if !d.at.After(t) {
				said = d.exp
			}
		}
		if len(f.links) == 0 {
			return said
		}
		return least([]exposure{said, out})
	}
	return out
}

// at gives what one flag lets through.
func (k *gateLink) at(b *book, r int32, t time.Time) exposure {
	if k.flag == nil {
		return exposure{} // a flag that no manifest knows: nothing is shown by mistake
	}
	if s, ok := k.retired(b, r, t); ok {
		return k.exposureOf(s)
	}
	switch {
	case k.isAway:
		return k.awayAt(t)
	case k.flag.fact.Effect == EffectDeployment:
		s, _ := k.flag.inRevision(r, k.env, t)
		return k.exposureOf(s)
	case t.Before(k.border):
		return k.exposureOf(Setting{State: FlagUnknown})
	case !k.named:
		if k.first.IsZero() || t.Before(k.first) {
			return k.exposureOf(Setting{State: FlagOff})
		}
		return k.exposureOf(Setting{State: FlagUnknown})
	}
	for i := len(k.merged) - 1; i >= 0; i-- {
		if !k.merged[i].at.After(t) {
			return k.exposureOf(k.merged[i].setting)
		}
	}
	return k.exposureOf(k.early)
}

// retired gives the setting that a trailer of the removal declares, for the
// revisions that hold that commit; elsewhere from the instant of the removal.
func (k *gateLink) retired(b *book, r int32, t time.Time) (Setting, bool) {
	f := k.flag
	if f.end == none || f.fact.RetiredAs == "" {
		return Setting{}, false
	}
	if f.book == b && f.endHome {
		if f.end > b.graph.prefix[r] {
			return Setting{}, false
		}
	} else if t.Before(f.endAt) {
		return Setting{}, false
	}
	if f.fact.RetiredAs == "released" {
		return Setting{State: FlagOn, Percent: Everybody()}, true
	}
	return Setting{State: FlagOff}, true
}

func (k *gateLink) awayAt(t time.Time) exposure {
	out := exposure{share: Undecided(), unknown: true} // no records: never a fall-back to merge
	for _, s := range k.away {
		if !s.at.After(t) {
			out = k.exposureOf(s.setting)
		}
	}
	return out
}

// findMoments lists when a flag may show something else without any deployment.
func (k *gateLink) findMoments() []time.Time {
	var out []time.Time
	switch {
	case k.flag == nil:
	case k.isAway:
		for _, s := range k.away {
			out = append(out, s.at)
		}
	case k.flag.fact.Effect == EffectDeployment:
		out = append(out, k.flag.planned(k.env)...)
	default:
		for _, e := range k.merged {
			out = append(out, e.at)
		}
		if !k.named && !k.first.IsZero() {
			out = append(out, k.first)
		}
		out = append(out, k.border)
	}
	if k.flag != nil && k.flag.end != none {
		out = append(out, k.flag.endAt)
	}
	return out
}

func appendPlan(out []time.Time, plan []PlannedSetting) []time.Time {
	for _, p := range plan {
		out = append(out, p.At)
	}
	return out
}

// why gives the cause, basis and origins of what changed in front at an
// instant: a declaration, a planned step, or a step of a flag. Of manifests that
// ship with the build, those of the holders of a segment are asked. ok is false
// when nothing there has this date.
func (f *front) why(b *book, seg *segment, holders []holder, at time.Time) (cause Cause, basis Basis, origins []Origin, ok bool) {
	for _, d := range f.declared {
		if d.at.Equal(at) {
			return CauseDeclared, d.basis, d.origins, true
		}
	}
	for _, k := range f.links {
		if k.flag == nil {
			continue
		}
		for _, e := range k.merged {
			if e.at.Equal(at) {
				cause, basis, origins, ok = CauseFlag, e.basis, joinOrigins(origins, e.origins), true
				if e.planned {
					cause = CausePlan
				}
			}
		}
		if f := k.flag; f.end != none && f.fact.RetiredAs != "" && (f.book != b || !f.endHome) && f.endAt.Equal(at) {
			removal := []Origin{{Repository: f.endIn, Commit: f.fact.RetiredBy}}
			cause, basis, origins, ok = CauseFlag, BasisCommitterDate, joinOrigins(origins, removal), true
		}
		for _, s := range k.away {
			if s.at.Equal(at) {
				cause, basis, origins, ok = CauseFlag, s.basis, joinOrigins(origins, s.origins), true
			}
		}
		if !k.ships() {
			continue
		}
		for i, h := range holders {
			if !seg.holds(i) {
				continue
			}
			_, step := k.flag.inRevision(h.revision, k.env, at)
			if slices.ContainsFunc(step.Plan, func(p PlannedSetting) bool { return p.At.Equal(at) }) {
				cause, basis, origins, ok = CausePlan, BasisDeclared, joinOrigins(origins, step.Origins), true
			}
		}
	}
	return cause, basis, origins, ok
}

// ships reports whether the manifest ships with the revision that holds the change.
func (k *gateLink) ships() bool {
	return k.flag != nil && k.flag.fact.Effect == EffectDeployment && !k.isAway
}

// shipped gives the origins of the settings that ship with the holders of a
// segment, each once.
func (f *front) shipped(seg *segment, holders []holder, at time.Time) []Origin {
	var out []Origin
	for _, k := range f.links {
		if !k.ships() {
			continue
		}
		for i, h := range holders {
			if !seg.holds(i) {
				continue
			}
			_, step := k.flag.inRevision(h.revision, k.env, at)
			if len(step.Origins) > 0 && !slices.Contains(out, step.Origins[0]) {
				out = joinOrigins(out, step.Origins)
			}
		}
	}
	return out
}
