package deploylog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"

	"github.com/google/go-cmp/cmp"
)

func TestValuePaths(t *testing.T) {
	const doc = `
image: {repository: x, tag: v1}
spec:
  values:
    image: {tag: v2}
  containers:
  - name: ghcr.example:5000/lumen/shop
    image: ghcr.example:5000/lumen/shop:v3@sha256:00
  - name: worker
    image: lumen/worker:v4
"a.b": {c d: v5}
ADMIN_DOCKER_TAG: v6
API_DOCKER_TAG: v7
DOCKER_TAG: no
environments: {production: {shop: v8}, staging: {shop: v9}}
list: [one, [two]]
twice: 1
twice: 2
empty: ""
none:
`
	for path, want := range map[string]string{
		"image.tag":             "v1",
		"spec.values.image.tag": "v2",
		"spec.containers[name={component}].image": "shop=ghcr.example:5000/lumen/shop:v3@sha256:00 worker=lumen/worker:v4",
		"spec.containers[name=shop].image":        "ghcr.example:5000/lumen/shop:v3@sha256:00",
		"spec.containers[1].image":                "lumen/worker:v4",
		"spec.containers[*].name":                 "ghcr.example:5000/lumen/shop worker",
		"{component}_DOCKER_TAG":                  "ADMIN=v6 API=v7",
		"environments.{environment}.{component}":  "production/shop=v8 staging/shop=v9",
		"environments.*.shop":                     "v8 v9",
		"list[1][0]":                              "two",
		"list[0]":                                 "one",
		"twice":                                   "2",
		"empty none image missing":                "",
	} {
		s, err := newScanner(path, "")
		if err != nil {
			t.Fatal(err)
		}
		v := s.read("values.yaml", placing{}, []byte(doc))
		var got []string
		for _, f := range v.values {
			name := strings.Trim(f.environment+"/"+f.component, "/")
			if name != "" {
				name += "="
			}
			got = append(got, name+f.text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s gives %q, want %q", path, got, want)
		}
	}
	// A key with a blank needs an archive of alternatives without blanks.
	if p, err := parseValue(`"a.b"."c d"`); err != nil || len(p.steps) != 2 {
		t.Errorf("quoted keys: %v, %v", p, err)
	}
}

func TestValueFaults(t *testing.T) {
	for path, want := range map[string]string{
		"a..b":         "a key is missing",
		"a[":           "a [ is not closed",
		"a[x]":         "want a number",
		"a[-1]":        "want a number",
		"{name}_TAG":   "unknown placeholder {name}",
		"{component":   "not closed",
		`"a`:           `" is not closed`,
		"a[b={x}]":     "unknown placeholder {x}",
		"a[0]b":        "want a dot",
		"image.tag a.": "a key is missing",
	} {
		if _, err := parseValues(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read value") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestNamePatterns(t *testing.T) {
	for _, c := range []struct{ pattern, name, want string }{
		{"tags/{environment}/{component}", "tags/production/shop", "production shop "},
		{"tags/{environment}/{component}", "tags/production/shop/x", "-"},
		{"apps/{component}-{environment}.yaml", "apps/shop-web-production.yaml", "production shop-web "},
		{"apps/{environment}-{component}.yaml", "apps/production-shop-web.yaml", "production shop-web "},
		{"{environment}/**/{component}.yaml", "production/a/b/shop.yaml", "production shop "},
		{"{environment}/**/{component}.yaml", "production/shop.yaml", "production shop "},
		{"{environment}/{component}/{environment}.yaml", "production/shop/production.yaml", "production shop "},
		{"{environment}/{component}/{environment}.yaml", "production/shop/staging.yaml", "-"},
		{"{a,b}/*.env", "b/x.env", "  "},
		{"{a,b}/{environment}.env", "b/x.env", "x  "},
		{"{a,b}/*.env", "c/x.env", "-"},
		{"x/?.env", "x/y.env", "  "},
		{"ring-{slot}/{environment}", "ring-0/production", "production  0"},
		{"a.b", "axb", "-"},
	} {
		p, err := parseName(c.pattern, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := "-"
		if at, ok := p.match(c.name); ok {
			got = at.environment + " " + at.component + " " + at.slot
		}
		if got != c.want {
			t.Errorf("%s fits %s with %q, want %q", c.pattern, c.name, got, c.want)
		}
	}
	p, err := parseName("{component}-{environment}", []ledger.EnvironmentName{"pre-production", "production"})
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := p.match("shop-production"); !ok || at.environment != "production" {
		t.Errorf("got %v", at)
	}
	for pattern, want := range map[string]string{"a/{env}": "unknown placeholder {env}", "a/{environment": "not closed"} {
		if _, err := parseName(pattern, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", pattern, err, want)
		}
	}
}

func TestTaggedAs(t *testing.T) {
	for text, want := range map[string]string{
		"v1.4.0":                               "v1.4.0",
		"ghcr.example:5000/lumen/shop":         "ghcr.example:5000/lumen/shop",
		"ghcr.example:5000/lumen/shop:v1":      "v1",
		"ghcr.example/lumen/shop:v1@sha256:ab": "v1",
		"ghcr.example/lumen/shop@sha256:ab":    "sha256:ab",
		"sha256:ab":                            "sha256:ab",
		"shop:v1":                              "v1",
	} {
		if got := taggedAs(text); got != want {
			t.Errorf("%s is tagged %q, want %q", text, got, want)
		}
	}
}

// TestCandidates finds the ids of commits in what pipelines make of them.
func TestCandidates(t *testing.T) {
	f := &references{r: &reading{}}
	const id = "0123456789abcdef0123456789abcdef01234567"
	for text, want := range map[string][]string{
		"v1.4.0":                  {"v1.4.0"},
		"release-" + id:           {"release-" + id, id},
		"main-3fa9c1e-1714120242": {"main-3fa9c1e-1714120242", "3fa9c1e"},
		"v1.4.0-3-g3fa9c1e":       {"v1.4.0-3-g3fa9c1e", "3fa9c1e"},
		"20240305":                {"20240305"},
		"defaced-tables":          {"defaced-tables", "defaced"},
	} {
		if diff := cmp.Diff(want, f.candidates(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestUpstream(t *testing.T) {
	for message, want := range map[string]string{
		"build: automatic update of shop\n\nUpstream Commit: https://git.example/lumen/shop/commit/3FA9C1E": "3fa9c1e",
		"Upstream Commit: a/commit/3fa9c1e\nUpstream Commit: b/commit/aaaaaaa":                              "",
		"Upstream Commit: soon": "",
		"update shop":           "",
	} {
		if got := upstream(message); got != want {
			t.Errorf("%q names %q, want %q", message, got, want)
		}
	}
}

// TestDates holds that a clock of tomorrow holds nothing up, and that nothing is
// before its parent.
func TestDates(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	var d dates
	for _, n := range []int{1, 2, 31, 3, 2, 4, 5, 6} {
		d.want(d.add(day(n)))
	}
	got, skewed := d.effective()
	var days []int
	for _, t := range got {
		days = append(days, t.Day())
	}
	if want := []int{1, 2, 2, 3, 3, 4, 5, 6}; !slices.Equal(days, want) {
		t.Errorf("got %v, want %v", days, want)
	}
	if want := []int{2, 4}; !slices.Equal(skewed, want) {
		t.Errorf("skewed are %v, want %v", skewed, want)
	}
}

// FuzzQuick holds the short way of reading simple files against the parser.
func FuzzQuick(f *testing.F) {
	for _, seed := range []string{
		"image_tag: v1.4.0\nautomatic_deploys_enabled: false\n", "# c\n\nimage_tag: \"v1\"\r\n", "image_tag: 'v1'", "image_tag: 1.10\nimage_tag: 2\n",
		"image_tag: null\n", "image_tag: ~\n", "image_tag: v1 # c\n", "image_tag:  v1  \nother: - x\n", "image_tag: v1\n  more\n", "---\nimage_tag: v1\n",
		"image_tag: on\nyes: no\n", "image_tag: a: b\n", "image_tag: 2026-01-01\n", "image_tag: v1\n\tx: y\n", "image_tag: v1\n#\tx\n", "image_tag: a/b@c+d\n",
	} {
		f.Add([]byte(seed))
	}
	s, err := newScanner("image_tag", "automatic_deploys_enabled=false")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		quick, ok := s.quick(placing{}, data)
		if !ok {
			return
		}
		docs, fault, _ := decodeState("x", data)
		if fault != nil {
			t.Fatalf("the parser refuses %q, which was read as %v: %v", data, quick, fault)
		}
		full := version{values: s.firstOf(docs, placing{})}
		for _, doc := range docs {
			for _, f := range s.hold.find(doc, placing{}) {
				if strings.EqualFold(f.text, s.is) {
					full.held = append(full.held, f)
				}
			}
		}
		if diff := cmp.Diff(full, quick, cmp.AllowUnexported(version{}, found{}, placing{})); diff != "" {
			t.Errorf("%q: %s", data, diff)
		}
	})
}

// FuzzGitOps reads a file of any name and content, changed once.
func FuzzGitOps(f *testing.F) {
	f.Add("apps/production/shop.yaml", "image.tag {component}_TAG", "image: {tag: v1}\n", "image: {tag: v2}\n", "v{n}")
	f.Add("production/kustomization.yaml", "", "images: [{name: a/b, newTag: v1}]", "images: [&a {name: a/b, digest: x}, *a]", "")
	f.Add("x/.argocd-source-shop.yaml", "", "helm: {parameters: [{name: image.tag, value: v1}]}", "kustomize: {images: [a=b:c]}", "release-{revision}")
	f.Add("x/y.env", "{component}_TAG", "A_TAG=1\nB_TAG: \"2\"\n", "A_TAG='3", "")
	f.Add("x/y", "@text", "v1", "", "")
	f.Add("x/y", "@commit", "v1", "v2", "")
	f.Add("x/y.yaml", "", "image: a/b:v1 # {\"$imagepolicy\": \"ns:b\"}", "x: [", "{any}")
	f.Add("x/y.json", "a[b={component}].c[*]", `{"a":[{"b":"x","c":[1,2]}]}`, `{"a":`, "")
	f.Fuzz(func(t *testing.T, path, value, first, second, pattern string) {
		in := Input{Repository: "shop", Pattern: pattern}
		blobs := []string{first, second}
		step := func(n int, old, now history.Hash) Step {
			return Step{Commit: ledger.Hash(hashOf(string(rune('a' + n)))), At: time.Unix(int64(1_700_000_000+n), 0), Message: first,
				Changes: []history.PathChange{{Path: path, Old: old, New: now}}}
		}
		one, two := history.Hash{1}, history.Hash{2}
		in.Desired = Desired{
			Files: []string{"{environment}/**/{component}.yaml", "{environment}/**"}, Value: value, Hold: value, Gate: []string{"gate"},
			Blob:  func(h history.Hash) ([]byte, error) { return []byte(blobs[h[0]-1]), nil },
			Lines: []CommitLine{{Steps: slices.Values([]Step{step(0, history.Hash{}, one), step(1, one, two), step(2, two, history.Hash{})})}},
			Held:  func(ledger.Hold) {},
		}
		for _, gate := range [][]string{nil, {"*/gate"}} {
			in.Desired.Gate = gate
			records, problems := GitOps{}.Read(in)
			checkPromises(t, in, records, problems)
		}
	})
}

func FuzzTrailers(f *testing.F) {
	f.Add("Deployed-to", "production, staging", "Deployed-at", "2026-03-03T09:00:00Z", "env/{environment}")
	f.Add("Sha-dry-proposed", "3fa9c1e", "Pull-request-target-branch", "env/production", "")
	f.Add("Deployd-to", "x", "Deployment-status", "\xff", "{")
	f.Add("deployed-to", ",,", "Deployed-revision", "v1", "")
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2, pattern string) {
		in := Input{Pattern: pattern, Messages: []TrailerMessage{
			{Commit: hashOf("a"), At: time.Unix(1_700_000_000, 0), Trailers: []Trailer{{key1, value1, 3}, {key2, value2, 4}}},
			{Commit: hashOf("a"), Tag: "t", Trailers: []Trailer{{key2, value2, 3}, {key1, value1, 4}}},
		}}
		records, problems := Trailers{}.Read(in)
		checkPromises(t, in, records, problems)
	})
}

func FuzzMoving(f *testing.F) {
	f.Add("deployed-to-production", "deployed-to-{environment}", "", int64(1_700_000_000), int64(1_800_000_000))
	f.Add("production/last", "{environment}/last", "pointer", int64(0), int64(1))
	f.Add("env/a", "env/*", "commits", int64(-1), int64(1_700_000_000))
	f.Fuzz(func(t *testing.T, name, pattern, mode string, at, newest int64) {
		refs, err := MatchRefs(pattern, []MovingRef{{Name: name, Target: hashOf("a"), At: time.Unix(at, 0),
			Line: []Step{{Commit: ledger.Hash(hashOf("a")), At: time.Unix(at, 0), Before: at%2 == 0}}}}, nil)
		if err != nil {
			return
		}
		in := Input{Pattern: pattern, Moving: Moving{Refs: refs, History: mode, Newest: time.Unix(newest, 0)}}
		for _, r := range []Reader{Branches{}, MovingTags{}} {
			records, problems := r.Read(in)
			checkPromises(t, in, records, problems)
		}
	})
}

// TestManyVersions holds that reading grows with the number of versions, and no
// faster.
func TestManyVersions(t *testing.T) {
	const n = 20_000
	in := Input{Environment: "production"}
	in.Desired = Desired{
		Files: []string{"tags/{component}"}, Value: "image_tag",
		Blob: func(h history.Hash) ([]byte, error) {
			return []byte("image_tag: v" + h.String()[:12] + "\npromote: true\n"), nil
		},
		Lines: []CommitLine{{Steps: func(yield func(Step) bool) {
			for i := range n {
				blob := history.Hash{0: byte(i), 1: byte(i >> 8), 19: 1}
				if !yield(Step{Commit: ledger.Hash{0: byte(i), 1: byte(i >> 8), 2: 1}, At: time.Unix(int64(1_700_000_000+i), 0),
					Changes: []history.PathChange{{Path: "tags/app-" + string(rune('a'+i%26)), New: blob}}}) {
					return
				}
			}
		}}},
	}
	records, problems := GitOps{}.Read(in)
	if len(records) != n {
		t.Errorf("%d records, want %d", len(records), n)
	}
	if len(problems) != 26 {
		t.Errorf("%d problems, want one a component", len(problems))
	}
}
