package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// readFlags prepares the histories. Those of one key that speak of different
// environments are one flag; of others the first in the order of comparePart
// counts, and the rest are problems.
func (c *computation) readFlags() {
	effects := map[*book][]time.Time{}
	for _, b := range c.repos {
		effects[b] = effectsOf(b.graph, c.asOf)
	}
	parts := map[FlagKey][]*flagPart{}
	for i := range c.facts.Flags {
		h := &c.facts.Flags[i]
		b := c.home(h.Repository)
		parts[h.Key] = append(parts[h.Key], c.newFlagPart(h, b, effects[b]))
	}
	for _, key := range sortedKeys(parts) {
		list := parts[key]
		slices.SortFunc(list, comparePart)
		kept := list[:1:1]
		for _, p := range list[1:] {
			if slices.ContainsFunc(kept, func(k *flagPart) bool { return !k.span.Beside(p.span) }) {
				c.problem(p.fact.Origins, "duplicate-flag", LevelWarning,
					fmt.Sprintf("flag %q is in two sources; this one is left out", key), "give each source its own files, or rename one of the flags")
				continue
			}
			kept = append(kept, p)
		}
		c.flags[key] = newTimeline(kept, c.asOf)
		c.keys = append(c.keys, key)
	}
}

func (c *computation) problem(origins []Origin, rule string, level Level, message, hint string) {
	c.problems = append(c.problems, Problem{Origins: emptyIfNil(origins), Rule: rule, Level: level, Message: message, Hint: hint})
}

// changeOf gives the change that a commit belongs to, or none.
func (b *book) changeOf(h Hash) int32 {
	x, ok := b.graph.index[h]
	if !ok {
		return none
	}
	if place := b.graph.landing[x]; place != none {
		return place
	}
	if number, ok := b.of[x]; ok {
		return number
	}
	return none
}

// linkFlags puts flags in front of changes. Only a change behind a flag is gated
// by it.
func (c *computation) linkFlags() {
	unknown := map[FlagKey][]Origin{}
	for _, f := range c.sortedLinks() {
		b := c.home(f.Repository)
		if b == nil || f.Role != RoleBehind {
			continue
		}
		number := b.changeOf(f.Commit)
		if number == none {
			continue
		}
		t := c.flags[f.Key]
		if t == nil {
			unknown[f.Key] = append(unknown[f.Key], f.Origins...)
		}
		ch, this := &b.changes[number], link{t, f.Negated, f.Variant}
		if t == nil || !slices.Contains(ch.links, this) { // several commits of one change may say the same
			ch.links = append(ch.links, this)
		}
		if t != nil && f.Variant != "" && !t.hasVariant(f.Variant) {
			c.problem(f.Origins, "unknown-variant", LevelWarning,
				fmt.Sprintf("flag %q has no variant %q; nobody is shown the change", f.Key, f.Variant), "name a variant of the manifest")
		}
	}
	for _, key := range sortedKeys(unknown) {
		c.problem(unknown[key], "unknown-flag", LevelWarning,
			fmt.Sprintf("no manifest knows the flag %q; what is behind it counts as hidden", key),
			"add the flag to a manifest, or correct the trailer")
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (t *timeline) hasVariant(name string) bool {
	for _, steps := range t.steps {
		for _, s := range steps {
			if slices.ContainsFunc(s.fact.Setting.Variants, func(v VariantShare) bool { return v.Variant == name }) {
				return true
			}
		}
	}
	return false
}

// sortedLinks gives the links in an order that does not depend on that of the
// facts, each (commit, flag, direction, variant) once.
func (c *computation) sortedLinks() []FlagLink {
	links := slices.Clone(c.facts.Links)
	order := func(a, b FlagLink) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Key, b.Key),
			cmp.Compare(a.Variant, b.Variant), compareBools(a.Negated, b.Negated), cmp.Compare(a.Role, b.Role), cmp.Compare(a.By, b.By),
			slices.CompareFunc(a.Origins, b.Origins, CompareOrigins))
	}
	slices.SortStableFunc(links, order)
	return slices.CompactFunc(links, func(a, b FlagLink) bool {
		return a.Repository == b.Repository && a.Commit == b.Commit && a.Key == b.Key && a.Variant == b.Variant && a.Negated == b.Negated && a.Role == b.Role
	})
}

// movedManifests gives the function that finds, between two live sets, the
// changes whose flags ship with the build and say something else in one of
// them. It is nil where no such flag exists.
func (c *computation) movedManifests(l *lane) func(a, b []holder, into []int32) []int32 {
	var moves []manifestMove
	odd := map[int32][]int32{} // revision off the mainline -> changes
	behind := map[*timeline][]int32{}
	for _, n := range l.book.gated {
		for _, k := range l.book.changes[n].links {
			if k.flag != nil && k.flag.book == l.book && l.book.changes[n].belongsTo(l.part) {
				behind[k.flag] = append(behind[k.flag], n)
			}
		}
	}
	if len(behind) == 0 {
		return nil
	}
	for t, changes := range behind {
		if t.end != none && t.endHome && t.fact.RetiredAs != "" {
			moves = append(moves, manifestMove{t.end, changes})
		}
		if t.fact.Effect != EffectDeployment {
			continue
		}
		steps, _ := t.own(l.name.environment)
		for _, s := range steps {
			moves = append(moves, manifestMove{s.place, changes})
		}
		if len(steps) == 0 {
			for _, other := range t.steps {
				moves = append(moves, manifestMove{other[0].place, changes})
			}
		}
		for key := range t.at {
			if key.environment == l.name.environment || key.environment == "" {
				odd[key.revision] = append(odd[key.revision], changes...)
			}
		}
	}
	slices.SortFunc(moves, func(a, b manifestMove) int { return cmp.Compare(a.place, b.place) })
	return func(a, b []holder, into []int32) []int32 {
		return manifestsBetween(l.book.graph, moves, odd, a, b, into)
	}
}

// manifestMove says that a mainline commit changes what is in front of changes.
type manifestMove struct {
	place   int32
	changes []int32
}

func manifestsBetween(g *graph, moves []manifestMove, odd map[int32][]int32, a, b []holder, into []int32) []int32 {
	if slices.Equal(a, b) {
		return into
	}
	lo, hi := int32(len(g.mainline)), none
	for _, list := range [][]holder{a, b} {
		for _, h := range list {
			if h.revision != none {
				lo, hi = min(lo, g.prefix[h.revision]), max(hi, g.prefix[h.revision])
				into = append(into, odd[h.revision]...)
			}
		}
	}
	from, _ := slices.BinarySearchFunc(moves, lo+1, func(m manifestMove, place int32) int { return cmp.Compare(m.place, place) })
	for ; from < len(moves) && moves[from].place <= hi; from++ {
		into = append(into, moves[from].changes...)
	}
	return into
}
