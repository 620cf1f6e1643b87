package metrics

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Method says how a percentile is found between two observations.
type Method string

// The methods.
const (
	// Interpolated goes proportionally between the two nearest observations, as
	// PERCENTILE_CONT in SQL: the median of 1 and 4 is 2.5.
	Interpolated Method = "interpolated"
	// Lower is the lower of the two, which is the largest observation whose
	// percent_rank is not above the percentile: the median of 1 and 4 is 1. Some
	// other tools use it.
	Lower Method = "lower"
)

// Seconds is a duration that is written as a number of seconds, with up to three
// decimal places.
type Seconds time.Duration

// MarshalJSON writes 90, or 0.5.
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// String gives the number of seconds: "90", "0.5", "-3". What is below a
// millisecond is cut off.
func (s Seconds) String() string {
	ms := time.Duration(s) / time.Millisecond
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	return sign + decimal(int64(ms), 3)
}

// decimal writes n with its last places behind a point, without noughts at the
// end. n is not negative.
func decimal(n int64, places int) string {
	text := strconv.FormatInt(n, 10)
	for len(text) <= places {
		text = "0" + text
	}
	whole, frac := text[:len(text)-places], text[len(text)-places:]
	for frac != "" && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if frac == "" {
		return whole
	}
	return whole + "." + frac
}

// Spread is a distribution of durations. Where Count is 0 nothing but LeftOut
// and Unknown means anything, and the rest is written null.
type Spread struct {
	Count              int
	Least, Most, Mean  Seconds // Mean is exact to the second
	P50, P75, P90, P95 Seconds
	// Bins counts the observations up to each of [BinEdges] and above the one
	// before; the last bin has what is above all of them.
	Bins    []int
	LeftOut []LeftOut // in the order of the reasons
	// Unknown says why nothing can be known, "" where it could.
	Unknown Reason
}

// BinEdges are the upper ends of the bins of a [Spread]: nothing at all, an
// hour, eight hours, then days: 1, 3, 7, 14, 30, 90.
func BinEdges() []Seconds {
	const hour, day = Seconds(time.Hour), 24 * Seconds(time.Hour)
	return []Seconds{0, hour, 8 * hour, day, 3 * day, 7 * day, 14 * day, 30 * day, 90 * day}
}

// LeftOut counts what could not be measured, for one reason.
type LeftOut struct {
	Reason Reason `json:"reason"`
	Count  int    `json:"count"`
}

type spreadJSON struct {
	Count   int       `json:"count"`
	P50     *Seconds  `json:"p50"`
	P75     *Seconds  `json:"p75"`
	P90     *Seconds  `json:"p90"`
	P95     *Seconds  `json:"p95"`
	Mean    *Seconds  `json:"mean"`
	Least   *Seconds  `json:"least"`
	Most    *Seconds  `json:"most"`
	Bins    []int     `json:"bins"`
	LeftOut []LeftOut `json:"left_out"`
	Unknown *Reason   `json:"unknown"`
}

// MarshalJSON writes durations in seconds, and null where there is none.
func (s Spread) MarshalJSON() ([]byte, error) {
	j := spreadJSON{Count: s.Count, LeftOut: s.LeftOut, Bins: s.Bins}
	if j.LeftOut == nil {
		j.LeftOut = []LeftOut{}
	}
	if s.Unknown != "" {
		j.Unknown = &s.Unknown
	}
	if s.Count > 0 {
		j.P50, j.P75, j.P90, j.P95, j.Mean, j.Least, j.Most = &s.P50, &s.P75, &s.P90, &s.P95, &s.Mean, &s.Least, &s.Most
	}
	return json.Marshal(j)
}

// SpreadOf measures durations, in any order.
func SpreadOf(durations []time.Duration, method Method) Spread {
	d := slices.Clone(durations)
	slices.Sort(d)
	s := Spread{Count: len(d)}
	if len(d) == 0 {
		return s
	}
	s.Least, s.Most = Seconds(d[0]), Seconds(d[len(d)-1])
	s.P50, s.P75 = Seconds(percentile(d, 50, method)), Seconds(percentile(d, 75, method))
	s.P90, s.P95 = Seconds(percentile(d, 90, method)), Seconds(percentile(d, 95, method))
	var sum time.Duration // of whole seconds: nanoseconds of many years would not fit
	edges := BinEdges()
	s.Bins = make([]int, len(edges)+1)
	for _, v := range d {
		sum += v / time.Second
		bin, _ := slices.BinarySearch(edges, Seconds(v))
		s.Bins[bin]++
	}
	s.Mean = Seconds(sum / time.Duration(len(d)) * time.Second)
	return s
}

// percentile finds a percentile of durations that are sorted and not none.
func percentile(sorted []time.Duration, percent int, method Method) time.Duration {
	place := percent * (len(sorted) - 1)
	i, rest := place/100, time.Duration(place%100)
	if method == Lower || rest == 0 {
		return sorted[i]
	}
	gap := sorted[i+1] - sorted[i]
	return sorted[i] + gap/100*rest + gap%100*rest/100 // exact, and never too large on its way
}
