package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"daylight/generator/gitrepo/script"
)

// docsRepository writes a repository with a site.toml: versions of docs with pages
// in ten folders, of which each version changes every tenth. Two repositories
// whose numbers of versions differ are the same up to the smaller one.
func docsRepository(tb testing.TB, versions, pages int) string {
	tb.Helper()
	archive := &txtar.Archive{}
	var lines strings.Builder
	lines.WriteString("at 2025-01-01T08:00:00Z\nwrite docs/index.md '# Home\\n\\nWhat is deployed, and what is released.\\n'\n")
	for v := range versions {
		for i := range pages {
			if v > 0 && (i+v)%10 != 0 {
				continue
			}
			name := fmt.Sprintf("%d-%d", v, i)
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: docsPage(i, v, pages)})
			fmt.Fprintf(&lines, "write docs/f%d/p%d.md %s\n", i%10, i, name)
		}
		fmt.Fprintf(&lines, "at +1d\ncommit 'docs: what version %d does (#%d)'\ntag v1.%d.0 'Version 1.%d.0'\n", v, v+1, v, v)
		fmt.Fprintf(&lines, "at +1h\ntag deploy/production/v1.%d.0 'To production'\n", v)
	}
	archive.Comment = []byte(lines.String())
	dir := filepath.Join(tb.TempDir(), "thing")
	if err := script.Run(dir, archive); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "site.toml"), []byte(docsSite), 0o644); err != nil {
		tb.Fatal(err)
	}
	return dir
}

const docsSite = `format = 1
title = "Thing"

[docs]
folder = "docs"

[[audiences]]
name = "team"
sees = "everything"
base = "https://team.example/"

[[audiences]]
name = "customers"
sees = "released"
base = "https://thing.example/"
`

// docsPage is a text with what pages have: sections, links, terms, code.
func docsPage(i, v, pages int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Page %d\n\nWhat is dark in production, as of %d. A deployment of it is no release.\n", i, v)
	for s := range 6 {
		fmt.Fprintf(&b, "\n## Section %d\n\n%s\n\n- [next](../f%d/p%d.md)\n- a **point** with `code`\n",
			s, strings.Repeat("Words that say little of what a change is. ", 12), (i+10)%pages%10, (i+10)%pages)
	}
	b.WriteString("\n| key | value |\n| --- | --- |\n| a | 1 |\n\n```sh\nrun --fast \"$HOME\"\n```\n")
	return b.Bytes()
}

// renderedCount finds how many articles a build says it rendered.
var renderedCount = regexp.MustCompile(`team .*?(\d+) articles? rendered`)

func renderedOf(out string) int {
	if m := renderedCount.FindStringSubmatch(out); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// siteFiles reads a site, with what the file system says of each file.
func siteFiles(tb testing.TB, dir string) (data map[string][]byte, info map[string]os.FileInfo) {
	tb.Helper()
	data, info = map[string][]byte{}, map[string]os.FileInfo{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		if data[rel], err = os.ReadFile(p); err != nil {
			return err
		}
		info[rel], err = os.Lstat(p)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return data, info
}

// A new version renders its own articles and no old one, and leaves the pages of
// old versions as they are: not written again, and in every byte the same. The
// version that was the latest gets a banner; its articles are the same.
func TestNewVersionOfTheDocs(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	const versions, pages = 8, 30
	out := t.TempDir()
	build := func(dir string) string {
		var stdout, stderr bytes.Buffer
		args := []string{"build", "--config", filepath.Join(dir, "site.toml"), "--repository", dir, "--as-of", "2026-06-01", "--output", out, "--quiet"}
		if code := run(context.Background(), args, &stdout, &stderr); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout.String(), stderr.String())
		}
		return stdout.String()
	}
	if n := renderedOf(build(docsRepository(t, versions, pages))); n != 1+pages+(versions-1)*pages/10 {
		t.Errorf("the first build rendered %d articles", n)
	}
	before := map[string]map[string][]byte{}
	files := map[string]map[string]os.FileInfo{}
	for _, a := range []string{"team", "customers"} {
		before[a], files[a] = siteFiles(t, filepath.Join(out, a))
	}
	if n := renderedOf(build(docsRepository(t, versions+1, pages))); n != pages/10 {
		t.Errorf("the build after a new version rendered %d articles, want the %d that are new", n, pages/10)
	}
	was, prose := fmt.Sprintf("docs/v1.%d.0/", versions-1), regexp.MustCompile(`(?s)<div class="prose">.*?</div>\n`)
	for _, a := range []string{"team", "customers"} {
		after, now := siteFiles(t, filepath.Join(out, a))
		same := 0
		for p, old := range before[a] {
			name := filepath.ToSlash(p)
			switch {
			case !strings.HasPrefix(name, "docs/v1.") || strings.Contains(name, "~changes"):
			case strings.HasPrefix(name, was):
				if !bytes.Equal(prose.Find(old), prose.Find(after[p])) || len(prose.Find(old)) == 0 {
					t.Errorf("%s: the article of %s is another one", a, name)
				}
			default:
				same++
				if !bytes.Equal(old, after[p]) || !os.SameFile(files[a][p], now[p]) {
					t.Errorf("%s: %s was written again", a, name)
				}
			}
		}
		if want := (versions - 1) * (pages + 10 + 1); same != want {
			t.Errorf("%s: %d pages of old versions were compared, want %d", a, same, want)
		}
	}
}
