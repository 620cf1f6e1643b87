package pages

import (
	"slices"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

// DarkPage lists what is deployed and what nobody can see.
type DarkPage struct {
	Frame
	Lead    string
	Rows    []DarkRow // oldest first
	Left    int       // how many more there are than rows
	Back    []DarkRow // un-released, rolled back and reverted; newest first
	Several bool      // more than one environment is watched
}

// DarkRow is a change that nobody can see.
type DarkRow struct {
	Change      Link
	Environment Link
	Badge       Badge
	Since       Stamp
	Age         string // "11 days"
	Flags       []Link
	Owners      string
	Why         string
	Version     Link
}

// mostDark keeps the page light. Who has more dark changes than that reads the
// data files.
const mostDark = 400

func (t *team) darkPage() Page {
	p := at("/dark/")
	page := &DarkPage{Frame: t.frame(p, "dark", "Dark", "/dark/"), Several: len(t.watched) > 1}
	dark := t.standing(ledger.StatusDark)
	slices.SortStableFunc(dark, func(a, b standing) int { return a.in.Deployed.At.Compare(b.in.Deployed.At) })
	for _, s := range dark[:min(len(dark), mostDark)] {
		s.since = s.in.Deployed.At
		page.Rows = append(page.Rows, t.darkRow(p, s))
	}
	page.Left = len(dark) - len(page.Rows)
	if len(dark) > 0 {
		oldest := dark[0].in.Deployed.At
		middle := dark[len(dark)/2].in.Deployed.At
		page.Lead = count(len(dark), "change") + " deployed that nobody can see. The oldest has been dark for " +
			story.Ago(t.l.AsOf.Sub(oldest)) + ", half of them for " + story.Ago(t.l.AsOf.Sub(middle)) + " or longer."
	}
	back := t.standing(ledger.StatusUnReleased, ledger.StatusRolledBack, ledger.StatusReverted)
	for _, s := range back[:min(len(back), mostDark)] {
		page.Back = append(page.Back, t.darkRow(p, s))
	}
	return made(p.path, "dark", page)
}

func (t *team) darkRow(p place, s standing) DarkRow {
	c := &t.l.Changes[s.change]
	row := DarkRow{
		Change: t.changeLink(p, s.change), Environment: t.environmentLink(p, s.in.Environment),
		Badge: statusBadge(s.in.Status), Since: t.stamp(s.since), Flags: t.gateLinks(p, c),
	}
	if !s.since.IsZero() {
		row.Age = story.Ago(t.l.AsOf.Sub(s.since))
	}
	if c.Version != "" {
		row.Version = t.versionLink(p, c.Repository, c.Version)
	}
	var owners []string
	for _, f := range c.Flags {
		if i, ok := t.flagAt[f.Key]; ok && f.Role == ledger.RoleBehind {
			if o := oneLine(t.l.Flags[i].Owner); o != "" && !slices.Contains(owners, o) {
				owners = append(owners, o)
			}
		}
	}
	row.Owners = list(owners)
	if why := t.tell.Why(c, s.in.Environment); len(why) > 0 {
		row.Why = why[0].Text
	}
	return row
}
