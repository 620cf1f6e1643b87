package pages

import (
	"cmp"
	"slices"

	"daylight/generator/ledger"
)

// ProblemsPage lists every doubt about the data.
type ProblemsPage struct {
	Frame
	Lead   string
	Groups []ProblemGroup
}

// ProblemGroup is the problems of one rule.
type ProblemGroup struct {
	Rule  string
	ID    string // of its heading
	Badge Badge
	Count int
	Lines []ProblemLine
	Left  int // not listed
}

// ProblemLine is one problem.
type ProblemLine struct {
	Message string
	Hint    string
	Badge   Badge
	Places  []OriginView
	More    int // places that are not listed
}

// mostProblems bounds the list of one rule: a thousand records with one fault
// are one thing to mend.
const mostProblems = 50

// mostPlaces bounds the places of one problem.
const mostPlaces = 10

func levelBadge(l ledger.Level) Badge {
	switch l {
	case ledger.LevelError:
		return Badge{"error", "Error"}
	case ledger.LevelWarning:
		return Badge{"warning", "Warning"}
	}
	return Badge{"info", "Note"}
}

func severity(l ledger.Level) int {
	return slices.Index([]ledger.Level{ledger.LevelError, ledger.LevelWarning, ledger.LevelInfo}, l)
}

// problemsPage groups by rule: the gravest first, then by number, then by name.
func (t *team) problemsPage() Page {
	p := at("/problems/")
	page := &ProblemsPage{Frame: t.frame(p, "problems", "Problems", "/problems/")}
	type group struct {
		rule  string
		worst ledger.Level
		all   []ledger.Problem
	}
	at := map[string]int{}
	var groups []group
	for _, problem := range t.l.Problems {
		i, ok := at[problem.Rule]
		if !ok {
			i = len(groups)
			at[problem.Rule] = i
			groups = append(groups, group{rule: problem.Rule, worst: problem.Level})
		}
		if severity(problem.Level) < severity(groups[i].worst) {
			groups[i].worst = problem.Level
		}
		groups[i].all = append(groups[i].all, problem)
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(severity(a.worst), severity(b.worst)), cmp.Compare(len(b.all), len(a.all)), cmp.Compare(a.rule, b.rule))
	})
	for _, g := range groups {
		out := ProblemGroup{Rule: titleOf(g.rule), ID: "rule-" + Segment(g.rule), Badge: levelBadge(g.worst), Count: len(g.all)}
		for _, problem := range g.all[:min(len(g.all), mostProblems)] {
			places := problem.Origins[:min(len(problem.Origins), mostPlaces)]
			out.Lines = append(out.Lines, ProblemLine{
				capital(oneLine(problem.Message)), capital(oneLine(problem.Hint)), levelBadge(problem.Level),
				t.origins(places), len(problem.Origins) - len(places),
			})
		}
		out.Left = out.Count - len(out.Lines)
		page.Groups = append(page.Groups, out)
	}
	if n := len(t.l.Problems); n > 0 {
		page.Lead = count(n, "doubt") + " about the data. Nothing here stopped the build; what a doubt touches is shown as it was read, or as unknown."
	}
	return made(p.path, "problems", page)
}
