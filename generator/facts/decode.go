package facts

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"daylight/generator/ledger"
)

// Error is what is wrong in a file, and where.
type Error struct {
	File    string
	Line    int // from 1, 0 where it is the whole file
	Message string
	Advice  string // what to do
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("read facts: %s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("read facts: %s:%d: %s", e.File, e.Line, e.Message)
}

// Hint tells what to do.
func (e *Error) Hint() string { return e.Advice }

// Bounds on what a file may hold.
const (
	// MaxBytes of one file; a repository of a million commits has some 400 MB.
	MaxBytes   = 4 << 30
	maxEntries = 20_000_000
)

const again = "write it again with daylight ledger --facts"

// Decode reads a part. name is the file's, for messages. Every error is an
// [Error]: nothing of a file that is damaged is used.
func Decode(r io.Reader, name string) (*Part, error) {
	lines := &lineCounter{r: io.LimitReader(r, MaxBytes+1)}
	d := &decoder{json: json.NewDecoder(lines), part: &Part{file: name}, types: map[string]string{}}
	err := d.document()
	if err == nil && lines.read > MaxBytes {
		err = errors.New("the file is too large")
	}
	if err == nil {
		return d.part, nil
	}
	out := &Error{File: name, Line: lines.line(d.json.InputOffset()), Message: d.plain(err), Advice: again}
	var newer *versionError
	if errors.As(err, &newer) {
		out.Advice = "use the version of daylight that wrote it, or a newer one, for the build too"
	}
	return nil, out
}

// versionError says that a file is of a later program.
type versionError struct{ version int }

func (e *versionError) Error() string {
	return fmt.Sprintf("version %d of the format is newer than the one that is known here, %d", e.version, Version)
}

// decoder reads one file. JSON is read entry by entry.
type decoder struct {
	json    *json.Decoder
	part    *Part
	version int
	entries int
	types   map[string]string // texts that many commits share
}

// plain words an error of the JSON decoder.
func (d *decoder) plain(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the file ends in the middle"
	case errors.As(err, &syntax):
		return "no JSON: " + syntax.Error()
	case errors.As(err, &kind):
		return fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	}
	return err.Error()
}

func (d *decoder) document() error {
	p := d.part
	err := d.object(func(key string) error {
		if d.version == 0 && key != "schema" && key != "version" {
			return errors.New(`no file of facts: "version" has to come first`)
		}
		switch key {
		case "version":
			return d.readVersion()
		case "repositories":
			return d.array(d.repository)
		case "sources":
			return entries(d, &p.Sources)
		case "deployments":
			return entries(d, &p.Deployments)
		case "pending":
			return entries(d, &p.Pending)
		case "pointers":
			return entries(d, &p.Pointers)
		case "releases":
			return entries(d, &p.Releases)
		case "holds":
			return entries(d, &p.Holds)
		case "flags":
			return entries(d, &p.Flags)
		case "lives":
			return entries(d, &p.Lives)
		case "flag_notes":
			return entries(d, &p.FlagNotes)
		case "links":
			return entries(d, &p.Links)
		case "usages":
			return entries(d, &p.Usages)
		case "incidents":
			return entries(d, &p.Incidents)
		case "repairs":
			return entries(d, &p.Repairs)
		case "problems":
			return entries(d, &p.Problems)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if d.version == 0 {
		return errors.New("no file of facts: it has no version")
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the facts")
	}
	return p.check()
}

func (d *decoder) readVersion() error {
	if err := d.json.Decode(&d.version); err != nil {
		return err
	}
	if d.version < 1 {
		return fmt.Errorf("version %d of the format never was", d.version)
	}
	if d.version > Version {
		return &versionError{d.version}
	}
	return nil
}

// object reads the members of an object.
func (d *decoder) object(member func(key string) error) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // a decoder gives no other key
		if seen[key] {
			return fmt.Errorf("key %q comes twice", key)
		}
		seen[key] = true
		if len(seen) > 1000 {
			return errors.New("an object has too many keys")
		}
		if err := member(key); err != nil {
			return err
		}
	}
	_, err := d.json.Token()
	return err
}

func (d *decoder) open(delim json.Delim, what string) error {
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	if token != delim {
		return fmt.Errorf("want %s here", what)
	}
	return nil
}

func (d *decoder) array(item func() error) error {
	if err := d.open('[', "a list"); err != nil {
		return err
	}
	for d.json.More() {
		if d.entries++; d.entries > maxEntries {
			return errors.New("the file has too many entries")
		}
		if err := item(); err != nil {
			return err
		}
	}
	_, err := d.json.Token()
	return err
}

// entries reads a list of values.
func entries[T any](d *decoder, into *[]T) error {
	return d.array(func() error {
		var v T
		if err := d.json.Decode(&v); err != nil {
			return err
		}
		*into = append(*into, v)
		return nil
	})
}

// skip passes over what a later version of the format added.
func (d *decoder) skip() error {
	var v json.RawMessage
	return d.json.Decode(&v)
}

func (d *decoder) repository() error {
	var head repositoryHead
	var texts []string
	var commits []commit
	r := ledger.Repository{}
	err := d.object(func(key string) error {
		switch key {
		case "repository":
			return d.json.Decode(&head)
		case "strings":
			return entries(d, &texts)
		case "commits":
			return d.array(func() error {
				commits = append(commits, commit{})
				return d.json.Decode(&commits[len(commits)-1])
			})
		case "versions":
			return entries(d, &r.Versions)
		case "reverts":
			return entries(d, &r.Reverts)
		case "backports":
			return entries(d, &r.Backports)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	r.Name, r.Branch, r.Mainline, r.Components, r.Shallow = head.Name, head.Branch, head.Mainline, head.Components, head.Shallow
	r.SourcesOnly = head.SourcesOnly
	if r.Name == "" {
		return errors.New("a repository without a name")
	}
	if err := d.fill(&r, commits, texts); err != nil {
		return err
	}
	d.part.Repositories = append(d.part.Repositories, r)
	return nil
}

// fill turns the commits of a file into facts.
func (d *decoder) fill(r *ledger.Repository, commits []commit, texts []string) error {
	parents := make([][]int32, len(commits))
	lists := map[string][]ledger.ComponentName{} // the few that most commits share
	r.Commits = make([]ledger.Commit, len(commits))
	for i := range commits {
		w := &commits[i]
		if i > 0 && ledger.CompareHashes(commits[i-1].Hash, w.Hash) >= 0 {
			return fmt.Errorf("commit %s of repository %q is not in the order of the ids", w.Hash.Short(), r.Name)
		}
		if w.Author < 0 || int(w.Author) >= len(texts) {
			return fmt.Errorf("the author of commit %s is not in the list of strings", w.Hash.Short())
		}
		if !dated(w.Committed) || !dated(w.Authored) {
			return fmt.Errorf("a date of commit %s is in no year that a calendar has", w.Hash.Short())
		}
		c := &r.Commits[i]
		*c = ledger.Commit{
			Hash: w.Hash, Committed: fromUnix(w.Committed), Authored: fromUnix(w.Authored), Author: texts[w.Author], Title: w.Title, Body: w.Body,
			Type: d.shared(w.Type), Scope: d.shared(w.Scope), Breaking: w.Breaking, PullRequest: w.PullRequest, Note: w.Note, Internal: w.Internal,
			Parents: make([]ledger.Hash, len(w.Parents)),
		}
		cut := w.CutOff
		for k, p := range w.Parents {
			switch {
			case p >= 0 && int(p) < len(commits):
				c.Parents[k] = commits[p].Hash
			case p == -1 && len(cut) > 0:
				c.Parents[k], cut = cut[0], cut[1:]
			default:
				return fmt.Errorf("a parent of commit %s is not in the list of commits", w.Hash.Short())
			}
		}
		parents[i] = w.Parents
		var err error
		if c.Components, err = componentsOf(w, texts, lists); err != nil {
			return err
		}
	}
	return checkGraph(r, parents)
}

// shared keeps one copy of a text that many commits have.
func (d *decoder) shared(s string) string {
	if kept, ok := d.types[s]; ok {
		return kept
	}
	if len(d.types) < 10_000 {
		d.types[s] = s
	}
	return s
}

func componentsOf(w *commit, texts []string, lists map[string][]ledger.ComponentName) ([]ledger.ComponentName, error) {
	if w.Components == nil {
		return nil, nil
	}
	key := fmt.Sprint(w.Components)
	if known, ok := lists[key]; ok {
		return known, nil
	}
	out := make([]ledger.ComponentName, len(w.Components))
	for i, k := range w.Components {
		if k < 0 || int(k) >= len(texts) {
			return nil, fmt.Errorf("a component of commit %s is not in the list of strings", w.Hash.Short())
		}
		out[i] = ledger.ComponentName(texts[k])
	}
	lists[key] = out
	return out, nil
}

// check refuses what would mislead whoever computes.
func (p *Part) check() error {
	known := map[ledger.RepositoryName]bool{}
	for _, r := range p.Repositories {
		if known[r.Name] {
			return fmt.Errorf("repository %q comes twice", r.Name)
		}
		known[r.Name] = true
	}
	for _, s := range p.Sources {
		if !known[s.Name] {
			return fmt.Errorf("a source is of repository %q, which is not in the file", s.Name)
		}
	}
	for _, d := range p.Releases {
		if len(d.Origins) == 0 {
			return errors.New("a declared release has no origin")
		}
	}
	for _, q := range p.Pointers {
		if len(q.Record.Origins) == 0 {
			return fmt.Errorf("the pointer %q has no origin", q.Name)
		}
	}
	lives := map[ledger.FlagKey]bool{}
	for _, l := range p.Lives {
		lives[l.Key] = true
	}
	for _, f := range p.Flags {
		if !lives[f.Key] {
			return fmt.Errorf("flag %q has no entry in lives", f.Key)
		}
		if !known[f.Repository] {
			return fmt.Errorf("flag %q is of repository %q, which is not in the file", f.Key, f.Repository)
		}
	}
	if len(p.Repositories) == 0 {
		return errors.New("it has no repository")
	}
	return nil
}
