package docs

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"path"
	"regexp"
	"strings"
)

// publishable reports whether a kind of file may lie in a site. Pages and scripts
// may not: they would run in the site's name.
func publishable(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp",
		".mp4", ".webm", ".mp3", ".ogg", ".wav", ".vtt",
		".pdf", ".txt", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".conf", ".sql", ".proto", ".graphql",
		".zip", ".gz", ".tgz", ".xz", ".zst", ".tar", ".woff2":
		return true
	}
	return false
}

// active finds what makes a picture a program.
var active = regexp.MustCompile(`(?i)<\s*(?:[a-z0-9]+:)?(?:script|foreignobject|iframe|embed|object|handler)|[\s"'/]on[a-z]+\s*=|javascript\s*:|<!entity|<!doctype[^>]*\[|data\s*:\s*text/html`)

// ErrActive says that a picture holds a program.
var ErrActive = errors.New("the picture holds a program")

// runs reports whether a picture may hold a program, also one that is written with
// entities or in UTF-16.
func runs(svg []byte) bool {
	text := string(bytes.ReplaceAll(svg, []byte{0}, nil))
	return active.MatchString(text) || active.MatchString(html.UnescapeString(text))
}

// Data reads an asset. The error is [ErrActive] for a picture that could run a
// program when it is opened by itself.
func (p *Product) Data(a *Asset) ([]byte, error) {
	if !publishable(a.Path) {
		return nil, fmt.Errorf("read %s: %w", a.File, errors.New("files of this kind are not published"))
	}
	data, err := p.repo.Blob(a.Blob, maxAsset)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", a.File, err)
	}
	if strings.EqualFold(path.Ext(a.Path), ".svg") && runs(data) {
		return nil, fmt.Errorf("read %s: %w", a.File, ErrActive)
	}
	return data, nil
}

// Assets lists the files that the edition's articles show or link to, by path.
// What no article of a viewer's library names is not in it.
func (e *Edition) Assets() []*Asset {
	found := map[string]*Asset{}
	for _, a := range e.Articles {
		for _, ref := range a.Scan.Links {
			if t, ok := e.Resolve(a, ref.Address); ok && t.Asset != nil && publishable(t.Asset.Path) {
				found[t.Asset.Path] = t.Asset
			}
		}
	}
	var out []*Asset
	for _, p := range sortedKeys(found) {
		out = append(out, found[p])
	}
	return out
}

// Publishable reports whether a file of this kind may lie in a site.
func (a *Asset) Publishable() bool { return publishable(a.Path) }
