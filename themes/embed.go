// Package themes holds the built-in themes, one folder each: the style sheet,
// the icon, and a folder templates with the templates that the theme overrides,
// where it overrides any.
package themes

import "embed"

// Files holds a folder for each theme.
//
//go:embed default
var Files embed.FS
