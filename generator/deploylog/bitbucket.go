package deploylog

import (
	"strings"

	"daylight/generator/ledger"
)

// bitbucket reads deployments of Bitbucket Cloud's pipelines, as its API lists
// them.
//
//	{"uuid": "{7c1}", "number": 12, "environment": {"name": "Production"},
//	 "state": {"type": "deployment_state_completed", "status": {"name": "SUCCESSFUL"},
//	   "started_on": "2026-03-03T08:58:00Z", "completed_on": "2026-03-03T09:00:00Z"},
//	 "release": {"name": "#12", "commit": {"hash": "3fa9…"}}}
//
// Data Center's form is that of [jira].
type bitbucket struct{}

func (bitbucket) name() string { return "bitbucket" }

func (bitbucket) match(d document) bool {
	return strings.HasPrefix(textAt(d.node, "state", "type"), "deployment_state_")
}

func (f bitbucket) read(r *reading, docs []document) {
	for _, d := range docs {
		n, state := d.node, d.node.Get("state")
		e := d.event(f)
		e.fields.set("id", n.Get("uuid"), n.Get("key"))
		e.fields.set("environment", n.Get("environment", "name"), n.Get("environment", "slug"), n.Get("environment", "uuid"))
		e.fields.set("revision", n.Get("release", "commit", "hash"), n.Get("commit", "hash"), n.Get("deployable", "commit", "hash"))
		e.fields.set("version", n.Get("release", "version"))
		e.fields.set("started_at", state.Get("started_on"), state.Get("start_date"))
		e.fields.set("finished_at", state.Get("completed_on"), state.Get("completion_date"))
		e.fields.set("at", n.Get("last_update_time"), n.Get("release", "created_on"))
		e.fields.set("url", state.Get("url"), n.Get("release", "url"))
		e.fields.set("component", n.Get("repository", "name"))
		word := first(state.Get("status", "name"), state.Get("name"), state.Get("type"))
		r.sayStatus(e, word, bitbucketStatus)
		r.record(e)
	}
}

func bitbucketStatus(word string) ledger.RecordStatus {
	switch strings.TrimPrefix(word, "deployment_state_") {
	case "pending", "undeployed": // of what waits to be deployed
		return ledger.RecordPending
	case "in_progress":
		return ledger.RecordRunning
	case "successful":
		return ledger.RecordSucceeded
	case "failed", "error":
		return ledger.RecordFailed
	case "stopped":
		return ledger.RecordCancelled
	}
	return ""
}
