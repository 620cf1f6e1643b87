package flagfile

import (
	"strings"

	"daylight/generator/decode"
)

// mongo reads a condition in the form of MongoDB's queries, as GrowthBook has
// it: {"country": {"$in": ["NO", "SE"]}, "beta": true}. What it does not
// understand is opaque.
func mongo(n *decode.Node, depth int) cond {
	if !n.Is(decode.Map) || depth > deepLogic {
		return cond{text: "a condition that cannot be read"}
	}
	all := cond{op: opAnd}
	for _, e := range n.Entries {
		switch e.Key {
		case "$and", "$or", "$nor":
			some := cond{op: map[bool]condOp{true: opAnd, false: opOr}[e.Key == "$and"]}
			if e.Value.Is(decode.List) {
				for _, item := range e.Value.Items {
					some.kids = append(some.kids, mongo(item, depth+1))
				}
			}
			switch {
			case len(some.kids) == 0:
				continue // as SDKs do: nothing is asked
			case e.Key == "$nor":
				some = cond{op: opNot, kids: []cond{some}}
			}
			all.kids = append(all.kids, some)
		case "$not":
			all.kids = append(all.kids, cond{op: opNot, kids: []cond{mongo(e.Value, depth+1)}})
		default:
			all.kids = append(all.kids, mongoField(e.Key, e.Value, depth+1))
		}
	}
	if len(all.kids) == 1 {
		return all.kids[0]
	}
	return all
}

// mongoField reads what is asked of one field: a value, or operators.
func mongoField(attr string, n *decode.Node, depth int) cond {
	if value, ok := n.Scalar(); ok {
		return cond{op: opIn, attr: attr, values: []string{value}}
	}
	operators := n.Is(decode.Map) && len(n.Entries) > 0
	if operators {
		for _, e := range n.Entries {
			operators = operators && strings.HasPrefix(e.Key, "$")
		}
	}
	if !operators || depth > deepLogic {
		return cond{op: opCompare, attr: attr, text: attr + " is a certain value"}
	}
	all := cond{op: opAnd}
	for _, e := range n.Entries {
		all.kids = append(all.kids, mongoOperator(attr, e, depth))
	}
	if len(all.kids) == 1 {
		return all.kids[0]
	}
	return all
}

func mongoOperator(attr string, e decode.Entry, depth int) cond {
	value, scalar := e.Value.Scalar()
	not := func(c cond) cond { return cond{op: opNot, kids: []cond{c}} }
	switch {
	case e.Key == "$eq" && scalar:
		return cond{op: opIn, attr: attr, values: []string{value}}
	case e.Key == "$ne" && scalar:
		return not(cond{op: opIn, attr: attr, values: []string{value}})
	case e.Key == "$in" && e.Value.Is(decode.List):
		return cond{op: opIn, attr: attr, values: texts(e.Value)}
	case e.Key == "$nin" && e.Value.Is(decode.List):
		return not(cond{op: opIn, attr: attr, values: texts(e.Value)})
	case e.Key == "$exists":
		if wanted, _ := e.Value.Bool(); !wanted {
			return not(cond{op: opPresent, attr: attr})
		}
		return cond{op: opPresent, attr: attr}
	case e.Key == "$not":
		return not(mongoField(attr, e.Value, depth+1))
	case e.Key == "$inGroup" && scalar:
		return cond{op: opCompare, attr: attr, text: attr + " in group " + value}
	case scalar:
		return cond{op: opCompare, attr: attr, text: attr + " " + strings.TrimPrefix(e.Key, "$") + " " + masked(attr, []string{value})}
	}
	return cond{op: opCompare, attr: attr, text: attr + " " + strings.TrimPrefix(e.Key, "$") + " certain values"}
}
