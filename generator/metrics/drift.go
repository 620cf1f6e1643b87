package metrics

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Drift is how far what one environment runs is from what another runs, or from
// the mainline, for one component, as of now.
type Drift struct {
	Repository ledger.RepositoryName  `json:"repository"`
	Component  ledger.ComponentName   `json:"component"`
	Behind     ledger.EnvironmentName `json:"behind"` // lacks the changes
	// Ahead has them. "" is the mainline.
	Ahead   ledger.EnvironmentName `json:"ahead"`
	Changes int                    `json:"changes"`
	Commits int                    `json:"commits"` // that those changes brought in
	// Age is how long the oldest of the changes has waited: since it came to
	// Ahead. It is nil without any, and where no date is known.
	Age *Seconds `json:"age"`
	// Unknown counts the changes of which it is not known whether one of the two
	// has them.
	Unknown int `json:"unknown"`
}

// measureDrift compares each two environments of a component, and each with the
// mainline. A change that a standing revert undid counts nowhere: nobody waits
// for it. Sorted by repository, component, then the ledger's environments.
func measureDrift(l *ledger.Ledger) []Drift {
	rank := map[ledger.EnvironmentName]int{"": -1}
	for i, e := range l.Environments {
		rank[e.Name] = i
	}
	type key struct {
		repository    ledger.RepositoryName
		component     ledger.ComponentName
		behind, ahead ledger.EnvironmentName
	}
	found := map[key]*Drift{}
	at := func(k key) *Drift {
		if found[k] == nil {
			found[k] = &Drift{Repository: k.repository, Component: k.component, Behind: k.behind, Ahead: k.ahead}
		}
		return found[k]
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		for _, component := range c.Components {
			stands := standsOf(c, component)
			for _, a := range stands {
				for _, b := range stands {
					if a.environment != b.environment {
						at(key{c.Repository, component, a.environment, b.environment}).add(c, a.State, b.State, b.Deployed.At, l.AsOf)
					}
				}
				if !c.OffMainline && c.Merged != nil {
					main := &ledger.State{Status: ledger.StatusDark}
					at(key{c.Repository, component, a.environment, ""}).add(c, a.State, main, *c.Merged, l.AsOf)
				}
			}
		}
	}
	out := []Drift{}
	for _, d := range found {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Drift) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Component, b.Component), rank[a.Behind]-rank[b.Behind],
			rank[a.Ahead]-rank[b.Ahead])
	})
	return out
}

// stand is a change's state in a lane.
type stand struct {
	environment ledger.EnvironmentName
	*ledger.State
}

func standsOf(c *ledger.Change, component ledger.ComponentName) []stand {
	var out []stand
	for i := range c.Environments {
		for j := range c.Environments[i].Components {
			if k := &c.Environments[i].Components[j]; k.Component == component {
				out = append(out, stand{c.Environments[i].Environment, &k.State})
			}
		}
	}
	return out
}

// add counts a change that ahead may have and behind may lack.
func (d *Drift) add(c *ledger.Change, behind, ahead *ledger.State, since, asOf time.Time) {
	if behind.Status == ledger.StatusReverted || ahead.Status == ledger.StatusReverted {
		return
	}
	if behind.Status == ledger.StatusUnknown && mayHold(ahead.Status) || ahead.Status == ledger.StatusUnknown && !holds(behind.Status) {
		d.Unknown++
		return
	}
	if holds(behind.Status) || !holds(ahead.Status) {
		return
	}
	d.Changes++
	d.Commits += len(c.Commits)
	if since.IsZero() || since.After(asOf) {
		return
	}
	if age := Seconds(asOf.Sub(since)); d.Age == nil || age > *d.Age {
		d.Age = &age
	}
}

// holds reports whether a status says that the code is there.
func holds(s ledger.Status) bool {
	switch s {
	case ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased:
		return true
	}
	return false
}

func mayHold(s ledger.Status) bool { return holds(s) || s == ledger.StatusUnknown }
