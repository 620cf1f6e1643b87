package ledger

import "time"

// inRevision gives the setting in the manifest of a revision of the manifest's
// own repository, at an instant, and the step that it comes from. Before its
// first entry a flag is off; in an environment that the manifest does not name
// it is unknown.
func (t *timeline) inRevision(r int32, env EnvironmentName, at time.Time) (Setting, FlagStep) {
	if len(t.at) > 0 {
		if step, differs := t.branchSays(r, env); differs {
			if step.Removed {
				return Setting{State: t.withoutEntry(r)}, step
			}
			s, _, _ := settingAt(step.Setting, step.Plan, time.Time{}, at)
			return s, step
		}
	}
	steps, named := t.own(env)
	if !named && t.startedBy(r) {
		return Setting{State: FlagUnknown}, FlagStep{}
	}
	step, ok := lastAt(steps, t.book.graph.prefix[r])
	if !ok {
		return Setting{State: FlagOff}, FlagStep{}
	}
	s, _, _ := settingAt(step.fact.Setting, step.fact.Plan, time.Time{}, at)
	return s, step.fact
}

// branchSays gives what the manifest of a revision off the mainline says of an
// environment where that is not what the commit says that it forked from. An
// environment that the branch does not name has its general word.
func (t *timeline) branchSays(r int32, env EnvironmentName) (step FlagStep, differs bool) {
	own, differs := t.at[atKey{r, env}]
	if differs && !own.Removed {
		return own.asStep(), true
	}
	general, alsoGeneral := t.at[atKey{r, ""}]
	if !differs && (!alsoGeneral || t.namedAt(env, r)) {
		return FlagStep{}, false
	}
	if alsoGeneral {
		return general.asStep(), true
	}
	if fork, ok := lastAt(t.steps[""], t.book.graph.prefix[r]); ok && !fork.fact.Removed {
		return fork.fact, true
	}
	return own.asStep(), true
}

func (f *FlagAt) asStep() FlagStep {
	return FlagStep{Commit: f.Revision, Environment: f.Environment, Setting: f.Setting, Plan: f.Plan, Removed: f.Removed, Origins: f.Origins}
}

// namedAt reports whether the manifest names an environment at the mainline
// commit that a revision forked from.
func (t *timeline) namedAt(env EnvironmentName, r int32) bool {
	step, ok := lastAt(t.steps[env], t.book.graph.prefix[r])
	return ok && !step.fact.Removed
}

// withoutEntry is the state in an environment that a branch took out of its
// manifest: off where the whole flag went, unknown where others stayed.
func (t *timeline) withoutEntry(r int32) FlagState {
	for env := range t.steps {
		if own, differs := t.at[atKey{r, env}]; differs && !own.Removed || !differs && t.namedAt(env, r) {
			return FlagUnknown
		}
	}
	for key, own := range t.at {
		if key.revision == r && !own.Removed {
			return FlagUnknown // an environment that the mainline does not name
		}
	}
	return FlagOff
}

// startedBy reports whether the manifest of revision r knows the flag at all.
func (t *timeline) startedBy(r int32) bool {
	for _, steps := range t.steps {
		if steps[0].place <= t.book.graph.prefix[r] {
			return true
		}
	}
	return false
}

// planned lists the instants of all steps that some manifest plans for an
// environment, in no order: those of the mainline, of branches, and of the
// general word, which counts on a branch that does not name the environment.
func (t *timeline) planned(env EnvironmentName) []time.Time {
	var out []time.Time
	steps, _ := t.own(env)
	for _, s := range steps {
		out = appendPlan(out, s.fact.Plan)
	}
	general := false
	for key, f := range t.at {
		if key.environment == env || key.environment == "" {
			out = appendPlan(out, f.Plan)
			general = true
		}
	}
	if general && env != "" {
		for _, s := range t.steps[""] {
			out = appendPlan(out, s.fact.Plan)
		}
	}
	return out
}
