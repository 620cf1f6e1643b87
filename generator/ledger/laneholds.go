package ledger

import (
	"cmp"
	"slices"
)

// laneHolds lists the lanes that are held as of the ledger, by environment,
// sorted by repository and component.
func (c *computation) laneHolds() map[EnvironmentName][]LaneHold {
	list := slices.Clone(c.facts.Holds)
	// The last word of an instant is the one with the last origin: sources tell
	// a lane's holds one by one.
	slices.SortFunc(list, func(a, b Hold) int {
		return cmp.Or(a.At.At.Compare(b.At.At), slices.CompareFunc(a.Origins, b.Origins, CompareOrigins), cmp.Compare(a.Reason, b.Reason))
	})
	last := map[laneName]Hold{}
	for _, h := range list {
		b := c.home(h.Repository)
		if b == nil || !h.At.Known() || h.At.At.After(c.asOf) {
			continue
		}
		name := c.laneNameOf(b, &Record{Environment: h.Environment, Component: h.Component})
		last[name] = h
	}
	out := map[EnvironmentName][]LaneHold{}
	for name, h := range last {
		if h.Held {
			out[name.environment] = append(out[name.environment], LaneHold{
				Repository: name.repository, Component: name.component, Since: h.At.At.UTC(), Basis: h.At.Basis, Reason: h.Reason, Origins: emptyIfNil(h.Origins),
			})
		}
	}
	for _, holds := range out {
		slices.SortFunc(holds, func(a, b LaneHold) int {
			return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Component, b.Component))
		})
	}
	return out
}
