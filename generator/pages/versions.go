package pages

import (
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// VersionList names all versions, newest first.
type VersionList struct {
	Frame
	Lead    string
	Folded  Link // to the environments that are no columns; Text is "" when all are
	Columns []EnvironmentHead
	Rows    []VersionRow
	Waiting Link // the changes in no version yet; Text is "" when there are none
	Years   []MonthLink
	Empty   bool
}

// VersionRow is a version in a list.
type VersionRow struct {
	Link
	At         Stamp
	Basis      string
	Component  string
	Prerelease bool
	Changes    int
	Cells      []VersionCell // one for each environment that is a column
	Parts      []StatusCount // of its changes, for the watched environments
	Sum        string        // "7 of 9 released"
}

// VersionCell says when an environment first ran a version.
type VersionCell struct {
	Environment string
	At          Stamp
	Live        bool
}

// VersionPage tells what a version holds and what became of it.
type VersionPage struct {
	Frame
	Row     VersionRow
	Message string // of the tag
	Facts   []Fact
	Cells   []VersionCell // the columns of lists, and where else it was deployed
	Groups  []Group       // its changes by status
	Parts   []MonthLink   // of its changes, where they are many
	Left    Link          // to those that no part lists; Text is "" when there are none
	Origins []OriginView
	Older   Link
	Newer   Link
	Compare Link
}

// mostVersions is how many versions the first page lists.
const mostVersions = 100

func (t *team) versionPages(yield func(Page) bool) bool {
	years := t.versionYears()
	if !yield(t.versionList(years)) {
		return false
	}
	for _, y := range years {
		if !yield(later(y.path, "versions", func() Page { return t.versionYear(y, years) })) {
			return false
		}
	}
	older, newer := t.versionNeighbours()
	done := map[string]bool{}
	for i, v := range t.l.Versions {
		path := t.versionPath[key{v.Repository, string(v.Name)}]
		if done[path] {
			continue // one tag that serves several components is one page
		}
		done[path] = true
		if !yield(later(path, "version", func() Page { return t.versionPage(i, older[i], newer[i]) })) {
			return false
		}
		if len(v.Changes) > longestPage && !t.listings(t.versionChanges(i), "/versions/", []Link{{"Versions", "/versions/"}}, yield) {
			return false
		}
	}
	return true
}

// versionYears cuts the list by year when it is too long for one page. They lie
// below "year", apart from the versions: a version of that name is no clash,
// since the pages below its own are called otherwise.
func (t *team) versionYears() []monthPage {
	if len(t.l.Versions) <= mostVersions {
		return nil
	}
	order := t.versionsByDate()
	pages := months("/versions/year/", len(order), func(i int) (string, string) {
		if at := t.l.Versions[order[i]].At; !at.IsZero() {
			year := at.In(t.zone).Format("2006")
			return year, year
		}
		return undated, "Without a date"
	})
	for _, p := range pages {
		for k, i := range p.items {
			p.items[k] = order[i]
		}
	}
	return pages
}

// versionsByDate orders versions by date, newest first; those of one instant
// keep the order of the ledger.
func (t *team) versionsByDate() []int {
	order := make([]int, len(t.l.Versions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.l.Versions[b].At.Compare(t.l.Versions[a].At) })
	return order
}

func (t *team) versionList(years []monthPage) Page {
	p := at("/versions/")
	page := &VersionList{
		Frame: t.frame(p, "versions", "Versions", "/versions/"), Columns: t.heads(p), Folded: t.foldedLink(p),
		Years: monthLinks(p, years), Empty: len(t.l.Versions) == 0,
		Lead: "A version is a named point in history: neither a deployment nor a release.",
	}
	if t.byVersion {
		page.Lead = "A version is a named point in history. Here it is the release, too."
	}
	order := t.versionsByDate()
	for _, i := range order[:min(len(order), mostVersions)] {
		page.Rows = append(page.Rows, t.versionRow(p, i))
	}
	waiting := 0
	for i := range t.l.Changes {
		if c := &t.l.Changes[i]; c.Version == "" && !c.OffMainline {
			waiting++
		}
	}
	if waiting > 0 {
		page.Waiting = Link{count(waiting, "change"), p.to("/changes/")}
	}
	return made(p.path, "versions", page)
}

func (t *team) versionYear(y monthPage, all []monthPage) Page {
	p := at(y.path)
	page := &VersionList{Frame: t.frame(p, "versions", "Versions: "+y.title, "/versions/"), Columns: t.heads(p), Folded: t.foldedLink(p), Years: monthLinks(p, all)}
	page.Crumbs = []Link{{"Versions", p.to("/versions/")}}
	page.Lead = count(len(y.items), "version") + ", newest first."
	for _, i := range y.items {
		page.Rows = append(page.Rows, t.versionRow(p, i))
	}
	return made(p.path, "versions", page)
}

func (t *team) versionRow(p place, i int) VersionRow {
	v := &t.l.Versions[i]
	row := VersionRow{
		Link: t.versionLink(p, v.Repository, v.Name), At: t.stamp(v.At), Basis: basisWords(v.Basis),
		Prerelease: v.Prerelease, Changes: len(v.Changes),
	}
	if v.Component != "" {
		row.Component = tidy(v.Component)
	}
	for _, k := range t.front {
		row.Cells = append(row.Cells, t.versionCell(v, &t.l.Environments[k]))
	}
	n := map[ledger.Status]int{}
	changes := t.changesOf(v.Repository, v.Changes)
	for _, c := range changes {
		n[t.standingOf(c)]++
	}
	row.Parts = shares(n, max(len(changes), 1))
	if len(changes) > 0 && len(t.watched) > 0 {
		row.Sum = number(n[ledger.StatusReleased]) + " of " + number(len(changes)) + " released"
	}
	return row
}

func (t *team) versionCell(v *ledger.Version, e *ledger.Environment) VersionCell {
	cell := VersionCell{Environment: tidy(e.Name), At: t.stamp(v.Deployed[e.Name].At)}
	for _, l := range e.Live {
		cell.Live = cell.Live || l.Version == v.Name && l.Repository == v.Repository && l.Weight.Hi > 0
	}
	return cell
}

// standingOf is the status of a change over the watched environments: the one
// that is furthest from released, since a change is with everybody only when it
// is so everywhere.
func (t *team) standingOf(i int) ledger.Status {
	order := statuses()
	worst := -1
	for _, in := range t.l.Changes[i].Environments {
		if t.watched[in.Environment] {
			worst = max(worst, slices.Index(order, in.Status))
		}
	}
	if worst < 0 {
		return ledger.StatusNotDeployed
	}
	return order[worst]
}

// versionNeighbours finds the versions before and after each one in its line,
// -1 where there is none. A line is a repository and component; the ledger's
// order within it is that of the scheme, newest first.
func (t *team) versionNeighbours() (older, newer []int) {
	older, newer = make([]int, len(t.l.Versions)), make([]int, len(t.l.Versions))
	for i := range t.l.Versions {
		older[i], newer[i] = -1, -1
		if i > 0 && t.l.Versions[i-1].Repository == t.l.Versions[i].Repository && t.l.Versions[i-1].Component == t.l.Versions[i].Component {
			newer[i], older[i-1] = i-1, i
		}
	}
	return older, newer
}

func (t *team) versionPage(i, older, newer int) Page {
	v := &t.l.Versions[i]
	p := at(t.versionPath[key{v.Repository, string(v.Name)}])
	page := &VersionPage{
		Frame: t.frame(p, "version", tidy(v.Name), "/versions/"), Row: t.versionRow(p, i),
		Message: paragraphs(v.Message), Origins: t.origins(v.Origins),
	}
	page.Crumbs = []Link{{"Versions", p.to("/versions/")}}
	page.Facts = t.versionFacts(v)
	page.Cells = page.Row.Cells
	for _, k := range t.folded {
		if cell := t.versionCell(v, &t.l.Environments[k]); cell.At.Known() || cell.Live {
			page.Cells = append(page.Cells, cell)
		}
	}
	changes := t.versionChanges(i)
	page.Groups, page.Parts, page.Left = t.part(p, changes, 1), changes.links(p), t.leftLink(p, changes)
	if newer >= 0 {
		page.Newer = t.versionLink(p, v.Repository, t.l.Versions[newer].Name)
	}
	if older >= 0 {
		before := &t.l.Versions[older]
		page.Older = t.versionLink(p, v.Repository, before.Name)
		page.Compare = Link{"Compare with " + tidy(before.Name), expand(t.site.Links.Compare,
			"from", before.Commit.String(), "to", v.Commit.String(), "repository", string(v.Repository))}
	}
	return made(p.path, "version", page)
}

// versionChanges groups the changes of a version by what became of them.
func (t *team) versionChanges(i int) *long {
	v := &t.l.Versions[i]
	of := map[ledger.Status][]int{}
	for _, c := range t.changesOf(v.Repository, v.Changes) {
		s := t.standingOf(c)
		of[s] = append(of[s], c)
	}
	out := &long{path: t.versionPath[key{v.Repository, string(v.Name)}], title: tidy(v.Name)}
	for _, s := range statuses() {
		if len(of[s]) > 0 {
			out.add(Group{Badge: statusBadge(s)}, of[s])
		}
	}
	return out
}

func (t *team) versionFacts(v *ledger.Version) []Fact {
	out := []Fact{{Name: "Date", At: t.stamp(v.At), Texts: []Link{{Text: basisWords(v.Basis)}}}}
	if !v.Commit.IsZero() {
		out = append(out, Fact{Name: "Commit", Texts: []Link{t.commitLink(v.Repository, v.Commit)}, Copy: v.Commit.String()})
	}
	if url := expand(t.site.Links.Version, "version", string(v.Name), "repository", string(v.Repository)); url != "" {
		out = append(out, Fact{Name: "Tag", Texts: []Link{{tidy(v.Name), url}}})
	}
	if v.Component != "" {
		out = append(out, Fact{Name: "Component", Texts: []Link{{Text: tidy(v.Component)}}})
	}
	if v.Prerelease {
		out = append(out, Fact{Name: "Kind", Texts: []Link{{Text: "pre-release"}}})
	}
	if len(t.repos) > 1 {
		out = append(out, Fact{Name: "Repository", Texts: []Link{{Text: strings.TrimSpace(tidy(v.Repository))}}})
	}
	return out
}
