package feed

import (
	"html"
	"maps"
	"slices"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
)

// Customers lists what an audience can subscribe to: what is new, with a
// calendar, and versions; then what is new of each kind, and where they may see
// these, of each environment, component and flag. It is made from the reduced
// ledger alone. Without a base address the list is empty.
func Customers(p audience.Public, s Site) []Subject {
	if s.Base == "" {
		return nil
	}
	l := p.Ledger()
	list := notes.From(l, notes.Options{Environment: p.Environment()})
	b := &customers{newBuilder(l, s), map[ledger.ChangeID][]ledger.ComponentName{}}
	for i := range l.Changes {
		b.components[l.Changes[i].ID] = l.Changes[i].Components
	}
	told := b.notes(list)
	news := b.archived(Subject{
		Path: "/feeds/new", Title: "What is new", Announce: true,
		About: "What you can use from now on, and what was taken back.",
	}, b.id("feed", "new"), entriesOf(told))
	news.Calendar = b.calendar(list)
	out := []Subject{news, b.archived(Subject{
		Path: "/feeds/versions", Title: "Versions", About: "What is new in each version.", Scope: "/versions/",
	}, b.id("feed", "versions"), b.versions(notes.ByVersion(list, l.Versions)))}
	return append(out, b.dimensions(p, told)...)
}

// dimensions has a feed for each kind of note, and where the audience may see
// them for each component, flag and environment.
func (b *customers) dimensions(p audience.Public, list []told) []Subject {
	var out []Subject
	add := func(s Subject, entries []Entry, id ...string) {
		out = append(out, b.archived(s, b.id(append([]string{"feed"}, id...)...), entries))
	}
	fields := p.Rules().Fields
	if fields.Environments {
		of := collate(func(e told) []ledger.ComponentName { return e.components }, list)
		for _, k := range slices.Sorted(maps.Keys(of)) {
			add(Subject{
				Path: "/feeds/component/" + pages.Segment(string(k)), Title: "Component " + line(string(k)), Group: "By component",
				About: "What is new in " + line(string(k)) + ".",
			}, of[k], "component", string(k))
		}
		for _, e := range p.Ledger().Environments {
			if e.Name == p.Environment() {
				continue // that is what the whole site is about
			}
			in := b.notes(notes.From(p.Ledger(), notes.Options{Environment: e.Name}))
			for i := range in { // the same note, at the date of this environment
				in[i].ID += "/" + escapePart(string(e.Name))
			}
			add(Subject{
				Path: "/feeds/environment/" + pages.Segment(string(e.Name)), Title: "Environment " + line(string(e.Name)), Group: "By environment",
				About: "What is new in " + line(string(e.Name)) + ".",
			}, entriesOf(in), "environment", string(e.Name))
		}
	}
	of := collate(func(e told) []notes.Kind { return []notes.Kind{e.kind} }, list)
	for _, k := range notes.Kinds() {
		add(kindSubject(k, "Notes that "+kindVerb(k)), of[k], "kind", string(k))
	}
	if fields.Flags {
		of := collate(func(e told) []ledger.FlagKey { return e.flags }, list)
		for _, k := range slices.Sorted(maps.Keys(of)) {
			add(Subject{
				Path: "/feeds/flag/" + pages.Segment(string(k)), Title: "Flag " + line(string(k)), Group: "By flag",
				About: "What the flag " + line(string(k)) + " brought.",
			}, of[k], "flag", string(k))
		}
	}
	return out
}

type customers struct {
	*builder
	components map[ledger.ChangeID][]ledger.ComponentName // where they may be seen
}

// noteTitle says in the title that something is gone: many readers show no more.
func noteTitle(n notes.Note) string {
	title := n.Title
	if n.Breaking {
		title = "Breaking: " + title
	}
	if !n.TakenBack.IsZero() {
		title = "Taken back: " + title
	}
	return title
}

// notes has an entry for each note: published when the audience first had it,
// updated when more of them have it or it is taken back.
func (b *customers) notes(list []notes.Note) []told {
	var out []told
	for _, n := range list {
		status := n.Events[len(n.Events)-1].Text
		var history []string
		for _, e := range n.Events {
			history = append(history, e.At.UTC().Format("2 January 2006")+": "+html.EscapeString(e.Text))
		}
		content := b.markdown(n.Body) + paragraph(status)
		if len(history) > 1 {
			content += items("What happened:", history)
		}
		summary := status
		if n.Version != "" {
			summary += " In version " + string(n.Version) + "."
		}
		var components []ledger.ComponentName
		for _, id := range n.Changes {
			components = append(components, b.components[id]...)
		}
		out = append(out, told{components: components, flags: n.Flags, kind: n.Kind, Entry: Entry{
			ID: b.id("note", n.Key), Title: noteTitle(n), URL: address(b.builder, b.site.Pages.Note, n.ID),
			Published: n.FirstExposed, Updated: n.Updated, SummaryText: summary, ContentHTML: content,
			Categories: []string{n.Kind.Title(), string(n.Version)},
			Extra: map[string]any{
				"kind": n.Kind, "breaking": n.Breaking, "version": n.Version, "audience": n.Audience,
				"first_exposed": when(n.FirstExposed), "released": when(n.Released), "taken_back": when(n.TakenBack),
			},
		}})
	}
	return out
}

// versions has an entry for each version with its notes by kind.
func (b *customers) versions(list []notes.InVersion) []Entry {
	var out []Entry
	for _, v := range list {
		if v.Version == nil || v.Version.At.IsZero() {
			continue
		}
		content := ""
		published := v.Version.At
		for _, s := range notes.Sections(v.Notes) {
			var entries []string
			for _, n := range s.Notes {
				entries = append(entries, link(address(b.builder, b.site.Pages.Note, n.ID), noteTitle(n)))
			}
			content += items(s.Title+":", entries)
		}
		updated := published
		for _, n := range v.Notes {
			updated = later(updated, n.Updated)
		}
		// A version is news for customers when they have the first thing in it.
		first := v.Notes[0].FirstExposed
		for _, n := range v.Notes {
			if n.FirstExposed.Before(first) {
				first = n.FirstExposed
			}
		}
		out = append(out, Entry{
			ID: b.id("version", string(v.Version.Component), string(v.Version.Name)), Title: "Version " + string(v.Version.Name),
			URL: address(b.builder, b.site.Pages.Version, v.Version), Published: later(published, first), Updated: updated,
			SummaryText: "What is new in version " + string(v.Version.Name) + ".", ContentHTML: content, Categories: []string{"version"},
			Extra: map[string]any{"version": v.Version.Name},
		})
	}
	return out
}

// calendar has an event for each step of each note.
func (b *customers) calendar(list []notes.Note) *Calendar {
	c := &Calendar{Name: b.site.Title + ": what is new", Description: "What became available, and what was taken back.", URL: b.url("/")}
	for _, n := range list {
		for _, e := range n.Events {
			status := Confirmed
			if e.Gone {
				status = Cancelled
			}
			c.Events = append(c.Events, Event{
				UID: b.id("note", n.Key, stamp(e.At)), At: e.At, Status: status,
				Summary: n.Title + ": " + strings.TrimSuffix(lower(e.Text), "."), Description: e.Text,
				URL: address(b.builder, b.site.Pages.Note, n.ID), Categories: []string{n.Kind.Title()},
			})
		}
	}
	return c
}
