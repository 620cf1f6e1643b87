package pages

import "strconv"

// Listing is a further part of a list of changes that is too long for the page
// that it belongs to, of a version or a deployment for example. It lies below
// that page.
type Listing struct {
	Frame
	Lead   string
	Groups []Group
	Parts  []MonthLink
	Left   Link // to what no part lists; Text is "" when there is nothing
}

// Group is changes that have something in common, as many as stand on one page.
type Group struct {
	ID    string // of the heading; "" where nothing leads to it
	Title string // of the heading; "" where the badge is the title
	Badge Badge
	Count int // of all of them, wherever they are listed
	Table ChangeTable
	None  string // what to say when there is none
	// Elsewhere: there are some, all of them on later parts.
	Elsewhere bool
}

// mostParts bounds how far a list is followed. Who wants the eleventh hundred of
// what one deployment brought wants the list of all changes.
const mostParts = 10

// long is a list in groups before it is cut. Of a group it holds everything but
// the table.
type long struct {
	path    string // of the page that it belongs to
	title   string // of that page
	groups  []Group
	members [][]int // of each group, by index of the ledger's changes
}

// add puts a group at the end.
func (l *long) add(g Group, changes []int) {
	g.Count = len(changes)
	l.groups, l.members = append(l.groups, g), append(l.members, changes)
}

func (l *long) lengths() []int {
	out := make([]int, len(l.members))
	for i, m := range l.members {
		out[i] = len(m)
	}
	return out
}

// parts says on how many pages the list stands, and how many changes are left
// over.
func (l *long) parts() (parts, left int) {
	parts = partsOf(l.lengths(), longestPage)
	if parts <= mostParts {
		return parts, 0
	}
	for _, n := range l.lengths() {
		left += n
	}
	return mostParts, left - mostParts*longestPage
}

// partsOf says on how many pages of size items lists of these lengths stand, one
// list after the other; on one when there is nothing.
func partsOf(lengths []int, size int) int {
	total := 0
	for _, n := range lengths {
		total += n
	}
	return max((total+size-1)/size, 1)
}

// span gives what of each list stands on a page, counted from 1: from its first
// item to before its second number.
func span(lengths []int, size, page int) [][2]int {
	out := make([][2]int, len(lengths))
	from, to := (page-1)*size, page*size
	for i, n := range lengths {
		out[i] = [2]int{min(max(from, 0), n), min(max(to, 0), n)}
		from, to = from-n, to-n
	}
	return out
}

// partsBelow gives the addresses of the parts of a page: the first is the page
// itself.
func partsBelow(path string) func(n int) string {
	return func(n int) string {
		if n == 1 {
			return path
		}
		return path + "part-" + strconv.Itoa(n) + "/"
	}
}

// partLinks links the parts of lists from p, none where there is only one.
func partLinks(p place, path func(n int) string, lengths []int, size, parts int) []MonthLink {
	if parts == 1 {
		return nil
	}
	var out []MonthLink
	for n := 1; n <= parts; n++ {
		rows := 0
		for _, s := range span(lengths, size, n) {
			rows += s[1] - s[0]
		}
		out = append(out, MonthLink{Link{"Part " + strconv.Itoa(n), p.to(path(n))}, rows, path(n) == p.path})
	}
	return out
}

// links links the parts of the list from p.
func (l *long) links(p place) []MonthLink {
	parts, _ := l.parts()
	return partLinks(p, partsBelow(l.path), l.lengths(), longestPage, parts)
}

// part gives the groups as they stand on one page. Those that have nothing there
// are left out, but on the first page.
func (t *team) part(p place, l *long, n int) []Group {
	var out []Group
	for i, s := range span(l.lengths(), longestPage, n) {
		g := l.groups[i]
		caption := g.Title
		if caption == "" {
			caption = g.Badge.Word
		}
		if g.Table.Caption != "" {
			caption = g.Table.Caption
		}
		g.Table = t.table(p, caption, l.members[i][s[0]:s[1]])
		g.Elsewhere = g.Count > 0 && s[0] == s[1]
		if n == 1 || s[0] < s[1] {
			out = append(out, g)
		}
	}
	return out
}

// leftLink leads to what no part lists.
func (t *team) leftLink(p place, l *long) Link {
	_, left := l.parts()
	if left == 0 {
		return Link{}
	}
	return Link{"And " + number(left) + " more, in the list of all changes", p.to("/changes/")}
}

// listings makes the parts of a list after the first. The crumbs, whose links
// are addresses of the site, lead to the page that it belongs to.
func (t *team) listings(l *long, in string, crumbs []Link, yield func(Page) bool) bool {
	parts, _ := l.parts()
	for n := 2; n <= parts; n++ {
		path := partsBelow(l.path)(n)
		part := func() Page {
			p := at(path)
			page := &Listing{
				Frame: t.frame(p, "listing", l.title+", part "+strconv.Itoa(n), in), Groups: t.part(p, l, n),
				Parts: l.links(p), Left: t.leftLink(p, l),
				Lead: "Part " + strconv.Itoa(n) + " of " + strconv.Itoa(parts) + " of its changes.",
			}
			for _, c := range crumbs {
				page.Crumbs = append(page.Crumbs, Link{c.Text, p.to(c.Href)})
			}
			page.Crumbs = append(page.Crumbs, Link{l.title, p.to(l.path)})
			return made(path, "listing", page)
		}
		if !yield(later(path, "listing", part)) {
			return false
		}
	}
	return true
}
