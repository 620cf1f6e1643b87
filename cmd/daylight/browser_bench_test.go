package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"daylight/generator/pages"
	"daylight/generator/render"
	"daylight/generator/search"
	"daylight/templates"
	"daylight/themes"
)

// BenchmarkFirstResult searches 100,000 changes in a browser that knows nothing
// of the index yet, and reports the milliseconds from the first letter to the
// first result, and the bytes of the longest file.
func BenchmarkFirstResult(b *testing.B) {
	browser := openBrowser(b)
	site := map[string][]byte{}
	longest := 0
	files, err := search.Files(manyEntries, true)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		site["/"+f.Path] = f.Data
		longest = max(longest, len(f.Data))
	}
	theme := render.Sub(themes.Files, "default")
	r, err := render.New(templates.Files, theme, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range r.Assets() {
		site["/"+f.Path] = f.Data
	}
	for p := range pages.Customers(pages.PublicInput{}) {
		if p.Path != "/search/" {
			continue
		}
		f, err := r.Render(p)
		if err != nil {
			b.Fatal(err)
		}
		site["/"] = f.Data
		site["/search/"] = f.Data
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		}
		_, _ = w.Write(site[q.URL.Path])
	}))
	b.Cleanup(server.Close)
	t := openTab(b, browser)
	words := []string{"basket", "lam", "fix", "word77", "12345"}
	sum, n := 0.0, 0
	for b.Loop() {
		word := words[n%len(words)]
		t.do(chromedp.Navigate(server.URL+"/search/"), chromedp.WaitReady("[data-search]"))
		sum += value[float64](t, fmt.Sprintf(`new Promise((done) => {
			const list = document.querySelector("[data-results]"), query = document.querySelector("#query");
			new MutationObserver(() => { if (list.firstChild) done(performance.now() - from); }).observe(list, {childList: true});
			query.value = %q;
			const from = performance.now();
			query.dispatchEvent(new Event("input", {bubbles: true}));
		})`, word))
		n++
	}
	b.ReportMetric(sum/float64(n), "ms/first-result")
	b.ReportMetric(float64(longest), "bytes/longest-file")
	b.ReportMetric(float64(len(files)), "files")
}

// manyEntries are 100,000 changes with titles of common and of rare words.
func manyEntries(yield func(pages.Entry) bool) {
	things := strings.Fields("basket lamp order search account checkout picture price mail feed")
	for i := range 100_000 {
		title := fmt.Sprintf("%s the %s of the %s (word%d)", strings.Fields("fix add change remove")[i%4], things[i%10], things[i/10%10], i%5000)
		if !yield(pages.Entry{
			Kind: "Change", Title: title, Path: fmt.Sprintf("/changes/%012x/", i*7919), Detail: fmt.Sprintf("#%d · v1.%d", i, i/500),
			State: pages.Badge{Class: "released", Word: "Released"}, Names: []string{fmt.Sprint(i), fmt.Sprintf("%012x", i*7919), fmt.Sprintf("v1.%d.0", i/500)},
			Text: "Because of the " + things[i/100%10] + " nobody could see the " + things[i/1000%10], Filters: []pages.Filter{{Name: "kind", Value: "Change"}, {Name: "status", Value: "Released"}},
		}) {
			return
		}
	}
}
