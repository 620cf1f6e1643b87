// Package render turns pages into files through a theme's templates.
//
// The type is [Renderer]: templates that were parsed once, and are executed by
// many goroutines at the same time. A page names its template and brings a
// struct that was made for it; the renderer adds the file's name and nothing to
// the content.
//
// # Templates
//
// layout.html defines the parts of every page around its "main". A file with a
// definition of "main" is a page type; every other file holds pieces that all
// page types share. A theme or a user overrides a file by giving one of the same
// name: see [Layers] for the order.
//
// A page is written part by part: "head" and "above" from its frame, "extra" and
// "main" from its struct, "top" and "bottom" from its shell. The last two are the
// same to the last byte on thousands of pages, so they are executed once for
// each shell; that is a third of the work of a page. The others are compiled
// when their first page comes, since html/template takes five times as long; what
// the compiler does not know stays with html/template, and the bytes are the same.
//
// # Markdown
//
// Text of the type pages.Markdown becomes HTML in one place, the function
// "markdown" of the templates, which calls what [New] was given. This package
// never makes a template.HTML itself.
//
// # What is not done here
//
// Nothing is written to disk, no page is held in memory after it was returned,
// and no decision about content is made.
package render

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"daylight/generator/pages"
	"daylight/generator/publish"
)

// ErrNoTemplate is returned for a page whose template no layer has.
var ErrNoTemplate = errors.New("no such template")

// Renderer renders pages. It is safe for use by many goroutines.
type Renderer struct {
	byName map[string]*parts
	assets []publish.File
	runs   sync.Pool // of *run, whose memory is used again
	shells sync.Map  // of *shell by *pages.Shell
	terms  Terms
}

// parts are the templates of one page type, in the order in which they are
// written.
type parts struct{ head, extra, top, above, main, bottom *part }

// markdown is the function of that name in templates.
type markdown func(pages.Markdown) (template.HTML, error)

// shell is a rendered shell.
type shell struct{ top, bottom []byte }

// New parses all templates. The templates are what [Layers] puts together;
// theme holds the files that pages load, such as style.css, of which those in
// its folder templates are left out. Markdown turns a text into safe HTML.
func New(templates, theme fs.FS, markdown func([]byte) (template.HTML, error)) (*Renderer, error) {
	r := &Renderer{byName: map[string]*parts{}}
	r.runs.New = func() any { return new(run) }
	files, err := readAll(templates)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	toHTML := func(md pages.Markdown) (template.HTML, error) {
		if md == "" {
			return "", nil
		}
		return markdown([]byte(md))
	}
	base := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"markdown": toHTML})
	for _, f := range files {
		if !isPage(f) {
			if _, err := base.New(f.Path).Parse(string(f.Data)); err != nil {
				return nil, fmt.Errorf("parse template %s: %w", f.Path, err)
			}
		}
	}
	for _, f := range files {
		if !isPage(f) {
			continue
		}
		set, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("prepare template %s: %w", f.Path, err)
		}
		if _, err := set.New(f.Path).Parse(string(f.Data)); err != nil {
			return nil, fmt.Errorf("parse template %s: %w", f.Path, err)
		}
		if r.byName[strings.TrimSuffix(f.Path, ".html")], err = partsOf(set, toHTML); err != nil {
			return nil, fmt.Errorf("prepare template %s: %w", f.Path, err)
		}
	}
	if r.assets, err = assets(theme); err != nil {
		return nil, fmt.Errorf("read theme: %w", err)
	}
	return r, nil
}

// partsOf finds the parts of a page type, and has html/template escape them: it
// does so before it executes a template for the first time, and there is no other
// way to ask. Without data the execution itself may fail, which says nothing.
func partsOf(set *template.Template, markdown markdown) (*parts, error) {
	var p parts
	for _, to := range []struct {
		name string
		part **part
	}{{"head", &p.head}, {"extra", &p.extra}, {"top", &p.top}, {"above", &p.above}, {"main", &p.main}, {"bottom", &p.bottom}} {
		t := set.Lookup(to.name)
		if t == nil {
			return nil, fmt.Errorf("%w: %s", ErrNoTemplate, to.name)
		}
		var unsafe *template.Error
		if err := t.Execute(io.Discard, nil); errors.As(err, &unsafe) {
			return nil, err
		}
		*to.part = &part{html: t, markdown: markdown}
	}
	return &p, nil
}

// isPage reports whether a template is a type of page. The definition is looked
// for in the text, since a parsed set no longer tells which file defined what.
func isPage(f publish.File) bool { return bytes.Contains(f.Data, []byte(`{{define "main"}}`)) }

// Names lists the page templates, sorted.
func (r *Renderer) Names() []string {
	var out []string
	for name := range r.byName {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Parts gives the parsed parts of a page type by what they are made from, for
// checks: those of the page's struct, of its frame and of its shell. They are
// empty when there is no such type.
func (r *Renderer) Parts(name string) (page, frame, shell []*template.Template) {
	p := r.byName[name]
	if p == nil {
		return nil, nil, nil
	}
	return []*template.Template{p.extra.html, p.main.html}, []*template.Template{p.head.html, p.above.html},
		[]*template.Template{p.top.html, p.bottom.html}
}

// Render makes the file of a page.
func (r *Renderer) Render(p pages.Page) (publish.File, error) {
	name := pages.File(p.Path)
	data := p.Content()
	if text, ok := data.(pages.Text); ok && p.Template == "" {
		return publish.File{Path: name, Data: []byte(text)}, nil
	}
	t := r.byName[p.Template]
	if t == nil {
		return publish.File{}, fmt.Errorf("render %s: %w: %s", p.Path, ErrNoTemplate, p.Template)
	}
	page, ok := data.(pages.Framed)
	if !ok {
		return publish.File{}, fmt.Errorf("render %s: %T has no frame", p.Path, data)
	}
	w := r.runs.Get().(*run)
	defer r.runs.Put(w)
	w.out = w.out[:0]
	if err := r.write(w, t, page); err != nil {
		return publish.File{}, fmt.Errorf("render %s: %w", p.Path, err)
	}
	if linked := r.linkTerms(p, page.Shared(), w.out); len(linked) > 0 && len(w.out) > 0 && &linked[0] != &w.out[0] {
		return publish.File{Path: name, Data: linked}, nil
	}
	return publish.File{Path: name, Data: bytes.Clone(w.out)}, nil
}

func (r *Renderer) write(w *run, t *parts, page pages.Framed) error {
	frame := page.Shared()
	around, err := r.shell(t, frame.Shell)
	if err != nil {
		return err
	}
	if err := t.head.execute(w, frame); err != nil {
		return err
	}
	if err := t.extra.execute(w, page); err != nil {
		return err
	}
	w.out = append(w.out, around.top...)
	if err := t.above.execute(w, frame); err != nil {
		return err
	}
	if err := t.main.execute(w, page); err != nil {
		return err
	}
	w.out = append(w.out, around.bottom...)
	return nil
}

// shell renders a shell the first time that it is met. Two goroutines that meet
// it at once both render it, to the same bytes.
func (r *Renderer) shell(t *parts, of *pages.Shell) (*shell, error) {
	if known, ok := r.shells.Load(of); ok {
		return known.(*shell), nil
	}
	var top, bottom run
	if err := t.top.execute(&top, of); err != nil {
		return nil, err
	}
	if err := t.bottom.execute(&bottom, of); err != nil {
		return nil, err
	}
	made := &shell{top.out, bottom.out}
	r.shells.Store(of, made)
	return made, nil
}

// Assets gives the theme's files as they lie in the site, below assets/, sorted
// by path. The caller must not change their data.
func (r *Renderer) Assets() []publish.File { return slices.Clone(r.assets) }

// assets reads a theme's files, but its templates and those of Go.
func assets(theme fs.FS) ([]publish.File, error) {
	var out []publish.File
	err := fs.WalkDir(theme, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name == "templates":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, ".go"):
			return nil
		}
		data, err := fs.ReadFile(theme, name)
		if err != nil {
			return err
		}
		out = append(out, publish.File{Path: path.Join("assets", name), Data: data})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return oneSheet(out), nil // WalkDir goes in the order of names
}

// oneSheet joins the sheets of a theme, tokens first and what the theme adds
// last, so that a page asks for one: "style.css".
func oneSheet(files []publish.File) []publish.File {
	sheets := []string{"assets/tokens.css", "assets/style.css", "assets/theme.css"}
	var joined []byte
	out := slices.DeleteFunc(slices.Clone(files), func(f publish.File) bool { return slices.Contains(sheets, f.Path) })
	for _, name := range sheets {
		for _, f := range files {
			if f.Path == name {
				joined = append(joined, f.Data...)
			}
		}
	}
	if joined == nil {
		return out
	}
	out = append(out, publish.File{Path: "assets/style.css", Data: joined})
	slices.SortFunc(out, func(a, b publish.File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// readAll reads the templates at the root of a file system, sorted by name.
func readAll(templates fs.FS) ([]publish.File, error) {
	names, err := fs.Glob(templates, "*.html")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fs.ErrNotExist
	}
	slices.Sort(names)
	var out []publish.File
	for _, name := range names {
		data, err := fs.ReadFile(templates, name)
		if err != nil {
			return nil, err
		}
		out = append(out, publish.File{Path: name, Data: data})
	}
	return out, nil
}
