// Package detect looks at what a repository holds and says how Daylight could
// read it: which tags are versions and which are deployments, which files are
// flag manifests, which environments and components there are. It is what the
// command `init` is made of.
//
// The two nouns are [Input], a repository as plain values, and [Findings], each
// with what was found, why it is believed and how sure that is. [SiteTOML] turns
// findings into a site.toml that a person can read, doubt and mend.
//
// # What counts as evidence
//
// For tags, the shape of their names: a time, an environment's name, a version,
// a running number. A shape that occurs once is a guess, one that occurs often
// is likely. For files, their content, and never the name alone.
//
// # What it does not do
//
// It reads nothing itself, and changes nothing. It does not resolve what tags
// point to, and finds no dates: whether a source is right shows when a site is
// built with it. The same input gives the same bytes.
package detect

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"daylight/generator/config"
	"daylight/generator/history"
)

// Input is a repository as plain values. All of it is optional but Name.
type Input struct {
	Name     string // required: of the repository
	Branch   string // that is checked out, short
	Branches []history.Ref
	Tags     []history.Tag
	Notes    []NotesRef
	Remotes  []history.Remote
	Files    []File // at HEAD
	// Salt and Year go into the file as they are: a random text, and the year in
	// which the site is set up. They are inputs so that the same input gives the
	// same file.
	Salt string
	Year int
}

// File is a file at HEAD, with its content where [Wanted] asks for it.
type File struct {
	Path string
	Head []byte // all of it, or of a log the first lines; nil for a file that was not read
}

// Wanted reports whether the content of a file may tell something. Only such
// files need to be read.
func Wanted(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json", ".toml", ".jsonl", ".ndjson", ".env", ".log", ".metadata":
		return true
	case ".txt":
		return versionFile(name)
	case "":
		if versionFile(name) {
			return true
		}
		// image-tags/production/shop, .env, .dep/releases_log
		_, environment := openEnvironment(name)
		return environment != "" || path.Base(name) == "releases_log"
	}
	return strings.HasPrefix(path.Base(name), ".env")
}

// IsLog reports files that grow: their beginning tells as much as all of them.
func IsLog(name string) bool {
	return isLines(name) || path.Ext(name) == ".log" || path.Base(name) == "releases_log"
}

// Sureness says how much a finding is to be trusted.
type Sureness string

// How sure a finding is.
const (
	Sure   Sureness = "sure"
	Likely Sureness = "likely"
	Guess  Sureness = "a guess"
)

// Finding is one thing that was found, in words.
type Finding struct {
	What string // "deployment tags deploy/{environment}/{time}"
	Why  string // "212 tags such as deploy/production/2026-03-03T09-00Z"
	Sure Sureness
}

// Findings is all that was found. Lists are sorted as their comments say.
type Findings struct {
	Name, Branch string
	Salt         string
	Year         int
	Remote       string              // host and path without a scheme or credentials, or ""
	Versions     []Versions          // most tags first, then by scheme
	Deployments  []TagShape          // most tags first, then by pattern
	Rare         []TagShape          // that look like deployments, but are few or odd
	Notes        []NoteSource        // notes refs that hold deployments, by name
	Events       []EventFiles        // files that hold deployments, most records first, then by format
	Desired      []Desired           // most files first, then by pattern
	Applied      *Applied            // nil where nothing says when a desired state takes effect
	Foreign      bool                // all that is deployed from here is built elsewhere
	Environments []string            // nearest to users first, then by name
	Sandboxes    []string            // environments that are named seldom, in the same order
	Components   []Component         // by name
	Flags        []FlagFiles         // by format, then by file
	Hydrated     string              // a notes ref in which a source hydrator says what it rendered, or ""
	Moving       []MovingRefs        // by what they are, then by pattern
	OwnFlags     []OwnFlags          // in a form of their own that can be read, most flags first
	Own          []string            // files that perhaps hold flags in a form of their own, sorted
	Weak         []FlagFiles         // that look like flags, and were probably made to try something out; by format
	NoteFiles    int                 // changes/*.md
	Docs         int                 // docs/**.md
	weight       map[string]int      // of environments, by their name in lower case
	folders      map[string][]string // folders by their last name, sorted
}

// FlagFiles are manifests of one format that one entry of site.toml reads.
type FlagFiles struct {
	Format string
	Files  []string // globs, sorted
	Count  int
	First  string // a file among them
}

// Component is a part that seems to be deployed or versioned by itself.
type Component struct {
	Name  string
	Paths []string // globs; empty when no folder of that name was found
	Why   string
}

// Find looks at a repository.
func Find(in Input) Findings {
	f := Findings{
		Name: in.Name, Branch: in.Branch, Salt: in.Salt, Year: in.Year,
		weight: map[string]int{}, folders: map[string][]string{},
	}
	f.remote(in.Remotes)
	f.files(in.Files)
	parts := f.tags(in.Tags)
	f.apply(in)
	f.notes(in.Notes)
	f.moving(in)
	f.components(parts)
	f.environments()
	return f
}

// remote takes "origin", or else the first that links can be made of.
func (f *Findings) remote(remotes []history.Remote) {
	for _, origin := range []bool{true, false} {
		for _, r := range remotes {
			links := config.LinksFromRemote(r.URL)
			if f.Remote != "" || (r.Name == "origin") != origin || links.Commit == "" {
				continue
			}
			_, address, _ := strings.Cut(links.Commit, "://")
			address, _, _ = strings.Cut(address, "/-/commit/")
			address, _, _ = strings.Cut(address, "/commit")
			f.Remote = address
		}
	}
}

// components looks for the folders of parts that tags name.
func (f *Findings) components(parts map[string]int) {
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		const few = 10 // tags
		if parts[name] < few && len(f.folders[name]) == 0 {
			continue // a slip of the pen, as often as not
		}
		c := Component{Name: name, Why: plural(parts[name], "tag") + " named after it"}
		for _, dir := range f.folders[name] {
			// The outermost folder of that name; deeper ones are inside it or
			// belong to something else.
			if len(c.Paths) == 0 {
				c.Paths = append(c.Paths, escapeGlob(dir)+"/**")
			}
		}
		f.Components = append(f.Components, c)
	}
	if len(f.Components) == 1 && len(f.Components[0].Paths) == 0 {
		f.Components = nil // a prefix, and no part
	}
}

// environment notes a name, and how many tags or files bear it. Of spellings
// that differ in case, the first stays.
func (f *Findings) environment(name string, weight int) {
	key := strings.ToLower(name)
	if f.weight[key] == 0 {
		f.Environments = append(f.Environments, name)
	}
	f.weight[key] += weight
}

// environments sorts the names, and sets those apart that are probably
// somebody's sandbox: seldom named, and not called as environments are.
func (f *Findings) environments() {
	slices.SortFunc(f.Environments, func(a, b string) int {
		return cmp.Or(cmp.Compare(nearness(a), nearness(b)), cmp.Compare(a, b))
	})
	kept := f.Environments[:0]
	for _, name := range f.Environments {
		if plainName.MatchString(name) || f.weight[strings.ToLower(name)] >= 10 {
			kept = append(kept, name)
		} else {
			f.Sandboxes = append(f.Sandboxes, name)
		}
	}
	f.Environments = kept
}

// List gives the findings in words, in the order of site.toml.
func (f Findings) List() []Finding {
	var out []Finding
	add := func(sure Sureness, why, format string, args ...any) {
		out = append(out, Finding{fmt.Sprintf(format, args...), why, sure})
	}
	if f.Remote != "" {
		add(Sure, "the remote is "+f.Remote, "links to commits and pull requests")
	}
	for _, v := range f.Versions {
		add(v.sure(), v.why(), "versions of the scheme %s", v.Scheme)
	}
	for _, d := range f.Deployments {
		add(d.Sure, d.why(), "deployment tags %s", d.Pattern)
	}
	for _, d := range f.Rare {
		add(d.Sure, d.why(), "perhaps deployment tags %s", d.Pattern)
	}
	for _, n := range f.Notes {
		add(n.sure(), n.why(), "deployment notes in refs/notes/%s", n.Ref)
	}
	for _, e := range f.Events {
		add(e.sure(), e.why(), "deployments in files of the format %s", e.Format)
	}
	for _, d := range firstFew(f.Desired) {
		value := d.Value
		if value == "" {
			value = "what its tool writes"
		}
		add(d.Sure, d.why(), "a desired state in %s (%s)", d.Pattern, value)
	}
	if f.Applied != nil {
		add(Likely, "it says "+f.Applied.Tag+", which is a tag", "%s puts what is desired into effect", f.Applied.File)
	}
	if f.Foreign {
		add(Likely, "what is deployed is no tag of this one", "a repository of deployments, and of no code")
	}
	if f.Hydrated != "" {
		add(Likely, "notes that name a drySha", "what was rendered, in refs/notes/%s", f.Hydrated)
	}
	for _, m := range f.Moving {
		add(m.Sure, m.why(), "what runs now in the %s %s", m.From, m.Pattern)
	}
	for _, g := range f.Flags {
		add(Likely, "the content of "+plural(g.Count, "file")+", "+g.First+" first", "flags in the format %s", g.Format)
	}
	for _, o := range firstFew(f.OwnFlags) {
		add(o.Sure, o.why(), "flags in a form of your own, %s", strings.Join(o.Files, ", "))
	}
	for _, g := range firstFew(f.Weak) {
		add(Guess, "the content of "+plural(g.Count, "file")+", "+g.First+" first; the name is one of tests and examples", "perhaps flags in the format %s", g.Format)
	}
	for _, name := range f.Own[:min(len(f.Own), most)] {
		add(Guess, "its name or a key in it", "perhaps flags in a form of your own, %s", name)
	}
	if len(f.Environments) > 0 {
		add(Likely, "tags and files bear their names", "environments %s", strings.Join(f.Environments, ", "))
	}
	for _, c := range f.Components {
		if f.Foreign {
			break
		}
		add(Guess, c.Why, "component %s", c.Name)
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
