package deploylog

import (
	"regexp"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// capistrano reads revisions.log of Capistrano, a line each:
//
//	Branch main (at 3fa9c1e) deployed as release 20260303090000 by ann
//	ann rolled back to release 20260302090000
//
// The number of a release is its time in UTC. A rollback has no time of its own:
// it was when history first held the line. Its revision is that of the release
// that it went back to. The environment is the source's.
type capistrano struct{}

func (capistrano) name() string { return "capistrano" }

var (
	capistranoDeployed   = regexp.MustCompile(`^\s*Branch (.{1,200}?) \(at ([0-9a-f]{7,40})\) deployed as release (\d{14})(?: by (.{1,100}?))?;?\s*$`)
	capistranoRolledBack = regexp.MustCompile(`^\s*(.{1,100}?) rolled back to release (\d{14})\s*$`)
)

func (capistrano) match(d document) bool {
	return capistranoDeployed.MatchString(d.text) || capistranoRolledBack.MatchString(d.text)
}

func (f capistrano) read(r *reading, docs []document) {
	type release struct{ path, number string }
	revisions := map[release]*decode.Node{}
	for _, d := range docs {
		e := d.event(f)
		if m := capistranoDeployed.FindStringSubmatchIndex(d.text); m != nil {
			revision, number := d.group(m, 2), d.group(m, 3)
			revisions[release{d.path, number.Text}] = revision
			e.fields.set("revision", revision)
			e.fields.say("finished_at", number.Text+"Z", number)
			e.fields.set("actor", d.group(m, 4))
			e.fields.say("description", "branch "+d.group(m, 1).Text, d.group(m, 1))
			r.record(e)
			continue
		}
		m := capistranoRolledBack.FindStringSubmatchIndex(d.text)
		number := d.group(m, 2)
		e.fields.say("kind", string(ledger.KindRollback), number)
		e.fields.set("actor", d.group(m, 1))
		if revision := revisions[release{d.path, number.Text}]; revision != nil {
			e.fields.say("revision", revision.Text, number)
		} else {
			e.fields.say("version", "release "+number.Text, number)
		}
		r.record(e)
	}
}

// group gives what a group of a regular expression matched in a line, with its
// place; nil when it took no part.
func (d document) group(m []int, i int) *decode.Node {
	if m[2*i] < 0 {
		return nil
	}
	return &decode.Node{Kind: decode.String, Text: d.text[m[2*i]:m[2*i+1]], Line: d.origin.Line, Col: m[2*i] + 1}
}

// isLogLine reports whether a line is one of a log that is no JSON.
func isLogLine(line string) bool {
	d := document{text: line}
	return capistrano{}.match(d) || kamal{}.match(d)
}
