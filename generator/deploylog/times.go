package deploylog

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// precision is how much of an instant a text states.
type precision uint8

const (
	toDay precision = iota
	toMinute
	toSecond
)

// instant is a time as it was written.
type instant struct {
	at    time.Time // UTC; the day's beginning when only a day is stated
	exact precision
	zoned bool // the text has an offset, or is an epoch number
}

// writtenTime is every spelling of a date, perhaps with a time of day and an
// offset, that is found in names of tags and in records: 2019-08-19_145226,
// 2012.04.02-203155-utc, 2025-07-22-at-21-01, 20240305-101500, 2023-11-28,
// 2024-05-01T10-00-00Z, RFC 3339.
const writtenTime = `\d{4}[-./]?\d{2}[-./]?\d{2}` +
	`(?:(?:-at-|_at_|[-_T. ])?\d{2}[-:._h]?\d{2}(?:[-:._]?\d{2}(?:[.,]\d{1,9})?)?)?` +
	`(?:[-_ ]?(?:[zZ]|[uU][tT][cC]|[gG][mM][tT]|[+-]\d{2}[-:]?\d{2}))?`

var timeParts = regexp.MustCompile(`^(\d{4})[-./]?(\d{2})[-./]?(\d{2})` +
	`(?:(?:-at-|_at_|[-_T. ])?(\d{2})[-:._h]?(\d{2})(?:[-:._]?(\d{2})(?:[.,](\d{1,9}))?)?)?` +
	`(?:[-_ ]?([zZ]|[uU][tT][cC]|[gG][mM][tT]|[+-]\d{2}[-:]?\d{2}))?$`)

// parseTime reads a date, an instant, or seconds, milliseconds, microseconds or
// nanoseconds since 1970, told apart by magnitude. Without an offset it is in
// zone; nil is UTC.
func parseTime(text string, zone *time.Location) (instant, bool) {
	text = strings.TrimSpace(text)
	if t, ok := epoch(text); ok {
		return instant{t, toSecond, true}, true
	}
	m := timeParts.FindStringSubmatch(text)
	if m == nil {
		return instant{}, false
	}
	if zone == nil {
		zone = time.UTC
	}
	out := instant{zoned: m[8] != ""}
	if out.zoned {
		zone = offset(m[8])
	}
	if m[4] != "" {
		out.exact = toMinute
	}
	if m[6] != "" {
		out.exact = toSecond
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	nanos, _ := strconv.Atoi((m[7] + "000000000")[:9])
	return out.on(n(1), n(2), n(3), n(4), n(5), n(6), nanos, zone)
}

// on sets the instant, unless there is no such day or time of day.
func (i instant) on(year, month, day, hour, minute, second, nanos int, zone *time.Location) (instant, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != day || hour > 23 || minute > 59 || second > 60 || year < 1970 {
		return instant{}, false
	}
	i.at = time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone).UTC()
	return i, true
}

// offset reads Z, utc, or +02:00 in any spelling.
func offset(s string) *time.Location {
	if s[0] != '+' && s[0] != '-' {
		return time.UTC
	}
	digits := strings.NewReplacer("-", "", ":", "").Replace(s[1:])
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	seconds := hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}

// epoch reads a number of seconds (9 or 10 digits), milliseconds (12 or 13),
// microseconds (15 or 16) or nanoseconds (18 or 19) since 1970.
func epoch(s string) (time.Time, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	switch len(s) {
	case 9, 10:
		return time.Unix(n, 0).UTC(), true
	case 12, 13:
		// 202403051015 is a minute of that day, and no millisecond of 1976.
		if len(s) == 12 && s[0] == '2' {
			return time.Time{}, false
		}
		return time.UnixMilli(n).UTC(), true
	case 15, 16:
		return time.UnixMicro(n).UTC(), true
	case 18, 19:
		return time.Unix(0, n).UTC(), true
	}
	return time.Time{}, false
}

// directives of a layout, each with what it stands for.
var directives = map[byte]string{
	'Y': `(\d{4})`, 'y': `(\d{2})`, 'm': `(\d{2})`, 'd': `(\d{2})`, 'e': `([ \d]?\d)`, 'b': `([A-Za-z]{3})`,
	'H': `(\d{2})`, 'M': `(\d{2})`, 'S': `(\d{2})`, 'L': `(\d{3})`, 'N': `(\d{9})`, 'z': `([+-]\d{2}:?\d{2})`, 's': `(\d{9,10})`, 'Q': `(\d{12,13})`,
}

// layout is a strftime layout: %Y %y %m %d %e %b %H %M %S %L %N %z %s %Q, and %F
// and %T for a date and a time.
type layout struct {
	re    *regexp.Regexp
	parts string // a letter for each group
}

// expression gives the regular expression of a layout, without names, and its
// letters; ok is false when a directive is not known.
func layoutExpression(text string) (re, letters string, ok bool) {
	text = strings.NewReplacer("%F", "%Y-%m-%d", "%T", "%H:%M:%S", "%R", "%H:%M").Replace(text)
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteString(regexp.QuoteMeta(text[i : i+1]))
			continue
		}
		if i++; i >= len(text) {
			return "", "", false
		}
		if text[i] == '%' {
			b.WriteString("%")
			continue
		}
		d, known := directives[text[i]]
		if !known {
			return "", "", false
		}
		b.WriteString(d)
		letters += text[i : i+1]
	}
	return b.String(), letters, letters != ""
}

func newLayout(text string) (layout, bool) {
	re, letters, ok := layoutExpression(text)
	if !ok {
		return layout{}, false
	}
	return layout{regexp.MustCompile("^" + re + "$"), letters}, true
}

// parse reads a text that the layout fits.
func (l layout) parse(text string, zone *time.Location) (instant, bool) {
	m := l.re.FindStringSubmatch(text)
	if m == nil {
		return instant{}, false
	}
	if zone == nil {
		zone = time.UTC
	}
	var out instant
	v := map[byte]int{'m': 1, 'd': 1}
	for i := range l.parts {
		s, letter := m[i+1], l.parts[i]
		n, _ := strconv.Atoi(strings.TrimSpace(s))
		switch letter {
		case 's', 'Q':
			t, ok := epoch(s)
			return instant{t, toSecond, true}, ok
		case 'z':
			zone, out.zoned = offset(s), true
		case 'y':
			v['Y'] = 2000 + n
		case 'e':
			v['d'] = n
		case 'b':
			t, err := time.Parse("Jan", s)
			if err != nil {
				return instant{}, false
			}
			v['m'] = int(t.Month())
		case 'L':
			v['N'] = n * 1_000_000
		default:
			v[letter] = n
		}
		switch letter {
		case 'M', 'H':
			out.exact = max(out.exact, toMinute)
		case 'S':
			out.exact = toSecond
		}
	}
	return out.on(v['Y'], v['m'], v['d'], v['H'], v['M'], v['S'], v['N'], zone)
}
