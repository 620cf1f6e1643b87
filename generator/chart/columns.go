package chart

// Column is one bar of a [Columns]: a count, of which a part may be marked.
type Column struct {
	Value int    // not negative
	Part  int    // of Value, drawn at its foot in the look of parts
	Label string // below the axis, shown where there is room; may be empty
	Title string // what a pointer that rests on it is told
}

// Columns is counts side by side, such as deployments a week. Look is that of the
// bars, PartLook that of the parts.
type Columns struct {
	ID             string // required: unique on its page, a valid HTML id
	Title          string // required: what it shows, in a few words
	Desc           string // required: the same facts in sentences
	Look, PartLook Look
	Columns        []Column
	// Marks are places among the columns that are pointed out, from left to right.
	Marks []ColumnMark
}

// ColumnMark points out a place: the number of columns to the left of it, in
// thousandths.
type ColumnMark struct {
	At    int
	Kind  string // the end of a CSS class name
	Label string
	Title string
}

// ColumnPicture is columns with every place decided. Horizontal places are
// percentages, vertical ones pixels, as in a [Picture].
type ColumnPicture struct {
	ID, Title, Desc string
	Height          int
	AxisY           int
	Bars            []ColumnBar
	Levels          []Level
	Labels          []ColumnLabel
	Points          []ColumnPoint
}

// ColumnBar is a placed bar or a part of one. It fills Y to Y+Height.
type ColumnBar struct {
	X, Width  string
	Y, Height int
	Look      Look
	Title     string
}

// Level is a line across the picture at a round count.
type Level struct {
	Y    int
	Text string
}

// ColumnLabel is a label below the axis, centred on its place. A minor one is left
// out where there is little room.
type ColumnLabel struct {
	X, Text string
	Minor   bool
}

// ColumnPoint is a placed mark, above the bars.
type ColumnPoint struct {
	X, Kind, Label, Title string
	Anchor                string
}

// Places in pixels: room for the marks above, the bars, and the labels below.
const (
	marksSpace    = 22
	columnsHeight = 110
	// leastBar keeps a count of one visible beside one of ten thousand.
	leastBar = 3
	// roomForMark is how far apart the labels of marks stand.
	roomForMark = 900
	// mostLabels is how many labels fit side by side, mostOnPhone how many on a
	// phone.
	mostLabels  = 10
	mostOnPhone = 6
)

// DrawColumns places columns. Without any the picture has no bars.
func DrawColumns(d Columns) ColumnPicture {
	p := ColumnPicture{ID: d.ID, Title: d.Title, Desc: d.Desc}
	top := 6
	if len(d.Marks) > 0 {
		top = marksSpace
	}
	p.AxisY = top + columnsHeight
	p.Height = p.AxisY + axisSpace
	if len(d.Columns) == 0 {
		return p
	}
	most := 1
	for _, c := range d.Columns {
		most = max(most, c.Value)
	}
	ceiling := roundUp(most)
	height := func(n int) int {
		if n <= 0 {
			return 0
		}
		// 64 bits hold any count that fits into memory, times the height.
		return max(leastBar, int(int64(n)*columnsHeight/int64(ceiling)))
	}
	for i, c := range d.Columns {
		x, w := place(i*1000, len(d.Columns)), one/len(d.Columns)
		gap := min(w/5, 60)
		bar := ColumnBar{X: percent(x + gap/2), Width: percent(max(1, w-gap)), Title: c.Title}
		part := min(c.Part, c.Value)
		whole, foot := height(c.Value), height(part)
		if foot > whole {
			foot = whole
		}
		if whole > foot {
			upper := bar
			upper.Y, upper.Height, upper.Look = p.AxisY-whole, whole-foot, d.Look
			p.Bars = append(p.Bars, upper)
		}
		if foot > 0 {
			lower := bar
			lower.Y, lower.Height, lower.Look = p.AxisY-foot, foot, d.PartLook
			p.Bars = append(p.Bars, lower)
		}
	}
	p.Levels = levels(ceiling, p.AxisY)
	p.Labels = columnLabels(d.Columns)
	free := 0 // where the next label may stand
	for _, m := range d.Marks {
		x := place(m.At, len(d.Columns))
		point := ColumnPoint{percent(x), m.Kind, m.Label, m.Title, anchor(x)}
		if x < free {
			point.Label = "" // it would lie on the one before
		} else {
			free = x + roomForMark
		}
		p.Points = append(p.Points, point)
	}
	return p
}

// place maps thousandths of a column to a place.
func place(thousandths, columns int) int {
	return min(max(int(int64(thousandths)*one/int64(columns*1000)), 0), one)
}

// roundUp gives the least of 1, 2, 5, 10, 20, 50 … that is not below n.
func roundUp(n int) int {
	for unit := 1; ; unit *= 10 {
		for _, step := range [...]int{1, 2, 5} {
			if step*unit >= n || unit > 1<<58 {
				return step * unit
			}
		}
	}
}

// levels are lines at the ceiling and at half of it, where that is whole.
func levels(ceiling, axis int) []Level {
	out := []Level{{axis - columnsHeight, compact(ceiling)}}
	if ceiling%2 == 0 {
		out = append(out, Level{axis - columnsHeight/2, compact(ceiling / 2)})
	}
	return out
}

// compact writes 20000 as "20k".
func compact(n int) string {
	for _, unit := range []struct {
		size int
		name string
	}{{1_000_000_000, "G"}, {1_000_000, "M"}, {1000, "k"}} {
		if n >= unit.size && n%unit.size == 0 {
			return digits(n/unit.size) + unit.name
		}
	}
	return digits(n)
}

func digits(n int) string {
	text := percent(n * 100)
	return text[:len(text)-1]
}

// columnLabels chooses as many labels as there is room for, at even distances.
func columnLabels(columns []Column) []ColumnLabel {
	labelled := 0
	for _, c := range columns {
		if c.Label != "" {
			labelled++
		}
	}
	every := (labelled + mostLabels - 1) / mostLabels
	var out []ColumnLabel
	n := 0
	for i, c := range columns {
		if c.Label == "" {
			continue
		}
		if n%every == 0 {
			x := place(i*1000+500, len(columns))
			out = append(out, ColumnLabel{percent(x), c.Label, labelled > mostOnPhone && n/every%2 == 1})
		}
		n++
	}
	return out
}
