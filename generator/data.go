package generator

import (
	"bytes"
	"encoding/json"
	"fmt"

	"daylight/generator/ledger"
	"daylight/generator/publish"
)

// addLedger writes the machine-readable ledger of a site, without indentation:
// it is for programs, and large.
func (s *site) addLedger(l *ledger.Ledger) {
	s.files = append(s.files, publish.File{Path: "data/ledger.json", Data: append(l.AppendJSON(nil), '\n')})
}

// LedgerJSON writes a ledger as indented JSON with a final newline. Text is not
// escaped for HTML.
func LedgerJSON(l any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(l); err != nil {
		return nil, fmt.Errorf("write ledger: %w", err)
	}
	return b.Bytes(), nil
}
