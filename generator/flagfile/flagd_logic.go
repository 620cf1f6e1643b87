package flagfile

import (
	"math/big"
	"slices"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// flagdLogic is one flag, ready to be asked what it does.
type flagdLogic struct {
	r         *reading
	key       string
	variants  map[string]bool
	names     []string // of the variants, in order
	fallback  string   // defaultVariant, or codeDefault
	off       string   // why nothing but the code's default is served, or ""
	targeting *decode.Node
	logicOf   jsonLogic
	reporting bool // problems are reported in the first walk only
	cost      int  // of the last walk, in expressions
}

// budget bounds the expressions that one walk of a flag looks at; shared
// expressions that refer to each other multiply.
const budget = 3_000

// flagWalk is one walk through the targeting.
type flagWalk struct {
	*flagdLogic
	jsonLogic
	known known
	via   string
}

func (f *flagdLogic) logic() flagLogic {
	return flagLogic{
		instants: f.instants,
		outcome:  f.outcome,
		cost:     f.cost,
		mentions: func(attr string, into map[string]bool) {
			f.conditions(func(c cond) { c.mentions(attr, into) })
		},
	}
}

// outcome is what the flag does in a span.
func (f *flagdLogic) outcome(s span, k known) outcome {
	if f.off != "" {
		return outcome{rest: everyone(codeDefault), via: f.off}
	}
	if f.targeting.IsNull() {
		return outcome{rest: everyone(f.fallback), via: "default variant"}
	}
	k.span = s
	left := budget
	w := flagWalk{flagdLogic: f, jsonLogic: jsonLogic{f.logicOf.evaluators, &left}, known: k}
	o := w.reach(f.targeting, 0)
	f.cost = budget - left
	if o.via = w.via; o.via == "" {
		o.via = "targeting"
	}
	return o
}

// reach collects what an expression can serve.
func (w *flagWalk) reach(n *decode.Node, depth int) outcome {
	if !w.spend(depth) {
		if w.reporting {
			w.r.doubt(w.targeting, "targeting-too-complex", "", "the targeting of flag %s is too large to follow", quote(w.key))
		}
		return w.undecided()
	}
	if n.IsNull() {
		return outcome{rest: everyone(w.fallback)}
	}
	if name, ok := n.Scalar(); ok {
		return outcome{rest: everyone(w.variant(n, name))}
	}
	op, args := operation(n)
	switch op {
	case "$ref":
		if shared := w.resolve(args); shared != nil {
			return w.reach(shared, depth+1)
		}
	case "if", "?:":
		return w.branches(args, depth)
	case "fractional", "fractionalEvaluation":
		return w.fractional(args, depth)
	case "var", "cat", "substr", "":
		// The name of a variant that is computed, or no expression at all.
	default:
		if w.variants["true"] && w.variants["false"] && slices.Contains(conditionOperators(), op) {
			return w.condition(n, depth)
		}
	}
	return w.undecided()
}

// variant checks the name of a variant that is served.
func (w *flagWalk) variant(n *decode.Node, name string) string {
	if w.variants[name] {
		return name
	}
	if w.reporting {
		w.r.doubt(n, "unknown-variation", "add it to the variants, or correct the name", "flag %s serves variant %s, which it does not have", quote(w.key), quote(name))
	}
	return codeDefault
}

// undecided may serve any variant to anybody.
func (w *flagWalk) undecided() outcome {
	var parts []part
	for _, name := range w.names {
		parts = append(parts, part{name, ledger.Undecided()})
	}
	return outcome{rest: append(parts, part{codeDefault, ledger.Undecided()})}
}

// branches walks [condition, result, condition, result, …, otherwise].
func (w *flagWalk) branches(args []*decode.Node, depth int) outcome {
	var o outcome
	for len(args) >= 2 {
		c := w.cond(args[0], depth+1)
		switch w.known.decide(c) {
		case yes:
			return o.then(w.reach(args[1], depth+1))
		case maybe:
			label := w.known.without(c).label()
			sub := w.reach(args[1], depth+1)
			for _, r := range sub.rules {
				o.rules = append(o.rules, rule{cut(label + " and " + r.label), r.parts})
			}
			o.rules = append(o.rules, rule{label, sub.rest})
		}
		args = args[2:]
	}
	if len(args) == 1 {
		return o.then(w.reach(args[0], depth+1))
	}
	return o.then(outcome{rest: everyone(w.fallback)})
}

// then is what comes after the rules of o, for those whom they do not name.
func (o outcome) then(rest outcome) outcome {
	return outcome{rules: append(o.rules, rest.rules...), rest: rest.rest}
}

func cut(label string) string {
	const most = 80
	if r := []rune(label); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return label
}

// condition serves the variants "true" and "false".
func (w *flagWalk) condition(n *decode.Node, depth int) outcome {
	c := w.cond(n, depth+1)
	switch w.known.decide(c) {
	case yes:
		return outcome{rest: everyone("true")}
	case no:
		return outcome{rest: everyone("false")}
	}
	return outcome{
		rules: []rule{{w.known.without(c).label(), everyone("true")}},
		rest:  everyone("false"),
	}
}

// bucket is an entry of a fractional: a weight, and what it serves.
type bucket struct {
	weight linear
	known  bool // the weight is understood
	broken bool // it breaks the whole split
	serves outcome
}

// fractional splits by weight / Σ weights.
func (w *flagWalk) fractional(args []*decode.Node, depth int) outcome {
	if w.via = "fractional"; depth > 0 {
		w.via = "targeting"
	}
	var buckets []bucket
	for i, a := range args {
		if !a.Is(decode.List) {
			if i == 0 && a.Is(decode.Map) {
				continue // the expression that people are counted by
			}
			w.fault(a, "want [variant, weight]")
			buckets = append(buckets, bucket{broken: true})
			continue
		}
		buckets = append(buckets, w.bucket(a, depth))
	}
	if slices.ContainsFunc(buckets, func(b bucket) bool { return b.broken }) {
		// The provider gives up, and so nothing that we might guess is shown.
		return outcome{rest: everyone(codeDefault)}
	}
	shares := bucketShares(buckets, w.known.span)
	if shares == nil {
		return outcome{rest: everyone(w.fallback)}
	}
	sum := map[string]ledger.Share{}
	var order []string
	add := func(variant string, share ledger.Share) {
		if _, there := sum[variant]; !there {
			order = append(order, variant)
		}
		sum[variant] = sum[variant].Plus(share)
	}
	for i, b := range buckets {
		for _, p := range b.serves.rest {
			share := shares[i].Times(p.share)
			if len(b.serves.rules) > 0 {
				share.Lo = 0 // those whom a condition in this bucket names get something else
			}
			add(p.variant, share)
		}
		for _, r := range b.serves.rules {
			for _, p := range r.parts {
				add(p.variant, ledger.Share{Hi: shares[i].Times(p.share).Hi})
			}
		}
	}
	var o outcome
	for _, v := range order {
		o.rest = append(o.rest, part{v, sum[v]})
	}
	return o
}

func (w *flagWalk) bucket(n *decode.Node, depth int) bucket {
	b := bucket{weight: linear{big.NewRat(1, 1), new(big.Rat)}, known: true}
	if len(n.Items) == 0 || len(n.Items) > 2 {
		w.fault(n, "want [variant, weight]")
		b.broken = true
		return b
	}
	b.serves = w.reach(n.Items[0], depth+1)
	if len(n.Items) == 1 {
		return b
	}
	v := n.Items[1]
	if !v.Is(decode.Number, decode.Map) {
		w.fault(v, "a weight is a whole number")
		b.broken = true
		return b
	}
	b.weight, b.known = linearOf(v, 0)
	if v.Is(decode.Number) && (!b.known || b.weight.at0.Sign() < 0 || !b.weight.at0.IsInt()) {
		w.fault(v, "a weight is a whole number from 0 on")
		b.broken = true
	}
	if b.known && b.weight.slope.Sign() == 0 && b.weight.at0.Sign() < 0 {
		b.weight.at0 = new(big.Rat)
	}
	return b
}

func (w *flagWalk) fault(n *decode.Node, message string) {
	if w.reporting {
		w.r.doubt(n, "bad-fractional", "", "a split of flag %s cannot be read: %s", quote(w.key), message)
	}
}

// bucketShares gives the share of each bucket in a span, the least and the
// greatest; nil when all weights are nothing. Between two instants at which no
// weight becomes zero, the shares of even ramps grow or shrink all the way, so
// that the ends bound them.
func bucketShares(buckets []bucket, s span) []ledger.Share {
	out := make([]ledger.Share, len(buckets))
	for i := range buckets {
		if !buckets[i].known {
			for j := range out {
				out[j] = ledger.Undecided()
			}
			return out
		}
	}
	first := sharesAt(buckets, s.from, -1)
	last := sharesAt(buckets, s.to, 1)
	if first == nil && last == nil {
		return nil
	}
	for i := range out {
		switch {
		case first == nil:
			out[i] = ledger.Share{Hi: last[i].Hi}
		case last == nil:
			out[i] = ledger.Share{Hi: first[i].Hi}
		default:
			out[i] = ledger.Share{Lo: min(first[i].Lo, last[i].Lo), Hi: max(first[i].Hi, last[i].Hi)}
		}
	}
	return out
}

// sharesAt gives the shares at an instant; at the zero time, in the limit of a
// far past (towards -1) or a far future (towards 1).
func sharesAt(buckets []bucket, at time.Time, towards int) []ledger.Share {
	value := func(b bucket) *big.Rat { return b.weight.value(at) }
	if at.IsZero() {
		grows := slices.ContainsFunc(buckets, func(b bucket) bool { return b.weight.slope.Sign()*towards > 0 })
		value = func(b bucket) *big.Rat {
			switch slope := b.weight.slope.Sign() * towards; {
			case slope > 0:
				return new(big.Rat).Abs(b.weight.slope)
			case slope < 0 || grows:
				return new(big.Rat)
			}
			return b.weight.at0
		}
	}
	total := new(big.Rat)
	for _, b := range buckets {
		total.Add(total, value(b))
	}
	if total.Sign() <= 0 {
		return nil
	}
	out := make([]ledger.Share, len(buckets))
	for i, b := range buckets {
		out[i] = shareOf(new(big.Rat).Quo(value(b), total))
	}
	return out
}
