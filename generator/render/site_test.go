package render_test

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"daylight/generator/pages"
)

// everySite is each kind of site, with and without a base and data.
func everySite(t *testing.T) map[string]map[string][]byte {
	return map[string]map[string][]byte{
		"team":      site(t, pages.Team(sampleInput(""))),
		"below":     site(t, pages.Team(sampleInput("https://x.example/sub/path/"))),
		"customers": site(t, pages.Customers(samplePublic("https://x.example/sub/path/"))),
		"empty":     site(t, pages.Team(emptyInput())),
		"docs":      site(t, pages.Team(docsInput(t))),
		"nothing":   site(t, pages.Customers(pages.PublicInput{})),
	}
}

// Links are relative, so a site works below any path; the page for what is
// missing is shown at any depth, and its links begin with the path of the base.
func TestLinksResolve(t *testing.T) {
	for name, files := range everySite(t) {
		base := "/"
		if name == "below" || name == "customers" || name == "docs" {
			base = "/sub/path/"
		}
		for _, other := range []string{
			"feeds/feeds.opml", "data/ledger.json", "data/schema/ledger/v1.json", "data/more.json", "badges/production.svg", "embed/status.inc",
			"data/metrics.json", "data/metrics.prom",
		} {
			files[other] = nil // another package writes them
		}
		files["embed/status.html"] = []byte("<p>Embedded</p>")
		for _, feed := range sampleFeeds() {
			for _, f := range feed.Formats {
				files[f.Path[1:]] = nil
			}
		}
		for file := range files {
			if !strings.HasSuffix(file, ".html") {
				continue
			}
			doc := document(t, files, file)
			for _, e := range append(find(doc, "[href]"), find(doc, "[src]")...) {
				checkLink(t, name, base, file, attr(e, "href")+attr(e, "src"), files)
			}
		}
	}
}

func checkLink(t *testing.T, site, base, file, link string, files map[string][]byte) {
	t.Helper()
	to, err := url.Parse(link)
	if err != nil || link == "" {
		t.Errorf("%s %s: bad link %q", site, file, link)
		return
	}
	if link == "data:," {
		return // the icon that is none
	}
	if to.IsAbs() {
		if to.Scheme != "https" {
			t.Errorf("%s %s: link to %s", site, file, link)
		}
		return
	}
	at, _ := url.Parse("https://h" + base + strings.TrimSuffix(file, "index.html"))
	target := at.ResolveReference(to)
	inside, ok := strings.CutPrefix(target.Path, base)
	if !ok {
		t.Errorf("%s %s: %q leaves the site", site, file, link)
		return
	}
	if inside == "" || strings.HasSuffix(inside, "/") {
		inside = path.Join(inside, "index.html")
	}
	data, ok := files[inside]
	if !ok {
		t.Errorf("%s %s: %q leads to %s, which is not there", site, file, link, inside)
		return
	}
	if id := target.Fragment; id != "" && !bytes.Contains(data, []byte(`id="`+id+`"`)) {
		t.Errorf("%s %s: %q leads to nothing on its page", site, file, link)
	}
}

// Every page has what a reader with a screen reader or a keyboard needs, and
// nothing that the content security policy would refuse.
func TestEveryPageIsWellMade(t *testing.T) {
	for name, files := range everySite(t) {
		for file := range files {
			if strings.HasSuffix(file, ".html") {
				checkPage(t, name+" "+file, document(t, files, file))
			}
		}
	}
}

func checkPage(t *testing.T, name string, doc *html.Node) {
	t.Helper()
	scripts := 3
	if len(find(doc, "body.page-doc")) > 0 {
		scripts++ // the one that copies code
	}
	for selector, want := range map[string]int{
		"h1": 1, "title": -1, "main#content": 1, "header": 1, "footer": 1, "a.skip[href=#content]": 1,
		"html[lang]": 1, "meta[name=viewport]": 1, "meta[http-equiv=Content-Security-Policy]": 1, "link[rel=stylesheet]": 1,
		"style": 0, "[style]": 0, "iframe": 0, "base": 0, "form.find[role=search]": 1, "script[src]": scripts,
	} {
		if got := len(find(doc, selector)); want >= 0 && got != want || want < 0 && got == 0 {
			t.Errorf("%s: %d of %s, want %d", name, got, selector, want)
		}
	}
	for _, script := range find(doc, "script") {
		if !strings.Contains(attr(script, "src"), "assets/") || script.FirstChild != nil {
			t.Errorf("%s: a script that is not the theme's: %s %s", name, attr(script, "src"), text(script))
		}
	}
	ids := map[string]bool{}
	for d := range doc.Descendants() {
		for _, a := range d.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: <%s %s>", name, d.Data, a.Key)
			}
		}
		if id := attr(d, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s: two elements have the id %s", name, id)
			}
			ids[id] = true
		}
	}
	for _, table := range find(doc, "table") {
		if len(find(table, "caption")) != 1 || len(find(table, "thead th[scope=col]")) == 0 {
			t.Errorf("%s: a table without a caption or heads", name)
		}
		if region := table.Parent; attr(region, "role") != "region" || attr(region, "tabindex") != "0" {
			t.Errorf("%s: a table that is wider than the screen cannot be scrolled by keyboard", name)
		}
	}
	for _, e := range find(doc, "[aria-labelledby]") {
		for id := range strings.FieldsSeq(attr(e, "aria-labelledby")) {
			if !ids[id] {
				t.Errorf("%s: labelled by %s, which is not there", name, id)
			}
		}
	}
	for _, e := range find(doc, "time") {
		if attr(e, "datetime") == "" {
			t.Errorf("%s: a time without datetime: %s", name, text(e))
		}
	}
	for _, svg := range find(doc, "svg[role=img]") {
		if len(find(svg, "title")) == 0 || len(find(svg, "desc")) != 1 {
			t.Errorf("%s: a picture without words", name)
		}
	}
}

func TestCurrentEntryOfNavigation(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	for file, want := range map[string]string{"index.html": "Board", "changes/index.html": "Changes", "dark/index.html": "Dark", "flags/index.html": "Flags"} {
		if got := texts(document(t, files, file), ".site-nav a[aria-current=page]"); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: current is %q, want %s", file, got, want)
		}
	}
	if got := texts(document(t, files, "flags/instalments/index.html"), ".site-nav a[aria-current=true]"); !slices.Equal(got, []string{"Flags"}) {
		t.Errorf("a flag's page: current is %q", got)
	}
}

// What comes from a repository is text, wherever it ends up.
func TestHostileTextStaysText(t *testing.T) {
	for name, files := range everySite(t) {
		for file, data := range files {
			if !strings.HasSuffix(file, ".html") {
				continue
			}
			for _, bad := range []string{"<script>", "<img src=x", "\u202e", "href=\"javascript:"} {
				if bytes.Contains(data, []byte(bad)) {
					t.Errorf("%s %s: holds %q", name, file, bad)
				}
			}
		}
	}
	files := site(t, pages.Team(sampleInput("")))
	if got := texts(document(t, files, "changes/index.html"), "tbody th")[1]; !strings.HasPrefix(got, `<script>alert("x")</script>`) {
		t.Errorf("a hostile title reads %q", got)
	}
}
