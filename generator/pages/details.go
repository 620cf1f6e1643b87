package pages

import (
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// facts lists the details of a change. What is not known is left out.
func (t *team) facts(p place, c *ledger.Change) []Fact {
	var out []Fact
	add := func(name string, texts ...Link) {
		texts = slices.DeleteFunc(texts, func(l Link) bool { return l.Text == "" })
		if len(texts) > 0 {
			out = append(out, Fact{Name: name, Texts: texts})
		}
	}
	out = append(out, Fact{Name: "Merged", At: t.maybe(c.Merged)})
	if c.Merged == nil {
		out[0].Texts = []Link{{Text: "not merged into the mainline"}}
	}
	add("Author", Link{Text: oneLine(c.Author)})
	add("Pull request", t.requestLink(c))
	add("Commit", t.commitLink(c.Repository, c.Commit))
	if !c.Commit.IsZero() {
		out[len(out)-1].Copy = c.Commit.String()
	}
	if n := len(c.Commits); n > 1 {
		add("Brought in", Link{Text: count(n, "commit")})
	}
	add("First version", t.versionLink(p, c.Repository, c.Version))
	add("Other versions", t.otherVersions(p, c)...)
	var components []Link
	for _, k := range c.Components {
		components = append(components, Link{Text: tidy(k)})
	}
	add("Components", components...)
	if len(t.repos) > 1 {
		add("Repository", Link{Text: tidy(c.Repository)})
	}
	var backports []Link
	for _, h := range c.Backports {
		backports = append(backports, t.commitLink(c.Repository, h))
	}
	add("Backports", backports...)
	add("Tickets", t.tickets(c)...)
	if c.Scope != "" {
		add("Scope", Link{Text: oneLine(c.Scope)})
	}
	return out
}

// otherVersions links the versions of other lines, and those that hold only a
// backport.
func (t *team) otherVersions(p place, c *ledger.Change) []Link {
	var out []Link
	for _, v := range c.Versions {
		if v.Name == c.Version {
			continue
		}
		l := t.versionLink(p, c.Repository, v.Name)
		if !v.Backport.IsZero() {
			l.Text += " (backport)"
		}
		out = append(out, l)
	}
	return out
}

// mostTickets bounds what one message can make.
const mostTickets = 10

// tickets finds the tickets that a message names, in their order, each once.
func (t *team) tickets(c *ledger.Change) []Link {
	pattern := t.site.Links.TicketPattern
	if pattern == nil {
		return nil
	}
	var out []Link
	for _, m := range pattern.FindAllStringSubmatch(c.Title+"\n"+cut(c.Body, longestBody), 4*mostTickets) {
		id := oneLine(m[min(1, len(m)-1)])
		if id == "" || len(out) == mostTickets || slices.ContainsFunc(out, func(l Link) bool { return l.Text == id }) {
			continue
		}
		out = append(out, Link{id, expand(t.site.Links.Ticket, "ticket", id, "repository", string(c.Repository))})
	}
	return out
}

// evidence says for each flag of a change why the two belong together.
func (t *team) evidence(p place, c *ledger.Change) []FlagEvidence {
	var out []FlagEvidence
	for _, f := range c.Flags {
		e := FlagEvidence{Flag: t.flagLink(p, f.Key), Role: roleWords(f.Role), By: ruleWords(f.By), Origins: t.origins(f.Origins)}
		var notes []string
		if f.Negated {
			notes = append(notes, "the change shows where the flag is off")
		}
		if f.Variant != "" {
			notes = append(notes, "the change shows to those who get the variant "+oneLine(f.Variant))
		}
		if !f.Known {
			notes = append(notes, "no manifest knows this flag, so it counts as off")
		}
		e.Note = strings.Join(notes, "; ")
		out = append(out, e)
	}
	return out
}

func roleWords(r ledger.LinkRole) string {
	switch r {
	case ledger.RoleBehind:
		return "is behind"
	case ledger.RoleMoves:
		return "moves"
	case ledger.RoleRemoves:
		return "removes"
	}
	return "names"
}

func ruleWords(r ledger.LinkRule) string {
	switch r {
	case ledger.LinkTrailer:
		return "a trailer of the commit says so"
	case ledger.LinkMetadata:
		return "the flag's own metadata names the pull request"
	case ledger.LinkEdit:
		return "the commit edits the flag's entry"
	case ledger.LinkOccurrence:
		return "the key occurs in the lines that it adds"
	case ledger.LinkPath:
		return "a path pattern of the configuration"
	}
	return oneLine(string(r))
}
