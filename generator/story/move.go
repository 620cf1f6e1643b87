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
	with := ""
	if w := what(t.deployment(c, env, m.At)); w != "" {
		with = " with " + w
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
	case ledger.MoveExposed:
		return "exposed in " + name + ": " + who + " can see it now" + because
	case ledger.MoveReleased:
		return "released in " + name + ": " + who + " can see it now" + because
	case ledger.MoveWidened:
		return "widened in " + name + " from " + was + " to " + who + because
	case ledger.MoveNarrowed:
		return "narrowed in " + name + " from " + was + " to " + who + because
	case ledger.MoveUnReleased:
		return "un-released in " + name + ": nobody can see it any more" + because + "; the code stays deployed"
	case ledger.MoveRolledBack:
		return "rolled back in " + name + with + ": what runs there now does not hold it" + t.lost(before)
	case ledger.MoveUndeployed:
		return "undeployed from " + name + ": nothing runs there any more" + t.lost(before)
	case ledger.MoveReverted:
		return "reverted in " + name + with + ": what runs there now holds the commit that undid it" + t.lost(before)
	default:
		return "moved in " + name + ": " + who + " can see it now" + because
	}
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
		if d := t.deployment(c, env, m.At); d != nil && what(d) != "" {
			return ", because " + what(d) + " gets " + share(d.Weight) + " of the traffic"
		}
		return ", because the traffic changed there"
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
	fs := gates(c)
	switch {
	case len(fs) == 0 && m.Percent == ledger.Everybody():
		return ", because no flag stands in front of it"
	case len(fs) == 0:
		return ", because of what was deployed there"
	}
	reasons := make([]string, len(fs))
	for i, cf := range fs {
		reasons[i] = t.stands(cf, env, m.At)
	}
	return ", because " + list(reasons)
}
