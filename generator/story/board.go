package story

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Board is what runs where, as rows, as of the ledger's as-of.
type Board struct {
	AsOf     time.Time `json:"as_of"`
	Rows     []Row     `json:"rows"`
	Problems int       `json:"problems"` // of level warning and error
}

// Row is one live revision of a lane, or a lane in which nothing runs. Counts
// are of the changes of the lane's component.
type Row struct {
	Environment ledger.EnvironmentName `json:"environment"`
	Tier        ledger.Tier            `json:"tier"`
	Repository  ledger.RepositoryName  `json:"repository"`
	Component   ledger.ComponentName   `json:"component"`
	Slot        string                 `json:"slot"`
	Runs        string                 `json:"runs"` // version, else ref, else commit; "" when nothing runs
	Weight      ledger.Share           `json:"weight"`
	Since       *time.Time             `json:"since"`
	// Behind counts the mainline's changes that the lane does not hold; Behind
	// is -1 where that is unknown.
	Behind int `json:"behind"`
	// Hold is there where the lane is held by policy.
	Hold      *ledger.LaneHold `json:"hold,omitempty"`
	Dark      int              `json:"dark"`
	Limited   int              `json:"limited"`
	Released  int              `json:"released"`
	TakenBack int              `json:"taken_back"` // un-released, rolled back, reverted
}

// lane counts the changes of one environment and component.
type lane struct {
	row     Row
	unknown int
}

// Board lists the live revisions. Rows are sorted by environment in the order
// of the ledger, then by repository, component and slot; lanes that are held and
// run nothing follow those that run.
func (t *Teller) Board() Board {
	b := Board{AsOf: t.ledger.AsOf}
	for _, p := range t.ledger.Problems {
		if p.Level != ledger.LevelInfo {
			b.Problems++
		}
	}
	for _, e := range t.ledger.Environments {
		lanes := t.countLanes(e.Name)
		for _, l := range e.Live {
			k := lanes[laneKey{l.Repository, l.Component}]
			r := k.row
			r.Environment, r.Tier, r.Repository, r.Component = e.Name, e.Tier, l.Repository, l.Component
			if l.Slot != nil {
				r.Slot = *l.Slot
			}
			since := l.Since.UTC()
			r.Runs, r.Weight, r.Since = t.liveName(l), l.Weight, &since
			r.Hold = holdOf(e, l.Repository, l.Component)
			if r.Runs == "" {
				r.Runs = "a commit that could not be resolved"
			}
			if k.unknown > 0 || l.Revision.IsZero() {
				r.Behind = -1
			}
			b.Rows = append(b.Rows, r)
		}
		held := heldIdle(e)
		b.Rows = append(b.Rows, held...)
		if len(e.Live)+len(held) == 0 {
			b.Rows = append(b.Rows, Row{Environment: e.Name, Tier: e.Tier, Behind: -1})
		}
	}
	return b
}

// holdOf finds the hold of a lane of an environment; nil where it has none.
func holdOf(e ledger.Environment, repository ledger.RepositoryName, component ledger.ComponentName) *ledger.LaneHold {
	for i := range e.Holds {
		if h := &e.Holds[i]; h.Repository == repository && h.Component == component {
			return h
		}
	}
	return nil
}

// heldIdle lists the lanes that are held and run nothing, in the order of holds.
func heldIdle(e ledger.Environment) []Row {
	var out []Row
	for i := range e.Holds {
		h := &e.Holds[i]
		runs := slices.ContainsFunc(e.Live, func(l ledger.Live) bool { return l.Repository == h.Repository && l.Component == h.Component })
		if !runs {
			out = append(out, Row{Environment: e.Name, Tier: e.Tier, Repository: h.Repository, Component: h.Component, Behind: -1, Hold: h})
		}
	}
	return out
}

type laneKey struct {
	repository ledger.RepositoryName
	component  ledger.ComponentName
}

// countLanes counts, for each lane of an environment, its changes by status.
func (t *Teller) countLanes(env ledger.EnvironmentName) map[laneKey]lane {
	lanes := map[laneKey]lane{}
	for i := range t.ledger.Changes {
		c := &t.ledger.Changes[i]
		in := inEnvironment(c, env)
		if in == nil {
			continue
		}
		parts := in.Components
		if len(parts) == 0 { // a reduced ledger has no lanes
			for _, k := range c.Components {
				parts = append(parts, ledger.InComponent{Component: k, State: in.State})
			}
		}
		for _, p := range parts {
			k := laneKey{c.Repository, p.Component}
			l := lanes[k]
			l.add(c, p.State)
			lanes[k] = l
		}
	}
	return lanes
}

func (l *lane) add(c *ledger.Change, s ledger.State) {
	switch s.Status {
	case ledger.StatusDark:
		l.row.Dark++
	case ledger.StatusLimited:
		l.row.Limited++
	case ledger.StatusReleased:
		l.row.Released++
	case ledger.StatusUnReleased:
		l.row.TakenBack++
	case ledger.StatusRolledBack, ledger.StatusReverted:
		l.row.TakenBack++
	case ledger.StatusUnknown:
		if !s.Deployed.Known() { // else it is held, and only who sees it is unknown
			l.unknown++
		}
	}
	if !c.OffMainline && (s.Status == ledger.StatusNotDeployed || s.Status == ledger.StatusRolledBack) {
		l.row.Behind++
	}
}

// Dark lists the changes that are deployed to an environment and that nobody
// can see, oldest deployment first, then by repository and id.
func (t *Teller) Dark(env ledger.EnvironmentName) []*ledger.Change {
	var out []*ledger.Change
	for i := range t.ledger.Changes {
		c := &t.ledger.Changes[i]
		if in := inEnvironment(c, env); in != nil && in.Status == ledger.StatusDark {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *ledger.Change) int {
		return cmp.Or(
			inEnvironment(a, env).Deployed.At.Compare(inEnvironment(b, env).Deployed.At),
			cmp.Compare(a.Repository, b.Repository),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return out
}
