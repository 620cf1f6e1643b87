package notes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// ChangelogOptions say what a changelog holds.
type ChangelogOptions struct {
	Options
	// Version keeps the section of this one alone, without a title, such as for
	// the text of a release on a repository's host. Empty is all.
	Version ledger.VersionName
	// Links gives the address of a version, "" for none; nil is none.
	Links func(ledger.VersionName) string
}

// Changelog writes a ledger in the form of Keep a Changelog: a section for each
// version, the newest first, with what is released by kind. What users cannot
// see yet, or not all of them, stands before them under "Unreleased", which is
// that word's own meaning: deployed and seen by some, deployed and dark, merged
// and not deployed. What was taken back stays in its version, and says so.
//
// A ledger that was reduced for an audience gives a changelog for it: nothing
// in it is dark.
func Changelog(l *ledger.Ledger, o ChangelogOptions) string {
	var b strings.Builder
	released, some := apart(From(l, o.Options))
	if o.Version == "" {
		b.WriteString("# Changelog\n\nWhat is new, by version.\nThe dates are those on which users could see it, which may be later than the version's.\n")
		writeUnreleased(&b, some, waiting(l, o.Options))
	}
	var linked []ledger.VersionName
	for _, v := range ByVersion(released, l.Versions) {
		name, title := ledger.VersionName(""), "## No version\n"
		if v.Version != nil {
			name = v.Version.Name
			title = "## [" + Plain(string(name)) + "]"
			if !v.Version.At.IsZero() {
				title += " - " + v.Version.At.UTC().Format(time.DateOnly)
			}
			title += "\n"
			linked = append(linked, name)
		}
		if o.Version != "" && name != o.Version {
			continue
		}
		b.WriteString("\n" + title)
		for _, s := range Sections(v.Notes) {
			b.WriteString("\n### " + s.Title + "\n\n")
			for _, n := range s.Notes {
				writeNote(&b, n, "")
			}
		}
	}
	if o.Links != nil && o.Version == "" {
		writeLinks(&b, linked, o.Links)
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// apart parts what all users have, or had, from what some have.
func apart(list []Note) (released, some []Note) {
	for _, n := range list {
		if n.TakenBack.IsZero() && n.Audience != "everyone" {
			some = append(some, n)
		} else {
			released = append(released, n)
		}
	}
	return released, some
}

// pending is a change that nobody sees.
type pending struct {
	dark, missing []*ledger.Change // in the order of the ledger
	in            ledger.EnvironmentName
}

// waiting lists the changes that would be told and that nobody ever saw: dark
// ones, and those that are not deployed.
func waiting(l *ledger.Ledger, o Options) pending {
	p := pending{in: o.Environment}
	for _, e := range l.Environments {
		if p.in == "" && e.Tier == ledger.TierProduction {
			p.in = e.Name
		}
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		k := Kind(KindOf(c))
		if k == "" || len(o.Kinds) > 0 && !slices.Contains(o.Kinds, k) {
			continue
		}
		for j := range c.Environments {
			in := &c.Environments[j]
			switch {
			case in.Environment != p.in || in.FirstExposed.Known():
			case in.Status == ledger.StatusDark:
				p.dark = append(p.dark, c)
			case in.Status == ledger.StatusNotDeployed:
				p.missing = append(p.missing, c)
			}
		}
	}
	return p
}

func writeUnreleased(b *strings.Builder, some []Note, p pending) {
	if len(some)+len(p.dark)+len(p.missing) == 0 {
		return
	}
	b.WriteString("\n## [Unreleased]\n")
	if len(some) > 0 {
		b.WriteString("\n### Deployed, and seen by some\n\n")
		for _, n := range some {
			writeNote(b, n, n.Kind.Title())
		}
	}
	for _, part := range []struct {
		title string
		list  []*ledger.Change
	}{{"Deployed, and dark", p.dark}, {"Not deployed", p.missing}} {
		if len(part.list) == 0 {
			continue
		}
		b.WriteString("\n### " + part.title + "\n\n")
		for _, c := range part.list {
			writePending(b, c, p.in)
		}
	}
}

// writePending writes a change that nobody sees: its version, since when it is
// there, and what it waits for.
func writePending(b *strings.Builder, c *ledger.Change, env ledger.EnvironmentName) {
	var about []string
	if c.Version != "" {
		about = append(about, Plain(string(c.Version)))
	}
	for _, in := range c.Environments {
		if in.Environment == env && in.Deployed.Known() && in.Status == ledger.StatusDark {
			about = append(about, "deployed "+in.Deployed.At.UTC().Format(time.DateOnly))
		}
	}
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind && !f.Negated {
			about = append(about, "flag "+Plain(string(f.Key)))
		}
	}
	title := Headline(c)
	if c.Note != nil && c.Note.Title != "" {
		title = oneLine(c.Note.Title)
	}
	writeLine(b, Kind(KindOf(c)).Title(), c.Breaking, cmp.Or(title, string(c.ID)), about)
}

func writeNote(b *strings.Builder, n Note, kind string) {
	var about []string
	switch {
	case !n.TakenBack.IsZero():
		about = append(about, "taken back "+n.TakenBack.UTC().Format(time.DateOnly))
	case !n.Released.IsZero() && n.Audience == "everyone":
		about = append(about, "released "+n.Released.UTC().Format(time.DateOnly))
	default:
		about = append(about, Plain(n.Audience)+" since "+n.Updated.UTC().Format(time.DateOnly))
	}
	if kind != "" && n.Version != "" {
		about = append([]string{Plain(string(n.Version))}, about...)
	}
	writeLine(b, kind, n.Breaking, n.Title, about)
	for _, e := range n.Entries {
		b.WriteString("  - " + Plain(e) + "\n")
	}
}

// writeLine writes an item of a list.
func writeLine(b *strings.Builder, kind string, breaking bool, title string, about []string) {
	b.WriteString("- ")
	if kind != "" {
		b.WriteString(kind + ": ")
	}
	if breaking {
		b.WriteString("**Breaking:** ")
	}
	b.WriteString(Plain(title))
	if len(about) > 0 {
		b.WriteString(" (" + strings.Join(about, ", ") + ")")
	}
	b.WriteString("\n")
}

// writeLinks defines what the names of versions in brackets lead to, each once.
func writeLinks(b *strings.Builder, names []ledger.VersionName, link func(ledger.VersionName) string) {
	first := true
	for _, name := range names {
		url := link(name)
		if url == "" {
			continue
		}
		if first {
			b.WriteString("\n")
			first = false
		}
		fmt.Fprintf(b, "[%s]: <%s>\n", Plain(string(name)), strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(oneLine(url)))
	}
}

// Plain makes hostile text plain in Markdown: one line, without control
// characters, mark-up or mentions. A word joiner behind an "@" keeps it from
// calling somebody.
func Plain(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		switch {
		case r == '@':
			b.WriteString("@\u2060")
			continue
		case r == '<':
			b.WriteString("&lt;")
			continue
		case r == '>':
			b.WriteString("&gt;")
			continue
		case r == '&':
			b.WriteString("&amp;")
			continue
		case strings.ContainsRune("\\`*_{}[]#!|~", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
