package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"daylight/generator/demo"
)

// TestBrowserReloads edits the configuration while a page is open: the page
// shows the new title by itself, and an error when the file is broken.
func TestBrowserReloads(t *testing.T) {
	browser := openBrowser(t)
	repository := filepath.Join(t.TempDir(), "repository")
	if _, err := demo.Write(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	address := startServing(t, repository)
	b := openTab(t, browser)
	b.do(chromedp.Navigate(address), chromedp.WaitReady(".scheme"))

	config := filepath.Join(repository, "site.toml")
	edit := func(from, to string) {
		t.Helper()
		data, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(from)) {
			t.Fatalf("site.toml has no %q", from)
		}
		if err := os.WriteFile(config, bytes.Replace(data, []byte(from), []byte(to), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit(`title = "Lumen: deployed and released"`, `title = "Lamps, tonight"`)
	b.until(`document.title === "Lamps, tonight"`)
	edit(`title = "Lamps, tonight"`, `titel = "Lamps, tonight"`)
	b.until(`document.querySelector(".build-error")?.textContent.includes("titel") && document.querySelector(".build-error .excerpt").textContent.includes('| titel = "Lamps')`)
	edit(`titel = "Lamps, tonight"`, `title = "Lamps, again"`)
	b.until(`document.title === "Lamps, again" && !document.querySelector(".build-error")`)
}

// startServing runs `serve` until the test ends, and gives its address.
func startServing(t *testing.T, repository string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var out shared
	a := &app{stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	done := make(chan int, 1)
	go func() {
		done <- a.run(ctx, []string{"serve", "--port", "0", "--config", filepath.Join(repository, "site.toml"), "--repository", repository})
	}()
	t.Cleanup(func() { stop(); <-done })
	said := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if address := said.FindString(out.String()); address != "" {
			return address
		}
		if time.Now().After(deadline) {
			t.Fatalf("serve says no address: %s", out.String())
		}
	}
}

// shared is a buffer that one goroutine writes and another one reads.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestBrowserReloadsEverything changes one thing of each sort that a site is made
// from, and waits until the page that is open shows it.
func TestBrowserReloadsEverything(t *testing.T) {
	browser := openBrowser(t)
	repository := filepath.Join(t.TempDir(), "repository")
	if _, err := demo.Write(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(repository, ".git", "packed-refs"))
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`(?m)^([0-9a-f]{40}) refs/heads/main$`).FindSubmatch(packed)
	if head == nil {
		t.Fatal("the sample has no mainline")
	}
	address := startServing(t, repository)
	b := openTab(t, browser)
	for _, change := range []struct{ what, page, file, text, shows string }{
		{"a term", "glossary/", "content/glossary/lantern.md", "---\nterm: lantern\n---\nA lamp that is carried.\n", `document.querySelector("main").textContent.includes("A lamp that is carried")`},
		{"a template", "feeds/", "templates/feeds.html", `{{define "main"}}<h1>Lend us your ear</h1>{{end}}`, `document.querySelector("h1").textContent === "Lend us your ear"`},
		{"a theme", "dark/", "themes/default/theme.css", "body { background: rgb(1, 2, 3) }", `getComputedStyle(document.body).backgroundColor === "rgb(1, 2, 3)"`},
		{"a tag", "versions/", ".git/refs/tags/shop/v9.9.9", string(head[1]) + "\n", `document.querySelector("main").textContent.includes("shop/v9.9.9")`},
	} {
		b.do(chromedp.Navigate(address+change.page), chromedp.WaitReady(".scheme"))
		if value[bool](b, change.shows) {
			t.Errorf("%s shows before it is there", change.what)
		}
		file := filepath.Join(repository, filepath.FromSlash(change.file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(change.text), 0o600); err != nil {
			t.Fatal(err)
		}
		b.until(change.shows)
	}
}
