package deploylog

import "daylight/generator/decode"

// own reads documents of our own keys (see [Keys]), with the names of
// OpenTelemetry's semantic conventions as aliases:
//
//	{"environment": "production", "version": "v1.4.0", "at": "2026-03-03T09:00:00Z"}
//	[[deployments]]
//	environment = "production"
//	revision = "3fa9c1e2b4d5"
//	finished_at = 2026-03-03T09:00:00Z
//
// What a jq program makes has these keys too.
type own struct{}

func (own) name() string { return "records" }

// match wants two keys that belong together, since it is asked of everything
// that no other format takes.
func (own) match(d document) bool {
	if !d.node.Is(decode.Map) {
		return false
	}
	o := flatten(d.node)
	if o["release"].Is(decode.Map) {
		return true // a declared release
	}
	where := o.find("environment") != nil
	what := o.find("revision") != nil || o.find("version") != nil
	how := o.find("kind") != nil || o.find("status") != nil
	when := o.find("at") != nil || o.find("finished_at") != nil || o.find("started_at") != nil
	return where && (what || how || when) || what && when
}

func (f own) read(r *reading, docs []document) {
	for _, d := range docs {
		e := d.event(f)
		e.source, e.fields = d.source, flatten(d.node)
		r.record(e)
	}
}
