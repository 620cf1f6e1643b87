package wording

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

var (
	// claims are words that say that users have something.
	claims = regexp.MustCompile(`(?i)\b(?:(?:is|are|was|were|has been|have been|been|now|finally) (?:now |fully |finally |generally )?(?:released|available|live|launched)|(?:you|users|customers|everyone|everybody) can now|(?:everyone|everybody|all (?:our )?(?:users|customers)) (?:now )?(?:have|has|can use|can see)|now you can|(?:available|released|rolled out) (?:to|for) (?:all|everyone|everybody|users|customers)|available now|available to \w+|released)\b`)
	// doubts are words with which a sentence claims nothing of now.
	doubts = regexp.MustCompile(`(?i)\b(?:not|never|no longer|isn't|aren't|wasn't|weren't|hasn't|won't|will|shall|would|should|until|unless|before|once|when|whenever|if|soon|planned|plan|upcoming|yet|going to|expected|taken back|rolled back|un-released|turned off|to be released|being released)\b`)
	// past are claims that stay true after something was taken back.
	past = regexp.MustCompile(`(?i)\b(?:was|were|had been|released on|available since|from)\b`)
	// all are words that say that everybody has it.
	all = regexp.MustCompile(`(?i)\b(?:everyone|everybody|all (?:our )?(?:users|customers)|generally available|general availability)\b`)
	// acts are words that say what a date is the date of.
	acts = regexp.MustCompile(`(?i)\b(?:releas|available|launch|live|announc|deploy|merg|tagg|built|roll)`)
)

// CheckFacts lists where a text contradicts the ledger, in the order of
// [Linter.Check]. A text is about the change or flag whose note file it is, and
// each sentence about what it names besides.
func (l *Linter) CheckFacts(t Text, f *Facts) []Alert {
	r := run{text: &t, lines: linesOf(t.Source), switches: readSwitches(t.Comments, len(t.Source)), sections: map[string]map[string]bool{}}
	own := f.byFile[t.Origin.File]
	if t.Origin.File == "" {
		own = nil
	}
	own = append(slices.Clone(own), t.about(f)...)
	for i := range l.rules {
		if rule := &l.rules[i]; rule.about == aboutAnnounced {
			r.announced(rule, f, own)
		}
	}
	for i := range t.Passages {
		if in := r.in(t.Passages[i].Scope); !in["text"] || in["subject"] {
			continue
		}
		for _, s := range t.Passages[i].sentences() {
			r.sentenceFacts(l, f, &s, own)
		}
	}
	slices.SortFunc(r.alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
	})
	return r.alerts
}

// about gives what the text was said to be about.
func (t *Text) about(f *Facts) []int {
	if t.About == "" {
		return nil
	}
	return f.named(t.About)
}

func (r *run) sentenceFacts(l *Linter, f *Facts, s *Passage, own []int) {
	start, end := s.source(0), s.source(len(s.Text)-1)+1
	about := f.named(r.text.Source[start:min(end, len(r.text.Source))])
	if len(about) == 0 {
		about = own
	}
	if len(about) == 0 {
		return
	}
	for i := range l.rules {
		switch rule := &l.rules[i]; rule.about {
		case aboutReleased:
			r.releasedButOff(rule, f, s, about)
		case aboutDate:
			r.dateOfDeploy(rule, f, s, about)
		}
	}
}

// tell adds an alert about a part of a sentence, unless it is turned off there.
func (r *run) tell(rule *Rule, p *Passage, start, end int, why, hint string, instead ...string) {
	at := p.source(start)
	if r.switches.off(rule.Name, p.Text[start:end], at) {
		return
	}
	a := r.alert(rule, p, found{start, end, []string{p.Text[start:end], why}, instead}, at)
	a.Description = hint
	r.alerts = append(r.alerts, a)
}

// releasedButOff: the sentence says that users have it, and they don't.
func (r *run) releasedButOff(rule *Rule, f *Facts, s *Passage, about []int) {
	m := claims.FindStringIndex(s.Text)
	if m == nil || doubts.MatchString(s.Text) {
		return
	}
	for _, i := range about {
		sub := &f.subjects[i]
		_, once := sub.first(exposed)
		switch {
		case sub.nobody() && !(once && past.MatchString(s.Text)):
			why, hint := f.reason(sub)
			r.tell(rule, s, m[0], m[1], why, hint)
			return
		case len(sub.states) > 0 && !sub.nobody() && !sub.everybody() && all.MatchString(s.Text):
			at := all.FindStringIndex(s.Text)
			r.tell(rule, s, at[0], at[1], f.limited(sub), "say who has it, or wait until all have")
			return
		}
	}
}

// reason says why nobody has it, and what could be written instead.
func (f *Facts) reason(s *subject) (why, hint string) {
	name := s.name
	if len(s.states) == 0 {
		return name + " is off everywhere", "turn the flag on first, or say that it is not released"
	}
	env := s.states[0].environment
	status := s.states[0].Status
	dark := ""
	if at, ok := s.first(deployed); ok {
		dark = "write \"deployed on " + f.day(at) + ", dark\", or release it first"
	}
	switch {
	case status == ledger.StatusNotDeployed:
		return fmt.Sprintf("%s is not deployed to %s", name, env), "deploy and release it first, or say that it is planned"
	case status == ledger.StatusRolledBack:
		return fmt.Sprintf("%s was rolled back in %s", name, env), "say that it was taken back"
	case status == ledger.StatusReverted:
		return fmt.Sprintf("%s was reverted in %s", name, env), "say that it was taken back"
	case status == ledger.StatusUnReleased:
		return fmt.Sprintf("%s is un-released in %s: nobody has it any more", name, env), "say that it was taken back"
	case s.flag != nil:
		return fmt.Sprintf("flag %s is off in %s: nobody can see %s", s.flag.Key, env, theThing(s)), dark
	}
	return fmt.Sprintf("%s is dark in %s: nobody can see it", name, env), dark
}

func theThing(s *subject) string {
	if strings.HasPrefix(s.name, "flag ") {
		return "what is behind it"
	}
	return s.name
}

func (f *Facts) limited(s *subject) string {
	for _, p := range s.states {
		if p.Percent.Hi > 0 {
			return fmt.Sprintf("%s %% of the users have %s in %s", p.Percent, s.name, p.environment)
		}
		if len(p.Groups) > 0 {
			return fmt.Sprintf("only the group %s has %s in %s", p.Groups[0].Name, s.name, p.environment)
		}
	}
	return "not everybody has " + s.name
}

func (f *Facts) day(at time.Time) string { return at.In(f.zone).Format("2 January 2006") }

// dateOfDeploy: the date of the release is that of the deployment, and nobody
// could see it on that day.
func (r *run) dateOfDeploy(rule *Rule, f *Facts, s *Passage, about []int) {
	for _, d := range dates(s.Text) {
		words := acts.FindAllString(s.Text[:d.start], -1)
		if len(words) == 0 {
			continue
		}
		switch strings.ToLower(words[len(words)-1]) {
		case "deploy", "merg", "tagg", "built", "roll":
			continue // the date of something else
		}
		for _, i := range about {
			sub := &f.subjects[i]
			if !sub.on(d, f.zone, deployed) || sub.on(d, f.zone, exposed) || sub.on(d, f.zone, released) {
				continue
			}
			at, ok := sub.first(released)
			if !ok {
				at, ok = sub.first(exposed)
			}
			if !ok {
				r.tell(rule, s, d.start, d.end, sub.name+" is not released yet", "write that it was deployed on that day")
			} else {
				r.tell(rule, s, d.start, d.end, sub.name+" was released on "+f.day(at), "", at.In(f.zone).Format(d.layout))
			}
			break
		}
	}
}

// on reports whether a date of one of the environments is on this day.
func (s *subject) on(d date, zone *time.Location, of func(*ledger.State) ledger.Date) bool {
	return slices.ContainsFunc(s.states, func(p standing) bool {
		at := of(p.State)
		if !at.Known() {
			return false
		}
		y, m, day := at.At.In(zone).Date()
		return (d.year == 0 || d.year == y) && d.month == m && d.day == day
	})
}

// announced: the text is dated, and on that day nobody could see what it is
// about.
func (r *run) announced(rule *Rule, f *Facts, own []int) {
	d, at, ok := r.text.dated()
	if !ok {
		return
	}
	day := time.Date(d.year, d.month, d.day, 23, 59, 59, 0, f.zone)
	for _, i := range own {
		sub := &f.subjects[i]
		if len(sub.states) == 0 {
			continue
		}
		first, seen := sub.first(exposed)
		if seen && !first.After(day) || !seen && (day.After(f.asOf.AddDate(0, 0, 1)) || !sub.nobody()) {
			continue
		}
		why := "nobody can see " + sub.name + " yet"
		hint := "date it when it is released, or mark it as a draft"
		if seen {
			why = "the first users had " + sub.name + " on " + f.day(first)
			hint = "date it " + first.In(f.zone).Format(time.DateOnly)
		}
		p := Passage{Text: r.text.Source[at : at+d.end-d.start], Pieces: []Piece{{0, at}}}
		r.tell(rule, &p, 0, len(p.Text), why, hint)
		return
	}
}
