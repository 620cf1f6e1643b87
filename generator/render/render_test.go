package render_test

import (
	"bytes"
	"flag"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"daylight/generator/pages"
	"daylight/generator/render"
	"daylight/templates"
	"daylight/themes"
)

var sampleDir = flag.String("sample", "", "write the sample sites to this folder, to look at them")

// plainMarkdown stands in for the Markdown renderer: the tests are about what
// stands around its result.
func plainMarkdown(md []byte) (template.HTML, error) {
	return template.HTML("<p>" + template.HTMLEscapeString(string(md)) + "</p>"), nil
}

func renderer(t testing.TB) *render.Renderer {
	t.Helper()
	theme, err := fs.Sub(themes.Files, "default")
	if err != nil {
		t.Fatal(err)
	}
	r, err := render.New(render.Layers(templates.Files), theme, plainMarkdown)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// site renders all pages; the result is keyed by file.
func site(t testing.TB, all pages.Pages) map[string][]byte {
	t.Helper()
	r := renderer(t)
	out := map[string][]byte{}
	for p := range all {
		f, err := r.Render(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := out[f.Path]; ok {
			t.Errorf("two pages are written to %s", f.Path)
		}
		out[f.Path] = f.Data
	}
	for _, f := range r.Assets() {
		out[f.Path] = f.Data
	}
	return out
}

func TestWriteSample(t *testing.T) {
	if *sampleDir == "" {
		t.Skip("no -sample folder: nothing to write")
	}
	sandboxes := sampleInput("")
	sandboxes.Ledger = manyEnvironments(38)
	for name, all := range map[string]pages.Pages{
		"sandboxes": pages.Team(sandboxes),
		"team":      pages.Team(sampleInput("")), "customers": pages.Customers(samplePublic("https://shop.example/")),
		"empty": pages.Team(emptyInput()), "none": pages.Customers(pages.PublicInput{}),
	} {
		files := site(t, all)
		for _, f := range sampleFeeds()[0].Formats {
			files[f.Path[1:]] = []byte("a feed")
		}
		for path, data := range files {
			file := filepath.Join(*sampleDir, name, filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Pages are decided and rendered by many goroutines; the result is the same as
// that of one.
func TestManyGoroutines(t *testing.T) {
	want := site(t, pages.Team(sampleInput("")))
	r := renderer(t)
	var wait sync.WaitGroup
	for p := range pages.Team(sampleInput("")) {
		wait.Go(func() {
			if f, err := r.Render(p); err != nil || !bytes.Equal(f.Data, want[f.Path]) {
				t.Errorf("%s differs when it is rendered beside others: %v", p.Path, err)
			}
		})
	}
	wait.Wait()
}

func TestSameBytesTwice(t *testing.T) {
	one, two := site(t, pages.Team(sampleInput("https://x.example/shop/"))), site(t, pages.Team(sampleInput("https://x.example/shop/")))
	if len(one) != len(two) {
		t.Fatalf("%d files, then %d", len(one), len(two))
	}
	for path := range one {
		if !bytes.Equal(one[path], two[path]) {
			t.Errorf("%s differs between two renderings of the same input", path)
		}
	}
}
