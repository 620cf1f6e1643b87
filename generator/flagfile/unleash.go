package flagfile

import (
	"regexp"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Unleash reads exports of Unleash (docs.getunleash.io), old and new, what its
// clients download, and what its API answers, in JSON or YAML:
//
//	{"features": [{"name": "basket-v2", "enabled": true, "strategies": [
//	  {"name": "flexibleRollout", "parameters": {"rollout": "25", "stickiness": "default", "groupId": "basket-v2"}}]}]}
//
// The strategies of a feature are alternatives; what one of them asks for must
// all hold; without any, everybody has the feature. Strategies that count people
// by the same group and field cut one line, and of others nothing is known. Of a
// share of a field, those who lack the field have nothing: "everybody" then
// means everybody who is known. Environments are those of featureEnvironments.
type Unleash struct{}

// Name is "unleash".
func (Unleash) Name() string { return "unleash" }

var (
	unleashFeatures   = regexp.MustCompile(`(?m)(^|[\s{,"'])features["']?\s*:\s*(\[|\r?\n|$)`)
	unleashStrategies = regexp.MustCompile(`(?m)(^|[\s{,"'])(strategies|featureStrategies|featureEnvironments)["']?\s*:`)
)

// Match looks for a list of features and for strategies.
func (Unleash) Match(_ string, head []byte) bool {
	return unleashFeatures.Match(head) && unleashStrategies.Match(head)
}

// Decode implements [Format].
func (Unleash) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if !doc.IsNull() {
				r.unleashDocument(doc)
			}
		}
		r.applyNeeds(nil) // a circle of features is off, and Unleash does not mind
	})
}

// unleashSet is what the features of a document share.
type unleashSet struct {
	segments   map[string]*decode.Node // id -> segment
	strategies map[string][]*decode.Node
	needs      map[string]*decode.Node
	places     map[string][]*decode.Node // feature -> featureEnvironments
	links      map[string]*decode.Node
	plans      map[string][]*decode.Node // feature -> release plans
}

func (r *reading) unleashDocument(doc *decode.Node) {
	features := doc.Get("features")
	if !features.Is(decode.List) {
		r.doubt(doc, "not-a-manifest", "give it a list of features", "the document has no list of features")
		return
	}
	by := func(list, key string) map[string][]*decode.Node {
		out := map[string][]*decode.Node{}
		if n := doc.Get(list); n.Is(decode.List) {
			for _, item := range n.Items {
				name, _ := item.Get(key).Scalar()
				out[name] = append(out[name], item)
			}
		}
		return out
	}
	one := func(list, key, value string) map[string]*decode.Node {
		out := map[string]*decode.Node{}
		for name, items := range by(list, key) {
			out[name] = items[len(items)-1].Get(value)
		}
		return out
	}
	set := unleashSet{
		segments: map[string]*decode.Node{}, strategies: by("featureStrategies", "featureName"), places: by("featureEnvironments", "featureName"),
		plans: by("releasePlans", "featureName"),
		needs: one("dependencies", "feature", "dependencies"), links: one("links", "feature", "links"),
	}
	for id, items := range by("segments", "id") {
		set.segments[id] = items[0]
	}
	for _, n := range features.Items {
		if key, ok := r.keyOf(n, "name"); ok {
			r.unleashFeature(set, key, n)
		}
	}
}

// unleashFeature adds a feature's settings: one for each environment that the
// file has, else one.
func (r *reading) unleashFeature(set unleashSet, key string, n *decode.Node) {
	base := r.base(key, n)
	for _, e := range n.Entries {
		if e.Key != "links" {
			base.Meta.takeMeta(e)
		}
	}
	base.Meta.Permanent = base.Meta.Permanent || base.Meta.Kind == "ops" || base.Meta.Kind == "permission"
	for _, links := range []*decode.Node{n.Get("links"), set.links[key]} {
		if links.Is(decode.List) {
			for _, l := range links.Items {
				url, _ := l.Get("url").Scalar()
				base.Meta.takeLink(url)
			}
		}
	}
	first := len(r.settings)
	places := set.places[key]
	if list := n.Get("environments"); list.Is(decode.List) {
		places = append(slices.Clone(places), list.Items...)
	}
	for _, place := range places {
		name, ok := place.Get("environment").Scalar()
		if !ok {
			name, ok = place.Get("name").Scalar()
		}
		if !ok {
			r.doubt(place, "malformed-flag", "", "an environment of feature %s has no name", quote(key))
			continue
		}
		s := base
		s.Environment = ledger.EnvironmentName(name)
		s.Origin = r.origin(place.Line, place.Col)
		strategies := slices.Clone(set.strategies[key])
		if own := place.Get("strategies"); own.Is(decode.List) {
			strategies = append(strategies, own.Items...)
		}
		variants := place.Get("variants")
		if variants.IsNull() {
			variants = n.Get("variants")
		}
		r.unleashEmit(set, s, n, place.Get("enabled"), slices.DeleteFunc(strategies, func(st *decode.Node) bool {
			where, ok := st.Get("environment").Scalar()
			return ok && where != name
		}), variants, unleashPlans(set, key, name, place))
	}
	if len(places) == 0 {
		strategies := slices.Clone(set.strategies[key])
		if own := n.Get("strategies"); own.Is(decode.List) {
			strategies = append(strategies, own.Items...)
		}
		r.unleashEmit(set, base, n, n.Get("enabled"), strategies, n.Get("variants"), nil)
	}
	needs := n.Get("dependencies")
	if needs.IsNull() {
		needs = set.needs[key]
	}
	r.needing(first, unleashNeeds(needs))
}

// unleashNeeds reads the parents of a feature.
func unleashNeeds(n *decode.Node) []need {
	if !n.Is(decode.List) {
		return nil
	}
	var out []need
	for _, item := range n.Items {
		parent, ok := item.Get("feature").Scalar()
		if !ok {
			continue
		}
		want, given := item.Get("enabled").Bool()
		// Clients look one step up, and call what has no variants "disabled".
		p := need{parent: parent, off: given && !want, flat: true, bare: "disabled"}
		if variants := texts(item.Get("variants")); len(variants) > 0 && !p.off {
			p.serves = func(v string) truth { return truthOf(slices.Contains(variants, v)) }
		}
		out = append(out, p)
	}
	return out
}

// unleashEmit walks the strategies in one environment, and its release plans.
func (r *reading) unleashEmit(set unleashSet, base Setting, n, enabled *decode.Node, strategies []*decode.Node, variants *decode.Node, plans []*decode.Node) {
	key := string(base.Key)
	isOn, ok := switchIn(enabled)
	if !ok {
		at := n
		if enabled != nil {
			at = enabled
		}
		r.doubt(at, "unknown-state", "write enabled: true or false", "feature %s: enabled is neither true nor false", quote(key))
		r.unknown(base, "unknown state")
		return
	}
	a := r.unleashVariants(key, variants)
	o := constant(serving(false), "strategies")
	archived, _ := n.Get("archived").Bool()
	switch {
	case archived:
		o.via = "archived"
	case !isOn:
		o.via = "enabled"
	case len(strategies)+len(plans) == 0:
		o.rules = a.within(choice{via: "no strategies"})
	}
	if archived || !isOn {
		strategies, plans = nil, nil
	}
	all := a.variants
	for i, st := range strategies {
		if disabled, _ := st.Get("disabled").Bool(); disabled {
			continue
		}
		c, ok := r.unleashStrategy(set, key, st, i)
		if !ok {
			continue
		}
		own := a
		if list := st.Get("variants"); list.Is(decode.List) && len(list.Items) > 0 {
			own = r.unleashVariants(key, list)
			for _, v := range own.variants {
				if !slices.ContainsFunc(all, func(w variant) bool { return w.name == v.name }) {
					all = append(all, v)
				}
			}
		}
		o.rules = append(o.rules, own.within(c)...)
	}
	o.rules = append(o.rules, r.unleashPlanned(set, key, plans, a)...)
	l := o.logic()
	l.switched = true
	r.emit(base, all, l)
}

// unleashVariants splits those who have the feature; an override names people
// who get a variant whatever their share.
func (r *reading) unleashVariants(key string, n *decode.Node) allocation {
	a := allocation{rest: serving(true)}
	if !n.Is(decode.List) {
		return a
	}
	var weights []weight
	for _, v := range n.Items {
		name, ok := v.Get("name").Scalar()
		amount, okWeight := numberIn(v.Get("weight"))
		if !ok || !okWeight || amount.Sign() < 0 {
			r.doubt(v, "malformed-flag", "give it a name and a weight", "a variant of feature %s cannot be read", quote(key))
			continue
		}
		value := v.Get("payload", "value")
		if value.IsNull() {
			value = named(name).value
		}
		a.variants = append(a.variants, variant{name, value})
		weights = append(weights, weight{name, amount})
		if list := v.Get("overrides"); list.Is(decode.List) {
			for _, over := range list.Items {
				attr, _ := over.Get("contextName").Scalar()
				if values := texts(over.Get("values")); len(values) > 0 {
					a.named = append(a.named, choice{when: &cond{op: opIn, attr: attr, values: values}, parts: everyone(name)})
				}
			}
		}
	}
	if parts := split(weights); parts[0].variant != codeDefault {
		a.rest = parts
	}
	return a
}
