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
// each shell; that is a third of the work of a page.
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
	byName  map[string]*parts
	assets  []publish.File
	buffers sync.Pool
	shells  sync.Map // of *shell by *pages.Shell
}

// parts are the templates of one page type, in the order in which they are
// written.
type parts struct{ head, extra, top, above, main, bottom *template.Template }

// shell is a rendered shell.
type shell struct{ top, bottom []byte }

// New parses all templates. The templates are what [Layers] puts together;
// theme holds the files that pages load, such as style.css, of which those in
// its folder templates are left out. Markdown turns a text into safe HTML.
func New(templates, theme fs.FS, markdown func([]byte) (template.HTML, error)) (*Renderer, error) {
	r := &Renderer{byName: map[string]*parts{}}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	files, err := readAll(templates)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	base := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"markdown": func(md pages.Markdown) (template.HTML, error) {
			if md == "" {
				return "", nil
			}
			return markdown([]byte(md))
		},
	})
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
		if r.byName[strings.TrimSuffix(f.Path, ".html")], err = partsOf(set); err != nil {
			return nil, fmt.Errorf("prepare template %s: %w", f.Path, err)
		}
	}
	if r.assets, err = assets(theme); err != nil {
		return nil, fmt.Errorf("read theme: %w", err)
	}
	return r, nil
}

func partsOf(set *template.Template) (*parts, error) {
	var p parts
	for _, part := range []struct {
		name string
		to   **template.Template
	}{{"head", &p.head}, {"extra", &p.extra}, {"top", &p.top}, {"above", &p.above}, {"main", &p.main}, {"bottom", &p.bottom}} {
		if *part.to = set.Lookup(part.name); *part.to == nil {
			return nil, fmt.Errorf("%w: %s", ErrNoTemplate, part.name)
		}
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
	return []*template.Template{p.extra, p.main}, []*template.Template{p.head, p.above}, []*template.Template{p.top, p.bottom}
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
	buf := r.buffers.Get().(*bytes.Buffer)
	defer r.buffers.Put(buf)
	buf.Reset()
	if err := r.write(buf, t, page); err != nil {
		return publish.File{}, fmt.Errorf("render %s: %w", p.Path, err)
	}
	return publish.File{Path: name, Data: bytes.Clone(buf.Bytes())}, nil
}

func (r *Renderer) write(buf *bytes.Buffer, t *parts, page pages.Framed) error {
	frame := page.Shared()
	around, err := r.shell(t, frame.Shell)
	if err != nil {
		return err
	}
	if err := t.head.Execute(buf, frame); err != nil {
		return err
	}
	if err := t.extra.Execute(buf, page); err != nil {
		return err
	}
	buf.Write(around.top)
	if err := t.above.Execute(buf, frame); err != nil {
		return err
	}
	if err := t.main.Execute(buf, page); err != nil {
		return err
	}
	buf.Write(around.bottom)
	return nil
}

// shell renders a shell the first time that it is met. Two goroutines that meet
// it at once both render it, to the same bytes.
func (r *Renderer) shell(t *parts, of *pages.Shell) (*shell, error) {
	if known, ok := r.shells.Load(of); ok {
		return known.(*shell), nil
	}
	var top, bottom bytes.Buffer
	if err := t.top.Execute(&top, of); err != nil {
		return nil, err
	}
	if err := t.bottom.Execute(&bottom, of); err != nil {
		return nil, err
	}
	made := &shell{top.Bytes(), bottom.Bytes()}
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
	return out, err // WalkDir goes in the order of names
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
