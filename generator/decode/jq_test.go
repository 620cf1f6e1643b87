package decode

import (
	"strings"
	"testing"
)

// TestQueries runs programs on one document, and compares what comes out with
// places.
func TestQueries(t *testing.T) {
	const doc = `{
  "rows": [
    {"where": "production", "n": 12345678901234567890, "part": 0.1},
    {"where": "staging", "n": 1714120242935, "part": null}
  ],
  "same": "staging"
}`
	n, err := JSON("log.json", []byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]string{
		`.rows[] | {environment: .where}`: `3:15 a map of 1
  3:15 environment: 3:15 a text, quoted "production"
1:1 a map of 1
  1:1 environment: 1:1 a text, quoted "staging"
`,
		`[.rows[].n, .rows[0].part]`: `1:1 a list of 3
  - 3:34 a number "12345678901234567890"
  - 4:31 a number "1714120242935"
  - 3:64 a number "0.1"
`,
		`$file, (.rows | length), null, true, 1e30, ("b" | {(.): 1, a: 2})`: `1:1 a text, quoted "log.json"
1:1 a number "2"
1:1 nothing ""
1:1 true or false "true"
1:1 a number "1e+30"
1:1 a map of 2
  1:1 a: 1:1 a number "2"
  1:1 b: 1:1 a number "1"
`,
		`empty`: ``,
	} {
		q, err := CompileJQ(program)
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		out, err := q.Run("log.json", n)
		if err != nil {
			t.Errorf("%s: %v", program, err)
		}
		var b strings.Builder
		for _, n := range out {
			dump(&b, n, "")
		}
		if b.String() != want {
			t.Errorf("%s: got\n%swant\n%s", program, b.String(), want)
		}
	}
}

// TestQueryFaults holds what is refused, and where the message points to.
func TestQueryFaults(t *testing.T) {
	for program, want := range map[string]string{
		".rows[":                   "jq:1:7: unexpected EOF",
		".a |\n  .b |\n  , .c":     "jq:3:3: unexpected token \",\"",
		"now":                      "now is not allowed",
		"{at: (.x | map(now))}":    "now is not allowed",
		"def f: localtime; f":      "localtime is not allowed",
		"$ENV.HOME":                "$ENV is not allowed",
		`import "a" as a; a::f`:    "import is not allowed",
		"input":                    "input is not allowed",
		"nonsense(1)":              "function not defined",
		strings.Repeat(".", 70000): "at most 65536 are read",
	} {
		if _, err := CompileJQ(program); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v; want %q", program, err, want)
		} else if _, ok := AsError(err); !ok {
			t.Errorf("%.40s: the error has no place", program)
		}
	}
	n, _ := JSON("log.json", []byte(" [1, {\"a\": 2}]"))
	for program, want := range map[string]string{
		"def f: f; f":                      "log.json:1:2: the jq program failed: the program does not come to an end",
		"[range(1e9)]":                     "does not come to an end",
		".a":                               "log.json:1:2: the jq program failed: expected an object",
		`error("x" * 1000)`:                "…",
		`reduce range(300) as $i (.; [.])`: "makes too much of this",
		`range(1e5) | [range(20)]`:         "does not come to an end",
		`"x" * 1e12`:                       "the jq program failed",
		`[.[] | tostring] | join(",") | fromjson`: "the jq program failed",
	} {
		q, err := CompileJQ(program)
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		if _, err := q.Run("log.json", n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %.120v; want %q", program, err, want)
		}
	}
}

func FuzzJQ(f *testing.F) {
	f.Add(".[] | {environment: .env}", `[{"env": "production"}]`)
	f.Add("..|numbers", `{"a": [1, 2.5, -3e9], "b": {"c": null}}`)
	f.Add("[.[]?] | sort | map(tojson)", `["x", true]`)
	f.Fuzz(func(t *testing.T, program, data string) {
		// A program may build a value larger than memory: it is the user's own.
		// What is fuzzed is the way from values to trees.
		if len(program) > 40 || strings.ContainsAny(program, "*+") || strings.Contains(program, "def") || strings.Contains(program, "re") {
			t.Skip()
		}
		n, err := Reader{MaxNodes: 1000}.JSON("f", []byte(data))
		if err != nil {
			return
		}
		q, err := CompileJQ(program)
		if err != nil {
			return
		}
		out, err := q.Run("f", n)
		faultOf(err)
		for _, n := range out {
			checkTree(t, []byte(data), n, strings.Count(data, "\n")+1)
		}
	})
}
