package docs

import (
	"path"
	"slices"
	"strings"

	"daylight/generator/history"
)

// trace gives articles their lineages, from the oldest edition to the newest:
// the same path goes on, and a text that went while another one came may be the
// same text in another place.
func (p *Product) trace() {
	known := map[string]int{} // the lineage that a path had last
	next := 0
	var before *Edition
	for _, e := range slices.Backward(p.Editions) {
		e.byLine = map[int]*Article{}
		var came []*Article
		for _, a := range e.Articles {
			if n, ok := known[a.Path]; ok {
				a.Lineage = n
				e.byLine[n] = a
				continue
			}
			came = append(came, a)
		}
		var went []*Article
		if before != nil {
			for _, a := range before.Articles {
				if e.byLine[a.Lineage] == nil && !a.Blob.IsZero() {
					went = append(went, a)
				}
			}
		}
		from := renames(e, went, came)
		for _, a := range came {
			if old := from[a]; old != nil {
				a.Lineage = old.Lineage
			} else {
				a.Lineage = next
				next++
			}
			e.byLine[a.Lineage] = a
			known[a.Path] = a.Lineage
		}
		before = e
	}
}

// mostRenames bounds the pairs that are compared by their lines.
const mostRenames = 200

// renames finds for texts that came which one that went they are: by an alias,
// by equal content, then by lines in common. Each is taken once.
func renames(e *Edition, went, came []*Article) map[*Article]*Article {
	from := map[*Article]*Article{}
	taken := map[*Article]bool{}
	match := func(a, old *Article) {
		from[a], taken[old] = old, true
	}
	byPath, byBlob := map[string]*Article{}, map[history.Hash]*Article{}
	for _, old := range went {
		byPath[old.Path] = old
		byBlob[old.Blob] = old
	}
	for _, a := range came {
		for _, alias := range a.Meta.Aliases {
			if old := byPath[aliasPath(plainSegment, e, a, alias)]; old != nil && !taken[old] && from[a] == nil {
				match(a, old)
			}
		}
	}
	for _, a := range came {
		if old := byBlob[a.Blob]; old != nil && !a.Blob.IsZero() && from[a] == nil && !taken[old] {
			match(a, old)
		}
	}
	if len(went) > mostRenames || len(came) > mostRenames {
		return from
	}
	for _, a := range came {
		if from[a] != nil || a.Blob.IsZero() {
			continue
		}
		var best *Article
		score := 0
		for _, old := range went {
			if s := likeness(a, old); !taken[old] && s > score {
				best, score = old, s
			}
		}
		if best != nil {
			match(a, best)
		}
	}
	return from
}

// plainSegment is used where an alias is only compared.
func plainSegment(s string) string { return s }

// aliasPath gives the address that an alias means: from the root of the edition
// with a leading slash, else beside the article.
func aliasPath(segment func(string) string, e *Edition, a *Article, alias string) string {
	alias = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(alias), "/index.html"), ".html")
	alias = strings.TrimSuffix(strings.TrimSuffix(alias, ".md"), "/")
	if !strings.HasPrefix(alias, "/") {
		alias = path.Join("/", path.Dir(a.File), alias)
	}
	parts := strings.FieldsFunc(path.Clean(alias), func(r rune) bool { return r == '/' })
	// The address of the edition before it, as it stands in a browser.
	if len(parts) > 1 && parts[0] == "docs" && parts[1] == e.Name {
		parts = parts[2:]
	}
	for i, p := range parts {
		parts[i] = segment(plainName(p))
	}
	return strings.Join(parts, "/")
}

// redirect gathers the addresses that lead to an article of the edition from
// elsewhere: its aliases, and what it is called in other editions.
func (e *Edition) redirect(segment func(string) string, f *faults) {
	e.moved = map[string]*Article{}
	for _, a := range e.Articles {
		for _, alias := range a.Meta.Aliases {
			p := aliasPath(segment, e, a, alias)
			if other := e.byPath[p]; other != nil {
				if other != a {
					f.add(e, a, 1, 0, note{Rule: "docs-alias", Message: "the alias " + clip(alias) + " is the address of " + other.Title(),
						Hint: "take the alias out, or move the other page"})
				}
				continue
			}
			if first := e.moved[p]; first != nil && first != a {
				f.add(e, a, 1, 0, note{Rule: "docs-alias", Message: "the alias " + clip(alias) + " is one of " + first.File + " too"})
				continue
			}
			e.moved[p] = a
		}
	}
	for _, other := range e.product.Editions {
		for _, b := range other.Articles {
			a := e.byLine[b.Lineage]
			if a == nil || a.Path == b.Path || e.byPath[b.Path] != nil || e.moved[b.Path] != nil {
				continue
			}
			e.moved[b.Path] = a
		}
	}
}

// Redirect is an address that leads to an article.
type Redirect struct {
	Path string // below the edition
	To   *Article
}

// Redirects lists the addresses of the edition that lead elsewhere, by path.
func (e *Edition) Redirects() []Redirect {
	var out []Redirect
	for _, p := range sortedKeys(e.moved) {
		out = append(out, Redirect{p, e.moved[p]})
	}
	return out
}

// Same gives the article of another edition that a reader of this one wants: the
// same one wherever it is there, else the nearest folder above it, in the end the
// home.
func (e *Edition) Same(a *Article) *Article {
	if same := e.byLine[a.Lineage]; same != nil {
		return same
	}
	for p := a.Path; ; p = parentPath(p) {
		if b := e.byPath[p]; b != nil {
			return b
		}
		if b := e.moved[p]; b != nil {
			return b
		}
	}
}

// Has reports whether the edition has the same article.
func (e *Edition) Has(a *Article) bool { return e.byLine[a.Lineage] != nil }

// Canonical gives the edition whose copy of an article search engines should
// show: the latest one, else the newest stable one, else the newest of all that
// has it.
func (p *Product) Canonical(a *Article) *Edition {
	if e := p.Latest(); e != nil && e.Has(a) {
		return e
	}
	for _, kind := range []Kind{Stable, Prerelease, Unreleased} {
		for _, e := range p.Editions {
			if e.Kind == kind && e.Has(a) {
				return e
			}
		}
	}
	return nil
}

// Before gives the edition to compare with: the next older stable one, nil for
// the oldest.
func (e *Edition) Before() *Edition {
	passed := false
	for _, other := range e.product.Editions {
		if passed && other.Kind == Stable {
			return other
		}
		passed = passed || other == e
	}
	return nil
}

// Difference is what became of an article since an earlier edition.
type Difference struct {
	Before *Article // nil where the article is new
	Moved  bool
	// Added, Changed and Removed are sections. The text before the first heading
	// has no title.
	Added, Changed, Removed []Section
}

// None reports whether nothing differs.
func (d Difference) None() bool {
	return d.Before != nil && !d.Moved && len(d.Added)+len(d.Changed)+len(d.Removed) == 0
}

// Since compares an article with the one of an earlier edition.
func (e *Edition) Since(before *Edition, a *Article) Difference {
	d := Difference{Before: before.byLine[a.Lineage]}
	if d.Before == nil {
		return d
	}
	d.Moved = d.Before.Path != a.Path
	if d.Before.Blob == a.Blob {
		return d
	}
	old := map[string]Section{}
	for _, s := range d.Before.Scan.Sections {
		old[s.ID] = s
	}
	now := map[string]bool{}
	for _, s := range a.Scan.Sections {
		now[s.ID] = true
		switch o, ok := old[s.ID]; {
		case !ok:
			d.Added = append(d.Added, s)
		case o.Sum != s.Sum:
			d.Changed = append(d.Changed, s)
		}
	}
	for _, s := range d.Before.Scan.Sections {
		if !now[s.ID] {
			d.Removed = append(d.Removed, s)
		}
	}
	return d
}

// Gone lists the articles of an earlier edition that this one has not, in their
// order there. Folders without a page of their own do not count.
func (e *Edition) Gone(before *Edition) []*Article {
	var out []*Article
	for _, a := range before.Articles {
		if !a.Blob.IsZero() && !e.Has(a) {
			out = append(out, a)
		}
	}
	return out
}
