package pages

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// DeploymentLine is a deployment in a list.
type DeploymentLine struct {
	At           Stamp
	Page         Link // what was deployed, linked to the deployment's page
	Environment  Link
	Component    string
	Kind         string
	Badge        Badge // the outcome, where it is not plain success; else zero
	Gained, Lost int
	Actor        string
	Slot         string
	Weight       string
	Back         bool // it went back to something older, and is not called a rollback
}

// DeploymentPage tells what one deployment brought and took away.
type DeploymentPage struct {
	Frame
	Line    DeploymentLine
	Lead    string
	Badge   Badge
	Facts   []Fact
	About   string      // the record's own description
	Groups  []Group     // what it brought, and what it took away
	Parts   []MonthLink // of these, where they are many
	Left    Link        // to changes that no part lists; Text is "" when there are none
	Origins []OriginView
	Before  Link // the deployment of the lane before it
	After   Link
}

// DeploymentList is the list of the newest deployments.
type DeploymentList struct {
	Frame
	Lead  string
	Lines []DeploymentLine
	Where []Link // the environments, each with its own full list
}

// whenOf is the instant of a deployment: its end, else its start.
func whenOf(d *ledger.Deployment) time.Time {
	switch {
	case d.FinishedAt != nil:
		return *d.FinishedAt
	case d.StartedAt != nil:
		return *d.StartedAt
	}
	return time.Time{}
}

// newestDeployments gives the first of the ledger's list.
func (t *team) newestDeployments(most int) []int {
	return firstOf(min(most, len(t.l.Deployments)))
}

func (t *team) deploymentLines(p place, which []int) []DeploymentLine {
	var out []DeploymentLine
	for _, i := range which {
		out = append(out, t.deploymentLine(p, i))
	}
	return out
}

func (t *team) deploymentLine(p place, i int) DeploymentLine {
	d := &t.l.Deployments[i]
	line := DeploymentLine{
		At: t.stamp(whenOf(d)), Page: Link{what(d), p.to(t.deployPath[i])},
		Environment: t.environmentLink(p, d.Environment), Component: tidy(d.Component),
		Kind: kindWords(d.Kind), Gained: len(d.Gained), Lost: len(d.Lost),
		Back: d.Kind != ledger.KindRollback && d.Relation == ledger.RelationOlder,
	}
	if d.Status != ledger.RecordSucceeded {
		line.Badge = recordBadge(d.Status)
	}
	if d.Actor != nil {
		line.Actor = oneLine(*d.Actor)
	}
	if d.Slot != nil {
		line.Slot = oneLine(*d.Slot)
	}
	if d.Weight != ledger.Everybody() && d.Status == ledger.RecordSucceeded {
		line.Weight = percentWords(d.Weight) + " of traffic"
	}
	return line
}

// what names what was deployed: the version, else the ref as it was written,
// else the commit. A tag that records the deployment is no name for what was
// deployed.
func what(d *ledger.Deployment) string {
	records := slices.ContainsFunc(d.Origins, func(o ledger.Origin) bool { return o.Tag == d.Ref })
	switch {
	case d.Version != "":
		return tidy(d.Version)
	case d.Ref != "" && (!records || d.Revision.IsZero()):
		return titleOf(d.Ref)
	case !d.Revision.IsZero():
		return d.Revision.Short()
	}
	return "nothing"
}

// deploymentPages makes the list and the page of each deployment.
func (t *team) deploymentPages(yield func(Page) bool) bool {
	if !yield(t.deploymentList()) {
		return false
	}
	before, after := t.neighbours()
	for i := range t.l.Deployments {
		if !yield(later(t.deployPath[i], "deployment", func() Page { return t.deploymentPage(i, before[i], after[i]) })) {
			return false
		}
		d := &t.l.Deployments[i]
		if len(d.Gained)+len(d.Lost) <= longestPage {
			continue
		}
		crumbs := []Link{{"Environments", "/environments/"}, {tidy(d.Environment), t.environmentAt[d.Environment]}}
		if !t.listings(t.deploymentChanges(i), "/environments/", crumbs, yield) {
			return false
		}
	}
	return true
}

func (t *team) deploymentList() Page {
	p := at("/deployments/")
	page := &DeploymentList{Frame: t.frame(p, "deployments", "Deployments", "/environments/")}
	page.Crumbs = []Link{{"Environments", p.to("/environments/")}}
	page.Lines = t.deploymentLines(p, t.newestDeployments(newestRows))
	if n := len(t.l.Deployments); n > len(page.Lines) {
		page.Lead = "The newest of " + number(n) + " deployments. The page of an environment lists all of its own."
	} else if n > 0 {
		page.Lead = "All " + count(n, "deployment") + ", newest first."
	}
	for _, e := range t.l.Environments {
		page.Where = append(page.Where, t.environmentLink(p, e.Name))
	}
	return made(p.path, "deployments", page)
}

// neighbours finds for each deployment those of its lane before and after it,
// -1 where there is none.
func (t *team) neighbours() (before, after []int) {
	before, after = make([]int, len(t.l.Deployments)), make([]int, len(t.l.Deployments))
	last := map[lane]int{}
	for i := range t.l.Deployments {
		before[i], after[i] = -1, -1
		k := lane{t.l.Deployments[i].Environment, t.l.Deployments[i].Component}
		if n, ok := last[k]; ok {
			before[n], after[i] = i, n // the list runs from new to old
		}
		last[k] = i
	}
	return before, after
}

func (t *team) deploymentPage(i, before, after int) Page {
	d := &t.l.Deployments[i]
	p := at(t.deployPath[i])
	line := t.deploymentLine(p, i)
	page := &DeploymentPage{
		Frame: t.frame(p, "deployment", deploymentTitle(d), "/environments/"), Line: line, Badge: recordBadge(d.Status),
		Lead: t.tell.Deployment(d).Text, Origins: t.origins(d.Origins),
	}
	page.Crumbs = []Link{{"Environments", p.to("/environments/")}, t.environmentLink(p, d.Environment)}
	if d.Description != nil {
		page.About = paragraphs(*d.Description)
	}
	changes := t.deploymentChanges(i)
	page.Groups, page.Parts, page.Left = t.part(p, changes, 1), changes.links(p), t.leftLink(p, changes)
	page.Facts = t.deploymentFacts(p, d)
	if before >= 0 {
		page.Before = Link{what(&t.l.Deployments[before]), p.to(t.deployPath[before])}
	}
	if after >= 0 {
		page.After = Link{what(&t.l.Deployments[after]), p.to(t.deployPath[after])}
	}
	return made(p.path, "deployment", page)
}

func deploymentTitle(d *ledger.Deployment) string {
	return kindWords(d.Kind) + " of " + what(d) + " to " + tidy(d.Environment)
}

// deploymentChanges are what a deployment brought, then what it took away.
func (t *team) deploymentChanges(i int) *long {
	d := &t.l.Deployments[i]
	out := &long{path: t.deployPath[i], title: deploymentTitle(d)}
	out.add(Group{
		ID: "gained", Title: "What it brought", None: "No change that was not there before.",
		Table: ChangeTable{Caption: "Changes that it brought"},
	}, t.changesOf(d.Repository, d.Gained))
	out.add(Group{
		ID: "lost", Title: "What it took away", None: "Nothing.", Table: ChangeTable{Caption: "Changes that it took away"},
	}, t.changesOf(d.Repository, d.Lost))
	return out
}

func (t *team) deploymentFacts(p place, d *ledger.Deployment) []Fact {
	var out []Fact
	add := func(name string, l Link) {
		if l.Text != "" {
			out = append(out, Fact{Name: name, Texts: []Link{l}})
		}
	}
	when := "Started"
	if d.FinishedAt != nil {
		when = "Finished"
	}
	out = append(out, Fact{Name: when, At: t.stamp(whenOf(d)), Texts: []Link{{Text: basisWords(d.TimeBasis)}}})
	if d.StartedAt != nil && d.FinishedAt != nil {
		out = append(out, Fact{Name: "Started", At: t.stamp(*d.StartedAt)})
	}
	add("Environment", t.environmentLink(p, d.Environment))
	add("Component", Link{Text: tidy(d.Component)})
	if d.Version != "" {
		add("Version", t.versionLink(p, d.Repository, d.Version))
	}
	add("Ref", Link{Text: oneLine(d.Ref)})
	if d.Revision.IsZero() && d.Kind != ledger.KindUndeploy {
		add("Revision", Link{Text: "could not be resolved, so what runs there is unknown"})
	}
	add("Revision", t.commitLink(d.Repository, d.Revision))
	kind := kindWords(d.Kind)
	if d.KindBasis == ledger.KindInferred {
		kind += ", inferred"
	}
	add("Kind", Link{Text: kind})
	add("Against what ran before", Link{Text: relationWords(d.Relation)})
	if d.Slot != nil {
		add("Slot", Link{Text: oneLine(*d.Slot)})
	}
	add("Traffic", Link{Text: percentWords(d.Weight)})
	if d.Actor != nil {
		add("By", Link{Text: oneLine(*d.Actor)})
	}
	if d.URL != nil {
		add("Record", Link{Text: oneLine(*d.URL), Href: webAddress(*d.URL)})
	}
	add("Id", Link{Text: oneLine(d.ID)})
	return out
}

// webAddress gives an address that a page may link to, "" for all others.
func webAddress(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

func relationWords(r ledger.Relation) string {
	switch r {
	case ledger.RelationFirst:
		return "the first one"
	case ledger.RelationForward:
		return "newer"
	case ledger.RelationSame:
		return "the same revision"
	case ledger.RelationOlder:
		return "older"
	case ledger.RelationDiverged:
		return "on another line: neither older nor newer"
	}
	return "unknown"
}
