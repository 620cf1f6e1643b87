package collect

import (
	"slices"
	"strings"
	"testing"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

func TestKeyFinder(t *testing.T) {
	f := newKeyFinder([]ledger.FlagKey{"basket-v2", "basket", "wishList", "ab", "ops/limit", "FF_NEW", "dark.mode"})
	for line, want := range map[string]string{
		`if flag("basket-v2") {`:                   "basket-v2",
		"flag: basket-v2":                          "basket-v2",
		"basket-v2-old, my-basket-v2":              "",
		"put it into the basket":                   "",
		`isOn('basket')`:                           "basket",
		`isOn("basket.")`:                          "",
		"features.wishList.enabled":                "",
		"features[`wishList`]":                     "wishList",
		"wishList ? a : b":                         "wishList",
		`x = "ab"; y = ab`:                         "ab",
		"the ops/limit is 5":                       "ops/limit",
		"FF_NEW=true FF_NEWER=false":               "FF_NEW",
		"it is dark.mode.":                         "dark.mode",
		"dark.mode.css":                            "",
		`both 'basket' and basket-v2, "ab"`:        "basket basket-v2 ab",
		strings.Repeat("x", 20_000) + " basket-v2": "",
	} {
		if got := strings.Join(f.find(line), " "); got != want {
			t.Errorf("%.60s: found %q, want %q", line, got, want)
		}
	}
}

func FuzzKeyFinder(f *testing.F) {
	f.Add("a \"basket\" `é` basket-v2.")
	finder := newKeyFinder([]ledger.FlagKey{"basket-v2", "basket", "é"})
	f.Fuzz(func(t *testing.T, line string) {
		for _, key := range finder.find(line) {
			if !strings.Contains(line, key) {
				t.Errorf("%q is not in %q", key, line)
			}
		}
	})
}

func TestEnvironmentOfPaths(t *testing.T) {
	for _, tt := range []struct {
		glob, from, path, env string
		ok                    bool
	}{
		{"flags/{environment}.yaml", "", "flags/prod.yaml", "prod", true},
		{"flags/{environment}.yaml", "", "flags/eu/prod.yaml", "", false},
		{"**/{environment}/flags.json", "", "a/b/live/flags.json", "live", true},
		{"**/{environment}/flags.json", "", "live/flags.json", "live", true},
		{"conf/flags-{environment}.*", "", "conf/flags-eu-west.yml", "eu-west", true},
		{"{a,b}/*.yaml", "directory", "b/x.yaml", "b", true},
		{"*.env", "file", ".production.env", "production", true},
		{"flags/", "", "flags/deep/x.yaml", "", true},
	} {
		m := newManifests(nil, FlagSource{Files: []string{tt.glob}, EnvironmentFrom: tt.from}, newEnvironments(nil), nil)
		if env, ok := m.wants(tt.path); env != tt.env || ok != tt.ok {
			t.Errorf("%s on %s: %q %t, want %q %t", tt.glob, tt.path, env, ok, tt.env, tt.ok)
		}
	}
}

// Without globs, only names that speak of flags are looked at, and none among
// tests, examples and vendored code.
func TestLooksLikeManifest(t *testing.T) {
	for path, want := range map[string]bool{
		"flags.yaml": true, "config/feature_flags.yml": true, "src/demo.flagd.json": true, "flags.goff.yaml": true, "toggles.toml": true,
		"readme.md": false, "flags.go": false, "testdata/flags.yaml": false, "vendor/x/flags.json": false, "package.json": false,
		"reflags.yaml": false,
	} {
		if got := looksLikeManifest(path); got != want {
			t.Errorf("%s: %t, want %t", path, got, want)
		}
	}
}

func TestSimilarity(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		like bool
	}{
		{"adServiceFailure", "adFailure", true}, {"barchartsenabled", "barChartsEnabled", true}, {"basket", "basket-v2", true},
		{"search", "checkout", false}, {"a", "", false}, {"", "", false},
	} {
		if got := similarity(tt.a, tt.b) > 0.5; got != tt.like {
			t.Errorf("%q and %q: %t (%f)", tt.a, tt.b, got, similarity(tt.a, tt.b))
		}
	}
}

// Of several keys that come and go at once, the most similar pair is one flag.
func TestRenamesAreMatchedBestFirst(t *testing.T) {
	r := &reading{line: &line{mainline: []int32{0, 0}, commits: make([]history.Commit, 1)}}
	tl := newTimeline(&manifests{r: r})
	f := &manifestFile{path: "flags", flags: map[ledger.FlagKey][]flagfile.Setting{}}
	says := func(gone []ledger.FlagKey, keys ...ledger.FlagKey) {
		d := &difference{Gone: gone}
		for _, k := range keys {
			d.Changed = append(d.Changed, flagfile.Setting{Key: k, Setting: ledger.Setting{State: ledger.FlagOff}})
		}
		tl.apply(f, d)
	}
	says(nil, "ad-service", "ad-service-gc")
	tl.step(0, ledger.Hash{1}, byItself)
	says([]ledger.FlagKey{"ad-service", "ad-service-gc"}, "ad-gc", "ad-svc")
	tl.step(1, ledger.Hash{2}, byItself)
	var got []string
	for _, l := range tl.lives {
		got = append(got, string(l.aliases[0])+" to "+string(l.key))
	}
	if want := []string{"ad-service to ad-svc", "ad-service-gc to ad-gc"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMailmap(t *testing.T) {
	m := ParseMailmap([]byte("# people\nAnn Lee <ann@lumen.example>\nBo Ray <bo@lumen.example> <bo@old.example>\n" +
		"Cy Doe <cy@lumen.example> root <root@localhost> # shared\n<only@mail.example> <x@old.example>\nbroken line\n"))
	for _, tt := range []struct{ name, mail, want string }{
		{"ann", "ANN@lumen.example", "Ann Lee"}, {"b", "bo@old.example", "Bo Ray"}, {"Root", "root@localhost", "Cy Doe"},
		{"other", "root@localhost", "other"}, {"x", "x@old.example", "x"}, {"nobody", "n@n.example", "nobody"},
	} {
		if got := m.Name(history.Signature{Name: tt.name, Email: tt.mail}); got != tt.want {
			t.Errorf("%s <%s>: %q, want %q", tt.name, tt.mail, got, tt.want)
		}
	}
}

func FuzzNoteFile(f *testing.F) {
	f.Add("changes/12.fixed.md", "---\ntitle: x\npull_request: #4\n---\n# y\ntext")
	f.Add("a", "---\n---")
	f.Fuzz(func(t *testing.T, path, text string) {
		n := parseNoteFile(history.File{Path: path}, []byte(text), ledger.Origin{})
		n.byName(func(ledger.FlagKey) bool { return false })
		if line := n.note.Origins[0].Line; line < 1 || line > strings.Count(text, "\n")+2 {
			t.Errorf("line %d of %q", line, text)
		}
	})
}

func FuzzMailmap(f *testing.F) {
	f.Add("Ann <a@b> Bo <c@d> # x\n<>")
	f.Fuzz(func(_ *testing.T, text string) {
		ParseMailmap([]byte(text)).Name(history.Signature{Name: "a", Email: "a@b"})
	})
}
