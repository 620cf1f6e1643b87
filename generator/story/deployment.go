package story

import (
	"time"

	"daylight/generator/ledger"
)

// Deployment tells in one line what a deployment did: "Deployed v1.4.0 to
// production (shop): it brought 5 changes and took away none."
func (t *Teller) Deployment(d *ledger.Deployment) Line {
	at := d.FinishedAt
	if at == nil {
		at = d.StartedAt
	}
	var when time.Time
	if at != nil {
		when = *at
	}
	l := line(when, t.deploymentText(d))
	l.Basis, l.Origins = d.TimeBasis, d.Origins
	return l
}

func (t *Teller) deploymentText(d *ledger.Deployment) string {
	thing := what(d)
	if thing == "" {
		thing = "a revision that could not be resolved"
	}
	where := " " + string(d.Environment) + " (" + string(d.Component)
	if d.Slot != nil && *d.Slot != "" {
		where += ", slot " + *d.Slot
	}
	where += ")"
	if d.Status != ledger.RecordSucceeded {
		return outcome(d.Status) + " deployment of " + thing + " to" + where + "; it changed nothing"
	}
	text := deed(d.Kind, thing) + where
	if d.Weight != ledger.Everybody() && d.Kind != ledger.KindUndeploy {
		text += ", with " + traffic(d.Weight)
	}
	switch {
	case d.Relation == ledger.RelationUnknown || d.Revision.IsZero() && d.Kind != ledger.KindUndeploy:
		text += ": what it brought is unknown"
	case len(d.Gained) == 0 && len(d.Lost) == 0:
		text += ": it brought nothing new"
	case len(d.Gained) == 0:
		text += ": it took away " + number(len(d.Lost)) + " and brought none"
	default:
		text += ": it brought " + number(len(d.Gained)) + " and took away " + number(len(d.Lost))
	}
	return text
}

// number writes a number of changes, "none" for 0.
func number(n int) string {
	if n == 0 {
		return "none"
	}
	return count(n, "change")
}

// deed is the verb of a kind with its object, up to the name of the place.
func deed(k ledger.DeploymentKind, thing string) string {
	switch k {
	case ledger.KindPromote:
		return "promoted " + thing + " to"
	case ledger.KindRollback:
		return "rolled back to " + thing + " in"
	case ledger.KindRedeploy:
		return "deployed " + thing + " again to"
	case ledger.KindCanaryStep:
		return "canary step of " + thing + " in"
	case ledger.KindTrafficSwitch:
		return "switched traffic to " + thing + " in"
	case ledger.KindUndeploy:
		return "undeployed " + thing + " from"
	default:
		return "deployed " + thing + " to"
	}
}

// outcome is the status of a deployment that did not come to be, as an
// adjective.
func outcome(s ledger.RecordStatus) string {
	switch s {
	case ledger.RecordFailed:
		return "failed"
	case ledger.RecordCancelled:
		return "cancelled"
	case ledger.RecordPending:
		return "pending"
	case ledger.RecordRunning:
		return "running"
	case ledger.RecordSuperseded:
		return "superseded"
	default:
		return "unfinished"
	}
}

// kindNoun names a kind that says more than that something was deployed, else
// "".
func kindNoun(k ledger.DeploymentKind) string {
	switch k {
	case ledger.KindPromote:
		return "a promotion"
	case ledger.KindRollback:
		return "a rollback"
	case ledger.KindRedeploy:
		return "a redeployment of the same"
	case ledger.KindCanaryStep:
		return "a canary step"
	case ledger.KindTrafficSwitch:
		return "a switch of the traffic"
	case ledger.KindUndeploy:
		return "an undeployment"
	}
	return ""
}

// aboutDeployment is the first line below the heading.
func aboutDeployment(d *ledger.Deployment) string {
	text := "deployment to " + clean(string(d.Environment))
	if d.Component != "" {
		text += ", component " + clean(string(d.Component))
	}
	if d.Repository != "" {
		text += " of " + clean(string(d.Repository))
	}
	return text
}

func (t *Teller) explainDeployment(d *ledger.Deployment) Story {
	s := Story{Kind: "deployment", ID: d.ID, Heading: "Deployment " + clean(d.ID), Subtitle: aboutDeployment(d)}
	about := Section{"What it did", []Line{t.Deployment(d)}}
	add := func(text string) { about.Lines = append(about.Lines, line(time.Time{}, text)) }
	if noun := kindNoun(d.Kind); noun != "" && d.KindBasis == ledger.KindInferred && d.Status == ledger.RecordSucceeded {
		add("no source calls it " + noun + ": that follows from what ran there before")
	}
	switch d.Relation {
	case ledger.RelationFirst:
		add("nothing ran there before")
	case ledger.RelationOlder:
		add("what it put there is older than what ran before")
	case ledger.RelationDiverged:
		add("what it put there is neither newer nor older than what ran before")
	case ledger.RelationUnknown:
		add("how it compares with what ran before is unknown")
	}
	if d.Actor != nil && *d.Actor != "" {
		add("made by " + *d.Actor)
	}
	if d.Description != nil && *d.Description != "" {
		add("described as: " + *d.Description)
	}
	s.Sections = append(s.Sections, about,
		Section{"What it brought", t.changeLines(d.Gained, d.Repository)},
		Section{"What it took away", t.changeLines(d.Lost, d.Repository)})
	return s
}
