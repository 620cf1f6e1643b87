package flagfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// microsoftFilters turns filters into rules: each is an alternative, or all must
// hold together.
func (r *reading) microsoftFilters(key string, filters []*decode.Node, requirement string) []choice {
	all := strings.EqualFold(requirement, "All")
	if requirement != "" && !all && !strings.EqualFold(requirement, "Any") && len(filters) > 0 {
		r.doubt(filters[0], "malformed-flag", "write Any or All", "flag %s has the unknown requirement type %s", quote(key), quote(requirement))
	}
	var out []choice
	for i, n := range filters {
		list := r.microsoftFilter(key, n, fmt.Sprintf("filter %d", i))
		switch {
		case !all:
			out = append(out, list...)
		case i == 0:
			out = list
		default:
			out = product(out, list)
		}
	}
	return out
}

// maxAlternatives bounds what the filters of a flag multiply to.
const maxAlternatives = 200

// product are the rules that take whom one of each list takes.
func product(a, b []choice) []choice {
	if len(a)*len(b) > maxAlternatives {
		return []choice{{label: "filters that are too many to follow", when: &cond{text: "too many filters"}, via: "filters"}}
	}
	var out []choice
	for _, x := range a {
		for _, y := range b {
			out = append(out, x.and(y))
		}
	}
	return out
}

// and takes whom both rules take, and gives them what the second does.
func (c choice) and(d choice) choice {
	out := choice{when: both(c.when, d.when), except: slices.Concat(c.except, d.except), parts: d.parts, via: c.via}
	switch {
	case c.label == "" || d.label == "":
		out.label = c.label + d.label
	case c.label == d.label:
		out.label = c.label
	default:
		out.label = cut(c.label + " and " + d.label)
	}
	switch {
	case c.axis == "":
		out.axis, out.from, out.to, out.most = d.axis, d.from, d.to, d.most
	case d.axis == "":
		out.axis, out.from, out.to, out.most = c.axis, c.from, c.to, c.most
	case c.axis == d.axis && c.to == c.most && d.to == d.most:
		out.axis, out.from = c.axis, max(c.from, d.from)
		out.to = max(min(c.to, d.to), out.from)
		out.most = out.to
	default:
		share := ledger.AllOf(ledger.Share{Lo: c.to - c.from, Hi: c.most - c.from}, ledger.Share{Lo: d.to - d.from, Hi: d.most - d.from})
		out.axis, out.to, out.most = c.axis+" and "+d.axis, share.Lo, share.Hi
	}
	return out
}

// both joins two conditions of which each may be missing.
func both(a, b *cond) *cond {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &cond{op: opAnd, kids: []cond{*a, *b}}
}

func (r *reading) microsoftFilter(key string, n *decode.Node, axis string) []choice {
	field := func(name string) *decode.Node {
		if v := n.Get(strings.ToUpper(name[:1]) + name[1:]); v != nil {
			return v
		}
		return n.Get(name)
	}
	name, _ := field("name").Scalar()
	short := strings.TrimSuffix(strings.TrimPrefix(name, "Microsoft."), "Filter")
	parameters := field("parameters")
	switch short {
	case "AlwaysOn", "On":
		return []choice{{via: "filters"}}
	case "Percentage":
		share, ok := shareIn(parameters.Get("Value"), 100)
		if !ok {
			r.doubt(n, "bad-percentage", "give it a Value from 0 to 100", "the percentage filter of flag %s cannot be read", quote(key))
			return nil
		}
		return []choice{choice{via: "percentage"}.take(axis, share)}
	case "TimeWindow":
		return r.microsoftWindow(key, n, parameters)
	case "Targeting", "ContextualTargeting":
		return r.microsoftTargeting(key, parameters.Get("Audience"), axis)
	case "":
		r.doubt(n, "malformed-flag", "give it a name", "a filter of flag %s has no name", quote(key))
		return nil
	}
	return []choice{{label: cut(name), when: &cond{text: name}, via: "filters"}}
}

// microsoftWindow is open from its start to its end; one that recurs is a
// condition that we do not follow.
func (r *reading) microsoftWindow(key string, n, parameters *decode.Node) []choice {
	bound := func(name string) (time.Time, bool) {
		text, ok := parameters.Get(name).Scalar()
		if !ok || text == "" {
			return time.Time{}, true
		}
		t, ok := parseTime(text)
		if !ok {
			r.doubt(parameters.Get(name), "bad-date", "write it as 2006-01-02T15:04:05Z", "flag %s has the date %s, which cannot be read", quote(key), quote(text))
		}
		return t, ok
	}
	start, ok1 := bound("Start")
	end, ok2 := bound("End")
	if !ok1 || !ok2 {
		return nil
	}
	if start.IsZero() && end.IsZero() {
		r.doubt(n, "malformed-flag", "give it a Start or an End", "the time window of flag %s has no bounds, and is never open", quote(key))
		return nil
	}
	if !parameters.Get("Recurrence").IsNull() {
		return []choice{{label: "in a window that recurs", when: &cond{text: "a window that recurs"}, via: "time window"}}
	}
	var all []cond
	if !start.IsZero() {
		all = append(all, cond{op: opTime, at: start, begins: true})
	}
	if !end.IsZero() {
		all = append(all, cond{op: opTime, at: end})
	}
	return []choice{{when: &cond{op: opAnd, kids: all}, via: "time window"}}
}

// microsoftTargeting lets in users, shares of groups, and a share of the rest;
// who is excluded is never let in by it.
func (r *reading) microsoftTargeting(key string, audience *decode.Node, axis string) []choice {
	var except []cond
	if users := texts(audience.Get("Exclusion", "Users")); len(users) > 0 {
		except = append(except, cond{op: opIn, attr: "user", values: users})
	}
	for _, group := range texts(audience.Get("Exclusion", "Groups")) {
		except = append(except, cond{op: opIn, attr: "group", values: []string{group}})
	}
	var out []choice
	if users := texts(audience.Get("Users")); len(users) > 0 {
		out = append(out, people("user", users, nil))
	}
	if groups := audience.Get("Groups"); groups.Is(decode.List) {
		for _, g := range groups.Items {
			name, ok := g.Get("Name").Scalar()
			share, okShare := shareIn(g.Get("RolloutPercentage"), 100)
			if !ok || !okShare {
				r.doubt(g, "bad-percentage", "give it a Name and a RolloutPercentage", "a group of flag %s cannot be read", quote(key))
				continue
			}
			out = append(out, people("group", []string{name}, nil).take(axis+" "+name, share))
		}
	}
	share, ok := shareIn(audience.Get("DefaultRolloutPercentage"), 100)
	if !ok && !audience.Get("DefaultRolloutPercentage").IsNull() {
		r.doubt(audience.Get("DefaultRolloutPercentage"), "bad-percentage", "write a number from 0 to 100", "the default percentage of flag %s cannot be read", quote(key))
	}
	out = append(out, choice{}.take(axis, share))
	for i := range out {
		out[i].except, out[i].via = except, "targeting"
	}
	return out
}
