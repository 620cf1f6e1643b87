package main

import (
	"fmt"

	"daylight/generator/ledger"
)

// maxShown bounds how many problems a build prints: the page /problems/ has
// them all.
const maxShown = 20

// printProblems writes problems as `place: level: message`, with their hints,
// to stderr. Those of level info are counted only.
func (a *app) printProblems(problems []ledger.Problem, limit int) {
	shown, rest := 0, 0
	for _, p := range problems {
		if p.Level == ledger.LevelInfo {
			continue
		}
		if shown == limit {
			rest++
			continue
		}
		shown++
		a.printProblem(p)
	}
	if rest > 0 {
		fmt.Fprintf(a.stderr, "and %d more: see the page /problems/, or daylight check\n", rest)
	}
}

func (a *app) printProblem(p ledger.Problem) {
	place := ""
	if len(p.Origins) > 0 {
		place = p.Origins[0].String() + ": "
	}
	fmt.Fprintf(a.stderr, "%s%s: %s\n", place, p.Level, p.Message)
	if p.Hint != "" {
		fmt.Fprintf(a.stderr, "  hint: %s\n", p.Hint)
	}
}

// count gives the number of problems of a level or worse.
func count(problems []ledger.Problem, levels ...ledger.Level) int {
	n := 0
	for _, p := range problems {
		for _, l := range levels {
			if p.Level == l {
				n++
			}
		}
	}
	return n
}
