package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The versions of the docs are told to programs in a file that follows the schema
// beside it, by a validator that others wrote, and says nothing else.
func TestVersionsFileFollowsItsSchema(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir, out := docsRepository(t, 3, 4), t.TempDir()
	args := []string{"build", "-q", "-c", filepath.Join(dir, "site.toml"), "-r", dir, "--as-of", "2026-06-01", "-o", out}
	if code := run(context.Background(), args, &bytes.Buffer{}, os.Stderr); code != 0 {
		t.Fatalf("the build ended with %d", code)
	}
	for _, audience := range []string{"team", "customers"} {
		read := func(name string) any {
			data, err := os.ReadFile(filepath.Join(out, audience, "docs", name))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(name, err)
			}
			return doc
		}
		schema := read("versions.v1.schema.json")
		closed(schema)
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("versions", schema); err != nil {
			t.Fatal(err)
		}
		compiled, err := c.Compile("versions")
		if err != nil {
			t.Fatal(err)
		}
		doc := read("versions.json").(map[string]any)
		if err := compiled.Validate(doc); err != nil {
			t.Errorf("%s: %v", audience, err)
		}
		if doc["latest"] != "v1.2.0" || doc["$schema"] != "versions.v1.schema.json" {
			t.Errorf("%s: latest is %v, the schema %v", audience, doc["latest"], doc["$schema"])
		}
	}
}

// On the page of an old version the switcher has the older ones without a script;
// with it, all of them, each leading to the same page.
func TestBrowserSwitchesVersions(t *testing.T) {
	browser := openBrowser(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	address := startServing(t, docsRepository(t, 4, 10))
	b := openTab(t, browser)
	b.do(chromedp.Navigate(address+"docs/v1.1.0/f3/p3/"), chromedp.WaitReady(".switcher"))
	const names = `[...document.querySelectorAll(".switcher li > a")].map((a) => a.textContent).join(" ")`
	b.until(names + ` === "main latest v1.1.0 v1.0.0"`)
	b.do(chromedp.Click(".switcher summary"))
	b.until(names + ` === "main v1.3.0 v1.2.0 v1.1.0 v1.0.0"`)
	b.until(`document.querySelector(".switcher [aria-current]").textContent === "v1.1.0"`)
	b.until(`[...document.querySelectorAll(".switcher li > a")].find((a) => a.textContent === "v1.2.0").click() === undefined`)
	b.until(`location.pathname === "/docs/v1.2.0/f3/p3/" && document.querySelector("h1").textContent === "Page 3"`)
}
