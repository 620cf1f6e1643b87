package flagfile

import (
	"regexp"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Catalogue reads lists of flags that do not say how the flags are set, since a
// database or a service knows: names with descriptions, as a map or a list, and
// the manifest of OpenFeature's command line (openfeature.dev, {flags: {key:
// {flagType, defaultValue}}}):
//
//	basket-v2: The new basket
//	search: {description: Search as you type, owner: search}
//
// Every state is unknown. That a flag comes and goes, and what it is for, is
// still worth knowing. Only OpenFeature's manifest is known by its content; for
// others the settings say so, with [Shape].
type Catalogue struct{}

// Name is "catalogue".
func (Catalogue) Name() string { return "catalogue" }

var catalogueType = regexp.MustCompile(`["']?flagType["']?\s*:`)

// Match looks for flags with a type and no state.
func (Catalogue) Match(_ string, head []byte) bool { return catalogueType.Match(head) }

// Effect is that of files which ship with the build.
func (Catalogue) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Catalogue) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		g := newShaped(r)
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			root := g.Root
			if flags := doc.Get("flags"); root == "" && flags.Is(decode.Map) && catalogueType.Match(data) {
				root = "flags"
			}
			places := rooted(doc, root)
			if len(places) == 0 {
				r.doubt(doc, "not-a-manifest", "correct root in site.toml", "nothing is at %s", quote(root))
			}
			for _, p := range places {
				g.catalogue(p)
			}
		}
	})
}

// catalogue adds the flags at a place: keys, or the names in a list.
func (g *shaped) catalogue(p place) {
	switch {
	case p.node.Is(decode.Map):
		for _, e := range lastOf(p.node.Entries) {
			g.listed(p, e.Key, e)
		}
	case p.node.Is(decode.List):
		for _, n := range p.node.Items {
			e := decode.Entry{Line: n.Line, Col: n.Col, Value: n}
			if name, ok := n.Scalar(); ok {
				e.Value = nil
				g.listed(p, name, e)
			} else if key := g.keyField(n); key != "" {
				g.listed(p, key, e)
			} else {
				g.doubt(n, "malformed-flag", "say with key which field names the flag", "an object in the list has no key")
			}
		}
	default:
		g.doubt(p.node, "not-a-manifest", "say with root where the flags are", "want a map or a list of flags, got %s", p.node.Kind)
	}
}

func (g *shaped) listed(p place, key string, e decode.Entry) {
	if !g.prefixed(key) {
		return
	}
	base := Setting{Key: ledger.FlagKey(p.prefix + key), Environment: p.env, Origin: g.origin(e.Line, e.Col)}
	if text, ok := e.Value.Str(); ok {
		base.Meta.Description = text
	} else if e.Value.Is(decode.Map) {
		base.Meta.takeAll(e.Value)
		if e.Value.Has("flagType") {
			base.Meta.Kind = "" // the type of its value, and not what it is for
		}
	}
	g.unknown(base, "catalogue")
}
