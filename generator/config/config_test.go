package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// TestFaults reads broken files and compares all that is said of them. Each
// archive holds a site.toml and the wanted messages with their hints.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, faults := Parse("site.toml", archive.Files[0].Data)
			var got strings.Builder
			for _, f := range faults {
				fmt.Fprintln(&got, f)
				if f.Hint != "" {
					fmt.Fprintf(&got, "  hint: %s\n", f.Hint)
				}
			}
			if *update {
				archive.Files[1].Data = []byte(got.String())
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got.String()); diff != "" {
				t.Errorf("faults differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmptyFileIsDefault(t *testing.T) {
	got, faults := Parse("site.toml", nil)
	if len(faults) > 0 {
		t.Fatalf("faults in an empty file: %v", faults)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Errorf("an empty file differs from Default (-default +empty):\n%s", diff)
	}
}

func TestDefault(t *testing.T) {
	c := Default()
	team, customers := c.Audiences[0], c.Audiences[1]
	if team.Name != "team" || team.Sees != "everything" || !team.NoIndex || !team.Shows("authors") || team.Output != "team" {
		t.Errorf("team: %+v", team)
	}
	if customers.Name != "customers" || customers.Sees != "released" || customers.NoIndex || customers.Shows("authors") {
		t.Errorf("customers: %+v", customers)
	}
	if c.Releases.Threshold != "100" || c.Versions.Scheme != "auto" || c.TimeZone != "UTC" || c.Build.Output != "public" {
		t.Errorf("defaults: %+v", c)
	}
	if got := c.AllRepositories(); len(got) != 1 {
		t.Errorf("repositories: %+v", got)
	}
}

// TestOneLineChangesOneThing holds the promise of the package comment.
func TestOneLineChangesOneThing(t *testing.T) {
	got, faults := Parse("site.toml", []byte(`base = "https://shop.example/status"`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := Default()
	want.Base = "https://shop.example/status/"
	want.TagDomain = "shop.example"
	want.Audiences[0].Base = "https://shop.example/status/team/"
	want.Audiences[1].Base = "https://shop.example/status/customers/"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWholeFile(t *testing.T) {
	data, err := os.ReadFile("testdata/whole.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, faults := Parse("site.toml", data)
	if len(faults) > 0 {
		t.Fatalf("faults: %v", faults)
	}
	if diff := cmp.Diff(Deployments{
		Place: Place{"site.toml", 44, 3}, From: "tags", Pattern: "deploy-{time}", Environment: "production",
		Zone: "America/Los_Angeles", Until: "2025-07-17",
	}, c.Deployments[0]); diff != "" {
		t.Errorf("first source (-want +got):\n%s", diff)
	}
	if want := Duration(90 * time.Second); c.Flags[0].Delay != want || c.Flags[1].Format != "auto" {
		t.Errorf("flags: %+v", c.Flags)
	}
	beta := c.Audiences[2]
	if beta.Group() != "beta" || !beta.NoIndex || beta.Base != "https://beta.shop.example/" || beta.Theme != "plain" {
		t.Errorf("beta: %+v", beta)
	}
	if c.Releases.Threshold != "99.5" || len(c.Changes.Notes) != 0 {
		t.Errorf("threshold %q, notes %q", c.Releases.Threshold, c.Changes.Notes)
	}
	if got := c.AllRepositories(); len(got) != 2 || got[0].Name != "shop" || !got[1].SourcesOnly {
		t.Errorf("repositories: %+v", got)
	}
}

func TestSiteOfThisProject(t *testing.T) {
	data, err := os.ReadFile("../../site.toml")
	if err != nil {
		t.Fatal(err)
	}
	if _, faults := Parse("site.toml", data); len(faults) > 0 {
		t.Errorf("faults: %v", faults)
	}
}

func TestPercent(t *testing.T) {
	for in, want := range map[string]Percent{
		"100": "100", "0": "0", "000": "0", "5 %": "5", "99.50": "99.5", "0.00001": "0.00001", "100.0": "100",
	} {
		var p Percent
		if err := p.UnmarshalText([]byte(in)); err != nil || p != want {
			t.Errorf("%q: got %q, %v; want %q", in, p, err, want)
		}
	}
	for _, in := range []string{"", "-1", "101", "100.1", "1e2", "0.000001", "nan", "1.", ".5", "0x10"} {
		var p Percent
		if err := p.UnmarshalText([]byte(in)); err == nil {
			t.Errorf("%q: accepted as %q", in, p)
		}
	}
}

// FuzzParse: no input panics, and whatever a file says, its faults lie inside
// it and the rest has its defaults.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a.b.c = 1\n[a.b]\n[[a]]\n"))
	f.Add([]byte("links = [[[[[[[]]]]]]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, faults := Parse("site.toml", data)
		lines := strings.Count(string(data), "\n") + 1
		for _, fault := range faults {
			if fault.Line > lines || fault.Message == "" {
				t.Errorf("fault outside the file of %d lines: %v", lines, fault)
			}
		}
		if len(faults) == 0 && (c.Format != 1 || c.TimeZone == "" || c.Build.Output == "") {
			t.Errorf("defaults are missing: %+v", c)
		}
	})
}
