package pages

import (
	"cmp"
	"maps"
	"slices"

	"daylight/generator/ledger"
)

// lanes gives the table of what runs where: a row for each component that runs
// or is held anywhere, sorted by name, and a cell for each environment that is a column.
func (t *team) lanes(p place) []LaneRow {
	live := map[lane][]ledger.Live{}
	var components []ledger.ComponentName
	note := func(c ledger.ComponentName) {
		if !slices.Contains(components, c) {
			components = append(components, c)
		}
	}
	for _, i := range t.front {
		e := t.l.Environments[i]
		for _, l := range e.Live {
			note(l.Component)
			live[lane{e.Name, l.Component}] = append(live[lane{e.Name, l.Component}], l)
		}
		for _, h := range e.Holds {
			note(h.Component)
		}
	}
	slices.Sort(components)
	var out []LaneRow
	for _, c := range components {
		row := LaneRow{Component: tidy(c)}
		for _, i := range t.front {
			e := t.l.Environments[i].Name
			row.Cells = append(row.Cells, t.laneCell(p, e, c, live[lane{e, c}]))
		}
		out = append(out, row)
	}
	return out
}

// foldedLanes lists what runs in the environments that are no columns, in the
// order of the ledger, then by component.
func (t *team) foldedLanes(p place) []LaneLine {
	var out []LaneLine
	for _, i := range t.folded {
		e := t.l.Environments[i]
		live := map[ledger.ComponentName][]ledger.Live{}
		for _, l := range e.Live {
			live[l.Component] = append(live[l.Component], l)
		}
		for _, h := range e.Holds {
			live[h.Component] = append(live[h.Component], []ledger.Live{}...) // nothing may run where a lane is held
		}
		for _, c := range slices.Sorted(maps.Keys(live)) {
			out = append(out, LaneLine{t.environmentLink(p, e.Name), tier(e), tidy(c), t.laneCell(p, e.Name, c, live[c])})
		}
		if len(live) == 0 {
			out = append(out, LaneLine{Environment: t.environmentLink(p, e.Name), Tier: tier(e), Cell: LaneCell{None: true}})
		}
	}
	return out
}

func (t *team) laneCell(p place, env ledger.EnvironmentName, c ledger.ComponentName, live []ledger.Live) LaneCell {
	cell := LaneCell{Environment: tidy(env), None: len(live) == 0, Dark: t.drift.dark[lane{env, c}], Hold: t.hold(env, c)}
	for _, l := range t.shownLive(live) {
		cell.Live = append(cell.Live, t.liveView(p, l))
	}
	if cell.None {
		return cell
	}
	for _, i := range t.front {
		other := t.l.Environments[i]
		if n := t.drift.behind[apart{c, env, other.Name}]; n > 0 && other.Name != env {
			cell.Behind = append(cell.Behind, count(n, "change")+" behind "+tidy(other.Name))
		}
	}
	if n := t.drift.behindMain[lane{env, c}]; n > 0 {
		cell.Behind = append(cell.Behind, count(n, "change")+" behind the mainline")
	}
	cell.Level = len(cell.Behind) == 0
	return cell
}

// shownLive leaves out all but the newest live revisions of a lane in which
// every version stays live: a library of 300 versions is not a board.
func (t *team) shownLive(live []ledger.Live) []ledger.Live {
	const most = 4
	out := slices.Clone(live)
	if len(live) > most {
		slices.SortStableFunc(out, func(a, b ledger.Live) int { return b.Since.Compare(a.Since) })
		out = out[:most]
		if t.byVersion {
			out = out[:1]
		}
	}
	// What most people meet comes first; of equal weight, in the order of slots.
	slices.SortStableFunc(out, func(a, b ledger.Live) int { return cmp.Compare(b.Weight.Hi, a.Weight.Hi) })
	return out
}

func (t *team) liveView(p place, l ledger.Live) LiveView {
	v := LiveView{Since: t.stamp(l.Since), Revision: t.commitLink(l.Repository, l.Revision), Width: whole(l.Weight)}
	record, known := t.deploymentAt[l.Deployment]
	switch {
	case l.Version != "":
		v.Name = t.versionLink(p, l.Repository, l.Version)
	case known:
		v.Name = Link{Text: what(&t.l.Deployments[record])}
	case l.Ref != "":
		v.Name = Link{Text: oneLine(l.Ref)}
	default:
		v.Name = Link{Text: l.Revision.Short()}
	}
	v.Unknown = l.Revision.IsZero()
	if l.Slot != nil {
		v.Slot = oneLine(*l.Slot)
	}
	switch {
	case l.Weight.Hi == 0:
		v.Weight = "no traffic"
	case l.Weight != ledger.Everybody():
		v.Weight = percentWords(l.Weight) + " of traffic"
	}
	if known {
		v.Record = Link{"deployment", p.to(t.deployPath[record])}
	}
	return v
}
