package chart

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// A flag that was off for ten days, at 25 % for ten, and on since; the axis has
// forty days.
func TestWayToDaylight(t *testing.T) {
	p := Draw(Drawing{ID: "way", Title: "w", From: on(3, 1), To: on(4, 10), Tracks: []Track{{Label: "Production", Steps: []Step{
		{At: on(3, 21), Look: Released, Label: "Everyone"},
		{At: on(3, 1), Look: Dark},
		{At: on(3, 11), Look: Limited, Share: 25, Label: "25 %"},
	}}}})
	want := []Bar{
		{X: "0%", Width: "25%", Look: Dark},
		{X: "25%", Width: "25%", Look: Dark},
		{X: "25%", Width: "25%", Top: "75%", Fill: "25%", Look: Limited, Label: "25 %"},
		{X: "50%", Width: "50%", Look: Released, Label: "Everyone"},
	}
	if got := p.Rows[0].Bars; !slices.Equal(got, want) {
		t.Errorf("bars\n%+v\nwant\n%+v", got, want)
	}
}

func TestAMinuteAmongMonthsIsSeen(t *testing.T) {
	at := on(6, 1)
	p := Draw(Drawing{From: on(1, 1), To: on(12, 1), Tracks: []Track{{Steps: []Step{
		{At: at, Look: Released, Label: "no room"}, {At: at.Add(time.Minute), Look: Absent}}}}})
	if b := p.Rows[0].Bars; len(b) != 1 || b[0].Width != "0.4%" || b[0].Label != "" {
		t.Errorf("bars %+v", b)
	}
}

func TestStepsOfOneInstant(t *testing.T) {
	p := Draw(Drawing{From: on(1, 1), To: on(2, 1), Tracks: []Track{{Steps: []Step{
		{At: on(1, 1), Look: Dark}, {At: on(1, 1), Look: Released}}}}})
	if b := p.Rows[0].Bars; len(b) != 1 || b[0].Look != Released {
		t.Errorf("the last step of an instant is what lasts, got %+v", b)
	}
}

// What is there now lasts until the first planned step only if nothing changes.
func TestPlannedSteps(t *testing.T) {
	p := Draw(Drawing{From: on(1, 1), To: on(1, 11), Now: on(1, 6), Tracks: []Track{{Steps: []Step{
		{At: on(1, 1), Look: Limited, Share: 50}, {At: on(1, 8), Look: Planned, Share: 100}}}}})
	var got []string
	for _, b := range p.Rows[0].Bars {
		got = append(got, string(b.Look)+" "+b.X+" "+b.Width+" "+b.Fill)
	}
	want := []string{"planned 50% 20% 50%", "dark 0% 50% ", "limited 0% 50% 50%", "planned 70% 30% 100%"}
	if !slices.Equal(got, want) {
		t.Errorf("bars %q, want %q", got, want)
	}
	if p.NowX != "50%" {
		t.Errorf("now is at %s", p.NowX)
	}
}

func TestOutsideTheAxis(t *testing.T) {
	p := Draw(Drawing{From: on(3, 1), To: on(4, 1), Tracks: []Track{{
		Steps: []Step{{At: on(1, 1), Look: Dark}, {At: on(2, 1), Look: Released}, {At: on(5, 1), Look: Dark}},
		Marks: []Mark{{At: on(2, 1)}, {At: on(3, 1), Kind: "version"}},
	}}})
	if b := p.Rows[0].Bars; len(b) != 1 || b[0].X != "0%" || b[0].Width != "100%" {
		t.Errorf("bars %+v", b)
	}
	if m := p.Rows[0].Points; len(m) != 1 || m[0].X != "0%" {
		t.Errorf("marks %+v", m)
	}
	if empty := Draw(Drawing{}); len(empty.Rows) != 0 || len(empty.Ticks) != 0 {
		t.Errorf("an empty drawing gives %+v", empty)
	}
}

func TestTicksFitAPhone(t *testing.T) {
	for days, want := range map[int][]string{
		0:    {},
		1:    {"1 Jan", "2 Jan"},
		3:    {"1 Jan", "2 Jan", "3 Jan", "4 Jan"},
		10:   {"1 Jan", "8 Jan"},
		40:   {"1 Jan", "15 Jan", "29 Jan"},
		120:  {"Jan 2026", "Mar 2026", "May 2026"},
		365:  {"Jan 2026", "Jul 2026", "Jan 2027"},
		3650: {"2030", "2035"},
	} {
		got := []string{}
		for _, tick := range Draw(Drawing{From: on(1, 1), To: on(1, 1).AddDate(0, 0, days)}).Ticks {
			got = append(got, tick.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d days: %q, want %q", days, got, want)
		}
	}
}

// Two places are never out of order, and everything stays inside the picture.
func FuzzDraw(f *testing.F) {
	f.Add(int64(0), int64(100), int64(50), int64(70))
	f.Add(int64(-1<<40), int64(1<<40), int64(0), int64(1))
	f.Fuzz(func(t *testing.T, from, to, a, b int64) {
		at := func(s int64) time.Time { return time.Unix(s%(1<<37), 0) }
		p := Draw(Drawing{From: at(from), To: at(to), Tracks: []Track{{
			Steps: []Step{{At: at(a), Look: Limited, Share: int(b % 1000)}, {At: at(b), Look: Released}}, Marks: []Mark{{At: at(a)}}}}})
		for _, bar := range p.Rows[0].Bars {
			for _, s := range []string{bar.X, bar.Width, bar.Top, bar.Fill} {
				if len(s) > 0 && s[0] == '-' || len(s) > 6 {
					t.Errorf("a place of %s", s)
				}
			}
		}
	})
}

// On a phone a picture has some 240 pixels: the dates that are shown there do
// not run into each other, whatever the axis is.
func TestDatesOnAPhone(t *testing.T) {
	for days := 1; days < 6000; days += 7 {
		p := Draw(Drawing{From: on(1, 13), To: on(1, 13).AddDate(0, 0, days), Tracks: []Track{{Label: "x"}}})
		if len(p.Ticks) == 0 {
			t.Fatalf("%d days: no date", days)
		}
		end, shown := -1.0, 0
		for _, tick := range p.Ticks {
			if tick.Minor {
				continue
			}
			shown++
			var x float64
			if _, err := fmt.Sscanf(tick.X, "%g%%", &x); err != nil {
				t.Fatal(err)
			}
			width := 6 * float64(len(tick.Text))
			from := map[string]float64{"start": x * 2.4, "middle": x*2.4 - width/2, "end": x*2.4 - width}[tick.Anchor]
			if from < end {
				t.Errorf("%d days: %q begins at %.0f, the date before it ends at %.0f", days, tick.Text, from, end)
			}
			end = from + width
		}
		if shown == 0 {
			t.Errorf("%d days: no date is left", days)
		}
	}
}
