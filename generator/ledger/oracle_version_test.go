package ledger_test

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Releases by version: every version stays with its readers for good.

func (o *oracle) byVersion() bool {
	none := len(o.facts.Deployments) == 0 && len(o.facts.Flags) == 0
	return o.policy.ReleasesBy == ledger.ReleasesVersion || o.policy.ReleasesBy == ledger.ReleasesAuto && none
}

// offered lists the versions that readers of a component could get by an
// instant. Pre-releases count only where as-of knows of nothing else.
func (o *oracle) offered(r *modelRepo, k ledger.ComponentName, by time.Time) (out []ledger.VersionFact) {
	var full, all []ledger.VersionFact
	for _, v := range r.facts.Versions {
		if (v.Component == "" || v.Component == k) && !v.When.At.After(o.asOf) {
			all = append(all, v)
			if !v.Prerelease {
				full = append(full, v)
			}
		}
	}
	if len(full) > 0 {
		all = full
	}
	return slices.DeleteFunc(all, func(v ledger.VersionFact) bool { return v.When.At.After(by) })
}

// publishedNow is the greatest version of each component.
func (o *oracle) publishedNow() (out []ledger.Live) {
	for _, r := range o.repos {
		for _, k := range r.facts.Components {
			list := o.offered(r, k, o.asOf)
			if len(list) == 0 {
				continue
			}
			v := slices.MaxFunc(list, func(a, b ledger.VersionFact) int {
				return cmp.Or(cmp.Compare(a.Order, b.Order), a.When.At.Compare(b.When.At), cmp.Compare(a.Name, b.Name))
			})
			out = append(out, ledger.Live{Component: k, Revision: v.Commit, Weight: ledger.Everybody(), Since: v.When.At})
		}
	}
	return out
}

// published is where a change stands with the readers of versions: held once a
// version holds it, by all of its components.
func (o *oracle) published(c *modelChange, instants []time.Time, revertStands bool) ledger.InEnvironment {
	in := ledger.InEnvironment{Environment: ledger.Published}
	perPart := make([][]modelState, len(c.components))
	var whole []modelState
	for _, at := range instants {
		var now []modelState
		for i, k := range c.components {
			s := modelState{at: at, runs: true, exposure: fixedGate(ledger.Everybody())}
			for _, v := range o.offered(c.repo, k, at) {
				switch {
				case c.repo.holds(v.Commit, c):
					s.held = yes
				case s.held == no && c.repo.mayHold(v.Commit, c):
					s.held = unknown
				}
			}
			if len(perPart[i]) > 0 && perPart[i][len(perPart[i])-1].held == yes {
				s.held = yes // what was published stays
			}
			now, perPart[i] = append(now, s), append(perPart[i], s)
		}
		whole = append(whole, together(at, now))
	}
	in.State = story(whole, o.policy, revertStands)
	for i, k := range c.components {
		in.Components = append(in.Components, ledger.InComponent{Component: k, State: story(perPart[i], o.policy, revertStands)})
	}
	return in
}
