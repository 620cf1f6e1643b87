package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"daylight/generator/ledger"
	"daylight/generator/stale"
	"daylight/generator/story"
)

func (a *app) statusCommand() *cobra.Command {
	var w where
	var format string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the board in the terminal: what runs where, and who sees it",
		Long: `Shows for each environment the version that runs there and since when, and how
many changes are deployed and dark, seen by some, or released. It writes no
site, and needs no configuration.`,
		Example: "  daylight status\n  daylight status --format json",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			zone, err := time.LoadLocation(l.Config.TimeZone)
			if err != nil {
				return fmt.Errorf("read time_zone: %w", err)
			}
			board := story.New(res.Ledger, zone).Board()
			switch format {
			case "json":
				e := json.NewEncoder(a.stdout)
				e.SetIndent("", "  ")
				return e.Encode(board)
			case "text":
				if err := a.printBoard(board, l.Stale(res), zone); err != nil {
					return err
				}
				if len(res.Ledger.Deployments)+len(res.Ledger.Versions) == 0 && !w.quiet { // a board that says nothing
					p := l.missing(res)[0]
					fmt.Fprintf(a.stderr, "note: %s\n  hint: %s\n", p.Message, p.Hint)
				}
				return nil
			}
			return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json")}
		},
	}
	w.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// printBoard writes the board as a table: a block for each environment where
// several components run, else a line for each.
func (a *app) printBoard(b story.Board, care stale.Report, zone *time.Location) error {
	if len(b.Rows) == 0 {
		fmt.Fprintln(a.stdout, "Nothing is deployed anywhere, as far as this repository tells.")
		fmt.Fprintln(a.stdout, "Record a deployment with a tag such as deploy/production/2026-03-03T09-00Z, or run: daylight init")
		return nil
	}
	t := boardTable(b)
	t.shorten(a.width)
	fmt.Fprintf(a.stdout, "As of %s\n\n", b.AsOf.In(zone).Format("2 January 2006, 15:04 MST"))
	fmt.Fprintln(a.stdout, a.styled(t.line(t.head)))
	for _, r := range t.rows {
		line := t.line(r.cells)
		if r.title {
			line = a.styled(line)
		}
		fmt.Fprintln(a.stdout, line)
	}
	fmt.Fprint(a.stdout, "\nBEHIND   changes on the mainline that do not run there\n"+
		"DARK     deployed, and nobody can see them\n"+
		"LIMITED  a group or a share of the users can see them\n"+
		"BACK     taken back: un-released, rolled back or reverted\n")
	a.printHolds(b, zone)
	if n := care.Flags(); n > 0 {
		fmt.Fprintf(a.stdout, "\nFlags that need somebody: %d, listed by daylight check\n", n)
	}
	if b.Problems > 0 {
		fmt.Fprintf(a.stdout, "\n%s with the data: daylight check\n", plural(b.Problems, "problem"))
	}
	return nil
}

// printHolds tells of each lane that is held since when and why; the slots of a
// lane are held together.
func (a *app) printHolds(b story.Board, zone *time.Location) {
	var last *ledger.LaneHold
	for _, r := range b.Rows {
		if r.Hold == nil || r.Hold == last {
			continue
		}
		if last == nil {
			fmt.Fprint(a.stdout, "\nHeld: by policy nothing is deployed there\n")
		}
		last = r.Hold
		place := ""
		if len(last.Origins) > 0 {
			place = " (" + plain(last.Origins[0].String()) + ")"
		}
		fmt.Fprintf(a.stdout, "  %s, %s: since %s, %s%s\n", plain(string(r.Environment)), plain(string(r.Component)),
			last.Since.In(zone).Format("2 January 2006, 15:04"), plain(last.Reason), place)
	}
}

func (a *app) styled(line string) string {
	if bold := a.layout().Bold; bold != nil {
		return bold(line)
	}
	return line
}

// table is the board as cells. Columns from number on are set to the right.
type table struct {
	head []string
	rows []tableRow
}

// number is the first column that holds numbers, runs the one that may be cut.
const (
	runsColumn   = 1
	numberColumn = 3
)

type tableRow struct {
	cells []string
	title bool // the name of an environment, over its components
}

// boardTable lays the rows of a board out. Of the slots of a component only the
// first, which gets the most traffic, has the counts: they are those of the
// component.
func boardTable(b story.Board) table {
	blocks := severalComponents(b.Rows)
	t := table{head: []string{"ENVIRONMENT", "RUNS", "FOR", "BEHIND", "DARK", "LIMITED", "BACK"}}
	last := story.Row{}
	for i, r := range byTraffic(b.Rows) {
		first := i == 0 || r.Environment != last.Environment
		same := !first && r.Component == last.Component && r.Repository == last.Repository
		name := plain(string(r.Environment))
		if blocks {
			if first {
				t.rows = append(t.rows, tableRow{[]string{name}, true})
			}
			name = "  " + plain(string(r.Component))
		}
		if same {
			name = ""
		}
		since := ""
		if r.Since != nil {
			since = story.Ago(b.AsOf.Sub(*r.Since))
		}
		cells := []string{name, runs(r), since}
		switch {
		case r.Runs == "" || same:
		case r.Behind < 0:
			cells = append(cells, "unknown", number(r.Dark), number(r.Limited), number(r.TakenBack))
		default:
			cells = append(cells, number(r.Behind), number(r.Dark), number(r.Limited), number(r.TakenBack))
		}
		t.rows = append(t.rows, tableRow{cells, false})
		last = r
	}
	return t
}

// severalComponents reports whether the rows are of more than one component.
func severalComponents(rows []story.Row) bool {
	for _, r := range rows {
		if r.Component != rows[0].Component || r.Repository != rows[0].Repository {
			return true
		}
	}
	return false
}

// byTraffic puts the slots of a component in the order of their traffic, the
// most first.
func byTraffic(rows []story.Row) []story.Row {
	out := slices.Clone(rows)
	for from := 0; from < len(out); {
		to := from + 1
		for to < len(out) && out[to].Environment == out[from].Environment && out[to].Component == out[from].Component &&
			out[to].Repository == out[from].Repository {
			to++
		}
		slices.SortStableFunc(out[from:to], func(x, y story.Row) int { return int(y.Weight.Lo - x.Weight.Lo) })
		from = to
	}
	return out
}

// runs says what a slot runs, and its traffic where that is not all.
func runs(r story.Row) string {
	if r.Runs == "" {
		if r.Hold != nil {
			return "nothing (held)"
		}
		return "nothing"
	}
	text := plain(r.Runs)
	var more []string
	if r.Slot != "" {
		more = append(more, plain(r.Slot))
	}
	switch {
	case r.Weight == ledger.Everybody():
	case r.Weight == ledger.Share{}:
		more = append(more, "idle")
	default:
		more = append(more, r.Weight.String()+" % of traffic")
	}
	if r.Hold != nil {
		more = append(more, "held")
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, ", ") + ")"
	}
	return text
}

// number leaves a nought out of the way of the numbers that matter.
func number(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// width is the widest cell of a column. Titles stand over the columns.
func (t table) width(column int) int {
	w := utf8.RuneCountInString(t.head[column])
	for _, r := range t.rows {
		if !r.title && column < len(r.cells) {
			w = max(w, utf8.RuneCountInString(r.cells[column]))
		}
	}
	return w
}

// shorten cuts what runs, and then the names of environments, so that lines fit a
// terminal of that width; 0 is none.
func (t table) shorten(width int) {
	for _, column := range []int{runsColumn, 0} {
		total := -2
		for c := range t.head {
			total += t.width(c) + 2
		}
		if width == 0 || total <= width {
			return
		}
		room := max(12, t.width(column)-(total-width))
		for _, r := range t.rows {
			if cell := []rune(r.cells[min(column, len(r.cells)-1)]); !r.title && len(cell) > room {
				r.cells[column] = string(cell[:room-1]) + "…"
			}
		}
	}
}

// line sets cells in columns, two blanks apart.
func (t table) line(cells []string) string {
	if len(cells) == 1 {
		return cells[0]
	}
	var b strings.Builder
	for c, cell := range cells {
		pad := strings.Repeat(" ", t.width(c)-utf8.RuneCountInString(cell))
		if c > 0 {
			b.WriteString("  ")
		}
		if c >= numberColumn {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// plain keeps control characters of a name out of the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
