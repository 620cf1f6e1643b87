// Package compare tells what a promotion would do: take what one environment
// runs to another, and say which changes would be deployed, which of them people
// would see at once, and which would stay dark.
//
// The two types are [Pair], two environments, and [Comparison], what follows for
// each component that runs in the first.
//
// # How it is found out
//
// By doing it: [Of] adds to the facts, for each component, a record that deploys
// the revision of the one environment to the other at the as-of, computes the
// ledger again, and compares what became of each change. So the answer honours
// all that the ledger honours: flags that are read at run time, flags that ship
// with the build, reverts, backports, declared releases, and changes that the
// other environment has and this one has not, which a promotion would take away.
// Several pairs are computed together where no two lead to the same environment.
//
// # What is promoted
//
// Of a component that runs several revisions, the one with the most traffic; of
// equal ones, the youngest. It replaces all that the component runs in the other
// environment, its slots included. A revision that could not be resolved
// promotes nothing, and the component says so.
//
// # What it does not do
//
// It promises nothing: what people do between now and the promotion counts too.
// A lane of To that is held is told, with what a promotion would do all the
// same: the hold is a policy, and what it keeps back is the question. It writes
// no sentences for pages.
package compare

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// Pair is a way to promote: what From runs goes to To.
type Pair struct {
	From ledger.EnvironmentName `json:"from"`
	To   ledger.EnvironmentName `json:"to"`
}

// Comparison is what a promotion would do. Components are sorted by repository
// and name, and are those that run in From.
type Comparison struct {
	AsOf time.Time `json:"as_of"`
	Pair
	Components []Component `json:"components"`
}

// Component is what a promotion of one component would do.
type Component struct {
	Repository ledger.RepositoryName `json:"repository"`
	Component  ledger.ComponentName  `json:"component"`
	Promotes   ledger.Live           `json:"promotes"` // what From runs
	Others     int                   `json:"others"`   // how many more revisions From runs
	Replaces   []ledger.Live         `json:"replaces"` // what To runs, sorted by slot
	Unknown    bool                  `json:"unknown"`  // the revision of From could not be resolved
	Same       bool                  `json:"same"`     // To runs that revision alone, with all of the traffic
	Hold       *ledger.LaneHold      `json:"hold"`     // of the lane in To; nil where it is not held
	// Relation says how the revision stands to what To runs now; unknown where
	// either could not be resolved.
	Relation ledger.Relation `json:"relation"`
	// Changes that a promotion would move, in the order of the ledger.
	Changes []Change `json:"changes"`
}

// Effect is what a promotion would do to a change in an environment.
type Effect string

// The effects. What is deployed is visible when the promotion lets anybody see
// it, and dark when it lets nobody.
const (
	EffectVisible Effect = "visible" // deployed, and people see it at once
	EffectDark    Effect = "dark"    // deployed, and nobody can see it
	EffectUnclear Effect = "unclear" // deployed, and what its flags say is not known
	EffectTaken   Effect = "taken"   // To has it and would lose it
	EffectMoved   Effect = "moved"   // To has it already; who sees it would change
)

// Change is a change that a promotion would move.
type Change struct {
	ID          ledger.ChangeID  `json:"id"`
	Title       string           `json:"title"`
	PullRequest int              `json:"pull_request,omitempty"`
	Effect      Effect           `json:"effect"`
	Before      Standing         `json:"before"`
	After       Standing         `json:"after"`
	Flags       []ledger.FlagKey `json:"flags"` // in front of it, in the change's order
	// Index of the change in the ledger's list.
	Index int `json:"-"`
}

// Standing is where a change stands in To.
type Standing struct {
	Status  ledger.Status       `json:"status"`
	Percent ledger.Share        `json:"percent"`
	Groups  []ledger.GroupShare `json:"groups"`
}

// Count gives how many changes of a component have an effect.
func (c Component) Count(e Effect) int {
	n := 0
	for _, ch := range c.Changes {
		if ch.Effect == e {
			n++
		}
	}
	return n
}

// most bounds the pairs of a site, against hundreds of sandboxes: each costs a
// page, and each round a computation.
const (
	mostPairs = 24
	mostFrom  = 3 // environments that lead to one
)

// Pairs lists the usual promotions: to each environment from those of the
// nearest tier below it that run something. Sorted by the order of To in the
// ledger, then of From.
func Pairs(l *ledger.Ledger) []Pair {
	ladder := []ledger.Tier{ledger.TierDevelopment, ledger.TierTesting, ledger.TierStaging, ledger.TierProduction}
	var out []Pair
	for _, to := range l.Environments {
		step := slices.Index(ladder, to.Tier)
		if to.Name == ledger.Published {
			continue
		}
		for below := step - 1; below >= 0; below-- {
			var from []Pair
			for _, e := range l.Environments {
				if e.Tier == ladder[below] && len(e.Live) > 0 && len(from) < mostFrom {
					from = append(from, Pair{e.Name, to.Name})
				}
			}
			if len(from) > 0 {
				out = append(out, from...)
				break
			}
		}
	}
	return out[:min(len(out), mostPairs)]
}

// Of compares pairs of environments of a ledger, which was computed from these
// facts, with this policy. The result is in the order of the pairs. A pair whose
// environments the ledger does not know has no components.
func Of(facts ledger.Facts, policy ledger.Policy, l *ledger.Ledger, pairs ...Pair) []Comparison {
	out := make([]Comparison, len(pairs))
	for i, p := range pairs {
		out[i] = Comparison{AsOf: l.AsOf, Pair: p, Components: componentsOf(l, p)}
	}
	for _, round := range rounds(pairs) {
		if !slices.ContainsFunc(round, func(i int) bool { return len(out[i].Components) > 0 }) {
			continue
		}
		after := ledger.Compute(promoted(facts, out, round, l.AsOf), policy, l.AsOf)
		now, relations := indexed(after), relationsOf(after)
		for _, i := range round {
			for k := range out[i].Components {
				c := &out[i].Components[k]
				if relation, ok := relations[c.recordID(out[i].Pair)]; ok {
					c.Relation = relation
				}
				c.compare(l, now, out[i].To)
			}
		}
	}
	return out
}

// rounds groups pairs so that no two of a round lead to one environment.
func rounds(pairs []Pair) [][]int {
	var out [][]int
	for i, p := range pairs {
		placed := false
		for r := range out {
			if !slices.ContainsFunc(out[r], func(k int) bool { return pairs[k].To == p.To }) {
				out[r], placed = append(out[r], i), true
				break
			}
		}
		if !placed {
			out = append(out, []int{i})
		}
	}
	return out
}

// componentsOf lists what From runs, with what To runs of the same.
func componentsOf(l *ledger.Ledger, p Pair) []Component {
	out := []Component{}
	for _, e := range l.Environments {
		if e.Name != p.From {
			continue
		}
		for _, live := range e.Live { // sorted by repository, component, slot
			n := len(out)
			if n > 0 && out[n-1].Repository == live.Repository && out[n-1].Component == live.Component {
				out[n-1].Others++
				if c := cmp.Or(cmp.Compare(live.Weight.Hi, out[n-1].Promotes.Weight.Hi), live.Since.Compare(out[n-1].Promotes.Since)); c > 0 {
					out[n-1].Promotes = live
				}
				continue
			}
			out = append(out, Component{Repository: live.Repository, Component: live.Component, Promotes: live, Relation: ledger.RelationUnknown, Replaces: []ledger.Live{}, Changes: []Change{}})
		}
	}
	for i := range out {
		c := &out[i]
		for _, e := range l.Environments {
			for _, live := range e.Live {
				if e.Name == p.To && live.Repository == c.Repository && live.Component == c.Component {
					c.Replaces = append(c.Replaces, live)
				}
			}
			for k := range e.Holds {
				if h := &e.Holds[k]; e.Name == p.To && h.Repository == c.Repository && h.Component == c.Component {
					c.Hold = h
				}
			}
		}
		c.Unknown = c.Promotes.Revision.IsZero()
		c.Same = !c.Unknown && len(c.Replaces) == 1 && c.Replaces[0].Revision == c.Promotes.Revision && c.Replaces[0].Weight == ledger.Everybody()
	}
	return out
}

// promoted gives the facts with the promotions of a round. The slices of the
// facts are not changed.
func promoted(facts ledger.Facts, all []Comparison, round []int, asOf time.Time) ledger.Facts {
	last := 0
	for _, d := range facts.Deployments {
		last = max(last, d.Order)
	}
	facts.Deployments = slices.Clone(facts.Deployments)
	for _, i := range round {
		for _, c := range all[i].Components {
			if c.Unknown {
				continue
			}
			last++ // after all that was recorded at the same instant
			facts.Deployments = append(facts.Deployments, ledger.Record{
				ID:         c.recordID(all[i].Pair),
				Repository: c.Repository, Component: c.Component, Environment: all[i].To,
				Ref: c.Promotes.Ref, Revision: c.Promotes.Revision, Kind: ledger.KindPromote, Status: ledger.RecordSucceeded,
				FinishedAt: asOf, TimeBasis: ledger.BasisDeclared, Order: last, Origins: []ledger.Origin{{Repository: c.Repository}},
			})
		}
	}
	return facts
}

// recordID names the record of a promotion.
func (c Component) recordID(p Pair) string {
	return "promotion:" + string(p.From) + ":" + string(p.To) + ":" + string(c.Repository) + ":" + string(c.Component)
}

// relationsOf gives, for each record of a promotion, how its revision stands to
// what it replaced.
func relationsOf(l *ledger.Ledger) map[string]ledger.Relation {
	out := map[string]ledger.Relation{}
	for i := range l.Deployments {
		if d := &l.Deployments[i]; strings.HasPrefix(d.ID, "promotion:") {
			out[d.ID] = d.Relation
		}
	}
	return out
}

// changeKey names a change in every ledger of the same facts.
type changeKey struct {
	repository ledger.RepositoryName
	id         ledger.ChangeID
}

func indexed(l *ledger.Ledger) map[changeKey]*ledger.Change {
	out := make(map[changeKey]*ledger.Change, len(l.Changes))
	for i := range l.Changes {
		out[changeKey{l.Changes[i].Repository, l.Changes[i].ID}] = &l.Changes[i]
	}
	return out
}

// compare lists the changes of a component that stand otherwise in the ledger
// after a promotion.
func (c *Component) compare(l *ledger.Ledger, after map[changeKey]*ledger.Change, to ledger.EnvironmentName) {
	if c.Unknown {
		return
	}
	for i := range l.Changes {
		ch := &l.Changes[i]
		if ch.Repository != c.Repository || !slices.Contains(ch.Components, c.Component) {
			continue
		}
		is := after[changeKey{ch.Repository, ch.ID}]
		if is == nil {
			continue
		}
		c.add(ch, i, standingOf(ch, to, c.Component), standingOf(is, to, c.Component))
	}
}

func (c *Component) add(ch *ledger.Change, index int, before, after Standing) {
	effect := effectOf(before, after)
	if effect == "" {
		return
	}
	v := Change{ID: ch.ID, Title: ch.Title, PullRequest: ch.PullRequest, Effect: effect, Before: before, After: after, Flags: []ledger.FlagKey{}, Index: index}
	for _, f := range ch.Flags {
		if f.Role == ledger.RoleBehind {
			v.Flags = append(v.Flags, f.Key)
		}
	}
	c.Changes = append(c.Changes, v)
}

// standingOf finds where a change stands in one lane; where the component never
// ran it is not deployed.
func standingOf(c *ledger.Change, env ledger.EnvironmentName, component ledger.ComponentName) Standing {
	out := Standing{Status: ledger.StatusNotDeployed, Groups: []ledger.GroupShare{}}
	for i := range c.Environments {
		if c.Environments[i].Environment != env {
			continue
		}
		for _, k := range c.Environments[i].Components {
			if k.Component == component {
				return Standing{k.Status, k.Percent, k.Groups}
			}
		}
	}
	return out
}

// holds reports whether a live revision has a change; known is false where a
// revision that was not resolved may have it.
func (s Standing) holds() (yes, known bool) {
	switch s.Status {
	case ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased:
		return true, true
	case ledger.StatusUnknown:
		return false, false
	}
	return false, true
}

// effectOf tells what a promotion does; "" is nothing.
func effectOf(before, after Standing) Effect {
	had, _ := before.holds()
	has, known := after.holds()
	switch {
	case had && !has && known:
		return EffectTaken
	case had && (has || !known):
		if before.Status == after.Status && before.Percent == after.Percent && slices.Equal(before.Groups, after.Groups) {
			return ""
		}
		return EffectMoved
	case before.Status == ledger.StatusUnknown && after.Status == ledger.StatusUnknown:
		return ""
	case !known:
		return EffectUnclear
	case !has:
		return ""
	case after.Status == ledger.StatusReleased || after.Status == ledger.StatusLimited:
		return EffectVisible
	}
	return EffectDark
}
