// Package content holds this project's own documents and the glossary that ships
// with the program: Markdown, in the folders docs and glossary.
package content

import "embed"

// Files holds the folders "docs" and "glossary".
//
//go:embed docs glossary
var Files embed.FS
