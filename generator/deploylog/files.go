package deploylog

import (
	"cmp"
	"maps"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Files reads files in the tree that hold deployments: JSON, YAML and TOML of
// our own keys, JSON Lines, and the events, payloads and logs of other systems.
// A file's format is found by its content, document by document, unless
// [Input.Format] names it. [Input.Query], a jq program, makes records of
// documents that no format knows.
type Files struct{}

// Name is "files".
func (Files) Name() string { return "files" }

// Read implements [Reader].
func (f Files) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &reading{Input: in, source: f.Name()}
	wanted, query, ok := r.choose()
	if !ok {
		return r.done()
	}
	files := slices.Clone(in.Files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	var docs []document
	for _, file := range files {
		docs = append(docs, r.load(file, query)...)
	}
	sorted := sort(docs, wanted)
	for _, f := range wanted {
		if docs := sorted.found[f.name()]; len(docs) > 0 {
			f.read(r, docs)
		}
	}
	r.reportUnknown(sorted.rest)
	r.reportSkips()
	// By place: file, line, column. What one document tells of keeps its order.
	slices.SortStableFunc(r.records, func(a, b ledger.Record) int {
		return ledger.CompareOrigins(a.Origins[0], b.Origins[0])
	})
	return r.done()
}

// choose gives the formats that are tried and the program that comes before
// them. false: the source cannot be read as it is configured.
func (r *reading) choose() ([]format, *decode.Query, bool) {
	wanted := formats()
	if r.Format != "" && r.Format != "auto" {
		i := slices.IndexFunc(wanted, func(f format) bool { return f.name() == r.Format })
		if i < 0 {
			r.report(ledger.LevelError, "unknown-format", nil, unknownHint(r.Format, Formats()...), "there is no format %s of deployments", short(r.Format))
			return nil, nil, false
		}
		wanted = wanted[i : i+1]
	}
	if r.Query == "" {
		return wanted, nil, true
	}
	query, err := decode.CompileJQ(r.Query)
	if err != nil {
		r.report(ledger.LevelError, "bad-query", nil, "correct the key jq of the source in site.toml", "%v", err)
		return nil, nil, false
	}
	if r.Format == "" || r.Format == "auto" {
		wanted = []format{own{}} // what a program makes has our own keys
	}
	return wanted, query, true
}

// envelopes are keys under which payloads are kept inside something else: those
// of lists first, then those of maps.
func envelopes() (lists, maps []string) {
	return []string{"deployments", "deployment_statuses", "statuses", "events", "items", "records", "results", "values", "edges", "nodes", "deploys", "markers", "annotations"},
		[]string{"payload", "body", "data", "attributes", "node", "event", "message", "detail", "repository", "deployments", "result"}
}

// maxEnvelope bounds envelopes in envelopes: GraphQL has four.
const maxEnvelope = 8

// sorting puts documents to the formats that read them.
type sorting struct {
	wanted []format
	own    bool // our own keys are among them, and tried last
	found  map[string][]document
	rest   []document
}

// sort finds the format of each document, in envelopes too. What is in none is
// the rest.
func sort(docs []document, wanted []format) sorting {
	s := sorting{wanted: wanted, found: map[string][]document{}}
	if last := len(wanted) - 1; last >= 0 && wanted[last] == format(own{}) {
		s.own, s.wanted = true, wanted[:last]
	}
	for _, d := range docs {
		if d.node.Is(decode.List) && len(d.node.Items) > 0 && s.list(d, d.node, 1) || s.place(d, 0, true) {
			continue
		}
		s.rest = append(s.rest, d)
	}
	return s
}

// place finds the format of a document or of what it envelops.
func (s *sorting) place(d document, depth int, ownToo bool) bool {
	for _, f := range s.wanted {
		if f.match(d) {
			s.found[f.name()] = append(s.found[f.name()], d)
			return true
		}
	}
	if s.inside(d, depth) {
		return true
	}
	if ownToo && s.own && (own{}).match(d) {
		s.found[own{}.name()] = append(s.found[own{}.name()], d)
		return true
	}
	return false
}

// inside looks into the envelopes of a map. What is in a list beside a record,
// and is none, belongs to the rest.
func (s *sorting) inside(d document, depth int) bool {
	if !d.node.Is(decode.Map) || depth >= maxEnvelope {
		return false
	}
	any := false
	lists, maps := envelopes()
	for _, key := range lists {
		if n := d.node.Get(key); n.Is(decode.List) {
			any = s.list(d, n, depth+1) || any
		}
	}
	for _, key := range maps {
		if n := d.node.Get(key); n.Is(decode.Map) {
			any = s.place(d.part(n), depth+1, false) || any
		}
	}
	return any
}

// list places the items of a list.
func (s *sorting) list(d document, list *decode.Node, depth int) bool {
	var missed []document
	for _, item := range list.Items {
		if part := d.part(item); !s.place(part, depth, true) {
			missed = append(missed, part)
		}
	}
	if len(missed) == len(list.Items) {
		return false
	}
	s.rest = append(s.rest, missed...)
	return true
}

// reportUnknown tells of documents that no format takes.
func (r *reading) reportUnknown(docs []document) {
	for _, d := range docs {
		what := "this"
		if d.node != nil {
			what = "this document (" + d.node.Kind.String() + ")"
		}
		if r.Format != "" && r.Format != "auto" {
			r.report(ledger.LevelWarning, "unknown-record", &d.origin, "set the format of the source, or leave it out to have it found", "%s is no record of the format %s", what, r.Format)
		} else {
			r.report(ledger.LevelWarning, "unknown-record", &d.origin, "name the format of the source, or map it with jq", "%s is not understood as a deployment", what)
		}
	}
}

// reportSkips tells what was recognised and left out, a problem for each reason.
func (r *reading) reportSkips() {
	keys := slices.SortedFunc(maps.Keys(r.skips), func(a, b skipped) int {
		return cmp.Or(cmp.Compare(a.format, b.format), cmp.Compare(a.code, b.code), cmp.Compare(a.reason, b.reason))
	})
	for _, k := range keys {
		s := r.skips[k]
		r.report(ledger.LevelInfo, "no-deployment", &s.origins[0], "", "%s of %s left out (%s): %s", counted(s.count, "document"), k.format, k.code, k.reason)
		r.problems[len(r.problems)-1].Origins = s.origins
	}
}
