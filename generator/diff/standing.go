package diff

import (
	"slices"
	"time"
)

// Standing gives the dates of a newer build that were published otherwise once:
// those that an older build says so of and that still differ, in its order, then
// those that moved since, as Corrections lists them. What has vanished has no
// page that could say so. Each is told with the title, the id and the new date
// of the newer build, and of a note with nothing else that an older file says.
func Standing(older, newer Snapshot) []Correction {
	var out []Correction
	now := newIndex(newer)
	add := func(c Correction) {
		e := now.find(&Entry{Repository: c.Repository, ID: c.ID})
		if e == nil {
			return
		}
		old, err := time.Parse(time.RFC3339, c.Old)
		in := e.in(c.Environment)
		if err != nil || in == nil {
			return // a file that was changed by hand, or an environment that is gone
		}
		is := in.date(c.What)
		c.ID, c.Title, c.New, c.Old = e.ID, e.Title, "", old.UTC().Format(time.RFC3339)
		if c.Repository == "" {
			// For a note nothing is taken over from the file but the date itself.
			c.Reason = reason(&Date{}, is)
		}
		if is != nil {
			c.New = is.At.UTC().Format(time.RFC3339)
		}
		for _, o := range out {
			if o.Repository == c.Repository && o.ID == c.ID && o.Environment == c.Environment && o.What == c.What && o.Old == c.Old {
				return
			}
		}
		if c.Old != c.New && slices.Contains([]string{"deployed", "first exposed", "released"}, c.What) {
			out = append(out, c)
		}
	}
	if older.Audience == newer.Audience {
		for _, c := range older.Moved {
			add(c)
		}
	}
	for _, c := range Corrections(older, newer) {
		if c.Rule == DateMoved {
			add(c)
		}
	}
	return out
}

// date gives one of the dates of an entry by the word for it, nil for none.
func (in *InEnvironment) date(what string) *Date {
	switch what {
	case "deployed":
		return in.Deployed
	case "first exposed":
		return in.FirstExposed
	case "released":
		return in.Released
	}
	return nil
}
