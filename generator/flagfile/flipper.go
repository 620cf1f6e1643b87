package flagfile

import (
	"regexp"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Flipper reads exports of Flipper for Ruby (flippercloud.io/docs), in JSON:
//
//	{"version": 1, "features": {"basket-v2": {"boolean": null, "groups": ["beta"], "actors": ["User;7"],
//	  "percentage_of_actors": "25", "percentage_of_time": null, "expression": null}}}
//
// The gates are alternatives. Actors are counted, and expressions not followed.
type Flipper struct{}

// Name is "flipper".
func (Flipper) Name() string { return "flipper" }

var flipperGates = regexp.MustCompile(`["']?percentage_of_(actors|time)["']?\s*:`)

// Match looks for gates that only Flipper has.
func (Flipper) Match(_ string, head []byte) bool { return flipperGates.Match(head) }

// Decode implements [Format].
func (Flipper) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			features := doc.Get("features")
			if features == nil && !doc.Has("version") {
				features = doc
			}
			if !features.Is(decode.Map) {
				r.doubt(doc, "not-a-manifest", "give it a map of features", "the document has no map of features")
				continue
			}
			for _, e := range lastOf(features.Entries) {
				r.flipperFeature(e)
			}
		}
	})
}

func (r *reading) flipperFeature(e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
	if r.notMap(e.Key, e.Value) {
		r.unknown(base, brokenDefinition)
		return
	}
	o := constant(serving(false), "no gate")
	if v := e.Value.Get("boolean"); !v.IsNull() {
		enabled, ok := switchIn(v)
		if !ok {
			r.doubt(v, "unknown-state", "write true or null", "the boolean gate of feature %s is neither true nor false", quote(e.Key))
			r.unknown(base, "unknown state")
			return
		}
		if enabled {
			o.rules = append(o.rules, choice{via: "boolean", parts: serving(true)})
		}
	}
	for _, gate := range []string{"percentage_of_actors", "percentage_of_time"} {
		v := e.Value.Get(gate)
		if v.IsNull() {
			continue
		}
		share, ok := shareIn(v, 100)
		if !ok {
			r.doubt(v, "bad-percentage", "write a number from 0 to 100", "%s of feature %s cannot be read", gate, quote(e.Key))
			continue
		}
		o.rules = append(o.rules, choice{via: gate, parts: serving(true)}.take(gate, share))
	}
	for _, group := range texts(e.Value.Get("groups")) {
		o.rules = append(o.rules, people("group", []string{group}, serving(true)))
	}
	if actors := texts(e.Value.Get("actors")); len(actors) > 0 {
		o.rules = append(o.rules, people("actor", actors, serving(true)))
	}
	if !e.Value.Get("expression").IsNull() {
		o.rules = append(o.rules, choice{label: "an expression", when: &cond{text: "an expression"}, parts: serving(true)})
	}
	r.emit(base, nil, o.logic())
}
