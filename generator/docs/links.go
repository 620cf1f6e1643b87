package docs

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"daylight/generator/history"
)

// Target is where a relative link leads.
type Target struct {
	Article *Article // or
	Asset   *Asset   // or
	Outside string   // a path in the repository, outside of the docs
	Anchor  string   // "#linux" or ""; of an article
}

// Asset is a file that is published as it is.
type Asset struct {
	Path string // the address below the edition: "images/way.png"
	Blob history.Hash
	File string // from the root of the repository
}

// Resolve finds where a link of an article leads, as it is written: beside its
// own file first, as on a git host, then as an address beside its own page. A
// leading slash means the folder of the docs. It reports false for a link that
// leads nowhere.
func (e *Edition) Resolve(a *Article, address string) (Target, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" {
		return Target{}, false
	}
	var t Target
	if u.Fragment != "" {
		t.Anchor = "#" + u.EscapedFragment()
	}
	if u.Path == "" {
		t.Article = a
		if t.Anchor == "#"+a.Scan.TitleID {
			t.Anchor = "#content" // the title is the top of the page
		}
		return t, true
	}
	for _, from := range e.bases(a, u.Path) {
		if t.Article = e.article(from); t.Article != nil {
			if t.Anchor == "#"+t.Article.Scan.TitleID {
				t.Anchor = "" // the title is the top of the page
			}
			return t, true
		}
		if f, ok := e.assets[from]; ok {
			t.Asset = &Asset{Path: from, Blob: f.blob, File: f.place}
			return t, true
		}
	}
	if !strings.HasPrefix(u.Path, "/") && a.Place != "" {
		if p := path.Join(path.Dir(a.Place), u.Path); !strings.HasPrefix(p, "..") && !within(p, e.Folder) {
			t.Outside = p
			return t, true
		}
	}
	return Target{}, false
}

func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// bases gives the paths in the docs' folder that an address may mean.
func (e *Edition) bases(a *Article, address string) []string {
	join := func(dir string) string {
		p := path.Join("/", dir, address)
		// Join goes no higher than the root, where the link means something else.
		if up := strings.Count(address, "../"); up > 0 && up > depth(strings.Trim(path.Clean("/"+dir), "/")) {
			return "\x00"
		}
		return strings.TrimPrefix(p, "/")
	}
	if strings.HasPrefix(address, "/") {
		p := strings.TrimPrefix(path.Clean(address), "/")
		// As from the root of the repository, and as from the root of the site.
		return []string{p, strings.TrimPrefix(p, e.Folder+"/"), strings.TrimPrefix(p, "docs/")}
	}
	return []string{join(path.Dir("/" + a.File)), join(a.Path)}
}

// article finds an article by its file, its file without the ending, or its
// address.
func (e *Edition) article(p string) *Article {
	for _, ending := range []string{"", ".md", ".markdown", "/index.md", "/_index.md", "/README.md"} {
		if a := e.byFile[p+ending]; a != nil {
			return a
		}
	}
	p = strings.TrimSuffix(strings.TrimSuffix(p, "/index.html"), ".html")
	if a := e.byFile[p+".md"]; a != nil {
		return a
	}
	if a := e.byPath[strings.ToLower(strings.Trim(p, "/"))]; a != nil {
		return a
	}
	return e.moved[strings.ToLower(strings.Trim(p, "/"))]
}

// hasAnchor reports whether an article has a heading with this id.
func (a *Article) hasAnchor(anchor string) bool {
	id, err := url.PathUnescape(strings.TrimPrefix(anchor, "#"))
	if err != nil || id == "" || id == "top" || id == "content" || strings.HasPrefix(id, ":~:") {
		return true
	}
	for _, h := range a.Scan.Headings {
		if h.ID == id {
			return true
		}
	}
	return slices.Contains(a.Scan.Anchors, id) || a.Blob.IsZero() || a.Scan.Truncated
}

// checkLinks tells of links that lead nowhere.
func (e *Edition) checkLinks(f *faults) {
	for _, a := range e.Articles {
		for _, ref := range a.Scan.Links {
			t, ok := e.Resolve(a, ref.Address)
			what := "link"
			if ref.Image {
				what = "image"
			}
			switch {
			case !ok:
				f.add(e, a, ref.Line, ref.Col, note{Rule: "docs-link", Message: fmt.Sprintf("%s leads nowhere: %s", what, clip(ref.Address)),
					Hint: "name a file of the docs, relative to this one"})
			case t.Article != nil && t.Anchor != "" && !t.Article.hasAnchor(t.Anchor):
				f.add(e, a, ref.Line, ref.Col, note{Rule: "docs-anchor", Message: fmt.Sprintf("%s has no heading %s", t.Article.File, clip(t.Anchor)),
					Hint: "the id of a heading is its text in lower case, with hyphens for blanks"})
			case t.Asset != nil && !publishable(t.Asset.Path):
				f.add(e, a, ref.Line, ref.Col, note{Rule: "docs-asset", Message: fmt.Sprintf("%s is not published: files of this kind can run code", clip(ref.Address))})
			}
		}
	}
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// HasCodes reports whether any text has a shortcode.
func (l *Library) HasCodes() bool {
	for _, p := range l.Products {
		for _, e := range p.Editions {
			for _, a := range e.Articles {
				if len(a.Scan.Codes) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// CheckCodes asks of each shortcode what is wrong with it, and gives the faults
// with their places. A fault without a message is none.
func (l *Library) CheckCodes(ask func(e *Edition, code Shortcode) Fault) []Fault {
	f := &faults{}
	for _, p := range l.Products {
		for _, e := range p.Editions {
			for _, a := range e.Articles {
				for _, c := range a.Scan.Codes {
					if w := ask(e, c); w.Message != "" {
						f.add(e, a, c.Line, c.Col, note{Message: w.Message, Hint: w.Hint, Rule: w.Rule, Error: w.Error})
					}
				}
			}
		}
	}
	return f.list()
}
