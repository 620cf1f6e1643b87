package story

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// said is what a flag says to a change at an instant, in one word.
type said int

const (
	saysOn      said = iota // lets everybody through, perhaps with excludes
	saysSome                // lets some through
	saysOff                 // lets nobody through
	saysMissing             // no manifest knows it: it counts as off
	saysNoEntry             // no step had taken effect: it counts as off
	saysUnknown             // it could not be read
	saysUnsure              // the ledger knows, and this package cannot tell
)

// gate is a flag in front of a change at an instant.
type gate struct {
	flag    ledger.ChangeFlag
	says    said
	retired string // "released" or "dropped" once that counts
	setting setting
}

// setting is what a flag says in an environment at an instant.
type setting struct {
	state    ledger.FlagState
	percent  ledger.Share
	groups   []ledger.GroupShare
	excludes []string
}

// sight is who sees a change in an environment at an instant, and whether that
// is all that its flags let through: the revision that holds it has all of the
// traffic.
type sight struct {
	percent ledger.Share
	groups  []ledger.GroupShare
	full    bool
}

// settingAt finds the setting of a flag at an instant. It reports false when no
// step had taken effect by then.
func settingAt(f *ledger.Flag, env ledger.EnvironmentName, at time.Time) (setting, bool) {
	in := flagIn(f, env)
	if in == nil {
		return setting{}, false
	}
	for j := len(in.Steps) - 1; j >= 0; j-- {
		if s := in.Steps[j]; !s.At.After(at) {
			return setting{s.State, s.Percent, s.Groups, s.Excludes}, true
		}
	}
	return setting{}, false
}

func flagIn(f *ledger.Flag, env ledger.EnvironmentName) *ledger.FlagInEnvironment {
	for i := range f.Environments {
		if f.Environments[i].Environment == env {
			return &f.Environments[i]
		}
	}
	return nil
}

// gates says what stands in front of a change at an instant, in the order of its
// flags, each flag once.
func (t *Teller) gates(c *ledger.Change, env ledger.EnvironmentName, at time.Time, s sight) []gate {
	var out []gate
	flags := gating(c)
	for _, cf := range flags {
		g := t.gate(c, cf, env, at)
		if g.says == saysUnsure && s.full && len(flags) == 1 && !cf.Negated && cf.Variant == "" {
			// With one flag and all of the traffic, who sees the change is who the
			// flag lets through.
			g.setting, g.says = setting{ledger.FlagPartial, s.percent, s.groups, nil}, saysSome
			switch {
			case s.percent == ledger.Everybody():
				g.says = saysOn
			case s.percent.Hi == 0 && len(s.groups) == 0:
				g.says = saysOff
			}
		}
		out = append(out, g)
	}
	return out
}

// gate says what one flag says.
func (t *Teller) gate(c *ledger.Change, cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) gate {
	g := gate{flag: cf}
	f := t.flags[cf.Key]
	if f == nil || !cf.Known {
		g.says = saysMissing
		return g
	}
	if as := t.retired(c, f, env, at); as != "" {
		g.retired, g.says = as, saysOn
		if as == "dropped" {
			g.says = saysOff
		}
		return g
	}
	s, ok := settingAt(f, env, at)
	g.setting = s
	switch {
	case !ok:
		g.says = saysNoEntry
	case t.blurred(f, env, s):
		g.says = saysUnsure
	case s.state == ledger.FlagUnknown:
		g.says = saysUnknown
	case s.state == ledger.FlagOff || s.state != ledger.FlagOn && s.percent.Hi == 0 && len(s.groups) == 0:
		g.says = saysOff
	case s.state == ledger.FlagOn:
		g.says = saysOn
	default:
		g.says = saysSome
	}
	return g
}

// blurred reports whether a setting in an environment is that of several
// manifests together, which run there side by side and do not agree: it says
// little of the one that a change asks.
func (t *Teller) blurred(f *ledger.Flag, env ledger.EnvironmentName, s setting) bool {
	if f.Effect != ledger.EffectDeployment {
		return false
	}
	switch s.state {
	case ledger.FlagUnknown:
		return true
	case ledger.FlagPartial:
		// Where one of several manifests names groups, only the shares are left.
		return !s.percent.IsExact() || s.percent.Hi == 0 && len(s.groups) == 0 && t.sideBySide(f.Repository, env)
	}
	return false
}

// sideBySide reports whether an environment runs several revisions of a
// repository: components, or slots.
func (t *Teller) sideBySide(repository ledger.RepositoryName, env ledger.EnvironmentName) bool {
	n := 0
	for _, e := range t.ledger.Environments {
		for _, l := range e.Live {
			if e.Name == env && l.Repository == repository {
				n++
			}
		}
	}
	return n > 1
}

// retired says as what a flag was retired, once that counts for a change: when
// the deletion of the flag is held there too. Where that cannot be told, since
// the deletion is in no component of the environment, its date decides.
func (t *Teller) retired(c *ledger.Change, f *ledger.Flag, env ledger.EnvironmentName, at time.Time) string {
	r := f.Retired
	if r == nil || r.As == "" || r.At.After(at) {
		return ""
	}
	removal := t.byCommit[r.Commit]
	if removal == nil || removal.Repository != c.Repository {
		return r.As
	}
	in := inEnvironment(removal, env)
	if in == nil || len(in.Moves) == 0 && in.Status != ledger.StatusNotDeployed {
		return r.As
	}
	held := false
	for _, m := range in.Moves {
		if m.At.After(at) {
			break
		}
		switch m.Kind {
		case ledger.MoveDeployed, ledger.MoveReturned, ledger.MoveReapplied:
			held = true
		case ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReverted:
			held = false
		}
	}
	if !held {
		return ""
	}
	return r.As
}

// gating lists the flags that stand in front of a change, in its order.
func gating(c *ledger.Change) []ledger.ChangeFlag {
	var out []ledger.ChangeFlag
	for _, cf := range c.Flags {
		same := func(o ledger.ChangeFlag) bool {
			return o.Key == cf.Key && o.Negated == cf.Negated && o.Variant == cf.Variant
		}
		if cf.Role == ledger.RoleBehind && !slices.ContainsFunc(out, same) {
			out = append(out, cf)
		}
	}
	return out
}

// shut reports whether the flag lets nobody through to the change.
func (g gate) shut() bool {
	if g.flag.Negated {
		return g.says == saysOn && len(g.setting.excludes) == 0
	}
	return g.says == saysOff || g.says == saysMissing || g.says == saysNoEntry
}

// partly reports whether the flag lets fewer than everybody through, or may do.
func (g gate) partly() bool {
	switch g.says {
	case saysOn:
		return g.flag.Negated || g.flag.Variant != ""
	case saysOff, saysMissing, saysNoEntry:
		return !g.flag.Negated
	default:
		return true
	}
}

// sentence says what a flag says, as a clause: "flag basket-v2 is off there".
// where is " there" or " in production". It is "" where nothing can be said.
func (g gate) sentence(where string) string {
	name := "flag " + clean(string(g.flag.Key))
	var text string
	switch g.says {
	case saysMissing:
		return "no manifest knows " + name + ", which counts as off"
	case saysNoEntry:
		return name + " has no entry" + where + " yet, and counts as off"
	case saysUnsure:
		return ""
	case saysUnknown:
		text = "what " + name + " says" + where + " could not be read"
	case saysOff:
		text = name + " is off" + where
	case saysOn:
		text = name + " is on" + where
		if len(g.setting.excludes) > 0 {
			text = name + " lets " + Who(ledger.Everybody(), nil, g.setting.excludes) + " through" + where
		}
	default:
		text = name + " lets " + only(g.setting) + " through" + where
	}
	if g.retired != "" {
		text = name + " was retired as " + g.retired
	}
	switch {
	case g.flag.Negated:
		text += ", and the change shows where it is off"
	case g.flag.Variant != "":
		text += ", and the change shows to those who get " + clean(g.flag.Variant)
	}
	return text
}

// only names those whom a flag lets through, if not all.
func only(s setting) string {
	who := Who(s.percent, s.groups, s.excludes)
	if s.percent.Lo == ledger.Hundred || s.percent == ledger.Undecided() {
		return who
	}
	return "only " + who
}

// clauses joins what several flags say. Those that are simply off share a
// clause, and what needs more words comes last.
func clauses(list []gate, where string) string {
	var off, rest []string
	for _, g := range list {
		switch s := g.sentence(where); {
		case g.says == saysOff && g.retired == "" && !g.flag.Negated && g.flag.Variant == "":
			off = append(off, clean(string(g.flag.Key)))
		case s != "":
			rest = append(rest, s)
		}
	}
	switch len(off) {
	case 0:
	case 1:
		rest = append([]string{"flag " + off[0] + " is off" + where}, rest...)
	default:
		rest = append([]string{"flags " + enumerate(off) + " are off" + where}, rest...)
	}
	return join(rest)
}

// shutBy is what the flags say that let nobody through, or "".
func shutBy(list []gate, where string) string {
	return clauses(slices.DeleteFunc(slices.Clone(list), func(g gate) bool { return !g.shut() }), where)
}

// excluded lists whom the flags in front of a change keep out at an instant,
// sorted: a move does not say it.
func excluded(list []gate) []string {
	var out []string
	for _, g := range list {
		if !g.flag.Negated && (g.says == saysOn || g.says == saysSome) {
			out = append(out, g.setting.excludes...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
