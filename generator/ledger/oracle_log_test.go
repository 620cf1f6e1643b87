package ledger_test

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// logGate is what a log of events says at an instant: the last event until then,
// in the newest version of the log. Before the first the flag is off, unless the log
// says that it began later than the flag; where the
// log never speaks of the environment nothing is known from the first event on.
func (o *oracle) logGate(h ledger.FlagHistory, link ledger.FlagLink, environment ledger.EnvironmentName, at time.Time) gate {
	r := o.repo(h.Repository)
	newest := map[ledger.EnvironmentName][]ledger.PlannedSetting{}
	before := map[ledger.EnvironmentName]ledger.FlagState{}
	var whole []ledger.Hash // the mainline, also what came after as-of: it may tell what had happened by then
	for at := r.facts.Mainline; r.commits[at].Hash == at && !slices.Contains(whole, at); {
		whole = append([]ledger.Hash{at}, whole...)
		if parents := r.commits[at].Parents; len(parents) > 0 {
			at = parents[0]
		}
	}
	for _, commit := range whole {
		for _, s := range h.Steps {
			if s.Commit == commit && s.Dated {
				newest[s.Environment], before[s.Environment] = s.Plan, s.Setting.State
			}
		}
	}
	gone := func(p ledger.PlannedSetting) bool {
		return slices.Contains(r.mainline, h.RetiredBy) && !p.At.Before(o.effective(r, h.RetiredBy).Add(h.Delay))
	}
	out := ledger.Setting{State: ledger.FlagOff}
	if state, told := before[environment]; state == ledger.FlagUnknown || !told && before[""] == ledger.FlagUnknown {
		out.State = ledger.FlagUnknown // the log began later than the flag
	}
	last := time.Time{}
	for _, of := range []ledger.EnvironmentName{"", environment} {
		for _, p := range newest[of] {
			if !p.At.After(at) && !p.At.Before(last) && !gone(p) {
				out, last = p.Setting, p.At
			}
		}
	}
	if newest[""] == nil && newest[environment] == nil {
		for _, events := range newest {
			for _, p := range events {
				if !p.At.After(at) {
					out = ledger.Setting{State: ledger.FlagUnknown}
				}
			}
		}
	}
	return settingGate(out, link)
}
