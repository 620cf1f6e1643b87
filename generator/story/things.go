package story

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"daylight/generator/ledger"
)

func (t *Teller) explainFlag(f *ledger.Flag) Story {
	s := Story{Kind: "flag", ID: string(f.Key), Heading: "Flag " + clean(string(f.Key))}
	about := Section{Heading: "What it is"}
	add := func(text string) { about.Lines = append(about.Lines, line(time.Time{}, text)) }
	if f.Description != "" {
		add(f.Description)
	}
	if f.Owner != "" {
		add("owned by " + f.Owner)
	}
	if f.Expires != nil {
		verb := "expires on "
		if f.Expires.Before(t.ledger.AsOf) {
			verb = "expired on "
		}
		add(verb + t.Day(*f.Expires))
	}
	if f.Retired != nil {
		l := line(f.Retired.At, "retired"+map[string]string{"released": " as released", "dropped": " as dropped"}[f.Retired.As])
		l.Basis, l.Origins = ledger.BasisCommitterDate, f.Retired.Origins
		about.Lines = append(about.Lines, l)
	}
	now := Section{Heading: "Now"}
	for _, in := range f.Environments {
		l := line(time.Time{}, flagNow(in))
		if n := len(in.Steps); n > 0 {
			l = line(in.Steps[n-1].At, flagNow(in))
			l.Origins = in.Steps[n-1].Origins
		}
		now.Lines = append(now.Lines, l)
	}
	s.Sections = append(s.Sections, now, about)
	for i := range f.Environments {
		in := &f.Environments[i]
		steps := Section{Heading: "What happened in " + clean(string(in.Environment))}
		for j := range in.Steps {
			steps.Lines = append(steps.Lines, t.FlagStep(f, in, j))
		}
		s.Sections = append(s.Sections, steps)
	}
	plan := Section{Heading: "Planned"}
	for _, p := range f.Plan {
		plan.Lines = append(plan.Lines, t.Plan(p))
	}
	behind := Section{"Changes behind it", t.changeLines(f.Changes, "")}
	s.Sections = append(s.Sections, plan, behind)
	return s
}

// flagNow is the state of a flag in an environment, without capital and stop.
func flagNow(in ledger.FlagInEnvironment) string {
	name := clean(string(in.Environment))
	switch in.State {
	case ledger.FlagOff:
		return "off in " + name
	case ledger.FlagUnknown:
		return "unknown in " + name
	case ledger.FlagOn:
		return "on in " + name + " for " + Who(ledger.Everybody(), nil, in.Excludes)
	default:
		return "open in " + name + " to " + Who(in.Percent, in.Groups, in.Excludes)
	}
}

func (t *Teller) explainVersion(v *ledger.Version) Story {
	s := Story{Kind: "version", ID: string(v.Name), Heading: "Version " + clean(string(v.Name)) + ofComponent(v.Component)}
	made := line(v.At, "made at commit "+v.Commit.Short())
	made.Basis, made.Origins = v.Basis, v.Origins
	about := Section{"What it is", []Line{made}}
	// Version.Deployed is a map; the order of the environments is the ledger's,
	// then by name for those that it does not list.
	where := Section{Heading: "Where it was deployed"}
	var names []ledger.EnvironmentName
	for _, e := range t.ledger.Environments {
		names = append(names, e.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Deployed)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		d, ok := v.Deployed[name]
		if !ok || !d.Known() {
			continue
		}
		l := line(d.At, "deployed to "+string(name)+" on "+t.Day(d.At))
		l.Basis, l.Origins = d.Basis, d.Origins
		where.Lines = append(where.Lines, l)
	}
	if len(where.Lines) == 0 {
		where.Lines = []Line{line(time.Time{}, "no environment has run exactly this version")}
	}
	seen := Section{Heading: "Who can see it"}
	for _, e := range t.ledger.Environments {
		if e.Tier == ledger.TierProduction {
			if text := t.tally(v, e.Name); text != "" {
				seen.Lines = append(seen.Lines, line(time.Time{}, text))
			}
		}
	}
	s.Sections = append(s.Sections, about, where, seen, Section{"Changes first in it", t.versionChanges(v)})
	return s
}

// tally counts the changes of a version by their status in an environment: "of
// 5 changes, 3 are released in production, 1 is limited and 1 is dark".
func (t *Teller) tally(v *ledger.Version, env ledger.EnvironmentName) string {
	counts := map[ledger.Status]int{}
	total := 0
	for _, id := range v.Changes {
		c := t.changes[changeKey{v.Repository, id}]
		if c == nil {
			continue
		}
		if in := inEnvironment(c, env); in != nil {
			counts[in.Status]++
			total++
		}
	}
	if total == 0 {
		return ""
	}
	var parts []string
	for _, st := range statuses() {
		if n := counts[st]; n > 0 {
			verb := " are "
			if n == 1 {
				verb = " is "
			}
			parts = append(parts, strconv.Itoa(n)+verb+StatusWord(st))
		}
	}
	return "of " + count(total, "change") + " in " + clean(string(env)) + ", " + list(parts)
}

// statuses lists all statuses, from the best to the least known.
func statuses() []ledger.Status {
	return []ledger.Status{
		ledger.StatusReleased, ledger.StatusLimited, ledger.StatusDark, ledger.StatusUnReleased,
		ledger.StatusRolledBack, ledger.StatusReverted, ledger.StatusNotDeployed, ledger.StatusUnknown,
	}
}

// StatusWord is a status as it stands in a sentence: "not deployed", "dark",
// "un-released".
func StatusWord(s ledger.Status) string {
	switch s {
	case ledger.StatusNotDeployed:
		return "not deployed"
	case ledger.StatusUnReleased:
		return "un-released"
	case ledger.StatusRolledBack:
		return "rolled back"
	default:
		return clean(string(s))
	}
}

func (t *Teller) versionChanges(v *ledger.Version) []Line {
	out := make([]Line, 0, len(v.Changes))
	for _, id := range v.Changes {
		out = append(out, t.changeLine(v.Repository, id))
	}
	return out
}

// changeLines tells the changes with these ids, in their order. An empty
// repository stands for any, in which a change of that id is known.
func (t *Teller) changeLines(ids []ledger.ChangeID, repository ledger.RepositoryName) []Line {
	var out []Line
	for _, id := range ids {
		if repository != "" {
			out = append(out, t.changeLine(repository, id))
			continue
		}
		for i := range t.ledger.Changes {
			if c := &t.ledger.Changes[i]; c.ID == id {
				out = append(out, t.changeLine(c.Repository, id))
			}
		}
	}
	return out
}

// changeLine is a change in a list: its id, title, and status in production.
func (t *Teller) changeLine(repository ledger.RepositoryName, id ledger.ChangeID) Line {
	c := t.changes[changeKey{repository, id}]
	if c == nil {
		return line(time.Time{}, string(id)+", of which nothing is known")
	}
	text := string(c.ID) + " " + c.Title
	for _, e := range t.ledger.Environments {
		if in := inEnvironment(c, e.Name); in != nil && e.Tier == ledger.TierProduction {
			text += "; " + StatusWord(in.Status) + " in " + string(e.Name)
		}
	}
	var at time.Time
	if c.Merged != nil {
		at = *c.Merged
	}
	l := line(at, text)
	l.Origins = []ledger.Origin{{Repository: c.Repository, Commit: c.Commit}}
	return l
}
