package flagfile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted settings in testdata")

// TestFormats holds every format to one suite.
func TestFormats(t *testing.T) {
	names := map[string]bool{}
	for _, f := range Formats() {
		if f.Name() == "" || names[f.Name()] {
			t.Errorf("format %T has no name of its own: %q", f, f.Name())
		}
		names[f.Name()] = true
		t.Run(f.Name(), func(t *testing.T) {
			all := scenarios(t, f.Name())
			if len(all) < 2 {
				t.Fatalf("testdata/%s has %d scenarios, want a good and a bad one at least", f.Name(), len(all))
			}
			good, bad := false, false
			for _, s := range all {
				t.Run(filepath.Base(s.path), func(t *testing.T) {
					checkScenario(t, f, s)
					settings, problems := f.Decode(s.files, s.options)
					good = good || len(problems) == 0 && len(settings) > 0
					bad = bad || len(problems) > 0
				})
			}
			if !good || !bad {
				t.Errorf("want a scenario without problems (%v) and one with (%v)", good, bad)
			}
			t.Run("broken", func(t *testing.T) { checkBroken(t, f, all) })
		})
	}
}

// checkScenario compares with the wanted text, and holds the promises of Format.
func checkScenario(t *testing.T, f Format, s scenario) {
	for _, file := range s.files {
		head := file.Data
		if len(head) > 4096 {
			head = head[:4096]
		}
		if got, ok := Detect(file.Path, head); !s.declared && (!ok || got.Name() != f.Name()) {
			t.Errorf("%s is taken for %v", file.Path, got)
		}
	}
	settings, problems := f.Decode(s.files, s.options)
	checkPromises(t, s.files, settings, problems)
	again, more := f.Decode(s.files, s.options)
	if !reflect.DeepEqual(settings, again) || !reflect.DeepEqual(problems, more) {
		t.Error("decoding twice gives two results")
	}
	got := printed(settings, problems)
	if *update {
		rewrite(t, s, got)
		return
	}
	for _, file := range s.archive.Files {
		if file.Name == "want" {
			if string(file.Data) != got {
				t.Errorf("got\n%s\nwant\n%s", got, file.Data)
			}
			return
		}
	}
	t.Error("no file \"want\"")
}

func rewrite(t *testing.T, s scenario, want string) {
	var files []txtar.File
	for _, f := range s.archive.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	s.archive.Files = append(files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(s.path, txtar.Format(s.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkBroken cuts and damages each good manifest: no panic, and no problem
// outside the file.
func checkBroken(t *testing.T, f Format, all []scenario) {
	for _, s := range all {
		for _, file := range s.files {
			for _, damage := range []func([]byte) []byte{
				func(b []byte) []byte { return b[:len(b)/2] },
				func(b []byte) []byte { return b[:len(b)*9/10] },
				func(b []byte) []byte { return append([]byte("{\x00"), b...) },
				func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), ": ", ": [ ")) },
				func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "true", "7")) },
				func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "100", "-1e50")) },
				func([]byte) []byte { return nil },
				func([]byte) []byte { return []byte("[1, 2]") },
				func([]byte) []byte { return []byte("null") },
			} {
				files := []File{{file.Path, damage(append([]byte{}, file.Data...))}}
				settings, problems := f.Decode(files, s.options)
				checkPromises(t, files, settings, problems)
			}
		}
	}
}

// checkPromises holds what every format promises of every input.
func checkPromises(t testing.TB, files []File, settings []Setting, problems []ledger.Problem) {
	t.Helper()
	lines := map[string]int{}
	for _, f := range files {
		lines[f.Path] = strings.Count(string(f.Data), "\n") + 1
	}
	inside := func(o ledger.Origin) bool {
		return o.Line >= 1 && o.Line <= lines[o.File] && o.Col >= 1
	}
	for i, s := range settings {
		if !inside(s.Origin) {
			t.Fatalf("flag %q has the place %v, which is not inside the file", s.Key, s.Origin)
		}
		if i > 0 && (settings[i-1].Key > s.Key || settings[i-1].Key == s.Key && settings[i-1].Environment >= s.Environment) {
			t.Fatalf("settings are not in order: %q in %q", s.Key, s.Environment)
		}
		checkShares(t, s.Setting)
		for j, p := range s.Plan {
			checkShares(t, p.Setting)
			if j > 0 && !s.Plan[j-1].At.Before(p.At) {
				t.Fatalf("the plan of %q is not in the order of time", s.Key)
			}
		}
	}
	for _, p := range problems {
		if len(p.Origins) == 0 || !inside(p.Origins[0]) {
			t.Fatalf("problem %v has no place inside a file", p)
		}
		if p.Rule == "" || p.Level == "" || p.Message == "" || strings.HasSuffix(p.Message, ".") {
			t.Fatalf("problem %v lacks a rule, a level or a proper message", p)
		}
	}
}

func checkShares(t testing.TB, s ledger.Setting) {
	t.Helper()
	shares := []ledger.Share{s.Percent}
	for _, g := range s.Groups {
		shares = append(shares, g.Percent)
	}
	for _, v := range s.Variants {
		shares = append(shares, v.Percent)
	}
	for _, sh := range shares {
		if sh.Lo < 0 || sh.Hi > ledger.Hundred || sh.Lo > sh.Hi {
			t.Fatalf("share %v is none", sh)
		}
	}
	if s.State == "" || s.State == ledger.FlagOn && s.Percent.Lo != ledger.Hundred || s.State == ledger.FlagOff && s.Percent.Hi > 0 {
		t.Fatalf("state %q does not fit %v", s.State, s.Percent)
	}
}

// TestShortByItsBeginning holds that a long file of ours is known by its first
// 4 KiB, in every syntax.
func TestShortByItsBeginning(t *testing.T) {
	long := map[string]string{
		"flags.yaml":      strings.Repeat("flag-N: {production: 25%}\n", 1000),
		"shop.flags.toml": strings.Repeat("[flag-N]\nproduction = \"25%\"\n", 1000),
		"flags.json":      "{" + strings.Repeat("\"flag-N\": {\"production\": 25},\n", 1000) + "\"last\": true}",
	}
	for name, data := range long {
		if f, ok := Detect(name, []byte(data)[:4096]); !ok || f.Name() != "short" {
			t.Errorf("%s is taken for %v", name, f)
		}
	}
	for name, data := range map[string]string{
		"flags.go":       "basket: on\n",
		"features.yaml":  "basket: on\n",
		"flags.yaml":     "- basket\n- search\n",
		"a.flags.yaml":   "basket: hello world\n",
		"b.flags.yaml":   "namespace: default\nflags:\n  - key: a\n",
		"c.flags.json":   "{\"basket\": \"hello world\"}",
		"compiler.flags": "-Wall\n",
		"d.flags.yaml":   "topic-name:\n  api_field: topicId\n  arg_name: topic\n  required: true\n",
		"e.flags.toml":   "[[test]]\nname = \"1\"\nmatches = [[0, 3]]\n",
		"options.yaml":   "cases:\n  fallthrough: yes\n",
	} {
		if f, ok := Detect(name, []byte(data)); ok {
			t.Errorf("%s is taken for %s", name, f.Name())
		}
	}
}

// TestSizes holds that no input is too large, deep or clever for a format.
func TestSizes(t *testing.T) {
	for _, f := range Formats() {
		for name, data := range map[string]string{
			"a bomb of aliases": aliasBomb(),
			"deep nesting":      strings.Repeat("{a: ", 5000),
			"50 MB":             strings.Repeat("a: on\n", 50<<20/6),
		} {
			_, problems := f.Decode([]File{{"flags.yaml", []byte(data)}}, Options{})
			if f.Name() == "dotenv" && len(data) < 1<<20 {
				continue // lines without aliases or nesting
			}
			if len(problems) == 0 || problems[0].Rule != "unreadable" {
				t.Errorf("%s: %s is not refused: %v", f.Name(), name, problems)
			}
		}
	}
}

// TestSizesOfSyntaxes holds the same of every syntax that files are written in,
// and of programs.
func TestSizesOfSyntaxes(t *testing.T) {
	const most = 50 << 20
	deep := func(open string) string { return strings.Repeat(open, 5000) }
	big := func(line string) string { return strings.Repeat(line, most/len(line)+1) }
	program := func(jq string) Options { return Options{Shape: Shape{JQ: jq}} }
	for name, c := range map[string]struct {
		format  Format
		file    string
		data    string
		options Options
	}{
		"YAML, deep blocks": {GOFF{}, "flags.yaml", "a:\n" + func() (s string) {
			for i := range 300 {
				s += strings.Repeat(" ", i+1) + "a:\n"
			}
			return s
		}(), Options{}},
		"JSON, deep":            {Flagd{}, "flags.json", deep(`{"flags": `), Options{}},
		"JSON, deep lists":      {Unleash{}, "features.json", `{"features": ` + deep("["), Options{}},
		"JSON, large":           {Flagd{}, "flags.json", `{"flags": {` + big(`"a": 1,`) + `}}`, Options{}},
		"JSON, many values":     {Flagd{}, "flags.json", "[" + strings.Repeat("1,", 1_100_000) + "1]", Options{MaxBytes: most}},
		"TOML, deep":            {GOFF{}, "flags.toml", "a = " + deep("["), Options{}},
		"TOML, long key":        {GOFF{}, "flags.toml", strings.Repeat("a.", 5000) + "a = 1", Options{}},
		"TOML, large":           {GOFF{}, "flags.toml", big("[[a]]\n"), Options{}},
		"dotenv, large":         {Dotenv{}, "production.env", big("FF_A=true\n"), Options{}},
		"JSON Lines, large":     {EventLog{}, "flags.jsonl", big(`{"key": "a", "at": "2026-03-02T09:00:00Z", "state": "on"}` + "\n"), Options{}},
		"audit log, large":      {LaunchDarklyAudit{}, "audit.jsonl", big(`{"kind": "webhook"}` + "\n"), Options{}},
		"events, deep":          {UnleashEvents{}, "events.json", deep(`{"events": [`), Options{}},
		"JSON Lines, deep":      {EventLog{}, "flags.jsonl", deep(`{"key": `), Options{}},
		"jq, endless":           {Generic{}, "flags.yaml", "a: 1\n", program("def f: f; f")},
		"jq, endless output":    {Generic{}, "flags.yaml", "a: 1\n", program("repeat(.)")},
		"jq, a text that grows": {Generic{}, "flags.yaml", "a: 1\n", program(`"aaaaaaaa" | until(false; . + .)`)},
		"jq, a list that grows": {Generic{}, "flags.yaml", "a: 1\n", program("[range(1e12)]")},
		"jq, on deep nesting":   {Generic{}, "flags.json", deep("["), program(".")},
		"jq, on a bomb of YAML": {Generic{}, "flags.yaml", aliasBomb(), program(".")},
	} {
		t.Run(name, func(t *testing.T) {
			files := []File{{c.file, []byte(c.data)}}
			settings, problems := c.format.Decode(files, c.options)
			checkPromises(t, files, settings, problems)
			if len(problems) == 0 || problems[0].Rule != "unreadable" && !strings.Contains(problems[0].Rule, "jq") && !strings.Contains(problems[0].Rule, "program") {
				t.Errorf("it is not refused: %v", problems)
			}
		})
	}
}

// aliasBomb is a small file of YAML that stands for a thousand million values.
func aliasBomb() string {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9), c-1)
	}
	return bomb
}

// TestWork holds that rules which are made to multiply are given up, and soon.
func TestWork(t *testing.T) {
	var goff, flagd strings.Builder
	goff.WriteString("flag:\n  variations: {on: true, off: false}\n  defaultRule: {variation: off}\n  targeting:\n")
	for i := range 2000 {
		fmt.Fprintf(&goff, "    - {name: r%d, query: 'env eq \"e%d\"', variation: on}\n", i, i)
	}
	goff.WriteString("  scheduledRollout:\n")
	for i := range 2000 {
		fmt.Fprintf(&goff, "    - {date: 2026-01-01T%02d:%02d:%02dZ, targeting: [{name: r%d, variation: off}]}\n", i/3600, i/60%60, i%60, i)
	}
	flagd.WriteString(`{"$evaluators": {"a": {"or": [{"$ref": "a"}, {"$ref": "a"}]}}, "flags": {`)
	for i := range 2000 {
		fmt.Fprintf(&flagd, `"f%d": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
			"targeting": {"if": [{"and": [{"$ref": "a"}, {">": [{"var": "$flagd.timestamp"}, %d]}]}, "on"]}},`, i, 1_700_000_000+i)
	}
	var unleash strings.Builder
	unleash.WriteString(`{"features": [`)
	for i := range 20 {
		fmt.Fprintf(&unleash, `{"name": "f%d", "enabled": true, "strategies": [`, i)
		for j := range 500 {
			fmt.Fprintf(&unleash, `{"name": "flexibleRollout", "parameters": {"rollout": "%d", "groupId": "g%d", "stickiness": "userId"}},
				{"name": "default", "constraints": [{"contextName": "userId", "operator": "IN", "values": ["%d"]}]},`, 1+j%90, j, j)
		}
		unleash.WriteString(`{"name": "userWithId", "parameters": {"userIds": "1"}}]},`)
	}
	unleash.WriteString(`{"name": "last", "enabled": true, "strategies": []}]}`)
	flagd.WriteString(`"last": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}`)
	for _, c := range []struct {
		format Format
		file   File
	}{{GOFF{}, File{"flags.yaml", []byte(goff.String())}}, {Flagd{}, File{"flags.json", []byte(flagd.String())}}, {Unleash{}, File{"features.json", []byte(unleash.String())}}} {
		settings, problems := c.format.Decode([]File{c.file}, Options{Attribute: "env"})
		checkPromises(t, []File{c.file}, settings, problems)
		if !slices.ContainsFunc(problems, func(p ledger.Problem) bool { return p.Rule == "flag-too-complex" || p.Rule == "targeting-too-complex" }) {
			t.Errorf("%s: no problem tells that rules were given up", c.format.Name())
		}
	}
}
