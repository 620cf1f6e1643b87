package detect

import (
	"path"
	"slices"
	"strings"

	"daylight/generator/deploylog"
	"daylight/generator/flagfile"
)

func (f *Findings) files(files []File) {
	byFormat := map[string][]string{}
	for _, file := range files {
		dir := path.Dir(file.Path)
		if base := path.Base(dir); base != "." && !slices.Contains(f.folders[base], dir) {
			f.folders[base] = append(f.folders[base], dir)
		}
		switch {
		case path.Ext(file.Path) == ".md" && dir == "changes":
			f.NoteFiles++
		case path.Ext(file.Path) == ".md" && (strings.HasPrefix(file.Path, "docs/") || strings.HasPrefix(file.Path, "content/docs/")):
			f.Docs++
		case len(file.Head) == 0 || sample(file.Path):
		case isLog(file):
			f.Logs = append(f.Logs, file.Path)
		default:
			if format, ok := flagfile.Detect(file.Path, file.Head); ok {
				byFormat[format.Name()] = append(byFormat[format.Name()], file.Path)
			}
		}
	}
	slices.Sort(f.Logs)
	for _, dirs := range f.folders {
		slices.Sort(dirs)
	}
	for _, format := range flagfile.Formats() { // a fixed order
		if found := byFormat[format.Name()]; len(found) > 0 {
			slices.Sort(found)
			f.Flags = append(f.Flags, FlagFiles{format.Name(), f.globs(found), len(found), found[0]})
		}
	}
}

// sample reports files that show how something looks, and that nobody runs.
func sample(name string) bool {
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		switch strings.TrimLeft(part, "_.") {
		case "testdata", "test", "tests", "fixtures", "examples", "example", "samples", "vendor", "node_modules", "schema", "schemas", "spec":
			return true
		}
	}
	return false
}

// globs names files by as few globs as say the same. Files that differ only in
// an environment's name become one.
func (f *Findings) globs(files []string) []string {
	named := map[string][]string{} // environments by the glob that holds their place
	open := func(file string) (glob, environment string) {
		dir, base := path.Split(file)
		stem, ext, _ := strings.Cut(base, ".")
		parent := path.Base(dir)
		switch {
		case isEnvironment(stem):
			return escapeGlob(dir) + "{environment}." + escapeGlob(ext), stem
		case isEnvironment(parent):
			return escapeGlob(strings.TrimSuffix(dir, parent+"/")) + "{environment}/" + escapeGlob(base), parent
		}
		return "", ""
	}
	for _, file := range files {
		if glob, environment := open(file); glob != "" {
			named[glob] = append(named[glob], environment)
		}
	}
	var out []string
	for _, file := range files {
		glob, environment := open(file)
		// One file alone may be called so for another reason: demo.flagd.json.
		if len(named[glob]) < 2 {
			glob = escapeGlob(file)
		} else {
			f.environment(environment, 1)
		}
		if !slices.Contains(out, glob) {
			out = append(out, glob)
		}
	}
	const most = 20 // beyond, a list helps nobody: one glob for the folder
	if len(out) > most {
		common := path.Dir(files[0])
		for _, file := range files {
			for common != "." && !strings.HasPrefix(file, common+"/") {
				common = path.Dir(common)
			}
		}
		out = []string{strings.TrimPrefix(escapeGlob(common)+"/**/*"+escapeGlob(path.Ext(files[0])), "./")}
	}
	slices.Sort(out)
	return out
}

// escapeGlob makes a path mean itself in a glob.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`).Replace(name)
}

// isLog reports files of JSON Lines whose first record looks like a deployment.
func isLog(file File) bool {
	switch path.Ext(file.Path) {
	case ".jsonl", ".ndjson":
	default:
		return false
	}
	line, _, _ := strings.Cut(string(file.Head), "\n")
	line = strings.ToLower(line)
	place, what := false, false
	for _, key := range deploylog.Keys() {
		for _, name := range append([]string{key.Name}, key.Aliases...) {
			there := strings.Contains(line, `"`+strings.ToLower(name)+`"`)
			place = place || there && key.Name == "environment"
			what = what || there && (key.Name == "revision" || key.Name == "version")
		}
	}
	return strings.HasPrefix(line, "{") && place && what
}
