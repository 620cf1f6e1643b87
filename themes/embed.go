// Package themes holds the built-in themes, one folder each. "default" is
// complete: tokens (tokens.css), rules (style.css), the scripts and the icon.
// Every other theme is what differs from it, file by file: usually a theme.css
// with other tokens and a few rules, and a folder templates where it has another
// structure.
package themes

import "embed"

// Files holds a folder for each theme.
//
//go:embed default daybook signal
var Files embed.FS
