package render_test

import (
	"crypto/sha1"
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/generator/docs"
	"daylight/generator/history"
	"daylight/generator/markdown"
	"daylight/generator/pages"
)

// flatRepo is a repository in which each commit has one folder, of texts.
type flatRepo map[history.Hash][]history.Entry

func (r flatRepo) Folder(commit history.Hash, _ string) (history.Hash, bool, error) {
	return commit, r[commit] != nil, nil
}
func (r flatRepo) Tree(tree history.Hash) ([]history.Entry, error) { return r[tree], nil }
func (r flatRepo) Blob(blob history.Hash, _ int64) ([]byte, error) {
	return []byte(r[blob][0].Name), nil
}

// put adds a version's texts, and gives its commit.
func (r flatRepo) put(version string, texts map[string]string) history.Hash {
	commit := history.Hash(sha1.Sum([]byte(version)))
	for name, text := range texts {
		blob := history.Hash(sha1.Sum([]byte(text)))
		r[blob] = []history.Entry{{Name: text}}
		r[commit] = append(r[commit], history.Entry{Name: name, Hash: blob})
	}
	slices.SortFunc(r[commit], func(a, b history.Entry) int { return strings.Compare(a.Name, b.Name) })
	return commit
}

// docsInput is the sample with the docs of three versions of one product and of
// one version of another.
func docsInput(t *testing.T) pages.Input {
	t.Helper()
	in := sampleInput("https://x.example/sub/path/")
	long := map[string]string{"index.md": "# Long\n\nA list.\n"}
	for i := range 100 {
		long[fmt.Sprintf("page-%03d.md", i)] = fmt.Sprintf("# Page %03d\n\nText.\n", i)
	}
	r := flatRepo{}
	install := "# Install\n\nSee [the next](use.md#how) and ![it](way.svg). {{< docs-version >}}\n\n## On one\n\nText.\n\n### Deep\n\nMore.\n\n## On two\n\n```sh\nmake\n```\n"
	shop := []docs.EditionSource{
		{Name: "main", Kind: docs.Unreleased, Commit: r.put("main", map[string]string{"install.md": install, "to-use.md": "# Use it\n\n## How\n\nSo.\n\nAnd so on.\n\nTo the end.\n"})},
		{Name: "v2.0.0-rc.1", Kind: docs.Prerelease, Commit: r.put("rc", map[string]string{"install.md": install, "use.md": "# Use it\n\n## How\n\nSo.\n"})},
		{Name: "v1.1.0", Kind: docs.Stable, At: day("03-10 09:00"), Commit: r.put("v1.1.0", map[string]string{"install.md": install, "use.md": "# Use\n\n## How\n\nSo.\n", "way.svg": "<svg/>"})},
		{Name: "v1.0.0", Kind: docs.Stable, Commit: r.put("v1.0.0", map[string]string{"install.md": "# Install\n\nJust so.\n", "left.md": "# What is gone\n"})},
	}
	for i := range shop {
		shop[i].Ref = shop[i].Name
	}
	library, err := docs.Read(t.Context(), docs.Input{
		Markdown: markdown.NewArticles(markdown.ArticleOptions{Codes: true}), Segment: pages.Segment,
		Products: []docs.Source{
			{Name: "shop", Title: "The shop", Repo: r, Folders: []string{"docs"}, Editions: shop},
			{Name: "api", Title: "The <API>", Repo: r, Folders: []string{"docs"}, Editions: []docs.EditionSource{{Name: "v1", Kind: docs.Stable, Commit: r.put("api", long)}}},
		},
	})
	if err != nil || len(library.Faults) > 0 {
		t.Fatal(err, library.Faults)
	}
	library = library.For(docs.Viewer{All: true})
	shelf, values := docs.NewShelf(library), pages.TeamValues(in)
	in.Docs = &pages.DocsInput{
		Library: library, Sources: true,
		Article: func(e *docs.Edition, a *docs.Article, f docs.Filling) docs.HTML {
			html, err := shelf.HTML(e.Product(), a, f)
			if err != nil {
				t.Error(err)
			}
			return html
		},
		Value: func(e *docs.Edition, code docs.Shortcode, root string) docs.Fragment {
			f, _ := values.Value(e, code, root)
			return f
		},
		Asset: func(p *docs.Product, a *docs.Asset) string {
			data, err := p.Data(a)
			if err != nil {
				t.Error(err)
			}
			return string(data)
		},
	}
	return in
}

func TestDocsHaveTheirNavigation(t *testing.T) {
	files := site(t, pages.Team(docsInput(t)))
	page := document(t, files, "docs/shop/v1.1.0/install/index.html")
	for selector, want := range map[string][]string{
		".docs-tree [aria-current=page]": {"Install"},
		".switcher summary .chip":        {"latest"},
		".switcher [aria-current=page]":  {"v1.1.0"},
		".doc-contents a":                {"On one", "Deep", "On two"},
		".crumbs a":                      {"Docs", "The shop", "v1.1.0"},
		"a[rel=prev]":                    {"Before The shop"},
		"a[rel=next]":                    {"Next Use"},
		".site-nav [aria-current=true]":  {"Docs"},
		".doc-since li a":                {"On one", "Deep", "On two"},
		"link[rel=canonical]":            {""},
		".prose a[href=../use/#how]":     {"the next"},
		".prose img[src=../way.svg]":     {""},
		".docs-page .doc-banner":         nil,
	} {
		got := texts(page, selector)
		if selector == "a[rel=prev]" && len(got) == 1 && strings.HasPrefix(got[0], "Before") {
			continue // the home has the name of the folder
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	if got := attr(find(page, "link[rel=canonical]")[0], "href"); got != "https://x.example/sub/path/docs/shop/latest/install/" {
		t.Errorf("the canonical address is %s", got)
	}
	// A long folder shows the neighbourhood, and a way to all.
	tree := texts(document(t, files, "docs/api/latest/page-050/index.html"), ".docs-tree a")
	if len(tree) != 41 || tree[0] != "Page 030" || tree[40] != "All 100 pages" {
		t.Errorf("the tree has %d entries, from %q to %q", len(tree), tree[0], tree[len(tree)-1])
	}
	if _, ok := files["docs/shop/main/use/index.html"]; !ok {
		t.Error("the old address of the page that moved leads nowhere")
	}
}

// The sitemap names each text once: not the copies, and not the old versions.
func TestSitemapOfDocs(t *testing.T) {
	in := docsInput(t)
	in.Site.NoIndex = false
	urls := string(site(t, pages.Team(in))["sitemap.xml"])
	for address, want := range map[string]bool{
		"/docs/shop/latest/install/": true, "/docs/shop/v1.1.0/install/": false, "/docs/shop/v1.0.0/install/": false,
		"/docs/shop/main/install/": false, "/docs/": true,
	} {
		if got := strings.Contains(urls, "path"+address+"<"); got != want {
			t.Errorf("%s is in the sitemap: %t, want %t", address, got, want)
		}
	}
}
