package flagfile

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Statsig reads the gates in what its SDKs download ({feature_gates: […]}), and
// gates as its console's API gives them (docs.statsig.com), one, a list, or a
// list below data:
//
//	{"name": "basket-v2", "isEnabled": true, "type": "TEMPORARY", "rules": [
//	  {"name": "Everyone", "passPercentage": 25, "conditions": [{"type": "public"}], "environments": null,
//	   "pendingAutomatedRollouts": [{"time": 1775034000000, "passPercent": 50}]}]}
//
// The first rule whose conditions hold decides, also for those whom its share
// leaves out. A rule may be for some environments only, and the steps that are
// pending become the plan. Dynamic configurations are not read.
type Statsig struct{}

// Name is "statsig".
func (Statsig) Name() string { return "statsig" }

var statsigField = regexp.MustCompile(`["']?(feature_gates|passPercentage)["']?\s*:`)

// Match looks for gates, or for their rules.
func (Statsig) Match(_ string, head []byte) bool { return statsigField.Match(head) }

// Decode implements [Format].
func (Statsig) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			list := doc.Get("feature_gates")
			if list == nil {
				list = doc.Get("data")
			}
			switch {
			case doc.IsNull():
			case list.Is(decode.List), doc.Is(decode.List):
				for _, n := range slices.Concat(itemsOf(list), itemsOf(doc)) {
					r.statsigGate(n)
				}
			case list.Is(decode.Map) && list.Has("rules"):
				r.statsigGate(list)
			case doc.Has("rules"):
				r.statsigGate(doc)
			default:
				r.doubt(doc, "not-a-manifest", "give it feature_gates", "the document has no gates")
			}
		}
	})
}

func (r *reading) statsigGate(n *decode.Node) {
	if kind, _ := n.Get("type").Scalar(); kind == "dynamic_config" || kind == "segment" {
		return
	}
	key, ok := r.keyOf(n, "name")
	if !ok {
		return
	}
	base := r.base(key, n)
	if text, ok := n.Get("description").Str(); ok {
		base.Meta.Description = text
	}
	if text, ok := n.Get("owner", "ownerName").Str(); ok {
		base.Meta.Owner = text
	}
	kind, _ := n.Get("type").Scalar()
	base.Meta.Permanent = kind == "PERMANENT"
	enabled := n.Get("enabled")
	if enabled == nil {
		enabled = n.Get("isEnabled")
	}
	live, ok := enabled.Bool()
	if !ok {
		r.doubt(n, "unknown-state", "write enabled: true or false", "gate %s is neither enabled nor not", quote(key))
		r.unknown(base, "unknown state")
		return
	}
	fallback, _ := n.Get("defaultValue").Bool()
	environments := []string{""}
	rules := itemsOf(n.Get("rules"))
	for _, rule := range rules {
		environments = append(environments, texts(rule.Get("environments"))...)
	}
	slices.Sort(environments)
	for _, env := range slices.Compact(environments) {
		s := base
		s.Environment = ledger.EnvironmentName(env)
		o := constant(serving(fallback), "default value")
		if !live {
			o.via = "enabled"
		}
		for i, rule := range rules {
			if where := texts(rule.Get("environments")); !live || len(where) > 0 && !slices.Contains(where, env) {
				continue
			}
			// What is said of a rule is said once.
			c, ok := r.statsigRule(key, rule, fallback, i, env == environments[0])
			if ok {
				o.rules = append(o.rules, c...)
			}
		}
		r.emit(s, nil, o.logic())
	}
}

// statsigRule gives a rule, once for each share that it has in time; false when
// nobody passes its conditions.
func (r *reading) statsigRule(key string, n *decode.Node, fallback bool, number int, tell bool) ([]choice, bool) {
	c := choice{via: "rules"}
	name, _ := n.Get("name").Scalar()
	if group, ok := n.Get("groupName").Scalar(); ok && group != "" {
		name = group
	}
	var all []cond
	for i, item := range itemsOf(n.Get("conditions")) {
		when, share := statsigCondition(item)
		if when != nil {
			all = append(all, *when)
		}
		if share != ledger.Everybody() {
			c = choice{via: c.via}.take(fmt.Sprintf("rule %d condition %d", number, i), share).with(c)
		}
	}
	if len(all) > 0 {
		c.when = &cond{op: opAnd, kids: all}
		c.label = maskedText(cut(name))
	}
	value, given := n.Get("returnValue").Bool()
	value = value || !given
	parts := func(percent *decode.Node) ([]part, bool) {
		share, ok := shareIn(percent, 100)
		if !ok && tell {
			at := n
			if percent != nil {
				at = percent
			}
			r.doubt(at, "bad-percentage", "write a number from 0 to 100", "a share of gate %s cannot be read", quote(key))
		}
		return merged([]part{{serving(value)[0].variant, share}, {serving(fallback)[0].variant, share.Inverse()}}), ok
	}
	var ok bool
	if c.parts, ok = parts(n.Get("passPercentage")); !ok {
		return nil, false
	}
	type pending struct {
		at    time.Time
		parts []part
	}
	var steps []pending
	for _, item := range itemsOf(n.Get("pendingAutomatedRollouts")) {
		ms, okTime := item.Get("time").Int()
		next, okShare := parts(item.Get("passPercent"))
		if okTime && okShare && ms > 0 && ms < 1<<43 {
			steps = append(steps, pending{time.UnixMilli(ms).UTC(), next})
		}
	}
	slices.SortStableFunc(steps, func(a, b pending) int { return a.at.Compare(b.at) })
	var out []choice
	for i := len(steps) - 1; i >= 0; i-- { // the latest step that is due comes first
		later := c
		later.when, later.parts = both(&cond{op: opTime, at: steps[i].at, begins: true}, c.when), steps[i].parts
		out = append(out, later)
	}
	return append(out, c), true
}

// merged sums the shares of a variant that comes twice.
func merged(parts []part) []part {
	if len(parts) == 2 && parts[0].variant == parts[1].variant {
		return everyone(parts[0].variant)
	}
	return parts
}

// statsigCondition reads a condition; one on a bucket is a share, and one on
// another gate may let in anybody.
func statsigCondition(n *decode.Node) (*cond, ledger.Share) {
	kind, _ := n.Get("type").Scalar()
	op, _ := n.Get("operator").Scalar()
	field, _ := n.Get("field").Scalar()
	target := n.Get("targetValue")
	values := texts(target)
	attr := field
	if attr == "" {
		attr = kind
	}
	if kind == "environment_field" && field == "tier" {
		attr = "environment"
	}
	not := func(c cond) *cond { return &cond{op: opNot, kids: []cond{c}} }
	switch kind {
	case "public", "everyone", "":
		return nil, ledger.Everybody()
	case "pass_gate", "fail_gate", "passes_gate", "fails_gate", "multi_pass_gate", "multi_fail_gate":
		return nil, ledger.Undecided()
	case "user_bucket":
		if v, ok := target.Number(); ok && op == "lt" && v.Sign() >= 0 && v.Cmp(big.NewRat(1000, 1)) <= 0 {
			return nil, shareOf(v.Quo(v, big.NewRat(1000, 1)))
		}
		return nil, ledger.Undecided()
	case "current_time":
		if ms, ok := target.Int(); ok && ms > 0 && ms < 1<<43 && (op == "after" || op == "before") {
			return &cond{op: opTime, at: time.UnixMilli(ms).UTC(), begins: op == "after"}, ledger.Everybody()
		}
	}
	switch op {
	case "any", "any_case_sensitive", "eq":
		return &cond{op: opIn, attr: attr, values: values}, ledger.Everybody()
	case "none", "none_case_sensitive", "neq":
		return not(cond{op: opIn, attr: attr, values: values}), ledger.Everybody()
	}
	return &cond{op: opCompare, attr: attr, text: strings.TrimSpace(attr + " " + strings.ReplaceAll(op, "_", " ") + " " + masked(attr, values))}, ledger.Everybody()
}
