package story

import (
	"time"

	"daylight/generator/ledger"
)

// setting is what a flag says in an environment at an instant.
type setting struct {
	state    ledger.FlagState
	percent  ledger.Share
	groups   []ledger.GroupShare
	excludes []string
}

// settingAt finds the setting of a flag at an instant. It reports false when no
// step had taken effect by then.
func settingAt(f *ledger.Flag, env ledger.EnvironmentName, at time.Time) (setting, bool) {
	for i := range f.Environments {
		in := &f.Environments[i]
		if in.Environment != env {
			continue
		}
		for j := len(in.Steps) - 1; j >= 0; j-- {
			if s := in.Steps[j]; !s.At.After(at) {
				return setting{s.State, s.Percent, s.Groups, s.Excludes}, true
			}
		}
	}
	return setting{}, false
}

// stands says what a flag in front of a change says at an instant: "flag
// basket-v2 is off there".
func (t *Teller) stands(cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) string {
	name := "flag " + clean(string(cf.Key))
	f := t.flags[cf.Key]
	if f == nil || !cf.Known {
		return name + " is in no manifest, and counts as off"
	}
	s, ok := settingAt(f, env, at)
	if !ok {
		return name + " has no entry there yet, and counts as off"
	}
	var text string
	switch s.state {
	case ledger.FlagOn:
		text = name + " is on there"
		if len(s.excludes) > 0 {
			text = name + " lets " + Who(ledger.Everybody(), nil, s.excludes) + " through there"
		}
	case ledger.FlagOff:
		text = name + " is off there"
	case ledger.FlagUnknown:
		text = "what " + name + " says there is unknown"
	default:
		text = name + " lets " + Who(s.percent, s.groups, s.excludes) + " through there"
	}
	switch {
	case cf.Negated:
		text += ", and the change shows where it is off"
	case cf.Variant != "":
		text += ", and the change shows to those who get " + clean(cf.Variant)
	}
	return text
}

// gates lists the flags that stand in front of a change, in its order.
func gates(c *ledger.Change) []ledger.ChangeFlag {
	var out []ledger.ChangeFlag
	for _, cf := range c.Flags {
		if cf.Role == ledger.RoleBehind {
			out = append(out, cf)
		}
	}
	return out
}

// shut reports whether a flag lets nobody through at an instant, or may do so.
func (t *Teller) shut(cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) bool {
	f := t.flags[cf.Key]
	if f == nil || !cf.Known {
		return !cf.Negated
	}
	s, ok := settingAt(f, env, at)
	if !ok || s.state == ledger.FlagOff {
		return !cf.Negated
	}
	if cf.Negated {
		return s.state == ledger.FlagOn
	}
	return s.state == ledger.FlagUnknown
}

// partly reports whether a flag lets fewer than everybody through.
func (t *Teller) partly(cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) bool {
	f := t.flags[cf.Key]
	if f == nil || !cf.Known {
		return !cf.Negated
	}
	s, ok := settingAt(f, env, at)
	if cf.Negated {
		return ok && s.state != ledger.FlagOff
	}
	return !ok || s.state != ledger.FlagOn || cf.Variant != ""
}

// FlagStep tells the i-th step of a flag in an environment, counted from 0:
// "Turned on in production for everyone, from 25 % of users." It panics when
// there is no such step.
func (t *Teller) FlagStep(f *ledger.Flag, in *ledger.FlagInEnvironment, i int) Line {
	s := in.Steps[i]
	where := " in " + clean(string(in.Environment))
	from := ""
	if i > 0 {
		p := in.Steps[i-1]
		if p.State != ledger.FlagUnknown {
			from = ", from " + Who(p.Percent, p.Groups, p.Excludes)
		}
	}
	who := Who(s.Percent, s.Groups, s.Excludes)
	var text string
	switch s.State {
	case ledger.FlagOn:
		text = "turned on" + where + " for " + who + from
	case ledger.FlagOff:
		text = "turned off" + where
		if i == 0 {
			text = "begins off" + where
		} else {
			text += from
		}
	case ledger.FlagUnknown:
		text = "unknown" + where + " from here on: the manifest does not tell"
	default:
		text = "opened" + where + " to " + who + from
	}
	if s.Planned {
		text += ", as the manifest had planned"
	} else if f.Effect == ledger.EffectDeployment {
		text += ", with the deployment that carries the manifest"
	}
	l := line(s.At, text)
	l.Basis, l.Origins = ledger.BasisCommitterDate, s.Origins
	if f.Effect == ledger.EffectDeployment || s.Planned {
		l.Basis = ledger.BasisDeclared
	}
	return l
}

// Plan tells a planned step: "Planned to open to the beta group in production."
func (t *Teller) Plan(p ledger.FlagPlan) Line {
	l := line(p.At, "planned to "+planned(p))
	l.Basis, l.Origins = ledger.BasisDeclared, p.Origins
	return l
}

// planned says what a planned step does, as an infinitive without "to".
func planned(p ledger.FlagPlan) string {
	where := " in " + clean(string(p.Environment))
	switch p.State {
	case ledger.FlagOff:
		return "be turned off" + where
	case ledger.FlagOn:
		return "be turned on" + where + " for everyone"
	case ledger.FlagUnknown:
		return "become unknown" + where
	default:
		return "open" + where + " to " + Who(p.Percent, p.Groups, nil)
	}
}

// stepAt says what a flag did at an instant: "flag basket-v2 went to 25 % of
// users". It reports false when it did nothing then.
func (t *Teller) stepAt(cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) (string, bool) {
	f := t.flags[cf.Key]
	if f == nil {
		return "", false
	}
	for i := range f.Environments {
		if f.Environments[i].Environment != env {
			continue
		}
		for _, s := range f.Environments[i].Steps {
			if !s.At.Equal(at) {
				continue
			}
			name, end := "flag "+clean(string(cf.Key)), " there"
			if s.Planned {
				end = " there as planned"
			}
			switch s.State {
			case ledger.FlagOn:
				return name + " was turned on" + end, true
			case ledger.FlagOff:
				return name + " was turned off" + end, true
			case ledger.FlagUnknown:
				return "what " + name + " says there became unknown", true
			default:
				return name + " was opened to " + Who(s.Percent, s.Groups, s.Excludes) + end, true
			}
		}
	}
	return "", false
}
