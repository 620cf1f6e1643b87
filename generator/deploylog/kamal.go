package deploylog

import (
	"regexp"
	"strings"
	"time"

	"daylight/generator/decode"
)

// kamal reads the audit log of Kamal, a line each:
//
//	[2026-03-03T09:00:00Z] [ann@example] [production] [web] Booted app version 3fa9c1e…
//
// The tags between the user and the message are the destination and the role, in
// that order, each of which may be missing: a name that everybody knows is the
// environment. A version is booted on every host and in every role; lines about
// one within some minutes are one deployment. A rollback boots an old version,
// and is found by comparison. Everything else in the log deploys nothing.
type kamal struct{}

func (kamal) name() string { return "kamal" }

var (
	kamalLine = regexp.MustCompile(`^\[(\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2}))\] \[([^\]]*)\]((?: \[[^\]]*\])*) (.*)$`)
	kamalTag  = regexp.MustCompile(`\[([^\]]*)\]`)
	kamalBoot = regexp.MustCompile(`^Booted app version (\S+)`)
)

// kamalTogether is how far the hosts of one deployment may be apart.
const kamalTogether = 10 * time.Minute

func (kamal) match(d document) bool { return kamalLine.MatchString(d.text) }

func (f kamal) read(r *reading, docs []document) {
	type boot struct {
		version string
		at      time.Time
		event   *event
	}
	last := map[string]*boot{} // by environment, and file
	var order []*boot
	for _, d := range docs {
		m := kamalLine.FindStringSubmatchIndex(d.text)
		message := d.group(m, 4)
		booted := kamalBoot.FindStringSubmatch(message.Text)
		if booted == nil {
			r.skip(d, f, "operation", "only the boot of an app is a deployment")
			continue
		}
		stamp, _ := parseTime(d.group(m, 1).Text, nil)
		e := d.event(f)
		e.fields.set("finished_at", d.group(m, 1))
		e.fields.set("actor", d.group(m, 2))
		f.tags(e.fields, d, m)
		f.version(e.fields, booted[1], message)
		lane := d.path + "\x00" + textOf(e.fields["environment"])
		if b := last[lane]; b != nil && b.version == booted[1] && stamp.at.Sub(b.at).Abs() <= kamalTogether {
			b.event.more = append(b.event.more, d.origin)
			continue
		}
		b := &boot{booted[1], stamp.at, &e}
		last[lane] = b
		order = append(order, b)
	}
	for _, b := range order {
		r.record(*b.event)
	}
}

// tags finds the destination among the tags.
func (kamal) tags(o object, d document, m []int) {
	tags := d.group(m, 3)
	for _, at := range kamalTag.FindAllStringSubmatchIndex(tags.Text, 10) {
		name := &decode.Node{Kind: decode.String, Text: tags.Text[at[2]:at[3]], Line: tags.Line, Col: tags.Col + at[2]}
		if knownEnvironment(name.Text) && o["environment"] == nil {
			o["environment"] = name
		}
	}
}

// version takes the commit of a version. One that was built from a tree with
// changes says so: its commit is the best that is known.
func (kamal) version(o object, version string, at *decode.Node) {
	commit, dirty, _ := strings.Cut(version, "_uncommitted_")
	if looksLikeCommit(commit) {
		o.say("revision", commit, at)
		if dirty != "" {
			o.say("description", "built with changes that no commit has", at)
		}
		return
	}
	o.say("version", version, at)
}
