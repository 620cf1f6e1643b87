package flagfile

import (
	"math/big"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// fliptVariants walks the rules of a flag with variants.
func (r *reading) fliptVariants(set fliptSet, base Setting, n *decode.Node, enabled bool) {
	var variants []variant
	fallback := codeDefault
	if list := n.Get("variants"); list.Is(decode.List) {
		for _, v := range list.Items {
			name, ok := v.Get("key").Scalar()
			if !ok {
				r.doubt(v, "malformed-flag", "give it a key", "a variant of flag %s has no key", quote(string(base.Key)))
				continue
			}
			variants = append(variants, named(name))
			if first, _ := v.Get("default").Bool(); first {
				fallback = name
			}
		}
	}
	o := constant(everyone(fallback), "default variant")
	if rules := n.Get("rules"); enabled && rules.Is(decode.List) {
		for _, item := range rules.Items {
			c := choice{via: "rules"}
			segment := item.Get("segment")
			if segment == nil {
				segment = item.Get("segments")
			}
			operator := item.Get("operator")
			if segment.Is(decode.List, decode.String) && operator != nil {
				segment = &decode.Node{Kind: decode.Map, Line: segment.Line, Col: segment.Col,
					Entries: []decode.Entry{{Key: "keys", Value: segment}, {Key: "operator", Value: operator}}}
			}
			if segment == nil {
				segment = item // reported as naming none
			}
			if !r.fliptNamed(set, base.Key, segment, &c) {
				continue
			}
			c.parts = r.fliptDistributions(set, base.Key, variants, fallback, item.Get("distributions"))
			o.rules = append(o.rules, c)
		}
	}
	if !enabled {
		o.via = "enabled"
	}
	l := o.logic()
	if fallback != codeDefault {
		l.natural = fallback
	}
	r.emit(base, variants, l)
}

// fliptDistributions splits those whom a rule names. Shares that are not 100 in
// all are relative in version 2, and leave a rest in version 1; a file of which
// we do not know the version may mean either.
func (r *reading) fliptDistributions(set fliptSet, key ledger.FlagKey, variants []variant, fallback string, n *decode.Node) []part {
	if !n.Is(decode.List) || len(n.Items) == 0 {
		return everyone(fallback)
	}
	var weights []weight
	total := new(big.Rat)
	for _, item := range n.Items {
		name, _ := item.Get("variant").Scalar()
		amount, ok := numberIn(item.Get("rollout"))
		if !ok || amount.Sign() < 0 || amount.Cmp(big.NewRat(100, 1)) > 0 {
			r.doubt(item, "bad-percentage", "write a number from 0 to 100", "a distribution of flag %s has no rollout that can be read", quote(string(key)))
			return everyone(codeDefault)
		}
		if !slices.ContainsFunc(variants, func(v variant) bool { return v.name == name }) {
			r.doubt(item, "unknown-variation", "add it to the variants, or correct the name", "flag %s serves variant %s, which it does not have", quote(string(key)), quote(name))
			return everyone(codeDefault)
		}
		weights = append(weights, weight{name, amount})
		total.Add(total, amount)
	}
	hundred := big.NewRat(100, 1)
	relative := split(weights)
	if total.Cmp(hundred) >= 0 {
		return relative
	}
	absolute := split(append(weights, weight{fallback, new(big.Rat).Sub(hundred, total)}))
	switch set.version {
	case "1.0", "1.1", "1.2", "1.3", "1.4":
		return absolute
	case "2.0", "2":
		return relative
	}
	return hull(absolute, relative)
}

// hull holds for both of two splits.
func hull(a, b []part) []part {
	var out []part
	for _, p := range slices.Concat(a, b) {
		if slices.ContainsFunc(out, func(q part) bool { return q.variant == p.variant }) {
			continue
		}
		x, y := variantShare(p.variant, a), variantShare(p.variant, b)
		out = append(out, part{p.variant, ledger.Share{Lo: min(x.Lo, y.Lo), Hi: max(x.Hi, y.Hi)}})
	}
	return out
}
