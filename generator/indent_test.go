package generator

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestIndented holds the indentation to that of encoding/json.
func TestIndented(t *testing.T) {
	for _, compact := range []string{
		`{}`, `[]`, `null`, `[[]]`, `{"a":1}`, `{"a":[1,2,{"b":null}],"c":{}}`,
		`{"quotes \" and {braces}, : [all]":"\\","end":"\\\""}`, `["ü","\u2028"]`, `""`,
	} {
		var want bytes.Buffer
		if err := json.Indent(&want, []byte(compact), "", "  "); err != nil {
			t.Fatal(err)
		}
		want.WriteByte('\n')
		if got := indented([]byte(compact)); string(got) != want.String() {
			t.Errorf("%s\n--- want\n%s--- got\n%s", compact, &want, got)
		}
	}
}
