package ledger_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/generator/ledger"
)

// plainLedger is a ledger without its own way to be written.
type plainLedger ledger.Ledger

// TestAppendJSON: what is appended is what encoding/json makes of the tags, apart
// from lists without elements, which it calls null.
func TestAppendJSON(t *testing.T) {
	var full ledger.Ledger
	f := filler{}
	f.fill(reflect.ValueOf(&full).Elem())
	full.Changes[0].Title = "<b> & \u2028 \x01\b\f\t\r\n \"\\ \xff é"
	want, err := json.Marshal(plainLedger(full))
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal(want, &a); err != nil {
		t.Fatal(err)
	}
	got := full.AppendJSON(nil)
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("the values differ (-encoding/json +ours):\n%s", d)
	}
	if want := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(want)); want != string(got) {
		t.Errorf("the bytes differ:\n%s\n%s", want, got)
	}
}

// TestAppendNothing: what is unknown is null, and what has no elements is [].
func TestAppendNothing(t *testing.T) {
	l := ledger.Ledger{Environments: []ledger.Environment{{Live: []ledger.Live{{}}}}, Changes: []ledger.Change{{Environments: ledger.InEnvironments{{Environment: "production"}}}}}
	got := string(l.AppendJSON(nil))
	for _, want := range []string{
		`"as_of":null`, `"since":null`, `"versions":[]`, `"flags":[]`, `"merged":null`, `"note":null`, `"commit":""`, `"aliases":[]`,
		`"production":{"status":"","percent":[0,0],"groups":[],"excludes":[],"deployed":null,"first_exposed":null,"released":null,"moves":[],"components":{}}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// TestAppendString: any text is written as encoding/json writes it when it need
// not be safe inside HTML.
func TestAppendString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got := string(ledger.AppendString(nil, s)) + "\n"; got != b.String() {
			t.Errorf("%q is written as %s, want %s", s, got, b.String())
		}
	})
}
