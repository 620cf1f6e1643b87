// Package schema holds the JSON Schemas (2020-12) of what a site publishes for
// programs, and of what the commands print for them. The noun is [Schema].
//
// A schema is a file here: <name>/v<n>.json, published with every site below
// data/schema/. Each says in its description what stays compatible, of every
// list the total order that it is sorted by, and of every key what it means and
// what its absence means. A document names its schema by that address.
//
// # What stays
//
// Keys keep their names and meanings; new ones may come, and the schemas let
// them pass. The tests do not: there a key that no schema describes fails, so
// that nothing is published that nobody described.
package schema

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
)

//go:embed */*.json
var files embed.FS

// Schema is one version of one schema.
type Schema struct {
	Name        string // "ledger"
	Title       string
	Description string
	Path        string // within a site: "data/schema/ledger/v1.json"
	Data        []byte
}

// All lists the schemas by path. An error means that the program was built with
// a broken one.
func All() ([]Schema, error) {
	paths, err := fs.Glob(files, "*/*.json")
	if err != nil {
		return nil, fmt.Errorf("list schemas: %w", err)
	}
	var out []Schema
	for _, p := range paths { // in the order of their names
		data, err := files.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", p, err)
		}
		s := Schema{Name: path.Dir(p), Path: "data/schema/" + p, Data: data}
		var head struct{ Title, Description string }
		if err := json.Unmarshal(data, &head); err != nil {
			return nil, fmt.Errorf("read schema %s: %w", p, err)
		}
		s.Title, s.Description = head.Title, head.Description
		out = append(out, s)
	}
	return out, nil
}
