package deploylog

import (
	"math/big"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// What the controllers of progressive delivery share. Their manifests are plans:
// that a step is written down does not say that it was taken. Facts are their
// events, and the status of an object that was read from a cluster.

// canarySlot is where a new revision runs while it has a part of the traffic.
const canarySlot = "canary"

// isObject reports whether a document is an object of Kubernetes of this kind
// and group.
func isObject(d document, group, kind string) bool {
	return textAt(d.node, "kind") == kind && strings.HasPrefix(textAt(d.node, "apiVersion"), group)
}

// eventAbout gives the object that an event of Kubernetes is about, nil where
// it is of another kind.
func eventAbout(d document, kind string) *decode.Node {
	if textAt(d.node, "kind") != "Event" {
		return nil
	}
	for _, about := range []*decode.Node{d.node.Get("involvedObject"), d.node.Get("regarding")} {
		if textAt(about, "kind") == kind {
			return about
		}
	}
	return nil
}

// eventTime is when an event happened last.
func eventTime(n *decode.Node) *decode.Node {
	return first(n.Get("lastTimestamp"), n.Get("series", "lastObservedTime"), n.Get("eventTime"), n.Get("deprecatedLastTimestamp"),
		n.Get("firstTimestamp"), n.Get("metadata", "creationTimestamp"))
}

// sayPlace sets component and environment of an object: its labels, or its name
// and a namespace that is called like an environment, where the source has none.
func (r *reading) sayPlace(e event, object *decode.Node) {
	labels, notes := object.Get("labels"), object.Get("annotations")
	e.fields.set("component", labels.Get("app.kubernetes.io/name"), labels.Get("app"), object.Get("name"))
	e.fields.set("environment", labels.Get("environment"), labels.Get("env"), labels.Get("app.kubernetes.io/environment"), notes.Get("environment"))
	if space := object.Get("namespace"); e.fields["environment"] == nil && r.Environment == "" && knownEnvironment(textOf(space)) {
		e.fields["environment"] = space
	}
}

// sayImage takes the version from the name of an image.
func (o object) sayImage(image *decode.Node) {
	if text := textOf(image); text != "" {
		version, revision := artifactRefs(text)
		o.say("version", version, image)
		o.say("revision", revision, image)
	}
}

// normalized gives weight of total in percent, exactly where five places are
// enough, else as the interval that holds it. Nil where it makes no sense.
func normalized(weight, total *decode.Node) *decode.Node {
	w, ok := numberOf(weight)
	if !ok || w.Sign() < 0 {
		return nil
	}
	all := big.NewRat(100, 1)
	if t, ok := numberOf(total); ok && t.Sign() > 0 {
		all = t
	}
	const places = 100_000
	share := new(big.Rat).Quo(new(big.Rat).Mul(w, big.NewRat(100*places, 1)), all)
	low := new(big.Int).Quo(share.Num(), share.Denom())
	high := new(big.Int).Set(low)
	if !share.IsInt() {
		high.Add(high, big.NewInt(1))
	}
	end := func(n *big.Int) *decode.Node {
		text := new(big.Rat).SetFrac(n, big.NewInt(places)).FloatString(5)
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		return &decode.Node{Kind: decode.Number, Text: text, Line: weight.Line, Col: weight.Col}
	}
	if low.Cmp(high) == 0 {
		return end(low)
	}
	return &decode.Node{Kind: decode.List, Line: weight.Line, Col: weight.Col, Items: []*decode.Node{end(low), end(high)}}
}

func numberOf(n *decode.Node) (*big.Rat, bool) {
	text, ok := n.Scalar()
	if !ok {
		return nil, false
	}
	return decode.ParseNumber(text)
}

// canaryEnded adds what the end of a canary that failed is: a failed deployment,
// and the slot without traffic, which the controller takes away by itself.
func (r *reading) canaryEnded(e event) {
	failed := e
	failed.fields = e.fields.with("status", string(ledger.RecordFailed))
	delete(failed.fields, "kind")
	delete(failed.fields, "weight")
	r.record(failed)
	e.fields = e.fields.with("id", textOf(e.fields["id"])+"#0").with("weight", "0").with("kind", string(ledger.KindCanaryStep)).with("slot", canarySlot)
	e.key += "\x000"
	r.record(e)
}

// with gives a copy with one more text, at the place of the old value.
func (o object) with(name, text string) object {
	out := object{}
	for k, n := range o {
		out[k] = n
	}
	out.say(name, text, o[name])
	return out
}

// newestCondition is when the status of an object changed last.
func newestCondition(status *decode.Node) *decode.Node {
	var times []*decode.Node
	if list := status.Get("conditions"); list.Is(decode.List) {
		for _, c := range list.Items {
			if at := first(c.Get("lastUpdateTime"), c.Get("lastTransitionTime")); at != nil {
				times = append(times, at)
			}
		}
	}
	if len(times) == 0 {
		return nil
	}
	return slices.MaxFunc(times, func(a, b *decode.Node) int {
		x, _ := parseTime(a.Text, nil)
		y, _ := parseTime(b.Text, nil)
		return x.at.Compare(y.at)
	})
}
