package wording

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Alert is a place where a rule found what it looks for.
type Alert struct {
	Check       string // the rule's name
	Level       Level
	Message     string
	Description string
	Link        string
	Match       string   // the words that were found
	Instead     []string // what could stand there; may be empty
	Origin      ledger.Origin
	Name        string // of the text, when it has one
	// EndCol is the column behind the match when it ends in the line in which
	// it begins, else behind that line; in bytes, from 1.
	EndCol int
	// Line is the line of the source in which the match begins.
	Line string
	at   int
}

// Problem gives an alert in the form of all other doubts.
func (a Alert) Problem() ledger.Problem {
	hint := a.Description
	if len(a.Instead) > 0 && hint == "" {
		hint = "write \"" + strings.Join(a.Instead, "\" or \"") + "\""
	}
	return ledger.Problem{Origins: []ledger.Origin{a.Origin}, Message: a.Message, Hint: hint, Rule: a.Check, Level: a.Level.Ledger()}
}

// Linter is a list of rules. It is safe for concurrent use.
type Linter struct{ rules []Rule }

// New makes a Linter of rules; those of facts need [Linter.Facts] and are passed
// over in texts.
func New(rules []Rule) *Linter { return &Linter{rules} }

// Rules lists the rules in their order.
func (l *Linter) Rules() []Rule { return l.rules }

// Check lists what the rules find in a text, by place, then rule, then length.
// What the text's own switches turn off is not in it. A text is for one goroutine
// at a time.
func (l *Linter) Check(t Text) []Alert {
	run := run{text: &t, lines: linesOf(t.Source), switches: readSwitches(t.Comments, len(t.Source)), sections: map[string]map[string]bool{}}
	for i := range l.rules {
		if r := &l.rules[i]; r.check != nil {
			run.rule(r)
		}
	}
	slices.SortFunc(run.alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Check, b.Check), cmp.Compare(len(a.Match), len(b.Match)), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(run.alerts, func(a, b Alert) bool {
		return a.at == b.at && a.Check == b.Check && a.Match == b.Match && a.Message == b.Message
	})
}

// run is one text under the rules.
type run struct {
	text     *Text
	lines    lines
	switches switches
	sections map[string]map[string]bool // of each scope that occurs
	sentence []Passage                  // cut when a rule asks for them
	alerts   []Alert
}

func (r *run) rule(rule *Rule) {
	memory := map[string]bool{}
	count := 0
	for _, list := range r.readable(rule) {
		for i := range list {
			p := &list[i]
			if !rule.may(p) || !rule.scope.reads(r.in(p.Scope)) {
				continue
			}
			for _, f := range rule.check.find(p, memory) {
				at := p.source(f.start)
				if r.switches.off(rule.Name, p.Text[f.start:f.end], at) || rule.Limit > 0 && count == rule.Limit {
					continue
				}
				count++
				r.alerts = append(r.alerts, r.alert(rule, p, f, at))
			}
		}
	}
}

// readable gives the passages that a rule may ask for.
func (r *run) readable(rule *Rule) [][]Passage {
	out := [][]Passage{r.text.Passages}
	if rule.scope.names("sentence") {
		if r.sentence == nil {
			for i := range r.text.Passages {
				if p := &r.text.Passages[i]; r.in(p.Scope)["text"] {
					r.sentence = append(r.sentence, p.sentences()...)
				}
			}
		}
		out = append(out, r.sentence)
	}
	if rule.scope.names("summary") {
		out = append(out, []Passage{r.text.summary()})
	}
	if rule.scope.names("raw") {
		out = append(out, []Passage{{Scope: "raw", Text: r.text.Source, Pieces: []Piece{{0, 0}}}})
	}
	return out
}

func (r *run) in(scope string) map[string]bool {
	s, ok := r.sections[scope]
	if !ok {
		s = sections(scope)
		r.sections[scope] = s
	}
	return s
}

func (r *run) alert(rule *Rule, p *Passage, f found, at int) Alert {
	a := Alert{
		Check: rule.Name, Level: rule.Level, Link: rule.Link, Match: p.Text[f.start:f.end], Instead: f.instead, at: at,
		Message: format(rule.Message, f.args), Description: format(rule.Description, f.args), Name: r.text.Name, Origin: r.text.Origin,
	}
	line, col := r.lines.place(at)
	end := at
	if f.end > f.start {
		end = p.source(f.end-1) + 1
	}
	start, stop := r.lines[line-1], len(r.text.Source)
	if line < len(r.lines) {
		stop = r.lines[line] - 1
	}
	a.Line = strings.TrimRight(r.text.Source[start:stop], "\r")
	a.EndCol = max(col, min(end, stop)-start+1)
	if a.Origin.Line > 1 { // a text inside a file
		line += a.Origin.Line - 1
	}
	a.Origin.Line, a.Origin.Col = line, col
	if r.text.Lines {
		a.Origin.Col = 0
	}
	return a
}

// format puts arguments into a message: %s takes the next one, %[2]s the second,
// %% is a percent sign.
func format(message string, args []string) string {
	if !strings.Contains(message, "%") {
		return message
	}
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = strings.Join(strings.Fields(a), " ")
	}
	// A message with fewer places than arguments takes the first ones.
	places := strings.Count(strings.ReplaceAll(message, "%%", ""), "%")
	if !strings.Contains(message, "%[") && places < len(list) {
		list = list[:places]
	}
	return fmt.Sprintf(strings.ReplaceAll(message, "%d", "%s"), list...)
}
