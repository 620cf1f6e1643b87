package metrics

import (
	"strconv"
	"time"
)

// Words writes a duration as people say it, in its two largest units, rounded to
// the nearest of the second: "2 days 4 hours", "35 minutes". From ten days on,
// days are enough. What is less than a
// minute is "no time" when it is nothing, else "less than a minute".
func (s Seconds) Words() string {
	const day = 24 * time.Hour
	d := time.Duration(s)
	switch {
	case d == 0:
		return "no time"
	case d < time.Minute:
		return "less than a minute"
	case d < day:
		return units(d.Round(time.Minute), time.Hour, "hour", time.Minute, "minute")
	case d < 10*day:
		return units(d.Round(time.Hour), day, "day", time.Hour, "hour")
	case d < 100*day:
		return units(d.Round(day), day, "day", day, "day")
	case d < 730*day:
		return units(d.Round(day), 30*day, "month", day, "day")
	}
	return units(d.Round(30*day), 365*day, "year", 30*day, "month")
}

// units writes a duration in two units; a second of nothing is left out.
func units(d, large time.Duration, largeName string, small time.Duration, smallName string) string {
	n, rest := int64(d/large), int64(d%large/small)
	switch {
	case n == 0:
		return plural(rest, smallName)
	case rest == 0:
		return plural(n, largeName)
	}
	return plural(n, largeName) + " " + plural(rest, smallName)
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatInt(n, 10) + " " + noun + "s"
}
