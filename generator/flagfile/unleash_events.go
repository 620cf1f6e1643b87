package flagfile

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// UnleashEvents reads the events of Unleash (docs.getunleash.io, /api/admin/events)
// that are kept as files: what the API answers, or one event a line.
//
//	{"version": 1, "events": [{"id": 930, "type": "feature-environment-enabled", "createdAt": "2026-03-14T08:00:00Z",
//	  "featureName": "basket-v2", "environment": "production", "data": null, "preData": null}]}
//
// An event tells one change, and not what the feature is: events are played in the
// order of createdAt, then id. What there was before the first of them is not
// known, unless that made the feature: then it is off everywhere and has no
// strategies. Strategies are alternatives, so that one which takes everybody
// decides whatever else there is; otherwise a state is unknown until all that it
// depends on was told: whether the environment is on, its strategies, and the
// segments of these, which are in no event of a feature.
type UnleashEvents struct{}

// Name is "unleash-events".
func (UnleashEvents) Name() string { return "unleash-events" }

var (
	unleashEventType = regexp.MustCompile(`(^|[\s{,])["']?type["']?\s*:\s*["']?(features?|segment|project|environment|strategy|release-plan|change-request|tag|user|api-token|application)-[a-z-]+`)
	unleashEventBy   = regexp.MustCompile(`(^|[\s{,])["']?createdBy["']?\s*:`)
	unleashEventOn   = regexp.MustCompile(`(^|[\s{,])["']?(preData|featureName)["']?\s*:`)
)

// Match looks for a type of event, who caused it, and what it is about.
func (UnleashEvents) Match(_ string, head []byte) bool {
	return unleashEventBy.Match(head) && unleashEventType.Match(head) && unleashEventOn.Match(head)
}

// Decode implements [Format]. Events of several files are one log.
func (UnleashEvents) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	events := map[string][]unleashEvent{}
	all := readLog(files, o, "events", func(r *reading, n *decode.Node) {
		if e, ok := r.unleashEvent(n); ok {
			events[e.key] = append(events[e.key], e)
		}
	})
	log := serviceLog{}
	for _, key := range slices.Sorted(maps.Keys(events)) {
		list := events[key]
		slices.SortStableFunc(list, func(a, b unleashEvent) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
		// An event that stands in two exports happened once.
		list = slices.CompactFunc(list, func(a, b unleashEvent) bool { return a.id != 0 && a.id == b.id && a.at.Equal(b.at) })
		playUnleash(log, list)
	}
	return log.told(all)
}

// unleashEvent is an event of a feature.
type unleashEvent struct {
	r    *reading
	n    *decode.Node
	id   int64
	at   time.Time
	kind string
	key  string
	env  ledger.EnvironmentName // "" is all
}

// unleashEvent reads an event; false for one that is about no feature, or that
// changes nothing of who has it.
func (r *reading) unleashEvent(n *decode.Node) (e unleashEvent, ok bool) {
	kind, there := n.Get("type").Scalar()
	if !there {
		r.doubt(n, "unreadable", "an event has a type and an instant, createdAt", "this entry is no event")
		return e, false
	}
	switch {
	case strings.HasPrefix(kind, "release-plan-"):
	case !strings.HasPrefix(kind, "feature-"), strings.HasPrefix(kind, "feature-tag"), kind == "feature-untagged", strings.HasPrefix(kind, "feature-link"),
		strings.HasPrefix(kind, "feature-stale"), kind == "feature-project-change", strings.HasSuffix(kind, "favorited"), strings.HasPrefix(kind, "feature-potentially"):
		return e, false
	}
	key, _ := n.Get("featureName").Scalar()
	if key == "" && (kind == "feature-created" || kind == "feature-import" || kind == "feature-updated") {
		key, _ = n.Get("data", "name").Scalar()
	}
	if key == "" {
		r.doubt(n, "no-key", `add "featureName"`, "an event of the type %s names no feature", quote(kind))
		return e, false
	}
	text, at := textOf(n, "createdAt")
	when, ok := parseTime(text)
	if !ok {
		if at == nil {
			at = n
		}
		r.doubt(at, "bad-date", "write it as 2006-01-02T15:04:05Z", "an event of feature %s has no instant that can be read", quote(key))
		return e, false
	}
	env, _ := n.Get("environment").Scalar()
	id, _ := n.Get("id").Int()
	return unleashEvent{r: r, n: n, id: id, at: when, kind: kind, key: key, env: ledger.EnvironmentName(env)}, true
}

// unleashPlace is what is known of a feature in an environment.
type unleashPlace struct {
	enabled    truth
	whole      bool // strategies are all that there are
	strategies []*decode.Node
	variants   *decode.Node
}

// unleashLife is what is known of a feature.
type unleashLife struct {
	places   map[ledger.EnvironmentName]*unleashPlace
	archived bool
	deleted  bool
	needs    []need
	meta     Meta
}

// playUnleash adds the steps of one feature, whose events are in order.
func playUnleash(log serviceLog, list []unleashEvent) {
	life := unleashLife{places: map[ledger.EnvironmentName]*unleashPlace{}}
	for _, e := range list {
		if e.env != "" {
			life.places[e.env] = &unleashPlace{enabled: maybe}
		}
	}
	if len(life.places) == 0 {
		life.places[""] = &unleashPlace{enabled: maybe}
	}
	envs := slices.Sorted(maps.Keys(life.places))
	for _, e := range list {
		reached := envs
		if e.env != "" {
			reached = []ledger.EnvironmentName{e.env}
		}
		for _, env := range reached {
			if e.r.work--; life.apply(e, life.places[env]) {
				s := Setting{Key: ledger.FlagKey(e.key), Environment: cmp.Or(env, e.r.Environment), Origin: e.r.origin(e.n.Line, e.n.Col), Meta: life.meta}
				log.add(e.at, life.state(e, life.places[env], s), e.kind == "feature-created")
			}
		}
	}
}

// apply plays an event in an environment; false where it changes nothing there.
func (l *unleashLife) apply(e unleashEvent, p *unleashPlace) bool {
	data := e.n.Get("data")
	switch e.kind {
	case "feature-created":
		*p = unleashPlace{enabled: no, whole: true}
		l.archived, l.deleted, l.needs = false, false, nil
		l.takeMeta(data)
	case "feature-environment-enabled":
		p.enabled = yes
	case "feature-environment-disabled":
		p.enabled = no
	case "feature-strategy-add", "feature-strategy-update":
		p.set(e)
	case "feature-strategy-remove":
		p.remove(e.n.Get("preData"))
	case "feature-environment-variants-updated", "feature-variants-updated":
		p.variants = data.Get("variants")
		if data.Is(decode.List) {
			p.variants = data
		}
	case "feature-archived":
		l.archived = true
	case "feature-revived": // which newer servers do with all environments off
		l.archived = false
		if p.enabled == yes {
			p.enabled = maybe
		}
	case "feature-deleted":
		*p, l.deleted = unleashPlace{enabled: no}, true
	case "feature-dependency-added", "feature-dependency-removed", "feature-dependencies-removed":
		l.depend(e.kind, data)
	case "feature-metadata-updated":
		l.takeMeta(data)
		return false
	case "feature-import", "feature-updated": // of old servers, which told no environments
		if e.kind == "feature-updated" && !data.Has("enabled") && !data.Has("strategies") {
			return false
		}
		*p = unleashPlace{enabled: maybe}
	default:
		if !strings.HasPrefix(e.kind, "release-plan-") {
			return false
		}
		p.whole = false // its strategies are in no event
	}
	return true
}

func (l *unleashLife) takeMeta(data *decode.Node) {
	if data == nil {
		return
	}
	for _, e := range data.Entries {
		if e.Key == "description" || e.Key == "type" {
			l.meta.takeMeta(e)
		}
	}
	l.meta.Permanent = l.meta.Kind == "ops" || l.meta.Kind == "permission"
}

// depend notes which features one depends on: their states are in other lives.
func (l *unleashLife) depend(kind string, data *decode.Node) {
	parent, ok := data.Get("feature").Scalar()
	if kind == "feature-dependencies-removed" {
		l.needs = nil
		return
	}
	if !ok {
		return
	}
	l.needs = slices.DeleteFunc(slices.Clone(l.needs), func(n need) bool { return n.parent == parent })
	if kind == "feature-dependency-added" {
		enabled, given := data.Get("enabled").Bool()
		l.needs = append(l.needs, need{parent: parent, off: given && !enabled})
	}
}

// set adds a strategy or puts it in the place of the one with its id.
func (p *unleashPlace) set(e unleashEvent) {
	data := e.n.Get("data")
	id, ok := data.Get("id").Scalar()
	if before, has := e.n.Get("preData", "id").Scalar(); !ok && has {
		p.drop(before)
	}
	if !data.Is(decode.Map) || !ok {
		p.whole = false // which one it is was not told
		if !data.Is(decode.Map) || e.kind == "feature-strategy-update" {
			p.strategies = nil // any of them may be the one that was changed
			return
		}
	}
	set := unleashSet{segments: map[string]*decode.Node{}}
	if len(texts(data.Get("segments"))) == 0 {
		e.r.unleashStrategy(set, e.key, data, 0) // for its problems, once
	}
	p.drop(id)
	p.strategies = append(slices.Clip(p.strategies), data)
}

func (p *unleashPlace) remove(was *decode.Node) {
	id, ok := was.Get("id").Scalar()
	if !ok {
		p.strategies, p.whole = nil, false
		return
	}
	p.drop(id)
}

func (p *unleashPlace) drop(id string) {
	p.strategies = slices.DeleteFunc(slices.Clone(p.strategies), func(n *decode.Node) bool {
		own, _ := n.Get("id").Scalar()
		return id != "" && own == id
	})
}

// state is what is known of a feature in an environment after an event.
func (l *unleashLife) state(e unleashEvent, p *unleashPlace, s Setting) Setting {
	for _, n := range l.needs {
		word := n.parent
		if n.off {
			word = "!" + word
		}
		s.Needs = append(s.Needs, word)
	}
	slices.Sort(s.Needs)
	switch {
	case l.deleted:
		return gone(s, "deleted")
	case l.archived:
		s.Setting = withState(ledger.Setting{Via: "archived"})
		return s
	case p.enabled == no:
		s.Setting = withState(ledger.Setting{Via: "enabled"})
		return s
	case p.enabled == maybe:
		return untold(s, "enabled is not told")
	}
	whole := p.whole
	told := slices.DeleteFunc(slices.Clone(p.strategies), func(n *decode.Node) bool {
		disabled, _ := n.Get("disabled").Bool()
		hidden := !disabled && len(texts(n.Get("segments"))) > 0
		whole = whole && !hidden
		return hidden
	})
	if e.r.work -= len(told); !whole && len(told) == 0 || e.r.work < 0 {
		return untold(s, "strategies are not told")
	}
	problems := e.r.problems
	is, ok := e.r.emitted(s.Environment, func() {
		enabled := &decode.Node{Kind: decode.Bool, Text: "true", Line: e.n.Line, Col: e.n.Col}
		set := unleashSet{segments: map[string]*decode.Node{}}
		e.r.unleashEmit(set, s, &decode.Node{Kind: decode.Map, Line: e.n.Line, Col: e.n.Col}, enabled, told, p.variants, nil)
	})
	whole = whole && len(e.r.problems) == len(problems) // one that cannot be read may let anybody in
	e.r.problems = problems                             // of strategies they were told before
	if !ok || !whole && (is.State != ledger.FlagOn || len(is.Plan) > 0) {
		return untold(s, "strategies are not told")
	}
	return is
}
