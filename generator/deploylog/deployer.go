package deploylog

import "strings"

// deployer reads .dep/releases_log of Deployer, JSON Lines:
//
//	{"created_at":"2026-03-03T09:00:00+0000","release_name":"12","user":"ann","target":"v1.4.0"}
//
// The line is written when the release is prepared, and nothing tells whether it
// came into use: a release that is there is believed. The target is a tag, a
// branch, a commit or HEAD; only the first and the third name a revision. The
// environment is the source's.
type deployer struct{}

func (deployer) name() string { return "deployer" }

func (deployer) match(d document) bool { return d.has("created_at", "release_name", "target") }

func (f deployer) read(r *reading, docs []document) {
	for _, d := range docs {
		n := d.node
		e := d.event(f)
		// Numbers of releases begin anew on every server: the time tells them apart.
		if name := first(n.Get("release_name")); name != nil {
			e.fields.say("id", strings.Join([]string{d.path, name.Text, textAt(n, "created_at")}, "#"), name)
		}
		e.fields.set("finished_at", n.Get("created_at"))
		e.fields.set("actor", n.Get("user"))
		e.fields.set("revision", n.Get("revision"))
		e.fields.set("version", n.Get("target"))
		e.fields.say("description", "release "+textAt(n, "release_name"), n.Get("release_name"))
		r.record(e)
	}
}
