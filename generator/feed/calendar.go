package feed

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// calendar has what happened and what is planned: releases and deployments to
// production are confirmed, what was taken back is cancelled, steps of flags that
// are written down for later are tentative.
func (t *team) calendar() *Calendar {
	c := &Calendar{
		Name: t.site.Title + ": releases", Description: "Releases, deployments to production, and planned steps.",
		URL: t.url("/"),
	}
	t.each(func(r release) {
		status := Confirmed
		if r.event.Gone {
			status = Cancelled
		}
		c.Events = append(c.Events, Event{
			UID: t.id(r.parts()...), At: r.event.At, Status: status,
			Summary:     r.note.Title + ": " + strings.TrimSuffix(lower(r.event.Text), ".") + " in " + string(r.environment),
			Description: r.event.Text, URL: t.url("/"), Categories: []string{"release", string(r.environment)},
		})
	})
	production := map[ledger.EnvironmentName]bool{}
	for _, e := range t.ledger.Environments {
		production[e.Name] = e.Tier == ledger.TierProduction
	}
	for i := range t.ledger.Deployments {
		d := &t.ledger.Deployments[i]
		if d.Status != ledger.RecordSucceeded || d.FinishedAt == nil || !production[d.Environment] {
			continue
		}
		text := t.teller.Deployment(d).Text
		c.Events = append(c.Events, Event{
			UID: t.id("deployment", d.ID), At: *d.FinishedAt, Status: Confirmed, Summary: strings.TrimSuffix(text, "."),
			Description: text, URL: address(t.builder, t.site.Pages.Deployment, d), Categories: []string{"deployment", string(d.Environment)},
		})
	}
	for i := range t.ledger.Flags {
		f := &t.ledger.Flags[i]
		for _, p := range f.Plan {
			text := t.teller.Plan(p).Text
			c.Events = append(c.Events, Event{
				UID: t.id("flag", string(f.Key), "planned", string(p.Environment), stamp(p.At)), At: p.At, Recorded: t.recorded(f), Sequence: t.rewritten(f), Status: Tentative,
				Summary: "Flag " + string(f.Key) + ": " + strings.TrimSuffix(lower(text), "."), Description: f.Description,
				URL: address(t.builder, t.site.Pages.Flag, f.Key), Categories: []string{"planned", string(p.Environment)},
			})
		}
	}
	return c
}

// rewritten is how often the entry of a flag was written anew: a plan that stands in
// it has that many editions at most, and the number rises with each.
func (t *team) rewritten(f *ledger.Flag) int {
	var written []time.Time
	for _, in := range f.Environments {
		for _, s := range in.Steps {
			if at := s.Written.At; !at.IsZero() && !at.After(t.asOf) {
				written = append(written, at)
			}
		}
	}
	slices.SortFunc(written, time.Time.Compare)
	return max(0, len(slices.CompactFunc(written, time.Time.Equal))-1)
}

// recorded is when the newest step of a flag took effect: a plan was written
// down no earlier than the entry that holds it, and never in the future.
func (t *team) recorded(f *ledger.Flag) time.Time {
	out := t.born
	for _, in := range f.Environments {
		for _, s := range in.Steps {
			if !s.Written.At.After(t.asOf) {
				out = later(out, s.Written.At)
			}
		}
	}
	return out
}
