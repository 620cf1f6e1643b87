package deploylog

import "daylight/generator/decode"

// datadog reads deployments as they are sent to Datadog's DORA metrics. Times are
// numbers of seconds, milliseconds or nanoseconds, told apart by magnitude.
//
//	{"service": "shop", "env": "production", "started_at": 1772528280000000000, "finished_at": 1772528400000000000,
//	 "git": {"commit_sha": "3fa9…", "repository_url": "https://git.example/ann/shop"}, "version": "v1.4.0"}
//
// https://docs.datadoghq.com/api/latest/dora-metrics/
type datadog struct{}

func (datadog) name() string { return "datadog" }

func (datadog) match(d document) bool {
	return d.has("service", "started_at") && d.node.Get("started_at").Is(decode.Number) && (d.has("git") || d.has("finished_at"))
}

func (f datadog) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		e.fields.set("id", n.Get("id"))
		e.fields.set("component", n.Get("service"))
		e.fields.set("environment", n.Get("env"))
		e.fields.set("started_at", n.Get("started_at"))
		e.fields.set("finished_at", n.Get("finished_at"))
		e.fields.set("revision", n.Get("git", "commit_sha"))
		e.fields.set("version", n.Get("version"))
		r.record(e)
	}
}
