package deploylog

import (
	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// shipit reads the tasks of Shipit: deployments and rollbacks.
//
//	{"id": 12, "type": "deploy", "status": "success", "stack": {"repo_name": "shop", "environment": "production"},
//	 "since_commit": {"sha": "8b75…"}, "until_commit": {"sha": "3fa9…"},
//	 "started_at": "2026-03-03T08:58:00Z", "ended_at": "2026-03-03T09:00:00Z"}
type shipit struct{}

func (shipit) name() string { return "shipit" }

func (shipit) match(d document) bool {
	return d.node.Get("until_commit").Is(decode.Map) && d.has("status")
}

func (f shipit) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		e.fields.set("id", n.Get("id"))
		e.fields.set("environment", n.Get("stack", "environment"), n.Get("environment"))
		e.fields.set("component", n.Get("stack", "repo_name"), n.Get("stack", "repository_name"))
		e.fields.set("revision", n.Get("until_commit", "sha"))
		e.fields.set("started_at", n.Get("started_at"), n.Get("created_at"))
		e.fields.set("finished_at", n.Get("ended_at"), n.Get("finished_at"))
		e.fields.set("at", n.Get("updated_at"))
		e.fields.set("actor", n.Get("author", "name"), n.Get("author", "login"), n.Get("user", "name"))
		e.fields.set("url", n.Get("html_url"))
		if fold(textAt(n, "type")) == "rollback" || n.Get("parent_id").Is(decode.Number, decode.String) {
			e.fields.say("kind", string(ledger.KindRollback), first(n.Get("type"), n.Get("parent_id")))
		}
		r.sayStatus(e, n.Get("status"), shipitStatus)
		r.record(e)
	}
}

// shipitStatus knows the states of a task. Shipit itself tells GitHub that what
// was aborted is an error; here somebody cancelled it.
func shipitStatus(word string) ledger.RecordStatus {
	switch word {
	case "pending":
		return ledger.RecordPending
	case "running", "aborting", "validating":
		return ledger.RecordRunning
	case "success":
		return ledger.RecordSucceeded
	case "failed", "timedout", "timed_out", "faulty", "error", "flapping":
		return ledger.RecordFailed
	case "aborted":
		return ledger.RecordCancelled
	}
	return ""
}
