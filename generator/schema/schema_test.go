package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"daylight/generator/schema"
)

// TestSchemas: each is a valid schema of draft 2020-12 by another's judgement,
// and says of each key what it means, of each list how it is sorted, and what
// stays compatible.
func TestSchemas(t *testing.T) {
	list, err := schema.All()
	if err != nil || len(list) < 5 {
		t.Fatalf("%d schemas, %v", len(list), err)
	}
	for _, s := range list {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Data))
		if err != nil {
			t.Fatalf("%s: %v", s.Path, err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		if err := c.AddResource(s.Path, doc); err != nil {
			t.Fatalf("%s: %v", s.Path, err)
		}
		if _, err := c.Compile(s.Path); err != nil {
			t.Errorf("%s: %v", s.Path, err)
		}
		if !strings.Contains(s.Description, "Version 1") || s.Title == "" {
			t.Errorf("%s does not say what stays compatible", s.Path)
		}
		described(t, s.Path, doc)
		if indented, err := json.MarshalIndent(json.RawMessage(s.Data), "", "  "); err != nil || string(indented)+"\n" != string(s.Data) {
			t.Errorf("%s is not indented by two blanks, %v", s.Path, err)
		}
	}
}

// described walks a schema: lists say their order, and objects which of their
// keys are always there.
func described(t *testing.T, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "array" {
			if text, _ := v["description"].(string); len(text) < 6 {
				t.Errorf("%s: a list whose order nobody tells", path)
			}
		}
		if v["type"] == "object" && v["properties"] != nil && v["required"] == nil {
			t.Errorf("%s: an object that does not say which keys are always there", path)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			described(t, path+"/"+k, v[k])
		}
	case []any:
		for i, e := range v {
			described(t, fmt.Sprintf("%s/%d", path, i), e)
		}
	}
}
