package facts_test

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"daylight/generator/facts"
	"daylight/generator/schema"
)

// TestSchema puts a part with something in every list before the published
// schema, closed to other keys, by another's validator.
func TestSchema(t *testing.T) {
	list, err := schema.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Path != facts.Schema {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Data))
		if err != nil {
			t.Fatal(err)
		}
		closed(doc)
		c := jsonschema.NewCompiler()
		if err := c.AddResource(s.Path, doc); err != nil {
			t.Fatal(err)
		}
		compiled, err := c.Compile(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(encode(t, rich())))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(v); err != nil {
			t.Error(err)
		}
		return
	}
	t.Fatalf("%s is not published", facts.Schema)
}

// closed lets no key pass that the schema does not describe.
func closed(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["properties"] != nil && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closed(inner)
		}
	case []any:
		for _, inner := range v {
			closed(inner)
		}
	}
}
