package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// flagLine is a line of history along which a source is read.
type flagLine struct {
	r      *reading // of which the mainline is that line
	source FlagSource
	branch string // "" is the mainline
}

// flagLines gives the lines of a source: the mainline, or that of each branch
// that its pattern fits.
func (r *reading) flagLines(ctx context.Context, s FlagSource) ([]flagLine, error) {
	if s.Branch == "" {
		return []flagLine{{r, s, ""}}, nil
	}
	branches, err := r.branchesLike(s.Branch, nil)
	if err != nil {
		return nil, err
	}
	if len(branches) == 0 {
		r.problem(ledger.Problem{Origins: []ledger.Origin{{Repository: r.in.Name}}, Rule: "no-refs", Level: ledger.LevelWarning,
			Message: fmt.Sprintf("no branch fits the pattern %q of a source of flags", s.Branch),
			Hint:    "fetch all branches: git fetch origin '+refs/heads/*:refs/remotes/origin/*'"})
	}
	var out []flagLine
	for _, b := range branches {
		own := s
		own.Environment = cmp.Or(b.Environment, s.Environment)
		if b.Name == r.branch || b.Target == r.tip {
			out = append(out, flagLine{r, own, ""})
			continue
		}
		along := *r
		along.line, along.tip, along.branch, along.problems = newLine(r.line.commits, b.Target), b.Target, b.Name, nil
		along.landedOf = nil
		_, first := r.lineOf(b.Target) // what it shares with the mainline is compared
		if err := along.compare(ctx, along.line.mainline[first:]); err != nil {
			return nil, err
		}
		out = append(out, flagLine{&along, own, b.Name})
	}
	return out, nil
}

// number gives the lives their final keys: see [facts.Number]. In a part each life
// has a key of its own, by which it is known there.
func (b *flagBook) number() {
	if b.part {
		seen := map[ledger.FlagKey]int{}
		for n := range b.lives {
			l := &b.lives[n]
			seen[l.key]++
			if l.final = l.key; seen[l.key] > 1 {
				l.final += ledger.FlagKey("#" + strconv.Itoa(seen[l.key]))
			}
		}
		return
	}
	spans := make([]facts.Span, len(b.lives))
	for n := range b.lives {
		spans[n] = b.lives[n].span()
	}
	for n, final := range facts.Number(spans) {
		b.lives[n].final = final
	}
	b.tellTwice(spans)
}

// tellTwice reports flags of which two sources speak for one environment.
func (b *flagBook) tellTwice(spans []facts.Span) {
	for _, key := range sortedKeys(b.byKey) {
		list := b.byKey[key]
		for i, n := range list {
			l := &b.lives[n]
			k := slices.IndexFunc(list[:i], func(k int) bool {
				o := &b.lives[k]
				return o.key == key && o.timeline != l.timeline && o.final != l.final && spans[k].Overlaps(spans[n].FlagSpan) && !spans[k].Apart(spans[n].FlagSpan)
			})
			if l.key != key || l.end != alive || k < 0 || b.lives[list[k]].end != alive {
				continue
			}
			l.r.problem(ledger.Problem{Origins: []ledger.Origin{l.origin, b.lives[list[k]].origin}, Rule: "flag-in-two-places", Level: ledger.LevelInfo,
				Message: fmt.Sprintf("two sources speak of flag %q in one environment; this one is listed as %q", key, l.final),
				Hint:    "if they are one flag, give each source its own environment or its own files"})
		}
	}
}

// span is what a life's name depends on. Dates are those of commits.
func (l *namedLife) span() facts.Span {
	own := facts.Life{Base: l.key}
	own.Begin, own.End = l.lifetime()
	h := ledger.FlagHistory{Repository: l.r.in.Name, Effect: l.effect(), Steps: l.steps}
	for _, f := range l.timeline.forks {
		for _, env := range l.environmentsWith(f) {
			h.At = append(h.At, ledger.FlagAt{Environment: env})
		}
	}
	return own.Span(&h)
}

// lifetime is when the entry came and went; the end is zero while it is there.
func (l *namedLife) lifetime() (begin, end time.Time) {
	dates := l.timeline.m.r.datesOfLine()
	if len(dates) == 0 {
		return begin, end
	}
	if l.end != alive {
		end = dates[l.end].UTC()
	}
	return dates[l.begin].UTC(), end
}

func (l *namedLife) effect() ledger.Effect { return l.timeline.m.effect(l.source) }

// datesOfLine gives for each commit of the line its date, or that of an earlier
// one when that is later. A date after that of the newest commit is that of a
// clock that was wrong.
func (r *reading) datesOfLine() []time.Time {
	if len(r.lineDates) == len(r.line.mainline) {
		return r.lineDates
	}
	r.lineDates = make([]time.Time, len(r.line.mainline))
	var last, newest time.Time
	if n := len(r.line.mainline); n > 0 {
		newest = r.line.commits[r.line.mainline[n-1]].Committer.When
	}
	for place, i := range r.line.mainline {
		if at := r.line.commits[i].Committer.When; at.After(last) && !at.After(newest) {
			last = at
		}
		r.lineDates[place] = last
	}
	return r.lineDates
}

// datedSteps gives the steps of a life, with their dates where they are on a
// branch.
func (l *namedLife) datedSteps() []ledger.FlagStep {
	if l.timeline.branch == "" {
		return l.steps
	}
	r := l.timeline.m.r
	dates := r.datesOfLine()
	out := slices.Clone(l.steps)
	for i := range out {
		if at, ok := r.line.index[[20]byte(out[i].Commit)]; ok {
			out[i].At = dates[r.line.landing[at]].UTC()
		}
	}
	return out
}
