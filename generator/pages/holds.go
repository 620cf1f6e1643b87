package pages

import "daylight/generator/ledger"

// HoldView says that a lane is held: that by policy nothing is deployed to it.
// A hold is no deployment, and takes nothing away; it tells why a lane falls
// behind.
type HoldView struct {
	Since  Stamp
	Reason string // what the source calls it: "automatic_deploys_enabled=false"
	Origin Link   // where that stands; zero where it is not known
}

// holdsOf finds the holds of all lanes. Of two repositories whose components
// have one name, the one that is held longer counts.
func holdsOf(l *ledger.Ledger) map[lane]*ledger.LaneHold {
	out := map[lane]*ledger.LaneHold{}
	for i := range l.Environments {
		e := &l.Environments[i]
		for k := range e.Holds {
			h := &e.Holds[k]
			if known := out[lane{e.Name, h.Component}]; known == nil || h.Since.Before(known.Since) {
				out[lane{e.Name, h.Component}] = h
			}
		}
	}
	return out
}

// hold shows the hold of a lane; nil where it has none.
func (t *team) hold(env ledger.EnvironmentName, c ledger.ComponentName) *HoldView {
	h := t.held[lane{env, c}]
	if h == nil {
		return nil
	}
	v := &HoldView{Since: t.stamp(h.Since), Reason: oneLine(h.Reason)}
	if places := t.origins(h.Origins); len(places) > 0 {
		v.Origin = places[0]
	}
	return v
}
