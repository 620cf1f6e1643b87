package docs_test

import (
	"context"
	"crypto/sha1"
	"fmt"
	"strings"
	"testing"

	"daylight/generator/docs"
	"daylight/generator/history"
)

// manyVersions makes a repository of versions with pages in ten folders, of which
// each version changes every tenth, and the editions, newest first.
func manyVersions(versions, pages int) (*fakeRepo, []docs.EditionSource) {
	r := &fakeRepo{trees: map[history.Hash][]history.Entry{}, blobs: map[history.Hash][]byte{},
		readBlobs: map[history.Hash]int{}, commitToTree: map[history.Hash]history.Hash{}}
	files := map[string]string{"docs/index.md": "# Home\n"}
	var editions []docs.EditionSource
	for v := range versions {
		for i := range pages {
			if v > 0 && (i+v)%10 != 0 {
				continue
			}
			var b strings.Builder
			fmt.Fprintf(&b, "# Page %d\n\nWhat is dark in it. As of %d.\n", i, v)
			for s := range 6 {
				fmt.Fprintf(&b, "\n## Section %d\n\n%s\n\n- [next](p%d.md)\n", s, strings.Repeat("words that say little ", 20), (i+10)%pages)
			}
			b.WriteString("\n```sh\nrun --fast \"$HOME\"\n```\n")
			files[fmt.Sprintf("docs/f%d/p%d.md", i%10, i)] = b.String()
		}
		name := fmt.Sprintf("v1.%d.0", v)
		commit := history.Hash(sha1.Sum([]byte(name)))
		r.commitToTree[commit] = r.put(files)
		editions = append([]docs.EditionSource{{Name: name, Ref: name, Kind: docs.Stable, Commit: commit}}, editions...)
	}
	return r, editions
}

// build reads the editions and renders every article of them, as a site does, and
// gives the HTML by edition and address.
func build(ctx context.Context, r *fakeRepo, editions []docs.EditionSource, store docs.Store) (*docs.Shelf, map[string]docs.HTML, error) {
	l, err := docs.Read(ctx, docs.Input{
		Products: []docs.Source{{Title: "Thing", Repo: r, Folders: []string{"docs"}, Editions: editions}},
		Markdown: articles(), Store: store, Segment: func(s string) string { return s },
	})
	if err != nil {
		return nil, nil, err
	}
	l = l.For(docs.Viewer{All: true})
	shelf, out := docs.NewShelf(l), map[string]docs.HTML{}
	for _, p := range l.Products {
		for _, e := range p.Editions {
			for _, a := range e.Articles {
				f := docs.Filling{Root: strings.Repeat("../", a.Depth()+2), Links: map[string]string{}}
				for _, ref := range a.Scan.Links {
					if to, ok := e.Resolve(a, ref.Address); ok {
						f.Links[ref.Address] = strings.Repeat("../", a.Depth()) + to.Article.Path + "/"
					}
				}
				html, err := shelf.HTML(p, a, f)
				if err != nil {
					return nil, nil, err
				}
				out[e.Name+"/"+a.Path] = html
			}
		}
	}
	return shelf, out, nil
}

// A new version renders what is new in it, and nothing else: every old article
// comes from the store, with the same bytes.
func TestAnArticleIsRenderedOnce(t *testing.T) {
	const versions, pages = 12, 60
	r, editions := manyVersions(versions+1, pages)
	store := &kept{}
	first, before, err := build(t.Context(), r, editions[1:], store)
	if err != nil {
		t.Fatal(err)
	}
	// Each version but the first changes a tenth of the pages; the home never.
	if want := pages + 1 + (versions-1)*pages/10; first.Rendered() != want || first.Kept() != 0 {
		t.Errorf("the first build rendered %d articles, want %d, and kept %d", first.Rendered(), want, first.Kept())
	}
	for h, n := range r.readBlobs {
		if n > 2 { // once to read it, once to render it
			t.Errorf("blob %s was read %d times", h, n)
		}
	}
	if perVersion := float64(r.readTrees) / versions; perVersion > 12 {
		t.Errorf("%.1f folders were read for each version: unchanged ones too", perVersion)
	}
	clear(r.readBlobs)
	second, after, err := build(t.Context(), r, editions, store)
	if err != nil {
		t.Fatal(err)
	}
	if second.Rendered() != pages/10 || second.Kept() != first.Rendered() {
		t.Errorf("the second build rendered %d articles, want %d, and kept %d of %d", second.Rendered(), pages/10, second.Kept(), first.Rendered())
	}
	if len(r.readBlobs) != pages/10 {
		t.Errorf("%d blobs were read again", len(r.readBlobs)-pages/10)
	}
	for page, html := range before {
		if after[page] != html {
			t.Errorf("%s has changed", page)
		}
	}
}

// The key says all that an article depends on, and nothing else.
func TestKey(t *testing.T) {
	l, _ := read(t, "-- v1/docs/a.md --\nA dark [b](b.md). {{< change 1 >}}\n-- v1/docs/b.md --\n[a](a.md)\n", docs.EditionSource{Name: "v1"})
	l = l.For(docs.Viewer{All: true})
	s := docs.NewShelf(l)
	a, b := l.Products[0].Editions[0].Article("a"), l.Products[0].Editions[0].Article("b")
	filling := func(to, root, value string) docs.Filling {
		return docs.Filling{Root: root, Links: map[string]string{"b.md": to, "a.md": to}, Values: []docs.Fragment{{Parts: []docs.Part{{Text: value}}}}}
	}
	base := s.Key(a, filling("../b/", "../../", "1"))
	for name, key := range map[string]string{
		"where a link leads":   s.Key(a, filling("../c/", "../../", "1")),
		"where the terms are":  s.Key(a, filling("../b/", "../../../", "1")),
		"the value of a code":  s.Key(a, filling("../b/", "../../", "2")),
		"the text of the page": s.Key(b, filling("../b/", "../../", "1")),
	} {
		if key == base {
			t.Errorf("the key does not depend on %s", name)
		}
	}
	if s.Key(b, docs.Filling{Root: "../", Links: map[string]string{"a.md": "../a/"}}) != s.Key(b, docs.Filling{Root: "../../", Links: map[string]string{"a.md": "../a/"}}) {
		t.Error("the key of a text without terms depends on where the terms are")
	}
}

// BenchmarkFirstBuild reads and renders 50 versions of 200 pages from nothing.
func BenchmarkFirstBuild(b *testing.B) {
	r, editions := manyVersions(50, 200)
	for b.Loop() {
		shelf, _, err := build(b.Context(), r, editions, &kept{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(shelf.Rendered()), "rendered")
	}
}

// BenchmarkNewVersion builds again after one new version.
func BenchmarkNewVersion(b *testing.B) {
	r, editions := manyVersions(51, 200)
	for b.Loop() {
		b.StopTimer()
		store := &kept{}
		if _, _, err := build(b.Context(), r, editions[1:], store); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		shelf, _, err := build(b.Context(), r, editions, store)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(shelf.Rendered()), "rendered")
	}
}
