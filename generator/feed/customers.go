package feed

import (
	"html"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/notes"
)

// Customers lists what an audience can subscribe to: what is new, with a
// calendar, and versions. It is made from the reduced ledger alone. Without a
// base address the list is empty.
func Customers(p audience.Public, s Site) []Subject {
	if s.Base == "" {
		return nil
	}
	l := p.Ledger()
	list := notes.From(l, notes.Options{Environment: p.Environment()})
	b := &customers{newBuilder(l, s)}
	news := b.feed(Subject{
		Path: "/feeds/new", Title: "What is new", Announce: true,
		About: "What you can use from now on, and what was taken back.",
	}, b.id("feed", "new"), b.notes(list))
	news.Calendar = b.calendar(list)
	return []Subject{news, b.feed(Subject{
		Path: "/feeds/versions", Title: "Versions", About: "What is new in each version.",
	}, b.id("feed", "versions"), b.versions(notes.ByVersion(list, l.Versions)))}
}

type customers struct{ *builder }

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
func (b *customers) notes(list []notes.Note) []Entry {
	var out []Entry
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
		out = append(out, Entry{
			ID: b.id("note", n.Key), Title: noteTitle(n), URL: address(b.builder, b.site.Pages.Note, n.ID),
			Published: n.FirstExposed, Updated: n.Updated, SummaryText: summary, ContentHTML: content,
			Categories: []string{n.Kind.Title(), string(n.Version)},
			Extra: map[string]any{
				"kind": n.Kind, "breaking": n.Breaking, "version": n.Version, "audience": n.Audience,
				"first_exposed": when(n.FirstExposed), "released": when(n.Released), "taken_back": when(n.TakenBack),
			},
		})
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
