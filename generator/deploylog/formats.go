package deploylog

import (
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// format reads one kind of document that teams keep in files: an event, the
// payload of a webhook, an answer of an API, a line of a log.
type format interface {
	// name is the format's short name, as site.toml has it: "cdevents".
	name() string
	// match reports whether a document is of this format, from its content
	// alone. It must not match what another format owns: the first one wins.
	match(d document) bool
	// read adds the records of all documents of the format, in the order of the
	// files, so that a status finds its deployment. What is no deployment is
	// skipped with a reason.
	read(r *reading, docs []document)
}

// formats lists all formats in the order in which they are tried. The last is
// our own keys, which take whatever has an environment and a revision.
//
// To add a format, write its file and add it here.
func formats() []format {
	return []format{
		cdevents{},
		keptn{},
		github{},
		gitlab{},
		jira{},
		bitbucket{},
		devlake{},
		octopus{},
		shipit{},
		newrelic{},
		sentry{},
		datadog{},
		grafana{},
		honeycomb{},
		rollouts{},
		flagger{},
		kargo{},
		cortex{},
		opslevel{},
		linearb{},
		deployer{},
		capistrano{},
		kamal{},
		own{},
	}
}

// document is a part of a file that may be a record: a value of its tree, or a
// line of a log.
type document struct {
	node   *decode.Node  // nil for a line of a log
	text   string        // the line of a log, without its end
	path   string        // of its file
	key    string        // see [document.identity]; "" where the value is the key
	source string        // what begins the ids of our own keys: "jsonl" or "files"
	origin ledger.Origin // where it begins
	seen   []time.Time   // of the lines of its file; see [document.firstSeen]
	// seenWhole is set where the lines of the document are not known.
	seenWhole time.Time
	// first and last line, where they are not those of the value.
	first, last int
}

// Formats lists the names of the formats of files, as site.toml has them, in the
// order in which they are tried.
func Formats() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.name())
	}
	return out
}

// Detect gives the names of the formats that the documents of a file have, in
// the order of [Formats]; none when nothing in it looks like a deployment.
func Detect(path string, data []byte) []string {
	r := &reading{}
	found := sort(r.load(File{Path: path, Data: data}, nil), formats()).found
	var out []string
	for _, f := range formats() {
		if len(found[f.name()]) > 0 {
			out = append(out, f.name())
		}
	}
	return out
}

// has reports whether the document is a map with all of these keys, whatever
// their values.
func (d document) has(keys ...string) bool {
	if !d.node.Is(decode.Map) {
		return false
	}
	for _, key := range keys {
		if !d.node.Has(key) {
			return false
		}
	}
	return true
}

// text follows keys to the text of a scalar, "" when there is none.
func textAt(n *decode.Node, keys ...string) string {
	text, _ := n.Get(keys...).Scalar()
	return text
}

// first gives the first node that says something.
func first(nodes ...*decode.Node) *decode.Node {
	for _, n := range nodes {
		if text, ok := n.Scalar(); ok && text != "" {
			return n
		}
	}
	return nil
}

// event begins the record of a document; its fields are to be filled with the
// names of [Keys].
func (d document) event(f format) event {
	return event{fields: object{}, source: f.name(), origin: d.origin, key: d.identity(), firstSeen: d.firstSeen()}
}

// set takes the first of the nodes that says something.
func (o object) set(name string, nodes ...*decode.Node) {
	if n := first(nodes...); n != nil {
		o[name] = n
	}
}

// say sets a text that the format worked out, at the place of what it was worked
// out from.
func (o object) say(name, text string, at *decode.Node) {
	if text == "" {
		return
	}
	n := &decode.Node{Kind: decode.String, Text: text}
	if at != nil {
		n.Line, n.Col = at.Line, at.Col
	}
	o[name] = n
}

// sayRef sets the version where a git ref is a tag or a version. A branch names
// no revision: a board would say for ever that "main" runs. It becomes the
// description where there is none; without a repository to ask, it stays.
func (r *reading) sayRef(e event, ref *decode.Node) {
	text := strings.TrimPrefix(textOf(ref), "refs/heads/")
	if text == "" {
		return
	}
	if r.Resolve != nil && e.fields["revision"] != nil && r.resolve(text).State != Resolved {
		if e.fields["description"] == nil {
			e.fields.say("description", "branch "+text, ref)
		}
		return
	}
	e.fields.say("version", text, ref)
}

// sayStatus sets the status that a word of another system means. A word that it
// does not have is a problem, and the record is never live.
func (r *reading) sayStatus(e event, n *decode.Node, known func(word string) ledger.RecordStatus) {
	text, ok := n.Scalar()
	if !ok || text == "" {
		return
	}
	status := known(fold(text))
	if status == "" {
		status = ledger.RecordUnknown
		r.report(ledger.LevelWarning, "unknown-status", e.at(n), "map it with jq, if it means success", "%s is no status of %s; the record is never live", short(text), e.source)
	}
	e.fields.say("status", string(status), n)
}

// skipped counts what a format knows and leaves out, by reason.
type skipped struct {
	format, code, reason string
}

// skip leaves a document out with a reason. code is a word that stays; the
// reasons of one code may differ.
func (r *reading) skip(d document, f format, code, reason string) {
	if r.skips == nil {
		r.skips = map[skipped]*skips{}
	}
	key := skipped{f.name(), code, reason}
	s := r.skips[key]
	if s == nil {
		s = &skips{}
		r.skips[key] = s
	}
	if s.count++; len(s.origins) < maxSkipOrigins {
		s.origins = append(s.origins, d.origin)
	}
}

// skips is how often something was left out, and where first.
type skips struct {
	count   int
	origins []ledger.Origin
}

// maxSkipOrigins bounds the places of one reason: a log may hold a hundred
// thousand events of pipelines.
const maxSkipOrigins = 5
