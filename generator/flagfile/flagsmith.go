package flagfile

import (
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Flagsmith reads environment documents of Flagsmith (docs.flagsmith.com), which
// local evaluation uses:
//
//	{"feature_states": [{"feature": {"name": "basket-v2"}, "enabled": true, "feature_state_value": null,
//	  "multivariate_feature_state_values": []}],
//	 "project": {"segments": []}, "identity_overrides": []}
//
// Overrides by segment come in the order of their priority. A condition
// PERCENTAGE_SPLIT in a segment is a share and names nobody. Overrides for
// identities are counted.
type Flagsmith struct{}

// Name is "flagsmith".
func (Flagsmith) Name() string { return "flagsmith" }

var flagsmithField = regexp.MustCompile(`(^|[\s{,])["']?feature_states["']?\s*:`)

// Match looks for the states of features.
func (Flagsmith) Match(_ string, head []byte) bool { return flagsmithField.Match(head) }

// Decode implements [Format].
func (Flagsmith) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		r.comments = true
		for _, doc := range r.documents(data) {
			if !doc.IsNull() {
				r.flagsmithDocument(doc)
			}
		}
	})
}

// fsOverride is a state of a feature for those in a segment.
type fsOverride struct {
	segment  *decode.Node
	state    *decode.Node
	priority int64
}

func (r *reading) flagsmithDocument(doc *decode.Node) {
	states := doc.Get("feature_states")
	if !states.Is(decode.List) {
		r.doubt(doc, "not-a-manifest", "give it a list of feature_states", "the document has no list of feature states")
		return
	}
	overrides := map[string][]fsOverride{}
	if list := doc.Get("project", "segments"); list.Is(decode.List) {
		for _, segment := range list.Items {
			for _, state := range itemsOf(segment.Get("feature_states")) {
				name, _ := state.Get("feature", "name").Scalar()
				priority, _ := state.Get("feature_segment", "priority").Int()
				overrides[name] = append(overrides[name], fsOverride{segment, state, priority})
			}
		}
	}
	people := map[string]int{}
	for _, identity := range itemsOf(doc.Get("identity_overrides")) {
		for _, state := range itemsOf(identity.Get("identity_features")) {
			name, _ := state.Get("feature", "name").Scalar()
			people[name]++
		}
	}
	for _, n := range states.Items {
		key, ok := n.Get("feature", "name").Scalar()
		if !ok || key == "" {
			r.doubt(n, "malformed-flag", "give it a feature with a name", "a state is of no feature")
			continue
		}
		r.flagsmithFeature(key, n, overrides[key], people[key])
	}
}

func (r *reading) flagsmithFeature(key string, n *decode.Node, overrides []fsOverride, people int) {
	base := r.base(key, n)
	if text, ok := n.Get("feature", "description").Str(); ok {
		base.Meta.Description = text
	}
	var v values
	rest, ok := r.flagsmithState(key, n, &v)
	if !ok {
		r.unknown(base, "unknown state")
		return
	}
	o := constant(rest, "enabled")
	slices.SortStableFunc(overrides, func(a, b fsOverride) int { return cmp.Compare(a.priority, b.priority) })
	if people > 0 {
		// Which of them have it is not said: each has a state of their own.
		label := counted(people, "identity")
		o.rules = append(o.rules, choice{when: &cond{text: label}, label: label, parts: []part{{given, ledger.Undecided()}, {withheld, ledger.Undecided()}}})
	}
	for i, over := range overrides {
		c, ok := flagsmithSegment(over.segment, i)
		if !ok {
			continue
		}
		c.via = "segment"
		if c.parts, ok = r.flagsmithState(key, over.state, &v); ok {
			o.rules = append(o.rules, c)
		}
	}
	l := o.logic()
	l.switched = true
	list := v.list
	if len(list) == 1 {
		list = nil // a value that never varies says nothing about who has the feature
	}
	r.emit(base, list, l)
}

// flagsmithState is what a state serves: nothing, or its value, or a split of
// values of which the rest keeps its value.
func (r *reading) flagsmithState(key string, n *decode.Node, v *values) ([]part, bool) {
	enabled, ok := n.Get("enabled").Bool()
	if !ok {
		r.doubt(n, "unknown-state", "write enabled: true or false", "feature %s: enabled is neither true nor false", quote(key))
		return nil, false
	}
	if !enabled {
		return serving(false), true
	}
	value := n.Get("feature_state_value")
	splits := itemsOf(n.Get("multivariate_feature_state_values"))
	if value.IsNull() {
		if len(splits) == 0 {
			return serving(true), true
		}
		value = &decode.Node{Line: n.Line, Col: n.Col}
	}
	left := big.NewRat(100, 1)
	var weights []weight
	for _, item := range splits {
		amount, ok := numberIn(item.Get("percentage_allocation"))
		if !ok || amount.Sign() < 0 || amount.Cmp(left) > 0 {
			r.doubt(item, "bad-percentage", "write numbers from 0 to 100, and at most 100 in all", "a share of feature %s cannot be read", quote(key))
			return everyone(given), true
		}
		left.Sub(left, amount)
		option := item.Get("multivariate_feature_option", "value")
		if option == nil {
			option = &decode.Node{Line: item.Line, Col: item.Col}
		}
		weights = append(weights, weight{v.add(option), amount})
	}
	return split(append(weights, weight{v.add(value), left})), true
}

// flagsmithSegment makes a rule of a segment: what its rules ask for must all
// hold. False when nobody is in it.
func flagsmithSegment(n *decode.Node, number int) (choice, bool) {
	name, _ := n.Get("name").Scalar()
	id, _ := n.Get("id").Scalar()
	c := choice{label: cmp.Or(name, fmt.Sprintf("segment %d", number+1))}
	rules := itemsOf(n.Get("rules"))
	if len(rules) == 0 {
		return c, false
	}
	all := cond{op: opAnd}
	for _, rule := range rules {
		w, ok := flagsmithRule(rule, "segment "+id, 0)
		if !ok {
			return c, false
		}
		if w.when != nil {
			all.kids = append(all.kids, *w.when)
		}
		if w.axis != "" {
			c = choice{axis: w.axis, from: w.from, to: w.to, most: w.most}.with(c)
		}
	}
	if len(all.kids) > 0 {
		c.when = &all
	}
	return c, true
}

// flagsmithRule reads ALL, ANY or NONE of conditions and rules. A share is
// understood where all must hold; elsewhere the rule is a condition that we do
// not follow.
func flagsmithRule(n *decode.Node, axis string, depth int) (choice, bool) {
	kind, _ := n.Get("type").Scalar()
	out := choice{}
	var conds []cond
	share := false
	for _, c := range itemsOf(n.Get("conditions")) {
		if op, _ := c.Get("operator").Scalar(); op == "PERCENTAGE_SPLIT" {
			s, ok := shareIn(c.Get("value"), 100)
			if !ok {
				return out, false
			}
			out, share = choice{}.take(axis, s).with(out), true
			continue
		}
		conds = append(conds, flagsmithCondition(c))
	}
	if depth > deepLogic {
		return choice{when: &cond{text: "rules that are too deep to follow"}}, true
	}
	for _, inner := range itemsOf(n.Get("rules")) {
		w, ok := flagsmithRule(inner, axis, depth+1)
		if !ok {
			return out, false
		}
		if w.when != nil {
			conds = append(conds, *w.when)
		}
		if w.axis != "" {
			out, share = choice{axis: w.axis, from: w.from, to: w.to, most: w.most}.with(out), true
		}
	}
	if share && kind != "ALL" && len(conds) > 0 || share && kind == "NONE" {
		return choice{when: &cond{text: "rules with a share"}}, true
	}
	switch when := (cond{op: opAnd, kids: conds}); {
	case len(conds) == 0:
	case kind == "ANY":
		out.when = &cond{op: opOr, kids: conds}
	case kind == "NONE":
		out.when = &cond{op: opNot, kids: []cond{{op: opOr, kids: conds}}}
	default:
		out.when = &when
	}
	return out, true
}

func flagsmithCondition(n *decode.Node) cond {
	op, _ := n.Get("operator").Scalar()
	attr, ok := n.Get("property_").Scalar()
	if !ok {
		attr, _ = n.Get("property").Scalar()
	}
	value, _ := n.Get("value").Scalar()
	one := []string{value}
	switch op {
	case "EQUAL":
		return cond{op: opIn, attr: attr, values: one}
	case "NOT_EQUAL":
		return cond{op: opNot, kids: []cond{{op: opIn, attr: attr, values: one}}}
	case "CONTAINS":
		return cond{op: opContains, attr: attr, values: one}
	case "NOT_CONTAINS":
		return cond{op: opNot, kids: []cond{{op: opContains, attr: attr, values: one}}}
	case "IS_SET":
		return cond{op: opPresent, attr: attr}
	case "IS_NOT_SET":
		return cond{op: opNot, kids: []cond{{op: opPresent, attr: attr}}}
	}
	return cond{op: opCompare, attr: attr, text: attr + " " + op + " " + masked(attr, one)}
}
