package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"strings"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/story"
)

// Team lists what a team can subscribe to: releases (with a calendar of what
// happened and of what is planned), deployments, dark changes, versions and
// problems; then by one dimension at a time: each environment, each repository
// and each component where there are several, each kind of change, each flag. Without a base
// address the list is empty.
func Team(l *ledger.Ledger, s Site) []Subject {
	if s.Base == "" {
		return nil
	}
	t := &team{
		builder: newBuilder(l, s), ledger: l, teller: story.New(l, nil),
		changes: map[changeKey]*ledger.Change{}, byID: map[ledger.ChangeID][]*ledger.Change{},
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		t.changes[changeKey{c.Repository, c.ID}] = c
		t.byID[c.ID] = append(t.byID[c.ID], c)
	}
	released, deployed := t.releases(), t.deployments()
	releases := t.archived(Subject{
		Path: "/feeds/releases", Title: "Releases", Announce: true,
		About: "What users can see from now on, what more of them can see, and what was taken back.",
	}, t.id("feed", "releases"), entriesOf(released))
	releases.Calendar = t.calendar()
	out := []Subject{
		releases,
		t.archived(Subject{
			Path: "/feeds/deployments", Title: "Deployments", Announce: true,
			About: "What began to run where, and what it brought.",
		}, t.id("feed", "deployments"), entriesOf(deployed)),
		t.complete(Subject{
			Path: "/feeds/dark", Title: "Dark changes", Scope: "/dark/",
			About: "What is deployed to production and nobody can see yet.",
		}, t.id("feed", "dark"), t.dark()),
		t.archived(Subject{
			Path: "/feeds/versions", Title: "Versions", Scope: "/versions/",
			About: "Named points in history, and what is first in them.",
		}, t.id("feed", "versions"), t.versions()),
		t.complete(Subject{
			Path: "/feeds/problems", Title: "Problems", Scope: "/problems/",
			About: "Doubts about the data, with their place and what to do.",
		}, t.id("feed", "problems"), t.problems()),
	}
	out = append(out, t.byEnvironment(released, deployed)...)
	out = append(out, t.byRepository(released, deployed)...)
	out = append(out, t.byComponent(released, deployed)...)
	out = append(out, t.byKind(released)...)
	return append(out, t.byFlag(released)...)
}

type changeKey struct {
	repository ledger.RepositoryName
	id         ledger.ChangeID
}

// team makes the entries of the team's feeds.
type team struct {
	*builder
	ledger  *ledger.Ledger
	teller  *story.Teller
	changes map[changeKey]*ledger.Change
	byID    map[ledger.ChangeID][]*ledger.Change // in the order of the ledger
}

// release is one event in the life of a note, in an environment.
type release struct {
	environment ledger.EnvironmentName
	note        notes.Note
	event       notes.Event
}

// each gives the release events of all environments of tier production.
func (t *team) each(do func(release)) {
	for _, e := range t.ledger.Environments {
		if e.Tier != ledger.TierProduction {
			continue
		}
		for _, n := range notes.From(t.ledger, notes.Options{Environment: e.Name}) {
			for _, ev := range n.Events {
				do(release{e.Name, n, ev})
			}
		}
	}
}

// id of a release event: what it is about, where, and when.
func (r release) parts() []string {
	return []string{"note", r.note.Key, "released", string(r.environment), r.event.At.UTC().Format("20060102T150405Z")}
}

// releases has an entry for each event of each note: one step of a flag is one
// entry, however many changes it brought.
func (t *team) releases() []told {
	var out []told
	t.each(func(r release) {
		var brought []string
		var components []ledger.ComponentName
		var repositories []ledger.RepositoryName
		url := t.url("/")
		for _, id := range r.note.Changes {
			for _, c := range t.byID[id] {
				components = append(components, c.Components...)
				repositories = append(repositories, c.Repository)
				brought = append(brought, link(t.changeURL(c), c.Title))
				url = t.changeURL(c)
			}
		}
		if len(r.note.Flags) == 1 && t.site.Pages.Flag != nil {
			url = t.url(t.site.Pages.Flag(r.note.Flags[0]))
		}
		where := " in " + string(r.environment)
		out = append(out, told{environment: r.environment, repositories: repositories, components: components, flags: r.note.Flags, kind: r.note.Kind, Entry: Entry{
			ID: t.id(r.parts()...), Title: r.note.Title + ": " + strings.TrimSuffix(lower(r.event.Text), ".") + where, URL: url,
			Published: r.event.At, Updated: r.event.At,
			SummaryText: r.event.Text,
			ContentHTML: paragraph(strings.TrimSuffix(r.event.Text, ".")+where+".") + t.markdown(r.note.Body) + items("Changes:", brought),
			Categories:  []string{"release", r.note.Kind.Title()},
			Extra: map[string]any{
				"environment": r.environment, "audience": r.event.Audience, "changes": r.note.Changes, "flags": r.note.Flags,
				"version": r.note.Version, "first_exposed": r.note.FirstExposed.UTC(),
			},
		}})
	})
	return out
}

// deployments has an entry for each record.
func (t *team) deployments() []told {
	var out []told
	for i := range t.ledger.Deployments {
		d := &t.ledger.Deployments[i]
		at := d.FinishedAt
		if at == nil {
			at = d.StartedAt
		}
		if at == nil {
			continue // a record without any date is on the page of problems
		}
		line := t.teller.Deployment(d)
		e := Entry{
			ID: t.id("deployment", d.ID), Title: strings.TrimSuffix(line.Text, "."), URL: address(t.builder, t.site.Pages.Deployment, d),
			Published: *at, Updated: *at, SummaryText: line.Text,
			ContentHTML: paragraph(line.Text) + t.list("Brought:", d.Repository, d.Gained) + t.list("Took away:", d.Repository, d.Lost),
			Categories:  []string{string(d.Environment), string(d.Component), string(d.Kind), string(d.Status)},
			Extra: map[string]any{
				"environment": d.Environment, "component": d.Component, "revision": d.Revision, "version": d.Version,
				"kind": d.Kind, "status": d.Status, "gained": len(d.Gained), "lost": len(d.Lost),
			},
		}
		if d.Actor != nil {
			e.Author = *d.Actor
		}
		out = append(out, told{Entry: e, environment: d.Environment, repositories: []ledger.RepositoryName{d.Repository}, components: []ledger.ComponentName{d.Component}})
	}
	return out
}

// list links changes with their status in production.
func (t *team) list(title string, repository ledger.RepositoryName, ids []ledger.ChangeID) string {
	var out []string
	for _, id := range ids {
		if c := t.changes[changeKey{repository, id}]; c != nil {
			out = append(out, link(t.changeURL(c), c.Title))
		}
	}
	return items(title, out)
}

// dark has an entry for each change that is dark in an environment of tier
// production, dated by its deployment: one that is released leaves the feed, and
// is in that of releases.
func (t *team) dark() []Entry {
	var out []Entry
	for _, e := range t.ledger.Environments {
		if e.Tier != ledger.TierProduction {
			continue
		}
		for _, c := range t.teller.Dark(e.Name) {
			for _, in := range c.Environments {
				if in.Environment != e.Name || !in.Deployed.Known() {
					continue
				}
				// The sentence of the move and not that of the status: an age would be
				// another one at each build.
				text := "Deployed to " + string(e.Name) + ", and nobody can see it."
				for i, m := range in.Moves {
					if m.At.Equal(in.Deployed.At) {
						text = t.teller.Move(c, &in, i).Text
						break
					}
				}
				out = append(out, Entry{
					ID: t.id(string(c.Repository), "change", string(c.ID), "dark", string(e.Name)), Title: c.Title, URL: t.changeURL(c),
					Published: in.Deployed.At, Updated: in.Deployed.At, Author: c.Author, SummaryText: text,
					Categories: []string{"dark", string(e.Name)}, Extra: t.extra(c, &in),
				})
			}
		}
	}
	return out
}

// extra is the "_daylight" object of a change in an environment.
func (t *team) extra(c *ledger.Change, in *ledger.InEnvironment) map[string]any {
	out := map[string]any{
		"repository": c.Repository, "commit": c.Commit, "version": c.Version, "environment": in.Environment, "status": in.Status,
		"deployed": when(in.Deployed.At), "first_exposed": when(in.FirstExposed.At), "released": when(in.Released.At),
	}
	if c.PullRequest > 0 {
		out["pull_request"] = c.PullRequest
	}
	var flags []ledger.FlagKey
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind {
			flags = append(flags, f.Key)
		}
	}
	if len(flags) > 0 {
		out["flags"] = flags
	}
	return out
}

// when is an instant for JSON, null when unknown.
func when(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func (t *team) versions() []Entry {
	var out []Entry
	for i := range t.ledger.Versions {
		v := &t.ledger.Versions[i]
		if v.At.IsZero() {
			continue
		}
		title := "Version " + string(v.Name)
		if v.Component != "" {
			title += " of " + string(v.Component)
		}
		summary := "Made with " + number(len(v.Changes)) + " changes that no version held before."
		if len(v.Changes) == 1 {
			summary = "Made with 1 change that no version held before."
		}
		out = append(out, Entry{
			ID: t.id(string(v.Repository), "version", string(v.Component), string(v.Name)), Title: title, URL: address(t.builder, t.site.Pages.Version, v),
			Published: v.At, Updated: v.At, SummaryText: summary,
			ContentHTML: paragraph(summary) + t.list("First in it:", v.Repository, v.Changes),
			Categories:  []string{"version", string(v.Component)},
			Extra:       map[string]any{"version": v.Name, "component": v.Component, "commit": v.Commit, "changes": v.Changes},
		})
	}
	return out
}

// problems are dated by the commit that they point at, or by the birth of the
// repository: they have no date of their own, and the day of the build would be
// a new one each time.
func (t *team) problems() []Entry {
	merged := map[ledger.Hash]time.Time{}
	for i := range t.ledger.Changes {
		c := &t.ledger.Changes[i]
		for _, h := range c.Commits {
			if c.Merged != nil {
				merged[h] = *c.Merged
			}
		}
	}
	var out []Entry
	for _, p := range t.ledger.Problems {
		at := later(t.born, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
		var places []string
		for _, o := range p.Origins {
			places = append(places, "<code>"+html.EscapeString(line(o.String()))+"</code>")
			if m, ok := merged[o.Commit]; ok {
				at = later(at, m)
			}
		}
		sum := sha256.Sum256([]byte(p.Rule + "\x00" + p.String()))
		content := paragraph(p.Message)
		if p.Hint != "" {
			content += paragraph("Hint: " + p.Hint)
		}
		out = append(out, Entry{
			ID: t.id("problem", line(p.Rule), hex.EncodeToString(sum[:8])), Title: p.String(), URL: t.url("/problems/"),
			Published: at, Updated: at, SummaryText: p.Message,
			ContentHTML: content + items("Places:", places), Categories: []string{string(p.Level), p.Rule},
			Extra: map[string]any{"rule": p.Rule, "level": p.Level},
		})
	}
	return out
}
