// Package content holds this project's own documents, the glossary and the
// rules of wording that ship with the program: Markdown in the folders docs and
// glossary, and YAML in a folder per style below wording.
package content

import "embed"

// Files holds the folders "docs", "glossary" and "wording".
//
//go:embed docs glossary wording
var Files embed.FS
