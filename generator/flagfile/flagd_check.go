package flagfile

import (
	"regexp"
	"slices"
	"time"

	"daylight/generator/decode"
)

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

// preparation is how many walks it takes to find instants and environments.
const preparation = 4

// check reports what the schema of flagd forbids, and walks once to report
// variants that are not there.
func (f *flagdLogic) check() {
	t := f.targeting
	if f.off != "" && f.off != "state" || t.IsNull() || f.r.work < 0 {
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
	f.r.work -= f.cost * preparation
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
