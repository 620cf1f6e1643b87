package deploylog

import (
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// gitlab reads deployments of GitLab: answers of the API and webhooks.
//
//	{"id": 42, "iid": 2, "ref": "main", "sha": "3fa9…", "status": "success", "environment": {"name": "production"},
//	 "deployable": {"started_at": "2026-03-03T08:58:00Z", "finished_at": "2026-03-03T09:00:00Z"}}
//	{"object_kind": "deployment", "status": "success", "status_changed_at": "2026-03-03 10:00:00 +0100", "deployment_id": 42,
//	 "environment": "production", "project": {"name": "shop"}, "commit_url": "https://…/-/commit/3fa9…", "ref": "main"}
//
// The status is the deployment's own, never that of its job. The times are the
// job's; where there is no job (another tool deployed), the last change counts.
//
// https://docs.gitlab.com/api/deployments/ and …/user/project/integrations/webhook_events/
type gitlab struct{}

func (gitlab) name() string { return "gitlab" }

func (gitlab) match(d document) bool {
	if kind := d.node.Get("object_kind"); kind.Is(decode.String) {
		return true
	}
	return d.has("iid", "sha", "status", "environment") && d.node.Get("environment").Is(decode.Map)
}

func (f gitlab) read(r *reading, docs []document) {
	for _, d := range docs {
		kind := textAt(d.node, "object_kind")
		switch {
		case kind == "" || kind == "deployment":
			r.record(f.event(r, d))
		case kind == "feature_flag":
			r.skip(d, f, "flag", "a flag was switched, and nothing deployed; it has no environment and no time")
		case kind == "release":
			r.skip(d, f, "publication", "a release there is the publication of a version: nothing was deployed, and nothing is released by it")
		default:
			r.skip(d, f, "other", "another event than that of a deployment")
		}
	}
}

func (f gitlab) event(r *reading, d document) event {
	n := d.node
	e := d.event(f)
	r.sayStatus(e, n.Get("status"), gitlabStatus)
	e.fields.set("id", n.Get("deployment_id"), n.Get("id"))
	e.fields.set("environment", n.Get("environment", "name"), n.Get("environment"))
	e.fields.set("component", n.Get("project", "name"))
	e.fields.set("actor", n.Get("user", "name"), n.Get("user", "username"))
	e.fields.set("description", n.Get("commit_title"), n.Get("deployable", "commit", "title"))
	e.fields.set("url", n.Get("deployable_url"), n.Get("deployable", "web_url"), n.Get("environment", "external_url"), n.Get("environment_external_url"))
	e.fields.set("revision", n.Get("sha"), n.Get("deployable", "commit", "id"))
	if e.fields["revision"] == nil {
		// A webhook has eight digits of the commit, and all of them at the end of
		// an address.
		if address := n.Get("commit_url"); looksLikeCommit(lastPart(textOf(address))) {
			e.fields.say("revision", lastPart(textOf(address)), address)
		} else {
			e.fields.set("revision", n.Get("short_sha"))
		}
	}
	r.sayRef(e, n.Get("ref"))
	if changed := n.Get("status_changed_at"); first(changed) != nil {
		e.fields.set("at", changed)
		return e
	}
	e.fields.set("started_at", n.Get("deployable", "started_at"))
	e.fields.set("finished_at", n.Get("deployable", "finished_at"))
	if e.fields["finished_at"] == nil {
		e.fields.set("at", n.Get("updated_at"), n.Get("created_at"))
	}
	return e
}

// gitlabStatus knows the states of a deployment. Others that are found in the
// wild ("completed", "undeployed") are documented nowhere.
func gitlabStatus(word string) ledger.RecordStatus {
	switch strings.ToLower(word) {
	case "created", "blocked":
		return ledger.RecordPending
	case "running":
		return ledger.RecordRunning
	case "success":
		return ledger.RecordSucceeded
	case "failed":
		return ledger.RecordFailed
	case "canceled", "cancelled", "skipped":
		return ledger.RecordCancelled
	}
	return ""
}
