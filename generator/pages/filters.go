package pages

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// FilterGroup is a property by which a list can be narrowed down, with a link
// for each value.
type FilterGroup struct {
	Name  string // "Status"
	Links []FilterLink
}

// FilterLink leads to the list of one value.
type FilterLink struct {
	Link
	Count   int
	Current bool
}

// mostTypes bounds the lists by type: types come from messages, in which
// anything can stand.
const mostTypes = 12

// filter is a list of the changes that have one value of one property.
type filter struct {
	group, word string // "Status", "Dark"
	path        string
	items       []int // of the ledger, in the order of lists
}

// findFilters gives the filters that let some changes through and not all, by
// group: statuses in the order of statuses, components by name, and the types
// that are used most.
func (t *team) findFilters() []filter {
	byStatus, byComponent, byType := map[string][]int{}, map[string][]int{}, map[string][]int{}
	for _, i := range t.order {
		c := &t.l.Changes[i]
		if t.runsWatched(i) {
			class := statusBadge(t.standingOf(i)).Class
			byStatus[class] = append(byStatus[class], i)
		}
		for _, name := range c.Components {
			byComponent[string(name)] = append(byComponent[string(name)], i)
		}
		if c.Type != "" {
			byType[c.Type] = append(byType[c.Type], i)
		}
	}
	taken := taken{}
	var out []filter
	add := func(group, word, key string, items []int) {
		if len(items) > 0 && len(items) < len(t.order) {
			out = append(out, filter{group, word, taken.claim("/changes/"+strings.ToLower(group)+"/", key), items})
		}
	}
	for _, s := range statuses() {
		b := statusBadge(s)
		add("Status", b.Word, b.Class, byStatus[b.Class])
	}
	for _, name := range slices.Sorted(maps.Keys(byComponent)) {
		add("Component", tidy(ledger.ComponentName(name)), name, byComponent[name])
	}
	types := slices.Sorted(maps.Keys(byType))
	slices.SortStableFunc(types, func(a, b string) int { return cmp.Compare(len(byType[b]), len(byType[a])) })
	for _, name := range types[:min(len(types), mostTypes)] {
		add("Type", titleOf(name), name, byType[name])
	}
	return out
}

// filterGroups links every filter from a page.
func filterGroups(p place, filters []filter, current string) []FilterGroup {
	var out []FilterGroup
	for _, f := range filters {
		if n := len(out); n == 0 || out[n-1].Name != f.group {
			out = append(out, FilterGroup{Name: f.group})
		}
		last := &out[len(out)-1]
		last.Links = append(last.Links, FilterLink{Link{f.word, p.to(f.path)}, len(f.items), f.path == current})
	}
	return out
}

// filteredLists makes the pages of each filter: the newest changes, and a page
// for each month, as for the whole list.
func (t *team) filteredLists(yield func(Page) bool) bool {
	filters := t.findFilters()
	for _, f := range filters {
		cuts := t.cutChanges(f.path, f.items)
		if !yield(later(f.path, "changes", func() Page { return t.filteredList(f, filters, cuts) })) {
			return false
		}
		if len(f.items) <= newestRows {
			continue // the first page shows all
		}
		for _, m := range cuts {
			if !yield(later(m.path, "changes", func() Page { return t.filteredMonth(f, filters, m, cuts) })) {
				return false
			}
		}
	}
	return true
}

func (t *team) filteredList(f filter, filters []filter, cuts []monthPage) Page {
	p := at(f.path)
	shown := min(len(f.items), newestRows)
	page := &ChangeList{
		Frame: t.frame(p, "changes", f.title(), "/changes/"), Filters: filterGroups(p, filters, f.path),
		Combine: t.combine(p, f), Lead: count(len(f.items), "change") + ".",
	}
	page.Crumbs = []Link{{"Changes", p.to("/changes/")}}
	page.Table = t.table(p, f.title()+", newest first", f.items[:shown])
	if shown < len(f.items) {
		page.Lead = "The newest " + number(shown) + " of " + count(len(f.items), "change") + "."
		page.Months = monthLinks(p, cuts)
	}
	return made(p.path, "changes", page)
}

func (t *team) filteredMonth(f filter, filters []filter, m monthPage, cuts []monthPage) Page {
	p := at(m.path)
	page := &ChangeList{
		Frame: t.frame(p, "changes", f.title()+", "+m.title, "/changes/"), Filters: filterGroups(p, filters, f.path),
		Combine: t.combine(p, f), Months: monthLinks(p, cuts), Lead: count(len(m.items), "change") + ", newest first.",
	}
	page.Crumbs = []Link{{"Changes", p.to("/changes/")}, {f.title(), p.to(f.path)}}
	page.Table = t.table(p, f.title()+", "+m.title, m.items)
	return made(p.path, "changes", page)
}

func (f filter) title() string { return "Changes: " + f.word }

// combine leads to the search, where filters are put together.
func (t *team) combine(p place, f filter) Link {
	q := url.Values{"kind": {"Change"}}
	if f.group != "" {
		q.Set(strings.ToLower(f.group), f.word)
	}
	return Link{"Combine with others", p.to("/search/") + "?" + q.Encode()}
}

// cutChanges cuts a list of changes by month, as pages below a prefix.
func (t *team) cutChanges(prefix string, items []int) []monthPage {
	cuts := months(prefix, len(items), func(i int) (string, string) {
		if date := dateOf(&t.l.Changes[items[i]]); !date.IsZero() {
			return t.month(date)
		}
		return undated, "Without a date"
	})
	for _, m := range cuts {
		for k, i := range m.items {
			m.items[k] = items[i]
		}
	}
	return cuts
}
