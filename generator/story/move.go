package story

import (
	"slices"
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
	told := moving{teller: t, change: c, in: in, move: m, name: clean(string(in.Environment))}
	// The holding move of the same instant says who sees it after both.
	for _, b := range in.Moves[:i] {
		if b.At.Before(m.At) {
			told.before = b
		}
	}
	// An exposure move of the same instant says who sees it; the holding move
	// before it would only say the same twice.
	told.followed = i+1 < len(in.Moves) && in.Moves[i+1].At.Equal(m.At)
	told.deployment = t.deployment(c, in.Environment, m.At)
	told.gates = t.gates(c, in.Environment, m.At, told.sight())
	l := line(m.At, told.text())
	l.Basis, l.Origins = m.Basis, m.Origins
	return l
}

// moving is a move with all that its sentence may speak of.
type moving struct {
	teller     *Teller
	change     *ledger.Change
	in         *ledger.InEnvironment
	before     ledger.Move // the zero Move, nobody, before the first
	move       ledger.Move
	followed   bool
	deployment *ledger.Deployment // of that instant, or nil
	gates      []gate
	name       string // of the environment
}

// sight is who sees the change after the move, and whether flags alone decide it.
func (m *moving) sight() sight {
	s := sight{percent: m.move.Percent, groups: m.move.Groups}
	if d := m.deployment; d != nil && len(m.in.Components) <= 1 {
		open := m.move.Percent.Hi > 0 || len(m.move.Groups) > 0
		s.full = d.Weight == ledger.Everybody() && (open || slices.Contains(d.Gained, m.change.ID))
	}
	return s
}

// text is the sentence of a move, without capital and full stop.
func (m *moving) text() string {
	if m.in.Environment == ledger.Published {
		if text, ok := published(m.change, m.move.Kind); ok {
			return text
		}
	}
	with, by := "", ""
	if w := what(m.deployment); w != "" {
		with, by = " with "+w, " by the deployment of "+w
		d := m.deployment
		if d.Relation == ledger.RelationFirst && m.teller.oldest[placeKey{d.Environment, d.Repository, d.Component}] == d {
			// It may have been there long before: what came with the first record
			// came with it or earlier.
			with += ", in the first deployment there that is known"
		}
	}
	who := Who(m.move.Percent, m.move.Groups, excluded(m.gates))
	was := Who(m.before.Percent, m.before.Groups, nil)
	t, env := m.teller, m.in.Environment
	switch m.move.Kind {
	case ledger.MoveDeployed:
		return "deployed to " + m.name + with + m.after(who)
	case ledger.MoveReturned:
		return "returned to " + m.name + with + m.after(who)
	case ledger.MoveReapplied:
		return "reapplied in " + m.name + with + m.after(who)
	case ledger.MoveExposed, ledger.MoveReleased:
		return t.openVerb(m.move.Kind, env) + m.name + ": " + who + " can see it now" + m.because()
	case ledger.MoveWidened:
		return "widened in " + m.name + " from " + was + " to " + who + m.because()
	case ledger.MoveNarrowed:
		return "narrowed in " + m.name + " from " + was + " to " + who + m.because()
	case ledger.MoveUnReleased:
		return t.shutVerb(env) + m.name + ": nobody can see it any more" + m.because() + "; the code stays deployed"
	case ledger.MoveRolledBack:
		return "rolled back in " + m.name + by + ": what runs there now does not hold it" + lost(was)
	case ledger.MoveUndeployed:
		return "undeployed from " + m.name + ": nothing runs there any more" + lost(was)
	case ledger.MoveReverted:
		return "reverted in " + m.name + by + ": what runs there now holds " + undoing(m.change) + lost(was)
	default:
		return "moved in " + m.name + ": " + who + " can see it now" + m.because()
	}
}

// undoing names what undid a change.
func undoing(c *ledger.Change) string {
	if len(c.RevertedBy) == 1 {
		return "commit " + c.RevertedBy[0].Short() + ", which undoes it"
	}
	return "the commit that undid it"
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
func (m *moving) after(who string) string {
	switch {
	case m.followed:
		return ""
	case who != "nobody":
		return "; " + who + " can see it"
	}
	var reasons []string
	if d := m.deployment; d != nil && d.Weight.Hi == 0 {
		reasons = append(reasons, "it gets no traffic")
	}
	if s := shutBy(m.gates, " there"); s != "" {
		reasons = append(reasons, s)
	}
	// Whom the flag lets through is not known, and then neither is that nobody
	// sees the change.
	unread := slices.IndexFunc(m.gates, func(g gate) bool { return g.says == saysUnknown || g.says == saysUnsure })
	switch {
	case len(reasons) > 0:
		return "; nobody can see it: " + join(reasons)
	case unread >= 0:
		return "; who can see it is unknown: what flag " + clean(string(m.gates[unread].flag.Key)) + " says there could not be read"
	}
	return "; nobody can see it"
}

// lost says who could see a change before it left.
func lost(was string) string {
	if was != "nobody" {
		return "; " + was + " could see it until then"
	}
	return "; nobody could see it before"
}

// because gives the cause of an exposure move, as the end of a sentence.
func (m *moving) because() string {
	switch m.move.Cause {
	case ledger.CauseFlag, ledger.CausePlan:
		var steps []string
		for _, cf := range gating(m.change) {
			if s, ok := m.teller.stepAt(cf, m.in.Environment, m.move.At); ok {
				steps = append(steps, s)
			}
		}
		switch {
		case len(steps) > 0:
			return ", because " + join(steps)
		case m.move.Cause == ledger.CausePlan:
			return ", as planned"
		default:
			return ", because a flag changed there"
		}
	case ledger.CauseTraffic, ledger.CauseDeployment:
		return m.byDeployment()
	case ledger.CauseRevert:
		return ", because a commit undid it"
	case ledger.CauseVersion:
		if m.change.Version != "" {
			return ", because " + clean(string(m.change.Version)) + " was published"
		}
		return ", because a version was published"
	case ledger.CauseDeclared:
		return ", because its release was declared"
	default:
		return ""
	}
}

// byDeployment says why a deployment, or a switch of the traffic, changed who
// sees a change.
func (m *moving) byDeployment() string {
	var reasons []string
	byTraffic := m.move.Cause == ledger.CauseTraffic
	if d := m.deployment; d != nil && what(d) != "" && (byTraffic || d.Weight != ledger.Everybody() || m.before.Percent.Hi > 0) {
		reasons = append(reasons, what(d)+" gets "+traffic(d.Weight))
	}
	open := m.move.Percent.Hi > 0 || len(m.move.Groups) > 0
	flags := clauses(m.gates, " there")
	if !open {
		flags = shutBy(m.gates, " there")
		switch {
		case byTraffic && len(reasons) > 0:
			flags = "" // the revision that gets the traffic does not hold it: flags are no reason
		case flags != "" && m.deployment != nil && m.deployment.Weight == ledger.Everybody():
			reasons = nil // it runs, and has all of the traffic: that is no reason to see less
		}
	}
	if flags != "" {
		reasons = append(reasons, flags)
	}
	switch {
	case len(reasons) > 0:
		return ", because " + join(reasons)
	case byTraffic:
		return ", because the traffic changed there"
	case m.move.Percent == ledger.Everybody() && len(m.gates) == 0:
		return ", because no flag stands in front of it"
	default:
		return ", because of what was deployed there"
	}
}

// traffic writes a share of the traffic: "all of the traffic", "no traffic",
// "10 % of the traffic".
func traffic(weight ledger.Share) string {
	switch weight {
	case ledger.Everybody():
		return "all of the traffic"
	case ledger.Share{}:
		return "no traffic"
	}
	return share(weight) + " of the traffic"
}

// held is the move by which a change last came to an environment, and whether it
// had been there before.
func held(in *ledger.InEnvironment) (at time.Time, again bool) {
	at = in.Deployed.At
	for _, m := range in.Moves {
		switch m.Kind {
		case ledger.MoveReturned, ledger.MoveReapplied:
			at, again = m.At, true
		}
	}
	return at, again
}
