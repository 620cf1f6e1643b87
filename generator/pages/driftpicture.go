package pages

import (
	"cmp"
	"slices"
)

// BehindRow is a lane that is behind the mainline, with the bar that shows how
// far against the lane that is furthest behind.
type BehindRow struct {
	Component   string
	Environment Link
	Behind      int
	Text        string // "11 changes behind, 2 dark"
	Width       string // of the bar, "82%"
}

// driftRows is how many lanes the picture shows: those furthest behind.
const driftRows = 8

// driftPicture lists the lanes of the columns that are behind the mainline, the
// furthest first, then by component and in the order of the environments.
func (t *team) driftPicture(p place) []BehindRow {
	if t.byVersion {
		return nil // what is published stays; nothing runs behind
	}
	type behind struct {
		lane
		order, changes int
	}
	var all []behind
	for order, i := range t.front {
		env := t.l.Environments[i].Name
		for l, n := range t.drift.behindMain {
			if l.environment == env && n > 0 && t.runs(l) {
				all = append(all, behind{l, order, n})
			}
		}
	}
	slices.SortFunc(all, func(a, b behind) int {
		return cmp.Or(cmp.Compare(b.changes, a.changes), cmp.Compare(a.component, b.component), cmp.Compare(a.order, b.order))
	})
	var out []BehindRow
	for _, b := range all[:min(len(all), driftRows)] {
		row := BehindRow{
			Component: tidy(b.component), Environment: t.environmentLink(p, b.environment), Behind: b.changes,
			Text: count(b.changes, "change") + " behind", Width: percentOf(b.changes, all[0].changes),
		}
		if dark := t.drift.dark[b.lane]; dark > 0 {
			row.Text += ", " + number(dark) + " dark"
		}
		out = append(out, row)
	}
	return out
}

// runs reports whether a lane has anything live.
func (t *team) runs(l lane) bool {
	for _, e := range t.l.Environments {
		if e.Name != l.environment {
			continue
		}
		for _, live := range e.Live {
			if live.Component == l.component {
				return true
			}
		}
	}
	return false
}

// percentOf gives a part of a whole in percent, at least one: what is there is
// seen.
func percentOf(part, whole int) string { return number(max(part*100/whole, 1)) + "%" }
