package flagfile

import (
	"math/big"
	"slices"
	"time"

	"daylight/generator/decode"
)

// goffDefinition reads a flag, or the part of one that a scheduled step has.
// What is missing is a fault only in a whole definition.
func (r *reading) goffDefinition(key string, n *decode.Node, whole bool) goffFlag {
	var f goffFlag
	f.disable = r.optionalBool(n.Get("disable"))
	r.goffVariations(&f, key, n, whole)
	known := map[string]bool{}
	for _, v := range f.variations {
		known[v.name] = true
	}
	if !whole || len(known) == 0 {
		known = nil // a step may name variations of the flag that it changes
	}
	if t := n.Get("targeting"); t.Is(decode.List) {
		for _, item := range t.Items {
			rule := r.goffRule(key, item, known)
			if whole && rule.query == "" {
				r.doubt(item, "rule-without-query", "give the rule a query, or make it the defaultRule", "a targeting rule of flag %s has no query", quote(key))
				// The provider refuses the flag, so that its code's default is served.
				f.broken = true
			}
			f.targeting = append(f.targeting, rule)
		}
	} else if !t.IsNull() {
		r.doubt(t, "malformed-flag", "", "targeting of flag %s is %s where a list is wanted", quote(key), t.Kind)
	}
	if d := n.Get("defaultRule"); d.Is(decode.Map) {
		rule := r.goffRule(key, d, known)
		f.fallback = &rule
	} else if whole {
		r.doubt(n, "no-default-rule", "add a defaultRule", "flag %s has no defaultRule", quote(key))
		f.broken = true
	}
	if x := n.Get("experimentation"); x.Is(decode.Map) {
		f.start = r.goffDate(key, x.Get("start"))
		f.end = r.goffDate(key, x.Get("end"))
	}
	if s := n.Get("scheduledRollout"); whole && s.Is(decode.List) {
		for _, item := range s.Items {
			// A step without a date never comes.
			if at := r.goffDate(key, item.Get("date")); !at.IsZero() {
				f.steps = append(f.steps, goffStep{at, r.goffDefinition(key, item, false)})
			}
		}
	}
	return f
}

func (r *reading) goffVariations(f *goffFlag, key string, n *decode.Node, whole bool) {
	list := n.Get("variations")
	if !list.Is(decode.Map) || len(list.Entries) == 0 {
		if whole {
			r.doubt(n, "no-variations", "list the values that the flag can have", "flag %s has no variations", quote(key))
			f.broken = true
		}
		return
	}
	kind := decode.Null
	for _, e := range list.Entries {
		f.variations = append(f.variations, variant{e.Key, e.Value})
		switch {
		case e.Value.IsNull():
			r.report(e.Line, e.Col, "warning", "variation-without-value", "variation "+quote(e.Key)+" of flag "+quote(key)+" has no value", "give it one")
			f.broken = f.broken || whole
		case kind == decode.Null:
			kind = e.Value.Kind
		case kind != e.Value.Kind:
			r.report(e.Line, e.Col, "warning", "mixed-variations", "variation "+quote(e.Key)+" of flag "+quote(key)+" is "+e.Value.Kind.String()+", and those before it are "+kind.String(), "give all variations values of one type")
		}
	}
}

func (r *reading) goffRule(key string, n *decode.Node, known map[string]bool) goffRule {
	var g goffRule
	if !n.Is(decode.Map) {
		r.doubt(n, "malformed-flag", "", "a rule of flag %s is %s where a map is wanted", quote(key), n.Kind)
		g.broken = true
		return g
	}
	g.name, _ = n.Get("name").Scalar()
	g.query, _ = n.Get("query").Scalar()
	g.cond = parseQuery(g.query)
	g.variation, _ = n.Get("variation").Scalar()
	g.disable = r.optionalBool(n.Get("disable"))
	check := func(at *decode.Node, name string) {
		if known != nil && name != "" && !known[name] {
			r.doubt(at, "unknown-variation", "add it to the variations, or correct the name", "flag %s serves variation %s, which it does not have", quote(key), quote(name))
			g.broken = true
		}
	}
	if v := n.Get("variation"); v != nil {
		check(v, g.variation)
	}
	if p := n.Get("percentage"); p.Is(decode.Map) {
		for _, e := range p.Entries {
			amount, ok := e.Value.Number()
			if !ok || known != nil && amount.Sign() < 0 {
				r.doubt(e.Value, "bad-percentage", "", "the percentage of variation %s of flag %s is no number from 0 on", quote(e.Key), quote(key))
				g.broken = true
				continue
			}
			check(e.Value, e.Key)
			g.weights = append(g.weights, weight{e.Key, amount})
		}
	} else if !p.IsNull() {
		r.doubt(p, "bad-percentage", "map the name of each variation to its percentage", "percentage of flag %s is %s where a map is wanted", quote(key), p.Kind)
		g.broken = true
	}
	if p := n.Get("progressiveRollout"); p.Is(decode.Map) {
		g.ramp = r.goffRamp(key, p)
		if g.ramp == nil {
			g.broken = true
		} else {
			check(p, g.ramp.start)
			check(p, g.ramp.end)
		}
	}
	return g
}

// goffRamp reads a progressiveRollout; nil when something is missing.
func (r *reading) goffRamp(key string, n *decode.Node) *goffRamp {
	a, b := n.Get("initial"), n.Get("end")
	p := &goffRamp{from: r.goffDate(key, a.Get("date")), to: r.goffDate(key, b.Get("date"))}
	p.start, _ = a.Get("variation").Scalar()
	p.end, _ = b.Get("variation").Scalar()
	if p.from.IsZero() || p.start == "" || p.end == "" || !p.to.After(p.from) {
		r.doubt(n, "bad-rollout", "give initial and end a variation and a date, the end after the beginning", "the progressive rollout of flag %s is not complete", quote(key))
		return nil
	}
	p.low, p.high = new(big.Rat), big.NewRat(100, 1)
	if v, ok := a.Get("percentage").Number(); ok && v.Sign() > 0 && v.Cmp(p.high) <= 0 {
		p.low = v
	}
	// 0 and what is above 100 mean 100, as in the provider's code.
	if v, ok := b.Get("percentage").Number(); ok && v.Sign() > 0 && v.Cmp(p.high) < 0 {
		p.high = v
	}
	return p
}

func (r *reading) goffDate(key string, n *decode.Node) time.Time {
	s, ok := n.Scalar()
	if !ok {
		return time.Time{}
	}
	t, ok := parseTime(s)
	if !ok {
		r.doubt(n, "bad-date", "write it as 2006-01-02T15:04:05Z", "flag %s has the date %s, which cannot be read", quote(key), quote(s))
	}
	return t
}

func (r *reading) optionalBool(n *decode.Node) *bool {
	if b, ok := n.Bool(); ok {
		return &b
	}
	return nil
}

// at is the flag with the scheduled steps applied that are due at an instant, in
// the order of their dates.
func (f goffFlag) at(now time.Time) goffFlag {
	steps := slices.Clone(f.steps)
	slices.SortStableFunc(steps, func(a, b goffStep) int { return a.at.Compare(b.at) })
	for _, s := range steps {
		if s.at.After(now) {
			break
		}
		f = f.merge(s.part)
	}
	return f
}

// merge applies a part of a definition: rules merge by name, and those without
// one, or with a new one, are appended.
func (f goffFlag) merge(p goffFlag) goffFlag {
	f.variations = slices.Clone(f.variations)
	for _, v := range p.variations {
		if i := slices.IndexFunc(f.variations, func(w variant) bool { return w.name == v.name }); i >= 0 {
			f.variations[i] = v
		} else {
			f.variations = append(f.variations, v)
		}
	}
	f.targeting = slices.Clone(f.targeting)
	for _, rule := range p.targeting {
		i := slices.IndexFunc(f.targeting, func(g goffRule) bool { return g.name != "" && g.name == rule.name })
		if i >= 0 {
			f.targeting[i] = f.targeting[i].merge(rule)
		} else {
			f.targeting = append(f.targeting, rule)
		}
	}
	if p.fallback != nil {
		merged := *p.fallback
		if f.fallback != nil {
			merged = f.fallback.merge(merged)
		}
		f.fallback = &merged
	}
	if p.disable != nil {
		f.disable = p.disable
	}
	if !p.start.IsZero() {
		f.start = p.start
	}
	if !p.end.IsZero() {
		f.end = p.end
	}
	return f
}

func (g goffRule) merge(p goffRule) goffRule {
	if p.query != "" {
		g.query, g.cond = p.query, p.cond
	}
	if p.variation != "" {
		g.variation = p.variation
	}
	if p.ramp != nil {
		g.ramp = p.ramp
	}
	if p.disable != nil {
		g.disable = p.disable
	}
	g.weights = slices.Clone(g.weights)
	for _, w := range p.weights {
		i := slices.IndexFunc(g.weights, func(have weight) bool { return have.variant == w.variant })
		switch {
		case i >= 0 && w.amount.Sign() < 0:
			g.weights = slices.Delete(g.weights, i, i+1)
		case i >= 0:
			g.weights[i] = w
		case w.amount.Sign() >= 0:
			g.weights = append(g.weights, w)
		}
	}
	g.broken = g.broken || p.broken
	return g
}

// cost is what one outcome takes: every step is merged with every rule.
func (f goffFlag) cost() int {
	rules := len(f.targeting) + 1
	for _, s := range f.steps {
		rules += len(s.part.targeting)
	}
	return rules * (1 + len(f.steps))
}

// instants are all at which what the flag does may change.
func (f goffFlag) instants() []time.Time {
	var out []time.Time
	add := func(p goffFlag) {
		for _, t := range []time.Time{p.start, p.end} {
			if !t.IsZero() {
				out = append(out, t)
			}
		}
		rules := p.targeting
		if p.fallback != nil {
			rules = append(slices.Clone(rules), *p.fallback)
		}
		for _, rule := range rules {
			if rule.ramp != nil {
				out = append(out, rampInstants(rule.ramp.from, rule.ramp.to)...)
			}
		}
	}
	add(f)
	for _, s := range f.steps {
		out = append(out, s.at)
		add(s.part)
	}
	return out
}

// mentions collects the values with which the rules, of any step, compare an
// attribute.
func (f goffFlag) mentions(attr string, into map[string]bool) {
	for _, rule := range f.targeting {
		rule.cond.mentions(attr, into)
	}
	for _, s := range f.steps {
		s.part.mentions(attr, into)
	}
}
