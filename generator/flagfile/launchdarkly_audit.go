package flagfile

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// LaunchDarklyAudit reads entries of LaunchDarkly's audit log
// (launchdarkly.com/docs/api/audit-log) that are kept as files: what the API
// answers, one entry or a list of them, or one entry a line.
//
//	{"items": [{"date": 1773475200000, "kind": "flag", "titleVerb": "turned on the flag",
//	  "accesses": [{"action": "updateOn", "resource": "proj/shop:env/production:flag/basket-v2"}],
//	  "currentVersion": {"key": "basket-v2", "variations": […], "environments": {"production": {"on": true, …}}}}]}
//
// An entry's date is when its state begins, and currentVersion says which. The
// first entry of an environment tells by previousVersion what was before it, from
// the instant at which that was last modified. Entries of a list have no versions:
// of these only those that turn off, archive or delete a flag tell a state, and
// those that change no exposure are passed over; any other leaves it unknown
// until an entry tells.
type LaunchDarklyAudit struct{}

// Name is "launchdarkly-audit".
func (LaunchDarklyAudit) Name() string { return "launchdarkly-audit" }

var (
	auditAccesses = regexp.MustCompile(`(^|[\s{,])["']?accesses["']?\s*:`)
	auditEntry    = regexp.MustCompile(`(^|[\s{,])["']?(titleVerb|_accountId)["']?\s*:|["']?resource["']?\s*:\s*["']?proj/[^\s"']*:flag/`)
)

// Match looks for accesses, and for a word or a resource that no other log has.
func (LaunchDarklyAudit) Match(_ string, head []byte) bool {
	return bytes.Contains(head, []byte("accesses")) && auditAccesses.Match(head) && auditEntry.Match(head)
}

// Decode implements [Format]. Entries of several files are one log.
func (LaunchDarklyAudit) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	a := audit{log: serviceLog{}, before: map[logPlace]auditFirst{}, told: map[ledger.FlagKey]bool{}}
	all := readLog(files, o, "items", a.entry)
	places := slices.SortedFunc(maps.Keys(a.before), func(p, q logPlace) int {
		return cmp.Or(cmp.Compare(p.key, q.key), cmp.Compare(p.env, q.env))
	})
	for _, p := range places {
		a.tellBefore(p, a.before[p])
	}
	return a.log.told(all)
}

// audit is a log while it is read.
type audit struct {
	log    serviceLog
	before map[logPlace]auditFirst
	told   map[ledger.FlagKey]bool // flags of which it was said that a state is not told
}

// auditFirst is the earliest entry of a flag in an environment.
type auditFirst struct {
	at   time.Time
	r    *reading
	n    *decode.Node
	made bool // it is the one that made the flag
}

// entry reads an entry, and those that it is the sum of.
func (a audit) entry(r *reading, n *decode.Node) {
	if !n.Is(decode.Map) {
		r.doubt(n, "unreadable", "an entry of the log is an object", "this entry is %s", n.Kind)
		return
	}
	for _, part := range itemsOf(n.Get("subentries")) {
		a.entry(r, part)
	}
	if kind, ok := n.Get("kind").Scalar(); ok && kind != "flag" {
		return // of a member, a segment, a webhook
	}
	touched := auditTouched(n)
	if len(touched) == 0 {
		r.doubt(n, "no-key", "an entry names flags in its accesses, as proj/shop:env/production:flag/basket", "an entry of the audit log names no flag")
		return
	}
	at, ok := milliseconds(n.Get("date"))
	if !ok {
		place := n.Get("date")
		if place == nil {
			place = n
		}
		r.doubt(place, "bad-date", "the date is in milliseconds since 1970", "an entry of flag %s has no instant that can be read", quote(string(touched[0].key)))
		return
	}
	for _, t := range touched {
		a.touch(r, n, at, t)
	}
}

// milliseconds reads an instant as the service writes it.
func milliseconds(n *decode.Node) (time.Time, bool) {
	const most = 253_402_300_799_999 // the end of the year 9999
	ms, ok := n.Int()
	return time.UnixMilli(ms).UTC(), ok && ms > 0 && ms <= most
}

// auditTouch is a flag in an environment that an entry changes; "" is all.
type auditTouch struct {
	logPlace
	actions []string
}

// auditTouched lists what an entry changes, in its order.
func auditTouched(n *decode.Node) (out []auditTouch) {
	index := map[logPlace]int{}
	add := func(resource, action string) {
		p := auditResource(resource)
		if p.key == "" {
			return
		}
		i, there := index[p]
		if !there {
			i, index[p] = len(out), len(out)
			out = append(out, auditTouch{logPlace: p})
		}
		out[i].actions = append(out[i].actions, action)
	}
	for _, access := range itemsOf(n.Get("accesses")) {
		resource, _ := access.Get("resource").Scalar()
		action, _ := access.Get("action").Scalar()
		add(resource, action)
	}
	if len(out) == 0 {
		for _, resource := range texts(n.Get("target", "resources")) {
			add(resource, "")
		}
	}
	if len(out) == 0 {
		resource, _ := n.Get("parent", "resource").Scalar()
		add(resource, "")
	}
	return out
}

// auditResource reads proj/shop:env/production;critical:flag/basket;tag. Tags and
// the project do not count.
func auditResource(s string) (p logPlace) {
	for part := range strings.SplitSeq(s, ":") {
		part, _, _ = strings.Cut(part, ";")
		switch kind, name, _ := strings.Cut(part, "/"); {
		case name == "*":
		case kind == "env":
			p.env = ledger.EnvironmentName(name)
		case kind == "flag":
			p.key = ledger.FlagKey(name)
		}
	}
	return p
}

// touch adds the steps of one flag that an entry changes.
func (a audit) touch(r *reading, n *decode.Node, at time.Time, t auditTouch) {
	version := auditVersion(n, "currentVersion", t.key)
	envs := []ledger.EnvironmentName{t.env}
	if t.env == "" && version != nil {
		envs = nil
		for _, e := range lastOf(version.Get("environments").Entries) {
			envs = append(envs, ledger.EnvironmentName(e.Key))
		}
	}
	for _, env := range envs {
		s := Setting{Key: t.key, Environment: env, Origin: r.origin(n.Line, n.Col)}
		if env == "" {
			s.Environment = r.Environment
		}
		s, tells := a.state(r, n, version, s, t.actions)
		if !tells {
			continue
		}
		a.log.add(at, s, slices.Contains(t.actions, "createFlag"))
		p := logPlace{s.Key, s.Environment}
		if first, there := a.before[p]; !there || at.Before(first.at) {
			a.before[p] = auditFirst{at, r, n, slices.Contains(t.actions, "createFlag")}
		}
	}
}

// auditVersion gives a version of a flag that an entry has, with environments;
// nil where it has none.
func auditVersion(n *decode.Node, field string, key ledger.FlagKey) *decode.Node {
	version := n.Get(field)
	own, ok := version.Get("key").Scalar()
	if !version.Get("environments").Is(decode.Map) || ok && own != string(key) {
		return nil
	}
	return version
}

// state is what an entry says of a flag in an environment; false where it changes
// nothing that counts.
func (a audit) state(r *reading, n, version *decode.Node, s Setting, actions []string) (Setting, bool) {
	verb, _ := n.Get("titleVerb").Scalar()
	verb = strings.ToLower(verb)
	switch {
	case slices.Contains(actions, "deleteFlag") || strings.HasPrefix(verb, "deleted the flag"):
		return gone(s, "deleted"), true
	case version != nil:
		s.Meta.takeLaunchDarkly(version)
		if is, ok := r.auditState(version, s); ok {
			return is, true
		}
	case strings.HasPrefix(verb, "archived the flag"):
		return gone(s, "archived"), true
	case strings.HasPrefix(verb, "turned off the flag"):
		s.Setting = withState(ledger.Setting{Via: killSwitch})
		return s, true
	case !slices.ContainsFunc(actions, func(action string) bool { return !slices.Contains(auditHarmless(), action) }):
		return s, false
	}
	if !a.told[s.Key] {
		a.told[s.Key] = true
		r.report(n.Line, n.Col, ledger.LevelWarning, "unknown-state", "an entry of flag "+quote(string(s.Key))+" does not tell what it was set to",
			"ask the API for the entry by its id: that answer has currentVersion")
	}
	return untold(s, "not told"), true
}

// auditHarmless lists the actions that leave alone who is served what.
func auditHarmless() []string {
	return []string{
		"updateName", "updateDescription", "updateTags", "updateTemporary", "updateMaintainer", "updateFlagCustomProperties",
		"updateIncludeInSnippet", "updateClientSideFlagAvailability", "updateFlagDefaultVariations", "updateDeprecated", "updateTrackEvents",
		"createFlagLink", "updateFlagLink", "deleteFlagLink", "manageFlagFollowers",
		"createApprovalRequest", "updateApprovalRequest", "deleteApprovalRequest", "reviewApprovalRequest",
		"createScheduledChanges", "updateScheduledChanges", "deleteScheduledChanges",
	}
}

// auditState reads an environment of a version; false where the version is too
// short to tell: without variations, or on and without a fallthrough.
func (r *reading) auditState(version *decode.Node, s Setting) (Setting, bool) {
	places, variations := version.Get("environments"), version.Get("variations")
	n := places.Get(string(s.Environment))
	// An entry may name more environments than a hand would write.
	if r.work -= len(places.Entries) + len(itemsOf(variations)) + len(itemsOf(n.Get("rules"))); r.work < 0 {
		return s, false
	}
	archived, _ := version.Get("archived").Bool()
	here, _ := n.Get("archived").Bool()
	if archived || here {
		return gone(s, "archived"), true
	}
	live, ok := n.Get("on").Bool()
	if !ok || !variations.Is(decode.List) || live && !n.Get("fallthrough").Is(decode.Map) {
		return s, false
	}
	return r.emitted(s.Environment, func() {
		l := ldFlag{reading: r, key: string(s.Key)}
		l.readVariations(variations)
		l.emit(s, n)
	})
}

// tellBefore adds what was before the first entry: nothing is known from the day
// on which the flag was made, and what previousVersion says from the instant at
// which it was last modified.
func (a audit) tellBefore(p logPlace, first auditFirst) {
	version := auditVersion(first.n, "previousVersion", p.key)
	if version == nil {
		version = auditVersion(first.n, "currentVersion", p.key)
	}
	s := Setting{Key: p.key, Environment: p.env, Origin: first.r.origin(first.n.Line, first.n.Col)}
	if born, ok := milliseconds(version.Get("creationDate")); ok && born.Before(first.at) && !first.made {
		a.log.add(born, untold(s, "before the log"), true)
	}
	if version = auditVersion(first.n, "previousVersion", p.key); version == nil {
		return
	}
	modified, ok := milliseconds(version.Get("environments", string(p.env), "lastModified"))
	if is, tells := first.r.auditState(version, s); ok && tells && modified.Before(first.at) {
		a.log.add(modified, is, false)
	}
}
