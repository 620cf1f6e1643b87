package deploylog

import (
	"cmp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// keptn reads events of Keptn: of its tasks deployment and rollback.
//
//	{"type": "sh.keptn.event.deployment.finished", "id": "7c1", "triggeredid": "6a0", "time": "2026-03-03T09:00:00Z",
//	 "data": {"project": "lumen", "stage": "production", "service": "shop", "result": "pass", "status": "succeeded",
//	   "deployment": {"deploymentstrategy": "direct", "gitCommit": "3fa9…"}}}
//
// triggered, started and finished are one record, joined by the id of the first.
// The task "release" makes final what a deployment has brought, and switches
// nothing that is not switched.
type keptn struct{}

func (keptn) name() string { return "keptn" }

func (keptn) match(d document) bool {
	return strings.HasPrefix(textAt(d.node, "type"), "sh.keptn.") && d.node.Get("data").Is(decode.Map)
}

func (f keptn) read(r *reading, docs []document) {
	// The events that follow name no artifact: it is the one of the trigger.
	triggers := map[string]*decode.Node{}
	for _, d := range docs {
		if id := textAt(d.node, "id"); strings.HasSuffix(textAt(d.node, "type"), ".triggered") {
			triggers[id] = d.node
		}
	}
	for _, d := range docs {
		task, phase := keptnType(textAt(d.node, "type"))
		switch {
		case task == "release":
			r.skip(d, f, "release", "the task makes final what a deployment has brought")
		case task != "deployment" && task != "rollback":
			r.skip(d, f, "other", "another task than a deployment")
		case phase == "status.changed":
			r.skip(d, f, "progress", "a task goes on")
		default:
			r.record(f.event(r, d, task, phase, triggers[textAt(d.node, "triggeredid")]))
		}
	}
}

// keptnType takes sh.keptn.event.<task>.<phase> apart; events of a sequence have
// the stage before its name.
func keptnType(kind string) (task, phase string) {
	kind = strings.TrimPrefix(strings.TrimPrefix(kind, "sh.keptn."), "event.")
	if strings.HasSuffix(kind, ".status.changed") {
		return strings.TrimSuffix(kind, ".status.changed"), "status.changed"
	}
	if i := strings.LastIndexByte(kind, '.'); i >= 0 {
		return kind[:i], kind[i+1:]
	}
	return kind, ""
}

func (f keptn) event(r *reading, d document, task, phase string, trigger *decode.Node) event {
	n, data := d.node, d.node.Get("data")
	e := d.event(f)
	e.fields.set("id", n.Get("triggeredid"), n.Get("id"))
	e.fields.set("environment", data.Get("stage"))
	e.fields.set("component", data.Get("service"))
	e.fields.set("description", data.Get("message"))
	e.fields.set("revision", data.Get("deployment", "gitCommit"), trigger.Get("data", "deployment", "gitCommit"))
	for _, at := range []*decode.Node{data, trigger.Get("data")} {
		if image := first(at.Get("configurationChange", "values", "image"), at.Get("deployment", "image")); image != nil && e.fields["version"] == nil {
			version, _ := artifactRefs(image.Text)
			e.fields.say("version", version, image)
		}
	}
	if uris := data.Get("deployment", "deploymentURIsPublic"); uris.Is(decode.List) && len(uris.Items) > 0 {
		e.fields.set("url", uris.Items[0])
	}
	if task == "rollback" {
		e.fields.say("kind", string(ledger.KindRollback), n.Get("type"))
	}
	switch phase {
	case "triggered":
		e.fields.say("status", string(ledger.RecordPending), n.Get("type"))
		e.fields.set("started_at", n.Get("time"))
	case "started":
		e.fields.say("status", string(ledger.RecordRunning), n.Get("type"))
		e.fields.set("started_at", n.Get("time"))
	default:
		e.fields.set("finished_at", n.Get("time"))
		status, result := data.Get("status"), data.Get("result")
		if word := fold(textOf(status)); word == "errored" || word == "aborted" {
			result = status // the result is empty, or that of another task
		}
		r.sayStatus(e, cmp.Or(result, status), keptnStatus)
	}
	return e
}

func keptnStatus(word string) ledger.RecordStatus {
	switch word {
	case "pass", "warning", "succeeded":
		return ledger.RecordSucceeded
	case "fail", "failed", "errored":
		return ledger.RecordFailed
	case "aborted":
		return ledger.RecordCancelled
	case "unknown":
		return ledger.RecordUnknown
	}
	return ""
}
