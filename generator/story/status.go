package story

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// Status answers in one line whether a change is live in an environment, as of
// the ledger's as-of: "Dark in production for 11 days: deployed on 3 March, flag
// basket-v2 is off there."
func (t *Teller) Status(c *ledger.Change, env ledger.EnvironmentName) string {
	in := inEnvironment(c, env)
	if in == nil {
		return upper("not in " + clean(string(env)) + ": none of its components runs there.")
	}
	return upper(clean(t.status(c, in))) + "."
}

func (t *Teller) status(c *ledger.Change, in *ledger.InEnvironment) string {
	name := clean(string(in.Environment))
	who := Who(in.Percent, in.Groups, in.Excludes)
	last := lastExposure(in)
	switch in.Status {
	case ledger.StatusDark:
		return "dark in " + name + t.since(in.Deployed.At) + ": deployed on " + t.Day(in.Deployed.At) + strings.Replace(t.nowShut(c, in.Environment), ": ", ", ", 1)
	case ledger.StatusLimited:
		return "limited in " + name + t.since(last.At) + ": " + who + " can see it, deployed on " + t.Day(in.Deployed.At)
	case ledger.StatusReleased:
		text := t.openVerb(ledger.MoveReleased, in.Environment) + name
		if in.Environment == ledger.Published {
			text = "released"
			if c.Version != "" {
				text += " with " + clean(string(c.Version))
			}
		}
		if in.Released.Known() {
			text += " on " + t.Day(in.Released.At) + ", " + t.age(in.Released.At) + " ago"
			if d := in.Released.At.Sub(in.Deployed.At); in.Deployed.Known() && d > 0 {
				text += ", " + Ago(d) + " after it was deployed"
			}
		}
		return text + ": " + who + " can see it"
	case ledger.StatusUnReleased:
		return t.shutVerb(in.Environment) + name + t.on(in, ledger.MoveUnReleased) +
			": the code is deployed, and nobody can see it any more" + t.nowShut(c, in.Environment)
	case ledger.StatusRolledBack:
		return "rolled back in " + name + t.on(in, ledger.MoveRolledBack) + ": what runs there does not hold it"
	case ledger.StatusReverted:
		return "reverted in " + name + t.on(in, ledger.MoveReverted) + ": a later commit undid it"
	case ledger.StatusNotDeployed:
		if in.Environment == ledger.Published {
			return "in no published version yet" + t.sinceMerged(c)
		}
		return "not deployed to " + name + t.sinceMerged(c)
	default:
		if reasons := t.nowShut(c, in.Environment); reasons != "" {
			return "unknown in " + name + reasons
		}
		return "unknown in " + name + ": what runs there could not be resolved"
	}
}

// since gives " for 11 days", or nothing when the instant is unknown.
func (t *Teller) since(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " for " + t.age(at)
}

// on gives the date of the newest move of a kind.
func (t *Teller) on(in *ledger.InEnvironment, kind ledger.MoveKind) string {
	for i := len(in.Moves) - 1; i >= 0; i-- {
		if m := in.Moves[i]; m.Kind == kind {
			return " on " + t.Day(m.At) + ", " + t.age(m.At) + " ago"
		}
	}
	return ""
}

func (t *Teller) sinceMerged(c *ledger.Change) string {
	switch {
	case c.OffMainline:
		return ": it is not on the mainline"
	case c.Merged == nil:
		return ""
	default:
		return ": merged on " + t.Day(*c.Merged) + ", " + t.age(*c.Merged) + " ago"
	}
}

// nowShut lists the flags that let nobody through at as-of, or may do so.
func (t *Teller) nowShut(c *ledger.Change, env ledger.EnvironmentName) string {
	var reasons []string
	for _, cf := range gates(c) {
		if t.shut(cf, env, t.ledger.AsOf) {
			reasons = append(reasons, t.stands(cf, env, t.ledger.AsOf))
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return ": " + list(reasons)
}

// lastExposure is the newest move that set who sees the change.
func lastExposure(in *ledger.InEnvironment) ledger.Move {
	for i := len(in.Moves) - 1; i >= 0; i-- {
		switch m := in.Moves[i]; m.Kind {
		case ledger.MoveExposed, ledger.MoveWidened, ledger.MoveNarrowed, ledger.MoveReleased, ledger.MoveUnReleased:
			return m
		case ledger.MoveDeployed, ledger.MoveReturned, ledger.MoveReapplied:
			if m.Percent.Hi > 0 || len(m.Groups) > 0 {
				return m
			}
		}
	}
	return ledger.Move{}
}

// Why lists what keeps a change from everybody in an environment as of the
// ledger's as-of, the strongest reason first, and then the planned steps that
// would change it, oldest first. It is empty when the change is released.
func (t *Teller) Why(c *ledger.Change, env ledger.EnvironmentName) []Line {
	in := inEnvironment(c, env)
	name := clean(string(env))
	switch {
	case in == nil:
		return []Line{line(time.Time{}, "none of its components runs in "+name)}
	case in.Status == ledger.StatusReleased:
		return nil
	}
	var out []Line
	switch in.Status {
	case ledger.StatusNotDeployed, ledger.StatusRolledBack:
		out = append(out, line(time.Time{}, "no revision that runs in "+name+" holds it"+t.runs(c, env)))
	case ledger.StatusReverted:
		out = append(out, line(time.Time{}, "a later commit undid it"+t.undoneBy(c)))
	case ledger.StatusUnknown:
		out = append(out, line(time.Time{}, "what runs in "+name+" could not be resolved, or a flag could not be read"))
	}
	for _, cf := range gates(c) {
		if t.partly(cf, env, t.ledger.AsOf) {
			l := line(time.Time{}, t.stands(cf, env, t.ledger.AsOf))
			l.Origins = t.flagOrigins(cf.Key, env)
			out = append(out, l)
		}
	}
	out = append(out, t.traffic(c, env)...)
	return append(out, t.plans(c, env)...)
}

// runs names what runs in the lanes of a change, and the first version that
// holds it.
func (t *Teller) runs(c *ledger.Change, env ledger.EnvironmentName) string {
	var names []string
	for _, l := range t.lives(c, env) {
		if w := liveName(l); w != "" {
			names = append(names, w)
		}
	}
	text := ""
	switch len(names) {
	case 0:
	case 1:
		text = "; " + names[0] + " runs there"
	default:
		text = "; " + list(names) + " run there"
	}
	if c.Version != "" {
		text += "; it is in " + clean(string(c.Version)) + " and later"
	} else if !c.OffMainline {
		text += "; it is in no version yet"
	}
	return text
}

func (t *Teller) undoneBy(c *ledger.Change) string {
	var ids []string
	for _, h := range c.RevertedBy {
		ids = append(ids, h.Short())
	}
	if len(ids) == 0 {
		return ""
	}
	return ": " + list(ids)
}

// traffic tells of live revisions of the change's lanes that do not get all of
// the traffic.
func (t *Teller) traffic(c *ledger.Change, env ledger.EnvironmentName) []Line {
	var out []Line
	for _, l := range t.lives(c, env) {
		if l.Weight != ledger.Everybody() {
			out = append(out, line(time.Time{}, "what runs as "+liveName(l)+" gets "+share(l.Weight)+" of the traffic of "+clean(string(l.Component))))
		}
	}
	return out
}

// plans tells the planned steps of the flags in front of a change.
func (t *Teller) plans(c *ledger.Change, env ledger.EnvironmentName) []Line {
	var out []Line
	for _, cf := range gates(c) {
		f := t.flags[cf.Key]
		if f == nil {
			continue
		}
		for _, p := range f.Plan {
			if p.Environment == env {
				l := line(p.At, "flag "+clean(string(cf.Key))+" is planned to "+planned(p))
				l.Basis, l.Origins = ledger.BasisDeclared, p.Origins
				out = append(out, l)
			}
		}
	}
	return out
}

// flagOrigins gives the places that decide what a flag says now.
func (t *Teller) flagOrigins(key ledger.FlagKey, env ledger.EnvironmentName) []ledger.Origin {
	f := t.flags[key]
	if f == nil {
		return nil
	}
	for i := range f.Environments {
		if in := &f.Environments[i]; in.Environment == env && len(in.Steps) > 0 {
			return in.Steps[len(in.Steps)-1].Origins
		}
	}
	return f.Origins
}

// lives are the live revisions of the lanes that a change runs in.
func (t *Teller) lives(c *ledger.Change, env ledger.EnvironmentName) []ledger.Live {
	var out []ledger.Live
	for _, e := range t.ledger.Environments {
		if e.Name != env {
			continue
		}
		for _, l := range e.Live {
			if l.Repository == c.Repository && slices.Contains(c.Components, l.Component) {
				out = append(out, l)
			}
		}
	}
	return out
}

// liveName names a live revision: version, else ref, else commit, with its slot.
func liveName(l ledger.Live) string {
	name := l.Revision.Short()
	switch {
	case l.Version != "":
		name = clean(string(l.Version))
	case l.Ref != "":
		name = clean(l.Ref)
	case l.Revision.IsZero():
		name = "a revision that could not be resolved"
	}
	if l.Slot != nil && *l.Slot != "" {
		name += " (" + clean(*l.Slot) + ")"
	}
	return name
}
