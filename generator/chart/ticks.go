package chart

import (
	"slices"
	"time"
)

// mostTicks is how many dates fit side by side on a phone.
const mostTicks = 4

// rhythm is a distance between ticks and the way to write them. Exactly one of
// the units is set.
type rhythm struct {
	hours, days, months int
	layout              string
}

// rhythms are tried from the finest to the coarsest.
func rhythms() [16]rhythm {
	return [...]rhythm{
		{hours: 1, layout: "15:04"}, {hours: 3, layout: "15:04"}, {hours: 6, layout: "2 Jan 15:04"},
		{days: 1, layout: "2 Jan"}, {days: 2, layout: "2 Jan"}, {days: 7, layout: "2 Jan"}, {days: 14, layout: "2 Jan"},
		{months: 1, layout: "Jan 2006"}, {months: 2, layout: "Jan 2006"}, {months: 3, layout: "Jan 2006"}, {months: 6, layout: "Jan 2006"},
		{months: 12, layout: "2006"}, {months: 24, layout: "2006"}, {months: 60, layout: "2006"}, {months: 120, layout: "2006"}, {months: 1200, layout: "2006"},
	}
}

// ticks chooses the finest rhythm that gives at most mostTicks dates. Ticks lie
// on round instants of the zone of display.
func ticks(s scale, zone *time.Location) []Tick {
	if !s.to.After(s.from) {
		return nil
	}
	if zone == nil {
		zone = time.UTC
	}
	from, to := s.from.In(zone), s.to.In(zone)
	out, places := make([]Tick, 0, mostTicks+1), make([]int, 0, mostTicks+1)
	for _, r := range rhythms() {
		if r.count(from, to) > 2*mostTicks {
			continue // cheap estimate first: an hourly rhythm over years has many
		}
		out, places = out[:0], places[:0]
		for t := r.first(from); !t.After(to) && len(out) <= mostTicks; t = r.next(t) {
			if t.Before(from) {
				continue
			}
			x := s.place(t)
			out = append(out, Tick{X: percent(x), Text: t.Format(r.layout), Anchor: anchor(x)})
			places = append(places, x)
		}
		if len(out) <= mostTicks {
			return thin(out, places)
		}
	}
	return nil
}

// count estimates how many ticks a rhythm gives.
func (r rhythm) count(from, to time.Time) int64 {
	unit := int64(r.hours)*3600 + int64(r.days)*86_400 + int64(r.months)*30*86_400
	return (to.Unix() - from.Unix()) / unit
}

// first is the last round instant at or before t.
func (r rhythm) first(t time.Time) time.Time {
	switch {
	case r.months > 0:
		n := (t.Year()*12 + int(t.Month()) - 1) / r.months * r.months
		return time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, t.Location())
	case r.days > 0:
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour()/r.hours*r.hours, 0, 0, 0, t.Location())
}

// next is the round instant after t. Days and months are counted by the
// calendar, so that a change of the clocks moves no tick off midnight.
func (r rhythm) next(t time.Time) time.Time {
	if r.hours > 0 {
		return t.Add(time.Duration(r.hours) * time.Hour)
	}
	return t.AddDate(0, r.months, r.days)
}

// The room for dates on the narrowest screen: the width of a picture there, and
// that of a letter and of the space between two dates, in pixels.
const (
	phoneWidth  = 240
	letterWidth = 7
	dateSpace   = 6
)

// thin marks the ticks that would run into the one before them on a phone;
// places are theirs, in parts of one.
func thin(ts []Tick, places []int) []Tick {
	end := -one
	for i := range ts {
		t := &ts[i]
		width := len(t.Text) * letterWidth * one / phoneWidth
		from := places[i]
		switch t.Anchor {
		case "middle":
			from -= width / 2
		case "end":
			from -= width
		}
		if t.Minor = from < end+dateSpace*one/phoneWidth; !t.Minor {
			end = from + width
		}
	}
	return ts
}

// anchor keeps a tick's text inside the picture.
func anchor(x int) string {
	switch {
	case x < one/10:
		return "start"
	case x > one-one/10:
		return "end"
	}
	return "middle"
}

// sorted gives the steps by instant; those of one instant keep their order, and
// the last of them is what lasts.
func sorted(steps []Step) []Step {
	out := slices.Clone(steps)
	slices.SortStableFunc(out, func(a, b Step) int { return a.At.Compare(b.At) })
	return out
}
