package deploylog

import (
	"strconv"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// jira reads deployments as Jira's interface takes them, and as Bitbucket Data
// Center keeps them.
//
//	{"deploymentSequenceNumber": 12, "updateSequenceNumber": 3, "state": "successful", "lastUpdated": "2026-03-03T09:00:00Z",
//	 "pipeline": {"id": "deploy-shop"}, "environment": {"id": "prod", "displayName": "Production", "type": "production"},
//	 "associations": [{"associationType": "commit", "values": [{"commitHash": "3fa9…", "repositoryId": "24"}]}]}
//
// A deployment is told again with a higher updateSequenceNumber when it goes on;
// the highest counts. It names the commits that came with it, and no revision:
// a single one is taken for it, and that is said. Of several, none is.
//
// https://developer.atlassian.com/cloud/jira/software/rest/api-group-deployments/
type jira struct{}

func (jira) name() string { return "jira" }

func (jira) match(d document) bool {
	return d.has("deploymentSequenceNumber") && d.node.Get("environment").Is(decode.Map)
}

func (f jira) read(r *reading, docs []document) {
	type update struct {
		number int64
		at     int
	}
	newest := map[string]update{}
	var order []string
	for i, d := range docs {
		id := jiraID(d)
		number, _ := strconv.ParseInt(textAt(d.node, "updateSequenceNumber"), 10, 64)
		old, there := newest[id]
		if !there {
			order = append(order, id)
		}
		if !there || number >= old.number {
			newest[id] = update{number, i}
		}
	}
	for _, id := range order {
		r.record(f.event(r, docs[newest[id].at], id))
	}
}

// jiraID is what names a deployment: its pipeline, environment and number.
func jiraID(d document) string {
	n := d.node
	pipeline := first(n.Get("pipeline", "id"), n.Get("key"))
	environment := first(n.Get("environment", "id"), n.Get("environment", "key"), n.Get("environment", "displayName"))
	return strings.Join([]string{textOf(pipeline), textOf(environment), textAt(n, "deploymentSequenceNumber")}, "#")
}

func (f jira) event(r *reading, d document, id string) event {
	n := d.node
	e := d.event(f)
	e.fields.say("id", id, n.Get("deploymentSequenceNumber"))
	e.fields.set("environment", n.Get("environment", "displayName"), n.Get("environment", "id"), n.Get("environment", "key"))
	e.fields.set("component", n.Get("repository", "slug"), n.Get("toCommit", "repository", "slug"))
	r.sayStatus(e, n.Get("state"), jiraStatus)
	if fold(textAt(n, "state")) == "rolled_back" {
		e.fields["faulty"] = &decode.Node{Kind: decode.Bool, Text: "true"}
		r.report(ledger.LevelInfo, "rolled-back", e.at(n.Get("state")), "", "this deployment was rolled back later; the record of the rollback says when")
	}
	e.fields.set("at", n.Get("lastUpdated"))
	e.fields.set("description", n.Get("displayName"), n.Get("description"))
	if address := n.Get("url"); strings.HasPrefix(textOf(address), "http") {
		e.fields.set("url", address)
	}
	if commit := first(n.Get("toCommit", "id"), n.Get("commit", "id"), n.Get("commit")); commit != nil {
		e.fields["revision"] = commit // Data Center's form says which one it is
		return e
	}
	commits := jiraCommits(n.Get("associations"))
	switch len(commits) {
	case 0:
	case 1:
		e.fields["revision"] = commits[0]
		r.report(ledger.LevelInfo, "inferred-revision", e.at(commits[0]), "", "the only commit that this deployment names is taken for its revision")
	default:
		r.report(ledger.LevelInfo, "inferred-revision", e.at(commits[0]), "a tag or a note on the commit that was deployed tells it", "this deployment names %d commits, and none as its revision", len(commits))
	}
	return e
}

// jiraCommits lists the commits among the associations, in their order.
func jiraCommits(list *decode.Node) (out []*decode.Node) {
	if !list.Is(decode.List) {
		return nil
	}
	for _, a := range list.Items {
		if fold(textAt(a, "associationType")) != "commit" || !a.Get("values").Is(decode.List) {
			continue
		}
		for _, v := range a.Get("values").Items {
			if hash := first(v.Get("commitHash")); hash != nil {
				out = append(out, hash)
			}
		}
	}
	return out
}

// jiraStatus knows the states. What was rolled back had been deployed.
func jiraStatus(word string) ledger.RecordStatus {
	switch word {
	case "unknown":
		return ledger.RecordUnknown
	case "pending":
		return ledger.RecordPending
	case "in_progress":
		return ledger.RecordRunning
	case "cancelled":
		return ledger.RecordCancelled
	case "failed":
		return ledger.RecordFailed
	case "successful", "rolled_back":
		return ledger.RecordSucceeded
	}
	return ""
}
