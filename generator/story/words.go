package story

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"daylight/generator/ledger"
)

// Who names the people who are let in, as it stands in a sentence: "nobody",
// "everyone", "25 % of users", "up to 40 % of users", "the beta group and 5 % of
// the other users", "everyone except the blocked group". Groups are named in
// the order given.
func Who(percent ledger.Share, groups []ledger.GroupShare, excludes []string) string {
	var named []string
	for _, g := range groups {
		switch {
		case g.Percent.Hi == 0: // a group that is let in nowhere is not met
		case g.Percent == ledger.Everybody():
			named = append(named, "the "+clean(g.Name)+" group")
		default:
			named = append(named, share(g.Percent)+" of the "+clean(g.Name)+" group")
		}
	}
	var who string
	switch {
	case percent.Lo == ledger.Hundred:
		who = "everyone"
	case percent.Hi == 0 && len(named) == 0:
		return "nobody"
	case percent.Hi == 0:
		who = enumerate(named)
	case len(named) == 0:
		who = share(percent) + " of users"
	default:
		who = enumerate(append(named, share(percent)+" of the other users"))
	}
	if len(excludes) == 0 {
		return who
	}
	out := make([]string, len(excludes))
	for i, name := range excludes {
		out[i] = "the " + clean(name) + " group"
	}
	return who + " except " + enumerate(out)
}

// share writes a share with its sign: "25 %", "up to 40 %", "20 to 40 %".
func share(s ledger.Share) string {
	switch {
	case s == ledger.Undecided():
		return "an unknown share"
	case s.Hi == ledger.Hundred && !s.IsExact():
		return "at least " + s.Lo.String() + " %"
	default:
		return s.String() + " %"
	}
}

// join puts clauses into one sentence. They may hold commas and an "and" of
// their own, so each but the first has a comma before it.
func join(clauses []string) string { return strings.Join(clauses, ", and ") }

// enumerate joins words with commas and a last "and".
func enumerate(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

// count writes a number with its noun: "1 change", "3 changes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Ago gives a length of time in its one most telling unit, rounded down: "less
// than a minute", "5 minutes", "3 hours", "11 days", "4 months", "2 years". A
// negative length counts as its absolute value. Months and years are those of
// the mean Gregorian year.
func Ago(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 0 {
		d = -d
	}
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 2*day:
		return count(int(d/time.Hour), "hour")
	case d < 90*day: // days stay exact for as long as people count them
		return count(int(d/day), "day")
	case d < 2*365*day:
		return count(int(d.Hours()/(24*30.436875)), "month")
	default:
		return count(int(d.Hours()/(24*365.2425)), "year")
	}
}

// basisWords says what a date rests on.
func basisWords(b ledger.Basis) string {
	switch b {
	case ledger.BasisDeclared:
		return "date from a record"
	case ledger.BasisTagName:
		return "date from the name of a tag"
	case ledger.BasisTaggerDate:
		return "date of a tag"
	case ledger.BasisCommitterDate:
		return "date of a commit"
	case ledger.BasisFirstSeen:
		return "date when it was first seen"
	default:
		return ""
	}
}

// upper makes the first letter a capital, unless the sentence begins with a
// commit: ids are written as git writes them.
func upper(s string) string {
	if first, _, _ := strings.Cut(s, " "); len(first) >= 12 && strings.Trim(first, "0123456789abcdef") == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// lower makes the first letter a small one.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// trimStop is a text in one line without a full stop at its end.
func trimStop(s string) string { return strings.TrimSuffix(clean(s), ".") }

// clean makes one line of hostile text: white space of any kind is one blank,
// and what a terminal or a reader's eye could be fooled with is dropped: control
// and format characters (escape sequences, direction overrides, zero width
// spaces), and bytes that are not UTF-8.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < utf8.RuneSelf-1
	}
	if plain && !strings.Contains(s, "  ") {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	blank := false
	for _, r := range strings.ToValidUTF8(s, "") {
		switch {
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs), r == utf8.RuneError:
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
