package flagfile

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// need is a prerequisite: another flag of the file, and what it must do for
// somebody, or else they do not have this one.
type need struct {
	parent string
	off    bool // it must be off for them
	// serves, when set, says which of its variants will do, and live that none
	// does while the parent is switched off.
	serves func(variant string) truth
	live   bool
	bare   string // what a parent without variants is said to serve
	flat   bool   // a parent that needs others itself will not do
}

// killSwitch is the Via of a flag that is switched off, whatever it serves then.
const killSwitch = "kill switch"

// slot names a flag in an environment.
type slot struct {
	key ledger.FlagKey
	env ledger.EnvironmentName
}

// needing notes the prerequisites of the flags that were added since the first
// settings.
func (r *reading) needing(first int, list []need) {
	if len(list) == 0 {
		return
	}
	if r.needs == nil {
		r.needs = map[slot][]need{}
	}
	for i := range r.settings[first:] {
		s := &r.settings[first+i]
		for _, n := range list {
			word := n.parent
			if n.off {
				word = "!" + word
			}
			if !slices.Contains(s.Needs, word) {
				s.Needs = append(s.Needs, word)
			}
		}
		slices.Sort(s.Needs)
		r.needs[slot{s.Key, s.Environment}] = list
	}
}

// applyNeeds lets nobody have a flag who does not have what it needs. circle is
// told of each flag that needs itself, and is off.
func (r *reading) applyNeeds(circle func(Setting)) {
	if len(r.needs) == 0 {
		return
	}
	g := gating{reading: r, index: map[slot]int{}, state: make([]int8, len(r.settings)), circle: circle}
	for i, s := range r.settings {
		g.index[slot{s.Key, s.Environment}] = i
	}
	for i := range r.settings {
		g.resolve(i, 0)
	}
}

type gating struct {
	*reading
	index  map[slot]int
	state  []int8 // 0 not met, 1 under way, 2 done
	circle func(Setting)
}

// deepNeeds bounds a chain of prerequisites.
const deepNeeds = 100

// resolve makes a setting what it is with its prerequisites; false when it is
// part of a circle.
func (g *gating) resolve(i, depth int) bool {
	switch {
	case g.state[i] == 2:
		return true
	case g.state[i] == 1 || depth > deepNeeds:
		return false
	}
	g.state[i] = 1
	s := &g.settings[i]
	for _, n := range g.needs[slot{s.Key, s.Environment}] {
		parent, there := g.index[slot{ledger.FlagKey(n.parent), s.Environment}]
		if !there {
			parent, there = g.index[slot{ledger.FlagKey(n.parent), ""}]
		}
		if !there || n.flat && len(g.needs[slot{g.settings[parent].Key, g.settings[parent].Environment}]) > 0 {
			s.gateBy(n, Setting{}) // nobody has a flag that is not there
			continue
		}
		if !g.resolve(parent, depth+1) {
			if g.circle != nil {
				g.circle(*s)
			}
			s.Setting, s.Plan = withState(ledger.Setting{Via: "circle of prerequisites"}), nil
			break
		}
		s.gateBy(n, g.settings[parent])
	}
	g.state[i] = 2
	return true
}

// gateBy applies one prerequisite, now and at each planned step of both.
func (s *Setting) gateBy(n need, parent Setting) {
	var instants []time.Time
	for _, p := range slices.Concat(s.Plan, parent.Plan) {
		instants = append(instants, p.At)
	}
	own := *s
	s.Setting, s.Plan = timeline(instants, func(sp span) ledger.Setting {
		return gated(own.inSpan(sp), n, parent.inSpan(sp))
	})
}

// inSpan is the setting once the planned steps are due that a span begins with.
func (s Setting) inSpan(sp span) ledger.Setting {
	out := s.Setting
	for _, p := range s.Plan {
		if !p.At.After(sp.from) && !sp.from.IsZero() {
			out = p.Setting
		}
	}
	return out
}

// gated lets in whom both a setting and its prerequisite let in. Nothing is
// known about the overlap of two shares, nor of two groups.
func gated(own ledger.Setting, n need, parent ledger.Setting) ledger.Setting {
	pass := n.passing(parent)
	if pass.Percent == ledger.Everybody() && len(pass.Excludes) == 0 || own.State == ledger.FlagOff {
		return own
	}
	out := ledger.Setting{Percent: ledger.AllOf(own.Percent, pass.Percent), Via: "prerequisite " + n.parent, Fallback: own.Fallback}
	seen := map[string]bool{}
	for _, name := range slices.Concat(groupNames(own), groupNames(pass)) {
		share := ledger.AllOf(shareFor(own, name), shareFor(pass, name))
		switch {
		case seen[name] || share == out.Percent:
		case share.Hi == 0:
			out.Excludes = append(out.Excludes, name)
		default:
			out.Groups = append(out.Groups, ledger.GroupShare{Name: name, Percent: share})
		}
		seen[name] = true
	}
	for _, g := range pairs(out.Percent, own, pass) {
		if !seen[g.Name] {
			out.Groups = append(out.Groups, g)
		}
		seen[g.Name] = true
	}
	for _, v := range own.Variants {
		v.Percent = ledger.AllOf(v.Percent, pass.Percent)
		if v.Percent.Hi > 0 {
			out.Variants = append(out.Variants, v)
		}
	}
	if out = withState(out); out.State != ledger.FlagOff && (own.State == ledger.FlagUnknown || parent.State == ledger.FlagUnknown) {
		out.State = ledger.FlagUnknown
	}
	return out
}

// maxPairs bounds the groups that are named by two names.
const maxPairs = 20

// pairs names those who are in a group of each of two settings: "beta and
// staff".
func pairs(base ledger.Share, a, b ledger.Setting) []ledger.GroupShare {
	var out []ledger.GroupShare
	for _, g := range a.Groups {
		for _, h := range b.Groups {
			share := ledger.AllOf(g.Percent, h.Percent)
			switch {
			case g.Name == h.Name || share.Hi == 0 || share == base:
			case len(out) == maxPairs:
				return append(out, ledger.GroupShare{Name: "several groups", Percent: ledger.Undecided()})
			default:
				out = append(out, ledger.GroupShare{Name: cut(g.Name + " and " + h.Name), Percent: share})
			}
		}
	}
	return out
}

func groupNames(s ledger.Setting) []string {
	out := slices.Clone(s.Excludes)
	for _, g := range s.Groups {
		out = append(out, g.Name)
	}
	return out
}

// shareFor is what the members of a group get who are in no other.
func shareFor(s ledger.Setting, name string) ledger.Share {
	if slices.Contains(s.Excludes, name) {
		return ledger.Share{}
	}
	for _, g := range s.Groups {
		if g.Name == name {
			return g.Percent
		}
	}
	return s.Percent
}

// passing is whom a prerequisite lets through.
func (n need) passing(parent ledger.Setting) ledger.Setting {
	switch {
	case n.off && parent.State == "":
		return withState(ledger.Setting{Percent: ledger.Everybody()})
	case n.off:
		return inverse(parent)
	case n.serves == nil:
		return parent
	case n.live && parent.Via == killSwitch:
		return ledger.Setting{State: ledger.FlagOff}
	case len(parent.Variants) == 0 && n.bare != "" && n.serves(n.bare) == yes:
		return parent
	}
	var out ledger.Setting
	for _, v := range parent.Variants {
		switch n.serves(v.Variant) {
		case yes:
			out.Percent = out.Percent.Plus(v.Percent)
		case maybe:
			out.Percent.Hi = out.Percent.Plus(v.Percent).Hi
		}
	}
	for _, name := range groupNames(parent) {
		out.Groups = append(out.Groups, ledger.GroupShare{Name: name, Percent: ledger.Undecided()})
	}
	return withState(out)
}
