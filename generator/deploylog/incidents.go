package deploylog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Incidents reads files of incidents: JSON Lines, JSON, YAML or TOML, one object
// each, in a list, or in a list under "incidents":
//
//	{"id": "INC-12", "started_at": "2026-03-04T10:00:00Z", "resolved_at": "2026-03-04T11:30:00Z",
//	 "environment": "production", "component": "shop", "deployment": "v1.4.0", "title": "Checkout was slow"}
//
// Only the start is required. Other names of the keys are those under which
// trackers and status pages export them; see [IncidentKeys]. CDEvents of
// incidents (detected, reported, resolved) are read too. What several lines or
// events say of one id is one incident: the earliest start, the latest end. With
// [Input.Query], a jq program makes the objects.
//
// The list is sorted by ledger.CompareIncidents. Incidents that name no
// repository are of [Input].Of, which may be "": any.
func Incidents(in Input) ([]ledger.Incident, []ledger.Problem) {
	r := &incidentReading{reading: &reading{Input: in, source: "incidents"}, at: map[string]int{}}
	var query *decode.Query
	if in.Query != "" {
		var err error
		if query, err = decode.CompileJQ(in.Query); err != nil {
			r.report(ledger.LevelError, "bad-query", nil, "correct the key jq of the source in site.toml", "%v", err)
			_, problems := r.done()
			return nil, problems
		}
	}
	files := slices.Clone(in.Files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	for _, f := range files {
		for _, d := range r.load(f, query) {
			r.document(d, 0)
		}
	}
	r.settle()
	_, problems := r.done()
	return r.found, problems
}

type incidentReading struct {
	*reading
	found []ledger.Incident
	at    map[string]int // by id
}

// IncidentKeys lists the keys of an incident with their other names.
func IncidentKeys() []Key {
	return []Key{
		{"id", []string{"incident_id", "incident", "key", "number", "uuid"}, "what names the incident for ever"},
		{"started_at", []string{"started", "start", "begin", "impact_started_at", "detected_at", "opened_at", "triggered_at", "created_at", "created", "created_date", "start_time", "at", "date"}, "when it began"},
		{"resolved_at", []string{"resolved", "ended_at", "ended", "end", "mitigated_at", "recovered_at", "closed_at", "finished_at", "resolution_date", "resolved_date", "end_time"}, "when users were well again"},
		{"environment", []string{"env", "environment_name", "environment.name", "deployment.environment.name", "stage"}, "where"},
		{"component", []string{"service", "app", "application", "service.name", "service.summary", "component.name"}, "the separately deployed part"},
		{"deployment", []string{"deployment_id", "deployment.id", "caused_by", "cause", "version", "release", "revision", "commit"}, "what caused it: a deployment's id, version, tag or commit"},
		{"title", []string{"name", "summary", "subject", "description"}, "in a few words"},
		{"url", []string{"html_url", "link", "shortlink", "web_url"}, "an address with more"},
	}
}

// maxIncidents bounds what one source may give.
const maxIncidents = 100_000

// document reads an object, the items of a list, or those of an envelope.
func (r *incidentReading) document(d document, depth int) {
	switch {
	case d.node.Is(decode.List) && depth < maxEnvelope:
		for _, item := range d.node.Items {
			r.document(d.part(item), depth+1)
		}
		return
	case d.node.Is(decode.Map):
		for _, key := range []string{"incidents", "items", "data", "issues", "events"} {
			if n := d.node.Get(key); n.Is(decode.List) && depth < maxEnvelope {
				r.document(d.part(n), depth+1)
				return
			}
		}
		if n := d.node.Get("incident"); n.Is(decode.Map) && depth < maxEnvelope {
			r.document(d.part(n), depth+1)
			return
		}
		r.incident(d)
		return
	}
	r.report(ledger.LevelWarning, "unknown-record", &d.origin, `an incident is an object with "started_at"`, "this is not understood as an incident")
}

// incident reads one object.
func (r *incidentReading) incident(d document) {
	fields := incidentFields{event{fields: flatten(d.node), origin: d.origin}}
	if (cdevents{}).match(d) {
		if !fields.cdevent(d) {
			return // an event of something else
		}
	}
	in := ledger.Incident{ID: fields.text("id"), Repository: r.Of, Component: ledger.ComponentName(fields.text("component")),
		Environment: ledger.EnvironmentName(fields.text("environment")), Deployment: fields.text("deployment"), Title: fields.text("title"),
		URL: webAddress(fields.text("url")), Origins: []ledger.Origin{d.origin}}
	fields.text("started_at")
	fields.text("resolved_at") // so that an alias is found under the key's own name
	in.StartedAt, in.ResolvedAt = r.time(fields.event, "started_at"), r.time(fields.event, "resolved_at")
	if in.ID == "" || len(in.ID) > 200 {
		sum := sha256.Sum256([]byte(d.identity()))
		in.ID = hex.EncodeToString(sum[:8])
	}
	in.Component = cmp.Or(in.Component, r.Component)
	in.Environment = cmp.Or(in.Environment, r.Environment)
	if len(r.found) >= maxIncidents {
		return
	}
	i, there := r.at[in.ID]
	if !there {
		r.at[in.ID] = len(r.found)
		r.found = append(r.found, in)
		return
	}
	r.found[i] = joinIncidents(r.found[i], in)
}

// joinIncidents makes one of what two lines say of an incident.
func joinIncidents(a, b ledger.Incident) ledger.Incident {
	if a.StartedAt.IsZero() || !b.StartedAt.IsZero() && b.StartedAt.Before(a.StartedAt) {
		a.StartedAt = b.StartedAt
	}
	if b.ResolvedAt.After(a.ResolvedAt) {
		a.ResolvedAt = b.ResolvedAt
	}
	a.Component, a.Environment = cmp.Or(a.Component, b.Component), cmp.Or(a.Environment, b.Environment)
	a.Deployment, a.Title, a.URL = cmp.Or(a.Deployment, b.Deployment), cmp.Or(a.Title, b.Title), cmp.Or(a.URL, b.URL)
	a.Origins = append(a.Origins, b.Origins...)
	return a
}

// settle doubts what has no start, or ends before it, and sorts the rest.
func (r *incidentReading) settle() {
	if len(r.found) >= maxIncidents {
		r.report(ledger.LevelError, "too-many-records", nil, "split the source", "more than %d incidents; the later ones are left out", maxIncidents)
	}
	kept := r.found[:0]
	for _, in := range r.found {
		slices.SortFunc(in.Origins, ledger.CompareOrigins)
		if in.StartedAt.IsZero() {
			r.report(ledger.LevelWarning, "incident-without-start", &in.Origins[0], `add "started_at"`, "nothing tells when incident %s began", short(in.ID))
			continue
		}
		if !in.ResolvedAt.IsZero() && in.ResolvedAt.Before(in.StartedAt) {
			r.report(ledger.LevelWarning, "ends-before-start", &in.Origins[0], "", "incident %s ended at %s, before it began at %s", short(in.ID),
				in.ResolvedAt.Format(time.RFC3339), in.StartedAt.Format(time.RFC3339))
			in.ResolvedAt = time.Time{}
		}
		kept = append(kept, in)
	}
	r.found = kept
	slices.SortFunc(r.found, ledger.CompareIncidents)
}

// incidentFields are an object's keys, under the names of an incident.
type incidentFields struct{ event }

// text gives the text of a key, and keeps its value under the key's own name.
func (f incidentFields) text(name string) string {
	keys := IncidentKeys()
	k := keys[slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })]
	for _, key := range append([]string{k.Name}, k.Aliases...) {
		if text, ok := f.fields[key].Scalar(); ok && strings.TrimSpace(text) != "" {
			f.fields[name] = f.fields[key]
			return strings.TrimSpace(text)
		}
	}
	delete(f.fields, name)
	return ""
}

// cdevent puts the parts of an event under our keys; false where it is of no
// incident.
func (f incidentFields) cdevent(d document) bool {
	subject, predicate := cdeventsType(d)
	if subject != "incident" {
		return false
	}
	content := d.node.Get("subject", "content")
	at := d.node.Get("context", "timestamp")
	set := func(key string, n *decode.Node) {
		if n == nil {
			n = &decode.Node{Kind: decode.Null}
		}
		f.fields[key] = n
	}
	set("id", d.node.Get("subject", "id"))
	set("environment", content.Get("environment", "id"))
	set("component", content.Get("service", "id"))
	set("title", content.Get("description"))
	if predicate == "resolved" {
		set("resolved_at", at)
	} else {
		set("started_at", at)
	}
	return true
}

// webAddress keeps addresses of the web: they become links.
func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return text
}
