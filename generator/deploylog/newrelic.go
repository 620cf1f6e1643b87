package deploylog

import (
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// newrelic reads changes as New Relic tracks them: deployment markers, and the
// newer change events, which tell of flags and configuration too.
//
//	{"entityGuid": "MTIz", "version": "v1.4.0", "commit": "3fa9…", "deploymentType": "CANARY", "timestamp": 1772528400000}
//	{"categoryAndTypeData": {"kind": {"category": "DEPLOYMENT", "type": "ROLLING"},
//	   "categoryFields": {"deployment": {"version": "v1.4.0", "commit": "3fa9…"}}}, "timestamp": 1772528400000,
//	 "customAttributes": {"environment": "production"}}
//
// Markers name no environment: it is the source's, or an attribute. A canary is
// a step of unknown weight; a shadow has no traffic.
//
// https://docs.newrelic.com/docs/change-tracking/
type newrelic struct{}

func (newrelic) name() string { return "newrelic" }

func (newrelic) match(d document) bool {
	return d.has("categoryAndTypeData") || d.has("entityGuid", "version") || d.has("deploymentType", "version") ||
		d.has("entity.guid", "timestamp") || d.node.Get("entity", "guid").Is(decode.String) && d.has("version")
}

func (f newrelic) read(r *reading, docs []document) {
	for _, d := range docs {
		kind := d.node.Get("categoryAndTypeData", "kind")
		category := fold(textOf(first(kind.Get("category"), d.node.Get("category"))))
		switch strings.ReplaceAll(category, " ", "_") {
		case "", "deployment":
			r.record(f.event(d))
		case "feature_flag":
			r.skip(d, f, "flag", "a flag was switched, and nothing deployed")
		default:
			r.skip(d, f, "other", "another change than a deployment")
		}
	}
}

func (f newrelic) event(d document) event {
	n := d.node
	fields := n.Get("categoryAndTypeData", "categoryFields", "deployment")
	custom := n.Get("customAttributes")
	e := d.event(f)
	e.fields.set("id", n.Get("deploymentId"), n.Get("changeTrackingId"), n.Get("changeTrackingEventId"))
	e.fields.set("environment", custom.Get("environment"), custom.Get("env"), n.Get("environment"), n.Get("tags.environment"))
	e.fields.set("component", custom.Get("service"), n.Get("entity", "name"), n.Get("entity.name"), n.Get("entityName"))
	e.fields.set("version", fields.Get("version"), n.Get("version"))
	e.fields.set("revision", fields.Get("commit"), n.Get("commit"))
	e.fields.set("at", n.Get("timestamp"))
	e.fields.set("actor", n.Get("user"))
	e.fields.set("url", fields.Get("deepLink"), n.Get("deepLink"))
	e.fields.set("description", n.Get("description"), n.Get("shortDescription"), fields.Get("changelog"), n.Get("changelog"))
	sort := first(n.Get("categoryAndTypeData", "kind", "type"), n.Get("deploymentType"), n.Get("type"))
	switch fold(strings.ToLower(textOf(sort))) {
	case "canary":
		e.fields.say("kind", string(ledger.KindCanaryStep), sort)
	case "shadow":
		e.fields.say("slot", "shadow", sort)
		e.fields.say("weight", "0", sort)
	case "rollback":
		e.fields.say("kind", string(ledger.KindRollback), sort)
	}
	return e
}
