package pages

import (
	"strconv"
	"strings"

	"daylight/generator/metrics"
)

// ofSpread is the median in a window.
func ofSpread(of func(*metrics.Window) *metrics.Spread) func(*metrics.Window) MetricValue {
	return func(w *metrics.Window) MetricValue {
		s := of(w)
		m := MetricValue{Value: spreadValue(*s)}
		switch {
		case s.Count == 1:
			m.Rest = "the only one"
		case s.Count > 1:
			m.Rest = "median of " + number(s.Count) + "; p90 " + s.P90.Words()
		}
		return m
	}
}

func ofRate(of func(*metrics.Window) *metrics.Rate) func(*metrics.Window) MetricValue {
	return func(w *metrics.Window) MetricValue {
		r := of(w)
		m := MetricValue{Value: rateValue(*r)}
		if r.Known() {
			m.Rest = number(r.Hits) + " of " + number(r.Of)
		} else if r.Of > 0 {
			m.Rest = "of " + number(r.Of)
		}
		return m
	}
}

func ofFrequency(of func(*metrics.Window) *metrics.Frequency) func(*metrics.Window) MetricValue {
	return func(w *metrics.Window) MetricValue {
		f := of(w)
		m := MetricValue{Value: frequencyValue(*f)}
		if f.Unknown == "" {
			m.Rest = number(f.Count) + " in " + count(f.Days, "day")
		}
		return m
	}
}

// The values of cells. What nobody can know is unknown; what did not happen is
// none.
func spreadValue(s metrics.Spread) string {
	switch {
	case s.Unknown != "":
		return "unknown"
	case s.Count == 0:
		return "none"
	}
	return s.P50.Words()
}

func rateValue(r metrics.Rate) string {
	switch {
	case r.Unknown != "":
		return "unknown"
	case r.Of == 0:
		return "none"
	}
	return r.Percent() + " %"
}

func frequencyValue(f metrics.Frequency) string {
	if f.Unknown != "" {
		return "unknown"
	}
	return rounded(f.PerWeek()) + " a week"
}

// rounded rounds a decimal to two places, or to none from ten on.
func rounded(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if n >= 10 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(n, 'f', 2, 64), "0"), ".")
}

// leftOut says what was left out of a window, a line for each reason.
func leftOut(list []metrics.LeftOut, noun string) []string {
	var out []string
	for _, l := range list {
		out = append(out, count(l.Count, noun)+": "+l.Reason.Text())
	}
	return out
}

func changesWord(n int) string { return count(n, "change") }

func timesWord(n int) string {
	if n == 1 {
		return "time"
	}
	return "times"
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
