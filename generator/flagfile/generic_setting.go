package flagfile

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// add adds what a value says of a flag in an environment.
func (g *shaped) add(base Setting, n *decode.Node) {
	if n.Is(decode.Map) {
		said, ok := g.said(base.Key, n)
		if !ok {
			return
		}
		said.Inverse = g.inverts(string(base.Key))
		base.Setting = said.setting()
		if g.Overlay != "flag" {
			base.Said = said
		}
	} else {
		s, ok := g.setting(base.Key, n)
		if !ok {
			return
		}
		if g.inverts(string(base.Key)) {
			s = inverse(s)
		}
		base.Setting = s
	}
	base.Targets = len(base.Groups) + len(base.Excludes)
	g.settings = append(g.settings, base)
}

// setting reads a value; false when it is no flag.
func (g *shaped) setting(key ledger.FlagKey, n *decode.Node) (ledger.Setting, bool) {
	switch {
	case n.IsNull():
		if s, ok := mean(g.Default); ok {
			return s, true
		}
		return g.stateless(key, n)
	case n.Is(decode.Map):
		return g.fields(key, n)
	case n.Is(decode.List):
		return withState(ledger.Setting{Groups: g.groupsIn(n), Via: "groups"}), true
	}
	return g.word(key, n)
}

// fields reads a map.
func (g *shaped) fields(key ledger.FlagKey, n *decode.Node) (ledger.Setting, bool) {
	said, ok := g.said(key, n)
	if !ok {
		return ledger.Setting{}, false
	}
	return said.setting(), true
}

// said reads the fields of a map; false when it is no flag.
func (g *shaped) said(key ledger.FlagKey, n *decode.Node) (*Said, bool) {
	state := g.field(n, g.state, "state", "enabled", "status", "active", "on", "value", "default")
	percent := g.field(n, g.percent, "percent", "percentage", "rollout_percentage", "rollout")
	groups := g.field(n, g.groups, "groups")
	said := &Said{}
	if state == nil && percent == nil && groups == nil {
		if g.over && g.Overlay != "flag" {
			return said, true // the layer below says it
		}
		_, ok := g.stateless(key, n)
		return said, ok
	}
	if state != nil {
		s, ok := g.setting(key, state)
		if !ok {
			return nil, false
		}
		said.State = &s
	}
	if percent != nil && (said.State == nil || said.State.State == ledger.FlagOn || g.Overlay != "flag") {
		share, ok := shareIn(percent, int64(cmp.Or(max(g.Scale, 0), 100)))
		if text, isText := percent.Str(); isText && strings.HasSuffix(strings.TrimSpace(text), "%") {
			share, ok = shareIn(percent, 100)
		}
		if !ok {
			g.doubt(percent, "bad-percentage", "say with scale which number stands for everybody", "flag %s has a share that cannot be read", quote(string(key)))
			said.State = &ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: "percent"}
			return said, true
		}
		said.Percent = &share
	}
	said.Groups, said.HasGroups = g.groupsIn(groups), groups != nil
	return said, true
}

// field gives what a path leads to, and without a path the first of the usual
// names that is a single value or a list.
func (g *shaped) field(n *decode.Node, to []step, usual ...string) *decode.Node {
	if len(to) > 0 {
		if v := follow(n, to); !v.IsNull() {
			return v
		}
		return nil
	}
	for _, name := range usual {
		if v := n.Get(name); !v.IsNull() && !v.Is(decode.Map) {
			return v
		}
	}
	return nil
}

// groupsIn reads names, or a map of names to percentages. Addresses are counted
// and not shown.
func (g *shaped) groupsIn(n *decode.Node) []ledger.GroupShare {
	names := map[string]ledger.Share{}
	addresses := 0
	add := func(name string, share ledger.Share) {
		if strings.Index(name, "@") > 0 {
			addresses++
		} else if name != "" && share.Hi > 0 {
			names[cut(name)] = share
		}
	}
	if n.Is(decode.Map) {
		for _, e := range n.Entries {
			if share, ok := shareIn(e.Value, 100); ok {
				add(e.Key, share)
			} else if value, ok := e.Value.Bool(); ok && value {
				add(e.Key, ledger.Everybody())
			}
		}
	} else {
		for _, name := range texts(n) {
			add(name, ledger.Everybody())
		}
	}
	if addresses > 0 {
		names[counted(addresses, "address")] = ledger.Everybody()
	}
	var out []ledger.GroupShare
	for name, share := range names {
		out = append(out, ledger.GroupShare{Name: name, Percent: share})
	}
	slices.SortFunc(out, func(a, b ledger.GroupShare) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// word reads a single value: by the settings' words, then by ours, then as a
// number.
func (g *shaped) word(key ledger.FlagKey, n *decode.Node) (ledger.Setting, bool) {
	text, _ := n.Scalar()
	meaning, there := g.words[text]
	if !there && n.Is(decode.Bool) {
		value, _ := n.Bool()
		meaning, there = map[bool]string{true: on, false: off}[value], true
	}
	if !there {
		meaning = map[string]string{on: on, off: off, "true": on, "false": off}[text]
	}
	percent := strings.HasSuffix(strings.TrimSpace(text), "%")
	if meaning == "" && (percent || g.Scale > 0) {
		hundred := int64(g.Scale)
		if percent {
			hundred = 100
		}
		if share, ok := shareIn(n, hundred); ok {
			return withState(ledger.Setting{Percent: share, Via: "percent"}), true
		}
	}
	if v, ok := numberIn(n); ok && meaning == "" && v.Sign() == 0 {
		meaning = off
	}
	if meaning == "" {
		meaning = g.other
	}
	if meaning == skip {
		return ledger.Setting{}, false
	}
	if s, ok := mean(meaning); ok {
		return s, true
	}
	if g.guess && !looksLikeState(text) {
		return ledger.Setting{}, false
	}
	g.doubt(n, "unknown-state", g.hint(n, text), "flag %s: unknown state%s", quote(string(key)), shown(text))
	return ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: "unknown state"}, true
}

func (g *shaped) hint(n *decode.Node, text string) string {
	if _, ok := numberIn(n); ok {
		return "say with scale which number stands for everybody, or with values what this one means"
	}
	if near := decode.Nearest(text, []string{on, off, "true", "false"}); near != "" && len(text) > 1 {
		return "write " + near + ", or say in site.toml: values = [\"" + text + " = " + map[bool]string{true: on, false: off}[near == on || near == "true"] + "\"]"
	}
	return "say with values what this word means"
}

// shown quotes a value that is a word. Beside flags there are secrets, which no
// message may tell.
func shown(text string) string {
	if looksLikeState(text) {
		return " " + quote(text)
	}
	return ""
}

// looksLikeState reports whether a value is short and of letters or digits alone.
func looksLikeState(text string) bool {
	const longest = 16
	letters := strings.IndexFunc(text, func(r rune) bool {
		return r != '%' && r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
	return text != "" && len(text) <= longest && letters && (strings.Trim(text, "0123456789") != "" || len(text) <= 6)
}

// stateless is a flag that is there, and nothing says how it is set.
func (g *shaped) stateless(key ledger.FlagKey, n *decode.Node) (ledger.Setting, bool) {
	if g.other == skip {
		return ledger.Setting{}, false
	}
	g.doubt(n, "no-state", "say with state, percent or groups which fields tell it, or with default what it is without any", "flag %s has no state", quote(string(key)))
	return ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: noState}, true
}

// program adds what a jq program makes of a document: objects, or lists of them.
func (g *shaped) program(q *decode.Query, doc *decode.Node) {
	found, err := q.Run(g.path, doc)
	for _, n := range found {
		items := []*decode.Node{n}
		if n.Is(decode.List) {
			items = n.Items
		}
		for _, item := range items {
			g.made(item)
		}
	}
	if e, ok := decode.AsError(err); ok {
		g.settings = nil // flags that it did not come to would look removed
		g.report(e.Line, e.Col, ledger.LevelError, "bad-program", e.Message, "mend jq in site.toml")
	}
}

// made adds one object that a program gave.
func (g *shaped) made(n *decode.Node) {
	if n.IsNull() {
		return
	}
	key, ok := n.Get("key").Scalar()
	if !ok || key == "" {
		g.doubt(n, "malformed-flag", "give each object a key", "the jq program gives %s without a key", n.Kind)
		return
	}
	base := g.base(key, n.Get("key"))
	for _, e := range n.Entries {
		base.Meta.takeMeta(e)
	}
	base.Environment = g.reading.Environment
	if env, ok := n.Get("environment").Scalar(); ok && env != "" {
		base.Environment = ledger.EnvironmentName(env)
	}
	if !slices.ContainsFunc(n.Entries, func(e decode.Entry) bool { return isSettingKey(e.Key) && !e.Value.IsNull() }) {
		if g.Overlay != "flag" {
			base.Said = &Said{}
		}
		if base.Setting = (&Said{}).setting(); !g.over || base.Said == nil {
			_, _ = g.stateless(base.Key, n)
		}
		g.settings = append(g.settings, base)
		return
	}
	n.Entries = slices.DeleteFunc(n.Entries, func(e decode.Entry) bool { return e.Value.IsNull() })
	g.shortSetting(base, n)
	if last := &g.settings[len(g.settings)-1]; len(last.Plan) == 0 && !last.Broken && g.Overlay != "flag" {
		last.Said = g.madeSaid(base, n)
		last.Said.Inverse = g.inverts(key)
	}
	if last := &g.settings[len(g.settings)-1]; g.inverts(key) {
		last.Setting = inverse(last.Setting)
		for i, p := range last.Plan {
			last.Plan[i].Setting = inverse(p.Setting)
		}
	}
}

// madeSaid reads the fields of an object that a program gave, one by one. What is
// wrong with them is told already.
func (g *shaped) madeSaid(base Setting, n *decode.Node) *Said {
	alone := func(names ...string) *ledger.Setting {
		part := *n
		part.Entries = slices.DeleteFunc(slices.Clone(n.Entries), func(e decode.Entry) bool { return !slices.Contains(names, e.Key) })
		if len(part.Entries) == 0 {
			return nil
		}
		one := *g.reading
		one.settings, one.problems, one.needs = nil, nil, nil
		one.shortSetting(base, &part)
		if len(one.settings) == 0 {
			return nil
		}
		return &one.settings[0].Setting
	}
	said := &Said{State: alone("state"), Beside: true}
	if s := alone("percent"); s != nil {
		said.Percent = &s.Percent
	}
	if s := alone("groups"); s != nil {
		said.Groups, said.HasGroups = s.Groups, true
	}
	return said
}
