package render

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Layers puts file systems on top of each other, file by file: the first that
// has a file gives it. For templates the order is the user's own, the theme's,
// the built-in ones:
//
//	render.Layers(userTemplates, themeTemplates, templates.Files)
//
// and for a theme the user's own files, then the theme's. Layers that are nil
// are left out.
func Layers(layers ...fs.FS) fs.FS {
	return stack(slices.DeleteFunc(slices.Clone(layers), func(f fs.FS) bool { return f == nil }))
}

// Sub gives a folder of a theme as a layer, nil when the theme has none.
func Sub(theme fs.FS, folder string) fs.FS {
	if theme == nil {
		return nil
	}
	if info, err := fs.Stat(theme, folder); err != nil || !info.IsDir() {
		return nil
	}
	sub, err := fs.Sub(theme, folder)
	if err != nil {
		return nil // only for a folder that is no valid path
	}
	return sub
}

// DefaultTheme is the theme on which every other one rests.
const DefaultTheme = "default"

// Order gives the layers of a theme, those that win first: for templates the
// user's own, those of the theme, the built-in ones, which are the last of the
// given templates; for assets the theme's, then those of the default theme.
// The given layers come in the same order, and below gives a folder of one,
// false when it has none. It reports whether any layer has the theme.
//
// A layer is a file system to those who build, and has a name besides to those
// who explain which file won.
func Order[T any](theme string, templates, themes []T, below func(layer T, folder string) (T, bool)) (forTemplates, forAssets []T, found bool) {
	last := len(templates) - 1
	forTemplates = slices.Clone(templates[:last])
	for _, layer := range themes {
		sub, ok := below(layer, theme)
		if !ok {
			continue
		}
		found = true
		forAssets = append(forAssets, sub)
		if own, ok := below(sub, "templates"); ok {
			forTemplates = append(forTemplates, own)
		}
	}
	if theme != DefaultTheme { // a theme says only in what it differs
		for _, layer := range themes {
			if sub, ok := below(layer, DefaultTheme); ok {
				forAssets = append(forAssets, sub)
			}
		}
	}
	return append(forTemplates, templates[last]), forAssets, found
}

type stack []fs.FS

var _ fs.ReadDirFS = stack(nil)

// Open opens the first file of that name.
func (s stack) Open(name string) (fs.File, error) {
	for _, layer := range s {
		f, err := layer.Open(name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists what any layer has, each name once, sorted by name.
func (s stack) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	found := false
	for _, layer := range s {
		entries, err := fs.ReadDir(layer, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = true
		for _, e := range entries {
			if !slices.ContainsFunc(out, func(o fs.DirEntry) bool { return o.Name() == e.Name() }) {
				out = append(out, e)
			}
		}
	}
	if !found {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}
