package flagfile_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"daylight/generator/config"
	"daylight/generator/flagfile"
)

// TestFormatsAreKnown holds that site.toml may name each format, that editors
// know it, and that the docs tell of it.
func TestFormatsAreKnown(t *testing.T) {
	docs, err := os.ReadFile("../../content/docs/describe-flags.md")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := os.ReadFile("../config/site.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flagfile.Formats() {
		if _, faults := config.Parse("site.toml", fmt.Appendf(nil, "[[flags]]\nformat = %q\n", f.Name())); len(faults) > 0 {
			t.Errorf("%s: %v", f.Name(), faults)
		}
		if !strings.Contains(string(schema), `"`+f.Name()+`"`) {
			t.Errorf("editors do not know %s: run go test ./generator/config -run TestSchemaFollowsTypes -update", f.Name())
		}
		if !strings.Contains(string(docs), "`"+f.Name()+"`") {
			t.Errorf("%s is not in the docs: add a row to the table below \"Formats\" in content/docs/describe-flags.md", f.Name())
		}
	}
}
