package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tellColumns writes the bars of a picture, a line each.
func tellColumns(p ColumnPicture) string {
	var b strings.Builder
	for _, x := range p.Bars {
		fmt.Fprintf(&b, "%s at %s, %s wide, %d to %d\n", x.Look, x.X, x.Width, x.Y, x.Y+x.Height)
	}
	for _, l := range p.Levels {
		fmt.Fprintf(&b, "level %s at %d\n", l.Text, l.Y)
	}
	for _, l := range p.Labels {
		fmt.Fprintf(&b, "label %s at %s\n", l.Text, l.X)
	}
	for _, m := range p.Points {
		fmt.Fprintf(&b, "mark %s at %s\n", m.Label, m.X)
	}
	return b.String()
}

// Four weeks, one of them empty and one with two failures, and a mark.
func TestColumns(t *testing.T) {
	got := tellColumns(DrawColumns(Columns{ID: "c", Title: "t", Desc: "d", Look: Released, PartLook: TakenBack,
		Columns: []Column{{Value: 4, Label: "a"}, {}, {Value: 8, Part: 2, Label: "c"}, {Value: 2, Part: 2}},
		Marks:   []ColumnMark{{At: 2500, Label: "p50"}}}))
	const want = `released at 0.3%, 24.4% wide, 88 to 132
released at 50.3%, 24.4% wide, 44 to 110
taken-back at 50.3%, 24.4% wide, 110 to 132
taken-back at 75.3%, 24.4% wide, 110 to 132
level 10 at 22
level 5 at 77
label a at 12.5%
label c at 62.5%
mark p50 at 62.5%
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// From none to ten thousand events, and more columns than a phone has pixels: all
// that is there can be seen, and nothing leaves the picture.
func TestColumnsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Columns{ID: "c", Title: "t", Desc: "d", Look: Even, PartLook: Odd}
		n := rapid.IntRange(0, 600).Draw(t, "columns")
		for range n {
			v := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, 10_000), rapid.Just(math.MaxInt32)).Draw(t, "value")
			d.Columns = append(d.Columns, Column{Value: v, Part: rapid.IntRange(0, v).Draw(t, "part"), Label: "w"})
		}
		p := DrawColumns(d)
		seen := map[string]int{}
		for _, b := range p.Bars {
			x, err := strconv.ParseFloat(strings.TrimSuffix(b.X, "%"), 64)
			w, bad := strconv.ParseFloat(strings.TrimSuffix(b.Width, "%"), 64)
			if err != nil || bad != nil || x < 0 || x+w > 100.01 || b.Y < 0 || b.Height < 1 || b.Y+b.Height > p.AxisY {
				t.Fatalf("a bar leaves the picture: %+v", b)
			}
			seen[b.X]++
		}
		filled := 0
		for _, c := range d.Columns {
			if c.Value > 0 {
				filled++
			}
		}
		if len(seen) != filled || len(p.Labels) > mostLabels {
			t.Fatalf("%d columns hold something, %d are drawn, %d labels", filled, len(seen), len(p.Labels))
		}
	})
}

func TestRoundUp(t *testing.T) {
	for n, want := range map[int]string{1: "1", 3: "5", 10: "10", 11: "20", 999: "1k", 10_000: "10k", 40_000: "50k", 1_500_000: "2M"} {
		if got := compact(roundUp(n)); got != want {
			t.Errorf("above %d is %s, want %s", n, got, want)
		}
	}
}
