package deploylog

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/config"
	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// TestFormats holds every format to one suite: scenarios of what it reads and of
// what it refuses, in testdata/<format>.
func TestFormats(t *testing.T) {
	for _, name := range Formats() {
		t.Run(name, func(t *testing.T) {
			paths, err := filepath.Glob("testdata/" + name + "/*.txtar")
			if err != nil || len(paths) < 2 {
				t.Fatalf("testdata/%s has %d scenarios, want a good and a malformed one at least", name, len(paths))
			}
			var records []ledger.Record
			placed := false
			for _, path := range paths {
				t.Run(filepath.Base(path), func(t *testing.T) {
					a, in := readScenario(t, path)
					recs, probs := Files{}.Read(in)
					records = append(records, recs...)
					checkPromises(t, in, recs, probs)
					placed = placed || slices.ContainsFunc(probs, func(p ledger.Problem) bool {
						return p.Level == ledger.LevelWarning && p.Origins[0].File != "" && p.Origins[0].Line > 0 && p.Origins[0].Col > 0
					})
					slices.Reverse(in.Files)
					again, more := Files{}.Read(in)
					if !reflect.DeepEqual(recs, again) || !reflect.DeepEqual(probs, more) {
						t.Error("another order of files gives another result")
					}
					for _, f := range in.Files {
						if in.Query == "" && !strings.HasPrefix(f.Path, "bad") && !slices.Contains(Detect(f.Path, f.Data), name) {
							t.Errorf("%s is not detected as %s, but as %v", f.Path, name, Detect(f.Path, f.Data))
						}
					}
					compare(t, path, a, in, printed(recs, probs))
				})
			}
			if len(records) == 0 || !placed {
				t.Errorf("the scenarios have %d records; want some, and a warning with file, line and column", len(records))
			}
		})
	}
}

// TestOneFormat holds that no document of a scenario is taken by two formats:
// the order of the list must not matter for what is real.
func TestOneFormat(t *testing.T) {
	for _, name := range Formats() {
		paths, _ := filepath.Glob("testdata/" + name + "/*.txtar")
		for _, path := range paths {
			_, in := readScenario(t, path)
			r := &reading{Input: in}
			for _, f := range in.Files {
				found := sort(r.load(f, nil), formats()).found
				for _, d := range found[name] {
					for _, other := range formats() {
						if other.name() != name && other != format(own{}) && other.match(d) {
							t.Errorf("%s: the document at %s is of %s too", path, d.origin, other.name())
						}
					}
				}
			}
		}
	}
}

func TestFormatNames(t *testing.T) {
	names := Formats()
	if slices.Sort(names); len(slices.Compact(names)) != len(formats()) {
		t.Errorf("two formats have one name: %v", Formats())
	}
	if last := Formats()[len(names)-1]; last != (own{}).name() {
		t.Errorf("the last format is %s; that of our own keys takes what the others leave", last)
	}
}

// TestFormatsOfConfiguration holds that site.toml knows every format, and no
// other.
func TestFormatsOfConfiguration(t *testing.T) {
	for _, name := range append(Formats(), "auto", "short") {
		_, faults := config.Parse("site.toml", []byte("[[deployments]]\nfrom = \"files\"\nfiles = [\"*.json\"]\nformat = \""+name+"\"\n"))
		if refused := len(faults) > 0; refused != (name == "short") {
			t.Errorf("site.toml: format %s: %v", name, faults)
		}
	}
	_, faults := config.Parse("site.toml", []byte("[[deployments]]\nfrom = \"files\"\nfiles = [\"*.json\"]\nformat = \"x\"\n"))
	if want := "one of auto, records, " + strings.Join(Formats()[:len(Formats())-1], ", "); len(faults) != 1 || faults[0].Hint != want {
		t.Errorf("site.toml lists %v; want the hint %q", faults, want)
	}
}

// TestQueryOfSource holds that a program of the configuration that cannot be
// used is one problem, and that a named format is the only one that is tried.
func TestQueryOfSource(t *testing.T) {
	file := File{Path: "log.json", Data: []byte(`[{"wo": "production", "was": "v1", "wann": "2026-03-03T09:00:00Z"}]`)}
	for _, c := range []struct {
		in   Input
		want string
	}{
		{Input{Query: ".[] | {environment: .wo, version: .was, at: .wann}"}, ""},
		{Input{Query: ".["}, "bad-query"},
		{Input{Query: ".[0].wo.x"}, "unreadable"},
		{Input{Query: ".[]"}, "unknown-record"},
		{Input{Format: "gihub"}, "unknown-format"},
		{Input{Format: "github"}, "unknown-record"},
		{Input{Format: "github", Query: ".[] | {commitOid: .was, environment: .wo, databaseId: 1, createdAt: .wann}"}, ""},
	} {
		c.in.Files, c.in.Repository = []File{file}, "shop"
		c.in.Resolve = func(string) Resolution { return Resolution{Resolved, ledger.Hash(hashOf("a"))} }
		records, problems := Files{}.Read(c.in)
		checkPromises(t, c.in, records, problems)
		if c.want == "" && (len(records) != 1 || len(problems) != 0) || c.want != "" && (len(problems) == 0 || problems[0].Rule != c.want) {
			t.Errorf("format %q, jq %q: %d records, problems %v; want %q", c.in.Format, c.in.Query, len(records), problems, c.want)
		}
	}
}

func TestArtifactRefs(t *testing.T) {
	for artifact, want := range map[string][2]string{
		"pkg:oci/shop@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa":                                {"pkg:oci/shop@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa", ""},
		"pkg:oci/shop@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa?tag=v1.4.0":                     {"v1.4.0", ""},
		"pkg:npm/%40lumen/shop@1.4.0-rc.1%2Bb5":                                                         {"1.4.0-rc.1+b5", ""},
		"pkg:generic/shop@1.4.0?vcs_url=git%2Bhttps://git.example/ann/shop%403fa9c1e2b4d5":              {"1.4.0", "3fa9c1e2b4d5"},
		"pkg:generic/shop@1.4.0?vcs_url=git+https://git.example/ann/shop@3fa9c1e2b4d5#sub/dir@aaaaaaaa": {"1.4.0", "3fa9c1e2b4d5"},
		"pkg:generic/shop?vcs_url=git%2Bssh://git@git.example/ann/shop":                                 {"pkg:generic/shop?vcs_url=git%2Bssh://git@git.example/ann/shop", ""},
		"registry.example:5000/ann/shop:v1.4.0@sha256:0b31b1c02ff458ad":                                 {"v1.4.0", ""},
		"registry.example:5000/ann/shop":                                                                {"registry.example:5000/ann/shop", ""},
		"shop:3fa9c1e":                                                                                  {"3fa9c1e", ""},
		"pkg:":                                                                                          {"pkg:", ""},
	} {
		if version, revision := artifactRefs(artifact); version != want[0] || revision != want[1] {
			t.Errorf("artifactRefs(%q) = %q, %q; want %q", artifact, version, revision, want)
		}
	}
}

func TestRefInText(t *testing.T) {
	for text, want := range map[string]string{
		"deploy v1.4.0 to production":            "v1.4.0 false",
		"Deployed shop@3fa9c1e2b4d5 (1.4.0)":     "3fa9c1e2b4d5 true",
		"1234567 orders, added a cafe to decade": " false",
		"release 2026.11.23.":                    "2026.11.23 false",
		"v12":                                    "v12 false",
		"":                                       " false",
	} {
		ref, commit := refInText(text)
		if got := fmt.Sprint(ref, " ", commit); got != want {
			t.Errorf("refInText(%q) = %q; want %q", text, got, want)
		}
	}
}

// TestNormalized holds that weights of any total are exact in percent, or in
// the least interval around it.
func TestNormalized(t *testing.T) {
	node := func(text string) *decode.Node { return &decode.Node{Kind: decode.Number, Text: text} }
	for c, want := range map[[2]string]string{
		{"50", "1000"}: "5", {"5", ""}: "5", {"1", "3"}: "33.33333-33.33334", {"1000", "1000"}: "100", {"1", "1000000"}: "0.0001", {"0.5", ""}: "0.5", {"7", "0"}: "7",
	} {
		var total *decode.Node
		if c[1] != "" {
			total = node(c[1])
		}
		got := normalized(node(c[0]), total)
		text := got.Text
		if got.Is(decode.List) {
			text = got.Items[0].Text + "-" + got.Items[1].Text
		}
		if text != want {
			t.Errorf("%s of %s: %s; want %s", c[0], c[1], text, want)
		}
	}
	if normalized(node("-1"), nil) != nil || normalized(nil, nil) != nil {
		t.Error("a weight that is none is given")
	}
}

// TestManyDocuments holds that reading grows with the number of documents and no
// faster, and that a file of faults is told in bounds.
func TestManyDocuments(t *testing.T) {
	var b strings.Builder
	b.WriteString("[")
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20_000 {
		stamp := at.Add(time.Duration(i) * time.Minute).Format(time.RFC3339)
		fmt.Fprintf(&b, `{"id": %d, "sha": "%040x", "ref": "main", "task": "deploy", "environment": "production", "created_at": %q, "statuses": [{"state": "success", "created_at": %q}]},`+"\n", i, i+1, stamp, stamp)
	}
	in := Input{Files: []File{{Path: "deployments.json", Data: []byte(strings.TrimSuffix(b.String(), ",\n") + "]")}}}
	if records, problems := (Files{}).Read(in); len(records) != 20_000 || len(problems) != 0 {
		t.Errorf("%d records, %d problems: %v", len(records), len(problems), problems[:min(3, len(problems))])
	}
	in.Query = ".[] | {id, environment, revision: .sha, status: .statuses[0].state}"
	in.Files[0].FirstSeen = make([]time.Time, 20_000)
	for i := range in.Files[0].FirstSeen {
		in.Files[0].FirstSeen[i] = at.Add(time.Duration(i) * time.Minute)
	}
	records, problems := Files{}.Read(in)
	if n := len(records); n != 20_000 || len(problems) != 0 || !records[7].FinishedAt.Equal(in.Files[0].FirstSeen[7]) {
		t.Errorf("%d records, %d problems through a program: %v", n, len(problems), problems[:min(3, len(problems))])
	}
	in.Query = ""
	in.Files[0] = File{Path: "bad.jsonl", Data: []byte(strings.Repeat("{\n", 20_000))}
	if records, problems := (Files{}).Read(in); len(records) != 0 || len(problems) == 0 || len(problems) > 2*maxAlike {
		t.Errorf("%d records, %d problems of a file with 20000 broken lines", len(records), len(problems))
	}
}

// fuzzFormat feeds a format with documents of its own and of others.
func fuzzFormat(f *testing.F, name string) {
	paths, _ := filepath.Glob("testdata/" + name + "/*.txtar")
	for _, path := range paths {
		_, in := readScenario(f, path)
		for _, file := range in.Files {
			f.Add(file.Path, file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		in := Input{Format: name, Files: []File{{Path: path, Data: data, FirstSeen: []time.Time{time.Unix(1, 0)}}}, Environment: "production"}
		if path == "" || strings.ContainsRune(path, 0) {
			return
		}
		for _, in.Format = range []string{name, "auto"} {
			records, problems := Files{}.Read(in)
			checkPromises(t, in, records, problems)
			checkPromises(t, in, renumber(Merge(records)), nil)
		}
	})
}

func FuzzRecords(f *testing.F)    { fuzzFormat(f, "records") }
func FuzzCDEvents(f *testing.F)   { fuzzFormat(f, "cdevents") }
func FuzzKeptn(f *testing.F)      { fuzzFormat(f, "keptn") }
func FuzzGitHub(f *testing.F)     { fuzzFormat(f, "github") }
func FuzzGitLab(f *testing.F)     { fuzzFormat(f, "gitlab") }
func FuzzJira(f *testing.F)       { fuzzFormat(f, "jira") }
func FuzzBitbucket(f *testing.F)  { fuzzFormat(f, "bitbucket") }
func FuzzDevLake(f *testing.F)    { fuzzFormat(f, "devlake") }
func FuzzOctopus(f *testing.F)    { fuzzFormat(f, "octopus") }
func FuzzShipit(f *testing.F)     { fuzzFormat(f, "shipit") }
func FuzzNewRelic(f *testing.F)   { fuzzFormat(f, "newrelic") }
func FuzzSentry(f *testing.F)     { fuzzFormat(f, "sentry") }
func FuzzDatadog(f *testing.F)    { fuzzFormat(f, "datadog") }
func FuzzGrafana(f *testing.F)    { fuzzFormat(f, "grafana") }
func FuzzHoneycomb(f *testing.F)  { fuzzFormat(f, "honeycomb") }
func FuzzRollouts(f *testing.F)   { fuzzFormat(f, "rollouts") }
func FuzzFlagger(f *testing.F)    { fuzzFormat(f, "flagger") }
func FuzzKargo(f *testing.F)      { fuzzFormat(f, "kargo") }
func FuzzCortex(f *testing.F)     { fuzzFormat(f, "cortex") }
func FuzzOpsLevel(f *testing.F)   { fuzzFormat(f, "opslevel") }
func FuzzLinearB(f *testing.F)    { fuzzFormat(f, "linearb") }
func FuzzDeployer(f *testing.F)   { fuzzFormat(f, "deployer") }
func FuzzCapistrano(f *testing.F) { fuzzFormat(f, "capistrano") }
func FuzzKamal(f *testing.F)      { fuzzFormat(f, "kamal") }
