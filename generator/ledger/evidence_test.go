package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"pgregory.net/rapid"
)

// TestEvidence asks of every date and move of a drawn history what it rests on:
// there is a cause, a basis and an origin, and among the origins is a line that
// tells of that very instant, of the kind that the cause names.
func TestEvidence(t *testing.T) {
	checkMany(t, 800, func(t *rapid.T) {
		s, err := parseScenario(scenarios().Draw(t, "history"))
		if err != nil {
			t.Fatal(err)
		}
		l := ledger.Compute(s.facts, s.policy, s.asOf)
		for i := range l.Changes {
			for _, in := range l.Changes[i].Environments {
				states := []ledger.State{in.State}
				for _, k := range in.Components {
					states = append(states, k.State)
				}
				for _, state := range states {
					for _, fault := range s.faults(state) {
						t.Errorf("%s in %s: %s\n%s", s.name(l.Changes[i].Commit), in.Environment, fault, s.text)
					}
				}
			}
		}
	})
}

// faults lists the dates and moves of a state that nothing supports.
func (s *scenario) faults(state ledger.State) (out []string) {
	for what, d := range map[string]ledger.Date{"deployed": state.Deployed, "first exposed": state.FirstExposed, "released": state.Released} {
		if d.Known() && (d.Basis == "" || len(d.Origins) == 0) {
			out = append(out, what+" has a date, and no basis or origin")
		}
		moved := func(m ledger.Move) bool {
			return m.At.Equal(d.At) && m.Basis == d.Basis && slices.Equal(m.Origins, d.Origins)
		}
		if d.Known() && !slices.ContainsFunc(state.Moves, moved) {
			out = append(out, what+" is the date of no move")
		}
	}
	for _, m := range state.Moves {
		told := func(o ledger.Origin) bool {
			removed := func(h ledger.FlagHistory) bool { return h.RetiredBy == o.Commit }
			byRemoval := m.Cause == ledger.CauseFlag && o.Line == 0 && slices.ContainsFunc(s.facts.Flags, removed)
			return byRemoval || s.tellsOf(m, s.lineAt(o))
		}
		if m.Basis == "" || !slices.ContainsFunc(m.Origins, told) {
			out = append(out, fmt.Sprintf("%s on %s by %s rests on %v, which do not tell of it", m.Kind, day(m.At), m.Cause, lines(m.Origins)))
		}
	}
	return out
}

// lineAt gives the line of the scenario that an origin names, "" when it names
// something else.
func (s *scenario) lineAt(o ledger.Origin) string {
	all := strings.Split(s.text, "\n")
	if o.Line < 1 || o.Line > len(all) {
		return ""
	}
	return all[o.Line-1]
}

// tellsOf reports whether a line is evidence of a move: of the right kind, and of
// that instant.
func (s *scenario) tellsOf(m ledger.Move, line string) bool {
	words, _ := splitLine(line)
	if len(words) == 0 {
		return false
	}
	verb := words[0]
	record := slices.Contains([]string{"deploy", "undeploy", "switch"}, verb) && words[len(words)-1] == day(m.At)
	switch m.Cause {
	case ledger.CauseDeployment, ledger.CauseTraffic, ledger.CauseRevert:
		return record
	case ledger.CauseVersion:
		return verb == "version" && words[3] == day(m.At)
	case ledger.CauseDeclared:
		return verb == "release" && words[3] == day(m.At)
	case ledger.CausePlan:
		return (verb == "step" || verb == "at") && slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(w, "@"+day(m.At)) })
	case ledger.CauseFlag:
		// A step counts from its commit, from its parent's instant, after a delay,
		// or from the deployment that ships it.
		return verb == "step" || verb == "at" || record
	}
	return false
}
