package deploylog

import "daylight/generator/ledger"

// cortex reads deploys of Cortex's catalogue. Scaling and restarting deploy no
// change.
//
//	{"title": "shop v1.4.0", "sha": "3fa9…", "environment": "production", "timestamp": "2026-03-03T09:00:00Z",
//	 "type": "DEPLOY", "deployer": {"name": "Ann"}, "url": "https://ci.example/12"}
type cortex struct{}

func (cortex) name() string { return "cortex" }

func (cortex) match(d document) bool {
	switch textAt(d.node, "type") {
	case "DEPLOY", "SCALE", "ROLLBACK", "RESTART":
		return d.has("timestamp") && (d.has("sha") || d.has("title"))
	}
	return false
}

func (f cortex) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		kind := n.Get("type")
		e := d.event(f)
		switch textOf(kind) {
		case "SCALE", "RESTART":
			r.skip(d, f, "operation", "scaling and restarting deploy no change")
			continue
		case "ROLLBACK":
			e.fields.say("kind", string(ledger.KindRollback), kind)
		}
		e.fields.set("id", n.Get("uuid"), n.Get("id"))
		e.fields.set("environment", n.Get("environment"))
		e.fields.set("component", n.Get("entity", "tag"), n.Get("service"), n.Get("tag"))
		e.fields.set("revision", n.Get("sha"))
		e.fields.set("at", n.Get("timestamp"))
		e.fields.set("actor", n.Get("deployer", "name"), n.Get("deployer"))
		e.fields.set("url", n.Get("url"))
		e.fields.set("description", n.Get("title"))
		r.record(e)
	}
}
