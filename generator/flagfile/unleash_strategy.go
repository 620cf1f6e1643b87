package flagfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// unleashStrategy turns a strategy into a rule; false when nobody passes it.
func (r *reading) unleashStrategy(set unleashSet, key string, n *decode.Node, number int) (choice, bool) {
	name, ok := n.Get("name").Scalar()
	if !ok {
		name, _ = n.Get("strategyName").Scalar()
	}
	text := func(field string) string {
		s, _ := n.Get("parameters", field).Scalar()
		return s
	}
	names := func(field string) []string {
		return strings.FieldsFunc(text(field), func(r rune) bool { return r == ',' || r == ' ' })
	}
	c := choice{via: name}
	alone := fmt.Sprintf("strategy %d", number) // counted at random, or by what we do not know
	share := ledger.Everybody()
	field, axis := "", ""
	switch name {
	case "default":
	case "flexibleRollout":
		field, axis = "rollout", cmp.Or(text("groupId"), key)+" by "+cmp.Or(text("stickiness"), "default")
		if text("stickiness") == "random" {
			axis = alone
		}
	case "gradualRolloutUserId":
		field, axis = "percentage", text("groupId")+" by userId"
	case "gradualRolloutSessionId":
		field, axis = "percentage", text("groupId")+" by sessionId"
	case "gradualRolloutRandom":
		field, axis = "percentage", alone
	case "userWithId":
		c = people("user", names("userIds"), nil)
	case "remoteAddress":
		c = people("address", names("IPs"), nil)
	case "applicationHostname":
		c = people("host", names("hostNames"), nil)
	case "":
		r.doubt(n, "malformed-flag", "give it a name", "a strategy of feature %s has no name", quote(key))
		return c, false
	default: // written by the users themselves
		c.label, c.when = cut(name), &cond{text: name}
	}
	if field != "" {
		v := n.Get("parameters", field)
		if share, ok = shareIn(v, 100); !ok {
			at := n
			if v != nil {
				at = v
			}
			r.doubt(at, "bad-percentage", "write a number from 0 to 100", "the %s of feature %s cannot be read", field, quote(key))
			return c, false
		}
	}
	c = c.take(axis, share)
	if c.when != nil && len(c.when.values) == 0 && c.when.op == opIn {
		return c, false // a list of nobody
	}
	c.via = name
	return r.unleashConditions(set, key, n, c)
}

// unleashConditions adds the constraints and segments of a strategy, all of
// which must hold; false when one of them cannot.
func (r *reading) unleashConditions(set unleashSet, key string, n *decode.Node, c choice) (choice, bool) {
	var all []cond
	labels := []string{}
	add := func(list *decode.Node) {
		if list.Is(decode.List) {
			for _, item := range list.Items {
				all = append(all, unleashConstraint(item))
			}
		}
	}
	add(n.Get("constraints"))
	if own := len(all); own > 0 {
		labels = append(labels, cond{op: opAnd, kids: all[:own:own]}.label())
	}
	for _, id := range texts(n.Get("segments")) {
		segment := set.segments[id]
		if segment == nil {
			r.report(n.Line, n.Col, ledger.LevelInfo, "unknown-segment", "feature "+quote(key)+" names the segment "+quote(id)+", which the file does not have",
				"export the segments with the features; nobody passes this strategy")
			return c, false
		}
		before := len(all)
		add(segment.Get("constraints"))
		if name, ok := segment.Get("name").Scalar(); ok && name != "" {
			labels = append(labels, name)
		} else if len(all) > before {
			labels = append(labels, cond{op: opAnd, kids: all[before:]}.label())
		}
	}
	if len(all) == 0 {
		return c, true
	}
	when := cond{op: opAnd, kids: all}
	if (known{}).decide(when) == no {
		return c, false
	}
	if c.label != "" {
		labels = slices.Insert(labels, 0, c.label)
	}
	if c.label != "" || len(texts(n.Get("segments"))) > 0 {
		c.label = cut(strings.Join(labels, " and "))
	}
	c.when = both(c.when, &when)
	return c, true
}

// unleashConstraint reads a condition on a field of the context. The field
// currentTime is the clock.
func unleashConstraint(n *decode.Node) cond {
	attr, _ := n.Get("contextName").Scalar()
	op, _ := n.Get("operator").Scalar()
	values := texts(n.Get("values"))
	value, _ := n.Get("value").Scalar()
	c := cond{attr: attr, values: values}
	anyOf := func(kind condOp) cond {
		out := cond{op: opOr}
		for _, v := range values {
			out.kids = append(out.kids, cond{op: kind, attr: attr, values: []string{v}})
		}
		return out
	}
	folded, _ := n.Get("caseInsensitive").Bool()
	switch op {
	case "IN":
		c.op = opIn
	case "NOT_IN":
		c = cond{op: opNot, kids: []cond{{op: opIn, attr: attr, values: values}}}
	case "STR_CONTAINS":
		c = anyOf(opContains)
	case "STR_STARTS_WITH":
		c = anyOf(opStarts)
	case "STR_ENDS_WITH":
		c = anyOf(opEnds)
	case "DATE_AFTER", "DATE_BEFORE":
		t, ok := parseTime(value)
		if ok && attr == "currentTime" {
			c = cond{op: opTime, at: t, begins: op == "DATE_AFTER"}
			break
		}
		fallthrough
	default:
		c = cond{op: opCompare, attr: attr, text: attr + " " + strings.ToLower(op) + " " + masked(attr, append(slices.Clone(values), value)[:1])}
	}
	if folded && c.op == opOr { // letters of any case: not what our comparison does
		c = cond{op: opCompare, attr: attr, text: c.words()}
	}
	if len(values) == 0 && (op == "IN" || c.op == opOr) {
		c = cond{op: opFalse}
	}
	if len(values) == 0 && op == "NOT_IN" {
		c = cond{op: opTrue}
	}
	if inverted, _ := n.Get("inverted").Bool(); inverted {
		c = cond{op: opNot, kids: []cond{c}}
	}
	return c
}
