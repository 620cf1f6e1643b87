package flagfile

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// shortSetting adds what a value says.
func (r *reading) shortSetting(s Setting, n *decode.Node) {
	s.Setting = r.shortState(s.Key, ledger.Setting{}, n)
	if n.Is(decode.Map) && s.State != ledger.FlagUnknown {
		s.Plan = r.shortPlan(s.Key, s.Setting, n.Get("plan"))
	}
	s.Targets = len(s.Groups) + len(s.Excludes)
	r.settings = append(r.settings, s)
}

// shortState reads a scalar, a list of groups, or a map, which changes what from
// has.
func (r *reading) shortState(key ledger.FlagKey, from ledger.Setting, n *decode.Node) ledger.Setting {
	var s ledger.Setting
	switch {
	case n.Is(decode.List):
		s.Groups = r.shortGroups(key, n)
		s.Via = "groups"
	case n.Is(decode.Map):
		return r.shortMap(key, from, n)
	default:
		share, via, ok := shortShare(n)
		if !ok {
			return r.shortUnknown(key, n)
		}
		s.Percent, s.Via = share, via
	}
	return withState(s)
}

func (r *reading) shortMap(key ledger.FlagKey, s ledger.Setting, n *decode.Node) ledger.Setting {
	if !slices.ContainsFunc(n.Entries, func(e decode.Entry) bool { return isSettingKey(e.Key) }) {
		return r.shortUnknown(key, n)
	}
	s.Groups, s.Excludes = slices.Clone(s.Groups), slices.Clone(s.Excludes)
	// Who only says whom to keep out lets everybody else in.
	if s.State == "" && n.Has("except") && !n.Has("percent") && !n.Has("state") && !n.Has("groups") {
		s.Percent, s.Via = ledger.Everybody(), "except"
	}
	for _, name := range []string{"state", "percent"} {
		v, given := n.Entry(name)
		if !given {
			continue
		}
		share, via, ok := shortShare(v.Value)
		if !ok || name == "percent" && !v.Value.Is(decode.Number, decode.String) {
			return r.shortUnknown(key, v.Value)
		}
		if name == "percent" && n.Has("state") && s.Percent.Hi == 0 && share.Hi > 0 {
			if r.Shape.JQ != "" {
				continue // a program tells what it found
			}
			r.doubt(v.Value, "off-with-a-share", "remove one of the two", "flag %s is off, and has a share; off counts", quote(string(key)))
			continue // nothing is shown by mistake
		}
		s.Percent, s.Via = share, via
		// "on" and "off" are about everybody; groups that are given beside them stand.
		if name == "state" && !n.Has("groups") {
			s.Groups = nil
		}
	}
	if v, given := n.Entry("groups"); given {
		s.Groups = r.shortGroups(key, v.Value)
		if s.Via == "" {
			s.Via = "groups"
		}
	}
	if v, given := n.Entry("except"); given {
		s.Excludes = nil
		for _, g := range texts(v.Value) {
			if !slices.Contains(s.Excludes, g) {
				s.Excludes = append(s.Excludes, g)
			}
		}
	}
	if s.Via == "" {
		s.Via = "plan"
	}
	return withState(s)
}

// shortKeys reports keys of a setting, or of a planned step, that have no
// meaning there.
func (r *reading) shortKeys(key ledger.FlagKey, n *decode.Node, more ...string) {
	for _, e := range n.Entries {
		if isSettingKey(e.Key) || slices.Contains(more, e.Key) {
			continue
		}
		hint := "a setting has state, percent, groups, except and plan"
		if near := decode.Nearest(e.Key, settingKeys()); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.report(e.Line, e.Col, ledger.LevelWarning, "unknown-key", "unknown key "+quote(e.Key)+" in a setting of flag "+quote(string(key)), hint)
	}
}

// shortGroups reads a list of names, or a map of names to percentages.
func (r *reading) shortGroups(key ledger.FlagKey, n *decode.Node) []ledger.GroupShare {
	var out []ledger.GroupShare
	add := func(name string, share ledger.Share) {
		if !slices.ContainsFunc(out, func(g ledger.GroupShare) bool { return g.Name == name }) && share.Hi > 0 {
			out = append(out, ledger.GroupShare{Name: name, Percent: share})
		}
	}
	if n.Is(decode.Map) {
		for _, e := range n.Entries {
			share, _, ok := shortShare(e.Value)
			if !ok {
				r.doubt(e.Value, "unknown-state", "write a percentage", "flag %s: group %s has no share that can be read", quote(string(key)), quote(e.Key))
				continue
			}
			add(e.Key, share)
		}
		return out
	}
	for _, name := range texts(n) {
		add(name, ledger.Everybody())
	}
	return out
}

// shortShare reads on, off, true, false, or a percentage.
func shortShare(n *decode.Node) (share ledger.Share, via string, ok bool) {
	text, ok := n.Scalar()
	if !ok {
		return ledger.Share{}, "", false
	}
	switch shortState(text) {
	case ledger.FlagOn:
		return ledger.Everybody(), "state", true
	case ledger.FlagOff:
		return ledger.Share{}, "state", true
	}
	p, err := ledger.ParsePercent(text)
	return ledger.Exactly(p), "percent", err == nil
}

// shortState reads a word, "" when it is none.
func shortState(s string) ledger.FlagState {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "on", "true":
		return ledger.FlagOn
	case "off", "false":
		return ledger.FlagOff
	}
	return ""
}

func (r *reading) shortUnknown(key ledger.FlagKey, n *decode.Node) ledger.Setting {
	text, ok := n.Scalar()
	if !ok {
		text = n.Kind.String()
	}
	hint := "write on, off, a percentage from 0 to 100, or a list of groups"
	if near := decode.Nearest(text, []string{"on", "off", "true", "false"}); near != "" && len(text) > 1 {
		hint = "did you mean " + near + "?"
	}
	r.doubt(n, "unknown-state", hint, "flag %s: unknown state %s", quote(string(key)), quote(text))
	return ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: "unknown state"}
}

// shortPlan reads the dated steps in the order of time; each changes what it
// names, and keeps the rest of the step before it.
func (r *reading) shortPlan(key ledger.FlagKey, from ledger.Setting, n *decode.Node) []ledger.PlannedSetting {
	if n.IsNull() {
		return nil
	}
	if !n.Is(decode.List) {
		r.doubt(n, "bad-plan", "write a list of {at, percent}", "the plan of flag %s is %s where a list is wanted", quote(string(key)), n.Kind)
		return nil
	}
	type step struct {
		at   time.Time
		node *decode.Node
	}
	var steps []step
	for _, item := range n.Items {
		text, _ := item.Get("at").Scalar()
		at, ok := parseTime(text)
		if !ok {
			r.doubt(item, "bad-plan", "begin it with at: 2006-01-02T15:04:05Z", "a planned step of flag %s has no date that can be read", quote(string(key)))
			continue
		}
		steps = append(steps, step{at, item})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	var plan []ledger.PlannedSetting
	for _, s := range steps {
		r.shortKeys(key, s.node, "at")
		next := r.shortState(key, from, s.node)
		if next.State == ledger.FlagUnknown {
			continue // reported; a plan that nobody understands changes nothing
		}
		plan = append(plan, ledger.PlannedSetting{At: s.at, Setting: next})
		from = next
	}
	return plan
}
