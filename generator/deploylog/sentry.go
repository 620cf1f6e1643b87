package deploylog

import (
	"strings"

	"daylight/generator/decode"
)

// sentry reads deploys of Sentry, alone or within their release. What Sentry
// calls a release is a build: without a deploy nothing runs.
//
//	{"id": "12", "environment": "production", "dateStarted": "2026-03-03T08:58:00Z", "dateFinished": "2026-03-03T09:00:00Z",
//	 "version": "shop@1.4.0"}
//	{"version": "shop@1.4.0", "ref": "3fa9…", "deploys": [{"environment": "production", "dateFinished": "…"}]}
//
// https://docs.sentry.io/api/releases/
type sentry struct{}

func (sentry) name() string { return "sentry" }

func (sentry) match(d document) bool {
	return d.has("environment") && (d.has("dateFinished") || d.has("dateStarted")) || sentryRelease(d.node) != nil
}

// sentryRelease gives the release in a document: itself, or what a webhook has.
func sentryRelease(n *decode.Node) *decode.Node {
	for _, release := range []*decode.Node{n, n.Get("release")} {
		if release.Has("version") && (release.Has("deploys") || release.Has("lastDeploy") || release.Has("deployCount") || n.Get("deploy").Is(decode.Map)) {
			return release
		}
	}
	return nil
}

func (f sentry) read(r *reading, docs []document) {
	for _, d := range docs {
		release := sentryRelease(d.node)
		if release == nil {
			r.record(f.event(d, d.node, first(d.node.Get("version"), d.node.Get("release"), d.node.Get("release", "version")), d.node))
			continue
		}
		var deploys []*decode.Node
		switch {
		case d.node.Get("deploy").Is(decode.Map):
			deploys = []*decode.Node{d.node.Get("deploy")}
		case release.Get("deploys").Is(decode.List):
			deploys = release.Get("deploys").Items
		case release.Get("lastDeploy").Is(decode.Map):
			deploys = []*decode.Node{release.Get("lastDeploy")}
		}
		if len(deploys) == 0 {
			r.skip(d, f, "build", "a release there is a build: without a deploy nothing runs")
		}
		for _, deploy := range deploys {
			r.record(f.event(d, deploy, release.Get("version"), release))
		}
	}
}

func (f sentry) event(d document, deploy, version, release *decode.Node) event {
	e := d.part(deploy).event(f)
	e.firstSeen = d.firstSeen()
	e.fields.set("id", deploy.Get("id"))
	e.fields.set("environment", deploy.Get("environment"))
	e.fields.set("started_at", deploy.Get("dateStarted"))
	e.fields.set("finished_at", deploy.Get("dateFinished"))
	e.fields.set("url", deploy.Get("url"))
	e.fields.set("description", deploy.Get("name"))
	e.fields.set("revision", release.Get("ref"), release.Get("lastCommit", "id"))
	// A version is "package@version", where it is not a commit alone.
	if text := textOf(version); text != "" {
		name, number, found := strings.Cut(text, "@")
		if !found {
			name, number = "", text
		}
		e.fields.say("version", number, version)
		e.fields.say("component", name, version)
	}
	if projects := release.Get("projects"); projects.Is(decode.List) && len(projects.Items) == 1 {
		e.fields.set("component", e.fields["component"], projects.Items[0].Get("slug"), projects.Items[0])
	}
	return e
}
