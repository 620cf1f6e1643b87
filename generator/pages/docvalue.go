package pages

import (
	"daylight/generator/docs"
	"daylight/generator/ledger"
)

// fragment gathers the parts of a value.
type fragment []docs.Part

func (f *fragment) text(s string)        { *f = append(*f, docs.Part{Text: s}) }
func (f *fragment) link(text, to string) { *f = append(*f, docs.Part{Text: text, URL: to}) }
func (f *fragment) badge(b Badge)        { *f = append(*f, docs.Part{Text: b.Word, Class: b.Class}) }

// date writes an instant, or a word in its place.
func (f *fragment) date(s Stamp, otherwise string) {
	if s.Known() {
		*f = append(*f, docs.Part{Text: s.Date, Time: s.ISO})
	} else {
		f.text(otherwise)
	}
}

func (f fragment) done() (docs.Fragment, docs.Fault) {
	return docs.Fragment{Parts: f}, docs.Fault{}
}

// changeValue tells where a change is, or one date of it.
func (v *DocValues) changeValue(a asked) (docs.Fragment, docs.Fault) {
	c := v.change(a.what)
	if c == nil {
		return docs.Fragment{}, wrong("no change is known as "+cut(oneLine(a.what), 40), "name its pull request, or at least seven digits of its commit")
	}
	envs, fault := v.environments(a)
	if fault.Message != "" {
		return docs.Fragment{}, fault
	}
	if a.date != "" {
		return v.changeDate(a, c, envs)
	}
	var f fragment
	f.link(changeTitle(c), a.at.to(v.changePath(c)))
	any := false
	for _, e := range envs {
		in := stateIn(c, e)
		if in == nil {
			continue
		}
		if any {
			f.text(";")
		}
		f.text(" ")
		f.badge(statusBadge(in.Status))
		if in.Status == ledger.StatusLimited {
			f.text(" to " + brief(in.Percent, in.Groups))
		}
		if !v.public {
			f.text(" in " + oneLine(string(e)))
		}
		v.dates(&f, in.State)
		any = true
	}
	if !any {
		f.text(" is in no environment")
	}
	return f.done()
}

// dates tells in brackets since when, in the reader's terms.
func (v *DocValues) dates(f *fragment, s ledger.State) {
	var list fragment
	add := func(word string, d ledger.Date) {
		if stamp := v.stamp(d.At); stamp.Known() {
			if len(list) > 0 {
				list.text(", ")
			}
			list.text(word)
			list.date(stamp, "")
		}
	}
	if v.public {
		add("since ", s.FirstExposed)
	} else {
		add("deployed ", s.Deployed)
		add("released ", s.Released)
	}
	if len(list) > 0 {
		f.text(" (")
		*f = append(*f, list...)
		f.text(")")
	}
}

// changeDate tells one date: the latest of the environments, as an audience's
// date is.
func (v *DocValues) changeDate(a asked, c *ledger.Change, envs []ledger.EnvironmentName) (docs.Fragment, docs.Fault) {
	var f fragment
	if a.date == "merged" {
		f.date(v.maybe(c.Merged), "not merged")
		if v.public && c.Merged == nil {
			return docs.Fragment{}, docs.Fault{}
		}
		return f.done()
	}
	var last Stamp
	missing := false
	for _, e := range envs {
		in := stateIn(c, e)
		if in == nil {
			continue
		}
		var d ledger.Date
		switch a.date {
		case "deployed":
			d = in.Deployed
		case "exposed":
			d = in.FirstExposed
		case "released":
			d = in.Released
		default:
			return docs.Fragment{}, wrong("shortcode change: no date is called "+cut(oneLine(a.date), 40), "there are: merged, deployed, exposed, released")
		}
		stamp := v.stamp(d.At)
		missing = missing || !stamp.Known()
		if stamp.ISO > last.ISO {
			last = stamp
		}
	}
	if missing {
		last = Stamp{}
	}
	if v.public && !last.Known() {
		return docs.Fragment{}, docs.Fault{} // that it is not released yet is no business of theirs
	}
	f.date(last, "not yet")
	return f.done()
}

// flagValue tells who is let in by a flag.
func (v *DocValues) flagValue(a asked) (docs.Fragment, docs.Fault) {
	fl := v.flag(a.what)
	if fl == nil {
		return docs.Fragment{}, wrong("no flag is called "+cut(oneLine(a.what), 40), "name a flag of a manifest that is read")
	}
	envs, fault := v.environments(a)
	if fault.Message != "" {
		return docs.Fragment{}, fault
	}
	if v.public {
		return v.publicFlag(fl)
	}
	if a.in == "" {
		envs = nil
		for i := range fl.Environments {
			envs = append(envs, fl.Environments[i].Environment)
		}
	}
	var f fragment
	f = append(f, docs.Part{Text: oneLine(string(fl.Key)), URL: a.at.to(v.flagPath(fl)), Code: true})
	any := false
	for _, e := range envs {
		in := flagIn(fl, e)
		if in == nil {
			continue
		}
		if any {
			f.text(",")
		}
		f.text(" ")
		f.badge(flagBadge(in.State, in.Percent, in.Groups))
		f.text(" in " + oneLine(string(e)))
		if n := len(in.Steps); n > 0 {
			f.text(" since ")
			f.date(v.stamp(in.Steps[n-1].At), "an unknown date")
		}
		any = true
	}
	if !any {
		f.text(" is in no environment")
	}
	return f.done()
}

// publicFlag tells who has what a flag brought, by the first change behind it.
func (v *DocValues) publicFlag(fl *ledger.Flag) (docs.Fragment, docs.Fault) {
	var f fragment
	for _, c := range v.behind(fl) {
		in := stateIn(c, v.envs[0])
		if in == nil {
			continue
		}
		f.badge(statusBadge(in.Status))
		if in.Status == ledger.StatusLimited {
			f.text(" to " + brief(in.Percent, in.Groups))
		}
		v.dates(&f, in.State)
		break
	}
	return f.done()
}

// versionValue is a table of the changes that a version brought.
func (v *DocValues) versionValue(a asked) (docs.Fragment, docs.Fault) {
	name := a.what
	if name == "" {
		name = a.edition.Name
	}
	r := v.find.Version(name)
	if r == nil {
		if a.what == "" {
			return docs.Fragment{Parts: fragment{{Text: oneLine(name) + " is no version yet."}}}, docs.Fault{}
		}
		return docs.Fragment{}, wrong("no version is called "+cut(oneLine(a.what), 40), "name a tag that is a version")
	}
	envs, fault := v.environments(a)
	if fault.Message != "" {
		return docs.Fragment{}, fault
	}
	t := &docs.Table{Caption: "What " + oneLine(string(r.Name)) + " brought", Head: []string{"Change"}}
	for _, e := range envs {
		if v.public {
			t.Head = append(t.Head, "Who has it", "Since")
		} else {
			t.Head = append(t.Head, "In "+oneLine(string(e)), "Deployed", "Released")
		}
	}
	shown := 0
	for _, id := range r.Changes {
		c := v.byID(r.Repository, id)
		if c == nil || v.public && c.Title == "" {
			continue
		}
		if shown++; shown > mostVersionRows {
			continue
		}
		t.Rows = append(t.Rows, v.versionRow(a, c, envs))
	}
	if shown > mostVersionRows {
		t.Note = "and " + count(shown-mostVersionRows, "more change")
	}
	if shown == 0 {
		return docs.Fragment{Parts: fragment{{Text: oneLine(string(r.Name)) + " brought no change that is told."}}}, docs.Fault{}
	}
	return docs.Fragment{Table: t}, docs.Fault{}
}

// mostVersionRows bounds a version's table.
const mostVersionRows = 50

func (v *DocValues) versionRow(a asked, c *ledger.Change, envs []ledger.EnvironmentName) [][]docs.Part {
	row := [][]docs.Part{{{Text: changeTitle(c), URL: a.at.to(v.changePath(c))}}}
	cell := func(fill func(*fragment)) {
		f := fragment{}
		fill(&f)
		row = append(row, f)
	}
	for _, e := range envs {
		in := stateIn(c, e)
		if in == nil {
			in = &ledger.InEnvironment{State: ledger.State{Status: ledger.StatusNotDeployed}}
		}
		cell(func(f *fragment) {
			f.badge(statusBadge(in.Status))
			if in.Status == ledger.StatusLimited {
				f.text(" to " + brief(in.Percent, in.Groups))
			}
		})
		if v.public {
			cell(func(f *fragment) { f.date(v.stamp(in.FirstExposed.At), "") })
			continue
		}
		cell(func(f *fragment) { f.date(v.stamp(in.Deployed.At), "not yet") })
		cell(func(f *fragment) { f.date(v.stamp(in.Released.At), "not yet") })
	}
	return row
}

func (v *DocValues) byID(r ledger.RepositoryName, id ledger.ChangeID) *ledger.Change {
	for i := range v.l.Changes {
		if c := &v.l.Changes[i]; c.ID == id && (c.Repository == r || r == "") {
			return c
		}
	}
	return nil
}

// environmentValue tells what an environment runs.
func (v *DocValues) environmentValue(a asked) (docs.Fragment, docs.Fault) {
	e := v.find.Environment(a.what)
	if e == nil {
		return docs.Fragment{}, wrong("no environment is called "+cut(oneLine(a.what), 40), "there are: "+v.environmentNames())
	}
	if v.public {
		return docs.Fragment{}, docs.Fault{} // where things run is the team's
	}
	var f fragment
	f.link(oneLine(string(e.Name)), a.at.to(v.envPath(e.Name)))
	n := 0
	for _, l := range e.Live {
		if a.part != "" && string(l.Component) != a.part {
			continue
		}
		word := " runs "
		if n > 0 {
			word = ", "
		}
		f.text(word)
		v.runs(&f, a, l)
		n++
	}
	switch {
	case n == 0 && a.part != "":
		return docs.Fragment{}, wrong(oneLine(string(e.Name))+" runs no component called "+cut(oneLine(a.part), 40), "leave the component out to see all")
	case n == 0:
		f.text(" runs nothing")
	}
	return f.done()
}

func (v *DocValues) runs(f *fragment, a asked, l ledger.Live) {
	name, to := oneLine(string(l.Version)), ""
	if r := v.find.Version(string(l.Version)); l.Version != "" && r != nil {
		to = a.at.to(v.versionPath(r))
	}
	switch {
	case name != "":
	case l.Revision.IsZero():
		name = "an unknown revision"
	default:
		name = l.Revision.Short()
	}
	f.link(name, to)
	if a.part == "" && l.Component != "" && l.Component != ledger.ComponentName(l.Repository) {
		f.text(" of " + oneLine(string(l.Component)))
	}
	f.text(" since ")
	f.date(v.stamp(l.Since), "an unknown date")
}
