package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"daylight/generator/schema"
)

// TestDataFollowsSchemas builds the demo and puts every document of both sites
// that names a schema before it, by a validator that others wrote. The schemas
// are closed first: a key that none of them describes fails.
func TestDataFollowsSchemas(t *testing.T) {
	dir := demoFolder(t)
	schemas := compiled(t)
	for _, audience := range []string{"team", "customers"} {
		seen := 0
		paths, err := filepath.Glob(filepath.Join(dir, audience, "data", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			validate(t, schemas, audience+"/data/"+filepath.Base(p), data)
			seen++
		}
		if seen < 3 {
			t.Errorf("%s has %d documents", audience, seen)
		}
	}
	// What a command prints has a schema, too.
	var out bytes.Buffer
	older := filepath.Join(t.TempDir(), "older")
	conf := filepath.Join(dir, "repository", "site.toml")
	if code := run(t.Context(), []string{"build", "-q", "-c", conf, "--as-of", "2026-05-01", "-o", older, "--audience", "team"}, &bytes.Buffer{}, os.Stderr); code != 0 {
		t.Fatalf("the older build ended with %d", code)
	}
	if code := run(t.Context(), []string{"diff", "--format", "json", older, dir}, &out, os.Stderr); code != 0 {
		t.Fatalf("diff ended with %d", code)
	}
	validate(t, schemas, "diff", out.Bytes())
	if !strings.Contains(out.String(), `"kind": "released"`) {
		t.Errorf("months of the demo, and nothing was released: %s", out.String())
	}
}

// compiled gives the schemas by the address that documents name.
func compiled(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	list, err := schema.All()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*jsonschema.Schema{}
	for _, s := range list {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Data))
		if err != nil {
			t.Fatal(err)
		}
		closed(doc)
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(s.Path, doc); err != nil {
			t.Fatal(err)
		}
		if out[s.Path], err = c.Compile(s.Path); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// closed lets no key pass that a schema does not describe.
func closed(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["additionalProperties"]; !ok && v["properties"] != nil && v["type"] == "object" {
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

// validate puts a document before the schema that it names.
func validate(t *testing.T, schemas map[string]*jsonschema.Schema, name string, data []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	object, _ := doc.(map[string]any)
	named, _ := object["schema"].(string)
	s := schemas[named]
	if s == nil {
		t.Errorf("%s names the schema %q, which there is not", name, named)
		return
	}
	if err := s.Validate(doc); err != nil {
		text := err.Error()
		t.Errorf("%s: %s", name, text[:min(len(text), 2000)])
	}
}
