package deploylog

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// rollouts reads Argo Rollouts: events of Kubernetes about a Rollout, and
// Rollouts that were read from a cluster with their status.
//
//	{"kind": "Event", "reason": "RolloutStepCompleted", "message": "Rollout step 1/8 completed (setWeight: 5)",
//	 "lastTimestamp": "2026-03-03T09:00:00Z", "involvedObject": {"kind": "Rollout", "name": "shop", "namespace": "production"}}
//
// A manifest without a status is a plan. Events name a revision by the number of
// the rollout; which image that is say the Rollouts and ReplicaSets among the
// files. Weights are brought to 100. The promotion of a blue-green rollout is a
// switch of the traffic, and what is in preview has none.
//
// https://argo-rollouts.readthedocs.io/
type rollouts struct{}

func (rollouts) name() string { return "rollouts" }

const rolloutsGroup = "argoproj.io/"

func (rollouts) match(d document) bool {
	return isObject(d, rolloutsGroup, "Rollout") || eventAbout(d, "Rollout") != nil ||
		isObject(d, "apps/", "ReplicaSet") && d.node.Get("metadata", "labels").Has("rollouts-pod-template-hash")
}

// rolloutName is a Rollout in a namespace.
type rolloutName struct{ space, name string }

// rolloutFacts is what the objects among the documents tell of a Rollout.
type rolloutFacts struct {
	images    map[string]*decode.Node // by the number of the revision
	object    *decode.Node            // the metadata of the Rollout, for labels
	maxWeight *decode.Node
	blueGreen bool

	number  string // of the revision that is rolled out, as of the event at hand
	weight  string // that the last step set
	numbers *decode.Node
}

func (f rollouts) read(r *reading, docs []document) {
	facts := map[rolloutName]*rolloutFacts{}
	about := func(space, name string) *rolloutFacts {
		key := rolloutName{space, name}
		if facts[key] == nil {
			facts[key] = &rolloutFacts{images: map[string]*decode.Node{}}
		}
		return facts[key]
	}
	var events []document
	for _, d := range docs {
		meta := d.node.Get("metadata")
		switch textAt(d.node, "kind") {
		case "Event":
			events = append(events, d)
		case "ReplicaSet":
			owner := ownerOf(meta)
			about(textAt(meta, "namespace"), owner).image(d.node)
			r.skip(d, f, "plan", "a set of replicas says which image a revision has")
		case "Rollout":
			facts := about(textAt(meta, "namespace"), textAt(meta, "name"))
			facts.image(d.node)
			facts.object = meta
			facts.maxWeight = d.node.Get("spec", "strategy", "canary", "trafficRouting", "maxTrafficWeight")
			facts.blueGreen = d.node.Get("spec", "strategy", "blueGreen").Is(decode.Map)
		}
	}
	for _, d := range docs {
		if textAt(d.node, "kind") == "Rollout" {
			f.object(r, d)
		}
	}
	// An event may stand anywhere in the answer of a cluster; each builds on those before it.
	slices.SortStableFunc(events, func(a, b document) int { return timeOf(eventTime(a.node)).Compare(timeOf(eventTime(b.node))) })
	for _, d := range events {
		o := eventAbout(d, "Rollout")
		f.event(r, d, o, about(textAt(o, "namespace"), textAt(o, "name")))
	}
}

func timeOf(n *decode.Node) time.Time {
	t, _ := parseTime(textOf(n), nil)
	return t.at
}

// ownerOf is the Rollout that a set of replicas belongs to.
func ownerOf(meta *decode.Node) string {
	if owners := meta.Get("ownerReferences"); owners.Is(decode.List) {
		for _, o := range owners.Items {
			if textAt(o, "kind") == "Rollout" {
				return textAt(o, "name")
			}
		}
	}
	return strings.TrimSuffix(textAt(meta, "name"), "-"+textAt(meta, "labels", "rollouts-pod-template-hash"))
}

// image remembers the image of an object's revision.
func (f *rolloutFacts) image(n *decode.Node) {
	if number := textAt(n, "metadata", "annotations", "rollout.argoproj.io/revision"); number != "" {
		if image := firstImage(n); image != nil {
			f.images[number] = image
		}
	}
}

// firstImage is the image of the first container of a template.
func firstImage(n *decode.Node) *decode.Node {
	list := n.Get("spec", "template", "spec", "containers")
	if !list.Is(decode.List) || len(list.Items) == 0 {
		return nil
	}
	return first(list.Items[0].Get("image"))
}

// object reads a Rollout with its status.
func (f rollouts) object(r *reading, d document) {
	n, status := d.node, d.node.Get("status")
	phase := textAt(status, "phase")
	if phase == "" {
		r.skip(d, f, "plan", "the steps of a manifest are a plan; executed steps are in the status, and in events")
		return
	}
	canary := n.Get("spec", "strategy", "canary")
	e := d.event(f)
	r.sayPlace(e, n.Get("metadata"))
	e.fields.sayImage(firstImage(n))
	e.fields.set("at", newestCondition(status))
	number := textAt(n, "metadata", "annotations", "rollout.argoproj.io/revision")
	e.fields.say("id", strings.Join([]string{textAt(n, "metadata", "namespace"), textAt(n, "metadata", "name"), number, phase, textAt(status, "currentStepIndex")}, "#"), status)
	switch fold(phase) {
	case "healthy":
		if n.Get("spec", "strategy", "blueGreen").Is(decode.Map) {
			e.fields.say("kind", string(ledger.KindTrafficSwitch), status.Get("phase"))
		}
	case "degraded":
		r.canaryEnded(e)
		return
	case "progressing", "paused":
		if !canary.Is(decode.Map) {
			e.fields.say("slot", "preview", status.Get("phase"))
			e.fields.say("weight", "0", status.Get("phase"))
			break
		}
		weight := normalized(stepWeight(status, canary), canary.Get("trafficRouting", "maxTrafficWeight"))
		if weight == nil {
			e.fields.say("status", string(ledger.RecordRunning), status.Get("phase"))
			break
		}
		e.fields.say("kind", string(ledger.KindCanaryStep), status.Get("phase"))
		e.fields.say("slot", canarySlot, status.Get("phase"))
		e.fields["weight"] = weight
	default:
		r.sayStatus(e, status.Get("phase"), func(string) ledger.RecordStatus { return "" })
	}
	r.record(e)
}

// stepWeight is the weight that a canary has: what its status states, else what
// the last step that was taken sets.
func stepWeight(status, canary *decode.Node) *decode.Node {
	if w := first(status.Get("canary", "weights", "canary", "weight")); w != nil {
		return w
	}
	steps := canary.Get("steps")
	index, ok := status.Get("currentStepIndex").Int()
	if !ok || !steps.Is(decode.List) {
		return nil
	}
	var last *decode.Node
	for i, step := range steps.Items {
		if w := first(step.Get("setWeight")); w != nil && int64(i) < index {
			last = w
		}
	}
	return last
}

var (
	rolloutNumber = regexp.MustCompile(`revision (\d{1,9})`)
	rolloutWeight = regexp.MustCompile(`(?:setWeight: ?|weight updated .*?\bto )(\d{1,9})`)
)

// event reads an event about a Rollout.
func (f rollouts) event(r *reading, d document, about *decode.Node, facts *rolloutFacts) {
	reason, message := textAt(d.node, "reason"), d.node.Get("message")
	if m := rolloutNumber.FindStringSubmatch(textOf(message)); m != nil {
		facts.number, facts.numbers = m[1], message
	}
	e := d.event(f)
	r.sayPlace(e, about)
	if facts.object != nil {
		r.sayPlace(e, facts.object)
	}
	e.fields.set("at", eventTime(d.node))
	e.fields.set("description", message)
	e.fields.set("id", d.node.Get("metadata", "uid"))
	if image := facts.images[facts.number]; image != nil {
		e.fields.sayImage(image)
	} else if facts.number != "" {
		e.fields.say("version", "rollout revision "+facts.number, facts.numbers)
	}
	switch reason {
	case "RolloutStepCompleted", "TrafficWeightUpdated":
		m := rolloutWeight.FindStringSubmatch(textOf(message))
		if m == nil {
			r.skip(d, f, "progress", "a step that moves no traffic")
			return
		}
		if m[1] == facts.weight {
			r.skip(d, f, "progress", "a second event about one step")
			return
		}
		facts.weight = m[1]
		e.fields.say("kind", string(ledger.KindCanaryStep), message)
		e.fields.say("slot", canarySlot, message)
		e.fields["weight"] = normalized(&decode.Node{Kind: decode.Number, Text: m[1], Line: message.Line, Col: message.Col}, facts.maxWeight)
		r.record(e)
	case "RolloutCompleted":
		facts.weight = ""
		if facts.blueGreen {
			e.fields.say("kind", string(ledger.KindTrafficSwitch), message)
		}
		r.record(e)
	case "RolloutAborted":
		facts.weight = ""
		r.canaryEnded(e)
	default:
		r.skip(d, f, "progress", "an event that moves no traffic")
	}
}
