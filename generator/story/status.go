package story

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Status answers in one line whether a change is live in an environment, as of
// the ledger's as-of: "Dark in production for 11 days: deployed on 3 March, and
// nobody can see it, because flag basket-v2 is off there."
func (t *Teller) Status(c *ledger.Change, env ledger.EnvironmentName) string {
	in := inEnvironment(c, env)
	if in == nil {
		return upper("not in " + clean(string(env)) + ": none of its components runs there.")
	}
	return upper(clean(t.status(c, in))) + "."
}

func (t *Teller) status(c *ledger.Change, in *ledger.InEnvironment) string {
	name := clean(string(in.Environment))
	switch in.Status {
	case ledger.StatusDark:
		at, again := held(in)
		came := "deployed on "
		if again {
			came = "it came back on "
		}
		return "dark in " + name + t.lasting(at) + ": " + came + t.Day(at) + ", and nobody can see it" + t.nowShut(c, in)
	case ledger.StatusLimited:
		return t.limited(in, name)
	case ledger.StatusReleased:
		return t.released(c, in, name)
	case ledger.StatusUnReleased:
		return t.shutVerb(in.Environment) + name + t.on(in, ledger.MoveUnReleased) +
			": the code is still deployed, but nobody can see it any more" + t.nowShut(c, in)
	case ledger.StatusRolledBack:
		runs := ""
		if names := t.names(c, in.Environment); len(names) == 1 {
			runs = ", " + names[0] + ","
		}
		return "rolled back in " + name + t.on(in, ledger.MoveRolledBack) + ": what runs there now" + runs + " does not hold it"
	case ledger.StatusReverted:
		return t.reverted(c, in, name)
	case ledger.StatusNotDeployed:
		if in.Environment == ledger.Published {
			return "in no published version yet" + t.sinceMerged(c)
		}
		if text := t.on(in, ledger.MoveUndeployed); text != "" {
			return "no longer deployed to " + name + ": undeployed" + text
		}
		return "not deployed to " + name + t.sinceMerged(c)
	default:
		return "unknown in " + name + ": " + t.unknown(c, in)
	}
}

// limited says who of all can see a change, since when, and for how long the
// environment has shown it to some.
func (t *Teller) limited(in *ledger.InEnvironment, name string) string {
	last, since := exposures(in)
	text := "limited in " + name + t.lasting(since) + ": " + Who(in.Percent, in.Groups, in.Excludes) + " can see it"
	switch {
	case last.At.IsZero():
	case last.At.Equal(since):
		text += " since " + t.Day(since)
	default:
		text += " now, since " + t.Day(last.At)
	}
	if in.Deployed.Known() && !in.Deployed.At.Equal(since) {
		text += "; it was deployed on " + t.Day(in.Deployed.At)
	}
	return text
}

func (t *Teller) released(c *ledger.Change, in *ledger.InEnvironment, name string) string {
	can := ": " + Who(in.Percent, in.Groups, in.Excludes) + " can see it"
	if in.Environment == ledger.Published {
		text := "released"
		if c.Version != "" {
			text += " with " + clean(string(c.Version))
		}
		if in.Released.Known() {
			text += " on " + t.Day(in.Released.At) + ", " + t.age(in.Released.At) + " ago"
		}
		return text + ": everyone can use it"
	}
	text := t.openVerb(ledger.MoveReleased, in.Environment) + name
	if !in.Released.Known() {
		return text + can
	}
	if again := lastOf(in, ledger.MoveReleased); again.After(in.Released.At) {
		return text + " again on " + t.Day(again) + ", " + t.age(again) + " ago (first on " + t.Day(in.Released.At) + ")" + can
	}
	text += " on " + t.Day(in.Released.At) + ", " + t.age(in.Released.At) + " ago"
	if d := in.Released.At.Sub(in.Deployed.At); in.Deployed.Known() && d > 0 {
		text += ", " + Ago(d) + " after it was deployed"
	}
	return text + can
}

// reverted tells what undid a change. A revert can come before the change was
// ever deployed.
func (t *Teller) reverted(c *ledger.Change, in *ledger.InEnvironment, name string) string {
	what := "a later commit undid it"
	if len(c.RevertedBy) > 0 {
		what = "commit " + c.RevertedBy[len(c.RevertedBy)-1].Short() + " undid it"
	}
	text := t.on(in, ledger.MoveReverted)
	if text == "" && !in.Deployed.Known() {
		return "reverted before it came to " + name + ": " + what
	}
	return "reverted in " + name + text + ": " + what
}

// unknown says what could not be read.
func (t *Teller) unknown(c *ledger.Change, in *ledger.InEnvironment) string {
	for _, g := range t.nowGates(c, in) {
		if g.says == saysUnknown || g.says == saysUnsure {
			text := "what flag " + clean(string(g.flag.Key)) + " says there could not be read"
			if in.Deployed.Known() {
				return "it was deployed on " + t.Day(in.Deployed.At) + ", but " + text
			}
			return text
		}
	}
	return "which commit runs there could not be resolved"
}

// lasting gives " for 11 days", or nothing when the instant is unknown.
func (t *Teller) lasting(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " for " + t.age(at)
}

// on gives the date of the newest move of a kind, or nothing.
func (t *Teller) on(in *ledger.InEnvironment, kind ledger.MoveKind) string {
	if at := lastOf(in, kind); !at.IsZero() {
		return " on " + t.Day(at) + ", " + t.age(at) + " ago"
	}
	return ""
}

// lastOf is the instant of the newest move of a kind, or zero.
func lastOf(in *ledger.InEnvironment, kind ledger.MoveKind) time.Time {
	for _, m := range slices.Backward(in.Moves) {
		if m.Kind == kind {
			return m.At
		}
	}
	return time.Time{}
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

// nowGates says what the flags in front of a change say at as-of.
func (t *Teller) nowGates(c *ledger.Change, in *ledger.InEnvironment) []gate {
	s := sight{percent: in.Percent, groups: in.Groups}
	lives := t.lives(c, in.Environment)
	open := in.Percent.Hi > 0 || len(in.Groups) > 0
	// With several slots it cannot be told here which of them holds a change that
	// nobody sees: it may be the one without traffic.
	s.full = len(in.Components) <= 1 && in.Status != ledger.StatusUnknown && in.Status != ledger.StatusNotDeployed &&
		in.Status != ledger.StatusRolledBack && in.Status != ledger.StatusReverted &&
		(len(lives) == 1 || open) && !slices.ContainsFunc(lives, func(l ledger.Live) bool { return splits(l.Weight) })
	return t.gates(c, in.Environment, t.ledger.AsOf, s)
}

// splits reports whether a weight is neither all nor nothing.
func splits(weight ledger.Share) bool {
	return weight != ledger.Everybody() && weight != ledger.Share{}
}

// nowShut gives the reason why nobody can see what is deployed, or nothing when
// it is not known here.
func (t *Teller) nowShut(c *ledger.Change, in *ledger.InEnvironment) string {
	if s := shutBy(t.nowGates(c, in), " there"); s != "" {
		return ", because " + s
	}
	if slices.ContainsFunc(t.lives(c, in.Environment), func(l ledger.Live) bool { return l.Weight.Hi == 0 }) {
		return ", because what holds it gets no traffic"
	}
	return ""
}

// exposures gives the newest move that set who sees a change, and the instant
// since when somebody has without a gap; both are zero when nobody ever had.
func exposures(in *ledger.InEnvironment) (last ledger.Move, since time.Time) {
	for _, m := range in.Moves {
		open := m.Percent.Hi > 0 || len(m.Groups) > 0
		switch {
		case open && since.IsZero():
			last, since = m, m.At
		case open:
			last = m
		default:
			last, since = ledger.Move{}, time.Time{}
		}
	}
	return last, since
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

// names are what the lanes of a change run, slots without traffic left out.
func (t *Teller) names(c *ledger.Change, env ledger.EnvironmentName) []string {
	var out []string
	for _, l := range t.lives(c, env) {
		if n := t.liveName(l); n != "" && l.Weight.Hi > 0 {
			out = append(out, n)
		}
	}
	return out
}

// liveName names a live revision: version, else ref, else commit.
func (t *Teller) liveName(l ledger.Live) string {
	own := false
	if d := t.byID[l.Deployment]; d != nil {
		own = slices.ContainsFunc(d.Origins, func(o ledger.Origin) bool { return o.Tag != "" && o.Tag == l.Ref })
	}
	return nameOf(l.Version, l.Ref, l.Revision, own)
}
