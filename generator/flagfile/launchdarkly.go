package flagfile

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// LaunchDarkly reads flag data of LaunchDarkly (launchdarkly.com/docs), in JSON
// or YAML, in three forms: the file that SDKs read ({flags, flagValues,
// segments}), what a relay dumps (the same, perhaps below data), and what the
// REST API answers (a flag, or items, each with environments).
//
//	{"flags": {"basket-v2": {"on": true, "variations": [true, false], "offVariation": 1,
//	  "fallthrough": {"rollout": {"variations": [{"variation": 0, "weight": 25000}, {"variation": 1, "weight": 75000}]}}}}}
//
// Variations have no names in the file, and are named by their values. Weights
// are thousandths of a percent; the last one takes what is missing. A flag that
// is broken serves the code's default. A prerequisite that is switched off fails,
// whatever it serves.
type LaunchDarkly struct{}

// Name is "launchdarkly".
func (LaunchDarkly) Name() string { return "launchdarkly" }

var (
	launchdarklyField  = regexp.MustCompile(`(?m)(^|[\s{,])["']?(flagValues|offVariation|contextTargets|_environmentName)["']?\s*:`)
	launchdarklyServes = regexp.MustCompile(`(?m)(^|[\s{,])["']?fallthrough["']?\s*:\s*[{\r\n]`)
	launchdarklyValues = regexp.MustCompile(`(?m)(^|[\s{,])["']?variations["']?\s*:`)
)

// Match looks for fields that no other vendor has.
func (LaunchDarkly) Match(_ string, head []byte) bool {
	return launchdarklyField.Match(head) || launchdarklyServes.Match(head) && launchdarklyValues.Match(head)
}

// Decode implements [Format].
func (LaunchDarkly) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if !doc.IsNull() {
				r.launchdarklyDocument(doc)
			}
		}
		r.applyNeeds(func(s Setting) {
			r.report(s.Origin.Line, s.Origin.Col, ledger.LevelWarning, "circle", "flag "+quote(string(s.Key))+" is a prerequisite of itself", "it serves the code's default until this is mended")
		})
	})
}

func (r *reading) launchdarklyDocument(doc *decode.Node) {
	if inner := doc.Get("data"); inner.Has("flags") {
		doc = inner
	}
	items := doc.Get("items")
	switch {
	case items.Is(decode.List):
		for _, n := range items.Items {
			if key, ok := r.keyOf(n, "key"); ok {
				r.launchdarklyREST(key, n)
			}
		}
	case doc.Has("key") && doc.Has("environments"):
		if key, ok := r.keyOf(doc, "key"); ok {
			r.launchdarklyREST(key, doc)
		}
	case doc.Get("flags").Is(decode.Map) || doc.Get("flagValues").Is(decode.Map):
		r.launchdarklyFile(doc)
	default:
		r.doubt(doc, "not-a-manifest", "give it flags or flagValues", "the document has no flags")
	}
}

func (r *reading) launchdarklyFile(doc *decode.Node) {
	if flags := doc.Get("flags"); flags.Is(decode.Map) {
		for _, e := range lastOf(flags.Entries) {
			base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
			if r.notMap(e.Key, e.Value) {
				r.unknown(base, brokenDefinition)
				continue
			}
			if gone, _ := e.Value.Get("deleted").Bool(); !gone {
				l := ldFlag{reading: r, key: e.Key, flags: flags, segments: doc.Get("segments")}
				l.readVariations(e.Value.Get("variations"))
				l.emit(base, e.Value)
			}
		}
	}
	if list := doc.Get("flagValues"); list.Is(decode.Map) {
		for _, e := range lastOf(list.Entries) {
			var v values
			name := v.add(e.Value)
			r.emit(Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}, v.list, constant(everyone(name), "flagValues").logic())
		}
	}
}

// launchdarklyREST reads a flag with its settings by environment.
func (r *reading) launchdarklyREST(key string, n *decode.Node) {
	base := r.base(key, n)
	base.Meta.takeLaunchDarkly(n)
	places := n.Get("environments")
	if !places.Is(decode.Map) || len(places.Entries) == 0 {
		r.doubt(n, "no-state", "ask the API for the environments too", "flag %s has no environments", quote(key))
		r.unknown(base, "no state")
		return
	}
	for _, e := range lastOf(places.Entries) {
		s := base
		s.Environment, s.Origin = ledger.EnvironmentName(e.Key), r.origin(e.Line, e.Col)
		l := ldFlag{reading: r, key: key}
		l.readVariations(n.Get("variations"))
		archived, _ := n.Get("archived").Bool()
		if here, _ := e.Value.Get("archived").Bool(); archived || here {
			r.emit(s, l.values.list, constant(everyone(codeDefault), "archived").logic())
			continue
		}
		l.emit(s, e.Value)
	}
}

// takeLaunchDarkly reads what the REST form says about a flag.
func (m *Meta) takeLaunchDarkly(n *decode.Node) {
	for _, name := range []string{"name", "description"} {
		if text, ok := n.Get(name).Str(); ok && text != "" {
			m.Description = text
		}
	}
	if owner, ok := n.Get("_maintainerTeam", "name").Str(); ok {
		m.Owner = owner
	}
	if temporary, ok := n.Get("temporary").Bool(); ok {
		m.Permanent = !temporary
	}
}

// ldFlag is one flag while it is read.
type ldFlag struct {
	*reading
	key      string
	flags    *decode.Node // all of the file, nil in REST form
	segments *decode.Node
	values   values
	names    []string // of the variations, by index
}

// readVariations names the variations: by name where they have one, else by
// value.
func (l *ldFlag) readVariations(n *decode.Node) {
	if !n.Is(decode.List) {
		return
	}
	for _, item := range n.Items {
		value := item
		if item.Is(decode.Map) && item.Has("value") {
			value = item.Get("value")
		}
		l.names = append(l.names, l.values.add(value))
	}
}

// variation gives the name of an index; false when there is none of this index.
func (l *ldFlag) variation(at, n *decode.Node) (string, bool) {
	i, ok := n.Int()
	if ok && i >= 0 && i < int64(len(l.names)) {
		return l.names[i], true
	}
	l.doubt(at, "unknown-variation", "variations are counted from 0", "flag %s serves a variation that it does not have", quote(l.key))
	return codeDefault, false
}

// emit walks targets, rules and fallthrough.
func (l *ldFlag) emit(base Setting, n *decode.Node) {
	o := constant(everyone(codeDefault), "fallthrough")
	off := everyone(codeDefault)
	if v := n.Get("offVariation"); !v.IsNull() {
		name, _ := l.variation(v, v)
		off = everyone(name)
	}
	live, ok := n.Get("on").Bool()
	switch {
	case !ok:
		l.doubt(n, "unknown-state", "write on: true or false", "flag %s: on is neither true nor false", quote(l.key))
		l.unknown(base, "unknown state")
		return
	case !live:
		o = constant(off, killSwitch)
	default:
		o.rules = append(l.targets(n.Get("targets"), ""), l.targets(n.Get("contextTargets"), "contextKind")...)
		o.rules = append(o.rules, l.rules(n.Get("rules"))...)
		if serves := n.Get("fallthrough"); serves.Is(decode.Map) {
			o.rest = l.served(serves)
			if kind, _ := serves.Get("rollout", "kind").Scalar(); serves.Has("rollout") {
				o.via = cmp.Or(kind, "rollout")
			}
		} else if len(o.rules) == 0 {
			l.doubt(n, "no-default-rule", "add a fallthrough", "flag %s has no fallthrough", quote(l.key))
		}
	}
	logic := o.logic()
	if off[0].variant != codeDefault {
		logic.natural = off[0].variant
	}
	first := len(l.settings)
	l.reading.emit(base, l.values.list, logic)
	if live {
		l.needing(first, l.prerequisites(n.Get("prerequisites")))
	}
}

func (l *ldFlag) prerequisites(n *decode.Node) []need {
	if !n.Is(decode.List) {
		return nil
	}
	var out []need
	for _, item := range n.Items {
		parent, ok := item.Get("key").Scalar()
		if !ok {
			l.doubt(item, "malformed-flag", "give it a key", "a prerequisite of flag %s has no key", quote(l.key))
			continue
		}
		index, _ := item.Get("variation").Int()
		names := l.namesOf(parent)
		out = append(out, need{parent: parent, live: true, serves: func(v string) truth {
			if names == nil {
				return maybe // of a file of its own
			}
			return truthOf(index >= 0 && index < int64(len(names)) && names[index] == v)
		}})
	}
	return out
}

// targets are people by their keys, who are counted.
func (l *ldFlag) targets(n *decode.Node, kindField string) []choice {
	if !n.Is(decode.List) {
		return nil
	}
	var out []choice
	for _, item := range n.Items {
		kind := "user"
		if k, ok := item.Get(kindField).Scalar(); ok && k != "" {
			kind = k
		}
		list := texts(item.Get("values"))
		if len(list) == 0 {
			continue // of users: those of targets, in its place
		}
		c := people(kind, list, everyone(codeDefault))
		c.label = counted(len(list), kind)
		if name, ok := l.variation(item, item.Get("variation")); ok {
			c.parts = everyone(name)
		}
		out = append(out, c)
	}
	return out
}

func (l *ldFlag) rules(n *decode.Node) []choice {
	if !n.Is(decode.List) {
		return nil
	}
	var out []choice
	for i, item := range n.Items {
		c := choice{via: "rules", parts: l.served(item)}
		when, ok := l.clauses(item.Get("clauses"))
		if !ok {
			l.doubt(item, "malformed-flag", "give each clause an attribute and an operator", "rule %d of flag %s cannot be read", i+1, quote(l.key))
			// The SDK gives up here, for everybody who comes so far.
			return append(out, choice{via: "broken rule", parts: everyone(codeDefault)})
		}
		switch (known{}).decide(when) {
		case no:
			continue
		case maybe:
			c.when = &when
			if text, ok := item.Get("description").Str(); ok && strings.TrimSpace(text) != "" {
				c.label = maskedText(cut(text))
			}
		}
		out = append(out, c)
	}
	return out
}

// served is what a rule gives: a variation, or a split.
func (l *ldFlag) served(n *decode.Node) []part {
	if v := n.Get("variation"); !v.IsNull() {
		name, _ := l.variation(v, v)
		return everyone(name)
	}
	list := n.Get("rollout", "variations")
	if !list.Is(decode.List) || len(list.Items) == 0 {
		l.doubt(n, "bad-rollout", "give it a variation, or a rollout with variations", "flag %s serves nothing", quote(l.key))
		return everyone(codeDefault)
	}
	var parts []part
	left := ledger.Hundred
	for i, item := range list.Items {
		name, ok := l.variation(item, item.Get("variation"))
		weight, okWeight := item.Get("weight").Int()
		if !ok || !okWeight || weight < 0 || weight > 100_000 {
			l.doubt(item, "bad-rollout", fmt.Sprintf("weights are thousandths of a percent, and %d in all", 100_000), "a weight of flag %s cannot be read", quote(l.key))
			return everyone(codeDefault)
		}
		share := min(ledger.Percent(weight)*(ledger.Hundred/100_000), left)
		if i == len(list.Items)-1 {
			share = left
		}
		left -= share
		parts = append(parts, part{name, ledger.Exactly(share)})
	}
	return parts
}
