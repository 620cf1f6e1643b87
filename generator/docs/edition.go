package docs

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// articles makes an edition of its files: texts become articles, the others
// assets.
func (r *reader) articles(e *Edition, files []file) {
	e.assets = map[string]file{}
	for _, f := range files {
		if isPart(f.path) {
			continue
		}
		if !isText(f.path) {
			e.assets[f.path] = f
			continue
		}
		if t := r.texts[f.blob]; t != nil {
			e.Articles = append(e.Articles, &Article{Text: t, Blob: f.blob, File: f.path, Place: f.place, Ref: f.ref})
		}
	}
}

// isPart reports whether a text is there to be included by others: it, or a folder
// that it is in, has a name that begins with an underscore.
func isPart(p string) bool {
	if !isText(p) {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if strings.HasPrefix(part, "_") && indexRank(part) == 0 {
			return true
		}
	}
	return false
}

// indexRank says how well a file's name suits a folder's page: 1 is best, 0 is
// not at all.
func indexRank(name string) int {
	switch strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) {
	case "index":
		return 1
	case "_index":
		return 2
	case "readme":
		return 3
	}
	return 0
}

// address gives the parts of an article's address from its file.
func address(segment func(string) string, a *Article, isIndex bool) string {
	dir, name := path.Split(a.File)
	parts := strings.FieldsFunc(dir, func(r rune) bool { return r == '/' })
	if !isIndex {
		name = strings.TrimSuffix(name, path.Ext(name))
		if s := strings.Trim(a.Meta.Slug, "/"); s != "" {
			name = s
		}
		parts = append(parts, name)
	} else if s := strings.Trim(a.Meta.Slug, "/"); s != "" && len(parts) > 0 {
		parts[len(parts)-1] = s
	}
	for i, p := range parts {
		parts[i] = segment(plainName(p))
	}
	return strings.Join(parts, "/")
}

// plainName is a name as addresses have it: lower case, hyphens for blanks.
func plainName(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}

func depth(path string) int {
	if path == "" {
		return 0
	}
	return strings.Count(path, "/") + 1
}

// nameTitle makes a title of the last part of an address.
func nameTitle(p string) string {
	name := path.Base(p)
	if p == "" {
		return "Docs"
	}
	name = strings.TrimLeft(strings.NewReplacer("-", " ", "_", " ").Replace(name), "0123456789. ")
	if name == "" {
		name = path.Base(p)
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// grow gives the articles their addresses and builds the tree. An address that
// two files claim goes to the better page of a folder, then to the first file;
// clash is told of the others, which are left out.
func (e *Edition) grow(segment func(string) string, clash func(loser, winner *Article)) {
	byRank := slices.Clone(e.Articles)
	slices.SortFunc(byRank, func(a, b *Article) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.File, b.File))
	})
	e.byPath, e.byFile = map[string]*Article{}, map[string]*Article{}
	e.Articles = nil
	for _, a := range byRank {
		a.Path = address(segment, a, indexRank(path.Base(a.File)) > 0)
		first, taken := e.byPath[a.Path]
		// A README beside an index is an article of its own.
		if taken && indexRank(path.Base(a.File)) > 0 {
			a.Path = address(segment, a, false)
			first, taken = e.byPath[a.Path]
		}
		if taken {
			clash(a, first)
			e.byFile[a.File] = first // links to it lead somewhere
			continue
		}
		e.byPath[a.Path], e.byFile[a.File] = a, a
	}
	e.folders()
	e.order()
}

// rankOf puts the pages of folders first, the best first, and then the rest.
func rankOf(a *Article) int {
	if n := indexRank(path.Base(a.File)); n > 0 {
		return n
	}
	return 9
}

// folders makes a page for each folder that has none, and hangs each article
// below that of its folder.
func (e *Edition) folders() {
	paths := sortedKeys(e.byPath)
	if _, ok := e.byPath[""]; !ok {
		paths = append(paths, "")
		e.byPath[""] = &Article{Text: &Text{}}
	}
	for _, p := range paths {
		for p != "" {
			a, up := e.byPath[p], parentPath(p)
			folder := e.byPath[up]
			if folder == nil {
				folder = &Article{Text: &Text{}, Path: up}
				e.byPath[up] = folder
			}
			if a.Parent != nil {
				break
			}
			a.Parent = folder
			folder.Children = append(folder.Children, a)
			p = up
		}
	}
}

func parentPath(p string) string {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[:i]
	}
	return ""
}

// order sorts the tree by weight, title and path, and lists it.
func (e *Edition) order() {
	var walk func(a *Article)
	walk = func(a *Article) {
		slices.SortFunc(a.Children, func(a, b *Article) int {
			return cmp.Or(weightFirst(a.Meta.Weight, b.Meta.Weight),
				cmp.Compare(strings.ToLower(a.LinkTitle()), strings.ToLower(b.LinkTitle())), cmp.Compare(a.Path, b.Path))
		})
		e.Articles = append(e.Articles, a)
		for _, c := range a.Children {
			walk(c)
		}
	}
	walk(e.byPath[""])
	for i, a := range e.Articles {
		if i > 0 {
			a.Previous = e.Articles[i-1]
		}
		if i+1 < len(e.Articles) {
			a.Next = e.Articles[i+1]
		}
	}
}

// weightFirst puts those with a weight before those without.
func weightFirst(a, b int64) int {
	if (a == 0) != (b == 0) {
		if a == 0 {
			return 1
		}
		return -1
	}
	return cmp.Compare(a, b)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Article gives the article at an address below the edition, nil without one.
func (e *Edition) Article(path string) *Article { return e.byPath[path] }
