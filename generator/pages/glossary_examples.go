package pages

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

// mostExamples is how many examples stand below a definition.
const mostExamples = 5

// none is said where a thing could be here and is not.
const none = "There is none in this repository as of now."

// example shows a term in this repository's own data, as of now. To give a term
// an example, add it here.
func (t *team) example(p place, slug string) Example {
	switch slug {
	case "dark", "dark-change":
		ex := t.standingExample(p, ledger.StatusDark)
		ex.More = Link{"All that is dark", p.to("/dark/")}
		return ex
	case "limited", "exposure", "gradual-rollout", "progressive-delivery":
		return t.standingExample(p, ledger.StatusLimited)
	case "released":
		return t.standingExample(p, ledger.StatusReleased)
	case "un-released", "un-release":
		return t.standingExample(p, ledger.StatusUnReleased)
	case "rolled-back":
		return t.standingExample(p, ledger.StatusRolledBack)
	case "reverted":
		return t.standingExample(p, ledger.StatusReverted)
	case "not-deployed":
		return t.standingExample(p, ledger.StatusNotDeployed)
	case "release":
		return t.releaseExample(p)
	case "change-lead-time", "release-lead-time", "dark-time":
		return t.timeExample(p, slug)
	case "environment", "tier", "production", "live", "revision", "component", "freeze":
		return t.placeExample(p, slug)
	case "audience", "ring":
		return t.groupExample(p)
	}
	if ex := t.deploymentExample(p, slug); ex.Text != "" {
		return ex
	}
	if ex := t.flagExample(p, slug); ex.Text != "" {
		return ex
	}
	return t.codeExample(p, slug)
}

// standingExample lists changes that stand so where the users are.
func (t *team) standingExample(p place, of ledger.Status) Example {
	all := t.standing(of)
	if len(all) == 0 {
		return Example{Text: none}
	}
	ex := Example{Text: "Here, as of " + t.stamped.Date + ": " + count(len(all), "change") + "."}
	for _, s := range all[:min(len(all), mostExamples)] {
		ex.Items = append(ex.Items, ExampleItem{t.changeLink(p, s.change), t.tell.Status(&t.l.Changes[s.change], s.in.Environment)})
	}
	return ex
}

// releaseExample lists the newest releases.
func (t *team) releaseExample(p place) Example {
	var ex Example
	for _, r := range t.everyRelease() {
		if r.kind == ledger.MoveReleased && len(ex.Items) < mostExamples {
			ex.Items = append(ex.Items, ExampleItem{t.changeLink(p, r.changes[0]), "Released on " + t.stamp(r.at).Date + " in " + tidy(r.env) + "."})
		}
	}
	if len(ex.Items) > 0 {
		ex.Text = "The newest releases here:"
	}
	return ex
}

// timeExample measures the newest changes.
func (t *team) timeExample(p place, slug string) Example {
	var ex Example
	for _, s := range t.standing(ledger.StatusReleased, ledger.StatusLimited, ledger.StatusDark) {
		c := &t.l.Changes[s.change]
		var from, to ledger.When
		text := ""
		switch {
		case slug == "dark-time":
			from, to, text = s.in.Deployed.When, s.in.FirstExposed.When, " from deployed to the first users."
		case c.Merged == nil:
			continue
		case slug == "change-lead-time":
			from, to, text = ledger.When{At: *c.Merged}, s.in.Deployed.When, " from merged to running in "+tidy(s.in.Environment)+"."
		default:
			from, to, text = ledger.When{At: *c.Merged}, s.in.Released.When, " from merged to released in "+tidy(s.in.Environment)+"."
		}
		if d := to.At.Sub(from.At); from.Known() && to.Known() && d > time.Minute && len(ex.Items) < mostExamples {
			ex.Items = append(ex.Items, ExampleItem{t.changeLink(p, s.change), capital(story.Ago(d)) + text})
		}
	}
	if len(ex.Items) > 0 {
		ex.Text = "Some that were measured here:"
	}
	return ex
}

// placeExample shows where things run.
func (t *team) placeExample(p place, slug string) Example {
	ex := Example{More: Link{"All environments", p.to("/environments/")}}
	for _, e := range t.l.Environments {
		item := ExampleItem{Link: t.environmentLink(p, e.Name)}
		switch slug {
		case "tier":
			item.Text = "Of tier " + string(e.Tier) + "."
		case "production":
			if e.Tier != ledger.TierProduction {
				continue
			}
			fallthrough
		case "live", "revision", "environment":
			var runs []string
			for _, l := range e.Live {
				name := tidy(l.Version)
				if slug == "revision" || name == "" {
					name = l.Revision.Short()
				}
				if l.Component != "" {
					name += " of " + tidy(l.Component)
				}
				runs = append(runs, name)
			}
			if item.Text = "Nothing is known to run there."; len(runs) > 0 {
				item.Text = "Runs " + strings.Join(runs[:min(len(runs), 3)], ", ") + "."
			}
		case "component":
			for _, l := range e.Live {
				if l.Component != "" && !slices.ContainsFunc(ex.Items, func(i ExampleItem) bool { return i.Link.Text == tidy(l.Component) }) {
					ex.Items = append(ex.Items, ExampleItem{Link{Text: tidy(l.Component)}, "Runs in " + tidy(e.Name) + "."})
				}
			}
			continue
		case "freeze":
			if len(e.Holds) == 0 {
				continue
			}
			item.Text = "Held since " + t.stamp(e.Holds[0].Since).Date + "."
		}
		ex.Items = append(ex.Items, item)
	}
	if len(ex.Items) == 0 {
		return Example{}
	}
	ex.Text = "Here, as of " + t.stamped.Date + ":"
	ex.Items = ex.Items[:min(len(ex.Items), mostExamples)]
	return ex
}

// groupExample lists the groups that get something before all others.
func (t *team) groupExample(p place) Example {
	var ex Example
	seen := map[string]bool{}
	for _, f := range t.l.Flags {
		for _, in := range f.Environments {
			for _, g := range in.Groups {
				if !seen[g.Name] && len(ex.Items) < mostExamples {
					seen[g.Name] = true
					ex.Items = append(ex.Items, ExampleItem{t.flagLink(p, f.Key), "Lets the group " + oneLine(g.Name) + " in, in " + tidy(in.Environment) + "."})
				}
			}
		}
	}
	if len(ex.Items) > 0 {
		ex.Text = "Groups that this repository's flags know:"
	}
	return ex
}

// deploymentExample lists the newest deployments of a kind.
func (t *team) deploymentExample(p place, slug string) Example {
	var is func(*ledger.Deployment) bool
	switch slug {
	case "deployment", "continuous-deployment", "continuous-delivery":
		is = func(*ledger.Deployment) bool { return true }
	case "rollback":
		is = func(d *ledger.Deployment) bool {
			return d.Kind == ledger.KindRollback || d.Relation == ledger.RelationOlder
		}
	case "promotion":
		is = func(d *ledger.Deployment) bool { return d.Kind == ledger.KindPromote }
	case "canary", "canary-analysis":
		is = func(d *ledger.Deployment) bool { return d.Kind == ledger.KindCanaryStep }
	case "blue-green", "slot":
		is = func(d *ledger.Deployment) bool { return d.Slot != nil }
	case "traffic-switch":
		is = func(d *ledger.Deployment) bool { return d.Kind == ledger.KindTrafficSwitch }
	default:
		return Example{}
	}
	var which []int
	total := 0
	for i := range t.l.Deployments {
		if is(&t.l.Deployments[i]) {
			if total++; len(which) < mostExamples {
				which = append(which, i)
			}
		}
	}
	if total == 0 {
		return Example{Text: none}
	}
	ex := Example{Text: "Here: " + count(total, "deployment") + " of this kind.", More: Link{"All deployments", p.to("/deployments/")}}
	for _, l := range t.deploymentLines(p, which) {
		ex.Items = append(ex.Items, ExampleItem{Link{l.Kind + " of " + l.Page.Text + " to " + l.Environment.Text, l.Page.Href}, "On " + l.At.Date + "."})
	}
	return ex
}

// flagExample lists flags of a kind.
func (t *team) flagExample(p place, slug string) Example {
	kind := map[string]string{"release-flag": "release", "experiment-flag": "experiment", "ops-flag": "ops", "kill-switch": "ops", "permission-flag": "permission"}[slug]
	switch {
	case slug != "flag" && slug != "feature-flag" && slug != "stale-flag" && kind == "":
		return Example{}
	}
	ex := Example{More: Link{"All flags", p.to("/flags/")}}
	total := 0
	for i := range t.l.Flags {
		f := &t.l.Flags[i]
		stale := t.care[key{f.Repository, string(f.Key)}]
		if kind != "" && f.Kind != kind || slug == "stale-flag" && stale == "" {
			continue
		}
		if total++; len(ex.Items) == mostExamples {
			continue
		}
		text := oneLine(f.Description)
		if slug == "stale-flag" {
			text = capital(stale) + "."
		}
		ex.Items = append(ex.Items, ExampleItem{t.flagLink(p, f.Key), text})
	}
	if ex.Text = "Here: " + count(total, "flag") + "."; total == 0 {
		ex.Text = none
	}
	return ex
}

// codeExample shows what is in the history of the code.
func (t *team) codeExample(p place, slug string) Example {
	var ex Example
	add := func(i int, text string) {
		if len(ex.Items) < mostExamples {
			ex.Items = append(ex.Items, ExampleItem{t.changeLink(p, i), text})
		}
	}
	switch slug {
	case "version", "tag", "release-candidate":
		for _, i := range t.versionsByDate() {
			v := &t.l.Versions[i]
			if (slug == "release-candidate") == v.Prerelease && len(ex.Items) < mostExamples {
				ex.Items = append(ex.Items, ExampleItem{t.versionLink(p, v.Repository, v.Name), "Made on " + t.stamp(v.At).Date + "."})
			}
		}
		ex.More = Link{"All versions", p.to("/versions/")}
	case "change", "commit", "mainline":
		for _, i := range t.order {
			if c := &t.l.Changes[i]; c.Merged != nil {
				add(i, "Merged on "+t.stamp(*c.Merged).Date+".")
			}
		}
		ex.More = Link{"All changes", p.to("/changes/")}
	case "revert":
		for _, i := range t.order {
			if len(t.l.Changes[i].Reverts) > 0 {
				add(i, "")
			}
		}
	case "hotfix":
		for _, i := range t.order {
			if c := &t.l.Changes[i]; c.OffMainline || len(c.Backports) > 0 {
				add(i, map[bool]string{true: "Off the mainline.", false: "Brought to an older line too."}[c.OffMainline])
			}
		}
	case "origin", "basis":
		for _, s := range t.standing(ledger.StatusReleased, ledger.StatusLimited, ledger.StatusDark) {
			if d := s.in.Deployed; d.Known() && len(d.Origins) > 0 {
				add(s.change, "Deployed on "+t.stamp(d.At).Date+": "+basisWords(d.Basis)+", "+oneLine(d.Origins[0].String())+".")
			}
		}
	}
	if len(ex.Items) == 0 {
		return Example{}
	}
	ex.Text = "Here, the newest first:"
	return ex
}

// glossary makes the pages of terms for customers, with examples from their own
// notes.
func (c *customers) glossary() glossary {
	version := func(p place, name string) Link {
		if i, ok := c.versionAt[name]; ok {
			return Link{c.versions[i].Name, p.to("/versions/")}
		}
		return Link{} // a version that they do not know
	}
	return glossary{c.framer, c.clock, c.in.Terms, indexTerms(c.in.Terms), c.example, c.in.TermUses, version}
}

// example shows a term in the notes that an audience may read.
func (c *customers) example(p place, slug string) Example {
	var is func(n *Note) bool
	switch slug {
	case "release", "released":
		is = func(n *Note) bool { return n.ReleasedAt != nil && n.TakenBack == nil }
	case "un-release", "un-released", "rollback", "rolled-back":
		is = func(n *Note) bool { return n.TakenBack != nil }
	case "gradual-rollout", "exposure", "limited", "audience":
		is = func(n *Note) bool { return n.TakenBack == nil && n.ReleasedAt == nil }
	default:
		return Example{}
	}
	var ex Example
	for i := range c.in.Notes {
		n := &c.in.Notes[i]
		if !is(n) || len(ex.Items) == mostExamples {
			continue
		}
		text := ""
		switch {
		case n.TakenBack != nil:
			text = "Taken back on " + c.stamp(*n.TakenBack).Date + "."
		case n.ReleasedAt != nil:
			text = "Available to everyone since " + c.stamp(*n.ReleasedAt).Date + "."
		case n.Audience != "":
			text = "Available to " + oneLine(n.Audience) + "."
		}
		ex.Items = append(ex.Items, ExampleItem{Link{titleOf(n.Title), p.to(c.paths[i])}, text})
	}
	if len(ex.Items) > 0 {
		ex.Text = "Here, the newest first:"
	}
	return ex
}
