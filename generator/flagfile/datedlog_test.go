package flagfile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLogsInAnyOrder holds that neither the order of the entries of a log, nor how
// they are spread over files, nor an entry that stands in two of them, changes
// what it says.
func TestLogsInAnyOrder(t *testing.T) {
	for key, format := range map[string]Format{"items": LaunchDarklyAudit{}, "events": UnleashEvents{}} {
		for _, s := range scenarios(t, format.Name()) {
			if !strings.HasSuffix(s.path, "log.txtar") {
				continue
			}
			var doc map[string]json.RawMessage
			var entries []json.RawMessage
			if err := json.Unmarshal(s.files[0].Data, &doc); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(doc[key], &entries); err != nil || len(entries) < 3 {
				t.Fatalf("%s: %d entries, %v", s.path, len(entries), err)
			}
			whole, _ := format.Decode(s.files[:1], Options{})
			slices.Reverse(entries)
			half := len(entries) / 2
			var files []File
			for i, part := range [][]json.RawMessage{entries[half:], entries[:half+1]} {
				data, err := json.Marshal(part)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, File{fmt.Sprintf("part-%d.json", i), data})
			}
			parts, problems := format.Decode(files, Options{})
			if len(problems) > 0 || len(parts) != len(whole) || len(whole) == 0 {
				t.Fatalf("%s: %d settings and %d, problems %v", s.path, len(parts), len(whole), problems)
			}
			for i := range whole {
				if parts[i].Key != whole[i].Key || parts[i].Environment != whole[i].Environment || !Same(parts[i], whole[i]) {
					t.Errorf("%s: in parts %v\nwhole %v", s.path, parts[i], whole[i])
				}
			}
		}
	}
}

// TestAWordInAnEntry holds what an entry without versions tells, and that it
// tells no more.
func TestAWordInAnEntry(t *testing.T) {
	for entry, want := range map[string]string{
		`"titleVerb": "turned on the flag", "accesses": [{"action": "updateOn", "resource": "proj/p:env/e:flag/f"}]`:      "unknown",
		`"titleVerb": "turned off the flag", "accesses": [{"action": "updateOn", "resource": "proj/p:env/e:flag/f"}]`:     "off",
		`"titleVerb": "updated the flag", "accesses": [{"action": "updateRules", "resource": "proj/p:env/e;t:flag/f;u"}]`: "unknown",
		`"titleVerb": "updated the flag", "accesses": [{"action": "updateTags", "resource": "proj/p:env/e:flag/f"}]`:      "",
		`"titleVerb": "deleted the flag", "parent": {"resource": "proj/p:env/*:flag/f"}`:                                  "off",
	} {
		data := []byte(`{"date": 1773475200000, "kind": "flag", ` + entry + `}`)
		settings, _ := LaunchDarklyAudit{}.Decode([]File{{"entry.json", data}}, Options{})
		got := ""
		if len(settings) == 1 && len(settings[0].Plan) == 1 && settings[0].Key == "f" {
			got = string(settings[0].Plan[0].Setting.State)
		}
		if got != want {
			t.Errorf("%s: %q, want %q: %v", entry, got, want, settings)
		}
	}
}
