package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// exposure is who sees something: a share of the population, groups beside it,
// and those who are kept out. unknown means that the share may be anything up
// to its upper end for want of evidence, and not by a rule.
type exposure struct {
	share    Share
	groups   []GroupShare // sorted by name; each reaches further than share
	excludes []string     // sorted
	unknown  bool
}

func everyone() exposure { return exposure{share: Everybody()} }

func (e exposure) equal(f exposure) bool {
	return e.share == f.share && e.unknown == f.unknown && slices.Equal(e.groups, f.groups) && slices.Equal(e.excludes, f.excludes)
}

// any reports whether somebody may see it.
func (e exposure) any() bool {
	return e.share.Hi > 0 || slices.ContainsFunc(e.groups, func(g GroupShare) bool { return g.Percent.Hi > 0 })
}

// group gives the share of a named group: its own, or that of everybody. Those
// who are in "A and B" are in A too, and have the most of what each gives them.
func (e exposure) group(name string) Share {
	share := e.share
	for _, g := range e.groups {
		if g.Name == name || strings.Contains(name, both) && isPart(g.Name, name) {
			share = Share{max(share.Lo, g.Percent.Lo), max(share.Hi, g.Percent.Hi)}
		}
	}
	return share
}

// both joins the names of groups that somebody must all be in.
const both = " and "

// isPart reports whether those who are in all of the groups of one name are in
// all of those of another.
func isPart(of, name string) bool {
	names := strings.Split(name, both)
	return !slices.ContainsFunc(strings.Split(of, both), func(g string) bool { return !slices.Contains(names, g) })
}

// released reports whether everybody whom the policy names sees it.
func (e exposure) released(p Policy) bool {
	threshold := p.Threshold
	if threshold == 0 {
		threshold = Hundred
	}
	if e.share.Lo >= threshold {
		return true
	}
	for _, name := range p.ReleaseGroups {
		if e.group(name).Lo < Hundred {
			return false
		}
	}
	return len(p.ReleaseGroups) > 0
}

// gate turns what a manifest says into an exposure.
func gate(s Setting) exposure {
	switch s.State {
	case FlagUnknown, "":
		return exposure{share: Undecided(), unknown: true}
	case FlagOff:
		return exposure{}
	}
	e := exposure{share: s.share(), excludes: sortedNames(s.Excludes), groups: s.Groups}
	if len(e.groups) == 0 {
		return e
	}
	return e.tidy()
}

// tidy sorts the groups, joins those of one name, and drops those that see no
// more than everybody does. What nobody can see is not unknown.
func (e exposure) tidy() exposure {
	byName := slices.Clone(e.groups)
	slices.SortStableFunc(byName, func(a, b GroupShare) int { return cmp.Compare(a.Name, b.Name) })
	e.groups = nil
	for _, g := range byName {
		g.Percent = Share{max(g.Percent.Lo, e.share.Lo), max(g.Percent.Hi, e.share.Hi)}
		if n := len(e.groups); n > 0 && e.groups[n-1].Name == g.Name {
			old := &e.groups[n-1].Percent
			*old = Share{max(old.Lo, g.Percent.Lo), max(old.Hi, g.Percent.Hi)}
			continue
		}
		if g.Percent != e.share {
			e.groups = append(e.groups, g)
		}
	}
	if slices.ContainsFunc(e.groups, func(g GroupShare) bool { return strings.Contains(g.Name, both) }) {
		e.groups = withoutNeedless(e.groups)
	}
	e.unknown = e.unknown && e.any() // nothing at all is known, whatever else is not
	return e
}

// withoutNeedless drops "A and B" where those who are in A alone have as much.
func withoutNeedless(groups []GroupShare) []GroupShare {
	return slices.DeleteFunc(slices.Clone(groups), func(g GroupShare) bool {
		return slices.ContainsFunc(groups, func(part GroupShare) bool {
			return part.Name != g.Name && part.Percent == g.Percent && isPart(part.Name, g.Name)
		})
	})
}

func sortedNames(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out)
}

// not is the exposure of what shows where a flag is off: groups and excludes
// change places.
func (e exposure) not() exposure {
	out := exposure{share: e.share.Inverse(), unknown: e.unknown}
	for _, g := range e.groups {
		out.excludes = append(out.excludes, g.Name)
	}
	for _, name := range e.excludes {
		out.groups = append(out.groups, GroupShare{name, Everybody()})
	}
	return out.tidy()
}

// maxWays bounds the groups that several flags make together.
const maxWays = 64

// all is what passes every one of the gates. About their overlap nothing is
// known; a group passes where every flag lets it in, by name or by base share,
// and two different groups make "A and B".
func all(gates []exposure) exposure {
	if len(gates) == 1 {
		return gates[0]
	}
	type entry struct {
		names []string
		share Share
	}
	ways := []entry{{nil, Everybody()}}
	out := exposure{share: Everybody()}
	for _, e := range gates {
		out.unknown = out.unknown || e.unknown
		out.excludes = append(out.excludes, e.excludes...)
		var next []entry
		for _, w := range ways {
			next = append(next, entry{w.names, AllOf(w.share, e.share)})
			for _, g := range e.groups {
				if len(next) < maxWays {
					next = append(next, entry{sortedNames(append(slices.Clone(w.names), g.Name)), AllOf(w.share, g.Percent)})
				}
			}
		}
		ways = next
	}
	for _, w := range ways {
		switch {
		case len(w.names) == 0:
			out.share = w.share
		case w.share.Hi > 0:
			out.groups = append(out.groups, GroupShare{strings.Join(w.names, both), w.share})
		}
	}
	out.excludes = sortedNames(out.excludes)
	return out.tidy()
}

// weighted is a holder's share of the traffic with what it shows.
type weighted struct {
	weight Share
	gate   exposure
}

// sum adds up what the live holders of a change show. Traffic and the buckets
// of a flag are taken as independent. Holders that show the same count as one,
// so that nothing is lost to rounding where traffic moves between them.
func sum(parts []weighted) exposure {
	parts = joinEqual(parts)
	if len(parts) == 1 && parts[0].weight == Everybody() {
		return parts[0].gate
	}
	var out exposure
	var names []string
	for _, p := range parts {
		if p.weight.Hi == 0 {
			continue
		}
		out.share = out.share.Plus(p.weight.Times(p.gate.share))
		out.unknown = out.unknown || p.gate.unknown
		out.excludes = append(out.excludes, p.gate.excludes...)
		for _, g := range p.gate.groups {
			names = append(names, g.Name)
		}
	}
	for _, name := range sortedNames(names) {
		var share Share
		for _, p := range parts {
			share = share.Plus(p.weight.Times(p.gate.group(name)))
		}
		out.groups = append(out.groups, GroupShare{name, share})
	}
	out.excludes = sortedNames(out.excludes)
	return out.tidy()
}

func joinEqual(parts []weighted) []weighted {
	out := parts[:0]
	for _, p := range parts {
		i := slices.IndexFunc(out, func(o weighted) bool { return o.gate.equal(p.gate) })
		if i < 0 {
			out = append(out, p)
		} else {
			out[i].weight = out[i].weight.Plus(p.weight)
		}
	}
	return out
}

// least is what all of several lanes show: the least of their shares.
func least(lanes []exposure) exposure {
	if len(lanes) == 1 {
		return lanes[0]
	}
	out := exposure{share: Everybody()}
	var names []string
	for _, e := range lanes {
		out.share = Share{min(out.share.Lo, e.share.Lo), min(out.share.Hi, e.share.Hi)}
		out.unknown = out.unknown || e.unknown
		out.excludes = append(out.excludes, e.excludes...)
		for _, g := range e.groups {
			names = append(names, g.Name)
		}
	}
	for _, name := range sortedNames(names) {
		share := Everybody()
		for _, e := range lanes {
			g := e.group(name)
			share = Share{min(share.Lo, g.Lo), min(share.Hi, g.Hi)}
		}
		out.groups = append(out.groups, GroupShare{name, share})
	}
	out.excludes = sortedNames(out.excludes)
	return out.tidy()
}

// compareExposure tells whether b is wider (1) or narrower (-1) than a. Both
// ends count, then the lower, then the upper; then groups gained or lost; then
// excludes.
func compareExposure(a, b exposure) int {
	if c := cmp.Or(cmp.Compare(b.share.Lo, a.share.Lo), cmp.Compare(b.share.Hi, a.share.Hi)); c != 0 {
		return c
	}
	gained, lost := 0, 0
	for _, g := range b.groups {
		if c := cmp.Or(cmp.Compare(g.Percent.Lo, a.group(g.Name).Lo), cmp.Compare(g.Percent.Hi, a.group(g.Name).Hi)); c > 0 {
			gained++
		}
	}
	for _, g := range a.groups {
		if c := cmp.Or(cmp.Compare(b.group(g.Name).Lo, g.Percent.Lo), cmp.Compare(b.group(g.Name).Hi, g.Percent.Hi)); c < 0 {
			lost++
		}
	}
	if gained+lost > 0 {
		if gained >= lost {
			return 1
		}
		return -1
	}
	return cmp.Compare(len(a.excludes), len(b.excludes))
}
