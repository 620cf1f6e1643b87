// Package templates holds the structure of every page as html/template files:
// layout.html is the frame, partials.html and picture.html are pieces that
// several pages share, and each other file is one type of page. Such a file
// defines "main", what stands between the head and the foot of the page.
//
// A template places what package pages has decided and decides nothing itself.
// A theme or a user overrides single files by name.
package templates

import "embed"

// Files holds the templates at its root.
//
//go:embed *.html
var Files embed.FS
