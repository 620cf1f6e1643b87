package config

import _ "embed" // of the schema

//go:embed site.schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of site.toml, by which editors complete and
// check it. It is made from this package's types and their comments, and a test
// holds the two together. It is as strict as [Parse] about keys, types and choices
// and says nothing of what needs the rest of the file, such as whether a component
// is defined.
func Schema() []byte { return append([]byte{}, schema...) }
