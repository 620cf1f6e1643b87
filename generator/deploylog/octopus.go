package deploylog

import (
	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// octopus reads deployments as Octopus Deploy reports them: a flat row of its
// deployment history, or a deployment with its release, environment and task.
//
//	{"DeploymentId": "Deployments-12", "ProjectName": "shop", "ReleaseVersion": "1.4.0", "EnvironmentName": "Production",
//	 "TenantName": "", "TaskState": "Success", "QueueTime": "…", "StartTime": "…", "CompletedTime": "2026-03-03T09:00:00+00:00"}
//
// A tenant is a slot of its environment.
type octopus struct{}

func (octopus) name() string { return "octopus" }

func (octopus) match(d document) bool {
	return d.has("ReleaseVersion", "EnvironmentName") || d.has("EnvironmentName", "TaskState") ||
		d.node.Get("Release").Is(decode.Map) && d.node.Get("Environment").Is(decode.Map)
}

func (f octopus) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		e.fields.set("id", n.Get("DeploymentId"), n.Get("Id"))
		e.fields.set("component", n.Get("ProjectName"), n.Get("Project", "Name"), n.Get("ProjectSlug"))
		e.fields.set("environment", n.Get("EnvironmentName"), n.Get("Environment", "Name"))
		e.fields.set("version", n.Get("ReleaseVersion"), n.Get("Release", "Version"))
		e.fields.set("slot", n.Get("TenantName"), n.Get("Tenant", "Name"))
		e.fields.set("started_at", n.Get("StartTime"), n.Get("Task", "StartTime"))
		e.fields.set("finished_at", n.Get("CompletedTime"), n.Get("Task", "CompletedTime"))
		e.fields.set("at", n.Get("QueueTime"), n.Get("Task", "QueueTime"), n.Get("Created"))
		e.fields.set("actor", n.Get("DeployedBy"))
		e.fields.set("description", n.Get("DeploymentName"), n.Get("Name"))
		r.sayStatus(e, first(n.Get("TaskState"), n.Get("Task", "State"), n.Get("State")), octopusStatus)
		r.record(e)
	}
}

func octopusStatus(word string) ledger.RecordStatus {
	switch word {
	case "queued":
		return ledger.RecordPending
	case "executing", "cancelling":
		return ledger.RecordRunning
	case "success":
		return ledger.RecordSucceeded
	case "failed", "timed_out":
		return ledger.RecordFailed
	case "canceled", "cancelled":
		return ledger.RecordCancelled
	}
	return ""
}
