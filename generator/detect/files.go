package detect

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
)

// files sorts the files of the repository by what they tell: a file of
// deployments, of a desired state and of flags may be all three.
func (f *Findings) files(files []File) {
	byFormat := map[string][]string{}
	weak := map[string][]string{}
	var events []EventFiles
	var states []stated
	var own []OwnFlags
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
		case len(file.Head) == 0:
			continue
		}
		if s, ok := stateOf(file); ok {
			states = append(states, s)
		}
		if sample(file.Path) || len(file.Head) == 0 {
			continue
		}
		if e, ok := eventsOf(file); ok {
			events = append(events, e)
		} else if format, ok := flagfile.Detect(file.Path, file.Head); ok {
			to := byFormat
			if weakName(file.Path) {
				to = weak
			}
			to[format.Name()] = append(to[format.Name()], file.Path)
		} else if hidden(file.Path) {
			continue // the settings of a tool
		} else if o, ok := ownFlagsIn(file); ok && !weakName(file.Path) {
			own = append(own, o)
		} else if ownFlags(file) {
			f.Own = append(f.Own, file.Path)
		}
	}
	f.events(events, files)
	f.desired(states, files)
	f.addOwn(own)
	f.Own = folders(f.Own, files, 0)
	slices.Sort(f.Own)
	for _, dirs := range f.folders {
		slices.Sort(dirs)
	}
	for _, format := range flagfile.Formats() { // a fixed order
		if found := byFormat[format.Name()]; len(found) > 0 {
			slices.Sort(found)
			f.Flags = append(f.Flags, FlagFiles{format.Name(), f.globs(found), len(found), found[0]})
		}
		if found := weak[format.Name()]; len(found) > 0 {
			slices.Sort(found)
			f.Weak = append(f.Weak, FlagFiles{format.Name(), folders(found, files, nearlyAll), len(found), found[0]})
		}
	}
}

// What flags in a form of one's own are recognised by: the name of the file, or
// a map in a file of settings.
var (
	ownName = regexp.MustCompile(`(?i)(^|[._/-])(feature|features|flags|feature[_-]?flags?|toggles?|experiments?)([._-][a-z0-9_.-]*)?\.(ya?ml|json|toml)$`)
	ownMap  = regexp.MustCompile(`(?m)^[ \t]{0,4}"?(features|feature_?flags|featureFlags|application_flags|feature_?toggles|featureToggles)"?[ \t]*[:=][ \t]*(\{[ \t]*)?\r?$`)
)

// hidden reports files in hidden folders, which hold the settings of tools.
func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// ownFlags is a guess, and no more.
func ownFlags(file File) bool {
	return ownName.MatchString(path.Base(file.Path)) || ownMap.Match(file.Head)
}

// sample reports files that show how something looks, or belong to somebody else,
// and that nobody runs.
func sample(name string) bool {
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		switch strings.Trim(part, "_.") {
		case "testdata", "test", "tests", "testing", "e2e", "cypress", "fixtures", "fixture", "mocks", "mock", "stubs", "examples", "example",
			"samples", "sample", "seeds", "stories", "storybook", "vendor", "third_party", "third-party", "node_modules", "bower_components",
			"schema", "schemas", "spec", "specs":
			return true
		}
	}
	return false
}

// weakWord is a word in a file's name by which it is made to try something out.
var weakWord = regexp.MustCompile(`(?i)(^|[-_.])(tests?|testing|specs?|mocks?|mocked|fixtures?|samples?|examples?|demos?|dummy|stubs?|seeds?|imports?|exports?|snapshots?|templates?)([-_.]|$)`)

// weakName reports a file whose name makes it weak evidence of anything. The
// word of an environment is none: test.env, flags.demo.json.
func weakName(name string) bool {
	base := path.Base(name)
	if _, environment := openWord(base); environment != "" {
		return false
	}
	return weakWord.MatchString(base)
}

// globs names files by as few globs as say the same. Files that differ only in
// an environment's name become one, and so do those of many folders or parts.
func (f *Findings) globs(files []string) []string {
	var open []stated
	named := map[string][]string{} // environments by the pattern that holds their place
	for _, file := range files {
		if parts, environment := openEnvironment(file); environment != "" {
			s := stated{path: file, parts: parts, environment: environment}
			open = append(open, s)
			if !slices.Contains(named[s.pattern()], environment) {
				named[s.pattern()] = append(named[s.pattern()], environment)
			}
		}
	}
	globOf := map[string]string{}
	for _, g := range joinStates(open) {
		const many = 3 // parts that are worth a *
		for _, s := range g.files {
			switch {
			case g.components >= many:
				globOf[s.path] = strings.Replace(g.pattern, "{component}", "*", 1)
			case len(named[s.pattern()]) >= 2:
				globOf[s.path] = s.pattern()
			default:
				continue // one file alone may be called so for another reason: demo.flagd.json
			}
			f.environment(s.environment, 1)
		}
	}
	var out []string
	for _, file := range files {
		glob, ok := globOf[file]
		if !ok {
			glob = escapeGlob(file)
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
