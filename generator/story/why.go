package story

import (
	"time"

	"daylight/generator/ledger"
)

// Why lists what keeps a change from everybody in an environment as of the
// ledger's as-of, the strongest reason first, and then the planned steps that
// would change it, oldest first. It is empty when the change is released.
func (t *Teller) Why(c *ledger.Change, env ledger.EnvironmentName) []Line {
	in := inEnvironment(c, env)
	name := clean(string(env))
	if in == nil {
		return []Line{line(time.Time{}, "none of its components runs in "+name)}
	}
	var out []Line
	add := func(text string) { out = append(out, line(time.Time{}, text)) }
	there := true
	switch in.Status {
	case ledger.StatusReleased:
		return nil
	case ledger.StatusNotDeployed:
		there = false
		add(t.absent(c, in, "the code is not there"))
	case ledger.StatusRolledBack:
		there = false
		add(t.absent(c, in, "the code is not there any more"))
	case ledger.StatusReverted:
		return []Line{line(time.Time{}, t.reverted(c, in, name))}
	case ledger.StatusUnknown:
		add("whether anybody can see it is unknown: " + t.unknown(c, in))
	}
	if text := parts(in); text != "" {
		add(text)
	}
	flags, shut := t.standing(c, in, there)
	out = append(out, flags...)
	if there && !shut {
		out = append(out, t.slots(c, in)...)
	}
	return append(out, t.plans(c, env)...)
}

// standing tells of each flag that lets fewer than everybody through, with the
// place that decides it, and whether one lets nobody through. A change that is
// not there will meet the flags once it is.
func (t *Teller) standing(c *ledger.Change, in *ledger.InEnvironment, there bool) (lines []Line, shut bool) {
	where := " in " + clean(string(in.Environment))
	var some, closed []gate
	for _, g := range t.nowGates(c, in) {
		switch {
		case g.shut():
			closed = append(closed, g)
		case g.partly() && !(g.says == saysUnknown && in.Status == ledger.StatusUnknown):
			some = append(some, g)
		}
	}
	add := func(text string, of ...gate) {
		if text == "" {
			return
		}
		l := line(time.Time{}, text)
		for _, g := range of {
			l.Origins = append(l.Origins, t.flagOrigins(g.flag, in.Environment)...)
		}
		lines = append(lines, l)
	}
	switch {
	case there:
		for _, g := range append(closed, some...) {
			add(g.sentence(where), g)
		}
	case len(closed) > 0:
		add("once it is there, nobody will see it at first: "+clauses(closed, where), closed...)
	case len(some) > 0 && clauses(some, where) != "":
		add("once it is there, not everyone will see it: "+clauses(some, where), some...)
	}
	return lines, len(closed) > 0
}

// absent says why no live revision holds a change: what runs instead, and where
// the change is.
func (t *Teller) absent(c *ledger.Change, in *ledger.InEnvironment, text string) string {
	if in.Environment == ledger.Published {
		return "no published version holds it yet"
	}
	name := clean(string(in.Environment))
	switch names := t.names(c, in.Environment); len(names) {
	case 0:
		text += ": nothing runs in " + name
	case 1:
		text += ": " + names[0] + " runs in " + name
	default:
		text += ": " + enumerate(names) + " run in " + name
	}
	switch {
	case c.OffMainline:
		return text + ", and the change is not on the mainline"
	case c.Version != "":
		return text + ", and the change came with " + clean(string(c.Version))
	case t.hasVersions(c.Repository):
		return text + ", and the change is in no version yet"
	default:
		return text + ", which does not hold the change"
	}
}

// hasVersions reports whether a repository has any version at all.
func (t *Teller) hasVersions(repository ledger.RepositoryName) bool {
	for i := range t.ledger.Versions {
		if t.ledger.Versions[i].Repository == repository {
			return true
		}
	}
	return false
}

// parts tells how the components of a change differ: it is only as far as the
// last of them.
func parts(in *ledger.InEnvironment) string {
	differ := false
	var all []string
	for _, k := range in.Components {
		differ = differ || k.Status != in.Components[0].Status
		all = append(all, StatusWord(k.Status)+" in "+clean(string(k.Component)))
	}
	if !differ {
		return ""
	}
	return "it counts where all of its components have it, and they differ: it is " + enumerate(all)
}

// slots tells of the slots of a change's lanes that share the traffic.
func (t *Teller) slots(c *ledger.Change, in *ledger.InEnvironment) []Line {
	var out []Line
	hidden := in.Status == ledger.StatusDark || in.Status == ledger.StatusUnReleased
	for _, l := range t.lives(c, in.Environment) {
		if !splits(l.Weight) && (l.Weight.Hi > 0 || !hidden) {
			continue
		}
		name := t.liveName(l)
		if l.Slot != nil && *l.Slot != "" {
			name += " (" + clean(*l.Slot) + ")"
		}
		out = append(out, line(time.Time{}, name+" gets "+traffic(l.Weight)+" of "+clean(string(l.Component))))
	}
	return out
}

// plans tells the planned steps of the flags in front of a change. The day is
// part of the sentence: it is what people ask for.
func (t *Teller) plans(c *ledger.Change, env ledger.EnvironmentName) []Line {
	var out []Line
	for _, cf := range gating(c) {
		f := t.flags[cf.Key]
		if f == nil {
			continue
		}
		for _, p := range f.Plan {
			if p.Environment == env {
				l := line(time.Time{}, "planned for "+t.Day(p.At)+": flag "+clean(string(cf.Key))+" is to "+planned(p))
				l.Origins = p.Origins
				out = append(out, l)
			}
		}
	}
	return out
}

// flagOrigins gives the places that decide what a flag says now.
func (t *Teller) flagOrigins(cf ledger.ChangeFlag, env ledger.EnvironmentName) []ledger.Origin {
	f := t.flags[cf.Key]
	if f == nil {
		return cf.Origins
	}
	if in := flagIn(f, env); in != nil && len(in.Steps) > 0 {
		return in.Steps[len(in.Steps)-1].Origins
	}
	return f.Origins
}
