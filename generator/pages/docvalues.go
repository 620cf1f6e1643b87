package pages

import (
	"slices"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/docs"
	"daylight/generator/ledger"
)

// DocValues answers the shortcodes of the docs from a ledger. For readers who do
// not see everything the ledger is the reduced one: what is not in it has no
// value, and nothing says that there would be one. It is safe for use by many
// goroutines.
type DocValues struct {
	clock
	l    *ledger.Ledger
	find *Finder
	// envs are the environments that a shortcode means when it names none.
	envs []ledger.EnvironmentName
	// change and flag find what a shortcode names, nil where it is not to be seen.
	change func(ref string) *ledger.Change
	flag   func(key string) *ledger.Flag
	// addresses of things, "" for those without a page.
	changePath  func(*ledger.Change) string
	flagPath    func(*ledger.Flag) string
	versionPath func(*ledger.Version) string
	envPath     func(ledger.EnvironmentName) string
	// public values tell dates and shares to all, and nothing of deployments.
	public bool
}

// TeamValues answers from the whole ledger, with links to the team's pages.
func TeamValues(in Input) *DocValues {
	t := newTeam(in)
	v := &DocValues{clock: t.clock, l: t.l, find: NewFinder(t.l)}
	v.change, v.flag = v.find.Change, v.find.Flag
	for _, e := range t.l.Environments {
		if t.watched[e.Name] {
			v.envs = append(v.envs, e.Name)
		}
	}
	v.changePath = func(c *ledger.Change) string {
		return t.changePath[t.changeAt[key{c.Repository, string(c.ID)}]]
	}
	v.flagPath = func(f *ledger.Flag) string { return t.flagPath[t.flagAt[f.Key]] }
	v.versionPath = func(r *ledger.Version) string { return t.versionPath[key{r.Repository, string(r.Name)}] }
	v.envPath = func(e ledger.EnvironmentName) string { return t.environmentAt[e] }
	return v
}

// PublicValues is what answers for readers who do not see everything.
type PublicValues struct {
	Public audience.Public
	Site   Site
	// Notes are the ids of the notes that tell of a change.
	Notes map[ledger.ChangeID]string
}

// Values answers from a reduced ledger, with links to notes.
func (in PublicValues) Values() *DocValues {
	l := in.Public.Ledger()
	v := &DocValues{clock: clock{l.AsOf, in.Site.zone()}, l: l, find: NewFinder(l), public: true}
	v.envs = []ledger.EnvironmentName{in.Public.Environment()}
	v.change = func(ref string) *ledger.Change {
		c, _ := in.Public.Change(ref)
		return c
	}
	v.flag = func(key string) *ledger.Flag {
		f, _ := in.Public.Flag(key)
		return f
	}
	v.changePath = func(c *ledger.Change) string {
		if id, ok := in.Notes[c.ID]; ok {
			return "/notes/" + Segment(id) + "/"
		}
		return ""
	}
	v.flagPath = func(*ledger.Flag) string { return "" }
	v.versionPath = func(*ledger.Version) string { return "/versions/" }
	v.envPath = func(ledger.EnvironmentName) string { return "" }
	return v
}

// Shows reports whether a change that the docs name can be seen by anybody of the
// readers. What is dark is not.
func (v *DocValues) Shows(change string) bool { return v.exposed(v.change(change)) }

// ShowsFlag reports the same of a flag: whether a change behind it can be seen.
func (v *DocValues) ShowsFlag(key string) bool {
	f := v.flag(key)
	return f != nil && slices.ContainsFunc(v.behind(f), v.exposed)
}

func (v *DocValues) exposed(c *ledger.Change) bool {
	if c == nil {
		return false
	}
	for _, e := range v.envs {
		if in := stateIn(c, e); in != nil && (in.Status == ledger.StatusReleased || in.Status == ledger.StatusLimited) {
			return true
		}
	}
	return false
}

// behind lists the changes behind a flag, in the order of the ledger.
func (v *DocValues) behind(f *ledger.Flag) []*ledger.Change {
	var out []*ledger.Change
	for i := range v.l.Changes {
		c := &v.l.Changes[i]
		if slices.ContainsFunc(c.Flags, func(l ledger.ChangeFlag) bool { return l.Key == f.Key && l.Role == ledger.RoleBehind }) {
			out = append(out, c)
		}
	}
	return out
}

// codes are the shortcodes, in the order in which a message names them, with
// the names of their arguments: "" is one without a name.
func codes() []codeKind {
	return []codeKind{
		{"change", []string{"", "in", "date"}, true, (*DocValues).changeValue},
		{"docs-version", nil, false, (*DocValues).docsVersion},
		{"environment", []string{"", "component"}, true, (*DocValues).environmentValue},
		{"flag", []string{"", "in"}, true, (*DocValues).flagValue},
		{"version", []string{"", "in"}, false, (*DocValues).versionValue},
	}
}

type codeKind struct {
	name  string
	args  []string
	needs bool // the argument without a name
	value func(*DocValues, asked) (docs.Fragment, docs.Fault)
}

// asked is a shortcode with its arguments by name.
type asked struct {
	edition *docs.Edition
	what    string // the argument without a name
	in      string
	date    string
	part    string // component
	at      place
}

// Value gives the value of a shortcode on a page of an edition that reaches the
// site's first page by root. A fault with a message says what is wrong with the
// shortcode; it has no place. Readers who do not see everything are given no
// faults: that something is not there is none.
func (v *DocValues) Value(e *docs.Edition, code docs.Shortcode, root string) (docs.Fragment, docs.Fault) {
	f, fault := v.value(e, code, root)
	if v.public {
		fault = docs.Fault{}
	} else if fault.Message != "" && len(f.Parts) == 0 && f.Table == nil {
		f = docs.Fragment{Parts: []docs.Part{{Text: oneLine(code.Source), Code: true}}}
	}
	return f, fault
}

func (v *DocValues) value(e *docs.Edition, code docs.Shortcode, root string) (docs.Fragment, docs.Fault) {
	var names []string
	for _, k := range codes() {
		names = append(names, k.name)
		if k.name != code.Name {
			continue
		}
		a := asked{edition: e, at: place{root: root}}
		for _, arg := range code.Args {
			if !slices.Contains(k.args, arg.Name) || arg.Name == "" && a.what != "" {
				return docs.Fragment{}, wrong("shortcode "+k.name+": it takes no "+argument(arg), argumentHint(k))
			}
			switch arg.Name {
			case "":
				a.what = arg.Value
			case "in":
				a.in = arg.Value
			case "date":
				a.date = arg.Value
			case "component":
				a.part = arg.Value
			}
		}
		if k.needs && a.what == "" {
			return docs.Fragment{}, wrong("shortcode "+k.name+": it does not say which one", argumentHint(k))
		}
		return k.value(v, a)
	}
	if code.Name == "" {
		return docs.Fragment{}, wrong("shortcode cannot be read: "+cut(oneLine(code.Source), 80), "it is a name, then arguments: {{< change 123 in=production >}}")
	}
	return docs.Fragment{}, wrong("unknown shortcode "+cut(oneLine(code.Name), 40), "there are: "+strings.Join(names, ", "))
}

func wrong(message, hint string) docs.Fault {
	return docs.Fault{Message: message, Hint: hint, Rule: "docs-shortcode", Error: true}
}

func argument(a docs.Arg) string {
	if a.Name == "" {
		return "second argument " + cut(oneLine(a.Value), 40)
	}
	return "argument " + cut(oneLine(a.Name), 40)
}

func argumentHint(k codeKind) string {
	hint := "write it like {{< " + k.name
	for _, a := range k.args {
		switch a {
		case "":
			hint += map[string]string{"change": " 123", "environment": " production", "flag": " basket-v2", "version": " v1.4.0"}[k.name]
		case "in":
			hint += " in=production"
		case "date":
			hint += " date=released"
		case "component":
			hint += " component=shop"
		}
	}
	return hint + " >}}"
}

// environments gives those that a shortcode is about.
func (v *DocValues) environments(a asked) ([]ledger.EnvironmentName, docs.Fault) {
	if a.in == "" || v.public && v.find.Environment(a.in) == nil {
		// What the audience's environments are called is no matter of its readers.
		return v.envs, docs.Fault{}
	}
	e := v.find.Environment(a.in)
	if e == nil {
		return nil, wrong("no environment is called "+cut(oneLine(a.in), 40), "there are: "+v.environmentNames())
	}
	return []ledger.EnvironmentName{e.Name}, docs.Fault{}
}

func (v *DocValues) environmentNames() string {
	var out []string
	for _, e := range v.l.Environments {
		out = append(out, string(e.Name))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// docsVersion is the name of the version whose docs are read.
func (v *DocValues) docsVersion(a asked) (docs.Fragment, docs.Fault) {
	return docs.Fragment{Parts: []docs.Part{{Text: oneLine(a.edition.Shown())}}}, docs.Fault{}
}
