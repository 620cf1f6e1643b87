package deploylog

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Line is a deployment as it is written down, in a note or in a file of JSON
// Lines. Texts are as a person gave them. What is zero is left out; instants are
// written in UTC and in whole seconds.
type Line struct {
	Environment string          `json:"environment"` // required
	Component   string          `json:"component,omitempty"`
	Slot        string          `json:"slot,omitempty"`
	Version     string          `json:"version,omitempty"`
	Revision    string          `json:"revision,omitempty"`
	Kind        string          `json:"kind,omitempty"`
	Status      string          `json:"status,omitempty"`
	Weight      *ledger.Percent `json:"weight,omitempty"`
	StartedAt   time.Time       `json:"started_at,omitzero"`
	FinishedAt  time.Time       `json:"finished_at,omitzero"`
	Actor       string          `json:"actor,omitempty"`
	URL         string          `json:"url,omitempty"`
	Description string          `json:"description,omitempty"`
	ID          string          `json:"id,omitempty"`
}

// ReleaseLine is a declared release as it is written down.
type ReleaseLine struct {
	Release     Released        `json:"release"`
	Environment string          `json:"environment"` // required
	Percent     *ledger.Percent `json:"percent,omitempty"`
	Groups      Groups          `json:"groups,omitempty"`
	At          time.Time       `json:"at"` // required
	Actor       string          `json:"actor,omitempty"`
	URL         string          `json:"url,omitempty"`
	Description string          `json:"description,omitempty"`
	ID          string          `json:"id,omitempty"`
}

// Released names what is released: one of the three.
type Released struct {
	Change  string `json:"change,omitempty"` // a commit
	Version string `json:"version,omitempty"`
	Flag    string `json:"flag,omitempty"`
}

// Groups are named groups with the share of each that is let in. They are
// written as a list of names where all of them are let in whole, else as a map.
type Groups []ledger.GroupShare

// MarshalJSON writes the groups in the order of their names.
func (g Groups) MarshalJSON() ([]byte, error) {
	shares := map[string]ledger.Percent{}
	whole := true
	for _, group := range g {
		shares[group.Name] = group.Percent.Hi
		whole = whole && group.Percent == ledger.Everybody()
	}
	if whole {
		return json.Marshal(slices.Sorted(maps.Keys(shares)))
	}
	return json.Marshal(shares) // which sorts keys
}

// Write gives the text of a deployment's line, with kind and status spelt as we
// spell them. The line is read back by the reader of the place that it is meant
// for: a note on target, or, where that is zero, a file. What the reader doubts
// is given back as problems of level warning, and the text is then "".
func (l Line) Write(in Input, target ledger.Hash) (string, []ledger.Problem, error) {
	l.StartedAt, l.FinishedAt = wholeSeconds(l.StartedAt), wholeSeconds(l.FinishedAt)
	records, _, problems, err := readBack(in, target, l)
	if err != nil || len(problems) > 0 {
		return "", problems, err
	}
	if len(records) != 1 {
		return "", []ledger.Problem{unread("the deployment cannot be read back")}, nil
	}
	l.Kind, l.Status = string(records[0].Kind), string(records[0].Status)
	text, err := encode(l)
	return text, nil, err
}

// Write gives the text of a declared release's line, read back as that of a
// deployment is.
func (l ReleaseLine) Write(in Input, target ledger.Hash) (string, []ledger.Problem, error) {
	l.At = wholeSeconds(l.At)
	_, releases, problems, err := readBack(in, target, l)
	if err != nil || len(problems) > 0 {
		return "", problems, err
	}
	if len(releases) != 1 {
		return "", []ledger.Problem{unread("the release cannot be read back")}, nil
	}
	text, err := encode(l)
	return text, nil, err
}

func unread(message string) ledger.Problem {
	return ledger.Problem{Message: message, Rule: "unreadable", Level: ledger.LevelWarning}
}

// readBack reads what a line would be, as a note or as a file. Problems of level
// info are left out: they are advice.
func readBack(in Input, target ledger.Hash, line any) ([]ledger.Record, []ledger.DeclaredRelease, []ledger.Problem, error) {
	text, err := encode(line)
	if err != nil {
		return nil, nil, nil, err
	}
	var reader Reader = Notes{}
	if target.IsZero() {
		reader, in.Files = JSONLines{}, []File{{Path: "line", Data: []byte(text + "\n")}}
	} else {
		in.Notes = []history.Note{{Ref: "line", Target: history.Hash(target), Text: text + "\n"}}
	}
	records, releases, problems := ReadAll(reader, in)
	problems = slices.DeleteFunc(problems, func(p ledger.Problem) bool { return p.Level == ledger.LevelInfo && p.Rule != "bad-url" })
	return records, releases, problems, nil
}

func wholeSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// encode writes a value on one line, without the escapes that only HTML needs.
func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// Repeats reports whether a line says what an earlier one said: it has the same
// id, lane and outcome, or no id and the same content in whatever order of keys.
// A line under the same id with another outcome tells how the deployment went
// on, and repeats nothing.
func Repeats(line, earlier string) bool {
	if strings.TrimSpace(line) == strings.TrimSpace(earlier) {
		return true
	}
	a, err := decode.JSON("line", []byte(line))
	if err != nil || !a.Is(decode.Map) {
		return false
	}
	b, err := decode.JSON("line", []byte(earlier))
	if err != nil || !b.Is(decode.Map) {
		return false
	}
	x, y := flatten(a), flatten(b)
	id, _ := x.text("id")
	if other, _ := y.text("id"); id != other {
		return false
	}
	if id == "" {
		return sameTree(a, b)
	}
	for _, key := range []string{"environment", "component", "slot"} {
		s, _ := x.text(key)
		t, _ := y.text(key)
		if s != t {
			return false
		}
	}
	s, _ := x.text("status")
	t, _ := y.text("status")
	was, _ := Status(s)
	is, _ := Status(t)
	return was == is && x["release"].Is(decode.Map) == y["release"].Is(decode.Map)
}

// sameTree compares values; the order of keys does not count.
func sameTree(a, b *decode.Node) bool {
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Entries) != len(b.Entries) {
		return false
	}
	for i := range a.Items {
		if !sameTree(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, e := range a.Entries {
		if other := b.Get(e.Key); other == nil || !sameTree(e.Value, other) {
			return false
		}
	}
	return true
}
