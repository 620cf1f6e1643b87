package pages

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/ledger"
)

// Entry is a thing of a site that can be found by its words.
type Entry struct {
	Kind   string // "Change", "Flag": what it is, in one word
	Title  string
	Path   string // the address within the site, with the part of the page behind a "#"
	Detail string // a few words that tell it from others of its title
	State  Badge  // zero where it has none
	// Names are what else it is called: keys, ids, numbers. They count as much
	// as the title.
	Names   []string
	Text    string // the rest of what it is found by, plain text
	Filters []Filter
	// ByVersion: the entry is found by those alone who ask for its version, since
	// another one tells the same of a newer version. Such entries come last.
	ByVersion bool
}

// Filter is a property by which entries can be narrowed down: "kind", "Change".
type Filter struct{ Name, Value string }

// SearchPage is the page on which a site is searched. Its work is done by the
// script; without one it leads to the lists.
type SearchPage struct {
	Frame
	Lists []Link
}

func (f framer) searchPage() Page {
	p := at("/search/")
	page := &SearchPage{Frame: f.timeless().frame(p, "search", "Search", "/search/")}
	page.NoIndex = true
	for _, s := range f.sections {
		page.Lists = append(page.Lists, Link{s.title, p.to(s.path)})
	}
	return made(p.path, "search", page)
}

const (
	// longestFound bounds the text by which one entry is found, in bytes: the
	// beginning of a message says what it is about.
	longestFound = 1200
	// mostNames bounds the commits by which one change is found.
	mostNames = 40
)

// TeamEntries gives what can be found on the team's site, what people look for
// most often first: flags, environments, versions, terms, docs, then changes, the
// newest first, deployments, and docs of other versions.
func TeamEntries(in Input) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		t := newTeam(in)
		for _, part := range []iter.Seq[Entry]{t.flagEntries, t.environmentEntries, t.versionEntries, termEntries(in.Terms), docEntries(t.framer, t.clock, in.Docs), t.changeEntries, t.deploymentEntries, otherDocEntries(t.framer, t.clock, in.Docs)} {
			for e := range part {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func entry(kind, title, path string) Entry {
	return Entry{Kind: kind, Title: title, Path: path, Filters: []Filter{{"kind", kind}}}
}

func (t *team) flagEntries(yield func(Entry) bool) {
	for i := range t.l.Flags {
		f := &t.l.Flags[i]
		e := entry("Flag", titleOf(string(f.Key)), t.flagPath[i])
		e.Detail, e.Text = oneLine(f.Description), oneLine(f.Owner+" "+f.Description)
		if f.Retired != nil {
			e.State = Badge{"none", "Retired"}
		} else {
			for _, in := range f.Environments {
				if t.watched[in.Environment] {
					e.State = flagBadge(in.State, in.Percent, in.Groups)
				}
			}
		}
		if !yield(e) {
			return
		}
	}
}

func (t *team) environmentEntries(yield func(Entry) bool) {
	for _, env := range t.l.Environments {
		e := entry("Environment", titleOf(string(env.Name)), t.environmentAt[env.Name])
		e.Detail = tier(env)
		if !yield(e) {
			return
		}
	}
}

func (t *team) versionEntries(yield func(Entry) bool) {
	for i := range t.l.Versions {
		v := &t.l.Versions[i]
		k := key{v.Repository, string(v.Name)}
		if t.versionAt[k] != i {
			continue
		}
		e := entry("Version", titleOf(string(v.Name)), t.versionPath[k])
		e.Detail, e.Names = t.stamp(v.At).Date, []string{v.Commit.Short()}
		if !yield(e) {
			return
		}
	}
}

func termEntries(terms []Term) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, term := range terms {
			e := entry("Term", titleOf(term.Name), "/glossary/"+Segment(term.Slug)+"/")
			e.Detail, e.Names, e.Text = oneLine(term.Summary), term.Aliases, oneLine(term.Summary)
			if !yield(e) {
				return
			}
		}
	}
}

func (t *team) changeEntries(yield func(Entry) bool) {
	for _, i := range t.order {
		if !yield(t.changeEntry(i)) {
			return
		}
	}
}

func (t *team) changeEntry(i int) Entry {
	c := &t.l.Changes[i]
	e := entry("Change", changeTitle(c), t.changePath[i])
	var details []string
	if c.PullRequest > 0 {
		n := strconv.Itoa(c.PullRequest)
		details, e.Names = append(details, "#"+n), append(e.Names, n)
	}
	if date := dateOf(c); !date.IsZero() {
		details = append(details, t.stamp(date).Date)
	}
	e.Names = append(e.Names, string(c.ID))
	for k := 0; k < min(len(c.Commits), mostNames); k++ {
		e.Names = append(e.Names, c.Commits[k].Short())
	}
	for _, f := range c.Flags {
		e.Names = append(e.Names, string(f.Key))
	}
	if c.Version != "" {
		details = append(details, oneLine(string(c.Version)))
		e.Names = append(e.Names, string(c.Version))
	}
	text := []string{c.Author, c.Scope, c.Type, cut(c.Body, longestFound)}
	if c.Note != nil {
		text = append(text, c.Note.Title, cut(c.Note.Text, longestFound))
	}
	e.Text, e.Detail = strings.Join(text, " "), strings.Join(details, " · ")
	if t.runsWatched(i) {
		e.State = statusBadge(t.standingOf(i))
		e.Filters = append(e.Filters, Filter{"status", e.State.Word})
	}
	for _, component := range c.Components {
		e.Filters = append(e.Filters, Filter{"component", oneLine(string(component))})
	}
	if c.Type != "" {
		e.Filters = append(e.Filters, Filter{"type", oneLine(c.Type)})
	}
	if len(t.repos) > 1 {
		e.Filters = append(e.Filters, Filter{"repository", oneLine(string(c.Repository))})
	}
	return e
}

// runsWatched reports whether a change belongs to a watched environment at all.
func (t *team) runsWatched(i int) bool {
	return slices.ContainsFunc(t.l.Changes[i].Environments, func(in ledger.InEnvironment) bool { return t.watched[in.Environment] })
}

func (t *team) deploymentEntries(yield func(Entry) bool) {
	for i := range t.l.Deployments {
		d := &t.l.Deployments[i]
		name := d.Ref
		if name == "" {
			name = d.Revision.Short()
		}
		e := entry("Deployment", titleOf(name)+" to "+oneLine(string(d.Environment)), t.deployPath[i])
		e.Detail = oneLine(string(d.Component))
		if at := t.maybe(d.FinishedAt); at.Known() {
			e.Detail += " · " + at.Date
		}
		e.Names = []string{d.Revision.Short(), string(d.Version)}
		if d.Actor != nil {
			e.Text = oneLine(*d.Actor)
		}
		e.State = recordBadge(d.Status)
		if !yield(e) {
			return
		}
	}
}

// CustomersEntries gives what can be found on a customers' site: notes, the
// newest first, then versions, docs, terms, and docs of other versions.
func CustomersEntries(in PublicInput) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		c := newCustomers(in)
		for i := range c.in.Notes {
			if !yield(c.noteEntry(i)) {
				return
			}
		}
		for k, v := range c.versions {
			e := entry("Version", titleOf(v.Name), c.versionAddress(k))
			e.Detail = c.ageless(&v.At).Date
			if !yield(e) {
				return
			}
		}
		for _, part := range []iter.Seq[Entry]{docEntries(c.framer, c.clock, in.Docs), termEntries(in.Terms), otherDocEntries(c.framer, c.clock, in.Docs)} {
			for e := range part {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func (c *customers) noteEntry(i int) Entry {
	n := &c.in.Notes[i]
	e := entry("Note", titleOf(n.Title), c.paths[i])
	e.Detail = c.day(n.FirstExposed).Date
	e.Text = cut(string(n.Body), longestFound) + " " + strings.Join(n.Entries, " ")
	if n.Version != "" {
		e.Names = append(e.Names, n.Version)
		e.Detail += " · " + oneLine(n.Version)
	}
	if n.TakenBack != nil {
		e.State = Badge{"un-released", "Taken back"}
	}
	if n.Kind != "" {
		e.Filters = append(e.Filters, Filter{"type", oneLine(capital(n.Kind))})
	}
	return e
}
