package flagfile

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// rampSteps is the number of steps that a ramp is cut into: enough to draw it,
// few enough to list it.
const rampSteps = 10

// maxInstants bounds the instants of a plan, against files that are made to
// exhaust.
const maxInstants = 1000

// span is the time from one instant to before another. A zero from is since
// ever, a zero to is for ever.
type span struct{ from, to time.Time }

// timeline asks for the setting in each span between the instants, and gives the
// first, and the later ones that differ from the one before them.
func timeline(instants []time.Time, in func(span) ledger.Setting) (ledger.Setting, []ledger.PlannedSetting) {
	slices.SortFunc(instants, time.Time.Compare)
	instants = slices.CompactFunc(instants, time.Time.Equal)
	if len(instants) > maxInstants {
		instants = instants[:maxInstants]
	}
	if len(instants) == 0 {
		return in(span{}), nil
	}
	first := in(span{to: instants[0]})
	var plan []ledger.PlannedSetting
	last := first
	for i, at := range instants {
		s := span{from: at}
		if i+1 < len(instants) {
			s.to = instants[i+1]
		}
		next := in(s)
		if !SameState(last, next) {
			plan = append(plan, ledger.PlannedSetting{At: at, Setting: next})
			last = next
		}
	}
	return first, plan
}

// rampInstants cuts the time of a ramp into steps of equal length; both ends are
// included.
func rampInstants(from, to time.Time) []time.Time {
	out := make([]time.Time, 0, rampSteps+1)
	for i := range rampSteps {
		out = append(out, from.Add(to.Sub(from)/rampSteps*time.Duration(i)))
	}
	return append(out, to)
}

// parseTime reads the spellings of an instant that manifests have. Without a
// zone it is UTC, and a date alone is its midnight.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00",
		"2006-01-02 15:04:05 -0700 MST", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", time.RFC1123, time.RFC1123Z,
	} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
