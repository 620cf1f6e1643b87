package docs_test

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"daylight/generator/docs"
	"daylight/generator/glossary"
	"daylight/generator/history"
	"daylight/generator/markdown"
	"daylight/generator/versions"
)

// fakeRepo is a repository of trees that were made of an archive. It counts what
// is read.
type fakeRepo struct {
	mu           sync.Mutex
	trees        map[history.Hash][]history.Entry
	blobs        map[history.Hash][]byte
	readTrees    int
	readBlobs    map[history.Hash]int
	commitToTree map[history.Hash]history.Hash
}

func (r *fakeRepo) Folder(commit history.Hash, p string) (history.Hash, bool, error) {
	at := r.commitToTree[commit]
	for _, part := range strings.FieldsFunc(p, func(c rune) bool { return c == '/' }) {
		i := slices.IndexFunc(r.trees[at], func(e history.Entry) bool { return e.Name == part && e.Folder })
		if i < 0 {
			return history.Hash{}, false, nil
		}
		at = r.trees[at][i].Hash
	}
	return at, true, nil
}

func (r *fakeRepo) Tree(tree history.Hash) ([]history.Entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readTrees++
	return slices.Clone(r.trees[tree]), nil
}

func (r *fakeRepo) Blob(blob history.Hash, limit int64) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readBlobs[blob]++
	data, ok := r.blobs[blob]
	if !ok || int64(len(data)) > limit {
		return nil, errors.New("no such blob")
	}
	return data, nil
}

// put makes the tree of some files, and gives its id.
func (r *fakeRepo) put(files map[string]string) history.Hash {
	here, below := map[string]history.Entry{}, map[string]map[string]string{}
	for name, text := range files {
		first, rest, deep := strings.Cut(name, "/")
		if deep {
			if below[first] == nil {
				below[first] = map[string]string{}
			}
			below[first][rest] = text
			continue
		}
		h := history.Hash(sha1.Sum([]byte("blob" + text)))
		r.blobs[h] = []byte(text)
		here[first] = history.Entry{Name: first, Hash: h}
	}
	for name, sub := range below {
		here[name] = history.Entry{Name: name, Folder: true, Hash: r.put(sub)}
	}
	var list []history.Entry
	sum := "tree"
	for _, name := range slices.Sorted(keys(here)) {
		list = append(list, here[name])
		sum += name + here[name].Hash.String()
	}
	h := history.Hash(sha1.Sum([]byte(sum)))
	r.trees[h] = list
	return h
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// archive makes a repository with a commit for each first folder of an archive.
func archive(t *testing.T, text string) (*fakeRepo, func(version string) history.Hash) {
	t.Helper()
	r := &fakeRepo{trees: map[history.Hash][]history.Entry{}, blobs: map[history.Hash][]byte{},
		readBlobs: map[history.Hash]int{}, commitToTree: map[history.Hash]history.Hash{}}
	byVersion := map[string]map[string]string{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		version, name, _ := strings.Cut(f.Name, "/")
		if byVersion[version] == nil {
			byVersion[version] = map[string]string{}
		}
		byVersion[version][name] = string(f.Data)
	}
	commit := func(version string) history.Hash { return sha1.Sum([]byte("commit" + version)) }
	for version, files := range byVersion {
		r.commitToTree[commit(version)] = r.put(files)
	}
	return r, commit
}

// kept is a store in memory.
type kept struct{ m sync.Map }

func (k *kept) Get(kind, key string) ([]byte, bool) {
	v, ok := k.m.Load(kind + key)
	if !ok {
		return nil, false
	}
	return v.([]byte), true
}

func (k *kept) Put(kind, key string, value []byte) error {
	k.m.Store(kind+key, value)
	return nil
}

func articles() *markdown.Articles {
	return markdown.NewArticles(markdown.ArticleOptions{Codes: true,
		Terms: []glossary.Term{{Slug: "dark", Name: "dark", Summary: "Deployed and unseen."}},
		Term:  func(slug string) string { return "glossary/" + slug + "/" }})
}

// read makes the library of an archive, with the versions newest first.
func read(t *testing.T, text string, editions ...docs.EditionSource) (*docs.Library, *fakeRepo) {
	t.Helper()
	r, commit := archive(t, text)
	for i := range editions {
		e := &editions[i]
		e.Commit, e.OverlayCommit = commit(e.Name), commit("main")
		if e.Ref == "" {
			e.Ref = e.Name
		}
		if e.Kind == "" {
			e.Kind = docs.Stable
		}
	}
	l, err := docs.Read(t.Context(), docs.Input{
		Products: []docs.Source{{Title: "Thing", Repository: "thing", Repo: r, Folders: []string{"docs"}, Editions: editions}},
		Markdown: articles(), Segment: func(s string) string { return s },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l, r
}

func tree(e *docs.Edition) string {
	var b strings.Builder
	for _, a := range e.Articles {
		fmt.Fprintf(&b, "%s%s = %s\n", strings.Repeat("  ", a.Depth()), "/"+a.Path, a.Title())
	}
	return b.String()
}

func TestTree(t *testing.T) {
	l, _ := read(t, `
-- v1/docs/README.md --
# The docs
-- v1/docs/b.md --
# B
-- v1/docs/a.md --
---
title: Last of all
weight: 20
---
-- v1/docs/c.md --
---
title: First
weight: 10
---
-- v1/docs/guide/To Install.md --
# Install
-- v1/docs/guide/deep/x.md --
# X
-- v1/docs/plain/_index.md --
# Plain
-- v1/docs/plain/README.md --
# Read me too
-- v1/docs/plain/y.md --
---
slug: why
---
# Y
-- v1/docs/_shared/part.md --
# Never a page
-- v1/docs/draft.md --
---
draft: true
---
-- v1/docs/.hidden/z.md --
# Never read
`, docs.EditionSource{Name: "v1"})
	got := tree(l.For(docs.Viewer{All: true}).Products[0].Editions[0])
	want := `/ = The docs
  /c = First
  /a = Last of all
  /b = B
  /guide = Guide
    /guide/deep = Deep
      /guide/deep/x = X
    /guide/to-install = Install
  /plain = Plain
    /plain/readme = Read me too
    /plain/why = Y
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadersSeeWhatTheyMay(t *testing.T) {
	l, _ := read(t, `
-- v1/docs/open.md --
# Open
-- v1/docs/team.md --
---
audience: team
---
-- v1/docs/both.md --
---
audience: [team, Customers]
---
-- v1/docs/dark.md --
---
flag: basket
---
-- v1/docs/seen.md --
---
flag: search
change: 12
---
-- v1/docs/odd.md --
---
audience: {no: list}
---
-- v1/docs/broken.md --
---
audience: [team
---
-- v1/docs/secret/index.md --
---
audience: team
---
-- v1/docs/secret/inside.md --
# Inside
`, docs.EditionSource{Name: "v1"})
	seen := l.For(docs.Viewer{Name: "customers", Flag: func(f string) bool { return f == "search" }, Change: func(c string) bool { return c == "12" }})
	if got, want := tree(seen.Products[0].Editions[0]), "/ = Docs\n  /both = Both\n  /open = Open\n  /seen = Seen\n"; got != want {
		t.Errorf("customers see\n%s\nwant\n%s", got, want)
	}
	if got := tree(l.For(docs.Viewer{Name: "others"}).Products[0].Editions[0]); strings.Contains(got, "Seen") || strings.Contains(got, "Both") {
		t.Errorf("others see\n%s", got)
	}
	if n := len(l.For(docs.Viewer{All: true}).Products[0].Editions[0].Articles); n != 10 {
		t.Errorf("the team sees %d articles, want 10", n)
	}
	var rules []string
	for _, f := range l.Faults {
		rules = append(rules, fmt.Sprintf("%s:%d %s", path.Base(f.File), f.Line, f.Rule))
	}
	if want := []string{"broken.md:2 front-matter", "odd.md:2 front-matter"}; !slices.Equal(rules, want) {
		t.Errorf("faults are %q, want %q", rules, want)
	}
}

func TestLineage(t *testing.T) {
	l, _ := read(t, `
-- v1/docs/a.md --
# A
-- v1/docs/old/start.md --
# Start

One.

## Here

Two.

## There

Three.
-- v1/docs/was.md --
# Was
-- v1/docs/gone.md --
# Gone
-- v2/docs/a.md --
# A

## More
-- v2/docs/new/begin.md --
# Begin

One.

## Here

Two.

## There

Three, or four.
-- v2/docs/is.md --
---
aliases: [/was, /docs/v2/older/]
---
# Quite another text
-- v3/docs/a.md --
# A

## More
-- v3/docs/new/begin.md --
# Begin

One.

## Here

Two.

## There

Three, or four.
-- v3/docs/gone.md --
# Back again
`, docs.EditionSource{Name: "v3"}, docs.EditionSource{Name: "v2"}, docs.EditionSource{Name: "v1"})
	p := l.For(docs.Viewer{All: true}).Products[0]
	v3, v2, v1 := p.Editions[0], p.Editions[1], p.Editions[2]
	same := func(from, to *docs.Edition, address, want string) {
		t.Helper()
		if got := to.Same(from.Article(address)).Path; got != want {
			t.Errorf("%s of %s is %q in %s, want %q", address, from.Name, got, to.Name, want)
		}
	}
	same(v1, v3, "old/start", "new/begin") // by its sections
	same(v3, v1, "new/begin", "old/start")
	same(v1, v2, "was", "is")    // by its alias
	same(v1, v2, "gone", "")     // the nearest above
	same(v1, v3, "gone", "gone") // it came back
	same(v1, v3, "was", "")
	moved := map[string]string{}
	for _, r := range v2.Redirects() {
		moved[r.Path] = r.To.Path
	}
	if moved["was"] != "is" || moved["older"] != "is" || moved["old/start"] != "new/begin" {
		t.Errorf("redirects of v2 are %v", moved)
	}
	if e := p.Canonical(v1.Article("was")); e != v2 {
		t.Errorf("the canonical edition of was is %v", e)
	}
	d := v2.Since(v1, v2.Article("new/begin"))
	if !d.Moved || len(d.Changed) != 2 || d.Changed[1].ID != "there" || len(d.Added)+len(d.Removed) != 0 {
		t.Errorf("since v1: %+v", d)
	}
	if d := v3.Since(v2, v3.Article("a")); !d.None() {
		t.Errorf("since v2: %+v", d)
	}
	if gone := v3.Gone(v2); len(gone) != 1 || gone[0].Path != "is" {
		t.Errorf("gone: %v", gone)
	}
}

func TestOverlay(t *testing.T) {
	l, _ := read(t, `
-- v1/docs/a.md --
# Wrong
-- v1/docs/b.md --
# B
-- main/fixes/v1/a.md --
# Right
-- main/fixes/v1/c.md --
# C
`, docs.EditionSource{Name: "v1", Overlay: "fixes/v1", OverlayRef: "main"})
	e := l.For(docs.Viewer{All: true}).Products[0].Editions[0]
	if got, want := tree(e), "/ = Docs\n  /b = B\n  /c = C\n  /a = Right\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	if a := e.Article("a"); a.Place != "fixes/v1/a.md" || a.Ref != "main" {
		t.Errorf("a is from %s at %s", a.Place, a.Ref)
	}
}

func TestLinks(t *testing.T) {
	l, _ := read(t, `
-- v1/docs/index.md --
# Home
-- v1/docs/guide/install.md --
# Install

[a](../index.md) [b](linux.md#apt) [c](../guide/linux) [d](/guide/linux.md) [e](../../cmd/main.go)
[f](nowhere.md) [g](linux.md#yum) [h](#install) ![i](../i/x.png) ![j](../run.html) [k](../../../etc/passwd)
[l](linux.md#a-term)
-- v1/docs/guide/linux.md --
# Linux

## Apt

A term
: what it means
-- v1/docs/i/x.png --
x
-- v1/docs/run.html --
x
`, docs.EditionSource{Name: "v1"})
	view := l.For(docs.Viewer{All: true})
	e := view.Products[0].Editions[0]
	a := e.Article("guide/install")
	for address, want := range map[string]string{
		"../index.md": "", "linux.md#apt": "guide/linux#apt", "../guide/linux": "guide/linux", "/guide/linux.md": "guide/linux",
		"../../cmd/main.go": "outside cmd/main.go", "#install": "guide/install#content", "../i/x.png": "asset i/x.png",
		"linux.html": "guide/linux", "./": "guide/", "javascript:x": "none", "//host/x": "none", "../../../etc/passwd": "none", "%zz": "none",
	} {
		target, ok := e.Resolve(a, address)
		got := "none"
		switch {
		case !ok:
		case target.Article != nil:
			got = target.Article.Path + target.Anchor
		case target.Asset != nil:
			got = "asset " + target.Asset.Path
		default:
			got = "outside " + target.Outside
		}
		if strings.TrimSuffix(got, "/") != strings.TrimSuffix(want, "/") {
			t.Errorf("%s leads to %q, want %q", address, got, want)
		}
	}
	var got []string
	for _, f := range view.Faults {
		got = append(got, fmt.Sprintf("%s:%s:%d:%d %s", f.Version, f.File, f.Line, f.Col, f.Rule))
	}
	want := []string{
		"v1:docs/guide/install.md:4:1 docs-link", "v1:docs/guide/install.md:4:17 docs-anchor",
		"v1:docs/guide/install.md:4:66 docs-asset", "v1:docs/guide/install.md:4:84 docs-link",
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if assets := e.Assets(); len(assets) != 1 || assets[0].Path != "i/x.png" {
		t.Errorf("assets are %v", assets)
	}
}

func TestChoose(t *testing.T) {
	selected, err := versions.Select(strings.Fields("v1.0.0 v1.0.1 v1.1.0 v1.1.1-rc.1 v1.2.0 v1.3.0-rc.1 v1.3.0-rc.2 v2.0.0-beta.1"), versions.Options{})
	if err != nil {
		t.Fatal(err)
	}
	atLeast, err := versions.ParseConstraint(">=1.1")
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]docs.Choice{
		"v1.2.0 v1.1.0 v1.0.1 v1.0.0":                     {},
		"v1.2.0 v1.1.0 v1.0.1":                            {NewestPatch: true},
		"v1.2.0 v1.1.0":                                   {NewestPatch: true, Last: 2},
		"v2.0.0-beta.1 v1.3.0-rc.2 v1.2.0 v1.1.0":         {Constraint: atLeast, Prereleases: docs.NewPrereleases},
		"v2.0.0-beta.1 v1.3.0-rc.2 v1.3.0-rc.1 v1.2.0":    {Last: 1, Prereleases: docs.AllPrereleases},
		"v2.0.0-beta.1 v1.3.0-rc.2 v1.2.0 v1.1.0 v1.0.1 ": {NewestPatch: true, Prereleases: docs.NewPrereleases},
	} {
		var tags []string
		for _, v := range docs.Choose(selected.Versions, c) {
			tags = append(tags, v.Tag)
		}
		if got := strings.Join(tags, " "); got != strings.TrimSpace(want) {
			t.Errorf("%+v chooses %s, want %s", c, got, want)
		}
	}
}

func TestPicturesThatRun(t *testing.T) {
	for svg, runs := range map[string]bool{
		`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`: false,
		`<svg><SCRIPT>alert(1)</SCRIPT></svg>`:                           true,
		`<svg><svg:script>alert(1)</svg:script></svg>`:                   true,
		`<svg onload="alert(1)"/>`:                                       true,
		`<svg><a href="&#106;avascript:alert(1)"/></svg>`:                true,
		`<svg><foreignObject/></svg>`:                                    true,
		`<!DOCTYPE svg [<!ENTITY x "y">]><svg/>`:                         true,
		"<\x00s\x00c\x00r\x00i\x00p\x00t\x00>":                           true,
	} {
		l, _ := read(t, "-- v1/docs/a.md --\n![](x.svg)\n-- v1/docs/x.svg --\n"+svg, docs.EditionSource{Name: "v1"})
		p := l.For(docs.Viewer{All: true}).Products[0]
		_, err := p.Data(p.Editions[0].Assets()[0])
		if errors.Is(err, docs.ErrActive) != runs {
			t.Errorf("%s: %v", svg, err)
		}
	}
}
