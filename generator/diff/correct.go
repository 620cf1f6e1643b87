package diff

import (
	"fmt"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// What can be wrong with a build after another one.
const (
	// DateMoved: a date that was published is another one, or none.
	DateMoved = "date-moved"
	// EntryVanished: the page of an entry, and its entry in feeds, are gone.
	EntryVanished = "entry-vanished"
	// IdentifierChanged: an entry has another id, and its old address does not
	// lead to it; or readers of feeds take it for another entry.
	IdentifierChanged = "identifier-changed"
)

// Correction is something that a newer build says otherwise than an older one.
type Correction struct {
	Rule        string                 `json:"rule"` // date-moved, entry-vanished, identifier-changed
	Repository  ledger.RepositoryName  `json:"repository"`
	ID          string                 `json:"id"` // in the older build
	Title       string                 `json:"title"`
	Environment ledger.EnvironmentName `json:"environment"` // of a date, or ""
	What        string                 `json:"what"`        // "deployed", "first exposed", "released", "id", "key", or ""
	Old         string                 `json:"old"`
	New         string                 `json:"new"`    // "" when there is none any more
	Reason      string                 `json:"reason"` // what the two rest on
}

// Corrections lists what a newer build says otherwise than an older one: by the
// order of the older build's entries, then by environment, then in the order
// deployed, first exposed, released.
//
// Where the newer build reports on an earlier instant, what happened after that
// is no correction. Snapshots of different repositories or audiences have
// nothing to say to each other.
func Corrections(older, newer Snapshot) []Correction {
	if older.Audience != newer.Audience || !related(older, newer) {
		return nil
	}
	var out []Correction
	now := newIndex(newer)
	for i := range older.Entries {
		old := &older.Entries[i]
		e := now.find(old)
		if e == nil {
			if old.begins(newer.AsOf) {
				out = append(out, Correction{
					Rule: EntryVanished, Repository: old.Repository, ID: old.ID, Title: old.Title, Old: old.ID,
					Reason: "what it was made from is not read any more: history was rewritten or cut, or the rules are others",
				})
			}
			continue
		}
		out = append(out, identifiers(old, e)...)
		for j := range old.Environments {
			out = append(out, dates(old, &old.Environments[j], e, newer.AsOf)...)
		}
	}
	return out
}

// related reports whether two snapshots speak of one repository at least, or
// one of them of nothing.
func related(older, newer Snapshot) bool {
	if len(older.Entries) == 0 || len(newer.Entries) == 0 {
		return true
	}
	known := map[ledger.RepositoryName]bool{}
	for i := range newer.Entries {
		known[newer.Entries[i].Repository] = true
	}
	return slices.ContainsFunc(older.Entries, func(e Entry) bool { return known[e.Repository] })
}

// begins reports whether something of an entry is not after an instant.
func (e *Entry) begins(asOf time.Time) bool {
	dated := e.Merged != nil
	if dated && !e.Merged.After(asOf) {
		return true
	}
	for _, in := range e.Environments {
		for _, d := range []*Date{in.Deployed, in.FirstExposed, in.Released} {
			if d != nil && !d.At.After(asOf) {
				return true
			}
			dated = dated || d != nil
		}
	}
	return !dated // without any date nothing says that it lies ahead
}

// identifiers compares how an entry is known.
func identifiers(old, e *Entry) []Correction {
	var out []Correction
	add := func(what, was, is, reason string) {
		out = append(out, Correction{
			Rule: IdentifierChanged, Repository: old.Repository, ID: old.ID, Title: old.Title, What: what, Old: was, New: is, Reason: reason,
		})
	}
	if old.ID != e.ID && !slices.Contains(e.Aliases, old.ID) {
		add("id", old.ID, e.ID, "addresses that were published lead nowhere")
	}
	if old.Key != e.Key && !slices.Contains(e.Aliases, old.Key) && e.Repository == "" {
		add("key", old.Key, e.Key, "readers of feeds are told of it a second time")
	}
	return out
}

// dates compares the dates of an entry in an environment.
func dates(old *Entry, was *InEnvironment, e *Entry, asOf time.Time) []Correction {
	now := e.in(was.Environment)
	if now == nil {
		now = &InEnvironment{}
	}
	var out []Correction
	for _, d := range []struct {
		what    string
		was, is *Date
	}{
		{"deployed", was.Deployed, now.Deployed},
		{"first exposed", was.FirstExposed, now.FirstExposed},
		{"released", was.Released, now.Released},
	} {
		if d.was == nil || d.was.At.After(asOf) || d.is != nil && d.is.At.Equal(d.was.At) {
			continue
		}
		c := Correction{
			Rule: DateMoved, Repository: old.Repository, ID: old.ID, Title: old.Title, Environment: was.Environment,
			What: d.what, Old: d.was.At.UTC().Format(time.RFC3339), Reason: reason(d.was, d.is),
		}
		if d.is != nil {
			c.New = d.is.At.UTC().Format(time.RFC3339)
		}
		out = append(out, c)
	}
	return out
}

// reason says what the old and the new date rest on.
func reason(was, is *Date) string {
	rests := func(d *Date) string {
		switch {
		case d.From != "":
			return d.From
		case d.Basis != "":
			return basis(d.Basis)
		}
		return "what was read"
	}
	switch {
	case is == nil:
		return "nothing that is read now dates it; the old date rested on " + rests(was)
	case was.From+is.From == "" && was.Basis+is.Basis == "":
		return "the changes that it consists of moved"
	case is.From == was.From && is.Basis == was.Basis:
		return "both rest on " + rests(was) + ", which says otherwise now or takes effect at another time"
	default:
		return "the old date rested on " + rests(was) + ", the new one on " + rests(is)
	}
}

func basis(b ledger.Basis) string {
	switch b {
	case ledger.BasisDeclared:
		return "a record"
	case ledger.BasisTagName:
		return "the name of a tag"
	case ledger.BasisTaggerDate:
		return "the date of a tag"
	case ledger.BasisCommitterDate:
		return "the date of a commit"
	case ledger.BasisFirstSeen:
		return "when it was first seen"
	}
	return string(b)
}

// Problem tells a correction as a doubt about the data.
func (c Correction) Problem() ledger.Problem {
	p := ledger.Problem{Rule: c.Rule, Level: ledger.LevelWarning, Origins: []ledger.Origin{{Repository: c.Repository}}}
	if c.Repository == "" {
		p.Origins = nil
	}
	switch c.Rule {
	case DateMoved:
		is := "that date is " + c.New + " now"
		if c.New == "" {
			is = "there is no such date now"
		}
		where := "in"
		if c.Repository == "" {
			where = "for"
		}
		p.Message = fmt.Sprintf("published before: %q was %s %s %s at %s, and %s: %s", c.Title, c.What, where, c.Environment, c.Old, is, c.Reason)
		p.Hint = "if the new date is right, publish once without --strict; readers of feeds see the entry as updated"
	case EntryVanished:
		p.Message = fmt.Sprintf("published before and gone: %q (%s): %s", c.Title, c.ID, c.Reason)
		p.Hint = "fetch the whole history and all tags and notes; if it is gone for good, publish once without --strict"
	default:
		p.Message = fmt.Sprintf("published before under another %s: %q was %s and is %s: %s", c.What, c.Title, c.Old, c.New, c.Reason)
		p.Hint = "put the name of the note's file, the salt and the repository's name back as they were"
	}
	return p
}

// Problems tells corrections as doubts about the data, in their order.
func Problems(list []Correction) []ledger.Problem {
	var out []ledger.Problem
	for _, c := range list {
		out = append(out, c.Problem())
	}
	return out
}
