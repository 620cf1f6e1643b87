package ledger

import (
	"encoding/json"
	"time"
)

// Basis is what a date rests on.
type Basis string

// The bases, from the strongest evidence to the weakest.
const (
	BasisDeclared      Basis = "declared"       // a record states it
	BasisTagName       Basis = "tag_name"       // the name of a tag holds it
	BasisTaggerDate    Basis = "tagger_date"    // the date of an annotated tag
	BasisCommitterDate Basis = "committer_date" // the date of a commit
	BasisFirstSeen     Basis = "first_seen"     // when a note or file first held it
)

// When is an instant and what it rests on. The zero When is "unknown", and is
// written null.
type When struct {
	At    time.Time `json:"at,omitzero"`
	Basis Basis     `json:"basis,omitzero"`
}

// Known reports whether w is an instant.
func (w When) Known() bool { return !w.At.IsZero() }

// Date is a When with the places that it was read from. The zero Date is
// "unknown" or "not yet" (the status tells which), and is written null.
type Date struct {
	When
	Origins []Origin
}

type dateJSON struct {
	At      time.Time `json:"at"`
	Basis   Basis     `json:"basis"`
	Origins []Origin  `json:"origins,omitempty"`
}

// MarshalJSON writes {"at", "basis", "origins"}, or null for the zero Date.
func (d Date) MarshalJSON() ([]byte, error) {
	if !d.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(dateJSON{d.At.UTC(), d.Basis, d.Origins})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Date{}
		return nil
	}
	var j dateJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*d = Date{When{j.At, j.Basis}, j.Origins}
	return nil
}
