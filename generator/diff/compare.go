package diff

import (
	"time"

	"daylight/generator/ledger"
)

// SchemaDiff is the address of the JSON Schema of a Diff, relative to a site.
const SchemaDiff = "data/schema/diff/v1.json"

// Kind is what became of an entry in an environment.
type Kind string

// The kinds, in the order in which they are told.
const (
	Released  Kind = "released"   // everybody whom the threshold names sees it now
	Exposed   Kind = "exposed"    // some see it now, and nobody did
	Widened   Kind = "widened"    // more of them see it
	Narrowed  Kind = "narrowed"   // fewer of them see it
	TakenBack Kind = "taken_back" // nobody sees it any more
	Deployed  Kind = "deployed"   // it runs, and nobody sees it
	Removed   Kind = "removed"    // it does not run any more, and nobody saw it
	Unknown   Kind = "unknown"    // how it stands can't be told any more
)

// Kinds lists all kinds in the order in which they are told.
func Kinds() []Kind {
	return []Kind{Released, Exposed, Widened, Narrowed, TakenBack, Deployed, Removed, Unknown}
}

// Diff is what became different between two builds.
type Diff struct {
	Schema   string    `json:"schema"`
	From     time.Time `json:"from"` // as-of of the older build
	To       time.Time `json:"to"`
	Audience string    `json:"audience"` // "" for everything
	// Events are sorted by environment in the order of the newer build, then by
	// kind in the order of Kinds, then as the newer build lists the entries, then
	// by instant: what came and went in between is an event each time.
	Events []Event `json:"events"`
	// Corrections are what should not happen; see Corrections.
	Corrections []Correction `json:"corrections"`
}

// Event is one thing that became different.
type Event struct {
	Kind        Kind                   `json:"kind"`
	Environment ledger.EnvironmentName `json:"environment"`
	Repository  ledger.RepositoryName  `json:"repository"`
	ID          string                 `json:"id"`
	Title       string                 `json:"title"`
	URL         string                 `json:"url"` // of its page; "" without a base address
	// At is when: null where the moment is not known.
	At     *time.Time    `json:"at"`
	Who    string        `json:"who"`    // has it now, or had it then
	Before string        `json:"before"` // who had it; "" when it was not there
	Status ledger.Status `json:"status"`
}

// Compare tells what became different from one snapshot to a newer one.
func Compare(older, newer Snapshot) Diff {
	d := Diff{Schema: SchemaDiff, From: older.AsOf, To: newer.AsOf, Audience: newer.Audience, Events: []Event{}, Corrections: Corrections(older, newer)}
	if d.Corrections == nil {
		d.Corrections = []Correction{}
	}
	before := newIndex(older)
	for _, env := range newer.Environments {
		byKind := map[Kind][]Event{}
		for i := range newer.Entries {
			e := &newer.Entries[i]
			now, was := e.in(env), before.find(e).in(env)
			kind, at := became(was, now, older.AsOf)
			events, last := passing(now, kind, older.AsOf, newer.AsOf)
			if len(events) > 0 && last != nil {
				at = last // the first time is one of the events
			}
			if kind != "" {
				event := Event{Kind: kind, At: at, Who: now.Who, Status: now.Status}
				if was != nil {
					event.Before = was.Who
				}
				events = append(events, event)
			}
			for _, event := range events {
				event.Environment, event.Repository, event.ID, event.Title, event.URL = env, e.Repository, e.ID, e.Title, newer.url(e.Path)
				byKind[event.Kind] = append(byKind[event.Kind], event)
			}
		}
		for _, k := range Kinds() {
			d.Events = append(d.Events, byKind[k]...)
		}
	}
	return d
}

func (s Snapshot) url(path string) string {
	if s.Base == "" || path == "" {
		return ""
	}
	return s.Base + path[1:] // a base ends in a slash, a path begins with one
}

// in gives where an entry stands, nil where it never was. It may be called on
// no entry.
func (e *Entry) in(env ledger.EnvironmentName) *InEnvironment {
	if e == nil {
		return nil
	}
	for i := range e.Environments {
		if e.Environments[i].Environment == env {
			return &e.Environments[i]
		}
	}
	return nil
}

// became says what is different from a build as of an older instant, and since
// when; "" for nothing.
func became(was, now *InEnvironment, older time.Time) (Kind, *time.Time) {
	if now == nil {
		return "", nil // what is gone altogether is a correction
	}
	had, has := seen(was), seen(now)
	switch {
	case now.Status == ledger.StatusUnknown:
		if was == nil || was.Status == ledger.StatusUnknown {
			return "", nil
		}
		return Unknown, nil
	case has && (was == nil || was.Status != ledger.StatusReleased) && now.Status == ledger.StatusReleased:
		return Released, now.since(now.Released, older)
	case has && !had:
		return Exposed, now.since(now.FirstExposed, older)
	case has && now.Status == ledger.StatusLimited && (was.Status == ledger.StatusReleased || less(now, was)):
		return Narrowed, now.Since
	case has && now.Who != was.Who:
		return Widened, now.Since
	case has:
		return "", nil
	case had:
		return TakenBack, now.Since
	case now.runs() && !was.runs():
		return Deployed, now.since(now.Deployed, older)
	case !now.runs() && was.runs():
		return Removed, now.Since
	}
	return "", nil
}

// since is the date of a first time when that lies between the two builds, else
// the last move: what was taken back and comes again is not dated by its first
// time.
func (now *InEnvironment) since(first *Date, older time.Time) *time.Time {
	if first != nil && (now.Since == nil || first.At.After(older)) {
		return &first.At
	}
	return now.Since
}

func seen(in *InEnvironment) bool {
	return in != nil && (in.Status == ledger.StatusReleased || in.Status == ledger.StatusLimited)
}

// less reports whether fewer people have it than had it.
func less(now, was *InEnvironment) bool {
	return now.Percent.Lo < was.Percent.Lo || now.Percent.Lo == was.Percent.Lo && now.Percent.Hi < was.Percent.Hi
}

// runs reports whether a live revision holds the entry.
func (in *InEnvironment) runs() bool {
	if in == nil {
		return false
	}
	switch in.Status {
	case ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased:
		return true
	}
	return false
}

// index finds the entry of a snapshot that is the same thing as another's.
type index struct {
	byID, byKey map[name]*Entry
}

type name struct {
	repository ledger.RepositoryName
	id         string
}

func newIndex(s Snapshot) index {
	x := index{map[name]*Entry{}, map[name]*Entry{}}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Key != "" {
			x.byKey[name{e.Repository, e.Key}] = e
		}
		for _, a := range e.Aliases {
			if _, ok := x.byID[name{e.Repository, a}]; !ok {
				x.byID[name{e.Repository, a}] = e
			}
		}
	}
	for i := range s.Entries { // an id outweighs an alias
		e := &s.Entries[i]
		x.byID[name{e.Repository, e.ID}] = e
	}
	return x
}

// find gives the same thing, nil where there is none.
func (x index) find(e *Entry) *Entry {
	if e.Key != "" {
		if found := x.byKey[name{e.Repository, e.Key}]; found != nil {
			return found
		}
	}
	if found := x.byID[name{e.Repository, e.ID}]; found != nil {
		return found
	}
	for _, a := range e.Aliases {
		if found := x.byID[name{e.Repository, a}]; found != nil {
			return found
		}
	}
	return nil
}
