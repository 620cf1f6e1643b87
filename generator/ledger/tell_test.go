package ledger_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// A teller writes a ledger as text in the names of a scenario, so that two
// ledgers can be compared line by line and a want can be written by hand.
type teller struct {
	*scenario
	// causes adds to moves why they happened, and origins from which lines.
	causes, origins bool
	only            []string // the changes to tell, when not all
	b               strings.Builder
}

// tell writes the parts of a ledger that the scenario shows: changes, live,
// deployments, versions, flags, environments, problems, or single changes by the
// names of their commits. "origins" adds the lines of the scenario that moves
// rest on.
func (s *scenario) tell(l *ledger.Ledger) string {
	t := &teller{scenario: s, causes: true}
	show := s.show
	if len(show) == 0 {
		show = []string{"changes"}
	}
	for _, what := range show {
		switch what {
		case "origins":
			t.origins = true
		case "changes":
			t.changes(l)
		case "live":
			t.live(l)
		case "deployments":
			t.deployments(l)
		case "versions":
			t.versions(l)
		case "flags":
			t.flags(l)
		case "environments":
			t.environments(l)
		case "problems":
			t.problems(l)
		default:
			t.only = append(t.only, what)
		}
	}
	if len(t.only) > 0 {
		t.changes(l)
	}
	return t.b.String()
}

func (t *teller) printf(format string, args ...any) { fmt.Fprintf(&t.b, format, args...) }

// day writes an instant of 2026 as a scenario does.
func day(at time.Time) string {
	at = at.UTC()
	if at.Truncate(24 * time.Hour).Equal(at) {
		return at.Format("01-02")
	}
	return at.Format("01-02T15:04")
}

// changes lists changes, oldest first and those off the mainline last, with the
// environments in which anything happened to them.
func (t *teller) changes(l *ledger.Ledger) {
	list := slices.SortedFunc(slices.Values(l.Changes), func(a, b ledger.Change) int {
		switch {
		case a.Merged == nil && b.Merged == nil:
			return cmp.Compare(t.name(a.Commit), t.name(b.Commit))
		case a.Merged == nil:
			return 1
		case b.Merged == nil:
			return -1
		}
		return cmp.Or(a.Merged.Compare(*b.Merged), cmp.Compare(t.name(a.Commit), t.name(b.Commit)))
	})
	for _, c := range list {
		if t.only != nil && !slices.Contains(t.only, t.name(c.Commit)) {
			continue
		}
		t.printf("%s: %s\n", t.name(c.Commit), t.headline(c))
		for _, e := range c.Environments {
			t.state(string(e.Environment), e.State)
			if len(e.Components) < 2 {
				continue // the lane says the same
			}
			for _, lane := range e.Components {
				t.state(string(e.Environment)+"/"+string(lane.Component), lane.State)
			}
		}
	}
}

func (t *teller) headline(c ledger.Change) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if c.Merged != nil {
		add("merged %s", day(*c.Merged))
	}
	if c.OffMainline {
		add("off the mainline")
	}
	for _, v := range c.Versions {
		if v.Backport.IsZero() {
			add("in %s", v.Name)
		} else if t.causes {
			add("%s in %s", t.name(v.Backport), v.Name)
		}
	}
	if t.causes {
		if len(c.Commits) > 1 {
			add("brought %s", t.hashes(c.Commits[1:]))
		}
		if len(c.Aliases) > 0 {
			add("once %s", t.ids(c.Aliases))
		}
		if len(c.Backports) > 0 {
			add("copies %s", t.hashes(c.Backports))
		}
		if len(c.RevertedBy) > 0 {
			add("reverted by %s", t.hashes(c.RevertedBy))
		}
	}
	return strings.Join(parts, ", ")
}

// hashes names commits in the order of their names, since a scenario's ids have
// no readable one.
func (t *teller) hashes(list []ledger.Hash) string {
	var names []string
	for _, h := range list {
		names = append(names, t.name(h))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (t *teller) ids(list []ledger.ChangeID) string {
	var names []string
	for _, id := range list {
		name := string(id)
		for h, n := range t.names {
			if strings.HasPrefix(h.String(), string(id)) {
				name = n
			}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// state tells what happened in an environment or lane, and nothing when nothing
// did.
func (t *teller) state(where string, s ledger.State) {
	if s.Status == ledger.StatusNotDeployed && len(s.Moves) == 0 {
		return
	}
	t.printf("  %s: %s%s", where, s.Status, people(s.Percent, s.Groups, s.Excludes))
	for _, d := range []struct {
		what string
		date ledger.Date
	}{{"deployed", s.Deployed}, {"exposed", s.FirstExposed}, {"released", s.Released}} {
		if d.date.Known() {
			t.printf(", %s %s", d.what, day(d.date.At))
		}
	}
	t.printf("\n")
	for _, m := range s.Moves {
		t.printf("    %s %s%s", day(m.At), m.Kind, people(m.Percent, m.Groups, nil))
		if t.causes {
			t.printf(": %s", m.Cause)
		}
		if t.origins {
			t.printf(" (%s)", lines(m.Origins))
		}
		t.printf("\n")
	}
}

// people writes who has something: " 25 +beta 50 -staff".
func people(p ledger.Share, groups []ledger.GroupShare, excludes []string) string {
	var b strings.Builder
	if p != ledger.Exactly(0) || len(groups) > 0 {
		b.WriteString(" " + p.String())
	}
	for _, g := range groups {
		b.WriteString(" +" + g.Name + " " + g.Percent.String())
	}
	for _, g := range excludes {
		b.WriteString(" -" + g)
	}
	return b.String()
}

func lines(origins []ledger.Origin) string {
	var out []string
	for _, o := range origins {
		if o.Line > 0 {
			out = append(out, fmt.Sprintf("line %d", o.Line))
		} else {
			out = append(out, o.String())
		}
	}
	return strings.Join(out, ", ")
}

func (t *teller) live(l *ledger.Ledger) {
	for _, e := range l.Environments {
		for _, v := range e.Live {
			t.printf("live %s/%s", e.Name, v.Component)
			if v.Slot != nil {
				t.printf(" %s", *v.Slot)
			}
			revision := "?"
			if !v.Revision.IsZero() {
				revision = t.name(v.Revision)
			}
			t.printf(": %s %s since %s\n", revision, v.Weight, day(v.Since))
		}
	}
}

// deployments are told in the order of their records.
func (t *teller) deployments(l *ledger.Ledger) {
	list := slices.SortedFunc(slices.Values(l.Deployments), func(a, b ledger.Deployment) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range list {
		if !t.causes && d.Status != ledger.RecordSucceeded {
			continue
		}
		t.printf("%s: %s", d.ID, d.Environment)
		if t.causes || !t.hasSlots(d.Environment) {
			t.printf(", %s", d.Relation)
		}
		if t.causes || !t.hasSlots(d.Environment) {
			t.printf(", %s %s", d.Kind, d.KindBasis)
		}
		if t.causes && d.Version != "" {
			t.printf(", %s", d.Version)
		}
		if len(d.Gained) > 0 {
			t.printf(", gained %s", t.ids(d.Gained))
		}
		if len(d.Lost) > 0 {
			t.printf(", lost %s", t.ids(d.Lost))
		}
		t.printf("\n")
	}
}

// hasSlots reports whether several revisions may run beside each other in an
// environment: what a deployment is then compared with is a matter of taste.
func (t *teller) hasSlots(e ledger.EnvironmentName) bool {
	return slices.ContainsFunc(t.facts.Deployments, func(r ledger.Record) bool {
		return r.Environment == e && (r.Slot != "" || r.Kind == ledger.KindCanaryStep || r.Weight != nil)
	})
}

func (t *teller) versions(l *ledger.Ledger) {
	for _, v := range slices.Backward(l.Versions) {
		t.printf("%s: %s", v.Name, t.ids(v.Changes))
		for _, e := range l.Environments {
			if d, ok := v.Deployed[e.Name]; ok && d.Known() {
				t.printf(", %s %s", e.Name, day(d.At))
			}
		}
		t.printf("\n")
	}
}

func (t *teller) flags(l *ledger.Ledger) {
	for _, f := range l.Flags {
		t.printf("flag %s: behind it %s", f.Key, t.ids(f.Changes))
		if f.Retired != nil {
			t.printf(", retired %s as %q", day(f.Retired.At), f.Retired.As)
		}
		t.printf("\n")
		for _, e := range f.Environments {
			t.printf("  %s: %s%s\n", e.Environment, e.State, people(e.Percent, e.Groups, e.Excludes))
			for _, m := range e.Steps {
				t.printf("    %s %s%s", day(m.At), m.State, people(m.Percent, m.Groups, m.Excludes))
				if m.Planned {
					t.printf(" as planned")
				}
				t.printf("\n")
			}
		}
		for _, p := range f.Plan {
			t.printf("  %s %s %s%s is planned\n", day(p.At), p.Environment, p.State, people(p.Percent, p.Groups, nil))
		}
	}
}

func (t *teller) environments(l *ledger.Ledger) {
	for _, e := range l.Environments {
		t.printf("environment %s: %s\n", e.Name, e.Tier)
	}
}

func (t *teller) problems(l *ledger.Ledger) {
	for _, p := range l.Problems {
		t.printf("%s %s: %s (%s)\n", p.Level, p.Rule, p.Message, lines(p.Origins))
	}
}
