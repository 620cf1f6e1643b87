// Package glossary holds terms and finds them in text.
//
// The two nouns are [Term], a word with its definition, and [Matcher], which
// finds the terms of a list in a text. A term is one Markdown file with a head
// between two lines of three hyphens:
//
//	---
//	term: dark change
//	aliases: [dark, deployed dark]
//	not: [dark-launch]
//	related: [exposure, dark-time]
//	source: trunkbaseddevelopment.com
//	audience: everyone
//	changes: deployment
//	---
//	A change that is deployed and that nobody can see yet.
//
//	Longer text, with an example.
//
// The file's name without its extension is the slug: the term's address, and
// what other terms call it by. The first paragraph is the definition in one
// sentence; it is what stands in lists and what readers get when they point at a
// linked term.
//
// # Layers
//
// The tool ships with a glossary. A project's own terms lie over it: a file of
// the same name replaces a shipped one, and `hidden: true` takes it away.
//
// # What it does not do
//
// It renders nothing and makes no links: a definition is Markdown as a string,
// and a match is a place in a text. It imports nothing of ours.
package glossary

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Term is a word of the vocabulary.
type Term struct {
	Slug            string   // required, unique: lower case, digits and hyphens
	Name            string   // required, as it is written in a sentence
	Aliases         []string // other names for the same thing
	NotConfusedWith []string // slugs, or words that have no page
	Related         []string // slugs, or words that have no page
	// Avoid are words that people use for it and that mean something else to
	// others: the linter of wording tells them to use the name.
	Avoid []string
	// Except are phrases with a name of the term in them that mean something
	// else: "dark mode", "press release". They are not linked.
	Except []string
	Source string // where the definition comes from, in words or an address
	// Audience is "everyone" for what customers need to know too, else "team".
	Audience string
	// Changes says which event the thing named changes: "deployment" (what runs
	// where), "release" (who sees it), "both", "neither", or "" where the
	// question makes no sense.
	Changes string
	Own     bool   // a word that this site uses in a sense of its own
	Quiet   bool   // too common a word to be linked in running text
	Hidden  bool   // takes away the term of the same slug in the layers below
	Summary string // the first paragraph on one line, Markdown
	// Definition is the whole text, Markdown, the first paragraph included.
	Definition string
	Origin     Place
}

// Place is where something stands in a file; lines and columns count from 1,
// columns in bytes.
type Place struct {
	File      string
	Line, Col int
}

// Fault is a mistake in a term's file. The message is lower case without a full
// stop.
type Fault struct {
	Place
	Message string
	Hint    string
}

// String gives "file:line:col: message".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Col, f.Message)
}

// maxFile bounds a term's file, in bytes.
const maxFile = 256 << 10

// Load reads every .md file at the top of fsys, and lists the terms by slug. A
// file with faults gives a term as long as it has a name. Files whose name
// begins with "_" or ".", and README.md, are no terms. A nil fsys and a folder
// that does not exist give nothing.
func Load(fsys fs.FS) ([]Term, []Fault) {
	if fsys == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, nil
	}
	var terms []Term
	var faults []Fault
	for _, e := range entries { // ReadDir sorts by name
		name := e.Name()
		if e.IsDir() || path.Ext(name) != ".md" || strings.ContainsAny(name[:1], "_.") || strings.EqualFold(name, "readme.md") {
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			faults = append(faults, Fault{Place{File: name}, fmt.Sprintf("cannot be read: %v", err), ""})
			continue
		}
		t, fs := Parse(name, data)
		faults = append(faults, fs...)
		if t.Name != "" {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b Term) int { return cmp.Compare(a.Slug, b.Slug) })
	return terms, faults
}

// Layer lays lists of terms over each other, the first over the second and so
// on, and gives one list by name (case apart, then slug), which is the order in
// which people look words up.
func Layer(layers ...[]Term) []Term {
	seen := map[string]bool{}
	var out []Term
	for _, layer := range layers {
		for _, t := range layer {
			if seen[t.Slug] {
				continue
			}
			seen[t.Slug] = true
			if !t.Hidden {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(a, b Term) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Slug, b.Slug))
	})
	return out
}

// Check looks at terms beside each other: two that claim one name, and
// references to a slug that no term has. Faults are in the order of the terms.
func Check(terms []Term) []Fault {
	owner, slugs := map[string]Term{}, map[string]bool{}
	var faults []Fault
	for _, t := range terms {
		slugs[t.Slug] = true
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			key := strings.ToLower(name)
			if other, ok := owner[key]; ok && other.Slug != t.Slug {
				faults = append(faults, Fault{t.Origin, fmt.Sprintf("%q is a name of the term %s too", name, other.Slug),
					fmt.Sprintf("take it out here or in %s", other.Origin.File)})
				continue
			}
			owner[key] = t
		}
	}
	for _, t := range terms {
		for _, ref := range append(slices.Clone(t.Related), t.NotConfusedWith...) {
			// A word with a space or a capital is a word, not a slug.
			if isSlug(ref) && !slugs[ref] {
				faults = append(faults, Fault{t.Origin, fmt.Sprintf("no term has the slug %q", ref),
					"write words that have no page with a capital or in several words"})
			}
		}
	}
	return faults
}

func isSlug(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}
