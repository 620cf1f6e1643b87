package pages

import "time"

// MovedDate is a date that was published otherwise once. What people wrote down
// does not become another date in silence.
type MovedDate struct {
	What        string     // "deployed", "first exposed", "released"
	Environment string     // "" or the audience on a public site
	Old         *time.Time // required
	New         *time.Time // nil: there is no such date any more
	Reason      string     // what the two rest on; untrusted
}

// MovedChange is such a date of a change.
type MovedChange struct {
	Repository, ID string
	MovedDate
}

// MovedView tells of a moved date on a page.
type MovedView struct {
	What, Environment string
	Old               Stamp
	New               Stamp // empty: there is none any more
	Reason            string
}

// movedViews tells moved dates, in their order; ageless, since they do not change.
func (c clock) movedViews(list []MovedDate, withEnvironment bool) []MovedView {
	var out []MovedView
	for _, m := range list {
		v := MovedView{What: m.What, Old: c.maybe(m.Old), New: c.maybe(m.New), Reason: oneLine(m.Reason)}
		v.Old.Age, v.New.Age = "", ""
		if withEnvironment {
			v.Environment = oneLine(m.Environment)
		}
		out = append(out, v)
	}
	return out
}
