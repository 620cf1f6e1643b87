package metrics

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// laneDeployment is a counted deployment of a lane.
type laneDeployment struct {
	lane  *lane
	index int
}

// ascribe gives each incident the deployment that its file names, or else the
// last one that had ended when it began, among the lanes that it may be of. The
// answer is by the incident's id, for commits that name it.
func (c *computation) ascribe(incidents []ledger.Incident) map[string][]laneDeployment {
	out := map[string][]laneDeployment{}
	if !c.believes(SourceIncident) {
		return out
	}
	for _, ln := range c.lanes {
		if c.opt.Incidents && ln.tier == ledger.TierProduction {
			ln.failureMarked = true
		}
	}
	for i := range incidents {
		in := &incidents[i]
		if in.StartedAt.After(c.l.AsOf) {
			continue // it has not happened yet
		}
		lanes := c.lanesOf(in)
		found, declared := c.causes(in, lanes)
		linked := LinkedIncident{ID: in.ID, Title: in.Title, URL: in.URL, StartedAt: in.StartedAt, Deployments: []string{}, Declared: declared}
		ended := !in.ResolvedAt.IsZero() && !in.ResolvedAt.After(c.l.AsOf)
		if ended {
			linked.ResolvedAt = &in.ResolvedAt
		}
		for _, ln := range lanes {
			ln.failureMarked = true // somebody writes incidents down here
		}
		for _, a := range found {
			f := a.lane.fail(a.index, SourceIncident, in.StartedAt)
			f.incidents = append(f.incidents, in.ID)
			slices.Sort(f.incidents)
			f.open = f.open || !ended
			if ended && in.ResolvedAt.After(f.resolved) {
				f.resolved = in.ResolvedAt
			}
			linked.Deployments = append(linked.Deployments, a.lane.counted[a.index].ID)
		}
		if len(found) == 0 {
			linked.Unlinked = ReasonNoCulprit
			for _, ln := range lanes {
				ln.lostMarks = append(ln.lostMarks, omission{in.StartedAt, ReasonNoCulprit})
			}
			c.doubt(in)
		}
		slices.Sort(linked.Deployments)
		linked.Deployments = slices.Compact(linked.Deployments)
		c.linked = append(c.linked, linked)
		out[in.ID] = append(out[in.ID], found...)
	}
	slices.Reverse(c.linked)
	return out
}

// lanesOf lists the lanes that an incident may be of: those that it names, in
// production where it names no environment.
func (c *computation) lanesOf(in *ledger.Incident) []*lane {
	var out []*lane
	for _, ln := range c.lanes {
		if (in.Environment == ln.environment || in.Environment == "" && ln.tier == ledger.TierProduction) &&
			(in.Component == "" || in.Component == ln.component) && (in.Repository == "" || in.Repository == ln.repository) {
			out = append(out, ln)
		}
	}
	return out
}

// causes finds the deployments that an incident comes from. A name may be that of
// a deployment of several parts; time finds one.
func (c *computation) causes(in *ledger.Incident, lanes []*lane) (found []laneDeployment, declared bool) {
	if in.Deployment != "" {
		for _, ln := range lanes {
			if j := ln.named(in.Deployment, in.StartedAt); j >= 0 {
				found = append(found, laneDeployment{ln, j})
			}
		}
		return found, len(found) > 0
	}
	var at time.Time
	for _, ln := range lanes {
		if j := ln.endedBy(in.StartedAt) - 1; j >= 0 && (found == nil || ln.counted[j].FinishedAt.After(at)) {
			found, at = []laneDeployment{{ln, j}}, *ln.counted[j].FinishedAt
		}
	}
	return found, false
}

// endedBy counts the deployments that had ended at an instant; they come first.
func (ln *lane) endedBy(at time.Time) int {
	n, _ := slices.BinarySearchFunc(ln.counted, at, func(d *ledger.Deployment, at time.Time) int {
		if d.FinishedAt.After(at) {
			return 1
		}
		return -1
	})
	return n
}

// doubt says that an incident could not be ascribed.
func (c *computation) doubt(in *ledger.Incident) {
	p := ledger.Problem{Origins: in.Origins, Rule: "unlinked-incident", Level: ledger.LevelInfo,
		Message: "no deployment is known that incident " + clip(in.ID) + " could have come from",
		Hint:    "name its environment, component or deployment as the records do"}
	if in.Deployment != "" {
		p.Message = "incident " + clip(in.ID) + " names a deployment that had not ended when it began, or that nobody recorded: " + clip(in.Deployment)
	}
	c.problems = append(c.problems, p)
}
