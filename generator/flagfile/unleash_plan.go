package flagfile

import (
	"slices"
	"time"

	"daylight/generator/decode"
)

// Release plans of Unleash: milestones with strategies, one of which is active in
// an environment. What it asks for counts beside the environment's own strategies.
//
//	"releasePlans": [{"featureName": "basket-v2", "environment": "production", "activeMilestoneId": "b", "milestones": [
//	  {"id": "a", "name": "Some", "startedAt": "2026-03-02T09:00:00Z", "strategies": [{"strategyName": "flexibleRollout", …}]},
//	  {"id": "b", "name": "All", "startedAt": "2026-03-09T09:00:00Z", "strategies": [{"strategyName": "default"}]}]}]
//
// A milestone counts from the instant at which it was started until the next one
// was. One that nobody started has no date, and does not count: that it is to come
// is in the plan, and when is not.

// milestone is one that was started.
type milestone struct {
	from       time.Time // zero when not given: since ever
	until      time.Time // zero for the active one
	strategies []*decode.Node
}

// unleashPlans lists the plans of a feature in an environment: those beside the
// features, and those of the environment's own entry.
func unleashPlans(set unleashSet, key, env string, place *decode.Node) (out []*decode.Node) {
	for _, n := range set.plans[key] {
		if where, _ := n.Get("environment").Scalar(); where == env {
			out = append(out, n)
		}
	}
	if own := place.Get("releasePlans"); own.Is(decode.List) {
		out = append(out, own.Items...)
	}
	return out
}

// milestones lists those of a plan that were started, in the order of time. The
// active one is the last; what started after it was given up.
func (r *reading) milestones(key string, plan *decode.Node) (out []milestone) {
	active, _ := plan.Get("activeMilestoneId").Scalar()
	list := plan.Get("milestones")
	if active == "" || !list.Is(decode.List) {
		return nil
	}
	var last *milestone
	for _, n := range list.Items {
		id, _ := n.Get("id").Scalar()
		text, _ := n.Get("startedAt").Scalar()
		from, ok := parseTime(text)
		if text != "" && !ok {
			r.doubt(n.Get("startedAt"), "bad-date", "write it as 2006-01-02T15:04:05Z", "feature %s has a milestone that started at no instant that can be read", quote(key))
		}
		m := milestone{from: from}
		if s := n.Get("strategies"); s.Is(decode.List) {
			m.strategies = s.Items
		}
		switch {
		case id == active:
			last = &m
		case ok:
			out = append(out, m)
		}
	}
	if last == nil {
		r.doubt(plan, "unknown-milestone", "export the plan with all its milestones", "the release plan of feature %s has no milestone with the id of the active one", quote(key))
		return nil
	}
	out = slices.DeleteFunc(out, func(m milestone) bool { return !m.from.Before(last.from) })
	slices.SortStableFunc(out, func(a, b milestone) int { return a.from.Compare(b.from) })
	out = append(out, *last)
	for i := range len(out) - 1 {
		out[i].until = out[i+1].from
	}
	return out
}

// unleashPlanned gives the rules of release plans, each within its time.
func (r *reading) unleashPlanned(set unleashSet, key string, plans []*decode.Node, a allocation) (out []choice) {
	number := len(set.strategies[key]) // those of plans are counted on, so that chance stays apart
	for _, plan := range plans {
		for _, m := range r.milestones(key, plan) {
			for _, st := range m.strategies {
				number++
				c, ok := r.unleashStrategy(set, key, st, number)
				if !ok {
					continue
				}
				if !m.from.IsZero() {
					c.when = both(c.when, &cond{op: opTime, at: m.from, begins: true})
				}
				if !m.until.IsZero() {
					c.when = both(c.when, &cond{op: opTime, at: m.until})
				}
				own := a
				if list := st.Get("variants"); list.Is(decode.List) && len(list.Items) > 0 {
					own = r.unleashVariants(key, list)
				}
				out = append(out, own.within(c)...)
			}
		}
	}
	return out
}
