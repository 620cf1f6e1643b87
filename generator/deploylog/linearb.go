package deploylog

import "daylight/generator/decode"

// linearb reads deployments as they are sent to LinearB: a record for each of
// their services.
//
//	{"repo_url": "https://git.example/ann/shop", "ref_name": "v1.4.0", "stage": "release",
//	 "timestamp": "2026-03-03T09:00:00Z", "services": ["shop", "worker"]}
type linearb struct{}

func (linearb) name() string { return "linearb" }

func (linearb) match(d document) bool { return d.has("repo_url", "ref_name") }

func (f linearb) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		services := []*decode.Node{nil}
		if list := n.Get("services"); list.Is(decode.List) && len(list.Items) > 0 {
			services = list.Items
		}
		for _, service := range services {
			e := d.event(f)
			e.key += "\x00" + textOf(service)
			e.fields.set("environment", n.Get("environment"), n.Get("stage"))
			e.fields.set("component", service)
			e.fields.set("version", n.Get("ref_name"))
			e.fields.set("at", n.Get("timestamp"))
			if ref := n.Get("ref_name"); looksLikeCommit(textOf(ref)) {
				e.fields["revision"] = ref
			}
			r.record(e)
		}
	}
}
