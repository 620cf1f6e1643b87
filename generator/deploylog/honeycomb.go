package deploylog

import "daylight/generator/decode"

// honeycomb reads markers of Honeycomb. They say in words what was deployed, if
// at all, and name no environment: it is the source's.
//
//	{"id": "7c1", "start_time": 1772528280, "end_time": 1772528400, "type": "deploy", "message": "deploy v1.4.0", "url": "…"}
//
// https://docs.honeycomb.io/api/markers/
type honeycomb struct{}

func (honeycomb) name() string { return "honeycomb" }

func (honeycomb) match(d document) bool {
	return d.has("start_time", "type") && d.node.Get("start_time").Is(decode.Number) && !d.has("environment") && !d.has("service")
}

func (f honeycomb) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		if !isDeployWord(textAt(n, "type")) {
			r.skip(d, f, "other", "a marker of another type than deploy")
			continue
		}
		e := d.event(f)
		e.fields.set("id", n.Get("id"))
		e.fields.set("started_at", n.Get("start_time"))
		e.fields.set("finished_at", n.Get("end_time"))
		e.fields.set("url", n.Get("url"))
		e.fields.set("description", n.Get("message"))
		e.fields.sayWords(n.Get("message"))
		r.record(e)
	}
}

// sayWords takes the revision or the version from words.
func (o object) sayWords(words *decode.Node) {
	if ref, commit := refInText(textOf(words)); commit {
		o.say("revision", ref, words)
	} else {
		o.say("version", ref, words)
	}
}

// isDeployWord reports whether a type or a tag speaks of a deployment.
func isDeployWord(word string) bool {
	switch fold(word) {
	case "deploy", "deployment", "deployed", "deploys", "deployments":
		return true
	}
	return false
}
