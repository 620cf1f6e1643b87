package deploylog

import (
	"regexp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// flagger reads Flagger: the payloads of its event webhook, events of Kubernetes
// about a Canary, and Canaries that were read from a cluster with their status.
//
//	{"name": "shop", "namespace": "production", "phase": "Progressing", "checksum": "85d557f47b",
//	 "metadata": {"eventMessage": "Advance shop.production canary weight 10", "timestamp": "1772528400000", "version": "v1.4.0"}}
//
// A Canary without a status is a plan. Nothing in Flagger names the code: the
// metadata of the webhook may, with the keys of a record (see [Keys]), and so
// may the labels and annotations of a Canary. A canary that fails has its
// traffic taken away by the controller.
//
// https://docs.flagger.app/usage/webhooks
type flagger struct{}

func (flagger) name() string { return "flagger" }

func (flagger) match(d document) bool {
	return isObject(d, "flagger.app/", "Canary") || eventAbout(d, "Canary") != nil ||
		d.has("name", "namespace", "phase") && (d.has("checksum") || d.has("metadata"))
}

var flaggerWeight = regexp.MustCompile(`canary weight (\d{1,3})\b`)

func (f flagger) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		var phase, weight *decode.Node
		var object *decode.Node
		switch {
		case isObject(d, "flagger.app/", "Canary"):
			status := n.Get("status")
			if first(status.Get("phase")) == nil {
				r.skip(d, f, "plan", "the analysis of a manifest is a plan; executed steps are in the status, and in events")
				continue
			}
			object, phase, weight = n.Get("metadata"), status.Get("phase"), status.Get("canaryWeight")
			e.fields.set("at", status.Get("lastTransitionTime"), newestCondition(status))
			f.keys(e.fields, object.Get("labels"))
			f.keys(e.fields, object.Get("annotations"))
			e.fields.set("version", e.fields["version"], object.Get("labels", "app.kubernetes.io/version"))
		case eventAbout(d, "Canary") != nil:
			object = eventAbout(d, "Canary")
			phase, weight = flaggerMessage(n.Get("message"))
			e.fields.set("at", eventTime(n))
			e.fields.set("description", n.Get("message"))
		default:
			meta := n.Get("metadata")
			object, phase = n, n.Get("phase")
			_, weight = flaggerMessage(meta.Get("eventMessage"))
			e.fields.set("at", meta.Get("timestamp"))
			e.fields.set("description", meta.Get("eventMessage"))
			f.keys(e.fields, meta)
		}
		r.sayPlace(e, object)
		if phase != nil {
			id := []string{textAt(object, "namespace"), textAt(object, "name"), textAt(n, "checksum"), textAt(n, "status", "lastAppliedSpec"), textOf(phase), textOf(weight), textOf(e.fields["at"])}
			e.fields.say("id", strings.Join(id, "#"), phase)
		}
		f.phase(r, d, e, phase, weight)
	}
}

// keys takes the keys of a record from a map of texts.
func (flagger) keys(o object, texts *decode.Node) {
	if !texts.Is(decode.Map) {
		return
	}
	flat := flatten(texts)
	for _, name := range []string{"environment", "component", "revision", "version", "url", "actor"} {
		if _, n := flat.text(name); n != nil && o[name] == nil {
			o[name] = n
		}
	}
	if image := flat["image"]; o["version"] == nil {
		o.sayImage(image)
	}
}

// flaggerMessage finds the phase and the weight in the words of an event.
func flaggerMessage(message *decode.Node) (phase, weight *decode.Node) {
	text := textOf(message)
	say := func(kind decode.Kind, word string) *decode.Node {
		return &decode.Node{Kind: kind, Text: word, Line: message.Line, Col: message.Col}
	}
	if m := flaggerWeight.FindStringSubmatch(text); m != nil {
		return say(decode.String, "Progressing"), say(decode.Number, m[1])
	}
	switch {
	case strings.HasPrefix(text, "Promotion completed"):
		return say(decode.String, "Succeeded"), nil
	case strings.HasPrefix(text, "Canary failed"):
		return say(decode.String, "Failed"), nil
	case strings.HasPrefix(text, "Initialization done"):
		return say(decode.String, "Initialized"), nil
	}
	return nil, nil
}

// phase adds what a phase is: a step of the canary, its promotion, or its end.
func (f flagger) phase(r *reading, d document, e event, phase, weight *decode.Node) {
	switch fold(textOf(phase)) {
	case "progressing":
		share := normalized(weight, nil)
		if share == nil || share.Text == "0" {
			r.skip(d, f, "progress", "an event that moves no traffic")
			return
		}
		e.fields.say("kind", string(ledger.KindCanaryStep), phase)
		e.fields.say("slot", canarySlot, phase)
		e.fields["weight"] = share
		r.record(e)
	case "succeeded", "initialized":
		r.record(e)
	case "failed":
		r.canaryEnded(e)
	case "", "initializing", "waiting", "waiting_promotion", "promoting", "finalising", "terminating", "terminated":
		r.skip(d, f, "progress", "an event that moves no traffic")
	default:
		r.sayStatus(e, phase, func(string) ledger.RecordStatus { return "" })
		r.record(e)
	}
}
