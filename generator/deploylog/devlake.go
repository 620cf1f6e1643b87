package deploylog

import (
	"strings"

	"daylight/generator/decode"
)

// devlake reads what is posted to Apache DevLake's webhook for deployments. One
// event may deploy several repositories: each is a record, and they share the
// event's id.
//
//	{"id": "12", "result": "SUCCESS", "environment": "PRODUCTION", "startedDate": "2026-03-03T08:58:00Z",
//	 "finishedDate": "2026-03-03T09:00:00Z",
//	 "deploymentCommits": [{"repoUrl": "https://git.example/ann/shop", "commitSha": "3fa9…", "refName": "v1.4.0"}]}
//
// The older form has one commit, and keys with underscores.
//
// https://devlake.apache.org/docs/Plugins/webhook
type devlake struct{}

func (devlake) name() string { return "devlake" }

func (devlake) match(d document) bool {
	return d.node.Get("deploymentCommits").Is(decode.List) || d.has("commit_sha", "repo_url") && (d.has("start_time") || d.has("created_date"))
}

func (f devlake) read(r *reading, docs []document) {
	for _, d := range docs {
		commits := d.node.Get("deploymentCommits")
		if !commits.Is(decode.List) {
			r.record(f.event(r, d, d.node))
			continue
		}
		if len(commits.Items) == 0 {
			r.skip(d, f, "empty", "it names no commit of any repository")
		}
		for _, c := range commits.Items {
			r.record(f.event(r, d, c))
		}
	}
}

// event is the record of one repository: what is said of its commit comes before
// what is said of the whole.
func (f devlake) event(r *reading, d document, c *decode.Node) event {
	n := d.node
	e := d.part(c).event(f)
	e.firstSeen = d.firstSeen()
	repository := first(c.Get("repoUrl"), c.Get("repo_url"), n.Get("repoUrl"))
	if repository != nil {
		e.fields.say("component", lastPart(repository.Text), repository)
	}
	if id := first(n.Get("id"), n.Get("pipeline_id")); id != nil {
		e.fields.say("id", strings.Trim(id.Text+"#"+textOf(e.fields["component"]), "#"), id)
	}
	e.fields.set("environment", n.Get("environment"))
	e.fields.set("revision", c.Get("commitSha"), c.Get("commit_sha"))
	e.fields.set("status", c.Get("result"), n.Get("result"))
	e.fields.set("started_at", c.Get("startedDate"), n.Get("startedDate"), n.Get("start_time"), n.Get("started_date"))
	e.fields.set("finished_at", c.Get("finishedDate"), n.Get("finishedDate"), n.Get("end_time"), n.Get("finished_date"))
	e.fields.set("at", n.Get("createdDate"), n.Get("create_time"), n.Get("created_date"))
	e.fields.set("description", c.Get("displayTitle"), n.Get("displayTitle"), n.Get("name"))
	e.fields.set("url", n.Get("url"))
	r.sayRef(e, first(c.Get("refName"), c.Get("ref_name"), n.Get("ref_name")))
	return e
}
