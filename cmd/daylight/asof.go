package main

import (
	"fmt"
	"strconv"
	"time"
)

// asOf gives the instant that a command reports on: the flag, else
// SOURCE_DATE_EPOCH, else now. It is cut to whole seconds, so that two builds
// of one second are equal.
func (a *app) asOf(flag string) (time.Time, error) {
	if flag != "" {
		return parseInstant(flag)
	}
	if epoch := a.getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		n, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, usageError{fmt.Errorf("read SOURCE_DATE_EPOCH %q: want seconds since 1970", epoch), ""}
		}
		return time.Unix(n, 0).UTC(), nil
	}
	return a.now().UTC().Truncate(time.Second), nil
}

// parseInstant reads RFC 3339, or a day, which stands for its end in UTC.
func parseInstant(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Add(24*time.Hour - time.Second), nil
	}
	return time.Time{}, usageError{fmt.Errorf("read --as-of %q: not an instant", s),
		"write 2026-03-20 or 2026-03-20T09:00:00Z"}
}
