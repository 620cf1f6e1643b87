package diff

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// heading gives the title of a list of events.
func heading(k Kind, env ledger.EnvironmentName, audience string) string {
	where := " in " + line(string(env))
	if audience != "" {
		where = "" // their site has one environment, which is they
	}
	switch k {
	case Released:
		return "Released" + where
	case Exposed:
		return "Visible to some" + where
	case Widened:
		return "Visible to more than before" + where
	case Narrowed:
		return "Visible to fewer than before" + where
	case TakenBack:
		return "Taken back" + where
	case Deployed:
		return "Deployed" + strings.Replace(where, " in ", " to ", 1) + ", and dark"
	case Removed:
		return "Gone" + strings.Replace(where, " in ", " from ", 1) + ", never seen by anybody"
	}
	return "Unknown" + where
}

// detail says when, and who has it.
func (e Event) detail() string {
	var parts []string
	if e.At != nil {
		parts = append(parts, e.At.UTC().Format("2006-01-02 15:04")+" UTC")
	}
	switch e.Kind {
	case Exposed, Released:
		parts = append(parts, line(e.Who))
	case Widened, Narrowed:
		parts = append(parts, line(e.Before)+", then "+line(e.Who))
	case TakenBack:
		if e.Status != ledger.StatusReleased && e.Status != ledger.StatusLimited { // else it is there again
			parts = append(parts, strings.ReplaceAll(string(e.Status), "_", "-"))
		}
		parts = append(parts, "was seen by "+line(e.Before))
	case Removed:
		parts = append(parts, strings.ReplaceAll(string(e.Status), "_", " "))
	}
	return strings.Join(parts, ", ")
}

// lists cuts the events into those of one heading, in their order.
func (d Diff) lists(do func(title string, events []Event)) {
	for from := 0; from < len(d.Events); {
		to := from
		for to < len(d.Events) && d.Events[to].Kind == d.Events[from].Kind && d.Events[to].Environment == d.Events[from].Environment {
			to++
		}
		do(heading(d.Events[from].Kind, d.Events[from].Environment, d.Audience), d.Events[from:to])
		from = to
	}
}

func (d Diff) period() string {
	return "From " + d.From.UTC().Format(time.RFC3339) + " to " + d.To.UTC().Format(time.RFC3339)
}

// Text writes a diff for a terminal. Texts of the repository are freed of
// control characters.
func (d Diff) Text(w io.Writer) error {
	var b strings.Builder
	b.WriteString(d.period() + "\n")
	d.lists(func(title string, events []Event) {
		fmt.Fprintf(&b, "\n%s (%d)\n", title, len(events))
		for _, e := range events {
			fmt.Fprintf(&b, "  %-12s  %s\n", e.ID, line(e.Title))
			if s := e.detail(); s != "" {
				fmt.Fprintf(&b, "  %12s  %s\n", "", s)
			}
		}
	})
	if len(d.Events) == 0 {
		b.WriteString("\nNothing was deployed, released or taken back.\n")
	}
	if len(d.Corrections) > 0 {
		fmt.Fprintf(&b, "\nSaid otherwise than before (%d)\n", len(d.Corrections))
		for _, c := range d.Corrections {
			fmt.Fprintf(&b, "  %s [%s]\n", line(c.Problem().Message), c.Rule)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes a diff to be posted in a chat or a pull request. Texts of the
// repository are escaped, and mention nobody.
func (d Diff) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("**" + d.period() + "**\n")
	d.lists(func(title string, events []Event) {
		fmt.Fprintf(&b, "\n**%s**\n\n", notes.Plain(title))
		for _, e := range events {
			text := notes.Plain(e.Title)
			if e.URL != "" {
				text = "[" + text + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E").Replace(line(e.URL)) + ">)"
			}
			b.WriteString("- " + text)
			if s := e.detail(); s != "" {
				b.WriteString(" (" + notes.Plain(s) + ")")
			}
			b.WriteString("\n")
		}
	})
	if len(d.Events) == 0 {
		b.WriteString("\nNothing was deployed, released or taken back.\n")
	}
	if len(d.Corrections) > 0 {
		b.WriteString("\n**Said otherwise than before**\n\n")
		for _, c := range d.Corrections {
			b.WriteString("- " + notes.Plain(c.Problem().Message) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON writes a diff, indented.
func (d Diff) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// line makes hostile text one line without control and format characters.
func line(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, s)
}
