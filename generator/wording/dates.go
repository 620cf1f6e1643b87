package wording

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// date is a day that a text names.
type date struct {
	start, end int
	year       int // 0 where the text does not say
	month      time.Month
	day        int
	layout     string // in which it is written
}

const months = `January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec`

var (
	isoDate  = regexp.MustCompile(`\b(\d{4})-(\d\d)-(\d\d)\b`)
	dayFirst = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)? (?:of )?(` + months + `)\b\.?(?:,? (\d{4})\b)?`)
	dayLater = regexp.MustCompile(`\b(` + months + `)\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4})\b)?`)
)

// dates lists the days in a text, by place. Days that no month has are left out.
func dates(s string) []date {
	var out []date
	add := func(m []int, year, month, day, layout string) {
		d := date{start: m[0], end: m[1], layout: layout}
		d.year, _ = strconv.Atoi(year)
		d.day, _ = strconv.Atoi(day)
		if n, err := strconv.Atoi(month); err == nil {
			d.month = time.Month(n)
		} else if at, err := time.Parse("Jan", month[:3]); err == nil {
			d.month = at.Month()
		}
		if d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
			return
		}
		for _, other := range out {
			if d.start < other.end && other.start < d.end {
				return
			}
		}
		out = append(out, d)
	}
	group := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	for _, m := range isoDate.FindAllStringSubmatchIndex(s, -1) {
		add(m, group(m, 1), group(m, 2), group(m, 3), time.DateOnly)
	}
	for _, m := range dayFirst.FindAllStringSubmatchIndex(s, -1) {
		add(m, group(m, 3), group(m, 2), group(m, 1), withYear("2 January", group(m, 3), " 2006"))
	}
	for _, m := range dayLater.FindAllStringSubmatchIndex(s, -1) {
		add(m, group(m, 3), group(m, 1), group(m, 2), withYear("January 2", group(m, 3), ", 2006"))
	}
	return out
}

func withYear(layout, year, more string) string {
	if year == "" {
		return layout
	}
	return layout + more
}

var (
	headDate  = regexp.MustCompile(`(?m)^(?:date|published|publish_date|publishDate|released)[ \t]*[:=][ \t]*["']?(\d{4}-\d\d-\d\d)`)
	headDraft = regexp.MustCompile(`(?m)^draft[ \t]*[:=][ \t]*true`)
)

// dated gives the day that the head of a text is dated with, and its place in
// the source. Drafts have none.
func (t *Text) dated() (d date, at int, ok bool) {
	for _, mark := range []string{"---", "+++"} {
		if !strings.HasPrefix(t.Source, mark) {
			continue
		}
		end := strings.Index(t.Source[3:], "\n"+mark)
		if end < 0 {
			return d, 0, false
		}
		head := t.Source[:3+end]
		m := headDate.FindStringSubmatchIndex(head)
		if m == nil || headDraft.MatchString(head) {
			return d, 0, false
		}
		if list := dates(head[m[2]:m[3]]); len(list) == 1 {
			return list[0], m[2], true
		}
	}
	return d, 0, false
}
