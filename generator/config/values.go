package config

import (
	"fmt"
	"strings"
	"time"
)

// Percent is a number of percent as it was written, without a sign or unit:
// "99.5". A decimal text is exact where a float is not. "" means not set.
type Percent string

// UnmarshalText reads "5", "0.5" or "5 %", from 0 to 100 with at most five
// decimal places.
func (p *Percent) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(text)), "%"))
	whole, frac, dot := strings.Cut(s, ".")
	if !digits(whole) || len(whole) > 3 || dot && (!digits(frac) || len(frac) > 5) {
		return fmt.Errorf("%q is no percentage; want a number from 0 to 100 with at most five decimal places", clip(string(text)))
	}
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	if len(whole) > 2 && (whole != "100" || frac != "") {
		return fmt.Errorf("%s is more than 100 percent", s)
	}
	if whole == "" {
		whole = "0"
	}
	*p = Percent(whole)
	if frac != "" {
		*p = Percent(whole + "." + frac)
	}
	return nil
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// Duration is a length of time, not negative.
type Duration time.Duration

// maxDelay bounds a Duration; a longer one is a mistake in the unit.
const maxDelay = 366 * 24 * time.Hour

// UnmarshalText reads "90s", "5m", "1h30m".
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration; write it like \"90s\", \"5m\" or \"1h30m\"", clip(string(text)))
	}
	if v < 0 || v > maxDelay {
		return fmt.Errorf("%s is out of range; want 0s to a year", v)
	}
	*d = Duration(v)
	return nil
}

// Day is a date without a time, "2026-03-01"; texts of valid days are in order.
// "" means not set.
type Day string

// UnmarshalText reads a date of TOML or a text of the same form.
func (d *Day) UnmarshalText(text []byte) error {
	if _, err := time.Parse(time.DateOnly, string(text)); err != nil {
		return fmt.Errorf("%q is no day; write it like 2026-03-01", clip(string(text)))
	}
	*d = Day(text)
	return nil
}

// Start gives the first instant of the day in UTC, the zero time for "".
func (d Day) Start() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
