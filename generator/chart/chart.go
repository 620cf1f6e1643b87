// Package chart turns dated steps into pictures: typed values with coordinates
// that an html/template places into SVG. It makes no markup, so that nothing
// here can inject any, and it knows no colours: a shape carries the name of its
// look, and the theme's style sheet decides.
//
// The two nouns are [Track] and [Picture]. A track is one row of a picture: a
// step function over time, such as what an environment ran, or how many people
// saw a change. A picture is the placed result, with a title and a description
// in words for those who do not see it.
//
// # How a picture fits every screen
//
// Horizontal places are percentages of the width and vertical ones are pixels,
// with no viewBox. A picture therefore stretches from 320 to 1,920 pixels while
// its text keeps its size. Scaling the whole drawing instead would shrink its
// labels below what can be read on a phone.
//
// # What is decided here
//
// Geometry only: places, the least visible width, ticks. Which steps there are
// and what they are called is decided by the caller. All arithmetic is in whole
// numbers, and the same input gives the same picture.
package chart

import (
	"strconv"
	"time"
)

// Look names how a stretch of time is drawn. The values are the ends of CSS
// class names.
type Look string

// The looks, from night to day.
const (
	Absent    Look = "absent"     // not there: nothing is drawn but the track
	Merged    Look = "merged"     // in the code, and nowhere else
	Dark      Look = "dark"       // there, and nobody sees it
	Limited   Look = "limited"    // some see it; the fill's height is their share
	Released  Look = "released"   // everybody sees it
	TakenBack Look = "taken-back" // it was there or was seen, and no longer
	Unknown   Look = "unknown"
	Even      Look = "even" // neighbours that differ in nothing but their name
	Odd       Look = "odd"
	Planned   Look = "planned" // written down for later, and not yet so
)

// Step says that a track looks so from At until the next step.
type Step struct {
	At    time.Time
	Look  Look
	Share int    // percent of the people, 0 to 100; only Limited and Planned show it
	Label string // short text inside, shown where there is room; may be empty
	Title string // what a pointer that rests on it is told
}

// Mark is an instant that is pointed out on a track.
type Mark struct {
	At    time.Time
	Kind  string // the end of a CSS class name: "version", "rollback"
	Title string
}

// Track is one row: its name, its steps in any order, and its marks.
type Track struct {
	Label string
	Steps []Step
	Marks []Mark
}

// Drawing is what a picture is made from.
type Drawing struct {
	ID     string // required: unique on its page, a valid HTML id
	Title  string // required: what it shows, in a few words
	Desc   string // required: the same facts in sentences
	From   time.Time
	To     time.Time // right end of the axis
	Now    time.Time // where steps stop being history; zero for none
	Zone   *time.Location
	Tracks []Track
}

// Picture is a drawing with every place decided.
type Picture struct {
	ID, Title, Desc string
	Height          int
	Rows            []Row
	Ticks           []Tick
	AxisY           int    // of the line under the rows; dates stand below it
	NowX            string // "" when Now is not on the axis
}

// Row is one track, placed.
type Row struct {
	Label  string
	LabelY int // baseline of the label
	Y      int // top of the track
	Height int // of the track
	Bars   []Bar
	Points []Point
}

// Bar is a rectangle of a row.
type Bar struct {
	X, Width  string // percentages of the picture's width, "12.34%"
	Top, Fill string // percentages of the track's height; "" for all of it
	Look      Look
	Label     string // "" where there is no room for it
	Title     string
}

// Point is a placed mark.
type Point struct {
	X, Kind, Title string
}

// Tick is a date on the axis.
type Tick struct {
	X, Text string
	Anchor  string // start, middle or end, so that text stays inside the picture
	Minor   bool   // left out on a phone, where it would run into the one before
}

// Places in pixels. A label stands above its track, not beside it, since on a
// phone there is no room beside.
const (
	labelSpace  = 18
	trackHeight = 26
	trackGap    = 10
	axisSpace   = 24
)

// one is the width of a picture in the unit that places are computed in: a
// hundredth of a percent.
const one = 10_000

// leastFill in percent of a track's height: a share above nothing is never
// invisible.
const leastFill = 12

// leastWidth keeps a deployment of ten minutes visible among months.
const leastWidth = 40

// roomForLabel is the least width of a bar that shows its label.
const roomForLabel = 1_100

// Draw places a drawing. Steps before From are cut at From and those after To
// are left out. An empty drawing gives a picture without rows.
func Draw(d Drawing) Picture {
	s := scale{d.From.UTC(), d.To.UTC()}
	p := Picture{ID: d.ID, Title: d.Title, Desc: d.Desc}
	y := 0
	for _, t := range d.Tracks {
		row := Row{Label: t.Label, LabelY: y + 12, Y: y + labelSpace, Height: trackHeight}
		row.Bars = bars(s, t, d.Now)
		for _, m := range t.Marks {
			if m.At.Before(d.From) || m.At.After(d.To) {
				continue
			}
			row.Points = append(row.Points, Point{
				X: percent(s.place(m.At)), Kind: m.Kind, Title: m.Title,
			})
		}
		p.Rows = append(p.Rows, row)
		y += labelSpace + trackHeight + trackGap
	}
	p.AxisY, p.Height = y, y+axisSpace
	p.Ticks = ticks(s, d.Zone)
	if !d.Now.IsZero() && d.Now.Before(d.To) && d.Now.After(d.From) {
		p.NowX = percent(s.place(d.Now))
	}
	return p
}

// bars places the steps of a track. Each lasts until the next, the last one
// until the end of the axis, or until now when nothing planned follows.
func bars(s scale, t Track, now time.Time) []Bar {
	steps := sorted(t.Steps)
	out := make([]Bar, 0, len(steps)+1) // a limited one makes two
	for i, st := range steps {
		end := s.to
		if i+1 < len(steps) {
			end = steps[i+1].At
		}
		if st.Look != Planned && !now.IsZero() && st.At.Before(now) && now.Before(end) {
			if i+1 < len(steps) && st.Look != Absent { // what lasts until a planned step is itself only planned
				out = append(out, fill(Step{At: now, Look: Planned, Share: st.Share, Title: st.Title}, s.place(now), s.place(end)-s.place(now))...)
			}
			end = now
		}
		if !end.After(s.from) || st.At.After(s.to) || st.Look == Absent || !end.After(st.At) {
			continue
		}
		x, w := s.place(st.At), s.place(end)-s.place(st.At)
		w = max(w, leastWidth)
		x = min(x, one-w)
		out = append(out, fill(st, x, w)...)
	}
	return out
}

// fill draws one step. A limited one is night with the dawn rising in it: the
// height of the lower part is the share of the people.
func fill(st Step, x, w int) []Bar {
	bar := Bar{X: percent(x), Width: percent(w), Look: st.Look, Title: st.Title}
	if st.Label != "" && w >= roomForLabel {
		bar.Label = st.Label
	}
	if st.Look != Limited && st.Look != Planned {
		return []Bar{bar}
	}
	if st.Look == Planned && st.Share == 0 {
		return nil
	}
	h := min(max(st.Share, leastFill), 100)
	risen := bar
	risen.Top, risen.Fill = percent((100-h)*100), percent(h*100)
	if st.Look == Planned {
		return []Bar{risen}
	}
	night := bar
	night.Look, night.Label = Dark, ""
	return []Bar{night, risen}
}

// scale maps instants to places.
type scale struct{ from, to time.Time }

// place gives 0 to one; what lies outside is moved to the nearest end.
func (s scale) place(t time.Time) int {
	length := s.to.Unix() - s.from.Unix()
	if length <= 0 {
		return 0
	}
	// Seconds, not nanoseconds: centuries times ten thousand must fit 64 bits.
	at := min(max(t.Unix()-s.from.Unix(), 0), length)
	return int(at * one / length)
}

// percent writes a place with two digits at most: "12.5%".
func percent(n int) string {
	var room [12]byte
	b := strconv.AppendInt(room[:0], int64(n/100), 10)
	if frac := n % 100; frac > 0 {
		b = append(b, '.', byte('0'+frac/10))
		if frac%10 > 0 {
			b = append(b, byte('0'+frac%10))
		}
	}
	return string(append(b, '%'))
}
