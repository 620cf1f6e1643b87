package pages

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Board is the first page of the team's site: what is live where, what people
// cannot see yet, and what happened last.
type Board struct {
	Frame
	Tallies []Tally
	Columns []EnvironmentHead
	Lanes   []LaneRow
	Folded  []LaneLine // what runs in the environments that are no columns
	Others  string     // how many these are: "34 other environments"
	// Dense: there are so many rows that each has to do with a line or two.
	Dense    bool
	Dark     Panel
	Rolling  Panel
	Back     Panel
	Plan     []PlanLine
	Deployed []DeploymentLine
	All      Link // to all deployments
	Released []ReleaseLine
	// Lead says in one sentence where the product stands.
	Lead string
	// Empty: the ledger knows no environment at all, and the page says what to add.
	Empty bool
	// Drift shows how far lanes are behind the mainline.
	Drift []BehindRow
}

// Tally is a number of the board that leads to what it counts.
type Tally struct {
	Number, Noun string
	Class        string
	Href         string
}

// LaneRow is a component over all environments.
type LaneRow struct {
	Component string
	Cells     []LaneCell
}

// LaneLine is one lane in a list of lanes.
type LaneLine struct {
	Environment Link
	Tier        string
	Component   string // "" when nothing runs in the environment
	Cell        LaneCell
}

// LaneCell is one lane: what runs there.
type LaneCell struct {
	Environment string
	None        bool // the component never ran there
	Live        []LiveView
	Behind      []string // "12 changes behind staging"
	Dark        int
	Level       bool      // nothing is ahead of it
	Hold        *HoldView // nil where the lane is not held
}

// LiveView is one live revision.
type LiveView struct {
	Name     Link   // the version, else the ref, else the commit
	Revision Link   // the commit
	Slot     string // "blue", or ""
	Weight   string // "25 % of traffic", or "" when it has all
	Width    int    // 0 to 100, for a bar
	Since    Stamp
	Record   Link // the deployment that put it there
	Unknown  bool // the revision could not be resolved
}

// Panel is a group of changes on the board, cut to the most telling ones.
type Panel struct {
	Count int
	Items []Item
	More  Link // to all of them; Text is "" when none is left out
}

// Item is one flag with the changes behind it, one change without a flag, or
// several that one instant brought about.
type Item struct {
	Title       Link
	Flag        bool   // Title is a flag
	About       string // the flag's description
	Changes     []Link // those in it, at most three; none for a single change
	Others      int    // how many more
	Environment string // "" when only one environment is watched
	Badge       Badge
	Who         string
	Share       int // 0 to 100, for a bar
	Since       Stamp
}

// PlanLine is a planned step.
type PlanLine struct {
	At          Stamp
	Flag        Link // zero on the flag's own page
	Environment string
	Who         string
	Badge       Badge
}

// ReleaseLine is a release event: changes whose exposure moved together.
type ReleaseLine struct {
	At          Stamp
	Word        string // "Released", "Widened to 25 %"
	Class       string
	Title       Link
	Others      int
	Environment string
	By          Link // the flag or the version that brought it
}

// How many lines a panel of the board shows. More would push what happened last
// off the first screen.
const (
	panelLines = 5
	boardLines = 8
	planLines  = 5
)

func (t *team) board() Page {
	p := at("/")
	b := &Board{Frame: t.frame(p, "board", t.site.title(), "")}
	b.Description = t.site.Description
	b.Columns, b.Lanes, b.Folded = t.heads(p), t.lanes(p), t.foldedLanes(p)
	const many = 12 // rows of four lines each are more than a wall shows
	b.Dense = len(b.Lanes) > many
	b.Others = count(len(t.folded), "other environment")
	b.Empty = len(t.l.Environments) == 0
	dark := t.standing(ledger.StatusDark)
	rolling := t.standing(ledger.StatusLimited)
	back := t.takenBack()
	// Oldest first for what waits, newest first for what just happened.
	b.Dark = t.panel(p, dark, false, Link{"All that is dark", p.to("/dark/")})
	b.Rolling = t.panel(p, rolling, true, Link{"All changes", p.to("/changes/")})
	b.Back = t.panel(p, back, true, Link{"All that was taken back", p.to("/dark/") + "#taken-back"})
	b.Plan = t.plan(p, "")
	planned := len(b.Plan)
	b.Plan = b.Plan[:min(len(b.Plan), planLines)]
	b.Deployed = t.deploymentLines(p, t.newestDeployments(boardLines))
	b.All = Link{"All deployments", p.to("/deployments/")}
	b.Released = t.releaseLines(p, boardLines)
	b.Tallies = []Tally{
		{number(len(dark)), "dark", "dark", "#dark"},
		{number(len(rolling)), "rolling out", "limited", "#rolling-out"},
		{number(t.releasedWithin(30 * 24 * time.Hour)), "released in 30 days", "released", "#last-releases"},
		{number(len(back)), "taken back", "un-released", "#taken-back"},
		{number(planned), "planned", "planned", "#planned"},
		{number(len(t.l.Problems)), noun(len(t.l.Problems), "problem"), "problem", p.to("/problems/")},
	}
	b.Drift = t.driftPicture(p)
	b.Lead = t.lead()
	return made("/", "board", b)
}

// lead sums the product up in a sentence.
func (t *team) lead() string {
	switch {
	case len(t.l.Environments) == 0:
		return ""
	case t.byVersion:
		return count(len(t.l.Versions), "version") + " published, " + count(len(t.l.Changes), "change") + " known."
	}
	return count(len(t.l.Changes), "change") + ", " + count(len(t.l.Deployments), "deployment") + " to " +
		count(len(t.l.Environments), "environment") + ", " + count(len(t.l.Flags), "flag") + "."
}

func noun(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// plan lists the planned steps that still stand, of one flag or of all, soonest
// first, then by flag and environment.
func (t *team) plan(p place, of ledger.FlagKey) []PlanLine {
	type step struct {
		key  ledger.FlagKey
		plan ledger.FlagPlan
	}
	var steps []step
	for _, f := range t.l.Flags {
		if of != "" && f.Key != of {
			continue
		}
		for _, s := range f.Plan {
			steps = append(steps, step{f.Key, s})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int {
		return cmp.Or(a.plan.At.Compare(b.plan.At), cmp.Compare(a.key, b.key), cmp.Compare(a.plan.Environment, b.plan.Environment))
	})
	var out []PlanLine
	for _, s := range steps {
		line := PlanLine{
			At: t.stamp(s.plan.At), Environment: tidy(s.plan.Environment),
			Who: brief(s.plan.Percent, s.plan.Groups), Badge: flagBadge(s.plan.State, s.plan.Percent, s.plan.Groups),
		}
		if of == "" {
			line.Flag = t.flagLink(p, s.key)
		}
		out = append(out, line)
	}
	return out
}
