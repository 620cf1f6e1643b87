package chart

import (
	"slices"
	"time"
)

// Day is a day on which something happened.
type Day struct {
	At      time.Time // any instant of it
	Count   int       // of what happened
	Planned bool      // it is to come
	Title   string    // what a pointer that rests on it is told
}

// Year is what a picture of a year is made from.
type Year struct {
	ID    string    // required: unique on its page, a valid HTML id
	Title string    // required: what it shows, in a few words
	Desc  string    // required: the same facts in sentences
	To    time.Time // the newest day that is shown
	Zone  *time.Location
	Days  []Day // in any order; those of one day are added up
}

// Grid is a year as a grid of days, placed: a column for each week, Monday
// first, a row for each day of the week.
type Grid struct {
	ID, Title, Desc string
	Height          int
	Cells           []GridCell // those with something in them, by day
	Ground          []GridCell // all days, by day
	Ticks           []Tick     // the first week of each quarter
}

// GridCell is one day.
type GridCell struct {
	X, Width  string // percentages of the picture's width
	Y, Height int    // pixels
	Level     int    // 1 to 4: how much happened, against the fullest day; 0 for nothing
	Planned   bool
	Title     string
}

// Places of a grid: weeks across the width, days in pixels.
const (
	weeks     = 53
	dayHeight = 13
	dayGap    = 2
	monthLine = 18
)

// DrawYear places the 53 weeks that end with the week of To. What lies outside
// is left out.
func DrawYear(y Year) Grid {
	zone := y.Zone
	if zone == nil {
		zone = time.UTC
	}
	last := midnight(y.To.In(zone))
	monday := last.AddDate(0, 0, -(int(last.Weekday())+6)%7)
	first := monday.AddDate(0, 0, -7*(weeks-1))
	end := monday.AddDate(0, 0, 7)
	g := Grid{ID: y.ID, Title: y.Title, Desc: y.Desc, Height: monthLine + 7*(dayHeight+dayGap)}

	days := map[time.Time]Day{}
	most := 0
	for _, d := range y.Days {
		at := midnight(d.At.In(zone))
		if at.Before(first) || !at.Before(end) {
			continue
		}
		sum := days[at]
		sum.Count += d.Count
		sum.Planned = d.Planned
		if sum.Title != "" {
			sum.Title += "; "
		}
		sum.Title += d.Title
		days[at] = sum
		most = max(most, sum.Count)
	}
	month := time.Month(0)
	var places []int
	for i := range 7 * weeks {
		at := first.AddDate(0, 0, i)
		if i%7 == 0 && at.Month() != month {
			month = at.Month()
			if i/7 > 0 && month%3 == 1 { // each quarter: four dates fit on a phone
				g.Ticks = append(g.Ticks, Tick{X: percent(i / 7 * one / weeks), Text: at.Format("Jan 2006"), Anchor: anchor(i / 7 * one / weeks)})
				places = append(places, i/7*one/weeks)
			}
		}
		cell := dayCell(i)
		g.Ground = append(g.Ground, cell)
		if d, ok := days[at]; ok {
			cell.Level, cell.Planned = level(d.Count, most), d.Planned
			cell.Title = at.Format("2 January 2006") + ": " + d.Title
			g.Cells = append(g.Cells, cell)
		}
	}
	g.Ticks = thin(slices.Clip(g.Ticks), places)
	return g
}

// dayCell places the i-th day.
func dayCell(i int) GridCell {
	left, right := i/7*one/weeks, (i/7+1)*one/weeks
	return GridCell{X: percent(left), Width: percent(right - left - one/weeks/8), Y: monthLine + i%7*(dayHeight+dayGap), Height: dayHeight}
}

// level puts a count into four classes of equal width, at least the first.
func level(count, most int) int {
	if count <= 0 {
		return 0
	}
	return min(1+(count-1)*4/most, 4)
}

// midnight is the beginning of a day in its own zone.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
