package pages

import "strconv"

// monthPage is one page of a long list that is cut by month.
type monthPage struct {
	path  string
	title string // "March 2026", or "March 2026, part 1"
	items []int  // what the caller's list holds at these indices
}

// longestPage is how many items a page of a list shows.
const longestPage = 100

// months cuts a list of n dated items, newest first, into pages below prefix. A
// month with more items than fit is cut into parts that are counted from its
// beginning: a new item changes the newest part alone. Items without an instant
// come last, on a page of their own.
func months(prefix string, n int, month func(i int) (key, name string)) []monthPage {
	var out []monthPage
	for from := 0; from < n; {
		key, name := month(from)
		to := from
		for to < n {
			if k, _ := month(to); k != key {
				break
			}
			to++
		}
		out = append(out, parts(prefix, key, name, from, to)...)
		from = to
	}
	return out
}

// parts cuts one month, newest part first. The newest has the month's address.
func parts(prefix, key, name string, from, to int) []monthPage {
	number := (to - from + longestPage - 1) / longestPage
	var out []monthPage
	for part := number; part >= 1; part-- {
		// Part 1 holds the oldest items, which are the last of the list.
		end := to - (part-1)*longestPage
		p := monthPage{path: prefix + key + "/", title: name}
		if part < number {
			p.path += "part-" + strconv.Itoa(part) + "/"
		}
		if number > 1 {
			p.title += ", part " + strconv.Itoa(part)
		}
		for i := max(from, end-longestPage); i < end; i++ {
			p.items = append(p.items, i)
		}
		out = append(out, p)
	}
	return out
}

// MonthLink leads to one page.
type MonthLink struct {
	Link
	Count   int
	Current bool
}

// monthLinks links all pages of a list from p.
func monthLinks(p place, pages []monthPage) []MonthLink {
	var out []MonthLink
	for _, m := range pages {
		out = append(out, MonthLink{Link{m.title, p.to(m.path)}, len(m.items), m.path == p.path})
	}
	return out
}

// undated is the month of what has no instant.
const undated = "undated"
