package deploylog

import (
	"path"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// kargo reads Promotions of Kargo that were kept as files, and the last one of a
// Stage, both as they are read from a cluster:
//
//	{"apiVersion": "kargo.akuity.io/v1alpha1", "kind": "Promotion", "metadata": {"name": "prod.01h", "namespace": "shop"},
//	 "spec": {"stage": "prod", "freight": "f5f87aa2"},
//	 "status": {"phase": "Succeeded", "finishedAt": "2026-03-03T09:00:00Z",
//	  "freight": {"name": "f5f87aa2", "commits": [{"repoURL": "https://git.example/shop", "id": "3fa9c1e"}], "images": [{"repoURL": "lumen/shop", "tag": "v1.4.0"}]}}}
//
// The environment is the stage. What was promoted is the freight: each of its
// images is a component, with the freight's only commit behind it; freight
// without images is its commits. A Promotion without a phase is a plan, and the
// history of freight in a Stage has no dates.
//
// https://docs.kargo.io/user-guide/core-concepts
type kargo struct{}

const kargoGroup = "kargo.akuity.io/"

func (kargo) name() string { return "kargo" }

func (kargo) match(d document) bool {
	return isObject(d, kargoGroup, "Promotion") || isObject(d, kargoGroup, "Stage")
}

func (f kargo) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		stage, status, name := n.Get("spec", "stage"), n.Get("status"), n.Get("metadata", "name")
		if textAt(n, "kind") == "Stage" {
			last := status.Get("lastPromotion")
			if !last.Is(decode.Map) {
				r.skip(d, f, "plan", "a stage that nothing was promoted to tells of no deployment")
				continue
			}
			stage, name = n.Get("metadata", "name"), last.Get("name")
			status = last
			if inner := last.Get("status"); inner.Is(decode.Map) {
				status = inner
			}
		}
		phase := status.Get("phase")
		if first(phase) == nil {
			r.skip(d, f, "plan", "a promotion without a phase has not begun")
			continue
		}
		e := d.event(f)
		e.fields.set("environment", stage)
		e.fields.set("started_at", status.Get("startedAt"), n.Get("metadata", "creationTimestamp"))
		e.fields.set("finished_at", status.Get("finishedAt"))
		e.fields.set("description", status.Get("message"))
		e.fields.set("actor", n.Get("metadata", "annotations", kargoGroup+"create-actor"))
		e.fields.say("kind", string(ledger.KindPromote), phase)
		r.sayStatus(e, phase, kargoStatus)
		f.freight(r, e, freightOf(status), name)
	}
}

// freightOf finds what was promoted: the items of a collection, or the one of
// older versions.
func freightOf(status *decode.Node) (out []*decode.Node) {
	if items := status.Get("freightCollection", "items"); items.Is(decode.Map) {
		for _, entry := range items.Entries {
			out = append(out, entry.Value)
		}
		return out
	}
	return []*decode.Node{status.Get("freight")}
}

// freight adds a record for each image of the freight, or for each commit of one
// without images. The commit is that of an image only where there is one.
func (f kargo) freight(r *reading, e event, freight []*decode.Node, name *decode.Node) {
	var images, commits []*decode.Node
	for _, one := range freight {
		images = append(images, itemsOf(one.Get("images"))...)
		commits = append(commits, itemsOf(one.Get("commits"))...)
	}
	one := func(parts []string, part *decode.Node, set func(object)) {
		each := e
		each.fields = e.fields.with("id", strings.Join(append([]string{textOf(name)}, parts...), "#"))
		each.key += "\x00" + strings.Join(parts, "\x00")
		if part != nil {
			set(each.fields)
		}
		r.record(each)
	}
	switch {
	case len(images) > 0:
		for _, image := range images {
			component := path.Base(textAt(image, "repoURL"))
			one([]string{component}, image, func(o object) {
				o.say("component", component, image)
				o.set("version", image.Get("tag"), image.Get("digest"))
				if len(commits) == 1 {
					o.set("revision", commits[0].Get("id"))
				}
			})
		}
	case len(commits) > 0:
		for _, commit := range commits {
			component := strings.TrimSuffix(path.Base(textAt(commit, "repoURL")), ".git")
			one([]string{component}, commit, func(o object) {
				if len(commits) > 1 {
					o.say("component", component, commit)
				}
				o.set("revision", commit.Get("id"))
				o.set("version", commit.Get("tag"))
			})
		}
	default:
		one(nil, nil, nil)
	}
}

// itemsOf gives the items of a list, none of anything else.
func itemsOf(n *decode.Node) []*decode.Node {
	if !n.Is(decode.List) {
		return nil
	}
	return n.Items
}

func kargoStatus(word string) ledger.RecordStatus {
	switch word {
	case "pending":
		return ledger.RecordPending
	case "running":
		return ledger.RecordRunning
	case "succeeded":
		return ledger.RecordSucceeded
	case "failed", "errored":
		return ledger.RecordFailed
	case "aborted":
		return ledger.RecordCancelled
	}
	return ""
}
