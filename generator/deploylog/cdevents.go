package deploylog

import (
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// cdevents reads events of https://cdevents.dev, versions 0.2 to the draft of
// 0.6, plain or inside a CloudEvent:
//
//	{"context": {"specversion": "0.5.0", "id": "7c1", "source": "/pipelines/shop", "chainId": "41f",
//	    "type": "dev.cdevents.service.deployed.0.3.0", "timestamp": "2026-03-03T09:00:00Z"},
//	 "subject": {"id": "shop", "content": {"environment": {"id": "production"},
//	    "artifactId": "pkg:oci/shop@sha256%3A0b31…?tag=v1.4.0"}}}
//
// An event is a fact: there is none for a deployment that failed. service.published
// says that a service can be reached: traffic is switched to it, which is no
// release. The events have no key for a commit; see [cdeventsChain].
type cdevents struct{}

func (cdevents) name() string { return "cdevents" }

func (cdevents) match(d document) bool {
	kind, ok := d.node.Get("context", "type").Str()
	return ok && (strings.HasPrefix(kind, "dev.cdevents.") || strings.HasPrefix(kind, "dev.cdeventsx."))
}

// cdeventsType takes a type apart, whatever its version, of which there may be
// newer ones than this program knows: dev.cdevents.<subject>.<predicate>.<version>.
func cdeventsType(d document) (subject, predicate string) {
	kind := textAt(d.node, "context", "type")
	if strings.HasPrefix(kind, "dev.cdeventsx.") {
		return "custom", ""
	}
	parts := strings.SplitN(strings.TrimPrefix(kind, "dev.cdevents."), ".", 3)
	if len(parts) < 2 {
		return parts[0], ""
	}
	return parts[0], parts[1]
}

func (f cdevents) read(r *reading, docs []document) {
	chain := newCDEventsChain(docs)
	for _, d := range docs {
		subject, predicate := cdeventsType(d)
		if subject != "service" {
			code, reason := cdeventsReason(subject)
			r.skip(d, f, code, reason)
			continue
		}
		kind := ledger.DeploymentKind("")
		switch predicate {
		case "deployed", "upgraded":
			kind = ledger.KindDeploy
		case "rolledback":
			kind = ledger.KindRollback
		case "removed":
			kind = ledger.KindUndeploy
		case "published":
			kind = ledger.KindTrafficSwitch
		default:
			r.report(ledger.LevelWarning, "unknown-kind", &d.origin, "map it with jq", "the event %s of a service is not known", short(predicate))
			continue
		}
		r.record(f.event(d, kind, chain))
	}
}

// event is the record of an event of a service.
func (f cdevents) event(d document, kind ledger.DeploymentKind, chain cdeventsChain) event {
	context, subject := d.node.Get("context"), d.node.Get("subject")
	e := d.event(f)
	e.fields.say("kind", string(kind), context.Get("type"))
	e.fields.set("environment", subject.Get("content", "environment", "id"), subject.Get("content", "environment", "name"))
	e.fields.set("component", subject.Get("id"))
	e.fields.set("finished_at", context.Get("timestamp"))
	e.fields.set("url", d.node.Get("customData", "url"))
	e.fields.set("actor", d.node.Get("customData", "actor"))
	// An id is unique within its source only, and several events of different
	// types may tell of one occurrence under one id.
	if id := context.Get("id"); first(id) != nil {
		_, predicate := cdeventsType(d)
		e.fields.say("id", strings.Join([]string{textAt(context, "source"), id.Text, predicate}, "#"), id)
	}
	if kind == ledger.KindUndeploy {
		return e
	}
	if artifact := subject.Get("content", "artifactId"); first(artifact) != nil {
		version, revision := artifactRefs(artifact.Text)
		e.fields.say("version", version, artifact)
		e.fields.say("revision", revision, artifact)
		if looksLikeCommit(version) {
			return e // the version is a commit, and nothing says it better
		}
	}
	if e.fields["revision"] == nil {
		if n := customRevision(d.node.Get("customData")); n != nil {
			e.fields["revision"] = n
		} else if n := chain.revision(d); n != nil {
			e.fields["revision"] = n
		}
	}
	return e
}

// customRevision finds a commit in the data that a sender added.
func customRevision(custom *decode.Node) *decode.Node {
	if !custom.Is(decode.Map) {
		return nil
	}
	if text, n := flatten(custom).text("revision"); text != "" {
		return n
	}
	return nil
}

// cdeventsReason says why an event is no deployment.
func cdeventsReason(subject string) (code, reason string) {
	switch subject {
	case "artifact":
		return "artifact", "an artifact was packaged, signed, published, fetched or deleted: nothing began to run"
	case "build":
		return "pipeline", "a build deploys nothing"
	case "pipelinerun", "taskrun":
		return "pipeline", "a pipeline ran; the events of services say what it deployed"
	case "testcase", "testcaserun", "testsuite", "testsuiterun", "testoutput":
		return "test", "a test deploys nothing"
	case "change", "branch", "repository":
		return "source", "source control deploys nothing"
	case "environment":
		return "environment", "an environment came, changed or went: no revision began to run in it"
	case "incident":
		return "incident", "something went wrong in an environment: nothing was deployed"
	case "ticket":
		return "ticket", "a ticket deploys nothing"
	case "approval":
		return "approval", "permission was asked or given: nothing was deployed"
	case "custom":
		return "custom", "the meaning of a custom event is defined elsewhere"
	}
	return "other", "only events of services are deployments"
}

// cdeventsChain finds the commit of a service's event in the other events: the
// artifact was packaged from a change, or the same chain holds the merge of one.
type cdeventsChain struct {
	byID     map[string]document     // of changes, by the event's id
	byChain  map[string][]document   // of changes, by the id of their chain
	packaged map[string]*decode.Node // the change that an artifact was made from
}

func newCDEventsChain(docs []document) cdeventsChain {
	c := cdeventsChain{map[string]document{}, map[string][]document{}, map[string]*decode.Node{}}
	for _, d := range docs {
		switch subject, predicate := cdeventsType(d); subject + "." + predicate {
		case "change.merged":
			if id := textAt(d.node, "context", "id"); id != "" {
				c.byID[id] = d
			}
			if chain := textAt(d.node, "context", "chainId"); chain != "" {
				c.byChain[chain] = append(c.byChain[chain], d)
			}
		case "artifact.packaged", "artifact.published":
			if change := first(d.node.Get("subject", "content", "change", "id")); change != nil && looksLikeCommit(change.Text) {
				c.packaged[textAt(d.node, "subject", "id")] = change
			}
		}
	}
	return c
}

// revision gives the commit, nil where the chain tells of none, or of several.
func (c cdeventsChain) revision(d document) *decode.Node {
	if n := c.packaged[textAt(d.node, "subject", "content", "artifactId")]; n != nil {
		return n
	}
	if links := d.node.Get("context", "links"); links.Is(decode.List) {
		for _, link := range links.Items {
			for _, end := range []string{"from", "target"} {
				if merged, ok := c.byID[textAt(link, end, "contextId")]; ok {
					if n := mergedCommit(merged); n != nil {
						return n
					}
				}
			}
		}
	}
	var found *decode.Node
	for _, merged := range c.byChain[textAt(d.node, "context", "chainId")] {
		n := mergedCommit(merged)
		if n != nil && found != nil && n.Text != found.Text {
			return nil
		}
		if n != nil {
			found = n
		}
	}
	return found
}

// mergedCommit is the commit that a change.merged event names.
func mergedCommit(d document) *decode.Node {
	if n := customRevision(d.node.Get("customData")); n != nil {
		return n
	}
	if id := first(d.node.Get("subject", "id")); id != nil && looksLikeCommit(id.Text) {
		return id
	}
	return nil
}
