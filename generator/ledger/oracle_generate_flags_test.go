package ledger_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// settings are what manifests say, the plain ones first.
func settings() []string {
	return []string{
		"on", "off", "25", "50", "0..40", "12.34567", "+beta", "25+beta", "+beta+staff", "+staff:50", "on-staff", "60-beta",
		"unknown", "off=new:30,old:70", "on=new:100",
	}
}

// flag draws the history of a flag: steps on the mainline, in one environment or
// as the default, with plans; its end; and what branches carry.
func (d *drawer) flag(key string) {
	d.keys = append(d.keys, key)
	effect := d.one([]string{"merge", "deployment"}, "effect")
	options := ""
	if effect == "merge" && d.chance(4, "delay") {
		options = " delay=" + d.one([]string{"1h", "36h"}, "delay of")
	}
	mainline := []int{d.tip}
	for len(d.commits[mainline[0]].parents) > 0 {
		mainline = slices.Insert(mainline, 0, d.commits[mainline[0]].parents[0])
	}
	gone := -1
	if len(mainline) > 1 && d.chance(4, "is removed") {
		gone = rapid.SampledFrom(mainline[1:]).Draw(d.T, "removed by")
	}
	begin := len(d.lines)
	named := map[string]bool{}
	log := effect == "merge" && d.chance(5, "is a log")
	before := "off"
	if log && d.chance(3, "began late") {
		before = "unknown"
	}
	events := map[string]string{}
	for _, i := range mainline {
		if i == gone {
			break
		}
		for _, env := range []string{"*", "production", "staging"} {
			if log {
				if d.chance(3, "logs something") {
					named[env] = true
					events[env] += " " + d.one(settings(), "event") + "@" + clock(d.number(0, lastInstant, "event at"))
					d.add("step %s %s %s %s%s dated=yes", key, d.commits[i].name, env, before, events[env])
				}
				continue
			}
			if d.chance(4, "says something") {
				named[env] = true
				d.add("step %s %s %s %s%s", key, d.commits[i].name, env, d.one(settings(), "setting"), d.plan())
			} else if named[env] && env != "*" && d.chance(12, "is named no more") {
				d.add("step %s %s %s off gone=yes", key, d.commits[i].name, env)
				delete(named, env)
			}
		}
	}
	if gone >= 0 && len(named) > 0 {
		options += " by=" + d.commits[gone].name + d.one([]string{"", " retired=released", " retired=dropped"}, "retired as")
		for _, env := range []string{"*", "production", "staging"} {
			if named[env] {
				d.add("step %s %s %s off gone=yes", key, d.commits[gone].name, env)
			}
		}
	}
	d.lines = slices.Insert(d.lines, begin, fmt.Sprintf("flag %s %s%s", key, effect, options))
	for _, c := range d.commits {
		if effect == "deployment" && !c.main && d.chance(4, "the branch differs") {
			for _, env := range []string{"production", "staging", "*"} {
				switch {
				case !d.chance(2, "there"):
				case d.chance(4, "not named"):
					d.add("at %s %s %s off gone=yes", key, c.name, env)
				default:
					d.add("at %s %s %s %s%s", key, c.name, env, d.one(settings(), "setting"), d.plan())
				}
			}
		}
	}
}

// flagElsewhere draws a flag whose manifest is in a repository of its own, which
// the runtime reads, or which is deployed beside the code.
func (d *drawer) flagElsewhere(key string) {
	d.keys = append(d.keys, key)
	d.add("repository flags")
	commits := d.number(1, 3, "commits elsewhere")
	at := 0
	for i := range commits {
		at += d.number(0, 12, "later by")
		d.add("commit s%d %s", i, clock(min(at, lastInstant)))
	}
	if d.chance(6, "shallow elsewhere") {
		d.add("shallow s0")
	}
	effect := d.one([]string{"merge", "merge", "deployment"}, "effect elsewhere")
	options := ""
	if effect == "deployment" {
		options = " with=flags"
	}
	gone := commits > 1 && d.chance(4, "is removed elsewhere")
	if gone {
		options += fmt.Sprintf(" by=s%d%s", commits-1, d.one([]string{"", " retired=released", " retired=dropped"}, "retired elsewhere as"))
	}
	d.add("flag %s %s%s", key, effect, options)
	named := map[string]bool{}
	for i := range commits {
		for _, env := range []string{"*", "production", "staging"} {
			switch {
			case gone && i == commits-1:
				if named[env] {
					d.add("step %s s%d %s off gone=yes", key, i, env)
				}
			case d.chance(2, "says something elsewhere"):
				named[env] = true
				d.add("step %s s%d %s %s%s", key, i, env, d.one(settings(), "setting elsewhere"), d.plan())
			}
		}
	}
	at = 0
	for range d.number(0, 4, "records elsewhere") {
		at = min(lastInstant, at+d.number(0, 12, "later by"))
		env := d.one([]string{"production", "staging"}, "environment elsewhere")
		if d.chance(6, "undeploys elsewhere") {
			d.add("undeploy %s %s", env, clock(at))
			continue
		}
		options := d.one([]string{"", "", "", " kind=canary_step weight=50"}, "traffic elsewhere")
		d.add("deploy %s s%d %s%s", env, d.number(0, commits-1, "deployed elsewhere"), clock(at), options)
	}
	d.add("repository shop")
}

func (d *drawer) plan() string {
	out := ""
	for range d.number(0, 6, "planned")/5 + d.number(0, 6, "planned")/6 {
		out += " " + d.one(settings(), "planned setting") + "@" + clock(d.number(0, lastInstant, "planned at"))
	}
	return out
}

// link puts a change behind a flag.
func (d *drawer) link() {
	name := d.one(append(slices.Clone(d.keys), "ghost"), "flag")
	if d.chance(4, "negated") {
		name = "!" + name
	} else if d.chance(6, "variant") {
		name += "=" + d.one([]string{"new", "old", "odd"}, "variant")
	}
	d.add("link %s %s", d.anyCommit("behind"), name)
}

func (d *drawer) policy() {
	d.add("by %s", d.one([]string{"flags", "flags", "flags", "version", "declared"}, "what counts as a release"))
	if d.chance(6, "declared") {
		d.add("release %s %s %s %s", d.one([]string{"production", "staging", "*"}, "declared in"), d.anyCommit("declared"),
			clock(d.number(0, lastInstant, "declared at")), d.one([]string{"on", "25", "+beta"}, "declared as"))
	}
	if d.chance(4, "threshold") {
		d.add("threshold %s", d.one([]string{"50", "10"}, "of"))
	}
	if d.chance(6, "groups") {
		d.add("groups beta")
	}
	asOf := lastInstant
	if d.chance(3, "as-of within") {
		asOf = d.number(0, lastInstant, "as-of")
	}
	d.add("asof %s", clock(asOf))
}
