package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"daylight/generator/config"
)

// schemaFile stands beside site.toml, and schemaLine is by what editors find it:
// Taplo, Even Better TOML and Tombi read the comment where it is the first line.
const (
	schemaFile = "site.schema.json"
	schemaLine = "#:schema ./" + schemaFile
)

// writeSchema writes the schema beside a site.toml, or prints it. It is ours, so
// an older one is replaced. done is that nothing is left to do for init: it was
// printed, or a site.toml is there and stays.
func (a *app) writeSchema(site string, force, show bool) (done bool, err error) {
	if show {
		_, err := a.stdout.Write(config.Schema())
		return true, err
	}
	name := filepath.Join(filepath.Dir(site), schemaFile)
	if err := os.WriteFile(name, config.Schema(), 0o644); err != nil {
		return true, fmt.Errorf("write schema: %w", err)
	}
	fmt.Fprintf(a.stdout, "wrote %s\n", filepath.ToSlash(name))
	if _, err := os.Stat(site); force || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	fmt.Fprintf(a.stdout, "%s is there already, and stays as it is; this first line makes editors find the schema:\n%s\n", site, schemaLine)
	return true, nil
}
