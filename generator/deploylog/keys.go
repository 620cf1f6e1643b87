package deploylog

import (
	"strings"
	"unicode"

	"daylight/generator/decode"
)

// Key is a key of a record, with the other names under which it is found.
type Key struct {
	Name    string
	Aliases []string // tried in order, after the name
	Meaning string
}

// Keys lists the keys of a record, in notes and in files. Case does not count,
// nor does the choice of deployedAt, deployed-at or deployed_at; names with dots
// may be nested objects too.
func Keys() []Key {
	return []Key{
		{"environment", aliases("environment"), "where: the name, verbatim"},
		{"component", aliases("component"), "the separately deployed part"},
		{"revision", aliases("revision"), "a commit, full or short"},
		{"version", aliases("version"), "a version, a tag, or another name for the commit"},
		{"kind", aliases("kind"), "deploy, promote, rollback, redeploy, canary_step, traffic_switch or undeploy; or hotfix"},
		{"status", aliases("status"), "pending, running, succeeded (the default), failed, cancelled or superseded"},
		{"weight", aliases("weight"), "the share of the traffic afterwards, in percent"},
		{"slot", aliases("slot"), "the part of the environment: blue, canary"},
		{"started_at", aliases("started_at"), "when it began"},
		{"finished_at", aliases("finished_at"), "when it was done"},
		{"at", aliases("at"), "when, where there is only one time"},
		{"actor", aliases("actor"), "who"},
		{"url", aliases("url"), "an address with more"},
		{"description", aliases("description"), "in words"},
		{"id", aliases("id"), "what names the deployment for ever"},
		{"rollback", aliases("rollback"), "true where it is one"},
		{"hotfix", aliases("hotfix"), "true where it is one: unplanned, since something was wrong"},
		{"faulty", aliases("faulty"), "true where it succeeded, and had to be mended or taken back"},
	}
}

// aliases lists the other names of a key, in the order in which they are tried.
func aliases(name string) []string {
	switch name {
	case "environment":
		return []string{"env", "environment_name", "environment.name", "deployment.environment.name", "deployment.environment", "stage", "target"}
	case "component":
		return []string{"service", "app", "application", "service.name", "component.name", "worker"}
	case "revision":
		return []string{"commit", "sha", "commit_sha", "git_sha", "vcs.ref.head.revision", "git.commit_sha", "commit.sha"}
	case "version":
		return []string{"ref", "tag", "service.version", "image_tag", "release", "vcs.ref.head.name"}
	case "kind":
		return []string{"type", "deployment.kind"}
	case "status":
		return []string{"state", "result", "outcome", "deployment.status", "cicd.pipeline.result", "conclusion"}
	case "weight":
		return []string{"percent", "traffic"}
	case "slot":
		return []string{"color", "colour", "ring", "deployment.slot"}
	case "started_at":
		return []string{"started", "start_time", "start"}
	case "finished_at":
		return []string{"finished", "completed_at", "deployed_at", "end_time", "end"}
	case "at":
		return []string{"time", "timestamp", "ts", "date", "when", "@timestamp"}
	case "actor":
		return []string{"user", "by", "deployer", "deployed_by", "performer", "author"}
	case "url":
		return []string{"link", "run_url", "log_url", "cicd.pipeline.run.url.full", "environment_url"}
	case "description":
		return []string{"message", "summary", "text", "comment", "note"}
	case "hotfix":
		return []string{"unplanned", "emergency"}
	case "faulty":
		return []string{"needed_fix", "change_failure"}
	case "id":
		return []string{"deployment.id", "deployment_id", "event_id", "uuid"}
	}
	return nil
}

// object is a record's keys, flattened and folded.
type object map[string]*decode.Node

// maxKeys bounds the keys of a record.
const maxKeys = 1000

// flatten folds the keys of a map, and joins those of nested maps with dots. The
// first of two that fold to the same counts.
func flatten(n *decode.Node) object {
	out := object{}
	var walk func(prefix string, n *decode.Node)
	walk = func(prefix string, n *decode.Node) {
		for _, e := range n.Entries {
			key := prefix + fold(e.Key)
			if _, there := out[key]; !there && len(out) < maxKeys {
				out[key] = e.Value
			}
			if e.Value.Is(decode.Map) && len(key) < 200 && len(out) < maxKeys {
				walk(key+".", e.Value)
			}
		}
	}
	walk("", n)
	return out
}

// fold brings deployedAt, Deployed-At and deployed_at to one spelling.
func fold(key string) string {
	var b strings.Builder
	lower := false
	for _, r := range key {
		switch {
		case r == '-' || r == ' ':
			r = '_'
		case unicode.IsUpper(r) && lower:
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// find gives the value of a key, or of its first alias that is there. Null, and
// a map where a scalar is wanted, count as not there.
func (o object) find(name string) *decode.Node {
	if n := o[name]; isValue(n) {
		return n
	}
	for _, alias := range aliases(name) {
		if n := o[alias]; isValue(n) {
			return n
		}
	}
	return nil
}

func isValue(n *decode.Node) bool { return !n.IsNull() && !n.Is(decode.Map) }

// text gives the text of a scalar, without blanks around it.
func (o object) text(name string) (string, *decode.Node) {
	n := o.find(name)
	s, ok := n.Scalar()
	if !ok {
		return "", nil
	}
	return strings.TrimSpace(s), n
}
