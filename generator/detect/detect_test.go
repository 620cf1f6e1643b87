package detect

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/generator/config"
	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// TestExamples writes the site.toml of small repositories. The first section of
// an archive lists what the repository holds, a line each (tag, note, branch,
// remote); other sections but the last are files.
func TestExamples(t *testing.T) {
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
			last := len(archive.Files) - 1
			in := Input{Name: "shop", Branch: "main", Salt: "5a17", Year: 2026}
			for line := range strings.Lines(string(archive.Files[0].Data)) {
				what, name, _ := strings.Cut(strings.TrimSpace(line), " ")
				switch what {
				case "tag":
					in.Tags = append(in.Tags, tagsOf(name)...)
				case "note":
					ref, text, _ := strings.Cut(name, " ")
					n := history.Note{Ref: ref, Text: text, Lines: []history.NoteLine{{Text: text}}}
					in.Notes = append(in.Notes, NotesRef{Name: ref, Sample: []history.Note{n}[:min(len(text), 1)]})
				case "branch":
					in.Branches = append(in.Branches, history.Ref{Name: "refs/heads/" + name})
				case "remote":
					in.Remotes = append(in.Remotes, history.Remote{Name: "origin", URL: name})
				}
			}
			for _, f := range archive.Files[1:last] {
				in.Files = append(in.Files, File{f.Name, f.Data})
			}
			got := SiteTOML(Find(in))
			c, faults := config.Parse("site.toml", got)
			if len(faults) > 0 {
				t.Errorf("faults: %v", faults)
			}
			readsWhatItNames(t, c, in)
			if *update {
				archive.Files[last].Data = got
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[last].Data), string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// readsWhatItNames: each source of tags that the file has gives a record for
// every tag of its shape.
func readsWhatItNames(t *testing.T, c config.Config, in Input) {
	t.Helper()
	found := Find(in).Deployments
	i := 0
	for _, d := range c.Deployments {
		if d.From != "tags" || d.Pattern == "" {
			continue
		}
		records, _ := deploylog.Tags{}.Read(deploylog.Input{Repository: "shop", Tags: in.Tags, Pattern: d.Pattern,
			Environment: ledger.EnvironmentName(d.Environment)})
		if i >= len(found) || len(records) != found[i].Count {
			t.Errorf("pattern %s: %d records", d.Pattern, len(records))
		}
		i++
	}
}

// tagsOf repeats "deploy-{1..3}" for each number.
func tagsOf(name string) []history.Tag {
	before, rest, ok := strings.Cut(name, "{")
	var from, to int
	inner, after, _ := strings.Cut(rest, "}")
	if _, err := fmt.Sscanf(inner, "%d..%d", &from, &to); !ok || err != nil {
		return []history.Tag{{Name: name}}
	}
	var tags []history.Tag
	for n := from; n <= to; n++ {
		tags = append(tags, history.Tag{Name: fmt.Sprintf("%s%02d%s", before, n, after)})
	}
	return tags
}

func TestShapes(t *testing.T) {
	for tag, want := range map[string]string{
		"v1.4.0":                                 "v{version}",
		"v1.4.0-rc.1+linux":                      "v{version}",
		"1.2":                                    "{version}",
		"shop/v1.4.0":                            "shop/v{version}",
		"shop@1.4.0":                             "shop@{version}",
		"release-2026.11.23":                     "release-{version}",
		"v1053":                                  "v{n}",
		"release_2282":                           "release_{n}",
		"deploy/production/2026-03-03T09-00Z":    "deploy/{environment}/{time}",
		"deploy/production/7":                    "deploy/{environment}/{n}",
		"production/2019-08-19_145226":           "{environment}/{time}",
		"staging_2/2019-08-19_145226":            "{environment}/{time}",
		"production-2012.04.02-203155-utc":       "{environment}-{time}",
		"deploy-2023-11-28":                      "deploy-{time}",
		"deploy-2025-07-22-at-21-01":             "deploy-{time}",
		"20240305-101500":                        "{time}",
		"1714120242935":                          "{epoch_ms}",
		"1714120242":                             "{epoch}",
		"staging-v1.2.0":                         "{environment}-v{version}",
		"deploy/shop/production/2026-03-03T0900": "deploy/shop/{environment}/{time}",
		"2026-03-03/production":                  "{time}/{environment}",
		"2026.03.01":                             "{version}",
		"latest":                                 "",
		"production":                             "",
		"a{1}":                                   "",
	} {
		s, _ := shapeOf(tag)
		if s.pattern != want {
			t.Errorf("%s: %q, want %q", tag, s.pattern, want)
		}
	}
}

// FuzzSiteTOML: whatever a repository's names are, the file that is written has
// no faults, and the same input gives the same file.
func FuzzSiteTOML(f *testing.F) {
	f.Add("shop", "main", "deploy/production/2026-03-03\ndeploy/x/2026-03-03\nv1", "flags.yaml\nflags/production.yaml", "git@github.com:a/b.git")
	f.Add("a\"b\\\n", "x\x00y", "a\"\\{environment}/2026-03-03T10:00\n\xff/production/20260101-1000\n[x]-v1.2\n]y-v1.2", "a{b/*.flags.yaml\n[z/flags.yaml", "\n")
	f.Fuzz(func(t *testing.T, name, branch, tags, files, remote string) {
		in := Input{Name: name, Branch: branch, Salt: name, Year: len(name) * 1000, Remotes: []history.Remote{{Name: "origin", URL: remote}}}
		for tag := range strings.SplitSeq(tags, "\n") {
			in.Tags = append(in.Tags, history.Tag{Name: tag}, history.Tag{Name: tag})
			in.Notes = append(in.Notes, NotesRef{Name: tag})
			in.Branches = append(in.Branches, history.Ref{Name: "refs/heads/" + tag})
		}
		for file := range strings.SplitSeq(files, "\n") {
			if file == "" || file[0] == '/' || slices.Contains(strings.Split(file, "/"), "..") {
				continue // git has no such paths
			}
			in.Files = append(in.Files, File{file, []byte("search: on\n")}, File{file + ".jsonl", []byte(`{"env":"x","sha":"y"}`)})
		}
		got := SiteTOML(Find(in))
		if _, faults := config.Parse("site.toml", got); len(faults) > 0 {
			t.Errorf("faults %v in\n%s", faults, got)
		}
		if again := SiteTOML(Find(in)); string(again) != string(got) {
			t.Error("a second file differs")
		}
	})
}
