package story

import (
	"time"

	"daylight/generator/ledger"
)

func (t *Teller) explainFlag(f *ledger.Flag) Story {
	s := Story{Kind: "flag", ID: string(f.Key), Heading: "Flag " + clean(string(f.Key)), Subtitle: aboutFlag(f)}
	s.Sections = append(s.Sections, Section{"Now", t.flagNow(f)})
	plan := Section{Heading: "Planned"}
	for _, p := range f.Plan {
		plan.Lines = append(plan.Lines, t.Plan(p))
	}
	s.Sections = append(s.Sections, plan, Section{"What it is", t.flagIs(f)})
	for i := range f.Environments {
		in := &f.Environments[i]
		steps := Section{Heading: "What happened in " + clean(string(in.Environment))}
		for j := range in.Steps {
			l := t.FlagStep(f, in, j)
			if named := in.Steps[j].Written.Named; named != nil && !*named {
				l.Text += " The commit’s title does not name the flag."
			}
			steps.Lines = append(steps.Lines, l)
		}
		s.Sections = append(s.Sections, steps)
	}
	behind := Section{"Changes behind it", t.changeLines(f.Changes, "")}
	if len(f.Changes) == 0 {
		behind.Lines = []Line{line(time.Time{}, "none that is known")}
	}
	s.Sections = append(s.Sections, behind)
	return s
}

// aboutFlag is the first line below the heading.
func aboutFlag(f *ledger.Flag) string {
	text := "flag"
	if f.Repository != "" {
		text += " of " + clean(string(f.Repository))
	}
	if f.Source != "" {
		text += ", read from " + clean(f.Source)
	}
	return text
}

// flagNow says whom a flag lets through in each environment. Of a flag that is
// retired it says what it did last: nothing asks it any more, or soon will not.
func (t *Teller) flagNow(f *ledger.Flag) []Line {
	var out []Line
	if r := f.Retired; r != nil {
		out = append(out, t.retirement(r))
	}
	for i := range f.Environments {
		in := &f.Environments[i]
		text := t.flagState(f, in)
		if f.Retired != nil {
			text = "until then " + text
		}
		l := line(time.Time{}, text)
		if n := len(in.Steps); n > 0 {
			l = line(in.Steps[n-1].At, text)
			l.Basis, l.Origins = t.FlagStep(f, in, n-1).Basis, in.Steps[n-1].Origins
		}
		out = append(out, l)
	}
	return out
}

// retirement tells the end of a flag.
func (t *Teller) retirement(r *ledger.Retirement) Line {
	text := "retired: its entry was deleted from the manifest"
	switch r.As {
	case "released":
		text = "retired as released: where the code no longer asks it, everyone has what was behind it"
	case "dropped":
		text = "retired as dropped: where the code no longer asks it, nobody has what was behind it"
	}
	l := line(r.At, text)
	l.Basis, l.Origins = ledger.BasisCommitterDate, r.Origins
	return l
}

// flagIs tells what is known of a flag besides its states.
func (t *Teller) flagIs(f *ledger.Flag) []Line {
	var out []Line
	add := func(text string) { out = append(out, line(time.Time{}, text)) }
	if d := trimStop(f.Description); d != "" {
		add(d)
	}
	if f.Owner != "" {
		add("owned by " + f.Owner)
	}
	switch f.Kind {
	case "":
	case "ops":
		add("a switch for operations, not for a release")
	default:
		add("a flag of kind " + f.Kind)
	}
	if f.Permanent {
		add("meant to stay")
	}
	if f.Expires != nil {
		verb := "meant to be gone by "
		if f.Expires.Before(t.ledger.AsOf) {
			verb = "was meant to be gone by "
		}
		add(verb + t.Day(*f.Expires))
	}
	if f.Effect == ledger.EffectDeployment {
		add("its manifest ships with the build: a step counts from the deployment that brings it")
	} else {
		add("its manifest is read while the program runs: a step counts from its commit")
	}
	return out
}

// flagState is the state of a flag in an environment, without capital and stop.
func (t *Teller) flagState(f *ledger.Flag, in *ledger.FlagInEnvironment) string {
	name := clean(string(in.Environment))
	s := setting{in.State, in.Percent, in.Groups, in.Excludes}
	switch {
	case len(in.Steps) == 0 && in.State == ledger.FlagUnknown:
		return "unknown in " + name + ": the manifest says nothing of it"
	case t.blurred(f, in.Environment, s):
		return t.blurredText(f, in.Environment, s, in.Steps[len(in.Steps)-1].At, "")
	}
	switch in.State {
	case ledger.FlagOff:
		return "off in " + name
	case ledger.FlagUnknown:
		return "unknown in " + name + ": what the manifest says could not be read"
	case ledger.FlagOn:
		return "on in " + name + " for " + Who(ledger.Everybody(), nil, in.Excludes)
	default:
		return "open in " + name + " to " + Who(in.Percent, in.Groups, in.Excludes)
	}
}
