package metrics

import (
	"encoding/json"
	"slices"
	"time"
)

// Rate is a share of counted things. Unknown says why there is none: Hits is
// then written null.
type Rate struct {
	Hits, Of int
	LeftOut  []LeftOut // in the order of the reasons
	Unknown  Reason    // "" where the share is known
}

// Known reports whether there is a share: something was counted, and something
// says which of it are hits.
func (r Rate) Known() bool { return r.Unknown == "" && r.Of > 0 }

// Percent gives the share in percent, with up to two decimal places, rounded to
// the nearest: "12.5". It is "" where the share is not known.
func (r Rate) Percent() string {
	if !r.Known() {
		return ""
	}
	return decimal((int64(r.Hits)*20_000+int64(r.Of))/(2*int64(r.Of)), 2)
}

// MarshalJSON writes {"count", "of", "percent", "left_out", "unknown"}.
func (r Rate) MarshalJSON() ([]byte, error) {
	j := struct {
		Count   *int         `json:"count"`
		Of      int          `json:"of"`
		Percent *json.Number `json:"percent"`
		LeftOut []LeftOut    `json:"left_out"`
		Unknown *Reason      `json:"unknown"`
	}{Of: r.Of, LeftOut: r.LeftOut}
	if j.LeftOut == nil {
		j.LeftOut = []LeftOut{}
	}
	if r.Unknown == "" {
		j.Count = &r.Hits
	} else {
		j.Unknown = &r.Unknown
	}
	if text := r.Percent(); text != "" {
		n := json.Number(text)
		j.Percent = &n
	}
	return json.Marshal(j)
}

// Rhythm is how often something happens, in a word.
type Rhythm string

// The rhythms, by the median of the days of a week on which it happened: three or
// more, at least one, less. Other tools cut at the same places.
const (
	RhythmDaily  Rhythm = "daily"
	RhythmWeekly Rhythm = "weekly"
	RhythmRarely Rhythm = "monthly_or_less"
)

// Frequency counts events.
type Frequency struct {
	Count int
	// Days that the records cover in the window: from its beginning, or from the
	// first record where that is later, rounded up; at least 1.
	Days int
	// Gap is the median time from one event to the next; it means nothing below
	// two events.
	Gap Seconds
	// Weeks are the whole weeks, Monday to Sunday, that the records cover in the
	// window, and DaysPerWeek the median of the days with an event in them, in
	// tenths. Below four weeks there is no Rhythm.
	Weeks, DaysPerWeek int
	Rhythm             Rhythm
	LeftOut            []LeftOut // in the order of the reasons
	Unknown            Reason
}

// PerDay gives the events per day with up to four decimal places: "0.25".
func (f Frequency) PerDay() string { return f.per(1) }

// PerWeek gives the events per week with up to four decimal places.
func (f Frequency) PerWeek() string { return f.per(7) }

func (f Frequency) per(days int) string {
	if f.Days == 0 {
		return "0"
	}
	n, d := int64(f.Count)*int64(days), int64(f.Days)
	return decimal((n*20_000+d)/(2*d), 4)
}

// MarshalJSON writes the counts with the numbers that follow from them.
func (f Frequency) MarshalJSON() ([]byte, error) {
	j := struct {
		Count       *int         `json:"count"`
		Days        int          `json:"days"`
		PerDay      *json.Number `json:"per_day"`
		PerWeek     *json.Number `json:"per_week"`
		Gap         *Seconds     `json:"median_gap"`
		Weeks       int          `json:"whole_weeks"`
		DaysPerWeek *json.Number `json:"days_per_week"`
		Rhythm      *Rhythm      `json:"rhythm"`
		LeftOut     []LeftOut    `json:"left_out"`
		Unknown     *Reason      `json:"unknown"`
	}{Days: f.Days, Weeks: f.Weeks, LeftOut: f.LeftOut}
	if j.LeftOut == nil {
		j.LeftOut = []LeftOut{}
	}
	if f.Unknown != "" {
		j.Unknown = &f.Unknown
		return json.Marshal(j)
	}
	day, week := json.Number(f.PerDay()), json.Number(f.PerWeek())
	j.Count, j.PerDay, j.PerWeek = &f.Count, &day, &week
	if f.Count > 1 {
		j.Gap = &f.Gap
	}
	if f.Rhythm != "" {
		n := json.Number(decimal(int64(f.DaysPerWeek), 1))
		j.DaysPerWeek, j.Rhythm = &n, &f.Rhythm
	}
	return json.Marshal(j)
}

// leastWeeks is how many whole weeks a rhythm needs.
const leastWeeks = 4

// frequencyOf counts instants, which are sorted, within a window that the records
// cover since an instant.
func frequencyOf(at []time.Time, in span, since time.Time, cal calendar, method Method) Frequency {
	covered := in
	if since.After(covered.from) {
		covered.from = since
	}
	f := Frequency{Days: max(1, int((covered.to.Sub(covered.from)+24*time.Hour-1)/(24*time.Hour)))}
	var last time.Time
	var gaps []time.Duration
	for _, t := range at {
		if !in.holds(t) {
			continue
		}
		if f.Count++; f.Count > 1 {
			gaps = append(gaps, t.Sub(last))
		}
		last = t
	}
	if len(gaps) > 0 {
		slices.Sort(gaps)
		f.Gap = Seconds(percentile(gaps, 50, method))
	}
	f.rhythm(at, covered, cal, method)
	return f
}

// rhythm finds the days with an event of each whole week.
func (f *Frequency) rhythm(at []time.Time, covered span, cal calendar, method Method) {
	days := cal.daysOfWeeks(at, covered)
	f.Weeks = len(days)
	if f.Weeks < leastWeeks {
		return
	}
	slices.Sort(days)
	f.DaysPerWeek = int(percentile(days, 50, method))
	switch {
	case f.DaysPerWeek >= 30:
		f.Rhythm = RhythmDaily
	case f.DaysPerWeek >= 10:
		f.Rhythm = RhythmWeekly
	default:
		f.Rhythm = RhythmRarely
	}
}
