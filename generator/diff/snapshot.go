package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// Schema is the address of the JSON Schema of a Snapshot, relative to a site.
const Schema = "data/schema/published/v1.json"

// Snapshot is what a build published, as of an instant.
type Snapshot struct {
	Schema string    `json:"schema"`
	AsOf   time.Time `json:"as_of"`
	// Base is the address of the site, "" when it has none.
	Base     string `json:"base"`
	Audience string `json:"audience"`
	// Environments in the order in which they are told.
	Environments []ledger.EnvironmentName `json:"environments"`
	// Moved are the dates that were published otherwise by an earlier build; see
	// Standing.
	Moved []Correction `json:"moved"`
	// Entries in the order of the ledger, or of the site's notes.
	Entries []Entry `json:"entries"`
}

// Entry is a change, or a note.
type Entry struct {
	Repository ledger.RepositoryName `json:"repository"` // "" of a note
	ID         string                `json:"id"`         // addresses are made of it
	// Key is what the entry is known by in feeds, and what tells it apart when
	// its ID is another one: of a change its commit.
	Key     string   `json:"key"`
	Aliases []string `json:"aliases"` // ids whose addresses lead here, sorted
	Title   string   `json:"title"`
	// Path of its page within the site.
	Path string `json:"path"`
	// Merged is null for a note, and for a change off the mainline.
	Merged       *time.Time      `json:"merged"`
	Environments []InEnvironment `json:"environments"` // where it was ever deployed
}

// InEnvironment is where an entry stands in an environment; for a note that is
// the audience.
type InEnvironment struct {
	Environment ledger.EnvironmentName `json:"environment"`
	Status      ledger.Status          `json:"status"`
	// Who has it now, in words: "everyone", "25 % of users", "nobody".
	Who string `json:"who"`
	// Percent is the share of all users who have it; of a note, that only says
	// who in words, it is from nothing to everybody where only some have it.
	Percent      ledger.Share `json:"percent"`
	Since        *time.Time   `json:"since"`         // the last move
	Deployed     *Date        `json:"deployed"`      // null: not, or unknown; always null for a note
	FirstExposed *Date        `json:"first_exposed"` // null: not yet, or unknown
	Released     *Date        `json:"released"`      // null: not yet, or unknown
	// Turns are who had it when, oldest first, where it was taken back once.
	Turns []Turn `json:"turns,omitempty"`
}

// Date is a published instant, and what it rests on.
type Date struct {
	At    time.Time    `json:"at"`
	Basis ledger.Basis `json:"basis"` // "" of a note
	From  string       `json:"from"`  // the first place that it was read from, or ""
}

// OfLedger makes the snapshot of a team's site. path gives the address of a
// change's page.
func OfLedger(l *ledger.Ledger, path func(*ledger.Change) string) Snapshot {
	s := Snapshot{Schema: Schema, AsOf: l.AsOf.UTC()}
	for _, e := range l.Environments {
		s.Environments = append(s.Environments, e.Name)
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		e := Entry{Repository: c.Repository, ID: string(c.ID), Key: c.Commit.String(), Title: c.Title, Merged: c.Merged}
		if path != nil {
			e.Path = path(c)
		}
		for _, a := range c.Aliases {
			e.Aliases = append(e.Aliases, string(a))
		}
		slices.Sort(e.Aliases)
		for j := range c.Environments {
			if in, ok := inEnvironment(&c.Environments[j]); ok {
				e.Environments = append(e.Environments, in)
			}
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// inEnvironment reports false for where a change never was.
func inEnvironment(in *ledger.InEnvironment) (InEnvironment, bool) {
	if len(in.Moves) == 0 && (in.Status == ledger.StatusNotDeployed || in.Status == "") {
		return InEnvironment{}, false
	}
	out := InEnvironment{
		Environment: in.Environment, Status: in.Status, Who: who(in.Percent, in.Groups), Percent: in.Percent,
		Deployed: date(in.Deployed), FirstExposed: date(in.FirstExposed), Released: date(in.Released),
		Turns: turns(in.Moves),
	}
	if n := len(in.Moves); n > 0 {
		at := in.Moves[n-1].At.UTC()
		out.Since = &at
	}
	return out, true
}

func date(d ledger.Date) *Date {
	if !d.Known() {
		return nil
	}
	out := &Date{At: d.At.UTC(), Basis: d.Basis}
	if len(d.Origins) > 0 {
		out.From = d.Origins[0].String()
	}
	return out
}

// who names the people who have something.
func who(share ledger.Share, groups []ledger.GroupShare) string {
	if share.Lo == ledger.Hundred {
		return "everyone"
	}
	var parts []string
	for _, g := range groups {
		if g.Percent == ledger.Everybody() {
			parts = append(parts, "the "+g.Name+" group")
		} else {
			parts = append(parts, g.Percent.String()+" % of the "+g.Name+" group")
		}
	}
	if share.Hi > 0 {
		parts = append(parts, share.String()+" % of users")
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, " and ")
}

// OfNotes makes the snapshot of a site whose audience does not see everything.
// path gives the address of a note's page.
func OfNotes(audience string, asOf time.Time, list []notes.Note, path func(id string) string) Snapshot {
	env := ledger.EnvironmentName(audience)
	s := Snapshot{Schema: Schema, AsOf: asOf.UTC(), Audience: audience, Environments: []ledger.EnvironmentName{env}}
	for _, n := range list {
		updated := n.Updated.UTC()
		in := InEnvironment{Environment: env, Who: n.Audience, Since: &updated, FirstExposed: &Date{At: n.FirstExposed.UTC()}, Turns: turnsOf(n.Events)}
		if !n.Released.IsZero() {
			in.Released = &Date{At: n.Released.UTC()}
		}
		switch {
		case n.Unknown:
			in.Status, in.Percent = ledger.StatusUnknown, ledger.Undecided()
		case !n.TakenBack.IsZero():
			in.Status = ledger.StatusUnReleased
		case n.Audience == "everyone":
			in.Status, in.Percent = ledger.StatusReleased, ledger.Everybody()
		default:
			in.Status, in.Percent = ledger.StatusLimited, ledger.Undecided()
		}
		e := Entry{ID: n.ID, Key: n.Key, Aliases: n.Aliases, Title: n.Title, Environments: []InEnvironment{in}}
		if path != nil {
			e.Path = path(n.ID)
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// JSON writes a snapshot without indentation, an entry on a line, so that two of
// them can be compared line by line. Lists without elements are [].
func (s Snapshot) JSON() ([]byte, error) {
	var b bytes.Buffer
	head := s
	head.Entries = []Entry{}
	if head.Environments == nil {
		head.Environments = []ledger.EnvironmentName{}
	}
	if head.Moved == nil {
		head.Moved = []Correction{}
	}
	top, err := marshal(head)
	if err != nil {
		return nil, err
	}
	b.Write(bytes.TrimSuffix(top, []byte("]}")))
	for i, e := range s.Entries {
		if e.Aliases == nil {
			e.Aliases = []string{}
		}
		if e.Environments == nil {
			e.Environments = []InEnvironment{}
		}
		line, err := marshal(e)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write snapshot: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads a snapshot, or a whole ledger as `daylight ledger` prints it, and
// makes the snapshot of that.
func Parse(data []byte) (Snapshot, error) {
	var head struct {
		Schema  string          `json:"schema"`
		Entries json.RawMessage `json:"entries"`
		Changes json.RawMessage `json:"changes"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Snapshot{}, fmt.Errorf("parse snapshot: %w", err)
	}
	switch {
	case strings.HasSuffix(head.Schema, Schema):
		var s Snapshot
		if err := json.Unmarshal(data, &s); err != nil {
			return Snapshot{}, fmt.Errorf("parse snapshot: %w", err)
		}
		return s, nil
	case strings.HasSuffix(head.Schema, ledger.SchemaLedger):
		var l ledger.Ledger
		if err := json.Unmarshal(data, &l); err != nil {
			return Snapshot{}, fmt.Errorf("parse ledger: %w", err)
		}
		return OfLedger(&l, nil), nil
	}
	return Snapshot{}, fmt.Errorf("parse snapshot: it has the schema %.80q, and not %q or %q", head.Schema, Schema, ledger.SchemaLedger)
}
