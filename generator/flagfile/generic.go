package flagfile

import (
	"path"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Generic reads home-made manifests in YAML, JSON or TOML. It takes no file by
// itself: site.toml names the files, and says with [Shape] what is in them.
//
//	feature_flags:                          # root = "feature_flags"
//	  bulk_upload: {staging: true, production: false}      # environments = ["*"]
//
// Without any settings, the file is a map of flags, each on, off, true, false, a
// percentage with its sign, or a map with a state, a percentage or groups.
type Generic struct{}

// Name is "generic".
func (Generic) Name() string { return "generic" }

// Match takes nothing: what is in a home-made file is for settings to say.
func (Generic) Match(string, []byte) bool { return false }

// Effect is that of files which ship with the build.
func (Generic) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Generic) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	var program *decode.Query
	var fault error
	if o.Shape.JQ != "" {
		program, fault = decode.CompileJQ(o.Shape.JQ)
	}
	return layers(files, o, func(r *reading, data []byte) {
		r.comments = true
		g := newShaped(r)
		for _, doc := range r.documents(data) {
			switch {
			case doc.IsNull():
			case fault != nil:
				r.report(1, 1, ledger.LevelError, "bad-program", "the jq program cannot be read: "+fault.Error(), "mend jq in site.toml")
			case program != nil:
				g.program(program, doc)
			default:
				g.document(doc)
			}
		}
	})
}

// shaped reads flags by their shape.
type shaped struct {
	*reading
	meanings
	Shape
	state, percent, groups []step
	guess                  bool // values that look like no state are no flags
}

func newShaped(r *reading) *shaped {
	s := r.Shape
	return &shaped{reading: r, meanings: s.meanings(), Shape: s, state: pathOf(s.State), percent: pathOf(s.Percent), groups: pathOf(s.Groups)}
}

func (g *shaped) document(doc *decode.Node) {
	places := rooted(doc, g.Root)
	if len(places) == 0 {
		g.doubt(doc, "not-a-manifest", "correct root in site.toml", "nothing is at %s", quote(g.Root))
		return
	}
	beside := strings.Contains(g.Shape.State+g.Shape.Percent+g.Shape.Groups, "{key}")
	for _, p := range places {
		switch {
		case g.Layout == "file":
			g.flag(p, g.fileKey(p.node), decode.Entry{Line: p.node.Line, Col: p.node.Col, Value: p.node})
		case g.Layout == "list" && p.node.Is(decode.List):
			for _, item := range p.node.Items {
				g.item(p, item)
			}
		case g.Layout != "list" && p.node.Is(decode.Map) && beside:
			g.besides(p)
		case g.Layout != "list" && p.node.Is(decode.Map):
			for _, e := range lastOf(p.node.Entries) {
				g.flag(p, e.Key, e)
			}
		case p.node.IsNull():
		default:
			want := map[bool]string{true: "list", false: "map"}[g.Layout == "list"]
			g.doubt(p.node, "not-a-manifest", "say with shape and root what is in the file", "want a %s of flags, got %s", want, p.node.Kind)
		}
	}
}

// lastOf leaves out entries whose key comes again: the last counts.
func lastOf(list []decode.Entry) []decode.Entry {
	seen := make(map[string]bool, len(list))
	var out []decode.Entry
	for i := len(list) - 1; i >= 0; i-- {
		if !seen[list[i].Key] {
			out = append(out, list[i])
		}
		seen[list[i].Key] = true
	}
	slices.Reverse(out)
	return out
}

// item is a flag in a list: an object, or a bare name without a state.
func (g *shaped) item(p place, n *decode.Node) {
	e := decode.Entry{Line: n.Line, Col: n.Col, Value: n}
	if name, ok := n.Scalar(); ok {
		e.Value = &decode.Node{Line: n.Line, Col: n.Col}
		g.flag(p, name, e)
		return
	}
	if key := g.keyField(n); key != "" {
		g.flag(p, key, e)
		return
	}
	g.doubt(n, "malformed-flag", "say with key which field names the flag", "an object in the list has no key")
}

func (g *shaped) keyField(n *decode.Node) string {
	names := []string{g.Key}
	if g.Key == "" {
		names = []string{"key", "name", "id"}
	}
	for _, name := range names {
		if key, ok := follow(n, pathOf(name)).Scalar(); ok && key != "" {
			return key
		}
	}
	return ""
}

// fileKey is the key of a file's one flag: a field, or the name of the file.
func (g *shaped) fileKey(n *decode.Node) string {
	if key := g.keyField(n); key != "" {
		return key
	}
	base := path.Base(g.path)
	return strings.TrimSuffix(base, path.Ext(base))
}

// besides reads flags that are made of several entries: basket_enabled and
// basket_percent.
func (g *shaped) besides(p place) {
	parts := map[string]*decode.Node{}
	var keys []string
	for _, e := range lastOf(p.node.Entries) {
		for _, field := range []struct{ name, pattern string }{{"state", g.Shape.State}, {"percent", g.Shape.Percent}, {"groups", g.Shape.Groups}} {
			before, after, ok := strings.Cut(field.pattern, "{key}")
			if !ok || len(e.Key) <= len(before)+len(after) || !strings.HasPrefix(e.Key, before) || !strings.HasSuffix(e.Key, after) {
				continue
			}
			key := e.Key[len(before) : len(e.Key)-len(after)]
			if parts[key] == nil {
				keys = append(keys, key)
				parts[key] = &decode.Node{Kind: decode.Map, Line: e.Line, Col: e.Col}
			}
			parts[key].Entries = append(parts[key].Entries, decode.Entry{Key: field.name, Line: e.Line, Col: e.Col, Value: e.Value})
			break
		}
	}
	whole := *g
	whole.state, whole.percent, whole.groups = pathOf("state"), pathOf("percent"), pathOf("groups")
	for _, key := range keys {
		whole.flag(p, key, decode.Entry{Line: parts[key].Line, Col: parts[key].Col, Value: parts[key]})
	}
}

// flag adds the settings of one flag.
func (g *shaped) flag(p place, key string, e decode.Entry) {
	if !g.prefixed(key) {
		return
	}
	base := Setting{Key: ledger.FlagKey(p.prefix + key), Environment: p.env, Origin: g.origin(e.Line, e.Col)}
	if base.Environment == "" {
		base.Environment = g.reading.Environment
	}
	var environments []decode.Entry
	if e.Value.Is(decode.Map) {
		for _, m := range lastOf(e.Value.Entries) {
			about := !m.Value.Is(decode.Map) && base.Meta.takeMeta(m)
			if g.isEnvironment(m.Key, about) {
				environments = append(environments, m)
			}
		}
	}
	if len(environments) == 0 {
		g.add(base, e.Value)
		return
	}
	for _, m := range environments {
		s := base
		s.Environment = ledger.EnvironmentName(m.Key)
		s.Origin = g.origin(m.Line, m.Col)
		g.add(s, m.Value)
	}
	if g.Default != "" {
		g.add(base, &decode.Node{Line: e.Line, Col: e.Col})
	}
}

// isEnvironment reports whether a name below a flag is that of an environment:
// one that the settings name, or else one that the project has. about tells
// that the name describes the flag.
func (g *shaped) isEnvironment(name string, about bool) bool {
	switch {
	case len(g.Shape.Environments) == 0:
		return slices.Contains(g.reading.Environments, ledger.EnvironmentName(name))
	case slices.Contains(g.Shape.Environments, name):
		return true
	}
	return !about && slices.Contains(g.Shape.Environments, "*")
}
