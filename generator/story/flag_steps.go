package story

import (
	"time"

	"daylight/generator/ledger"
)

// FlagStep tells the i-th step of a flag in an environment, counted from 0:
// "Turned on in production for everyone, up from 25 % of users." It panics when
// there is no such step.
func (t *Teller) FlagStep(f *ledger.Flag, in *ledger.FlagInEnvironment, i int) Line {
	s := in.Steps[i]
	now := setting{s.State, s.Percent, s.Groups, s.Excludes}
	text := ""
	if t.blurred(f, in.Environment, now) {
		text = t.blurredText(f, in.Environment, now, s.At, " from here on")
	} else {
		text = stepText(now, before(in, i), i == 0) + " in " + clean(string(in.Environment))
		text += t.stepDetail(f, in, i)
	}
	with := t.carrier(f, in.Environment, s.At)
	switch {
	case s.Planned:
		text += ", as planned in the manifest"
	case f.Effect == ledger.EffectDeployment && with != nil && what(with) != "":
		text += ", with the deployment of " + what(with)
	case f.Effect == ledger.EffectDeployment && with == nil:
		text += ", with the deployment that carries the manifest"
	}
	l := line(s.At, text)
	l.Basis, l.Origins = ledger.BasisCommitterDate, s.Origins
	switch {
	case with != nil:
		l.Basis = with.TimeBasis
	case f.Effect == ledger.EffectDeployment || s.Planned:
		l.Basis = ledger.BasisDeclared
	}
	return l
}

// before is what a flag said before a step, if that is known.
func before(in *ledger.FlagInEnvironment, i int) *setting {
	if i == 0 || in.Steps[i-1].State == ledger.FlagUnknown {
		return nil
	}
	p := in.Steps[i-1]
	return &setting{p.State, p.Percent, p.Groups, p.Excludes}
}

// stepText is the verb of a step: what the flag did.
func stepText(now setting, was *setting, first bool) string {
	switch {
	case now.state == ledger.FlagUnknown:
		return "unknown"
	case first && now.state == ledger.FlagOff:
		return "off from the start"
	case first && now.state == ledger.FlagOn:
		return "on from the start"
	case now.state == ledger.FlagOn && (was == nil || was.state != ledger.FlagOn):
		return "turned on"
	case now.state == ledger.FlagOff:
		return "turned off"
	case was == nil || was.state == ledger.FlagOff:
		return "opened"
	case compare(*was, now) > 0:
		return "widened"
	case compare(*was, now) < 0:
		return "narrowed"
	default:
		return "changed"
	}
}

// compare tells whether b lets more (1) or fewer (-1) people through than a, 0
// where that cannot be said.
func compare(a, b setting) int {
	if len(a.groups) == len(b.groups) && len(a.excludes) == len(b.excludes) && a.percent != b.percent {
		if b.percent.Lo >= a.percent.Lo && b.percent.Hi >= a.percent.Hi {
			return 1
		}
		if b.percent.Lo <= a.percent.Lo && b.percent.Hi <= a.percent.Hi {
			return -1
		}
	}
	if a.percent == b.percent && len(a.excludes) == len(b.excludes) {
		switch {
		case len(b.groups) > len(a.groups):
			return 1
		case len(b.groups) < len(a.groups):
			return -1
		}
	}
	if a.percent.Hi == 0 && b.percent.Lo > 0 {
		return 1
	}
	return 0
}

// stepDetail says for whom a flag opened, and who had it before.
func (t *Teller) stepDetail(f *ledger.Flag, in *ledger.FlagInEnvironment, i int) string {
	s := in.Steps[i]
	who, was := Who(s.Percent, s.Groups, s.Excludes), before(in, i)
	from := ""
	if was != nil && !t.blurred(f, in.Environment, *was) {
		from = Who(was.percent, was.groups, was.excludes)
	}
	switch {
	case s.State == ledger.FlagUnknown:
		return " from here on: what the manifest says could not be read"
	case s.State == ledger.FlagOff && from == "everyone":
		return " for everyone"
	case s.State == ledger.FlagOff && from != "" && from != "nobody":
		return ", down from " + from
	case s.State == ledger.FlagOff:
		return ""
	case s.State == ledger.FlagOn && from != "" && from != "nobody" && was.state != ledger.FlagOn:
		return " for " + who + ", up from " + from
	case s.State == ledger.FlagOn && from != "" && from != "nobody":
		return ", from " + from + " to " + who
	case s.State == ledger.FlagOn:
		return " for " + who
	case from == "" || from == "nobody":
		return " to " + who
	default:
		return " from " + from + " to " + who
	}
}

// blurredText says that what runs in an environment does not agree about a flag,
// or cannot be read. from is "" or " from here on".
func (t *Teller) blurredText(f *ledger.Flag, env ledger.EnvironmentName, s setting, at time.Time, from string) string {
	where := " in " + clean(string(env)) + from
	if s.state == ledger.FlagUnknown {
		if d := t.carrier(f, env, at); d != nil && d.Revision.IsZero() {
			return "unknown" + where + ": which commit runs there could not be resolved"
		}
		return "unknown" + where + ": what the manifest says could not be read"
	}
	rest := func(p ledger.Percent) string {
		return ", and open to " + Who(ledger.Exactly(p), nil, nil) + " in the rest"
	}
	switch {
	case s.percent.Hi == 0:
		return "not the same in all that runs" + where
	case s.percent == ledger.Undecided():
		return "on in some of what runs" + where + ", and off in the rest"
	case s.percent.Lo == 0:
		return "off in some of what runs" + where + rest(s.percent.Hi)
	case s.percent.Hi == ledger.Hundred:
		return "on in some of what runs" + where + rest(s.percent.Lo)
	default:
		return "open" + where + " to " + Who(s.percent, nil, nil) + ", depending on what runs"
	}
}

// carrier is the deployment that brought a manifest to an environment at an
// instant, for flags that ship with one; else nil.
func (t *Teller) carrier(f *ledger.Flag, env ledger.EnvironmentName, at time.Time) *ledger.Deployment {
	if f.Effect != ledger.EffectDeployment {
		return nil
	}
	for _, d := range t.deployments[instantKey{env, at.UnixNano()}] {
		if d.Repository == f.Repository {
			return d
		}
	}
	return nil
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

// stepAt says what a flag in front of a change did at an instant: "flag
// basket-v2 was turned on there". It reports false when it did nothing then.
func (t *Teller) stepAt(cf ledger.ChangeFlag, env ledger.EnvironmentName, at time.Time) (string, bool) {
	f := t.flags[cf.Key]
	if f == nil {
		return "", false
	}
	in := flagIn(f, env)
	if in == nil {
		return "", false
	}
	for i, s := range in.Steps {
		if !s.At.Equal(at) {
			continue
		}
		now := setting{s.State, s.Percent, s.Groups, s.Excludes}
		if t.blurred(f, env, now) {
			return "", false
		}
		name, end := "flag "+clean(string(cf.Key)), " there"
		if s.Planned {
			end = " there as planned"
		}
		switch verb := stepText(now, before(in, i), i == 0); verb {
		case "unknown":
			return "what " + name + " says there can be read no more", true
		case "off from the start", "on from the start":
			return name + " began there, " + verb[:len(verb)-len(" from the start")], true
		case "turned on", "turned off":
			return name + " was " + verb + end, true
		default:
			return name + " was " + verb + " to " + Who(s.Percent, s.Groups, s.Excludes) + end, true
		}
	}
	return "", false
}
