package flagfile

import (
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Flagd reads the flag definitions of flagd (flagd.dev/reference/flag-definitions),
// in JSON or YAML, also inside a Kubernetes resource of the kind FeatureFlag or
// ConfigMap:
//
//	{"flags": {"basket-v2": {
//	  "state": "ENABLED",
//	  "variants": {"on": true, "off": false},
//	  "defaultVariant": "off",
//	  "targeting": {"fractional": [{"var": "session"}, ["on", 10], ["off", 90]]}
//	}}}
//
// Targeting wins over defaultVariant, and ENABLED does not mean on: the JsonLogic
// is walked, and what it can serve is collected. Weights and conditions that
// depend on $flagd.timestamp become the plan. The environment is that of the
// file's metadata (environment, or a flagSetId that names a known one), or is
// asked by a rule on the attribute that the options name.
type Flagd struct{}

// Name is "flagd".
func (Flagd) Name() string { return "flagd" }

var (
	flagdFlags    = regexp.MustCompile(`(?m)(^|[\s{,"'])["']?flags["']?\s*:`)
	flagdVariants = regexp.MustCompile(`(?m)(^|[\s{,"'])["']?variants["']?\s*:`)
	flagdState    = regexp.MustCompile(`(?m)(^|[\s{,"'])["']?state["']?\s*:\s*["']?[A-Z-]+\b`)
)

// Match looks for flags with variants and a state in capitals.
func (Flagd) Match(_ string, head []byte) bool {
	return flagdFlags.Match(head) && flagdVariants.Match(head) && flagdState.Match(head)
}

// Decode implements [Format].
func (Flagd) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return remembered("flags", files, o, func(r *reading, data []byte) {
		r.match = Flagd{}.Match
		for _, doc := range r.documents(data) {
			if !doc.IsNull() {
				r.flagdDocument(doc)
			}
		}
	})
}

// flagdDocument reads a file, or the specification in a Kubernetes resource;
// resources of other kinds are passed over.
func (r *reading) flagdDocument(doc *decode.Node) {
	root := doc
	if doc.Has("apiVersion") && doc.Has("kind") {
		root = doc.Get("spec", "flagSpec")
		if root == nil {
			root = doc.Get("spec", "featureFlagSpec")
		}
		if root.Is(decode.String) { // an old version of the resource holds a text
			if inner, ok := r.embedded("flags.json", root); ok && len(inner) == 1 {
				r.flagdDocument(inner[0])
			}
			return
		}
		if items := doc.Get("items"); items.Is(decode.List) {
			for _, item := range items.Items {
				r.flagdDocument(item)
			}
		}
		if root == nil {
			return
		}
	}
	flags := root.Get("flags")
	if !flags.Is(decode.Map, decode.List) {
		r.doubt(doc, "not-a-manifest", "give it a map of flags", "the file has no flags")
		return
	}
	set := flagdSet{evaluators: root.Get("$evaluators")}
	set.environment = r.flagdMetadata(root.Get("metadata"))
	if schema, _ := root.Get("$schema").Str(); flags.Is(decode.List) && strings.HasSuffix(schema, "flags.json") {
		r.report(flags.Line, flags.Col, ledger.LevelInfo, "list-of-flags", "a list of flags is not what the schema that the file names allows", "name the schema flagd.json, or write a map")
	}
	entries := flags.Entries
	for _, item := range flags.Items {
		key, ok := item.Get("key").Scalar()
		if !ok {
			r.doubt(item, "malformed-flag", "", "a flag in the list has no key")
			continue
		}
		entries = append(entries, decode.Entry{Key: key, Line: item.Line, Col: item.Col, Value: item})
	}
	for _, e := range entries {
		r.flagdFlag(set, e)
	}
}

// flagdSet is what the flags of a file share.
type flagdSet struct {
	environment ledger.EnvironmentName
	evaluators  *decode.Node
}

// flagdMetadata finds the environment of a flag set.
func (r *reading) flagdMetadata(n *decode.Node) ledger.EnvironmentName {
	if n.IsNull() {
		return ""
	}
	for _, e := range n.Entries {
		if _, ok := e.Value.Scalar(); !ok {
			r.doubt(e.Value, "bad-metadata", "metadata holds texts, numbers, true and false", "metadata %s is %s", quote(e.Key), e.Value.Kind)
		}
	}
	if env, ok := n.Get("environment").Scalar(); ok {
		return ledger.EnvironmentName(env)
	}
	if id, ok := n.Get("flagSetId").Scalar(); ok && slices.Contains(r.Environments, ledger.EnvironmentName(id)) {
		return ledger.EnvironmentName(id)
	}
	return ""
}

// flagdFlag adds the settings of one flag.
func (r *reading) flagdFlag(set flagdSet, e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Environment: set.environment, Origin: r.origin(e.Line, e.Col)}
	f := &flagdLogic{r: r, key: e.Key, fallback: codeDefault}
	if !e.Value.Is(decode.Map) {
		r.report(e.Line, e.Col, ledger.LevelWarning, "malformed-flag", "flag "+quote(e.Key)+" is "+e.Value.Kind.String()+" where a map is wanted", "give it a state, variants and a defaultVariant")
		f.off = brokenDefinition
		r.emit(base, nil, f.logic())
		return
	}
	n := e.Value
	for _, m := range n.Entries {
		switch {
		case m.Key == "metadata" && m.Value.Is(decode.Map):
			base.Meta.takeAll(m.Value)
			if env := r.flagdMetadata(m.Value); env != "" {
				base.Environment = env
			}
		case m.Key == "description" || m.Key == "owner":
			base.Meta.takeMeta(m)
		}
	}
	variants := f.readVariants(n)
	f.readState(n)
	f.readDefault(n)
	f.targeting = n.Get("targeting")
	if f.targeting.Is(decode.Map) && len(f.targeting.Entries) == 0 {
		f.targeting = nil
	}
	f.logicOf = jsonLogic{evaluators: set.evaluators}
	f.check()
	r.emit(base, variants, f.logic())
}

func (f *flagdLogic) readState(n *decode.Node) {
	state, _ := n.Get("state").Scalar()
	switch {
	case state == "DISABLED":
		f.off = "state"
	case state == "":
		f.r.doubt(n, "unknown-state", "write ENABLED or DISABLED", "flag %s has no state", quote(f.key))
		f.off = "unknown state"
	case state != "ENABLED":
		f.r.doubt(n.Get("state"), "unknown-state", "write ENABLED or DISABLED", "flag %s: unknown state %s", quote(f.key), quote(state))
		f.off = "unknown state"
	}
}

func (f *flagdLogic) readVariants(n *decode.Node) []variant {
	f.variants = map[string]bool{}
	list := n.Get("variants")
	if !list.Is(decode.Map) || len(list.Entries) == 0 {
		f.r.doubt(n, "no-variations", "list the values that the flag can have", "flag %s has no variants", quote(f.key))
		f.off = brokenDefinition
		return nil
	}
	var out []variant
	for _, e := range list.Entries {
		if len(out) > 0 && e.Value.Kind != out[0].value.Kind {
			f.r.report(e.Line, e.Col, ledger.LevelWarning, "mixed-variations", "variant "+quote(e.Key)+" of flag "+quote(f.key)+" is "+e.Value.Kind.String()+", and those before it are "+out[0].value.Kind.String(), "give all variants values of one type")
		}
		if !f.variants[e.Key] {
			f.names = append(f.names, e.Key)
			out = append(out, variant{e.Key, e.Value})
		}
		f.variants[e.Key] = true
	}
	return out
}

func (f *flagdLogic) readDefault(n *decode.Node) {
	d := n.Get("defaultVariant")
	name, ok := d.Scalar()
	switch {
	case !ok:
	case f.variants[name]:
		f.fallback = name
	case len(f.variants) > 0:
		f.r.doubt(d, "unknown-variation", "add it to the variants, or correct the name", "the default of flag %s is variant %s, which it does not have", quote(f.key), quote(name))
	}
}
