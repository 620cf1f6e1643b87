package ledger_test

import "daylight/generator/ledger"

// branchStep is what the manifest of a revision off the mainline says, where that
// is not what it said at the fork: the fork's manifest with the branch's changes.
func (o *oracle) branchStep(h ledger.FlagHistory, l *modelLane, revision ledger.Hash) (step ledger.FlagStep, differs bool) {
	manifest := map[ledger.EnvironmentName]ledger.FlagStep{}
	for _, commit := range l.repo.mainline {
		for _, s := range h.Steps {
			switch {
			case s.Commit != commit || !l.repo.ancestors(revision)[commit]:
			case s.Removed:
				delete(manifest, s.Environment)
			default:
				manifest[s.Environment] = s
			}
		}
	}
	_, namedAtFork := manifest[l.environment]
	for _, a := range h.At {
		if a.Revision != revision {
			continue
		}
		differs = differs || a.Environment == l.environment || a.Environment == "" && !namedAtFork
		manifest[a.Environment] = ledger.FlagStep{Setting: a.Setting, Plan: a.Plan}
		if a.Removed {
			delete(manifest, a.Environment)
		}
	}
	for _, env := range []ledger.EnvironmentName{l.environment, ""} {
		if s, named := manifest[env]; named {
			return s, differs
		}
	}
	state := ledger.FlagOff
	if len(manifest) > 0 {
		state = ledger.FlagUnknown // it is there, and nothing says what it does here
	}
	return ledger.FlagStep{Setting: ledger.Setting{State: state}}, differs
}
