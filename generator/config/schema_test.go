package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemaFollowsTypes makes the schema anew from the types, their comments,
// their defaults and what the parser refuses; `go test -update` writes it.
func TestSchemaFollowsTypes(t *testing.T) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(makeSchema(t)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("site.schema.json", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(b.String(), string(Schema())); diff != "" {
		t.Errorf("site.schema.json is not what the types say; run go test -update (-types +file):\n%s", diff)
	}
}

// compiled is the schema as a validator that has nothing to do with us reads it.
func compiled(t *testing.T) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("site.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("site.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance reads TOML as an editor does that checks it by a schema of JSON:
// dates are texts.
func instance(t *testing.T, data []byte) any {
	var v any
	if err := toml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestSchemaTakesGoodFiles: what the parser takes without a fault, the schema
// takes too.
func TestSchemaTakesGoodFiles(t *testing.T) {
	s := compiled(t)
	files := map[string][]byte{}
	for _, file := range []string{"testdata/whole.toml", "../../site.toml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		files[file] = data
	}
	demo, err := txtar.ParseFile("../demo/history/files.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range demo.Files {
		if f.Name == "site.toml" {
			files["the demo's site.toml"] = f.Data
		}
	}
	if len(files) != 3 {
		t.Errorf("the demo has no site.toml any more")
	}
	for file, data := range files {
		if _, faults := Parse(file, data); len(faults) > 0 {
			t.Errorf("%s is no good file: %v", file, faults)
		}
		if err := s.Validate(instance(t, data)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestSchemaRefuses: of each kind of slip that an editor should underline.
func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	tests := []struct{ text, at string }{
		{`titel = "Shop"`, "titel"},
		{`title = 3`, "/title"},
		{`format = 2`, "/format"},
		{"[versions]\nscheme = \"semvre\"", "/versions/scheme"},
		{"[[environments]]\ntier = \"production\"", "name"},
		{"[[deployments]]\nfrom = \"clouds\"", "/deployments/0/from"},
		{"[[deployments]]\nfrom = \"tags\"\nsince = 2026", "/deployments/0/since"},
		{"[releases]\nthreshold = 101", "/releases/threshold"},
		{"[[audiences]]\nname = \"beta\"\nsees = \"all\"", "/audiences/0/sees"},
		{"[[audiences]]\nname = \"beta\"\nfields = [\"passwords\"]", "/audiences/0/fields/0"},
		{"[[flags]]\ndelay = \"soon\"", "/flags/0/delay"},
		{"[metrics]\nwindows = [-1]", "/metrics/windows/0"},
		{"[[metrics.incidents]]\nid = \"x\"", "files"},
	}
	for _, test := range tests {
		if _, faults := Parse("site.toml", []byte(test.text)); len(faults) == 0 {
			t.Errorf("the parser itself takes %q", test.text)
		}
		err := s.Validate(instance(t, []byte(test.text)))
		if err == nil || !strings.Contains(err.Error(), test.at) {
			t.Errorf("%q: got %v, want a complaint about %s", test.text, err, test.at)
		}
	}
}

// TestSchemaRefusesBrokenFiles: those of the parser's tests whose faults can be
// seen without the rest of the file.
func TestSchemaRefusesBrokenFiles(t *testing.T) {
	s := compiled(t)
	for _, name := range []string{"unknown-keys", "wrong-types", "bad-values"} {
		archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(instance(t, archive.Files[0].Data)) == nil {
			t.Errorf("the schema takes %s", name)
		}
	}
}
