package flagfile

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// GrowthBook reads what its SDKs download (docs.growthbook.io/lib/build-your-own):
//
//	{"features": {"basket-v2": {"defaultValue": false, "rules": [
//	  {"condition": {"beta": true}, "force": true},
//	  {"force": true, "coverage": 0.25, "hashAttribute": "id"}]}}}
//
// The first rule that takes somebody wins, and else the default value counts,
// which is nothing where it is missing. Coverage and weights are fractions of
// one; who lacks the field by which a rule counts is not taken by it. A gate on
// another feature takes everything from those who fail it. Features of one value
// alone are on, unless that is false, 0, empty or nothing.
type GrowthBook struct{}

// Name is "growthbook".
func (GrowthBook) Name() string { return "growthbook" }

var (
	growthbookFeatures = regexp.MustCompile(`(?m)(^|[\s{,])["']?features["']?\s*:\s*(\{|\r?\n|$)`)
	growthbookField    = regexp.MustCompile(`(?m)(^|[\s{,])["']?(defaultValue|parentConditions|hashAttribute|coverage)["']?\s*:`)
	growthbookRules    = regexp.MustCompile(`["']?rules["']?\s*:\s*\[\s*\{\s*["']?(force|variations|condition|coverage|id)["']?\s*:`)
	notGrowthBook      = regexp.MustCompile(`["']?(strategies|flagType|percentage_of_actors|featureStrategies)["']?\s*:`)
)

// Match looks for a map of features with what their rules have.
func (GrowthBook) Match(_ string, head []byte) bool {
	return growthbookFeatures.Match(head) && (growthbookField.Match(head) || growthbookRules.Match(head)) && !notGrowthBook.Match(head)
}

// Decode implements [Format].
func (GrowthBook) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			features := doc.Get("features")
			if secret, ok := doc.Get("encryptedFeatures").Str(); ok && secret != "" {
				r.report(doc.Line, doc.Col, ledger.LevelWarning, "encrypted", "the features of this file are encrypted", "their states are unknown; keep the file in clear, or a log of events beside it")
			}
			switch {
			case features.IsNull() && (doc.IsNull() || doc.Has("encryptedFeatures")):
			case !features.Is(decode.Map):
				r.doubt(doc, "not-a-manifest", "give it a map of features", "the document has no map of features")
			default:
				for _, e := range lastOf(features.Entries) {
					r.growthbookFeature(e)
				}
			}
		}
		r.applyNeeds(nil)
	})
}

// gbFeature is one feature while it is read.
type gbFeature struct {
	*reading
	key    string
	values values
}

func (r *reading) growthbookFeature(e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
	if r.notMap(e.Key, e.Value) {
		r.unknown(base, brokenDefinition)
		return
	}
	g := gbFeature{reading: r, key: e.Key}
	missing := &decode.Node{Line: e.Line, Col: e.Col}
	fallback := e.Value.Get("defaultValue")
	if fallback == nil {
		fallback = missing
	}
	natural := g.values.add(fallback)
	o := constant(everyone(natural), "default value")
	var needs []need
	gated := 0 // rules before a gate, which it does not reach
	if rules := e.Value.Get("rules"); rules.Is(decode.List) {
		for i, n := range rules.Items {
			if gates, isGate := g.gates(n); isGate {
				needs = append(needs, gates...)
				gated = max(gated, len(o.rules))
				continue
			}
			o.rules = append(o.rules, g.rule(n, i)...)
		}
	} else if !rules.IsNull() {
		r.doubt(rules, "malformed-flag", "", "rules of feature %s are %s where a list is wanted", quote(e.Key), rules.Kind)
	}
	l := o.logic()
	for _, v := range g.values.list {
		if v.value.IsNull() {
			l.off = append(l.off, v.name)
		}
	}
	if len(g.values.list) == 1 {
		l.switched = true
	} else {
		l.natural = natural
	}
	first := len(r.settings)
	r.emit(base, g.values.list, l)
	if gated == 0 {
		r.needing(first, needs)
		return
	}
	// A gate below other rules takes nothing from those whom they took: we say
	// that it may take all.
	for i := first; i < len(r.settings) && len(needs) > 0; i++ {
		if s := &r.settings[i]; s.State != ledger.FlagOff {
			s.Percent.Lo, s.Via = 0, "prerequisite "+needs[0].parent
			s.Setting = withState(s.Setting)
		}
	}
}

// gates reads a rule that only asks for other features; it is one when it has
// conditions on parents with a gate.
func (g *gbFeature) gates(n *decode.Node) ([]need, bool) {
	list := n.Get("parentConditions")
	if !list.Is(decode.List) {
		return nil, false
	}
	var out []need
	for _, item := range list.Items {
		if gate, _ := item.Get("gate").Bool(); !gate {
			return nil, false
		}
		parent, _ := item.Get("id").Scalar()
		when := mongo(item.Get("condition"), 0)
		out = append(out, need{parent: parent, serves: func(v string) truth {
			return known{attr: "value", value: v}.decide(when)
		}})
	}
	return out, len(out) > 0 && !n.Has("force") && !n.Has("variations")
}

// rule gives what one rule takes: a forced value, or an experiment.
func (g *gbFeature) rule(n *decode.Node, number int) []choice {
	c := choice{via: "force"}
	if v, ok := n.Get("hashVersion").Int(); ok && v != 1 && v != 2 {
		return nil // counted in a way that no SDK knows
	}
	if when := n.Get("condition"); when.Is(decode.Map) && len(when.Entries) > 0 {
		read := mongo(when, 0)
		c.when = &read
	}
	field, _ := n.Get("hashAttribute").Scalar()
	seed := "feature"
	for _, name := range []string{"key", "seed"} { // the seed, where there is one
		if s, ok := n.Get(name).Scalar(); ok && s != "" {
			seed = s
		}
	}
	axis := seed + " by " + field
	within := g.within(n, number)
	if within.most == 0 && within.axis != "" {
		return nil
	}
	switch {
	case n.Has("force"):
		c.parts = everyone(g.values.add(n.Get("force")))
		share := ledger.Everybody()
		if v := n.Get("coverage"); !v.IsNull() {
			share = clampedShare(v)
		}
		if from, to, ok := rangeOf(n.Get("range")); ok {
			c.axis, c.from, c.to, c.most = axis, from, to, to
		} else {
			c = c.take(axis, share)
		}
		return []choice{within.with(c)}
	case n.Get("variations").Is(decode.List):
		return g.experiment(n, c, axis, within)
	}
	return nil
}

// with narrows c to those whom w takes too.
func (w choice) with(c choice) choice {
	if w.axis == "" && w.when == nil {
		return c
	}
	via := c.via
	c = w.and(c)
	c.via = via
	return c
}

// within is what a rule asks for beside its condition: a namespace, filters, and
// parents without a gate, of which nothing is known.
func (g *gbFeature) within(n *decode.Node, number int) choice {
	var out choice
	narrow := func(axis string, s ledger.Share) {
		out = choice{}.take(axis, s).with(out)
	}
	filters := n.Get("filters")
	if filters.Is(decode.List) {
		for _, f := range filters.Items {
			seed, _ := f.Get("seed").Scalar()
			sum := ledger.Share{}
			if list := f.Get("ranges"); list.Is(decode.List) {
				for _, item := range list.Items {
					if from, to, ok := rangeOf(item); ok {
						sum = sum.Plus(ledger.Exactly(to - from))
					}
				}
			}
			narrow("filter "+seed, sum)
		}
	} else if space := n.Get("namespace"); space.Is(decode.List) && len(space.Items) == 3 {
		id, _ := space.Items[0].Scalar()
		from, to := clampedShare(space.Items[1]), clampedShare(space.Items[2])
		narrow("namespace "+id, ledger.Exactly(max(to.Lo-from.Lo, 0)))
	}
	if parents := n.Get("parentConditions"); parents.Is(decode.List) && len(parents.Items) > 0 {
		narrow(fmt.Sprintf("parents of rule %d", number), ledger.Undecided())
	}
	return out
}

// experiment splits those whom a rule takes by ranges, or by coverage and
// weights.
func (g *gbFeature) experiment(n *decode.Node, c choice, axis string, within choice) []choice {
	list := n.Get("variations").Items
	if active, ok := n.Get("active").Bool(); len(list) < 2 || ok && !active {
		return nil
	}
	c.via = "experiment"
	weights := gbWeights(n.Get("weights"), len(list))
	coverage := big.NewRat(1, 1)
	if v := n.Get("coverage"); !v.IsNull() {
		coverage = clamped(v)
	}
	ranges := n.Get("ranges")
	done := new(big.Rat)
	var out []choice
	for i, item := range list {
		one := c
		one.parts = everyone(g.values.add(item))
		one.axis = axis
		if ranges.Is(decode.List) && len(ranges.Items) == len(list) {
			from, to, ok := rangeOf(ranges.Items[i])
			if !ok {
				continue
			}
			one.from, one.to, one.most = from, to, to
		} else {
			// Each variation has its place on the line, and covers a part of that.
			from := shareOf(done)
			size := shareOf(new(big.Rat).Mul(coverage, weights[i]))
			one.from, one.to, one.most = from.Lo, from.Lo+size.Lo, from.Lo+size.Hi
		}
		done.Add(done, weights[i])
		out = append(out, within.with(one))
	}
	return out
}

// gbWeights reads weights; ones that do not fit, or are not one in all, are even.
func gbWeights(n *decode.Node, count int) []*big.Rat {
	even := slices.Repeat([]*big.Rat{big.NewRat(1, int64(count))}, count)
	if !n.Is(decode.List) || len(n.Items) != count {
		return even
	}
	var out []*big.Rat
	sum := new(big.Rat)
	for _, item := range n.Items {
		w := clamped(item)
		out = append(out, w)
		sum.Add(sum, w)
	}
	if sum.Cmp(big.NewRat(99, 100)) < 0 || sum.Cmp(big.NewRat(101, 100)) > 0 {
		return even
	}
	return out
}

// clamped is a fraction from 0 to 1.
func clamped(n *decode.Node) *big.Rat {
	v, ok := numberIn(n)
	if !ok || v.Sign() < 0 {
		return new(big.Rat)
	}
	if v.Cmp(big.NewRat(1, 1)) > 0 {
		return big.NewRat(1, 1)
	}
	return v
}

func clampedShare(n *decode.Node) ledger.Share { return shareOf(clamped(n)) }

// rangeOf reads two fractions.
func rangeOf(n *decode.Node) (from, to ledger.Percent, ok bool) {
	if !n.Is(decode.List) || len(n.Items) != 2 {
		return 0, 0, false
	}
	from, to = clampedShare(n.Items[0]).Lo, clampedShare(n.Items[1]).Hi
	return from, to, from < to
}
