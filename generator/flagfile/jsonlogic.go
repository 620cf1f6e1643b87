package flagfile

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
)

// jsonLogic turns JsonLogic into conditions. Shared expressions are looked up
// in evaluators.
type jsonLogic struct {
	evaluators *decode.Node // "$evaluators", nil when there are none
	budget     *int         // expressions that may still be looked at
}

// deepLogic bounds the nesting, references included.
const deepLogic = 60

// jsonCond reads a condition that refers to nothing.
func jsonCond(n *decode.Node, depth int) cond {
	left := budget
	return jsonLogic{budget: &left}.cond(n, depth)
}

// operation gives the operator of an expression and its arguments, which may be
// a single value without a list.
func operation(n *decode.Node) (op string, args []*decode.Node) {
	if !n.Is(decode.Map) || len(n.Entries) != 1 {
		return "", nil
	}
	e := n.Entries[0]
	if e.Value.Is(decode.List) {
		return e.Key, e.Value.Items
	}
	return e.Key, []*decode.Node{e.Value}
}

// spend counts an expression; false when there were too many, or too deep.
func (j jsonLogic) spend(depth int) bool {
	*j.budget--
	return *j.budget > 0 && depth <= deepLogic
}

// resolve follows a reference to a shared expression; nil when there is none.
func (j jsonLogic) resolve(args []*decode.Node) *decode.Node {
	if len(args) != 1 {
		return nil
	}
	name, _ := args[0].Str()
	return j.evaluators.Get(name)
}

// cond reads a condition. What it does not understand is opaque.
func (j jsonLogic) cond(n *decode.Node, depth int) cond {
	if !j.spend(depth) {
		return cond{text: "a condition that is too long to follow"}
	}
	if !n.Is(decode.Map) {
		return cond{op: map[bool]condOp{true: opTrue, false: opFalse}[!falsy(n)]}
	}
	op, args := operation(n)
	switch op {
	case "$ref":
		if shared := j.resolve(args); shared != nil {
			return j.cond(shared, depth+1)
		}
	case "and", "or":
		all := cond{op: map[string]condOp{"and": opAnd, "or": opOr}[op]}
		for _, a := range args {
			all.kids = append(all.kids, j.cond(a, depth+1))
		}
		if len(all.kids) > 0 {
			return all
		}
	case "!", "!!":
		if len(args) == 1 {
			c := j.cond(args[0], depth+1)
			if op == "!" {
				c = cond{op: opNot, kids: []cond{c}}
			}
			return c
		}
	case "var":
		if attr := attribute(n); attr != "" {
			return cond{op: opIn, attr: attr, values: []string{"true"}}
		}
	case "==", "===", "!=", "!==", "in", "starts_with", "ends_with", "sem_ver", "<", "<=", ">", ">=":
		if c, ok := comparison(op, args); ok {
			return c
		}
	}
	return cond{text: jsonText(n)}
}

// comparison reads an operator that compares an attribute, constants, or the
// clock.
func comparison(op string, args []*decode.Node) (cond, bool) {
	if len(args) < 2 {
		return cond{}, false
	}
	a, b := args[0], args[1]
	attr := attribute(a)
	switch op {
	case "==", "===", "!=", "!==":
		if attr == "" {
			a, b, attr = b, a, attribute(b)
		}
		value, ok := b.Scalar()
		c := cond{op: opIn, attr: attr, values: []string{value}}
		if attr == "" {
			left, constant := a.Scalar()
			ok = ok && constant
			c = cond{op: map[bool]condOp{true: opTrue, false: opFalse}[left == value]}
		}
		if op[0] == '!' {
			c = cond{op: opNot, kids: []cond{c}}
		}
		return c, ok
	case "in":
		if value, ok := a.Scalar(); ok && attribute(b) != "" {
			return cond{op: opContains, attr: attribute(b), values: []string{value}}, true
		}
		return cond{op: opIn, attr: attr, values: texts(b)}, attr != "" && b.Is(decode.List)
	case "starts_with", "ends_with":
		value, ok := b.Str()
		return cond{op: map[string]condOp{"starts_with": opStarts, "ends_with": opEnds}[op], attr: attr, values: []string{value}}, ok && attr != ""
	case "sem_ver":
		words := []string{attr}
		for _, a := range args[1:] {
			words = append(words, jsonText(a))
		}
		return cond{op: opCompare, attr: attr, text: strings.Join(words, " ")}, attr != ""
	}
	if c, ok := clock(op, args); ok {
		return c, true
	}
	if value, ok := b.Scalar(); ok && attr != "" && len(args) == 2 {
		return cond{op: opCompare, attr: attr, text: attr + " " + op + " " + masked(attr, []string{value})}, true
	}
	return cond{}, false
}

// clock reads a comparison of the time, of two expressions or of three as in
// 5 < t < 9.
func clock(op string, args []*decode.Node) (cond, bool) {
	var all []cond
	for i := 0; i+1 < len(args); i++ {
		a, okA := linearOf(args[i], 0)
		b, okB := linearOf(args[i+1], 0)
		if !okA || !okB {
			return cond{}, false
		}
		if op[0] == '<' {
			a, b = b, a
		}
		diff := a.plus(b, -1) // holds where it is above zero
		if root, ok := diff.root(); ok {
			all = append(all, cond{op: opTime, at: root, begins: diff.slope.Sign() > 0})
			continue
		}
		holds := diff.at0.Sign() > 0 || diff.at0.Sign() == 0 && strings.HasSuffix(op, "=")
		if diff.slope.Sign() != 0 {
			holds = (diff.slope.Sign() > 0) == (diff.at0.Sign() > 0) // long ago, or in a far future
		}
		all = append(all, cond{op: map[bool]condOp{true: opTrue, false: opFalse}[holds]})
	}
	if len(all) == 1 {
		return all[0], true
	}
	return cond{op: opAnd, kids: all}, true
}

// attribute gives the name that {"var": …} reads, "" when n is something else.
func attribute(n *decode.Node) string {
	op, args := operation(n)
	if op != "var" || len(args) == 0 {
		return ""
	}
	name, _ := args[0].Scalar()
	return name
}

// linear is a number that grows evenly with the time: at0 + slope × seconds
// since 1970.
type linear struct{ at0, slope *big.Rat }

// linearOf reads sums, differences and multiples of the time and of constants.
func linearOf(n *decode.Node, depth int) (linear, bool) {
	if v, ok := n.Number(); ok {
		return linear{v, new(big.Rat)}, true
	}
	if attribute(n) == "$flagd.timestamp" {
		return linear{new(big.Rat), big.NewRat(1, 1)}, true
	}
	op, args := operation(n)
	if depth > deepLogic || len(args) == 0 || len(args) > 50 || !slices.Contains([]string{"+", "-", "*", "/"}, op) {
		return linear{}, false
	}
	sum, ok := linearOf(args[0], depth+1)
	if !ok {
		return linear{}, false
	}
	if op == "-" && len(args) == 1 {
		return linear{new(big.Rat), new(big.Rat)}.plus(sum, -1), true
	}
	for _, a := range args[1:] {
		v, ok := linearOf(a, depth+1)
		if !ok {
			return linear{}, false
		}
		switch {
		case op == "+":
			sum = sum.plus(v, 1)
		case op == "-":
			sum = sum.plus(v, -1)
		case v.slope.Sign() != 0 && (op == "/" || sum.slope.Sign() != 0), op == "/" && v.at0.Sign() == 0:
			return linear{}, false
		case op == "/":
			sum = sum.times(new(big.Rat).Inv(v.at0))
		case v.slope.Sign() == 0:
			sum = sum.times(v.at0)
		default:
			sum = v.times(sum.at0)
		}
		// Numbers of thousands of digits can only be meant to exhaust.
		if sum.at0.Denom().BitLen()+sum.at0.Num().BitLen()+sum.slope.Num().BitLen()+sum.slope.Denom().BitLen() > 4000 {
			return linear{}, false
		}
	}
	return sum, true
}

func (l linear) plus(m linear, sign int64) linear {
	s := big.NewRat(sign, 1)
	return linear{
		new(big.Rat).Add(l.at0, new(big.Rat).Mul(m.at0, s)),
		new(big.Rat).Add(l.slope, new(big.Rat).Mul(m.slope, s)),
	}
}

func (l linear) times(f *big.Rat) linear {
	return linear{new(big.Rat).Mul(l.at0, f), new(big.Rat).Mul(l.slope, f)}
}

// root is the instant at which it is zero, if that is between 1970 and 2200.
func (l linear) root() (time.Time, bool) {
	if l.slope.Sign() == 0 {
		return time.Time{}, false
	}
	t := new(big.Rat).Quo(l.at0, l.slope)
	t.Neg(t)
	seconds := new(big.Int).Div(t.Num(), t.Denom())
	const year2200 = 7_258_118_400
	if t.Sign() <= 0 || !seconds.IsInt64() || seconds.Int64() >= year2200 {
		return time.Time{}, false
	}
	rest := t.Sub(t, new(big.Rat).SetInt(seconds))
	rest.Mul(rest, big.NewRat(1_000_000_000, 1))
	nanos := new(big.Int).Div(rest.Num(), rest.Denom())
	return time.Unix(seconds.Int64(), nanos.Int64()).UTC(), true
}

// value at an instant, never below zero: flagd takes negative weights for none.
func (l linear) value(t time.Time) *big.Rat {
	seconds := big.NewRat(t.UnixNano(), 1_000_000_000)
	v := seconds.Mul(seconds, l.slope)
	v.Add(v, l.at0)
	if v.Sign() < 0 {
		v.SetInt64(0)
	}
	return v
}

// jsonText writes an expression on one line, for a message or a name.
func jsonText(n *decode.Node) string {
	var b strings.Builder
	writeJSON(&b, n)
	return b.String()
}

func writeJSON(b *strings.Builder, n *decode.Node) {
	const most = 200
	if b.Len() > most {
		return
	}
	switch {
	case n.Is(decode.List):
		for i, item := range n.Items {
			if i > 0 && b.Len() <= most {
				b.WriteString(", ")
			}
			writeJSON(b, item)
		}
	case attribute(n) != "":
		b.WriteString(attribute(n))
	case n.Is(decode.Map):
		for _, e := range n.Entries {
			b.WriteString(e.Key + "(")
			writeJSON(b, e.Value)
			b.WriteString(")")
		}
	default:
		text, _ := n.Scalar()
		b.WriteString(masked("", []string{text}))
	}
}
