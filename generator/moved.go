package generator

import (
	"time"

	"daylight/generator/diff"
	"daylight/generator/pages"
)

// movedOf hands the dates that were published otherwise to the pages, by the id
// of what they are dates of.
func movedOf(list []diff.Correction) map[string][]pages.MovedDate {
	out := map[string][]pages.MovedDate{}
	for _, m := range movedChanges(list) {
		out[m.ID] = append(out[m.ID], m.MovedDate)
	}
	return out
}

// movedChanges does so for the changes of the team's site, in their order.
func movedChanges(list []diff.Correction) []pages.MovedChange {
	var out []pages.MovedChange
	for _, c := range list {
		m := pages.MovedDate{What: c.What, Environment: string(c.Environment), Reason: c.Reason, Old: moment(c.Old), New: moment(c.New)}
		if m.Old != nil {
			out = append(out, pages.MovedChange{Repository: string(c.Repository), ID: c.ID, MovedDate: m})
		}
	}
	return out
}

// moment reads an instant of a correction, nil for none.
func moment(s string) *time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil
	}
	return &t
}
