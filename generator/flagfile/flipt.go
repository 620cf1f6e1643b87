package flagfile

import (
	"regexp"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Flipt reads the declarative files of Flipt (docs.flipt.io), versions 1 and 2,
// in YAML or JSON, one namespace per document:
//
//	namespace: shop
//	flags:
//	  - key: basket-v2
//	    type: BOOLEAN_FLAG_TYPE
//	    enabled: false
//	    rollouts:
//	      - threshold: {percentage: 25, value: true}
//
// Of a boolean flag, enabled is what they get whom no rollout takes, and no
// switch; a rollout without a value serves false; thresholds cut one line, in
// their order. Of a flag with variants, enabled false stops all rules, and the
// default variant is served. A segment without constraints is everybody.
//
// A flag of another namespace than "default" has the key "namespace/key". The
// environment is told by the folder or the branch, and so by the settings.
type Flipt struct{}

// Name is "flipt".
func (Flipt) Name() string { return "flipt" }

var (
	fliptFlags = regexp.MustCompile(`(?m)(^["']?|[\s{,]["'])flags["']?\s*:\s*(\[|\r?\n|#|$)`)
	fliptKey   = regexp.MustCompile(`(?m)(^\s*-?\s*|[{,]\s*)["']?key["']?\s*:`)
	fliptOwn   = regexp.MustCompile(`(?m)(BOOLEAN_FLAG_TYPE|VARIANT_FLAG_TYPE|(^|[\s{,])["']?(rollouts|segments|distributions|namespace)["']?\s*:)`)
	fliptState = regexp.MustCompile(`(?m)(^|[\s{,])["']?enabled["']?\s*:`)
	notFlipt   = regexp.MustCompile(`["']?(defaultVariant|filters|feature_states|flagSetId|fallthrough)["']?\s*:`)
)

// Match looks for a list of flags with keys and enabled, beside what only Flipt
// has.
func (Flipt) Match(_ string, head []byte) bool {
	return fliptFlags.Match(head) && fliptKey.Match(head) && fliptOwn.Match(head) &&
		(fliptState.Match(head) || len(head) >= headSize) && !notFlipt.Match(head)
}

// Decode implements [Format].
func (Flipt) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		r.match = Flipt{}.Match
		for _, doc := range r.documents(data) {
			if !doc.IsNull() {
				r.fliptDocument(doc)
			}
		}
	})
}

// fliptSet is what the flags of a document share.
type fliptSet struct {
	prefix   string
	version  string
	segments map[string]*cond // nil is everybody
}

func (r *reading) fliptDocument(doc *decode.Node) {
	flags := doc.Get("flags")
	if !flags.Is(decode.List) {
		if flags.IsNull() && (doc.Has("namespace") || doc.Has("flags") || doc.Has("segments")) {
			return // a namespace without flags
		}
		r.doubt(doc, "not-a-manifest", "give it a list of flags", "the document has no list of flags")
		return
	}
	set := fliptSet{segments: map[string]*cond{}}
	set.version, _ = doc.Get("version").Scalar()
	name, ok := doc.Get("namespace").Scalar()
	if !ok {
		name, _ = doc.Get("namespace", "key").Scalar()
	}
	if name != "" && name != "default" {
		set.prefix = name + "/"
	}
	if list := doc.Get("segments"); list.Is(decode.List) {
		for _, n := range list.Items {
			if key, ok := n.Get("key").Scalar(); ok {
				set.segments[key] = fliptSegment(n)
			}
		}
	}
	for _, n := range flags.Items {
		if key, ok := r.keyOf(n, "key"); ok {
			r.fliptFlag(set, key, n)
		}
	}
}

// fliptSegment reads the constraints of a segment; nil when it has none, and so
// is everybody.
func fliptSegment(n *decode.Node) *cond {
	list := n.Get("constraints")
	if !list.Is(decode.List) || len(list.Items) == 0 {
		return nil
	}
	all := cond{op: opAnd}
	if how, _ := n.Get("match_type").Scalar(); how == "ANY_MATCH_TYPE" {
		all.op = opOr
	}
	for _, c := range list.Items {
		all.kids = append(all.kids, fliptConstraint(c))
	}
	return &all
}

func fliptConstraint(n *decode.Node) cond {
	attr, _ := n.Get("property").Scalar()
	op, _ := n.Get("operator").Scalar()
	value, _ := n.Get("value").Scalar()
	not := func(c cond) cond { return cond{op: opNot, kids: []cond{c}} }
	in := func(values ...string) cond { return cond{op: opIn, attr: attr, values: values} }
	list := func() []string {
		if items, err := decode.JSON("value", []byte(value)); err == nil && items.Is(decode.List) {
			return texts(items)
		}
		return []string{value}
	}
	switch op {
	case "eq":
		return in(value)
	case "neq":
		return not(in(value))
	case "true", "false":
		return in(op)
	case "empty":
		return in("")
	case "notempty":
		return not(in(""))
	case "present":
		return cond{op: opPresent, attr: attr}
	case "notpresent":
		return not(cond{op: opPresent, attr: attr})
	case "prefix":
		return cond{op: opStarts, attr: attr, values: []string{value}}
	case "suffix":
		return cond{op: opEnds, attr: attr, values: []string{value}}
	case "contains":
		return cond{op: opContains, attr: attr, values: []string{value}}
	case "notcontains":
		return not(cond{op: opContains, attr: attr, values: []string{value}})
	case "isoneof":
		return in(list()...)
	case "isnotoneof":
		return not(in(list()...))
	}
	return cond{op: opCompare, attr: attr, text: attr + " " + op + " " + masked(attr, []string{value})}
}

func (r *reading) fliptFlag(set fliptSet, key string, n *decode.Node) {
	base := r.base(set.prefix+key, n)
	base.Meta.takeAll(n.Get("metadata"))
	if e, ok := n.Entry("description"); ok {
		base.Meta.takeMeta(e)
	}
	enabled, ok := n.Get("enabled").Bool()
	if v := n.Get("enabled"); !ok && !v.IsNull() {
		r.doubt(v, "unknown-state", "write true or false", "flag %s: enabled is neither true nor false", quote(key))
		r.unknown(base, "unknown state")
		return
	}
	switch kind, _ := n.Get("type").Scalar(); kind {
	case "BOOLEAN_FLAG_TYPE":
		r.fliptBoolean(set, base, n, enabled)
	case "VARIANT_FLAG_TYPE", "":
		r.fliptVariants(set, base, n, enabled)
	default:
		r.doubt(n.Get("type"), "unknown-type", "write BOOLEAN_FLAG_TYPE or VARIANT_FLAG_TYPE", "flag %s has the unknown type %s", quote(key), quote(kind))
		r.unknown(base, "unknown type")
	}
}

// fliptBoolean walks the rollouts; for the rest, enabled counts.
func (r *reading) fliptBoolean(set fliptSet, base Setting, n *decode.Node, enabled bool) {
	o := constant(serving(enabled), "enabled")
	rollouts := n.Get("rollouts")
	if rollouts.Is(decode.List) {
		for _, item := range rollouts.Items {
			c, ok := r.fliptRollout(set, base.Key, item, enabled)
			if !ok {
				r.unknown(base, brokenRollout)
				return
			}
			o.rules = append(o.rules, c)
		}
		if i := o.dead(); i >= 0 {
			at := rollouts.Items[i]
			r.report(at.Line, at.Col, ledger.LevelInfo, "rule-never-reached", "a rollout of flag "+quote(string(base.Key))+" is never reached, since one before it takes everybody", "")
		}
	}
	r.emit(base, nil, o.logic())
}

func (r *reading) fliptRollout(set fliptSet, key ledger.FlagKey, n *decode.Node, enabled bool) (choice, bool) {
	threshold, segment := n.Get("threshold"), n.Get("segment")
	body := threshold
	if body == nil {
		body = segment
	}
	value, given := body.Get("value").Bool()
	if !given && enabled {
		// The form drops the field when somebody toggles, and nobody notices.
		r.doubt(n, "rollout-without-value", "add value: true, if that is meant", "a rollout of flag %s has no value, and so turns off a flag that looks on", quote(string(key)))
	}
	c := choice{parts: serving(value)}
	switch {
	case threshold.Is(decode.Map):
		share, ok := shareIn(threshold.Get("percentage"), 100)
		if !ok {
			r.doubt(n, "bad-percentage", "write a number from 0 to 100", "a threshold of flag %s has no percentage that can be read", quote(string(key)))
			return c, false
		}
		c.via = "threshold"
		return c.take("flag", share), true
	case segment.Is(decode.Map):
		c.via = "segment"
		return c, r.fliptNamed(set, key, segment, &c)
	}
	r.doubt(n, "malformed-flag", "give it a threshold or a segment", "a rollout of flag %s has neither threshold nor segment", quote(string(key)))
	return c, false
}

// fliptNamed sets the people whom a reference to segments names: a key, a list
// of keys, or a map with key or keys and operator.
func (r *reading) fliptNamed(set fliptSet, key ledger.FlagKey, n *decode.Node, c *choice) bool {
	names := texts(n)
	operator := ""
	if n.Is(decode.Map) {
		names = append(texts(n.Get("key")), texts(n.Get("keys"))...)
		operator, _ = n.Get("operator").Scalar()
	}
	if len(names) == 0 {
		r.doubt(n, "malformed-flag", "name a segment", "a rule of flag %s names no segment", quote(string(key)))
		return false
	}
	and := operator == "AND_SEGMENT_OPERATOR"
	all := cond{op: opOr}
	if and {
		all.op = opAnd
	}
	for _, name := range names {
		segment, there := set.segments[name]
		switch {
		case !there:
			r.doubt(n, "unknown-segment", "define it below segments", "flag %s names the segment %s, which the document does not have", quote(string(key)), quote(name))
			segment = &cond{text: name}
		case segment == nil && and:
			continue
		case segment == nil:
			return true // everybody, or somebody
		}
		all.kids = append(all.kids, *segment)
		c.label = joined(c.label, name, map[bool]string{true: " and ", false: " or "}[and])
	}
	if len(all.kids) > 0 {
		c.when = &all
	}
	return true
}

// joined adds a word to a label.
func joined(label, word, between string) string {
	if label == "" {
		return word
	}
	return cut(label + between + word)
}
