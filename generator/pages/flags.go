package pages

import (
	"strconv"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
	"daylight/generator/story"
)

// FlagList names all flags with their state in each environment.
type FlagList struct {
	Frame
	Folded  Link // to the environments that are no columns; Text is "" when all are
	Columns []EnvironmentHead
	Rows    []FlagRow   // flags in use, by key
	Retired []FlagRow   // by key
	Care    []CareList  // what needs somebody; on the first part
	Parts   []MonthLink // of the list, where it is long
	Empty   bool        // no flag is in use
}

// FlagRow is a flag in a list.
type FlagRow struct {
	Link
	About  string
	Owner  string
	Kind   string
	Cells  []FlagCell // one for each environment
	Behind int        // changes behind it
	Moved  Stamp      // the last step anywhere
	Hint   string     // "on everywhere for 4 months: it can be removed"
	End    string     // for retired ones: "released", "dropped"
}

// FlagCell is the state of a flag in one environment.
type FlagCell struct {
	Environment string
	Badge       Badge
}

// FlagPage tells all about one flag.
type FlagPage struct {
	Frame
	About        string
	Lead         string
	Hint         string
	Facts        []Fact
	Environments []FlagEnvironment
	Plan         []PlanLine
	Behind       []Group // one: the changes behind it
	Parts        []MonthLink
	Left         Link // to changes that no part lists; Text is "" when there are none
	Origins      []OriginView
	Retired      string
}

// FlagEnvironment is the timeline of a flag in one environment.
type FlagEnvironment struct {
	Name    Link
	ID      string // of its heading, unique on the page
	Badge   Badge
	Who     string
	Via     string
	Strip   *chart.Picture
	Steps   []FlagStepLine // newest first
	Older   int            // steps that are not listed
	Missing bool           // the manifest does not name the environment
}

// FlagStepLine is one step.
type FlagStepLine struct {
	At      Stamp
	Badge   Badge
	Text    string
	Planned bool
	Written Stamp // when it entered the manifest, where that is another instant
	Commit  Link
	Silent  bool // the commit's title does not name the flag
	Origins []OriginView
}

func (t *team) flagPages(yield func(Page) bool) bool {
	if !t.flagLists(yield) {
		return false
	}
	for i := range t.l.Flags {
		if !yield(later(t.flagPath[i], "flag", func() Page { return t.flagPage(i) })) {
			return false
		}
		if len(t.l.Flags[i].Changes) > longestPage && !t.listings(t.flagChanges(i), "/flags/", []Link{{"Flags", "/flags/"}}, yield) {
			return false
		}
	}
	return true
}

// flagLists makes the list of flags, in parts where it is long. The parts lie
// below "list"; a flag of that name is no clash, since no flag has pages below
// "list/part".
func (t *team) flagLists(yield func(Page) bool) bool {
	var used, retired []int
	for i := range t.l.Flags {
		if t.l.Flags[i].Retired != nil {
			retired = append(retired, i)
		} else {
			used = append(used, i)
		}
	}
	lengths := []int{len(used), len(retired)}
	parts := partsOf(lengths, longestPage)
	path := func(n int) string {
		if n == 1 {
			return "/flags/"
		}
		return "/flags/list/part/" + strconv.Itoa(n) + "/"
	}
	for n := 1; n <= parts; n++ {
		p := at(path(n))
		title := "Flags"
		if n > 1 {
			title += ", part " + strconv.Itoa(n)
		}
		page := &FlagList{Frame: t.frame(p, "flags", title, "/flags/"), Columns: t.heads(p), Folded: t.foldedLink(p), Empty: len(used) == 0}
		s := span(lengths, longestPage, n)
		for _, i := range used[s[0][0]:s[0][1]] {
			page.Rows = append(page.Rows, t.flagRow(p, i))
		}
		for _, i := range retired[s[1][0]:s[1][1]] {
			page.Retired = append(page.Retired, t.flagRow(p, i))
		}
		if n == 1 {
			page.Care = t.careLists(p)
		}
		page.Parts = partLinks(p, path, lengths, longestPage, parts)
		if !yield(made(p.path, "flags", page)) {
			return false
		}
	}
	return true
}

func (t *team) flagRow(p place, i int) FlagRow {
	f := &t.l.Flags[i]
	row := FlagRow{
		Link: Link{titleOf(string(f.Key)), p.to(t.flagPath[i])}, About: oneLine(f.Description),
		Owner: oneLine(f.Owner), Kind: oneLine(f.Kind), Behind: len(f.Changes),
		Moved: t.stamp(lastStep(f)), Hint: t.care[key{f.Repository, string(f.Key)}],
	}
	if f.Retired != nil {
		row.End = retiredAs(f.Retired.As)
		row.Moved = t.stamp(f.Retired.At)
	}
	for _, k := range t.front {
		e := t.l.Environments[k]
		cell := FlagCell{Environment: tidy(e.Name), Badge: Badge{"none", "Not named"}}
		if in := flagIn(f, e.Name); in != nil {
			cell.Badge = flagBadge(in.State, in.Percent, in.Groups)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func flagIn(f *ledger.Flag, env ledger.EnvironmentName) *ledger.FlagInEnvironment {
	for i := range f.Environments {
		if f.Environments[i].Environment == env {
			return &f.Environments[i]
		}
	}
	return nil
}

// lastStep is the instant of a flag's newest step in any environment.
func lastStep(f *ledger.Flag) time.Time {
	var last time.Time
	for _, in := range f.Environments {
		if n := len(in.Steps); n > 0 && in.Steps[n-1].At.After(last) {
			last = in.Steps[n-1].At
		}
	}
	return last
}

func retiredAs(as string) string {
	switch as {
	case "released":
		return "everyone kept it"
	case "dropped":
		return "the code was dropped"
	}
	return "its last state stayed"
}

func (t *team) flagPage(i int) Page {
	f := &t.l.Flags[i]
	p := at(t.flagPath[i])
	page := &FlagPage{
		Frame: t.frame(p, "flag", titleOf(string(f.Key)), "/flags/"), About: paragraphs(f.Description),
		Hint: t.care[key{f.Repository, string(f.Key)}], Plan: t.plan(p, f.Key), Origins: t.origins(f.Origins),
		Facts: t.flagFacts(f),
	}
	changes := t.flagChanges(i)
	page.Behind, page.Parts, page.Left = t.part(p, changes, 1), changes.links(p), t.leftLink(p, changes)
	page.Crumbs = []Link{{"Flags", p.to("/flags/")}}
	page.Lead = effectWords(f.Effect)
	for n, e := range t.l.Environments {
		if !t.inFront[e.Name] && flagIn(f, e.Name) == nil {
			continue // that it is not named in a sandbox tells nobody anything
		}
		page.Environments = append(page.Environments, t.flagEnvironment(p, f, e.Name, n))
	}
	if f.Retired != nil {
		page.Retired = "Retired on " + t.stamp(f.Retired.At).Date + ": " + retiredAs(f.Retired.As) + "."
	}
	return made(p.path, "flag", page)
}

// flagChanges are the changes behind a flag.
func (t *team) flagChanges(i int) *long {
	f := &t.l.Flags[i]
	out := &long{path: t.flagPath[i], title: titleOf(string(f.Key))}
	out.add(Group{ID: "behind", Title: "Behind it", Table: ChangeTable{Caption: "Changes behind the flag"}}, t.changesOf(f.Repository, f.Changes))
	return out
}

func effectWords(e ledger.Effect) string {
	if e == ledger.EffectDeployment {
		return "The manifest ships with the build: a change of it takes effect with the deployment that carries it."
	}
	return "The manifest is read from git while the product runs: a change of it takes effect when it is merged."
}

func (t *team) flagFacts(f *ledger.Flag) []Fact {
	var out []Fact
	add := func(name, text string) {
		if text = oneLine(text); text != "" {
			out = append(out, Fact{Name: name, Texts: []Link{{Text: text}}})
		}
	}
	add("Owner", f.Owner)
	add("Kind", f.Kind)
	add("Source", f.Source)
	if len(t.repos) > 1 {
		add("Repository", string(f.Repository))
	}
	if f.Permanent {
		add("Permanent", "yes: it is meant to stay")
	}
	if f.Expires != nil {
		out = append(out, Fact{Name: "Expires", At: t.stamp(*f.Expires)})
	}
	if f.Retired != nil {
		out = append(out, Fact{Name: "Retired", At: t.stamp(f.Retired.At), Texts: []Link{t.commitLink(f.Repository, f.Retired.Commit)}})
	}
	return out
}

// mostFlagSteps is how many steps of a flag in an environment are listed.
const mostFlagSteps = 60

func (t *team) flagEnvironment(p place, f *ledger.Flag, env ledger.EnvironmentName, n int) FlagEnvironment {
	out := FlagEnvironment{Name: t.environmentLink(p, env), ID: "environment-" + number(n+1)}
	in := flagIn(f, env)
	if in == nil {
		out.Badge, out.Missing = Badge{"none", "Not named"}, true
		return out
	}
	out.Badge = flagBadge(in.State, in.Percent, in.Groups)
	out.Who = capital(story.Who(in.Percent, in.Groups, in.Excludes))
	if in.State == ledger.FlagUnknown {
		out.Who = "Unknown: the manifest does not tell, or cannot be read"
	}
	out.Via = oneLine(in.Via)
	if in.Fallback {
		out.Via = "the file leaves the answer to the code's default"
	}
	out.Older = max(len(in.Steps)-mostFlagSteps, 0)
	for k := len(in.Steps) - 1; k >= out.Older; k-- {
		out.Steps = append(out.Steps, t.flagStep(f, in, k))
	}
	out.Strip = t.strip(f, in, n)
	return out
}

func (t *team) flagStep(f *ledger.Flag, in *ledger.FlagInEnvironment, k int) FlagStepLine {
	s := in.Steps[k]
	line := FlagStepLine{
		At: t.stamp(s.At), Badge: flagBadge(s.State, s.Percent, s.Groups), Text: t.tell.FlagStep(f, in, k).Text,
		Planned: s.Planned, Commit: t.commitLink(f.Repository, s.Written.Commit), Origins: t.origins(s.Origins),
	}
	if !s.Written.At.Equal(s.At) {
		line.Written = t.stamp(s.Written.At)
	}
	line.Silent = s.Written.Named != nil && !*s.Written.Named
	return line
}

// strip draws the share that a flag lets through over time, with what is planned
// to the right of now. All strips of a flag have one axis.
func (t *team) strip(f *ledger.Flag, in *ledger.FlagInEnvironment, n int) *chart.Picture {
	from, to := t.l.AsOf, t.l.AsOf
	for _, e := range f.Environments {
		if len(e.Steps) > 0 && e.Steps[0].At.Before(from) {
			from = e.Steps[0].At
		}
	}
	if len(in.Steps) == 0 || !from.Before(to) {
		return nil
	}
	var tracks []chart.Step
	for _, s := range in.Steps {
		look, share := flagLook(s.State, s.Percent, s.Groups)
		tracks = append(tracks, chart.Step{
			At: s.At, Look: look, Share: share, Label: flagBadge(s.State, s.Percent, s.Groups).Word,
			Title: flagBadge(s.State, s.Percent, s.Groups).Word + " from " + t.stamp(s.At).Full,
		})
	}
	if f.Retired != nil {
		tracks = append(tracks, chart.Step{At: f.Retired.At, Look: chart.Absent})
	}
	for _, s := range f.Plan {
		if s.Environment == in.Environment {
			_, share := flagLook(s.State, s.Percent, s.Groups)
			tracks = append(tracks, chart.Step{At: s.At, Look: chart.Planned, Share: share, Label: brief(s.Percent, s.Groups), Title: "Planned: " + t.stamp(s.At).Full})
		}
	}
	if k := len(f.Plan); k > 0 { // room to the right, so that the last step is seen to last
		to = f.Plan[k-1].At.Add(f.Plan[k-1].At.Sub(from) / 10)
	}
	pic := chart.Draw(chart.Drawing{
		ID: "strip-" + number(n+1), Title: "Exposure in " + tidy(in.Environment),
		Desc: "Now: " + story.Who(in.Percent, in.Groups, in.Excludes) + ". The steps are listed below.",
		From: from, To: to, Now: t.l.AsOf, Zone: t.zone, Tracks: []chart.Track{{Label: "Who gets it", Steps: tracks}},
	})
	return &pic
}

// flagLook says how a setting is drawn.
func flagLook(s ledger.FlagState, share ledger.Share, groups []ledger.GroupShare) (chart.Look, int) {
	switch s {
	case ledger.FlagOn:
		return chart.Released, 100
	case ledger.FlagOff:
		return chart.Dark, 0
	case ledger.FlagUnknown:
		return chart.Unknown, 0
	}
	n := whole(share)
	if len(groups) > 0 {
		n = max(n, 15) // a group has no known size; a sliver says that somebody gets it
	}
	return chart.Limited, n
}
