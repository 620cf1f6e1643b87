package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"daylight/generator"
	"daylight/generator/wording"
)

// printer gives the writer of a format, nil for one that does not exist.
func printer(format string) func(io.Writer, generator.LintReport) error {
	switch format {
	case "text":
		return printLintText
	case "json":
		return printLintJSON
	case "github":
		return printLintAnnotations
	}
	return nil
}

// alertPlace names the place of an alert.
func alertPlace(al wording.Alert) string { return plain(al.Origin.String()) }

func printLintText(w io.Writer, r generator.LintReport) error {
	levels := map[wording.Level]int{}
	for _, al := range r.Alerts {
		levels[al.Level]++
		fmt.Fprintf(w, "%s: %s: %s [%s]\n", alertPlace(al), al.Level, plain(al.Message), al.Check)
		// Most messages say themselves what to write instead.
		said := len(al.Instead) > 0 && strings.Contains(al.Message, al.Instead[0])
		if hint := al.Problem().Hint; hint != "" && !said {
			fmt.Fprintf(w, "  hint: %s\n", plain(hint))
		}
	}
	read := []string{plural(r.Files, "file")}
	if r.Notes > 0 {
		read = append(read, plural(r.Notes, "note"))
	}
	if r.Messages > 0 {
		read = append(read, plural(r.Messages, "message"))
	}
	between := " and "
	if len(read) == 1 {
		between = ""
	}
	_, err := fmt.Fprintf(w, "%s, %s and %s in %s\n", plural(levels[wording.Error], "error"), plural(levels[wording.Warning], "warning"),
		plural(levels[wording.Suggestion], "suggestion"), strings.Join(read[:len(read)-1], ", ")+between+read[len(read)-1])
	return err
}

// valeAlert is an alert as Vale writes it, so that what reads the one reads the
// other.
type valeAlert struct {
	Action struct {
		Name   string   `json:"Name"`
		Params []string `json:"Params"`
	} `json:"Action"`
	Suggestions []string `json:"Suggestions"`
	Span        [2]int   `json:"Span"` // first and last column, in characters
	Check       string   `json:"Check"`
	Description string   `json:"Description"`
	Link        string   `json:"Link"`
	Message     string   `json:"Message"`
	Severity    string   `json:"Severity"`
	Match       string   `json:"Match"`
	Line        int      `json:"Line"`
}

// printLintJSON writes an object with a list for each text. Keys are sorted by
// the encoder; alerts keep their order.
func printLintJSON(w io.Writer, r generator.LintReport) error {
	out := map[string][]valeAlert{}
	for _, al := range r.Alerts {
		origin := al.Origin
		v := valeAlert{Check: al.Check, Description: al.Description, Link: al.Link, Message: al.Message, Severity: string(al.Level),
			Match: al.Match, Line: origin.Line, Suggestions: al.Instead}
		if v.Suggestions == nil {
			v.Suggestions = []string{}
		}
		chars := func(col int) int { return utf8.RuneCountInString(al.Line[:min(max(col-1, 0), len(al.Line))]) }
		v.Span = [2]int{chars(origin.Col) + 1, max(chars(al.EndCol), chars(origin.Col)+1)}
		if len(al.Instead) == 1 {
			v.Action.Name, v.Action.Params = "replace", al.Instead
		}
		origin.Line, origin.Col = 0, 0
		out[origin.String()] = append(out[origin.String()], v)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func printLintAnnotations(w io.Writer, r generator.LintReport) error {
	for _, al := range r.Alerts {
		p := al.Problem()
		p.Message += " [" + al.Check + "]"
		if al.Origin.File == "" { // a message has no line that could be annotated
			p.Message = al.Origin.String() + ": " + p.Message
		}
		if _, err := fmt.Fprintln(w, annotation(p)); err != nil {
			return err
		}
	}
	return nil
}

// printRules lists rules with their levels and messages.
func (a *app) printRules(rules []wording.Rule) {
	width := 0
	for _, r := range rules {
		width = max(width, len(r.Name))
	}
	for _, r := range rules {
		fmt.Fprintf(a.stdout, "%-*s  %-10s  %s\n", width, plain(r.Name), r.Level, plain(r.Message))
	}
}

// exportVale writes the rules for Vale.
func (a *app) exportVale(l *loaded, rules []wording.Rule, dir string) error {
	files := wording.ExportVale(rules, l.Config.Wording.Public)
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
	}
	fmt.Fprintf(a.stdout, "wrote %s to %s; run: vale --config %s <files>\n", plural(len(files)-1, "rule"), dir, filepath.Join(dir, ".vale.ini"))
	return nil
}
