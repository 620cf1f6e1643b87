package deploylog

// opslevel reads deploy events as they are sent to OpsLevel.
//
//	{"service": "shop", "deployed_at": "2026-03-03T09:00:00Z", "environment": "production", "deploy_number": "12",
//	 "commit": {"sha": "3fa9…", "message": "basket: new layout"}, "dedup_id": "7c1", "deployer": {"name": "Ann"}}
type opslevel struct{}

func (opslevel) name() string { return "opslevel" }

func (opslevel) match(d document) bool {
	return d.has("deployed_at") && (d.has("dedup_id") || d.has("deploy_number"))
}

func (f opslevel) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		e.fields.set("id", n.Get("dedup_id"), n.Get("deploy_number"))
		e.fields.set("environment", n.Get("environment"))
		e.fields.set("component", n.Get("service"), n.Get("service", "name"))
		e.fields.set("revision", n.Get("commit", "sha"), n.Get("commit"))
		e.fields.set("finished_at", n.Get("deployed_at"))
		e.fields.set("actor", n.Get("deployer", "name"), n.Get("author"), n.Get("deployer"))
		e.fields.set("url", n.Get("deploy_url"), n.Get("url"))
		e.fields.set("description", n.Get("description"))
		r.record(e)
	}
}
