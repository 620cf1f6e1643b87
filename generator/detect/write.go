package detect

import (
	"fmt"
	"strings"
	"unicode"
)

// SiteTOML writes a site.toml from findings: each part says what was found, why
// it is believed and how sure that is, and what was not found is there as a
// comment that shows how to say it. The file parses without faults, whatever the
// names in the repository are.
func SiteTOML(f Findings) []byte {
	w := &writer{}
	w.line("# Written by `daylight init` from what is in the repository. Each part says what")
	w.line("# was found, why, and how sure that is. Mend what is wrong; delete what you like:")
	w.line("# every key is optional.")
	w.line("format = 1")
	w.set("title", f.Name)
	w.line(`# The address of the site, needed for feeds:`)
	w.line(`# base = "https://example.org/` + plainPart(f.Name) + `/"`)
	if f.Salt != "" {
		w.line("# Public ids are made with it, so that nobody can guess commits. Never change it.")
		w.set("salt", f.Salt)
	}
	if f.Year > 0 {
		w.line("# For the ids of feed entries; never change it, nor tag_domain once it is set.")
		w.line(fmt.Sprintf("tag_year = %d", min(max(f.Year, 1983), 9999)))
	}
	w.links(f)
	w.line("")
	w.line("[repository]")
	w.set("name", f.Name)
	if f.Branch != "" {
		w.comment("The branch that is checked out now.")
		w.set("branch", f.Branch)
	}
	if f.Foreign {
		w.comment("likely: what the files below deploy is built from other repositories, so that the")
		w.comment("commits here are records of deployments, and no changes to report on. Name the")
		w.comment("repositories of the code under [[repositories]] to see what each one brought.")
		w.line("sources_only = true")
	}
	w.versions(f)
	w.environments(f)
	w.components(f)
	w.deployments(f)
	w.flags(f)
	w.releases(f)
	w.rest(f)
	return []byte(w.b.String())
}

type writer struct{ b strings.Builder }

func (w *writer) line(s string) { w.b.WriteString(s + "\n") }

// comment writes a line that may hold names from the repository.
func (w *writer) comment(format string, args ...any) {
	w.line("# " + clean(fmt.Sprintf(format, args...)))
}

// say writes a sentence, over as many lines as it takes.
func (w *writer) say(format string, args ...any) {
	const width = 84
	line := "#"
	for _, word := range strings.Fields(clean(fmt.Sprintf(format, args...))) {
		if len(line)+1+len(word) > width && line != "#" {
			w.line(line)
			line = "#"
		}
		line += " " + word
	}
	w.line(line)
}

// set writes a key with a text.
func (w *writer) set(key, value string) { w.line(key + " = " + quote(value)) }

func (w *writer) list(key string, values []string) {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	w.line(key + " = [" + strings.Join(quoted, ", ") + "]")
}

// clean keeps what a comment may hold, on one line, and not too much of it.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}

// quote writes a basic string of TOML.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < 0x20 || r == 0x7F:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plainPart makes a part of an address of a name.
func plainPart(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name)
}

// links says where links come from. The remote is shown without its user and
// password, since the file is committed.
func (w *writer) links(f Findings) {
	if f.Remote != "" {
		w.comment("Links to commits and pull requests are made from the remote, %s (sure).", f.Remote)
		w.comment("[links] sets others.")
		return
	}
	w.line("")
	w.comment("No remote was found that links can be made of. Say how, if there is one:")
	w.line("# [links]")
	w.line(`# commit = "https://git.example.org/shop/commit/{commit}"`)
	w.line(`# pull_request = "https://git.example.org/shop/pull/{number}"`)
}

// versions pins the scheme only where all version tags agree on it: a project
// that changed its scheme must not lose its older versions.
func (w *writer) versions(f Findings) {
	w.line("")
	if len(f.Versions) == 0 {
		w.comment("No version tags were found.")
		w.line("[versions]")
		w.line(`scheme = "auto"`)
		return
	}
	all := 0
	for _, v := range f.Versions {
		w.comment("%s (%s): %s.", v.Scheme, v.sure(), v.why())
		all += v.Count
	}
	w.line("[versions]")
	if first := f.Versions[0]; first.Count == all && first.Count >= 3 {
		w.set("scheme", first.Scheme)
		return
	}
	w.line(`scheme = "auto"`)
}

// most bounds lists of what was found, of which the first few matter.
const most = 8

// firstFew bounds a list of findings, which come with the commonest first.
func firstFew[T any](list []T) []T { return list[:min(len(list), most)] }

// environments lists names in the order in which the site shows them. Tiers are
// left to the name, so that the file does not repeat what everybody reads anyway.
func (w *writer) environments(f Findings) {
	if len(f.Environments) == 0 {
		return
	}
	w.line("")
	w.comment("Environments that tags or files are named after (likely), nearest to users")
	w.comment("first. The tier is told from the name; tier = \"…\" says otherwise.")
	for i, name := range f.Environments {
		if i == 4*most {
			w.comment("%s more were left out.", plural(len(f.Environments)-i, "name"))
			break
		}
		w.line("[[environments]]")
		w.set("name", name)
	}
	w.sandboxes(f)
}

// sandboxes names what was left out.
func (w *writer) sandboxes(f Findings) {
	if len(f.Sandboxes) == 0 {
		return
	}
	w.comment("Named seldom, and perhaps somebody's sandbox: %s.", strings.Join(f.Sandboxes[:min(len(f.Sandboxes), most)], ", "))
	w.comment("hidden = true keeps one off the site.")
}

// components lists parts that have a folder; the others are told in comments.
func (w *writer) components(f Findings) {
	if len(f.Components) == 0 || f.Foreign { // parts of what is no code
		return
	}
	w.line("")
	w.comment("Parts that seem to be versioned or deployed by themselves (a guess). A change")
	w.comment("belongs to those whose paths it touches; see also shared_paths.")
	seen := map[string]bool{}
	for _, c := range f.Components {
		if key := strings.ToLower(c.Name); seen[key] {
			continue
		}
		seen[strings.ToLower(c.Name)] = true
		if len(c.Paths) == 0 {
			// A part that no change belongs to would hide its changes.
			w.comment("%s: %s, but no folder has this name.", c.Name, c.Why)
			continue
		}
		w.line("[[components]]")
		w.comment("%s.", c.Why)
		w.set("name", c.Name)
		w.list("paths", c.Paths)
	}
}

// releases lets versions count as published where flags were found and nobody
// seems to deploy: without deployments nothing would ever be released, and the
// flags in each version still hold back what they hold back.
func (w *writer) releases(f Findings) {
	if !f.reads() || f.deploys() {
		return
	}
	w.gap()
	if len(f.Versions) == 0 {
		w.comment("There are flags, and neither versions nor deployments: what the flags let through")
		w.comment("is told, and no change is known to run anywhere. If the code is in another")
		w.comment("repository, name it, and say there how it is deployed:")
		w.line("# [[repositories]]")
		w.line(`# name = "code"`)
		w.line(`# path = "../code"`)
		return
	}
	w.comment("There are flags and versions, and no record of deployments: each version counts")
	w.comment("as published from its tag on, with the flags as they are in it (a guess). Delete")
	w.comment("this once deployments are recorded.")
	w.line("[releases]")
	w.line(`by = "version"`)
}

// rest writes the audiences out although they are the default, since who sees
// what is the first thing that a project will want to change.
func (w *writer) rest(f Findings) {
	if f.NoteFiles > 0 {
		w.line("")
		w.comment("%s in changes/ will be read as notes for users.", plural(f.NoteFiles, "file"))
	}
	w.line("")
	w.comment("One site for the team, which sees everything, and one for customers, who see")
	w.comment("only what they can really use.")
	w.line("[[audiences]]")
	w.line(`name = "team"`)
	w.line(`sees = "everything"`)
	w.line("")
	w.line("[[audiences]]")
	w.line(`name = "customers"`)
	w.line(`sees = "released"`)
}
