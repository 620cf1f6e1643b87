package story

import (
	"time"

	"daylight/generator/ledger"
)

// Moves tells all moves of a change in an environment, oldest first.
func (t *Teller) Moves(c *ledger.Change, in *ledger.InEnvironment) []Line {
	out := make([]Line, len(in.Moves))
	for i := range in.Moves {
		out[i] = t.Move(c, in, i)
	}
	return out
}

// Move tells the i-th move of a change in an environment, counted from 0. It
// panics when there is no such move.
func (t *Teller) Move(c *ledger.Change, in *ledger.InEnvironment, i int) Line {
	m := in.Moves[i]
	var before ledger.Move // nobody
	if i > 0 {
		before = in.Moves[i-1]
	}
	// An exposure move of the same instant says who sees it; the holding move
	// before it would only say the same twice.
	followed := i+1 < len(in.Moves) && in.Moves[i+1].At.Equal(m.At)
	l := line(m.At, t.moveText(c, in.Environment, before, m, followed))
	l.Basis, l.Origins = m.Basis, m.Origins
	return l
}

// moveText is the sentence of a move, without capital and full stop.
func (t *Teller) moveText(c *ledger.Change, env ledger.EnvironmentName, before, m ledger.Move, followed bool) string {
	name := clean(string(env))
	with, by := "", ""
	if w := what(t.deployment(c, env, m.At)); w != "" {
		with, by = " with "+w, " by the deployment of "+w
	}
	if env == ledger.Published {
		if text, ok := published(c, m.Kind); ok {
			return text
		}
	}
	who := Who(m.Percent, m.Groups, nil)
	was := Who(before.Percent, before.Groups, nil)
	because := t.because(c, env, m)
	switch m.Kind {
	case ledger.MoveDeployed:
		return "deployed to " + name + with + t.after(c, env, m, followed)
	case ledger.MoveReturned:
		return "returned to " + name + with + t.after(c, env, m, followed)
	case ledger.MoveReapplied:
		return "reapplied in " + name + with + t.after(c, env, m, followed)
	case ledger.MoveExposed, ledger.MoveReleased:
		return t.openVerb(m.Kind, env) + name + ": " + who + " can see it now" + because
	case ledger.MoveWidened:
		return "widened in " + name + " from " + was + " to " + who + because
	case ledger.MoveNarrowed:
		return "narrowed in " + name + " from " + was + " to " + who + because
	case ledger.MoveUnReleased:
		return t.shutVerb(env) + name + ": nobody can see it any more" + because + "; the code stays deployed"
	case ledger.MoveRolledBack:
		return "rolled back in " + name + by + ": what runs there now does not hold it" + t.lost(before)
	case ledger.MoveUndeployed:
		return "undeployed from " + name + ": nothing runs there any more" + t.lost(before)
	case ledger.MoveReverted:
		return "reverted in " + name + by + ": what runs there now holds the commit that undid it" + t.lost(before)
	default:
		return "moved in " + name + ": " + who + " can see it now" + because
	}
}

// published tells a move where a version is the release: for what nobody deploys.
func published(c *ledger.Change, k ledger.MoveKind) (string, bool) {
	with := ""
	if c.Version != "" {
		with = " with " + clean(string(c.Version))
	}
	switch k {
	case ledger.MoveDeployed, ledger.MoveReturned:
		return "published" + with, true
	case ledger.MoveReleased:
		return "released" + with + ": everyone can use it now", true
	}
	return "", false
}

// openVerb begins the sentence of a move that lets people see a change. Nothing
// is released to an environment that has no users: there it is visible.
func (t *Teller) openVerb(k ledger.MoveKind, env ledger.EnvironmentName) string {
	switch {
	case !t.production(env):
		return "visible in "
	case k == ledger.MoveReleased:
		return "released in "
	default:
		return "exposed in "
	}
}

// shutVerb begins the sentence of a move that takes a change away.
func (t *Teller) shutVerb(env ledger.EnvironmentName) string {
	if t.production(env) {
		return "un-released in "
	}
	return "hidden in "
}

// after says who sees a change after it came, when no exposure move follows.
func (t *Teller) after(c *ledger.Change, env ledger.EnvironmentName, m ledger.Move, followed bool) string {
	if followed {
		return ""
	}
	who := Who(m.Percent, m.Groups, nil)
	if who != "nobody" {
		return "; " + who + " can see it"
	}
	return "; nobody can see it" + t.shutReason(c, env, m.At)
}

// lost says who could see a change before it left.
func (t *Teller) lost(before ledger.Move) string {
	if who := Who(before.Percent, before.Groups, nil); who != "nobody" {
		return "; " + who + " could see it until then"
	}
	return "; nobody could see it before"
}

// shutReason says why nobody sees what is deployed: ": flag x is off there".
func (t *Teller) shutReason(c *ledger.Change, env ledger.EnvironmentName, at time.Time) string {
	var reasons []string
	for _, cf := range gates(c) {
		if t.shut(cf, env, at) {
			reasons = append(reasons, t.stands(cf, env, at))
		}
	}
	if len(reasons) > 0 {
		return ": " + list(reasons)
	}
	if d := t.deployment(c, env, at); d != nil && d.Weight.Hi == 0 {
		return ": it gets no traffic"
	}
	return ""
}

// because gives the cause of an exposure move, as the end of a sentence.
func (t *Teller) because(c *ledger.Change, env ledger.EnvironmentName, m ledger.Move) string {
	switch m.Cause {
	case ledger.CauseFlag, ledger.CausePlan:
		var steps []string
		for _, cf := range gates(c) {
			if s, ok := t.stepAt(cf, env, m.At); ok {
				steps = append(steps, s)
			}
		}
		switch {
		case len(steps) > 0:
			return ", because " + list(steps)
		case m.Cause == ledger.CausePlan:
			return ", as planned"
		default:
			return ", because a flag changed there"
		}
	case ledger.CauseTraffic:
		reasons := []string{"the traffic changed there"}
		if d := t.deployment(c, env, m.At); d != nil && what(d) != "" {
			reasons[0] = what(d) + " gets " + share(d.Weight) + " of the traffic"
		}
		return ", because " + list(append(reasons, t.allStand(c, env, m.At)...))
	case ledger.CauseDeployment:
		return t.atDeployment(c, env, m)
	case ledger.CauseRevert:
		return ", because a commit undid it"
	case ledger.CauseVersion:
		if c.Version != "" {
			return ", because " + clean(string(c.Version)) + " was published"
		}
		return ", because a version was published"
	case ledger.CauseDeclared:
		return ", because its release was declared"
	default:
		return ""
	}
}

// atDeployment says why a deployment changed who sees a change.
func (t *Teller) atDeployment(c *ledger.Change, env ledger.EnvironmentName, m ledger.Move) string {
	reasons := t.allStand(c, env, m.At)
	d := t.deployment(c, env, m.At)
	if d != nil && d.Weight != ledger.Everybody() && what(d) != "" {
		reasons = append([]string{what(d) + " gets " + share(d.Weight) + " of the traffic"}, reasons...)
	}
	switch {
	case len(reasons) > 0:
		return ", because " + list(reasons)
	case m.Percent == ledger.Everybody():
		return ", because no flag stands in front of it"
	default:
		return ", because of what was deployed there"
	}
}

// allStand says what each flag in front of a change says at an instant.
func (t *Teller) allStand(c *ledger.Change, env ledger.EnvironmentName, at time.Time) []string {
	var out []string
	for _, cf := range gates(c) {
		out = append(out, t.stands(cf, env, at))
	}
	return out
}
