package generator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/diff"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
	"daylight/generator/publish"
	"daylight/generator/schema"
)

// The data of a site, each with its JSON Schema below data/schema/.
const (
	ledgerPath    = "data/ledger.json"
	publishedPath = "data/published.json"
	nextPath      = "data/next.json"
	notesPath     = "data/notes.json"

	schemaNext  = "data/schema/next/v1.json"
	schemaNotes = "data/schema/notes/v1.json"
)

// addData writes what the sites of all audiences have for programs: the ledger
// that their pages are made from, without indentation since it is large, what
// is published, and all schemas.
func (s *site) addData(l *ledger.Ledger, published diff.Snapshot) error {
	data, err := published.JSON()
	if err != nil {
		return err
	}
	s.add(ledgerPath, append(l.AppendJSON(nil), '\n'))
	s.add(publishedPath, data)
	list, err := schema.All()
	if err != nil {
		return err
	}
	for _, sc := range list {
		s.add(sc.Path, sc.Data)
	}
	return nil
}

func (s *site) add(path string, data []byte) {
	s.files = append(s.files, publish.File{Path: path, Data: data})
}

// next is data/next.json.
type next struct {
	Schema string     `json:"schema"`
	AsOf   time.Time  `json:"as_of"`
	Next   *time.Time `json:"next"`
	Steps  []nextStep `json:"steps"` // by instant, flag and environment
}

type nextStep struct {
	At          time.Time              `json:"at"`
	Flag        ledger.FlagKey         `json:"flag"`
	Environment ledger.EnvironmentName `json:"environment"`
	State       ledger.FlagState       `json:"state"`
	Percent     ledger.Share           `json:"percent"`
}

// addNext tells pipelines when to build again. Only the team's site has it: that
// something will happen on a day is a secret until that day.
func (s *site) addNext(l *ledger.Ledger) error {
	out := next{Schema: schemaNext, AsOf: l.AsOf, Steps: []nextStep{}}
	for _, f := range l.Flags {
		for _, p := range f.Plan {
			out.Steps = append(out.Steps, nextStep{p.At.UTC(), f.Key, p.Environment, p.State, p.Percent})
		}
	}
	slices.SortStableFunc(out.Steps, func(a, b nextStep) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Flag, b.Flag), cmp.Compare(a.Environment, b.Environment))
	})
	if len(out.Steps) > 0 {
		out.Next = &out.Steps[0].At
	}
	data, err := LedgerJSON(out)
	if err != nil {
		return err
	}
	s.add(nextPath, data)
	return nil
}

// dataNotes is data/notes.json.
type dataNotes struct {
	Schema   string     `json:"schema"`
	AsOf     time.Time  `json:"as_of"`
	Audience string     `json:"audience"`
	Notes    []dataNote `json:"notes"` // in the order of notes.From
}

// dataNote is a note without what only its making needs.
type dataNote struct {
	ID           string             `json:"id"`
	Key          string             `json:"key"`
	Aliases      []string           `json:"aliases"`
	URL          string             `json:"url"`
	Title        string             `json:"title"`
	Body         string             `json:"body"`
	Kind         notes.Kind         `json:"kind"`
	Breaking     bool               `json:"breaking"`
	FirstExposed time.Time          `json:"first_exposed"`
	Released     *time.Time         `json:"released"`
	Updated      time.Time          `json:"updated"`
	TakenBack    *time.Time         `json:"taken_back"`
	Audience     string             `json:"audience"`
	Version      ledger.VersionName `json:"version"`
	Entries      []string           `json:"entries"`
	Events       []notes.Event      `json:"events"`
}

// addNotes writes the notes of a public site.
func (s *site) addNotes(public audience.Public, list []notes.Note, base string) error {
	out := dataNotes{Schema: schemaNotes, AsOf: public.Ledger().AsOf, Audience: string(public.Environment()), Notes: []dataNote{}}
	for _, n := range list {
		d := dataNote{
			ID: n.ID, Key: n.Key, Aliases: append([]string{}, n.Aliases...), URL: absolute(base, notePath(n.ID)), Title: n.Title, Body: n.Body,
			Kind: n.Kind, Breaking: n.Breaking, FirstExposed: n.FirstExposed.UTC(), Released: instant(n.Released), Updated: n.Updated.UTC(),
			TakenBack: instant(n.TakenBack), Audience: n.Audience, Version: n.Version, Entries: append([]string{}, n.Entries...),
			Events: append([]notes.Event{}, n.Events...),
		}
		out.Notes = append(out.Notes, d)
	}
	data, err := LedgerJSON(out)
	if err != nil {
		return err
	}
	s.add(notesPath, data)
	return nil
}

// notePath is the address that package pages gives to a note.
func notePath(id string) string { return "/notes/" + pages.Segment(id) + "/" }

// absolute puts an address within a site behind the site's own, when it has one.
func absolute(base, path string) string {
	if base == "" {
		return path
	}
	return base + path[1:]
}

// Snapshot is what the site of an audience publishes of a result: identifiers
// and dates.
func (p *Project) Snapshot(res *Result, a config.Audience) diff.Snapshot {
	if a.Sees == string(audience.SeesEverything) {
		return teamSnapshot(res.Ledger, a)
	}
	public := audience.Reduce(res.Ledger, p.rules(a))
	return publicSnapshot(public, notesOf(public), a.Name, a.Base)
}

func teamSnapshot(l *ledger.Ledger, a config.Audience) diff.Snapshot {
	s := diff.OfLedger(l, pages.NewTeamPaths(l).Change)
	s.Base = a.Base
	return s
}

func publicSnapshot(public audience.Public, list []notes.Note, name, base string) diff.Snapshot {
	s := diff.OfNotes(name, public.Ledger().AsOf, list, notePath)
	s.Base = base
	return s
}

// notesOf makes the notes of an audience.
func notesOf(public audience.Public) []notes.Note {
	return notes.From(public.Ledger(), notes.Options{Environment: public.Environment()})
}

// LedgerJSON writes a ledger, or other data, as indented JSON with a final
// newline. Text is not escaped for HTML.
func LedgerJSON(l any) ([]byte, error) {
	if whole, ok := l.(*ledger.Ledger); ok {
		return indented(whole.AppendJSON(nil)), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(l); err != nil {
		return nil, fmt.Errorf("write ledger: %w", err)
	}
	return b.Bytes(), nil
}
