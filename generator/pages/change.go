package pages

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
	"daylight/generator/story"
)

// ChangePage tells all about one change.
type ChangePage struct {
	Frame
	Type       string
	Breaking   bool
	Statuses   []StatusLine
	Way        *chart.Picture // nil when nothing is known of any environment
	Dates      []DateRow
	Elsewhere  []Elsewhere // environments that are no columns, where it was deployed
	Others     string      // how many these are: "12 other environments"
	Story      []StoryLine
	Note       *NoteBlock
	Body       string // plain text
	Facts      []Fact
	Links      []FlagEvidence
	Older      Link // the change before it on the list
	Newer      Link
	OffMain    bool
	Reverts    []Link // the changes that it undoes
	RevertedBy []Link // the commits or changes that undo it
	NotYet     string // a standing revert that is not deployed yet
	Moved      []MovedView
}

// StatusLine answers where a change stands in one environment.
type StatusLine struct {
	Environment Link
	Badge       Badge
	Text        string
	Why         []string // what keeps it from everybody
}

// Elsewhere says in a line how a change stands in an environment that is not one
// of those that everybody asks about.
type Elsewhere struct {
	Environment Link
	Badge       Badge
	Deployed    Stamp
	Released    Stamp
}

// DateRow is the row of an environment in the table of dates.
type DateRow struct {
	Environment  Link
	Badge        Badge
	Who          string
	Deployed     DateCell
	FirstExposed DateCell
	Released     DateCell
	DarkFor      string // from deployed to first exposed, or until now
	Lanes        []LaneDates
}

// LaneDates are the dates of one component, where a change has several.
type LaneDates struct {
	Component                        string
	Badge                            Badge
	Deployed, FirstExposed, Released DateCell
}

// DateCell is a date and what it rests on; the story names its origins. Without
// a Stamp, Word says why.
type DateCell struct {
	Stamp Stamp
	Basis string
	Weak  bool   // the basis is weaker than a record or a tag's name
	Word  string // "not yet", "unknown"
}

// StoryLine is one event.
type StoryLine struct {
	At          Stamp
	Class, Word string
	Text        string
	Environment string
	Basis       string
	Origins     []OriginView
}

// NoteBlock is the text for people that a change carries.
type NoteBlock struct {
	Title   string
	Text    Markdown
	Kind    string
	Origins []OriginView
}

// Fact is a line of the details: a name and what it is.
type Fact struct {
	Name  string
	Texts []Link
	At    Stamp
	Copy  string // the whole of what is shown short, for a button; may be empty
}

// FlagEvidence says why a change is tied to a flag.
type FlagEvidence struct {
	Flag    Link
	Role    string
	By      string
	Note    string
	Origins []OriginView
}

func (t *team) changePage(i int) Page {
	c := &t.l.Changes[i]
	p := at(t.changePath[i])
	page := &ChangePage{
		Frame: t.frame(p, "change", changeTitle(c), "/changes/"),
		Type:  oneLine(c.Type), Breaking: c.Breaking, OffMain: c.OffMainline, Body: paragraphs(c.Body),
	}
	page.Moved = t.movedViews(t.moved[key{c.Repository, string(c.ID)}], true)
	page.Crumbs = []Link{{"Changes", p.to("/changes/")}}
	if date := dateOf(c); !date.IsZero() {
		key, name := t.month(date)
		page.Crumbs = append(page.Crumbs, Link{name, p.to("/changes/" + key + "/")})
	}
	states := t.statesOf(c)
	page.Statuses = make([]StatusLine, 0, len(states))
	page.Dates = make([]DateRow, 0, len(states))
	for _, in := range states {
		page.Statuses = append(page.Statuses, t.statusLine(p, c, in))
		page.Dates = append(page.Dates, t.dateRow(p, in))
	}
	page.Way = t.way(c, states, page.Statuses)
	page.Story = t.changeStory(c, states)
	page.Elsewhere = t.elsewhere(p, c)
	page.Others = count(len(page.Elsewhere), "other environment")
	page.Facts = t.facts(p, c)
	page.Links = t.evidence(p, c)
	page.Note = t.note(c.Note)
	t.undoing(p, c, page)
	if at := t.rank[i]; at > 0 {
		page.Newer = t.changeLink(p, t.order[at-1])
	}
	if at := t.rank[i] + 1; at < len(t.order) {
		page.Older = t.changeLink(p, t.order[at])
	}
	return made(p.path, "change", page)
}

// statesOf gives how a change stands in the environments in front.
func (t *team) statesOf(c *ledger.Change) []*ledger.InEnvironment {
	out := make([]*ledger.InEnvironment, 0, len(t.front))
	for i := range c.Environments {
		if in := &c.Environments[i]; t.inFront[in.Environment] {
			out = append(out, in)
		}
	}
	return out
}

// elsewhere lists the other environments to which a change was ever deployed, in
// the order of the ledger.
func (t *team) elsewhere(p place, c *ledger.Change) []Elsewhere {
	var out []Elsewhere
	for i := range c.Environments {
		in := &c.Environments[i]
		if t.inFront[in.Environment] || in.Status == ledger.StatusNotDeployed && len(in.Moves) == 0 {
			continue
		}
		out = append(out, Elsewhere{t.environmentLink(p, in.Environment), statusBadge(in.Status), t.stamp(in.Deployed.At), t.stamp(in.Released.At)})
	}
	return out
}

func (t *team) statusLine(p place, c *ledger.Change, in *ledger.InEnvironment) StatusLine {
	line := StatusLine{
		Environment: t.environmentLink(p, in.Environment), Badge: statusBadge(in.Status),
		Text: t.tell.Status(c, in.Environment),
	}
	for _, w := range t.tell.Why(c, in.Environment) {
		line.Why = append(line.Why, w.Text)
	}
	return line
}

func (t *team) dateRow(p place, in *ledger.InEnvironment) DateRow {
	row := DateRow{
		Environment: t.environmentLink(p, in.Environment), Badge: statusBadge(in.Status),
		Deployed: t.dateCell(in.Deployed, in.Status), FirstExposed: t.dateCell(in.FirstExposed, in.Status),
		Released: t.dateCell(in.Released, in.Status), DarkFor: t.darkFor(in.State),
	}
	if in.Status == ledger.StatusLimited {
		row.Who = brief(in.Percent, in.Groups)
	}
	if len(in.Components) > 1 {
		for _, k := range in.Components {
			row.Lanes = append(row.Lanes, LaneDates{
				tidy(k.Component), statusBadge(k.Status), t.dateCell(k.Deployed, k.Status),
				t.dateCell(k.FirstExposed, k.Status), t.dateCell(k.Released, k.Status),
			})
		}
	}
	return row
}

// darkFor says how long a change was deployed before anybody could see it.
func (t *team) darkFor(s ledger.State) string {
	switch {
	case !s.Deployed.Known() || s.Status == ledger.StatusUnknown:
		return ""
	case s.FirstExposed.Known():
		if d := s.FirstExposed.At.Sub(s.Deployed.At); d > 0 {
			return "dark for " + story.Ago(d)
		}
		return "at once"
	case s.Status == ledger.StatusDark:
		return "dark for " + story.Ago(t.l.AsOf.Sub(s.Deployed.At)) + " so far"
	}
	return ""
}

func (t *team) dateCell(d ledger.Date, s ledger.Status) DateCell {
	if d.Known() {
		return DateCell{
			Stamp: t.stamp(d.At), Basis: basisWords(d.Basis),
			Weak: d.Basis == ledger.BasisCommitterDate || d.Basis == ledger.BasisFirstSeen,
		}
	}
	if s == ledger.StatusUnknown {
		return DateCell{Word: "unknown"}
	}
	return DateCell{Word: "not yet"}
}

// changeStory tells all moves in these environments, oldest first. Moves of one
// instant keep the order of the environments.
func (t *team) changeStory(c *ledger.Change, states []*ledger.InEnvironment) []StoryLine {
	type event struct {
		at   time.Time
		line StoryLine
	}
	most := 2
	for _, in := range states {
		most += len(in.Moves)
	}
	events := make([]event, 0, most)
	if c.Merged != nil {
		events = append(events, event{*c.Merged, StoryLine{
			Class: "merged", Word: "Merged", Text: "Merged into the mainline.", Basis: basisWords(ledger.BasisCommitterDate),
			Origins: t.origins([]ledger.Origin{{Repository: c.Repository, Commit: c.Commit}}),
		}})
	}
	if v, ok := t.versionOf(c); ok {
		events = append(events, event{v.At, StoryLine{
			Class: "version", Word: "Version", Text: "In version " + oneLine(string(v.Name)) + ".",
			Basis: basisWords(v.Basis), Origins: t.origins(v.Origins),
		}})
	}
	for _, in := range states {
		for i, l := range t.tell.Moves(c, in) {
			m := in.Moves[i]
			events = append(events, event{m.At, StoryLine{
				Class: moveClass(m.Kind), Word: moveWord(m.Kind), Text: l.Text, Environment: tidy(in.Environment),
				Basis: basisWords(m.Basis), Origins: t.origins(m.Origins),
			}})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	out := make([]StoryLine, 0, len(events))
	for _, e := range events {
		e.line.At = t.stamp(e.at)
		out = append(out, e.line)
	}
	return out
}

// versionOf finds the first version that holds a change.
func (t *team) versionOf(c *ledger.Change) (*ledger.Version, bool) {
	if c.Version == "" {
		return nil, false
	}
	i, ok := t.versionAt[key{c.Repository, string(c.Version)}]
	if !ok {
		return nil, false
	}
	return &t.l.Versions[i], true
}

func (t *team) note(n *ledger.NoteText) *NoteBlock {
	if n == nil || n.Title == "" && n.Text == "" {
		return nil
	}
	return &NoteBlock{oneLine(n.Title), Markdown(paragraphs(n.Text)), capital(oneLine(n.Kind)), t.origins(n.Origins)}
}

// undoing links reverts both ways, and says when one stands in the code and
// changes nothing yet for those who use it.
func (t *team) undoing(p place, c *ledger.Change, page *ChangePage) {
	link := func(h ledger.Hash) Link {
		if i, ok := t.commitAt[key{c.Repository, string(h[:])}]; ok {
			return t.changeLink(p, i)
		}
		return t.commitLink(c.Repository, h)
	}
	for _, h := range c.Reverts {
		page.Reverts = append(page.Reverts, link(h))
	}
	for _, h := range c.RevertedBy {
		page.RevertedBy = append(page.RevertedBy, link(h))
	}
	if len(c.RevertedBy) == 0 {
		return
	}
	var still []string
	for _, in := range c.Environments {
		if held(in.Status) {
			still = append(still, tidy(in.Environment))
		}
	}
	if len(still) > 0 {
		page.NotYet = "The revert is not deployed to " + strings.Join(still, ", ") + " yet, so the change is still there."
	}
}
