package story

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

func (t *Teller) explainChange(c *ledger.Change) Story {
	s := Story{Kind: "change", ID: string(c.ID), Heading: clean(c.Title), Subtitle: t.subtitle(c)}
	s.Sections = append(s.Sections, Section{"Now", t.now(c)})
	for i := range c.Environments {
		if in := &c.Environments[i]; in.Status != ledger.StatusReleased && t.production(in.Environment) {
			s.Sections = append(s.Sections, Section{"Why it is not released in " + clean(string(in.Environment)), t.Why(c, in.Environment)})
		}
	}
	s.Sections = append(s.Sections, Section{"What it did to flags", t.flagSteps(c)}, Section{"What it is", t.aboutChange(c)})
	for i := range c.Environments {
		in := &c.Environments[i]
		s.Sections = append(s.Sections, Section{"What happened in " + clean(string(in.Environment)), t.Moves(c, in)})
	}
	return s
}

// now tells where a change stands in each environment. Some repositories have
// dozens of them for tests: those without users that never saw the change share
// a line.
func (t *Teller) now(c *ledger.Change) []Line {
	if len(c.Environments) == 0 {
		return t.nowhere(c)
	}
	var out []Line
	var never []string
	for i := range c.Environments {
		in := &c.Environments[i]
		if in.Status == ledger.StatusNotDeployed && len(in.Moves) == 0 && !t.production(in.Environment) {
			never = append(never, string(in.Environment))
			continue
		}
		out = append(out, line(time.Time{}, t.status(c, in)))
	}
	if len(never) > 0 {
		out = append(out, line(time.Time{}, "not deployed to "+some(never)+t.sinceMerged(c)))
	}
	return out
}

// some names up to four of a list, and counts the rest.
func some(list []string) string {
	if len(list) > 4 {
		list = append(list[:3:3], strconv.Itoa(len(list)-3)+" more")
	}
	return enumerate(list)
}

// subtitle names a change: "change 3fa9c1e2b4d5 of shop, pull request #12, by
// Engineer".
func (t *Teller) subtitle(c *ledger.Change) string {
	text := "change " + string(c.ID)
	if c.Repository != "" {
		text += " of " + clean(string(c.Repository))
	}
	if c.PullRequest > 0 {
		text += fmt.Sprintf(", pull request #%d", c.PullRequest)
	}
	if c.Author != "" {
		text += ", by " + clean(c.Author)
	}
	return text
}

// nowhere tells of a change that has no environments.
func (t *Teller) nowhere(c *ledger.Change) []Line {
	var out []Line
	add := func(text string) { out = append(out, line(time.Time{}, text)) }
	switch {
	case len(t.ledger.Environments) == 0:
		add("nothing is known of deployments here: no source tells of one")
	case len(c.Components) == 0:
		add("there is nothing of it to deploy: it touches no file of a component that is deployed by itself")
	default:
		add("its components, " + enumerate(names(c.Components)) + ", are not deployed anywhere, as far as is known")
	}
	var keys []string
	for _, f := range c.Flags {
		if name := "flag " + clean(string(f.Key)); f.Role == ledger.RoleMoves && !slices.Contains(keys, name) {
			keys = append(keys, name)
		}
	}
	if len(keys) > 0 {
		add("it changes who sees what is behind " + enumerate(keys))
	}
	return out
}

func names(list []ledger.ComponentName) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = clean(string(k))
	}
	return out
}

// flagSteps tells the steps of flags that a change wrote, in the order of the
// ledger's flags, environments and instants.
func (t *Teller) flagSteps(c *ledger.Change) []Line {
	var out []Line
	for _, cf := range c.Flags {
		f := t.flags[cf.Key]
		if f == nil || cf.Role != ledger.RoleMoves {
			continue
		}
		for i := range f.Environments {
			in := &f.Environments[i]
			for j := range in.Steps {
				if h := in.Steps[j].Written.Commit; h.IsZero() || h != c.Commit && !slices.Contains(c.Commits, h) {
					continue
				}
				l := t.FlagStep(f, in, j)
				l.Text = "Flag " + clean(string(f.Key)) + ": " + lower(l.Text)
				out = append(out, l)
			}
		}
	}
	return out
}

// aboutChange tells what a change is made of, and what it is tied to.
func (t *Teller) aboutChange(c *ledger.Change) []Line {
	merged := line(time.Time{}, "made as commit "+c.Commit.Short()+", which is not on the mainline")
	if c.Merged != nil {
		merged = line(*c.Merged, "merged as commit "+c.Commit.Short())
		merged.Basis = ledger.BasisCommitterDate
	}
	merged.Origins = []ledger.Origin{{Repository: c.Repository, Commit: c.Commit}}
	out := []Line{merged, line(time.Time{}, t.inVersions(c))}
	for _, cf := range c.Flags {
		l := line(time.Time{}, linkText(cf))
		l.Origins = cf.Origins
		out = append(out, l)
	}
	add := func(text string, h ledger.Hash) {
		l := line(time.Time{}, text)
		l.Origins = []ledger.Origin{{Repository: c.Repository, Commit: h}}
		out = append(out, l)
	}
	for _, h := range c.Backports {
		add("backported as commit "+h.Short(), h)
	}
	for _, h := range c.RevertedBy {
		text := "undone in the code by commit " + h.Short()
		if r := t.holderOf(c.Repository, h); r != nil && len(r.RevertedBy) > 0 {
			text += ", which was itself undone by commit " + r.RevertedBy[len(r.RevertedBy)-1].Short()
		}
		add(text, h)
	}
	for _, h := range c.Reverts {
		add("undoes commit "+h.Short(), h)
	}
	return out
}

// holderOf finds the change whose id a commit gives, or nil.
func (t *Teller) holderOf(repository ledger.RepositoryName, h ledger.Hash) *ledger.Change {
	return t.changes[changeKey{repository, ledger.ChangeID(h.Short())}]
}

// inVersions names the versions that hold a change.
func (t *Teller) inVersions(c *ledger.Change) string {
	var first, backports []string
	for _, v := range c.Versions {
		if v.Backport.IsZero() {
			first = append(first, clean(string(v.Name)))
		} else {
			backports = append(backports, clean(string(v.Name)))
		}
	}
	if len(first) == 0 && c.Version != "" {
		first = []string{clean(string(c.Version))}
	}
	first, backports = slices.Compact(first), slices.Compact(backports)
	text := "in no version yet"
	switch {
	case len(first) == 0 && c.OffMainline:
		text = "in no version"
	case len(first) > 0:
		text = "first in version " + some(first)
	case len(c.Components) == 0 && t.linesByComponent(c.Repository):
		text = "in no version: each version here is of one component, and it belongs to none"
	case !t.hasVersions(c.Repository):
		text = "in no version: there are none in this repository"
	}
	if len(backports) > 0 {
		text += "; as a backport also in " + some(backports)
	}
	return text
}

// linesByComponent reports whether every version of a repository is one of a
// component, and there are some.
func (t *Teller) linesByComponent(repository ledger.RepositoryName) bool {
	some := false
	for i := range t.ledger.Versions {
		if v := &t.ledger.Versions[i]; v.Repository == repository {
			if v.Component == "" {
				return false
			}
			some = true
		}
	}
	return some
}

// linkText says how a change is tied to a flag, and by which evidence.
func linkText(cf ledger.ChangeFlag) string {
	var verb string
	switch cf.Role {
	case ledger.RoleMoves:
		verb = "moves flag "
	case ledger.RoleRemoves:
		verb = "removes flag "
	default:
		verb = "behind flag "
	}
	text := verb + clean(string(cf.Key))
	if cf.Negated {
		text += " where it is off"
	}
	if cf.Variant != "" {
		text += ", variant " + clean(cf.Variant)
	}
	switch cf.By {
	case ledger.LinkTrailer:
		text += ", as a trailer of its message says"
	case ledger.LinkMetadata:
		text += ", as the flag's own entry says"
	case ledger.LinkEdit:
		text += ", whose entry it edits"
		if cf.Role == ledger.RoleBehind {
			text = strings.TrimSuffix(text, "edits") + "adds along with other files"
		}
		if cf.Role == ledger.RoleRemoves {
			text = strings.TrimSuffix(text, "edits") + "deletes"
		}
	case ledger.LinkOccurrence:
		text += ", whose key is in the lines that it adds"
	case ledger.LinkPath:
		text += ", by the path of its files"
	}
	return text
}
