package pages

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"daylight/generator/ledger"
)

// ChangeList is a page of changes: the newest ones, or those of a month.
type ChangeList struct {
	Frame
	Lead   string
	Table  ChangeTable
	Months []MonthLink
	Empty  bool // there are no changes at all
	// Filters lead to the changes of one status, component or type; Combine to
	// the search, where several are put together.
	Filters []FilterGroup
	Combine Link
}

// newestRows is how many changes the first page of the list shows.
const newestRows = 50

// changeLists makes the list of the newest changes and a page for each month.
func (t *team) changeLists(yield func(Page) bool) bool {
	pages := t.cutChanges("/changes/", t.order)
	p := at("/changes/")
	first := &ChangeList{
		Frame:  t.frame(p, "changes", "Changes", "/changes/"),
		Months: monthLinks(p, pages), Empty: len(t.l.Changes) == 0,
		Filters: filterGroups(p, t.findFilters(), ""), Combine: t.combine(p, filter{}),
	}
	shown := min(len(t.l.Changes), newestRows)
	first.Table = t.table(p, "The newest changes", t.order[:shown])
	first.Lead = "Each change with the date on which it was deployed, and the date on which people could use it."
	if shown < len(t.l.Changes) {
		first.Lead += " These are the newest " + strconv.Itoa(shown) + " of " + number(len(t.l.Changes)) + "."
	}
	if !yield(made(p.path, "changes", first)) {
		return false
	}
	for _, m := range pages {
		if !yield(later(m.path, "changes", func() Page { return t.changeMonth(m, pages) })) {
			return false
		}
	}
	return true
}

func (t *team) changeMonth(m monthPage, all []monthPage) Page {
	p := at(m.path)
	page := &ChangeList{
		Frame: t.frame(p, "changes", "Changes: "+m.title, "/changes/"),
		Table: t.table(p, "Changes of "+m.title, m.items), Months: monthLinks(p, all),
		Lead: count(len(m.items), "change") + ", newest first.",
	}
	page.Crumbs = []Link{{"Changes", p.to("/changes/")}}
	return made(p.path, "changes", page)
}

// firstOf is the indices below n.
func firstOf(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// dateOf is the instant by which a change stands in lists: when it was merged. A
// change off the mainline has no such date; what people know of it is when it
// was first deployed anywhere. Zero when neither is known.
func dateOf(c *ledger.Change) (out time.Time) {
	if c.Merged != nil {
		return *c.Merged
	}
	for i := range c.Environments {
		if d := c.Environments[i].Deployed.At; !d.IsZero() && (out.IsZero() || d.Before(out)) {
			out = d
		}
	}
	return out
}

// orderOf puts changes by date, newest first, those of one instant and those
// without a date in the order of the ledger. Rank is the place of each.
func orderOf(changes []ledger.Change) (order, rank []int) {
	order, rank = firstOf(len(changes)), make([]int, len(changes))
	dates := make([]time.Time, len(changes))
	for i := range changes {
		dates[i] = dateOf(&changes[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return dates[b].Compare(dates[a]) })
	for at, i := range order {
		rank[i] = at
	}
	return order, rank
}

// changePages makes the page of each change, and the redirects of its aliases.
func (t *team) changePages(yield func(Page) bool) bool {
	used := map[string]bool{}
	for i := range t.l.Changes {
		if !yield(later(t.changePath[i], "change", func() Page { return t.changePage(i) })) {
			return false
		}
		used[t.changePath[i]] = true
	}
	for i := range t.l.Changes {
		c := &t.l.Changes[i]
		for _, a := range c.Aliases {
			from := "/changes/" + Segment(string(a)) + "/"
			if used[from] {
				continue
			}
			used[from] = true
			if !yield(t.redirect(from, t.changePath[i], changeTitle(c))) {
				return false
			}
		}
	}
	return true
}

// pullRequests makes the short addresses of pull requests, by number. A number
// that names several changes (in several repositories, or merged in parts) gets
// a page that lists them.
func (t *team) pullRequests(yield func(Page) bool) bool {
	of := map[int][]int{}
	var numbers []int
	for i := range t.l.Changes {
		n := t.l.Changes[i].PullRequest
		if n <= 0 {
			continue
		}
		if of[n] == nil {
			numbers = append(numbers, n)
		}
		of[n] = append(of[n], i)
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Compare(b, a) })
	for _, n := range numbers {
		path := "/changes/pr/" + strconv.Itoa(n) + "/"
		page := t.choices(path, n, of[n])
		if changes := of[n]; len(changes) == 1 {
			page = t.redirect(path, t.changePath[changes[0]], changeTitle(&t.l.Changes[changes[0]]))
		}
		if !yield(page) {
			return false
		}
	}
	return true
}

func (t *team) choices(path string, n int, changes []int) Page {
	p := at(path)
	page := &Choices{
		Frame: t.frame(p, "choices", "Pull request #"+strconv.Itoa(n), "/changes/"),
		Lead:  "More than one change has this number.", Links: t.changeLinks(p, changes),
	}
	page.Crumbs = []Link{{"Changes", p.to("/changes/")}}
	page.NoIndex = true
	if len(t.repos) > 1 {
		for i, k := range changes {
			page.Links[i].Text = tidy(t.l.Changes[k].Repository) + ": " + page.Links[i].Text
		}
	}
	return made(path, "choices", page)
}
