package config

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Look is what a site shows of those who publish it.
type Look struct {
	// Description is one line for search engines and the customers' first page.
	Description string `toml:"description"`
	// Footer is plain text at the foot of every page.
	Footer string `toml:"footer"`
	// Logo is a picture below the content folder, shown in place of the mark:
	// SVG, PNG or WebP.
	Logo string `toml:"logo"`
	// Links are more entries of the navigation.
	Links []LookLink `toml:"links"`
}

// LookLink is an entry of the navigation.
type LookLink struct {
	Place `toml:"-"`
	Text  string `toml:"text"` // required
	Href  string `toml:"href"` // required: an absolute address, or one of the site that begins with "/"
}

func (k *checker) look() {
	if l := k.c.Look.Logo; l != "" {
		if !slices.Contains([]string{".svg", ".png", ".webp"}, strings.ToLower(path.Ext(l))) || path.IsAbs(l) || strings.Contains(l, "..") {
			k.fault("look.logo", "name a file below the content folder that ends in .svg, .png or .webp", "look.logo: %q is no picture that pages can show", clip(l))
		}
	}
	for i, l := range k.c.Look.Links {
		at := element("look.links", i)
		k.required(at+".text", l.Text)
		k.required(at+".href", l.Href)
		if l.Href != "" && !strings.HasPrefix(l.Href, "/") && !strings.HasPrefix(l.Href, "https://") && !strings.HasPrefix(l.Href, "http://") {
			k.fault(at+".href", "begin with https:// or, for a page of the site, with /", "%s: %q is no address", fmt.Sprint(at, ".href"), clip(l.Href))
		}
	}
}
