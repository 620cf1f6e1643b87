package pages

import (
	"slices"
	"strconv"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

// DarkPage lists what is deployed and what nobody can see.
type DarkPage struct {
	Frame
	Lead    string
	Rows    []DarkRow // oldest first
	Back    []DarkRow // un-released, rolled back and reverted; newest first
	Parts   []MonthLink
	Left    int  // how many there are that no part lists
	First   bool // the first part, which also says when there is nothing
	Later   bool // what was taken back is on later parts
	Several bool // more than one environment is watched
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

// darkPages lists what is dark, then what was taken back, in parts where these
// are many.
func (t *team) darkPages(yield func(Page) bool) bool {
	dark := t.standing(ledger.StatusDark)
	slices.SortStableFunc(dark, func(a, b standing) int { return a.in.Deployed.At.Compare(b.in.Deployed.At) })
	for i := range dark {
		dark[i].since = dark[i].in.Deployed.At
	}
	back := t.takenBack()
	lengths := []int{len(dark), len(back)}
	all := partsOf(lengths, longestPage)
	parts := min(all, mostParts)
	path := partsBelow("/dark/")
	for n := 1; n <= parts; n++ {
		s := span(lengths, longestPage, n)
		part := func() Page {
			p := at(path(n))
			page := t.darkPage(p, dark[s[0][0]:s[0][1]], back[s[1][0]:s[1][1]])
			page.Lead = t.darkLead(dark)
			page.Later = len(page.Back) == 0 && len(back) > 0
			page.Parts = partLinks(p, path, lengths, longestPage, parts)
			if page.First = n == 1; !page.First {
				page.Title += ", part " + strconv.Itoa(n)
			}
			if all > parts {
				page.Left = len(dark) + len(back) - parts*longestPage
			}
			return made(p.path, "dark", page)
		}
		if !yield(later(path(n), "dark", part)) {
			return false
		}
	}
	return true
}

func (t *team) darkPage(p place, dark, back []standing) *DarkPage {
	page := &DarkPage{Frame: t.frame(p, "dark", "Dark", "/dark/"), Several: len(t.watched) > 1}
	for _, s := range dark {
		page.Rows = append(page.Rows, t.darkRow(p, s))
	}
	for _, s := range back {
		page.Back = append(page.Back, t.darkRow(p, s))
	}
	return page
}

// darkLead says how much is dark and for how long; dark is sorted by age.
func (t *team) darkLead(dark []standing) string {
	if len(dark) == 0 {
		return ""
	}
	return count(len(dark), "change") + " deployed that nobody can see. The oldest has been dark for " +
		story.Ago(t.l.AsOf.Sub(dark[0].since)) + ", half of them for " + story.Ago(t.l.AsOf.Sub(dark[len(dark)/2].since)) + " or longer."
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
