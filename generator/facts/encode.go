package facts

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// commit is a commit in a file. Dates are seconds since 1970.
type commit struct {
	Hash    ledger.Hash `json:"hash"`
	Parents []int32     `json:"parents,omitzero"` // places in the list, -1 for one that is not there
	// CutOff has the ids of the parents that are not there, in their order.
	CutOff      []ledger.Hash    `json:"cut_off,omitzero"`
	Committed   int64            `json:"committed"`
	Authored    int64            `json:"authored"`
	Author      int32            `json:"author"` // place in strings
	Title       string           `json:"title,omitzero"`
	Body        string           `json:"body,omitzero"`
	Type        string           `json:"type,omitzero"`
	Scope       string           `json:"scope,omitzero"`
	Breaking    bool             `json:"breaking,omitzero"`
	PullRequest int              `json:"pull_request,omitzero"`
	Note        *ledger.NoteText `json:"note,omitzero"`
	Internal    bool             `json:"internal,omitzero"`
	Components  []int32          `json:"components,omitzero"` // places in strings; absent is all
}

// repositoryHead is a repository in a file without its lists.
type repositoryHead struct {
	Name       ledger.RepositoryName  `json:"name"`
	Branch     string                 `json:"branch"`
	Mainline   ledger.Hash            `json:"mainline"`
	Components []ledger.ComponentName `json:"components,omitzero"`
	Shallow    []ledger.Hash          `json:"shallow,omitzero"`
	// SourcesOnly says that the commits are no changes.
	SourcesOnly bool `json:"sources_only,omitzero"`
}

// Encode writes a part. The same part gives the same bytes; program is the
// version of who writes it.
func Encode(w io.Writer, p *Part, program string) error {
	e := &encoder{w: bufio.NewWriterSize(w, 1<<16)}
	e.text("{\n")
	e.member("schema", Schema, "")
	e.member("version", Version, ",")
	e.member("program", program, ",")
	e.text(",\"repositories\": [")
	for i := range p.Repositories {
		if i > 0 {
			e.text(",")
		}
		e.repository(&p.Repositories[i])
	}
	e.text("]\n")
	list(e, "sources", p.Sources)
	list(e, "deployments", p.Deployments)
	list(e, "pending", p.Pending)
	list(e, "pointers", p.Pointers)
	list(e, "releases", p.Releases)
	list(e, "holds", p.Holds)
	list(e, "flags", p.Flags)
	list(e, "lives", p.Lives)
	list(e, "flag_notes", p.FlagNotes)
	list(e, "links", p.Links)
	list(e, "usages", p.Usages)
	list(e, "incidents", p.Incidents)
	list(e, "repairs", p.Repairs)
	list(e, "problems", p.Problems)
	e.text("}\n")
	if e.err == nil {
		e.err = e.w.Flush()
	}
	if e.err != nil {
		return fmt.Errorf("write facts: %w", e.err)
	}
	return nil
}

// encoder keeps the first error.
type encoder struct {
	w   *bufio.Writer
	b   bytes.Buffer
	err error
}

func (e *encoder) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

// value writes a value without escapes for HTML.
func (e *encoder) value(v any) {
	if e.err != nil {
		return
	}
	e.b.Reset()
	enc := json.NewEncoder(&e.b)
	enc.SetEscapeHTML(false)
	if e.err = enc.Encode(v); e.err == nil {
		_, e.err = e.w.Write(bytes.TrimRight(e.b.Bytes(), "\n"))
	}
}

func (e *encoder) member(name string, v any, before string) {
	e.text(before)
	e.value(name)
	e.text(": ")
	e.value(v)
	e.text("\n")
}

// list writes a list, an entry a line.
func list[T any](e *encoder, name string, items []T) {
	e.text(",")
	e.value(name)
	e.text(": [")
	for i := range items {
		if i > 0 {
			e.text(",")
		}
		e.text("\n")
		e.value(&items[i])
	}
	e.text("]\n")
}

func (e *encoder) repository(r *ledger.Repository) {
	commits := r.Commits
	if !slices.IsSortedFunc(commits, compareCommits) {
		commits = slices.Clone(commits)
		slices.SortFunc(commits, compareCommits)
	}
	t := &table{places: map[string]int32{}}
	at := make(map[ledger.Hash]int32, len(commits))
	for i := range commits {
		at[commits[i].Hash] = int32(i)
	}
	for i := range commits {
		t.place(commits[i].Author)
		for _, k := range commits[i].Components {
			t.place(string(k))
		}
	}
	e.text("{\n")
	e.member("repository", repositoryHead{r.Name, r.Branch, r.Mainline, r.Components, r.Shallow, r.SourcesOnly}, "")
	list(e, "strings", t.list)
	e.text(",\"commits\": [")
	for i := range commits {
		if i > 0 {
			e.text(",")
		}
		e.text("\n")
		e.value(wireCommit(&commits[i], t, at))
	}
	e.text("]\n")
	list(e, "versions", r.Versions)
	list(e, "reverts", r.Reverts)
	list(e, "backports", r.Backports)
	e.text("}")
}

// table is a list of texts, each once.
type table struct {
	places map[string]int32
	list   []string
}

func (t *table) place(s string) int32 {
	n, ok := t.places[s]
	if !ok {
		n = int32(len(t.list))
		t.places[s], t.list = n, append(t.list, s)
	}
	return n
}

func wireCommit(c *ledger.Commit, t *table, at map[ledger.Hash]int32) *commit {
	w := &commit{
		Hash: c.Hash, Committed: unix(c.Committed), Authored: unix(c.Authored), Author: t.place(c.Author), Title: c.Title, Body: c.Body,
		Type: c.Type, Scope: c.Scope, Breaking: c.Breaking, PullRequest: c.PullRequest, Note: c.Note, Internal: c.Internal,
	}
	for _, p := range c.Parents {
		n, ok := at[p]
		if !ok {
			n = -1
			w.CutOff = append(w.CutOff, p)
		}
		w.Parents = append(w.Parents, n)
	}
	if c.Components != nil {
		w.Components = make([]int32, len(c.Components))
		for i, k := range c.Components {
			w.Components[i] = t.place(string(k))
		}
	}
	return w
}

// noDate stands for a date that git could not read.
const noDate = -1 << 62

func unix(t time.Time) int64 {
	if s := t.Unix(); !t.IsZero() && dated(s) {
		return s
	}
	return noDate
}

// dated reports whether seconds are in the years 1 to 9999, or no date.
func dated(s int64) bool { return s == noDate || s > -62135596800 && s < 253402300800 }

func fromUnix(s int64) time.Time {
	if s == noDate {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
