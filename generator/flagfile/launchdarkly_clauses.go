package flagfile

import (
	"slices"
	"strings"

	"daylight/generator/decode"
)

// namesOf gives the names of another flag's variations, by index.
func (l *ldFlag) namesOf(key string) []string {
	if l.names == nil || l.flags == nil {
		return nil
	}
	other := ldFlag{reading: l.reading}
	other.readVariations(l.flags.Get(key, "variations"))
	return other.names
}

// clauses must all hold; false when one of them is broken.
func (l *ldFlag) clauses(n *decode.Node) (cond, bool) {
	all := cond{op: opAnd}
	if n.IsNull() {
		return all, true
	}
	if !n.Is(decode.List) {
		return all, false
	}
	for _, item := range n.Items {
		c, ok := l.clause(item)
		if !ok {
			return all, false
		}
		if negate, _ := item.Get("negate").Bool(); negate {
			c = cond{op: opNot, kids: []cond{c}}
		}
		all.kids = append(all.kids, c)
	}
	return all, true
}

func (l *ldFlag) clause(n *decode.Node) (cond, bool) {
	attr, _ := n.Get("attribute").Scalar()
	op, ok := n.Get("op").Scalar()
	values := texts(n.Get("values"))
	if !ok || op != "segmentMatch" && !ldAttribute(attr, n.Get("contextKind")) {
		return cond{}, false
	}
	one := func(kind condOp) cond {
		out := cond{op: opOr}
		for _, v := range values {
			out.kids = append(out.kids, cond{op: kind, attr: attr, values: []string{v}})
		}
		return out
	}
	switch op {
	case "in":
		if attr == "key" && slices.Equal(values, []string{""}) {
			return cond{op: opFalse}, true // nobody's key is empty: so "everybody" is written
		}
		return cond{op: opIn, attr: attr, values: values}, true
	case "startsWith":
		return one(opStarts), true
	case "endsWith":
		return one(opEnds), true
	case "contains":
		return one(opContains), true
	case "segmentMatch":
		out := cond{op: opOr}
		for _, name := range values {
			if l.circular(name, map[string]bool{}) {
				return cond{}, false // the SDK gives up
			}
			if l.segments.Has(name) || l.segments == nil {
				out.kids = append(out.kids, cond{text: name})
			}
		}
		if len(out.kids) == 0 {
			return cond{op: opFalse}, true // segments that are not there hold nobody
		}
		return out, true
	}
	return cond{op: opCompare, attr: attr, text: attr + " " + op + " " + masked(attr, values)}, true
}

// circular reports whether a segment is made of itself.
func (l *ldFlag) circular(name string, above map[string]bool) bool {
	if above[name] {
		return true
	}
	rules := l.segments.Get(name, "rules")
	if !rules.Is(decode.List) || len(above) > deepNeeds {
		return false
	}
	above[name] = true
	defer delete(above, name)
	for _, rule := range rules.Items {
		clauses := rule.Get("clauses")
		if !clauses.Is(decode.List) {
			continue
		}
		for _, c := range clauses.Items {
			if op, _ := c.Get("op").Scalar(); op != "segmentMatch" {
				continue
			}
			for _, next := range texts(c.Get("values")) {
				if l.circular(next, above) {
					return true
				}
			}
		}
	}
	return false
}

// ldAttribute reports whether a reference to an attribute is sound: a name, or,
// where a kind of context is given, a path that begins with a slash.
func ldAttribute(attr string, kind *decode.Node) bool {
	path, isPath := strings.CutPrefix(attr, "/")
	if attr == "" {
		return false
	}
	if kind.IsNull() || !isPath {
		return true
	}
	for part := range strings.SplitSeq(path, "/") {
		rest := strings.ReplaceAll(strings.ReplaceAll(part, "~0", ""), "~1", "")
		if part == "" || strings.Contains(rest, "~") {
			return false
		}
	}
	return true
}
