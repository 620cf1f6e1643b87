package deploylog

import (
	"strings"

	"daylight/generator/decode"
)

// grafana reads annotations of Grafana that have a tag such as "deploy". The
// other tags tell where and what: "env:production" or "production", "service:shop",
// "version:v1.4.0", "commit:3fa9…"; the text is asked where they don't.
//
//	{"id": 12, "time": 1772528400000, "timeEnd": 1772528400000, "tags": ["deploy", "env:production", "shop"], "text": "v1.4.0"}
//
// https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
type grafana struct{}

func (grafana) name() string { return "grafana" }

func (grafana) match(d document) bool {
	return d.node.Get("tags").Is(decode.List) && d.node.Get("time").Is(decode.Number) &&
		(d.has("text") || d.has("dashboardUID") || d.has("dashboardId") || d.has("panelId") || d.has("timeEnd"))
}

func (f grafana) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		deploy := false
		for _, tag := range n.Get("tags").Items {
			text := textOf(tag)
			deploy = deploy || isDeployWord(text)
			f.tag(e.fields, text, tag)
		}
		if !deploy {
			r.skip(d, f, "other", `an annotation without the tag "deploy"`)
			continue
		}
		e.fields.set("id", n.Get("id"))
		e.fields.set("started_at", n.Get("time"))
		if end := n.Get("timeEnd"); textOf(end) != "0" {
			e.fields.set("finished_at", end)
		}
		e.fields.set("actor", n.Get("login"), n.Get("userName"))
		e.fields.set("description", n.Get("text"))
		if e.fields["revision"] == nil && e.fields["version"] == nil {
			e.fields.sayWords(n.Get("text"))
		}
		r.record(e)
	}
}

// tag takes what a tag says: key:value or key=value of our keys, or the name of
// an environment that everybody knows.
func (grafana) tag(o object, text string, at *decode.Node) {
	i := strings.IndexAny(text, ":=")
	if i < 0 {
		if knownEnvironment(text) && o["environment"] == nil {
			o.say("environment", text, at)
		}
		return
	}
	key := fold(text[:i])
	for _, k := range Keys() {
		switch k.Name {
		case "environment", "component", "revision", "version", "kind", "status", "slot", "weight", "actor":
			for _, alias := range append([]string{k.Name}, k.Aliases...) {
				if alias == key && o[k.Name] == nil {
					o.say(k.Name, strings.TrimSpace(text[i+1:]), at)
				}
			}
		}
	}
}
