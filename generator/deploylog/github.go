package deploylog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// github reads deployments of GitHub and their statuses: webhooks of the events
// deployment and deployment_status, answers of the REST API (lists of
// deployments, lists of statuses), and nodes of the GraphQL API.
//
//	{"action": "created", "repository": {"name": "shop"},
//	 "deployment": {"id": 12, "sha": "3fa9…", "ref": "main", "environment": "production", "created_at": "2026-03-03T08:58:00Z"},
//	 "deployment_status": {"state": "success", "environment": "production", "created_at": "2026-03-03T09:00:00Z"}}
//
// A deployment and its statuses are one record, by number and environment: it
// started with the first status that says it runs, and finished with the first
// success; without one, with the first failure. A status "inactive" after a
// success says that another deployment took its place, and takes nothing back.
//
// https://docs.github.com/en/rest/deployments
type github struct{}

func (github) name() string { return "github" }

func (github) match(d document) bool {
	n := d.node
	switch {
	case n.Get("deployment_status").Is(decode.Map), n.Get("deployment").Is(decode.Map) && isGitHubDeployment(n.Get("deployment")):
		return true
	case isGitHubDeployment(n), isGitHubStatus(n):
		return true
	}
	// Other webhooks: recognised by who sent them from where.
	return n.Get("sender", "login") != nil && (n.Get("repository").Is(decode.Map) || n.Get("organization").Is(decode.Map))
}

// isGitHubDeployment tells a deployment of the REST API or of GraphQL.
func isGitHubDeployment(n *decode.Node) bool {
	if n.Has("commitOid") {
		return n.Has("environment") || n.Has("latestStatus") || n.Has("statuses")
	}
	return n.Has("sha") && n.Has("environment") && n.Has("task") && (n.Has("ref") || n.Has("statuses_url"))
}

func isGitHubStatus(n *decode.Node) bool {
	return n.Has("state") && (n.Has("deployment_url") || strings.Contains(textAt(n, "url"), "/deployments/") && strings.Contains(textAt(n, "url"), "/statuses/"))
}

// githubKey joins a deployment and its statuses. The numbers of one server are
// unique, but files may hold those of several.
type githubKey struct {
	repository, id, environment string
}

// githubJoin is a deployment with what is known of it.
type githubJoin struct {
	doc        document // the first that tells of it
	more       []ledger.Origin
	repository *decode.Node
	// deployment is told again with each status, and not always whole; none
	// where only statuses are kept.
	deployment []*decode.Node
	statuses   []*decode.Node
}

// get gives the first value that one of the tellings of the deployment has.
func (j *githubJoin) get(keys ...string) *decode.Node {
	for _, d := range j.deployment {
		if n := first(d.Get(keys...)); n != nil {
			return n
		}
	}
	return nil
}

func (f github) read(r *reading, docs []document) {
	joins := map[githubKey]*githubJoin{}
	var order []*githubJoin
	for _, d := range docs {
		deployment, statuses, reason := f.parts(d)
		if reason != "" {
			r.skip(d, f, "other", reason)
			continue
		}
		key, repository := githubKeyOf(d, deployment, statuses)
		j := joins[key]
		if j == nil || key.id == "" {
			j = &githubJoin{doc: d, repository: repository}
			joins[key] = j
			order = append(order, j)
		} else {
			j.more = append(j.more, d.origin)
		}
		j.repository = first(j.repository, repository)
		if deployment != nil {
			j.deployment = append(j.deployment, deployment)
		}
		j.statuses = append(j.statuses, statuses...)
	}
	var bare []*githubJoin
	for _, j := range order {
		r.record(f.event(r, j))
		if len(j.statuses) == 0 && j.get("statuses_url") != nil && !j.doc.node.Has("action") {
			bare = append(bare, j)
		}
	}
	if len(bare) > 0 {
		r.report(ledger.LevelWarning, "no-status", &bare[0].doc.origin, "keep the answers of their statuses_url too",
			"%s without any status: nothing tells whether they succeeded, and they are never live", counted(len(bare), "deployment"))
	}
}

// parts finds the deployment and the statuses in a document, or the reason why
// it is none.
func (github) parts(d document) (deployment *decode.Node, statuses []*decode.Node, reason string) {
	n := d.node
	switch {
	case n.Has("workflow_job") || n.Has("check_suite"):
		return nil, nil, "its subject is a job; the events of the deployment say what became of it"
	case n.Get("deployment_status").Is(decode.Map):
		return n.Get("deployment"), []*decode.Node{n.Get("deployment_status")}, ""
	case isGitHubStatus(n):
		return nil, []*decode.Node{n}, ""
	case isGitHubDeployment(n):
		deployment = n
	case isGitHubDeployment(n.Get("deployment")):
		deployment = n.Get("deployment")
	case n.Has("release"):
		return nil, nil, "a release there is the publication of a version: nothing was deployed, and nothing is released by it"
	default:
		return nil, nil, "another event than that of a deployment"
	}
	for _, list := range []*decode.Node{n.Get("statuses", "nodes"), n.Get("statuses"), n.Get("deployment_statuses")} {
		if list.Is(decode.List) {
			statuses = append(statuses, list.Items...)
		}
	}
	if len(statuses) == 0 && n.Get("latestStatus").Is(decode.Map) {
		statuses = append(statuses, n.Get("latestStatus"))
	}
	return deployment, statuses, ""
}

// githubKeyOf finds what a deployment and its statuses have in common. The
// environment of a status is the one that counts.
func githubKeyOf(d document, deployment *decode.Node, statuses []*decode.Node) (githubKey, *decode.Node) {
	var status *decode.Node
	if len(statuses) > 0 {
		status = statuses[0]
	}
	repository := first(d.node.Get("repository", "name"), deployment.Get("repository", "name"), deployment.Get("repository_url"), status.Get("repository_url"))
	key := githubKey{environment: textOf(first(status.Get("environment"), deployment.Get("environment")))}
	if repository != nil {
		key.repository = lastPart(repository.Text)
	}
	if id := first(deployment.Get("databaseId"), deployment.Get("id")); id != nil {
		key.id = id.Text
	} else {
		address := textAt(status, "deployment_url")
		if address == "" {
			address, _, _ = strings.Cut(textAt(status, "url"), "/statuses/")
		}
		key.id = lastPart(address)
	}
	return key, repository
}

func textOf(n *decode.Node) string {
	text, _ := n.Scalar()
	return text
}

// event makes the record of a deployment and its statuses.
func (f github) event(r *reading, j *githubJoin) event {
	e := j.doc.event(f)
	e.more = j.more
	slices.SortStableFunc(j.statuses, func(a, b *decode.Node) int { return githubTime(a).Compare(githubTime(b)) })
	var d *decode.Node
	if len(j.deployment) > 0 {
		d = j.deployment[0]
	}
	key, _ := githubKeyOf(j.doc, d, j.statuses)
	var last *decode.Node
	if len(j.statuses) > 0 {
		last = j.statuses[len(j.statuses)-1]
	}
	e.fields.say("id", key.id, first(j.get("databaseId"), j.get("id"), last.Get("id")))
	if j.repository != nil {
		e.fields.say("component", lastPart(j.repository.Text), j.repository)
	}
	e.fields.set("environment", last.Get("environment"), j.get("environment"), j.get("original_environment"))
	e.fields.set("revision", j.get("sha"), j.get("commitOid"))
	e.fields.set("actor", j.get("creator", "login"), last.Get("creator", "login"))
	e.fields.set("description", j.get("description"), last.Get("description"))
	r.sayRef(e, first(j.get("ref", "name"), j.get("ref")))
	if task := j.get("task"); strings.Contains(strings.ToLower(textOf(task)), "rollback") {
		e.fields.say("kind", string(ledger.KindRollback), task)
	}
	f.outcome(r, e, j)
	for _, s := range slices.Backward(j.statuses) {
		if e.fields["url"] == nil {
			e.fields.set("url", githubAddress(s)...)
		}
	}
	return e
}

// githubAddress lists where a status leads to, the log first.
func githubAddress(s *decode.Node) (out []*decode.Node) {
	for _, key := range []string{"log_url", "logUrl", "target_url", "environment_url", "environmentUrl"} {
		if n := s.Get(key); strings.HasPrefix(textOf(n), "https://") || strings.HasPrefix(textOf(n), "http://") {
			out = append(out, n)
		}
	}
	return out
}

func githubTime(s *decode.Node) time.Time {
	t, _ := parseTime(textOf(githubStamp(s)), nil)
	return t.at
}

// githubStamp is when a status was set.
func githubStamp(s *decode.Node) *decode.Node {
	return first(s.Get("created_at"), s.Get("createdAt"), s.Get("updated_at"), s.Get("updatedAt"))
}

// outcome sets status and times from the statuses, which are in order. A status
// may be set again after the deployment ended (a health check that fails), and a
// job that failed may be run once more: what succeeded was live from then on.
func (f github) outcome(r *reading, e event, j *githubJoin) {
	var running, success, failure, inactive, pending *decode.Node
	for _, s := range j.statuses {
		state := s.Get("state")
		switch status := githubStatus(fold(textOf(state))); status {
		case ledger.RecordRunning:
			running = cmp.Or(running, s)
		case ledger.RecordSucceeded:
			success = cmp.Or(success, s)
		case ledger.RecordFailed:
			failure = cmp.Or(failure, s)
		case ledger.RecordSuperseded:
			inactive = cmp.Or(inactive, s)
		case ledger.RecordPending:
			pending = cmp.Or(pending, s)
		default:
			r.sayStatus(e, state, githubStatus)
			e.fields.set("at", githubStamp(s))
		}
	}
	e.fields.set("started_at", githubStamp(running))
	for _, s := range []*decode.Node{success, failure, inactive} {
		if s != nil {
			r.sayStatus(e, s.Get("state"), githubStatus)
			e.fields.set("finished_at", githubStamp(s))
			return
		}
	}
	if e.fields["status"] != nil {
		return // of a word that is not known
	}
	for _, s := range []*decode.Node{running, pending} {
		if s != nil {
			r.sayStatus(e, s.Get("state"), githubStatus)
			e.fields.set("at", githubStamp(s))
			return
		}
	}
	// Nothing runs yet; the request is all that is known. An answer of the API
	// without the statuses looks the same.
	e.fields.say("status", string(ledger.RecordPending), j.get("id"))
	e.fields.set("at", j.get("created_at"), j.get("createdAt"))
}

// githubStatus knows the states of a deployment. "pending" runs: some tools go
// from it straight to success.
func githubStatus(word string) ledger.RecordStatus {
	switch word {
	case "queued", "waiting":
		return ledger.RecordPending
	case "pending", "in_progress":
		return ledger.RecordRunning
	case "success", "active":
		return ledger.RecordSucceeded
	case "failure", "error":
		return ledger.RecordFailed
	case "inactive", "destroyed", "abandoned":
		return ledger.RecordSuperseded
	}
	return ""
}
