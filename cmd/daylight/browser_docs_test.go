package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"daylight/generator/pages"
	"daylight/generator/search"
	"daylight/themes"
)

// TestBrowserSearchesAVersion searches from a page of old docs: those of its
// version are found, what they do not have is looked for everywhere, and from
// anywhere else old docs are not in the way.
func TestBrowserSearchesAVersion(t *testing.T) {
	browser := openBrowser(t)
	doc := func(version, title string, other bool) pages.Entry {
		return pages.Entry{Kind: "Docs", Title: title, Path: "/docs/" + version + "/", Detail: version, ByVersion: other,
			Filters: []pages.Filter{{Name: "kind", Value: "Docs"}, {Name: "version", Value: version}}}
	}
	files, err := search.Files(slices.Values([]pages.Entry{
		doc("v2", "Install the lamp", false), doc("v2", "Dim the lamp", false), doc("v1", "Install the lamp", true), doc("v1", "Light the lamp", true),
	}), true)
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for _, f := range files {
		site[f.Path] = &fstest.MapFile{Data: f.Data}
	}
	script, err := themes.Files.ReadFile("default/search.js")
	if err != nil {
		t.Fatal(err)
	}
	site["assets/search.js"] = &fstest.MapFile{Data: script}
	page := `<!DOCTYPE html><html lang="en"><title>Docs</title><link rel="icon" href="data:,"><article%s></article>
<form class="find" action="/search/"><input id="find" type="search" name="q"></form>%s<script src="/assets/search.js"></script></html>`
	whole := `<form data-search><input type="search"><div data-filters></div><p data-found></p></form><ol data-results></ol><section class="lists"></section>`
	for path, html := range map[string]string{
		"docs/v1/": fmt.Sprintf(page, ` data-version="v1"`, ""), "docs/v2/": fmt.Sprintf(page, "", ""), "search/": fmt.Sprintf(page, "", whole),
	} {
		site[path+"index.html"] = &fstest.MapFile{Data: []byte(html)}
	}
	server := httptest.NewServer(http.FileServerFS(site))
	t.Cleanup(server.Close)

	b := openTab(t, browser)
	found := `[...document.querySelectorAll(".quick [role=option]")].map((o) => o.querySelector("a").textContent + ", " + o.querySelector("a").getAttribute("href").split("/").at(-2)).join("; ")`
	for _, c := range []struct{ page, typed, want string }{
		{"docs/v1/", "lamp", "Install the lamp, v1; Light the lamp, v1"},
		{"docs/v1/", "dim", "Dim the lamp, v2"},
		{"docs/v2/", "lamp", "Install the lamp, v2; Dim the lamp, v2"},
		{"docs/v2/", "light", ""},
	} {
		b.do(chromedp.Navigate(server.URL+"/"+c.page), chromedp.WaitReady(".quick"), chromedp.Focus("#find"), chromedp.KeyEvent(c.typed))
		b.until(fmt.Sprintf(`%s === %q`, found, c.want))
	}

	// Enter leads to the page for searching, which keeps to the version.
	b.do(chromedp.Navigate(server.URL+"/docs/v1/"), chromedp.WaitReady(".quick"), chromedp.Focus("#find"), chromedp.KeyEvent("lamp\r"))
	b.until(`location.pathname === "/search/" && document.querySelector("select[name=version]")?.value === "v1" && document.querySelector("[data-found]").textContent === "2 found"`)
	b.do(chromedp.SetValue("select[name=version]", ""), chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=version]").dispatchEvent(new Event("input", {bubbles: true}))`))
	b.until(`document.querySelector("[data-results]").textContent.includes("Dim the lamp") && !document.querySelector("[data-results]").textContent.includes("Light")`)
	b.quiet(server.URL)
}
