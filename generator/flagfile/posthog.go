package flagfile

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// PostHog reads flag definitions of PostHog (posthog.com/docs/feature-flags), as
// its libraries download them or its API lists them:
//
//	{"flags": [{"key": "basket-v2", "active": true, "filters": {"groups": [
//	  {"properties": [{"key": "email", "operator": "icontains", "value": "@shop.example", "type": "person"}], "rollout_percentage": null},
//	  {"properties": [], "rollout_percentage": 25}]}}]}
//
// The groups of conditions are alternatives. All shares of a flag cut one line,
// so that of groups without conditions the greatest counts; no percentage is
// everybody. A holdout is let in nowhere; whom it leaves out is independent of the
// shares.
type PostHog struct{}

// Name is "posthog".
func (PostHog) Name() string { return "posthog" }

var (
	posthogFilters = regexp.MustCompile(`["']?filters["']?\s*:\s*\{`)
	posthogActive  = regexp.MustCompile(`["']?(active|rollout_percentage)["']?\s*:`)
	posthogGroups  = regexp.MustCompile(`["']?(groups|multivariate|payloads)["']?\s*:`)
)

// Match looks for filters with groups of conditions.
func (PostHog) Match(_ string, head []byte) bool {
	return posthogFilters.Match(head) && posthogActive.Match(head) && posthogGroups.Match(head)
}

// Decode implements [Format].
func (PostHog) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			list := doc.Get("flags")
			if list == nil {
				list = doc.Get("results")
			}
			if doc.Is(decode.List) {
				list = doc
			}
			if !list.Is(decode.List) {
				r.doubt(doc, "not-a-manifest", "give it a list of flags", "the document has no list of flags")
				continue
			}
			for _, n := range list.Items {
				if key, ok := r.keyOf(n, "key"); ok {
					r.posthogFlag(key, n)
				}
			}
		}
	})
}

func (r *reading) posthogFlag(key string, n *decode.Node) {
	base := r.base(key, n)
	if text, ok := n.Get("name").Str(); ok {
		base.Meta.Description = text
	}
	if gone, _ := n.Get("deleted").Bool(); gone {
		return
	}
	active, ok := n.Get("active").Bool()
	if !ok && !n.Get("active").IsNull() {
		r.doubt(n.Get("active"), "unknown-state", "write true or false", "flag %s is neither active nor not", quote(key))
		r.unknown(base, "unknown state")
		return
	}
	filters := n.Get("filters")
	a := r.posthogVariants(key, filters.Get("multivariate", "variants"))
	o := constant(serving(false), "groups")
	if !active && ok {
		o.via = "active"
	} else {
		o.rules = append(o.rules, r.posthogHoldout(key, filters)...)
		for _, g := range slices.Concat(itemsOf(filters.Get("super_groups")), itemsOf(filters.Get("groups"))) {
			c := choice{via: "groups", parts: a.rest}
			if name, ok := g.Get("variant").Scalar(); ok && slices.ContainsFunc(a.variants, func(v variant) bool { return v.name == name }) {
				c.parts = everyone(name)
			}
			share := ledger.Everybody()
			if v := g.Get("rollout_percentage"); !v.IsNull() {
				if share, ok = shareIn(v, 100); !ok {
					r.doubt(v, "bad-percentage", "write a number from 0 to 100", "a share of flag %s cannot be read", quote(key))
					continue
				}
			}
			var all []cond
			for _, p := range itemsOf(g.Get("properties")) {
				all = append(all, posthogProperty(p))
			}
			if len(all) > 0 {
				c.when = &cond{op: opAnd, kids: all}
			}
			o.rules = append(o.rules, c.take("flag", share))
		}
	}
	l := o.logic()
	l.switched = true
	r.emit(base, a.variants, l)
}

// posthogHoldout reads the share of everybody that an experiment leaves alone, in
// the newer spelling and in the older one, where a group may be limited.
func (r *reading) posthogHoldout(key string, filters *decode.Node) (out []choice) {
	shares := []*decode.Node{filters.Get("holdout", "exclusion_percentage")}
	for _, g := range itemsOf(filters.Get("holdout_groups")) {
		shares = append(shares, g.Get("rollout_percentage"))
	}
	for _, v := range shares {
		if v.IsNull() {
			continue
		}
		share, ok := shareIn(v, 100)
		if !ok {
			r.doubt(v, "bad-percentage", "write a number from 0 to 100", "the holdout of flag %s cannot be read", quote(key))
			continue
		}
		out = append(out, choice{via: "holdout", parts: serving(false)}.take("holdout", share))
	}
	return out
}

// posthogVariants splits those who have the flag.
func (r *reading) posthogVariants(key string, n *decode.Node) allocation {
	a := allocation{rest: serving(true)}
	var weights []weight
	left := big.NewRat(100, 1)
	for _, v := range itemsOf(n) {
		name, ok := v.Get("key").Scalar()
		amount, okShare := numberIn(v.Get("rollout_percentage"))
		if !ok || !okShare || amount.Sign() < 0 || amount.Cmp(left) > 0 {
			r.doubt(v, "bad-percentage", "give it a key and a rollout_percentage, at most 100 in all", "a variant of flag %s cannot be read", quote(key))
			continue
		}
		left.Sub(left, amount)
		a.variants = append(a.variants, named(name))
		weights = append(weights, weight{name, amount})
	}
	if len(weights) > 0 {
		a.rest = split(append(weights, weight{given, left}))
	}
	return a
}

func posthogProperty(n *decode.Node) cond {
	attr, _ := n.Get("key").Scalar()
	op, _ := n.Get("operator").Scalar()
	kind, _ := n.Get("type").Scalar()
	values := texts(n.Get("value"))
	not := func(c cond) cond { return cond{op: opNot, kids: []cond{c}} }
	switch {
	case kind == "cohort" || kind == "flag":
		return cond{op: opCompare, attr: attr, text: kind + " " + strings.Join(values, ", ")}
	case op == "exact" || op == "":
		return cond{op: opIn, attr: attr, values: values}
	case op == "is_not":
		return not(cond{op: opIn, attr: attr, values: values})
	case op == "icontains" && len(values) == 1:
		return cond{op: opCompare, attr: attr, text: attr + " holds " + masked(attr, values)}
	case op == "is_set":
		return cond{op: opPresent, attr: attr}
	case op == "is_not_set":
		return not(cond{op: opPresent, attr: attr})
	}
	return cond{op: opCompare, attr: attr, text: attr + " " + strings.ReplaceAll(op, "_", " ") + " " + masked(attr, values)}
}
