// Package render turns pages into files through a theme's templates.
//
// The type is [Renderer]: templates that were parsed once, and are executed by
// many goroutines at the same time. A page names its template and brings a
// struct that was made for it; the renderer adds the file's name and nothing to
// the content.
//
// # Templates
//
// layout.html defines "layout", the frame of every page, and calls "main".
// A file with a definition of "main" is a page type; every other file holds
// pieces that all page types share. A theme or a user overrides a file by
// giving one of the same name: see [Layers] for the order.
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
)

// ErrNoTemplate is returned for a page whose template no layer has.
var ErrNoTemplate = errors.New("no such template")

// File is one file of a site.
type File struct {
	Path string // relative, with slashes: "changes/index.html"
	Data []byte
}

// Renderer renders pages. It is safe for use by many goroutines.
type Renderer struct {
	byName  map[string]*template.Template
	assets  []File
	buffers sync.Pool
}

// New parses all templates. The templates are what [Layers] puts together;
// theme holds the files that pages load, such as style.css, of which those in
// its folder templates are left out. Markdown turns a text into safe HTML.
func New(templates, theme fs.FS, markdown func([]byte) (template.HTML, error)) (*Renderer, error) {
	r := &Renderer{byName: map[string]*template.Template{}}
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
		layout := set.Lookup("layout")
		if layout == nil {
			return nil, fmt.Errorf("prepare template %s: %w: layout", f.Path, ErrNoTemplate)
		}
		r.byName[strings.TrimSuffix(f.Path, ".html")] = layout
	}
	if r.assets, err = assets(theme); err != nil {
		return nil, fmt.Errorf("read theme: %w", err)
	}
	return r, nil
}

// isPage reports whether a template is a type of page. The definition is looked
// for in the text, since a parsed set no longer tells which file defined what.
func isPage(f File) bool { return bytes.Contains(f.Data, []byte(`{{define "main"}}`)) }

// Names lists the page templates, sorted.
func (r *Renderer) Names() []string {
	var out []string
	for name := range r.byName {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Lookup gives the parsed template of a page type, for checks at start-up and in
// tests; nil when there is none.
func (r *Renderer) Lookup(name string) *template.Template { return r.byName[name] }

// Render makes the file of a page.
func (r *Renderer) Render(p pages.Page) (File, error) {
	name := pages.File(p.Path)
	if text, ok := p.Data.(pages.Text); ok && p.Template == "" {
		return File{name, []byte(text)}, nil
	}
	t := r.byName[p.Template]
	if t == nil {
		return File{}, fmt.Errorf("render %s: %w: %s", p.Path, ErrNoTemplate, p.Template)
	}
	buf := r.buffers.Get().(*bytes.Buffer)
	defer r.buffers.Put(buf)
	buf.Reset()
	if err := t.Execute(buf, p.Data); err != nil {
		return File{}, fmt.Errorf("render %s: %w", p.Path, err)
	}
	return File{name, bytes.Clone(buf.Bytes())}, nil
}

// Assets gives the theme's files as they lie in the site, below assets/, sorted
// by path. The caller must not change their data.
func (r *Renderer) Assets() []File { return slices.Clone(r.assets) }

// assets reads a theme's files, but its templates and those of Go.
func assets(theme fs.FS) ([]File, error) {
	var out []File
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
		out = append(out, File{path.Join("assets", name), data})
		return nil
	})
	return out, err // WalkDir goes in the order of names
}

// readAll reads the templates at the root of a file system, sorted by name.
func readAll(templates fs.FS) ([]File, error) {
	names, err := fs.Glob(templates, "*.html")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fs.ErrNotExist
	}
	slices.Sort(names)
	var out []File
	for _, name := range names {
		data, err := fs.ReadFile(templates, name)
		if err != nil {
			return nil, err
		}
		out = append(out, File{name, data})
	}
	return out, nil
}
