// Package facts carries facts from where they were read to where they are joined:
// each repository's own pipeline writes a file, and one build reads them all.
//
// The nouns are [Part], what one pipeline read, and [Error], what is wrong in a
// file. The verbs are [Encode], [Decode] and [Join].
//
// # The format
//
// A file is one JSON object, described by data/schema/facts/v1.json. Each entry of
// a list stands on a line of its own, so that files can be compared and faults have
// lines. Commits name their parents by their place in the list, and authors and
// components by their place in tables: a hash is written once. Its version is the
// first thing that is read, and one that is newer than ours is refused.
//
// # What is joined
//
// What speaks of another repository stays in a part as it was written, and is
// followed by Join: refs of deployments, flags that are behind changes elsewhere,
// pull requests that a flag names. Join then gives what one reading of all the
// repositories would have given, whatever the order of the parts: commits that
// nothing asks for any more are left out, records of one event are merged, and the
// second life of a flag's key is numbered over all repositories.
//
// # What it does not do
//
// It knows no git and computes no date. A part that was read without the keys of
// the flags of other repositories could not look for them in its code; see
// Part.FlagNotes.
package facts

import (
	"slices"
	"time"

	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// Version is the version of the format that is written.
const Version = 1

// Schema is the address of the format's description within a site.
const Schema = "data/schema/facts/v1.json"

// Part is what one pipeline read: the facts of some repositories before they are
// merged, and what is needed to join them with those of others.
type Part struct {
	// Facts hold all commits that a branch or a tag reaches, and the records of
	// each source by themselves.
	ledger.Facts
	// Sources says more of each repository of Facts, by its name.
	Sources []Source
	// Pending are refs into repositories that were not read.
	Pending []deploylog.Pending
	// Pointers are refs that move, which newer records may contradict; in the order
	// of their sources, then as each source has them.
	Pointers []deploylog.Pointer
	// Lives says more of each of Facts.Flags, by its key.
	Lives []Life
	// FlagNotes are note files about flags of other repositories.
	FlagNotes []FlagNote

	file string // that it was read from, for messages
}

// Source is what a repository has beside its facts.
type Source struct {
	Name   ledger.RepositoryName `json:"name"`
	Remote string                `json:"remote,omitzero"` // the address that links are made from
	// SourcesOnly says that its commits are no changes.
	SourcesOnly bool `json:"sources_only,omitzero"`
	// Tags are all tags that name a commit, sorted by name.
	Tags []Tag `json:"tags,omitzero"`
	// Withheld are the names of branches and the mail addresses of authors, which
	// no public site may hold: its audit looks for them.
	Withheld []Withheld `json:"withheld,omitzero"`
}

// Tag is a tag that names a commit.
type Tag struct {
	Name   string      `json:"name"`
	Commit ledger.Hash `json:"commit"`
}

// Withheld is a text for the audit.
type Withheld struct {
	Kind string `json:"kind"` // branch or mail
	Text string `json:"text"`
}

// Life is what a flag's history has beside its facts.
type Life struct {
	Key     ledger.FlagKey   `json:"key"`              // in Facts.Flags
	Base    ledger.FlagKey   `json:"base"`             // as the manifest has it
	Aliases []ledger.FlagKey `json:"aliases,omitzero"` // other keys that it had
	// Order is the place of its source in the configuration, then its own in the
	// source.
	Order int `json:"order,omitzero"`
	// PullRequests that the manifest says are behind the flag, and where it says so.
	PullRequests []int         `json:"pull_requests,omitzero"`
	Origin       ledger.Origin `json:"origin,omitzero"`
	Alive        bool          `json:"alive,omitzero"` // a manifest has it now
	// Begin and End are when its entry came and went, by the dates of commits; End
	// is zero while it is there.
	Begin time.Time `json:"begin,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

// Span is what the name of a life depends on, of which h is the history.
func (l *Life) Span(h *ledger.FlagHistory) Span {
	s := Span{Base: l.Base, FlagSpan: ledger.FlagSpan{Repository: h.Repository, Effect: h.Effect, Begin: l.Begin, End: l.End}}
	for _, step := range h.Steps {
		s.Environments = append(s.Environments, step.Environment)
	}
	for _, at := range h.At {
		s.Environments = append(s.Environments, at.Environment)
	}
	slices.Sort(s.Environments)
	s.Environments = slices.Compact(s.Environments)
	return s
}

// FlagNote is a text for people about a flag.
type FlagNote struct {
	Repository ledger.RepositoryName `json:"repository"` // that holds the text
	Flag       ledger.FlagKey        `json:"flag"`
	Note       *ledger.NoteText      `json:"note"`
}
