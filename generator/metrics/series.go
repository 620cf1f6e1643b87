package metrics

import (
	"slices"
	"time"
)

// span is a stretch of time: after From, up to and with To. A zero From has no
// beginning.
type span struct{ from, to time.Time }

func (s span) holds(t time.Time) bool { return t.After(s.from) && !t.After(s.to) }

// series are the observations of one metric in one lane, each with the instant
// at which it became one.
type series struct {
	seen []observation
	out  []omission
}

type observation struct {
	at   time.Time
	took time.Duration
}

// omission is what could not be measured. Without an instant it belongs to no
// window but the one without a beginning.
type omission struct {
	at     time.Time
	reason Reason
}

func (s *series) add(at time.Time, took time.Duration) {
	s.seen = append(s.seen, observation{at, took})
}

func (s *series) leave(at time.Time, reason Reason) { s.out = append(s.out, omission{at, reason}) }

// within measures what became an observation in a stretch of time; keep, when
// set, chooses among the durations.
func (s *series) within(in span, method Method, keep func(time.Duration) bool) Spread {
	var took []time.Duration
	for _, o := range s.seen {
		if in.holds(o.at) && (keep == nil || keep(o.took)) {
			took = append(took, o.took)
		}
	}
	out := SpreadOf(took, method)
	out.LeftOut = count(s.out, in)
	return out
}

// count sums up what was left out, by reason, in the order of the reasons.
func count(out []omission, in span) []LeftOut {
	var found []LeftOut
	for _, o := range out {
		if o.at.IsZero() && !in.from.IsZero() || !o.at.IsZero() && !in.holds(o.at) {
			continue
		}
		i := slices.IndexFunc(found, func(l LeftOut) bool { return l.Reason == o.reason })
		if i < 0 {
			i = len(found)
			found = append(found, LeftOut{Reason: o.reason})
		}
		found[i].Count++
	}
	slices.SortFunc(found, func(a, b LeftOut) int { return a.Reason.rank() - b.Reason.rank() })
	return found
}

// positive keeps durations above nothing.
func positive(d time.Duration) bool { return d > 0 }
