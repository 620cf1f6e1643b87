package ledger

import (
	"cmp"
	"slices"
	"time"
)

// Several histories may be of one flag: its environments are told by branches,
// by repositories, or by sources of their own.

// FlagSpan is what tells whether two histories are of one flag.
type FlagSpan struct {
	Repository   RepositoryName
	Effect       Effect
	Environments []EnvironmentName // sorted; "" is one of them
	Begin        time.Time         // of the first entry
	End          time.Time         // of its removal; zero while it lives
}

// Beside reports whether two histories of one key may be of one flag. They must
// take effect in the same manner, and where that is a deployment, stand in the
// same repository, since a revision is of one. Of one environment at one time
// they cannot both speak.
func (s FlagSpan) Beside(o FlagSpan) bool {
	if ships := s.Effect == EffectDeployment; ships != (o.Effect == EffectDeployment) || ships && s.Repository != o.Repository {
		return false
	}
	return s.Apart(o) || !s.Overlaps(o)
}

// Apart reports whether no environment is in both.
func (s FlagSpan) Apart(o FlagSpan) bool {
	return !slices.ContainsFunc(s.Environments, func(e EnvironmentName) bool { return slices.Contains(o.Environments, e) })
}

// Overlaps reports whether there is a time at which both have an entry.
func (s FlagSpan) Overlaps(o FlagSpan) bool {
	return (s.End.IsZero() || o.Begin.Before(s.End)) && (o.End.IsZero() || s.Begin.Before(o.End))
}

// CompareHistories orders histories by key, repository, branch and source. Those
// that are equal in all of these are lives of one entry, one after the other.
func CompareHistories(a, b FlagHistory) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Branch, b.Branch), cmp.Compare(a.Source, b.Source))
}

// flagPart is a history with the mainline that its steps are on.
type flagPart struct {
	fact    *FlagHistory
	book    *book       // nil when its repository is not read
	effects []time.Time // for each place of that mainline: see effectsOf
	span    FlagSpan
}

func (c *computation) newFlagPart(h *FlagHistory, b *book, effects []time.Time) *flagPart {
	p := &flagPart{fact: h, book: b, effects: effects, span: FlagSpan{Repository: h.Repository, Effect: h.Effect}}
	name := func(env EnvironmentName) {
		if !slices.Contains(p.span.Environments, env) {
			p.span.Environments = append(p.span.Environments, env)
		}
	}
	for _, f := range h.At {
		name(f.Environment)
	}
	for _, f := range h.Steps {
		name(f.Environment)
		if at, ok := p.instantOf(f.Commit, f.At); ok && (p.span.Begin.IsZero() || at.Before(p.span.Begin)) {
			p.span.Begin = at
		}
	}
	slices.Sort(p.span.Environments)
	p.span.End, _ = p.end(c.asOf)
	return p
}

// instantOf is when a commit of the history's line counts: at is that of one of a
// branch. ok is false for one that is not on the line.
func (p *flagPart) instantOf(commit Hash, at time.Time) (time.Time, bool) {
	if p.fact.Branch != "" {
		return at.Add(p.fact.Delay), !at.IsZero()
	}
	if p.book == nil {
		return time.Time{}, false
	}
	x, ok := p.book.graph.index[commit]
	if !ok || !p.book.graph.onMainline(x) {
		return time.Time{}, false
	}
	return p.effects[p.book.graph.landing[x]].Add(p.fact.Delay), true
}

// end is when the entry went; ok is false while it is there.
func (p *flagPart) end(asOf time.Time) (at time.Time, ok bool) {
	h := p.fact
	if h.RetiredBy.IsZero() {
		return time.Time{}, false
	}
	var written time.Time
	for _, f := range h.Steps {
		if f.Removed && f.Commit == h.RetiredBy {
			written = f.At
		}
	}
	at, ok = p.instantOf(h.RetiredBy, written)
	if !ok || at.After(asOf) && h.Branch != "" {
		return time.Time{}, false
	}
	return at, true
}

// comparePart orders histories of one key: repository, the mainline first, then
// by branch and source, the earlier life first.
func comparePart(a, b *flagPart) int {
	return cmp.Or(CompareHistories(*a.fact, *b.fact),
		a.span.Begin.Compare(b.span.Begin), CompareHashes(a.fact.RetiredBy, b.fact.RetiredBy), slices.Compare(a.span.Environments, b.span.Environments))
}

// joinHistories is what all histories say of the flag itself, the first of those
// that say something.
func joinHistories(parts []*flagPart) *FlagHistory {
	if len(parts) == 1 {
		return parts[0].fact
	}
	out := *parts[0].fact
	out.Origins, out.Steps, out.At = slices.Clone(out.Origins), nil, nil
	for _, p := range parts[1:] {
		h := p.fact
		out.Description, out.Owner, out.Kind = cmp.Or(out.Description, h.Description), cmp.Or(out.Owner, h.Owner), cmp.Or(out.Kind, h.Kind)
		out.DeployedWith = cmp.Or(out.DeployedWith, h.DeployedWith)
		out.Permanent = out.Permanent || h.Permanent
		if out.Expires.IsZero() {
			out.Expires = h.Expires
		}
		if len(out.Variants) == 0 {
			out.Variants = h.Variants
		}
		if out.Note == nil {
			out.Note = h.Note
		}
		out.Origins = append(out.Origins, h.Origins...)
	}
	return &out
}

// add takes the steps of a history into the timeline.
func (t *timeline) add(p *flagPart, asOf time.Time) {
	h, g := p.fact, p.book.graph
	// A log tells of the time before the border too.
	if g.beginsAtBorder() && !slices.ContainsFunc(h.Steps, func(s FlagStep) bool { return s.Dated }) {
		if border := p.effects[0].Add(h.Delay); border.After(t.border) {
			t.border = border
		}
	}
	for _, f := range h.Steps {
		x, here := g.index[f.Commit]
		if here && f.Dated && h.Branch == "" {
			t.addLog(f, p, x)
			continue
		}
		from, ok := p.instantOf(f.Commit, f.At)
		if !ok || h.Branch != "" && from.After(asOf) {
			continue
		}
		step := flagStep{from: from, fact: f, last: f.Commit == h.RetiredBy}
		switch {
		case h.Branch != "":
			step.place, step.noted = t.placeOf(from), f.At
		case p.book != t.book:
			step.place, step.noted = t.placeOf(from), g.commits[x].Committed
		default:
			step.place = g.landing[x]
		}
		t.steps[f.Environment] = append(t.steps[f.Environment], step)
	}
	for _, f := range h.At {
		if x, ok := g.index[f.Revision]; ok && p.book == t.book {
			t.at[atKey{x, f.Environment}] = f
		}
	}
}

// placeOf gives the newest place of the timeline's own mainline that counts at an
// instant, or none: it puts what other lines say among what this one says.
func (t *timeline) placeOf(at time.Time) int32 {
	n, _ := slices.BinarySearchFunc(t.effects, at, func(e, at time.Time) int {
		if e.After(at) {
			return 1
		}
		return -1
	})
	return int32(n) - 1
}

// findEnd notes when the flag went: when the last of its entries did. What a
// commit says of its end counts, the last word first.
func (t *timeline) findEnd(parts []*flagPart, asOf time.Time) {
	var last *flagPart
	var said string
	var at time.Time
	for _, p := range parts {
		end, gone := p.end(asOf)
		if !gone && (len(p.fact.Steps) > 0 || len(parts) == 1) {
			return
		}
		if gone && (last == nil || !end.Before(at)) {
			last, at = p, end
			said = cmp.Or(p.fact.RetiredAs, said)
		} else if gone {
			said = cmp.Or(said, p.fact.RetiredAs)
		}
	}
	if last == nil {
		return
	}
	if t.endAt, t.endIn, t.end = at, last.book.repo.Name, t.placeOf(at); t.end == none {
		t.end = 0 // before the mainline of the first: it has no entry there
	}
	t.endHome = last.book == t.book && last.fact.Branch == ""
	if t.endHome {
		t.end = t.book.graph.landing[t.book.graph.index[last.fact.RetiredBy]]
	}
	if t.fact != last.fact {
		fact := *t.fact
		fact.RetiredBy, fact.RetiredAs = last.fact.RetiredBy, said
		t.fact = &fact
	}
}
