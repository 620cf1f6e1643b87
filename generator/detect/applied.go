package detect

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Applied is a file whose change puts a desired state into effect: it names a
// tag of the repository, and each new tag is applied.
type Applied struct {
	File string // "VERSION"
	Tag  string // that it names
	// Folder holds the files of the desired state, and Others are the environments
	// that follow each of its changes.
	Folder string
	Users  string // the environment that follows File
	Others []string
}

// versionFile reports the names that files with nothing but a version have, at
// the top of a repository.
func versionFile(name string) bool { return name == "VERSION" || name == "version.txt" }

// apply looks how a desired state takes effect, and whether what it names is
// built here.
func (f *Findings) apply(in Input) {
	tags := map[string]bool{}
	for _, t := range in.Tags {
		tags[t.Name] = true
	}
	named := func(text string) string {
		text = strings.TrimSpace(text)
		for _, tag := range []string{text, "v" + text, strings.TrimPrefix(text, "v")} {
			if tag != "" && tags[tag] {
				return tag
			}
		}
		return ""
	}
	i := slices.IndexFunc(f.Desired, func(d Desired) bool { return d.Sure != Guess })
	if i < 0 {
		return
	}
	d := f.Desired[i]
	for _, file := range in.Files {
		tag := ""
		if versionFile(file.Path) {
			tag = named(string(file.Head))
		}
		if folder, _, below := strings.Cut(d.Example, "/"); tag != "" && below && nearness(d.Environments[0]) == 0 {
			f.Applied = &Applied{File: file.Path, Tag: tag, Folder: escapeGlob(folder), Users: d.Environments[0], Others: d.Environments[1:]}
			return
		}
	}
	if !settingsOnly(in.Files) {
		return
	}
	const many = 3 // parts: where fewer are deployed, one of them may well be the code here
	values, texts, commits := 0, 0, 0
	for _, d := range f.Desired {
		if d.Sure == Guess {
			continue
		}
		values += d.Components
		for _, text := range d.Texts {
			if named(tagOf(text)) != "" {
				return
			}
			texts++
			if hexDigits.MatchString(tagOf(text)) {
				commits++ // perhaps one of here
			}
		}
	}
	f.Foreign = values >= many && 2*commits < texts && len(f.Deployments)+len(f.Notes)+len(f.Events) == 0 && len(f.Flags) == 0
}

// settingsOnly reports a repository that holds hardly any code.
func settingsOnly(files []File) bool {
	settings := 0
	for _, file := range files {
		switch strings.ToLower(path.Ext(file.Path)) {
		case "", ".yaml", ".yml", ".json", ".toml", ".env", ".tpl", ".md", ".txt", ".tf", ".tfvars", ".hcl", ".sh":
			settings++
		}
	}
	return 10*settings >= 9*len(files)
}

// hexDigits is what may be a commit's id.
var hexDigits = regexp.MustCompile(`^(sha-|git-)?[0-9a-f]{7,40}$`)

// tagOf is what stands behind the name of an image.
func tagOf(text string) string {
	text = path.Base(text)
	if _, tag, ok := strings.Cut(text, ":"); ok {
		return tag
	}
	return text
}
