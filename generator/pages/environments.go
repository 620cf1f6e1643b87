package pages

import (
	"slices"
	"strconv"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
)

// EnvironmentList names all environments with what they run.
type EnvironmentList struct {
	Frame
	Cards []EnvironmentCard
}

// EnvironmentCard sums an environment up.
type EnvironmentCard struct {
	Link
	Tier   string
	Lanes  []LaneView
	Counts []StatusCount
	Last   DeploymentLine // zero when nothing was ever deployed there
	// Onward leads to what a promotion from here would do.
	Onward []Link
}

// LaneView is a component with what it runs.
type LaneView struct {
	Component string
	Live      []LiveView
	Behind    []string
	Older     int       // live revisions that are not listed
	Hold      *HoldView // nil where the lane is not held
}

// StatusCount says how many changes have a status, and which share that is.
type StatusCount struct {
	Badge Badge
	Count int
	Share int // 0 to 100
}

// EnvironmentPage is one environment: what runs there and what ran.
type EnvironmentPage struct {
	Frame
	Card    EnvironmentCard
	Picture *chart.Picture // of the revisions over time; nil without any
	Lead    string
	Lines   []DeploymentLine
	Months  []MonthLink
	All     bool // a page of a month: only the list is shown
}

// environmentPages makes the list, and for each environment its page and the
// months of its deployments.
func (t *team) environmentPages(yield func(Page) bool) bool {
	of := map[ledger.EnvironmentName][]int{}
	for i := range t.l.Deployments {
		e := t.l.Deployments[i].Environment
		of[e] = append(of[e], i)
	}
	if !yield(t.environmentList(of)) {
		return false
	}
	for _, e := range t.l.Environments {
		path := t.environmentAt[e.Name]
		mine := of[e.Name]
		cuts := months(path, len(mine), func(i int) (string, string) {
			if when := whenOf(&t.l.Deployments[mine[i]]); !when.IsZero() {
				return t.month(when)
			}
			return undated, "Without a date"
		})
		if !yield(t.environmentPage(e, mine, cuts)) {
			return false
		}
		for _, m := range cuts {
			if !yield(later(m.path, "environment", func() Page { return t.environmentMonth(e, mine, m, cuts) })) {
				return false
			}
		}
	}
	return true
}

func (t *team) environmentList(of map[ledger.EnvironmentName][]int) Page {
	p := at("/environments/")
	page := &EnvironmentList{Frame: t.frame(p, "environments", "Environments", "/environments/")}
	for _, e := range t.l.Environments {
		page.Cards = append(page.Cards, t.environmentCard(p, e, of[e.Name]))
	}
	return made(p.path, "environments", page)
}

func (t *team) environmentCard(p place, e ledger.Environment, deployments []int) EnvironmentCard {
	card := EnvironmentCard{Link: t.environmentLink(p, e.Name), Tier: tier(e), Counts: t.statusCounts(e.Name), Onward: t.comparisonLinks(p, e.Name)}
	live := map[ledger.ComponentName][]ledger.Live{}
	var components []ledger.ComponentName
	for _, l := range e.Live {
		if live[l.Component] == nil {
			components = append(components, l.Component)
		}
		live[l.Component] = append(live[l.Component], l)
	}
	for _, h := range e.Holds {
		if !slices.Contains(components, h.Component) {
			components = append(components, h.Component)
		}
	}
	slices.Sort(components)
	for _, c := range components {
		cell := t.laneCell(p, e.Name, c, live[c])
		card.Lanes = append(card.Lanes, LaneView{tidy(c), cell.Live, cell.Behind, len(live[c]) - len(cell.Live), cell.Hold})
	}
	if len(deployments) > 0 {
		card.Last = t.deploymentLine(p, deployments[0])
	}
	return card
}

// statusCounts counts changes by status, in the order of statuses. Changes that
// an environment does not hold are left out when there are none of them.
func (t *team) statusCounts(env ledger.EnvironmentName) []StatusCount {
	n := map[ledger.Status]int{}
	total := 0
	for i := range t.l.Changes {
		if in := stateIn(&t.l.Changes[i], env); in != nil {
			n[in.Status]++
			total++
		}
	}
	return shares(n, total)
}

func shares(n map[ledger.Status]int, total int) []StatusCount {
	var out []StatusCount
	for _, s := range statuses() {
		if n[s] > 0 {
			out = append(out, StatusCount{statusBadge(s), n[s], max(n[s]*100/total, 1)})
		}
	}
	return out
}

func (t *team) environmentPage(e ledger.Environment, mine []int, cuts []monthPage) Page {
	p := at(t.environmentAt[e.Name])
	page := &EnvironmentPage{
		Frame: t.frame(p, "environment", tidy(e.Name), "/environments/"),
		Card:  t.environmentCard(p, e, mine), Picture: t.timeline(e.Name, mine),
		Lines: t.deploymentLines(p, mine[:min(len(mine), newestRows)]), Months: monthLinks(p, cuts),
	}
	page.Crumbs = []Link{{"Environments", p.to("/environments/")}}
	if len(mine) > newestRows {
		page.Lead = "The newest " + strconv.Itoa(newestRows) + " of " + number(len(mine)) + " deployments."
	}
	return made(p.path, "environment", page)
}

func (t *team) environmentMonth(e ledger.Environment, mine []int, m monthPage, all []monthPage) Page {
	p := at(m.path)
	page := &EnvironmentPage{Frame: t.frame(p, "environment", tidy(e.Name)+": "+m.title, "/environments/"), All: true}
	var which []int
	for _, i := range m.items {
		which = append(which, mine[i])
	}
	page.Lines, page.Months = t.deploymentLines(p, which), monthLinks(p, all)
	page.Lead = count(len(which), "deployment") + ", newest first."
	page.Crumbs = []Link{{"Environments", p.to("/environments/")}, t.environmentLink(p, e.Name)}
	return made(p.path, "environment", page)
}

// mostSteps is how many deployments of a component a picture shows; more would
// be a grey band.
const mostSteps = 40

// timeline draws what each component ran, back to the oldest of the newest
// mostSteps deployments of any component.
func (t *team) timeline(env ledger.EnvironmentName, mine []int) *chart.Picture {
	byComponent := map[ledger.ComponentName][]int{}
	var components []ledger.ComponentName
	for _, i := range mine {
		d := &t.l.Deployments[i]
		idle := d.Weight.Hi == 0 && d.Kind != ledger.KindUndeploy
		if d.Status != ledger.RecordSucceeded || d.FinishedAt == nil || idle {
			continue // what gets no traffic yet is not what the lane runs
		}
		if byComponent[d.Component] == nil {
			components = append(components, d.Component)
		}
		byComponent[d.Component] = append(byComponent[d.Component], i)
	}
	if len(components) == 0 {
		return nil
	}
	slices.Sort(components)
	from := t.l.AsOf
	for _, c := range components {
		ours := byComponent[c]
		ours = ours[:min(len(ours), mostSteps)]
		byComponent[c] = ours
		if at := *t.l.Deployments[ours[len(ours)-1]].FinishedAt; at.Before(from) {
			from = at
		}
	}
	return t.drawTimeline(env, components, byComponent, from)
}

func (t *team) drawTimeline(env ledger.EnvironmentName, components []ledger.ComponentName, of map[ledger.ComponentName][]int, from time.Time) *chart.Picture {
	d := chart.Drawing{
		ID: "timeline", Title: "What ran in " + tidy(env), From: from, To: t.l.AsOf, Zone: t.zone,
		Desc: "One row for each component; a new stretch begins with each deployment. The table below lists them.",
	}
	for _, c := range components {
		track := chart.Track{Label: tidy(c)}
		ours := of[c]
		for k := len(ours) - 1; k >= 0; k-- {
			dep := &t.l.Deployments[ours[k]]
			when := t.stamp(*dep.FinishedAt)
			step := chart.Step{At: *dep.FinishedAt, Label: what(dep), Title: kindWords(dep.Kind) + " of " + what(dep) + ", " + when.Full}
			step.Look = chart.Even
			if (len(ours)-k)%2 == 0 {
				step.Look = chart.Odd
			}
			switch {
			case dep.Kind == ledger.KindUndeploy:
				step.Look = chart.Absent
			case dep.Revision.IsZero():
				step.Look = chart.Unknown
			}
			track.Steps = append(track.Steps, step)
			if dep.Kind == ledger.KindRollback {
				track.Marks = append(track.Marks, chart.Mark{At: *dep.FinishedAt, Kind: "rollback", Title: step.Title})
			}
		}
		d.Tracks = append(d.Tracks, track)
	}
	pic := chart.Draw(d)
	return &pic
}
