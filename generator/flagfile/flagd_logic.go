package flagfile

import (
	"math/big"
	"regexp"
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
}

// budget bounds the expressions that one walk of a flag looks at; shared
// expressions that refer to each other multiply.
const budget = 10_000

// flagWalk is one walk through the targeting.
type flagWalk struct {
	*flagdLogic
	jsonLogic
	known known
	via   string
}

func (f *flagdLogic) logic() flagLogic {
	return flagLogic{
		instants: f.instants(),
		outcome:  f.outcome,
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

// conditions visits every condition of the targeting and of the shared
// expressions.
func (f *flagdLogic) conditions(visit func(cond)) {
	left := budget
	j := jsonLogic{f.logicOf.evaluators, &left}
	f.expressions(func(n *decode.Node, op string, _ []*decode.Node) {
		if slices.Contains(conditionOperators(), op) {
			visit(j.cond(n, 0))
		}
	})
}

// expressions visits every expression once, outermost first.
func (f *flagdLogic) expressions(visit func(n *decode.Node, op string, args []*decode.Node)) {
	left := budget
	var walk func(n *decode.Node)
	walk = func(n *decode.Node) {
		if left--; n == nil || left < 0 {
			return
		}
		if op, args := operation(n); op != "" {
			visit(n, op, args)
		}
		for _, item := range n.Items {
			walk(item)
		}
		for _, e := range n.Entries {
			walk(e.Value)
		}
	}
	walk(f.targeting)
	if f.logicOf.evaluators != nil && f.refers() {
		walk(f.logicOf.evaluators)
	}
}

// refers reports whether the targeting uses shared expressions.
func (f *flagdLogic) refers() bool {
	found := false
	var walk func(n *decode.Node)
	walk = func(n *decode.Node) {
		if n == nil || found {
			return
		}
		op, _ := operation(n)
		found = op == "$ref"
		for _, item := range n.Items {
			walk(item)
		}
		for _, e := range n.Entries {
			walk(e.Value)
		}
	}
	walk(f.targeting)
	return found
}

// instants are all at which a condition on the clock changes, or a weight
// becomes zero, and the steps of the ramps between those.
func (f *flagdLogic) instants() []time.Time {
	var out []time.Time
	f.conditions(func(c cond) {
		var times func(c cond)
		times = func(c cond) {
			if c.op == opTime {
				out = append(out, c.at)
			}
			for _, kid := range c.kids {
				times(kid)
			}
		}
		times(c)
	})
	f.expressions(func(_ *decode.Node, op string, args []*decode.Node) {
		if op != "fractional" && op != "fractionalEvaluation" {
			return
		}
		var roots []time.Time
		for _, a := range args {
			if a.Is(decode.List) && len(a.Items) == 2 {
				if l, ok := linearOf(a.Items[1], 0); ok {
					if root, ok := l.root(); ok {
						roots = append(roots, root)
					}
				}
			}
		}
		slices.SortFunc(roots, time.Time.Compare)
		for i, root := range roots {
			out = append(out, root)
			if i > 0 && roots[i-1].Before(root) {
				out = append(out, rampInstants(roots[i-1], root)...)
			}
		}
	})
	return out
}

func conditionOperators() []string {
	return []string{"==", "===", "!=", "!==", "<", "<=", ">", ">=", "!", "!!", "and", "or", "in", "starts_with", "ends_with", "sem_ver"}
}

// otherOperators are those of JsonLogic and flagd that are no conditions.
func otherOperators() []string {
	return []string{"if", "?:", "var", "missing", "missing_some", "max", "min", "+", "-", "*", "/", "%", "map", "filter", "reduce", "all", "some",
		"none", "merge", "cat", "substr", "log", "fractional", "$ref"}
}

var (
	semVerOperator = regexp.MustCompile(`^(=|!=|>|>=|<|<=|~|\^|@minor|@major)$`)
	semVerVersion  = regexp.MustCompile(`^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
)

// check reports what the schema of flagd forbids, and walks once to report
// variants that are not there.
func (f *flagdLogic) check() {
	t := f.targeting
	if f.off != "" && f.off != "state" || t.IsNull() {
		return
	}
	if !t.Is(decode.Map) || len(t.Entries) != 1 {
		f.r.doubt(t, "bad-targeting", "", "the targeting of flag %s is no expression", quote(f.key))
	}
	f.expressions(func(n *decode.Node, op string, args []*decode.Node) {
		f.checkOperation(n, op, args)
	})
	off := f.off
	f.off, f.reporting = "", true
	f.outcome(span{}, known{})
	f.off, f.reporting = off, false
}

func (f *flagdLogic) checkOperation(n *decode.Node, op string, args []*decode.Node) {
	doubt := func(at *decode.Node, hint, format string, more ...any) {
		f.r.doubt(at, "bad-targeting", hint, "flag %s: "+format, append([]any{quote(f.key)}, more...)...)
	}
	switch op {
	case "fractionalEvaluation":
		doubt(n, "newer versions call it fractional", "the operator fractionalEvaluation is an old name")
	case "$ref":
		if f.logicOf.resolve(args) == nil {
			doubt(n, "define it below $evaluators", "a reference leads nowhere")
		}
	case "starts_with", "ends_with":
		if len(args) != 2 || args[1].Is(decode.Number, decode.Bool, decode.Null) {
			doubt(n, "", "%s compares two texts", op)
		}
	case "sem_ver":
		if len(args) != 3 {
			doubt(n, "", "sem_ver takes a version, an operator and a version")
			return
		}
		if s, ok := args[1].Scalar(); ok && !semVerOperator.MatchString(s) {
			doubt(args[1], "", "sem_ver has no operator %s", quote(s))
		}
		if s, ok := args[2].Scalar(); ok && !semVerVersion.MatchString(s) {
			doubt(args[2], "", "%s is no semantic version", quote(s))
		}
	default:
		if !slices.Contains(conditionOperators(), op) && !slices.Contains(otherOperators(), op) && !f.isEvaluator(op) {
			doubt(n, "", "unknown operator %s", quote(op))
		}
	}
}

// isEvaluator tells the map of shared expressions, when it has one entry, from
// an expression.
func (f *flagdLogic) isEvaluator(op string) bool { return f.logicOf.evaluators.Has(op) }
