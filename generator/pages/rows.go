package pages

import (
	"strconv"
	"strings"

	"daylight/generator/ledger"
)

// ChangeRow is a change in a list.
type ChangeRow struct {
	Title    Link
	Type     string // "feat", or ""
	Breaking bool
	Request  Link // the pull request, "#123"
	Version  Link // the first that holds it
	Merged   Stamp
	Author   string
	Flags    []Link
	Cells    []Cell // one for each environment of the list's heading
}

// Cell is where a change stands in one environment.
type Cell struct {
	Environment string // for screens on which the heading is far away
	Badge       Badge
	Who         string // for limited: "25 %"; else ""
	Deployed    Stamp
	Released    Stamp
}

// EnvironmentHead is a column of a table.
type EnvironmentHead struct {
	Link
	Tier string // "" where the name says the same
}

// ChangeTable is a list of changes as a table.
type ChangeTable struct {
	Caption string // says what the rows are; also the name of the region that scrolls
	Folded  Link   // to the environments that are no columns; Text is "" when all are
	Columns []EnvironmentHead
	Rows    []ChangeRow
}

// table shows changes by index, in the order given.
func (t *team) table(p place, caption string, changes []int) ChangeTable {
	return ChangeTable{caption, t.foldedLink(p), t.heads(p), t.rows(p, changes)}
}

// tier is the class of an environment, "" where the name says the same.
func tier(e ledger.Environment) string {
	if string(e.Tier) == string(e.Name) {
		return ""
	}
	return string(e.Tier)
}

// rows shows changes by index, in the order given.
func (t *team) rows(p place, changes []int) []ChangeRow {
	out := make([]ChangeRow, 0, len(changes))
	for _, i := range changes {
		out = append(out, t.row(p, i))
	}
	return out
}

func (t *team) row(p place, i int) ChangeRow {
	c := &t.l.Changes[i]
	row := ChangeRow{
		Title: t.changeLink(p, i), Type: oneLine(c.Type), Breaking: c.Breaking,
		Request: t.requestLink(c), Merged: t.maybe(c.Merged), Author: oneLine(c.Author),
		Flags: t.gateLinks(p, c),
	}
	if c.Version != "" {
		row.Version = t.versionLink(p, c.Repository, c.Version)
	}
	row.Cells = make([]Cell, 0, len(t.front))
	for _, i := range t.front {
		row.Cells = append(row.Cells, t.cell(c, t.l.Environments[i].Name))
	}
	return row
}

func (t *team) cell(c *ledger.Change, env ledger.EnvironmentName) Cell {
	in := stateIn(c, env)
	if in == nil {
		return Cell{Environment: oneLine(string(env)), Badge: Badge{"none", "Not for here"}}
	}
	cell := Cell{
		Environment: oneLine(string(env)), Badge: statusBadge(in.Status),
		Deployed: t.stamp(in.Deployed.At), Released: t.stamp(in.Released.At),
	}
	if in.Status == ledger.StatusLimited {
		cell.Who = brief(in.Percent, in.Groups)
	}
	return cell
}

// stateIn finds a change's state in an environment, nil when none of its
// components runs there.
func stateIn(c *ledger.Change, env ledger.EnvironmentName) *ledger.InEnvironment {
	for i := range c.Environments {
		if c.Environments[i].Environment == env {
			return &c.Environments[i]
		}
	}
	return nil
}

func (t *team) changeLink(p place, i int) Link {
	return Link{changeTitle(&t.l.Changes[i]), p.to(t.changePath[i])}
}

// changeTitle is what a change is called. Where a type was cut off in front of
// the title ("feat: new layout"), what is left begins as a sentence does, unless
// its first word is written in a way of its own ("iOS").
func changeTitle(c *ledger.Change) string {
	title := titleOf(c.Title)
	first, _, _ := strings.Cut(title, " ")
	if c.Type != "" && strings.ToLower(first) == first {
		return capital(title)
	}
	return title
}

func (t *team) changeLinks(p place, changes []int) []Link {
	var out []Link
	for _, i := range changes {
		out = append(out, t.changeLink(p, i))
	}
	return out
}

func (t *team) requestLink(c *ledger.Change) Link {
	if c.PullRequest == 0 {
		return Link{}
	}
	n := strconv.Itoa(c.PullRequest)
	return Link{"#" + n, expand(t.site.Links.PullRequest, "number", n, "repository", string(c.Repository))}
}

func (t *team) commitLink(r ledger.RepositoryName, h ledger.Hash) Link {
	if h.IsZero() {
		return Link{}
	}
	return Link{h.Short(), expand(t.site.Links.Commit, "commit", h.String(), "repository", string(r))}
}

// versionLink leads to the version's page, where it has one.
func (t *team) versionLink(p place, r ledger.RepositoryName, v ledger.VersionName) Link {
	return Link{oneLine(string(v)), p.to(t.versionPath[key{r, string(v)}])}
}

func (t *team) environmentLink(p place, e ledger.EnvironmentName) Link {
	return Link{titleOf(string(e)), p.to(t.environmentAt[e])}
}

// flagLink leads to the flag's page, where a manifest knows it.
func (t *team) flagLink(p place, k ledger.FlagKey) Link {
	if i, ok := t.flagAt[k]; ok {
		return Link{titleOf(string(k)), p.to(t.flagPath[i])}
	}
	return Link{Text: titleOf(string(k))}
}

// gateLinks links the flags that stand in front of a change, in its order.
func (t *team) gateLinks(p place, c *ledger.Change) []Link {
	var out []Link
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind {
			out = append(out, t.flagLink(p, f.Key))
		}
	}
	return out
}

// gate is the first flag in front of a change, "" without one.
func gate(c *ledger.Change) ledger.FlagKey {
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind {
			return f.Key
		}
	}
	return ""
}

// OriginView is the place that a fact was read from.
type OriginView = Link

// origins links places to the file or the commit, where the site knows how.
func (t *team) origins(in []ledger.Origin) []OriginView {
	if len(in) == 0 {
		return nil
	}
	out := make([]OriginView, 0, len(in))
	for _, o := range in {
		l := Link{Text: oneLine(o.String())}
		switch {
		case o.Commit.IsZero():
		case o.File != "":
			l.Href = expand(t.site.Links.File, "commit", o.Commit.String(), "path", o.File,
				"line", strconv.Itoa(max(o.Line, 1)), "repository", string(o.Repository))
		}
		if l.Href == "" && !o.Commit.IsZero() {
			l.Href = t.commitLink(o.Repository, o.Commit).Href
		}
		out = append(out, l)
	}
	return out
}

// tidy turns a component's or repository's name into text.
func tidy[T ~string](s T) string { return titleOf(string(s)) }
