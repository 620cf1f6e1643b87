package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"daylight/generator/gitrepo/script"
)

// Who writes docs sees them as they are saved, as the unreleased ones, and the
// docs of versions as they were.
func TestServeShowsWhatIsSaved(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := filepath.Join(t.TempDir(), "thing")
	err := script.Run(dir, &txtar.Archive{Comment: []byte(`
at 2026-01-01T08:00:00Z
write docs/index.md '# Home\n\nAs it was committed.\n'
write site.toml 'format = 1\ntitle = "Thing"\n[docs]\nfolder = "docs"\nunreleased = false\n'
commit 'docs: begin'
tag v1.0.0
`)})
	if err != nil {
		t.Fatal(err)
	}
	address := startServing(t, dir)
	get := func(path string) string {
		answer, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	until := func(path, want string) string {
		t.Helper()
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			if page := get(path); strings.Contains(page, want) {
				return page
			} else if time.Now().After(deadline) {
				t.Fatalf("%s does not say %q:\n%s", path, want, page)
			}
		}
	}
	until("docs/main/", "As it was committed.")
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "docs", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("index.md", "# Home\n\nAs it is saved.\n")
	page := until("docs/main/", "As it is saved.")
	for _, want := range []string{"committed or not", `noindex`, `is-unreleased`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a draft does not say %q", want)
		}
	}
	save("more.md", "# More\n\nA page that git does not know.\n")
	until("docs/main/more/", "A page that git does not know.")
	if old := get("docs/v1.0.0/"); !strings.Contains(old, "As it was committed.") || strings.Contains(old, "saved") {
		t.Error("the docs of a version are not what they were")
	}
}
