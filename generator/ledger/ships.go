package ledger

import (
	"slices"
	"time"
)

// shipAway works out, for flags that ship with a lane of another repository than
// the changes behind them, what that lane ships over time.
func (c *computation) shipAway() {
	for _, key := range c.keys {
		t := c.flags[key]
		if t.fact.Effect != EffectDeployment || t.book == nil {
			continue
		}
		t.away = map[EnvironmentName][]awayStep{}
		for _, l := range c.lanes {
			if l.book == t.book && (l.name.component == t.fact.DeployedWith || t.fact.DeployedWith == "" && len(t.book.parts) == 1) {
				t.away[l.name.environment] = l.ships(t, c.asOf)
			}
		}
	}
}

// ships lists the settings of a flag in the manifests that a lane runs. Most
// instants run revisions between the same two steps of the manifest as before,
// and cost no more than to see that.
func (l *lane) ships(t *timeline, asOf time.Time) []awayStep {
	var out []awayStep
	env := l.name.environment
	plan := t.planned(env)
	slices.SortFunc(plan, time.Time.Compare)
	var same stretch
	for i := 0; i < len(l.instants); i++ {
		in := &l.instants[i]
		if len(plan) == 0 && len(t.at) == 0 {
			if i%blockSize == 0 && same.coversBlock(l.blocks[i/blockSize]) {
				i += blockSize - 1
				continue
			}
			if same.covers(t.book.graph, in.holders) {
				continue
			}
			same = t.stretchOf(env, in.holders)
		}
		until, open := asOf, false
		if i+1 < len(l.instants) {
			until, open = l.instants[i+1].at, true
		}
		for _, at := range withMoments(plan, in.at, until, open) {
			s, written, origins := l.shippedAt(t, in, env, at)
			if n := len(out); n == 0 || !sameSetting(&out[n-1].setting, &s) {
				out = append(out, awayStep{at: at, basis: in.basis, setting: s, written: written, origins: slices.Concat(in.origins, origins)})
			}
		}
	}
	return out
}

// withMoments lists an instant and the sorted moments between it and the next
// one (open), or as-of (closed).
func withMoments(sorted []time.Time, from, until time.Time, open bool) []time.Time {
	out := []time.Time{from}
	for _, at := range sorted {
		if at.After(out[len(out)-1]) && (at.Before(until) || !open && at.Equal(until)) {
			out = append(out, at)
		}
	}
	return out
}

// stretch is a range of the mainline over which a manifest says the same of a
// flag: from a place up to, and without, another. The zero stretch is empty.
type stretch struct{ from, to int32 }

func (s stretch) covers(g *graph, holders []holder) bool {
	for _, h := range holders {
		if h.revision == none || g.prefix[h.revision] < s.from || g.prefix[h.revision] >= s.to {
			return false
		}
	}
	return len(holders) > 0
}

// block is what neighbouring instants of a lane run: the least and the greatest
// place of the mainline that their revisions reach. Where one of them runs
// nothing, or nothing that is known, known is false. A flag that says the same
// over all of it asks for none of its instants.
type block struct {
	lo, hi int32
	known  bool
}

const blockSize = 64

func (s stretch) coversBlock(b block) bool { return b.known && b.lo >= s.from && b.hi < s.to }

// findBlocks joins the instants of the lane.
func (l *lane) findBlocks() {
	for chunk := range slices.Chunk(l.instants, blockSize) {
		b := block{lo: int32(len(l.book.graph.mainline)), hi: none, known: true}
		for i := range chunk {
			holders := chunk[i].holders
			b.known = b.known && len(holders) > 0 && !hasUnknown(holders)
			for _, h := range holders {
				if h.revision != none {
					place := l.book.graph.prefix[h.revision]
					b.lo, b.hi = min(b.lo, place), max(b.hi, place)
				}
			}
		}
		l.blocks = append(l.blocks, b)
	}
}

// stretchOf gives the stretch in which all holders are, or the empty one.
func (t *timeline) stretchOf(env EnvironmentName, holders []holder) stretch {
	if len(holders) == 0 || hasUnknown(holders) {
		return stretch{}
	}
	place := t.book.graph.prefix[holders[0].revision]
	s := stretch{none, int32(len(t.book.graph.mainline))}
	bound := func(step int32) {
		if step <= place {
			s.from = max(s.from, step)
		} else {
			s.to = min(s.to, step)
		}
	}
	if steps, named := t.own(env); named {
		for i := range steps {
			bound(steps[i].place)
		}
	} else {
		for _, steps := range t.steps {
			bound(steps[0].place) // where the manifest begins to know the flag
		}
	}
	if !s.covers(t.book.graph, holders) {
		return stretch{}
	}
	return s
}

// shippedAt joins the settings of all live manifests: the interval from the
// least to the most.
func (l *lane) shippedAt(t *timeline, in *instant, env EnvironmentName, at time.Time) (Setting, Hash, []Origin) {
	if len(in.holders) == 0 || hasUnknown(in.holders) {
		return Setting{State: FlagUnknown}, Hash{}, nil
	}
	var written Hash
	var origins []Origin
	settings := make([]Setting, len(in.holders))
	list := make([]*Setting, len(in.holders))
	for i, h := range in.holders {
		s, step := t.inRevision(h.revision, env, at)
		settings[i], list[i], origins = s, &settings[i], append(origins, step.Origins...)
		if i == 0 {
			written = step.Commit
		}
	}
	return spanOf(list), written, origins
}

// shippedSteps joins what the lanes of an environment ship of a flag.
func (c *computation) shippedSteps(t *timeline, env EnvironmentName) []effective {
	var lanes []laneSteps
	var times []time.Time
	var ships [][]awayStep
	for _, l := range c.lanes {
		named := t.fact.DeployedWith == "" || l.name.component == t.fact.DeployedWith
		if l.book != t.book || l.name.environment != env || !named {
			continue
		}
		lanes = append(lanes, laneSteps{lane: l})
		list := l.ships(t, c.asOf)
		ships = append(ships, list)
		for i := range list {
			times = append(times, list[i].at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	var out []effective
	next := make([]int, len(lanes)) // the first step of each lane that is yet to come
	var said []*awayStep            // by the lanes that run, the first and those that differ from it
	for _, at := range slices.CompactFunc(times, time.Time.Equal) {
		said = said[:0]
		for i := range lanes {
			for next[i] < len(ships[i]) && !ships[i][next[i]].at.After(at) {
				next[i]++
			}
			lanes[i].to(at)
			if next[i] == 0 || !lanes[i].runs() {
				continue
			}
			s := &ships[i][next[i]-1]
			if len(said) == 0 || !sameSetting(&said[0].setting, &s.setting) {
				said = append(said, s)
			}
		}
		if len(said) > 0 {
			out = append(out, joinShipped(said, at))
		}
	}
	return out
}

// joinShipped is what several lanes say at an instant.
func joinShipped(said []*awayStep, at time.Time) effective {
	e := effective{at: at, basis: said[0].basis, written: said[0].written}
	settings := make([]*Setting, len(said))
	for i, s := range said {
		settings[i], e.origins = &s.setting, append(e.origins, s.origins...)
	}
	e.setting = spanOf(settings)
	return e
}

// spanOf is the setting that may be any of several: for everybody, for each
// group and for each variant from the least to the most. Whom some keep out may
// be kept out.
func spanOf(list []*Setting) Setting {
	first := list[0]
	if !slices.ContainsFunc(list, func(s *Setting) bool { return !sameSetting(first, s) }) {
		return *first
	}
	out := Setting{State: FlagPartial, Percent: Share{Hundred, 0}}
	exps := make([]exposure, len(list))
	var groups, variants []string
	for i, s := range list {
		if exps[i] = gate(*s); exps[i].unknown {
			return Setting{State: FlagUnknown}
		}
		out.Percent = widest(out.Percent, exps[i].share)
		out.Excludes = append(out.Excludes, exps[i].excludes...)
		for _, g := range exps[i].groups {
			groups = append(groups, g.Name)
		}
		for _, v := range s.Variants {
			variants = append(variants, v.Variant)
		}
	}
	out.Excludes = sortedNames(out.Excludes)
	for _, name := range sortedNames(groups) {
		share := Share{Hundred, 0}
		for i := range exps {
			share = widest(share, exps[i].group(name))
		}
		out.Groups = append(out.Groups, GroupShare{name, share})
	}
	for _, name := range sortedNames(variants) {
		share := Share{Hundred, 0}
		for _, s := range list {
			share = widest(share, s.variant(name))
		}
		out.Variants = append(out.Variants, VariantShare{name, share})
	}
	return out
}

// widest is the interval from the least to the most of two.
func widest(a, b Share) Share { return Share{min(a.Lo, b.Lo), max(a.Hi, b.Hi)} }

// variant gives the share that gets a variant; one that is not named gets nothing.
func (s *Setting) variant(name string) Share {
	var out Share
	for _, v := range s.Variants {
		if v.Variant == name {
			out = v.Percent
		}
	}
	return out
}

// sameSetting reports whether two settings show the same to everybody.
func sameSetting(a, b *Setting) bool {
	if a.State != b.State || !slices.Equal(a.Variants, b.Variants) {
		return false
	}
	if len(a.Groups)+len(b.Groups)+len(a.Excludes)+len(b.Excludes) == 0 { // most: no need to look closer
		return a.State == FlagUnknown || a.share() == b.share()
	}
	return gate(*a).equal(gate(*b))
}

// share is what a setting lets through of those whom no rule targets.
func (s *Setting) share() Share {
	switch {
	case s.State == FlagOff:
		return Share{}
	case s.State == FlagOn && s.Percent == (Share{}):
		return Everybody()
	}
	return s.Percent
}
