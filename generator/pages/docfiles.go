package pages

import (
	"encoding/json"
	"strings"

	"daylight/generator/docs"
)

// versionsFile is versions.json. Its schema stands beside it.
type versionsFile struct {
	Schema   string        `json:"$schema"`
	Product  string        `json:"product"`
	Latest   *string       `json:"latest"` // null while nothing is released
	Versions []versionLine `json:"versions"`
}

type versionLine struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Latest  bool     `json:"latest"`
	Address string   `json:"address"`
	Aliases []string `json:"aliases"`
	Date    *string  `json:"date"` // null where unknown
	Pages   int      `json:"pages"`
}

// versionsSchema is the address of the schema below the site.
const (
	versionsSchemaName = "versions.v1.schema.json"
	versionsSchema     = docsPath + versionsSchemaName
)

// files makes versions.json, and with the first product its schema.
func (d *docsSite) files(p *docs.Product) []Page {
	path := d.home[p] + "versions.json"
	beside := func(address string) string { return strings.TrimPrefix(address, d.home[p]) }
	schema := versionsSchemaName
	if d.home[p] != docsPath {
		schema = "../" + schema
	}
	f := versionsFile{Schema: schema, Product: p.Title, Versions: []versionLine{}}
	for _, e := range p.Editions {
		v := versionLine{Name: e.Name, Kind: string(e.Kind), Latest: e.Latest, Address: beside(d.path[e]), Aliases: []string{}, Pages: len(e.Articles)}
		if e.Latest && !d.only[e] {
			v.Aliases = append(v.Aliases, beside(d.last[p]))
		}
		if e.Latest && e.Kind == docs.Stable {
			f.Latest = &v.Name
		}
		if !e.At.IsZero() {
			day := e.At.UTC().Format("2006-01-02")
			v.Date = &day
		}
		f.Versions = append(f.Versions, v)
	}
	out := []Page{{Path: path, Data: jsonText(f)}}
	if p == d.in.Library.Products[0] {
		out = append(out, Page{Path: versionsSchema, Data: Text(versionsSchemaText)})
	}
	return out
}

// jsonText writes plain values as JSON for people to read.
func jsonText(v any) Text {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // strings, numbers and lists of them
	}
	return Text(data) + "\n"
}

// versionsSchemaText is the JSON Schema of versions.json.
const versionsSchemaText = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "The versions of a product's docs",
  "description": "Version 1. Keys may be added; those that are here keep their names and meanings. Addresses are relative to this file.",
  "type": "object",
  "required": ["$schema", "product", "latest", "versions"],
  "properties": {
    "$schema": {"type": "string"},
    "product": {"type": "string", "description": "The title of the product."},
    "latest": {"type": ["string", "null"], "description": "The name of the highest stable version by version order; null while there is none."},
    "versions": {
      "type": "array",
      "description": "Newest first, by version order; the head of a branch stands before all versions.",
      "items": {
        "type": "object",
        "required": ["name", "kind", "latest", "address", "aliases", "date", "pages"],
        "properties": {
          "name": {"type": "string", "description": "The tag, or the branch."},
          "kind": {"enum": ["stable", "prerelease", "unreleased"]},
          "latest": {"type": "boolean", "description": "Whether the address latest/ shows this one."},
          "address": {"type": "string", "description": "Of its first page; ends in a slash."},
          "aliases": {"type": "array", "items": {"type": "string"}, "description": "Other addresses of the same docs."},
          "date": {"type": ["string", "null"], "format": "date", "description": "Of the version, in UTC."},
          "pages": {"type": "integer", "minimum": 1}
        }
      }
    }
  }
}
`
