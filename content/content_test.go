package content_test

import (
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/content"
	"daylight/generator/config"
	"daylight/generator/deploylog"
	"daylight/generator/glossary"
	"daylight/generator/markdown"
)

func shipped(t *testing.T) []glossary.Term {
	t.Helper()
	dir, err := fs.Sub(content.Files, "glossary")
	if err != nil {
		t.Fatal(err)
	}
	terms, faults := glossary.Load(dir)
	for _, f := range append(faults, glossary.Check(terms)...) {
		t.Errorf("content/glossary/%s", f)
	}
	return terms
}

// TestGlossary holds the terms to what their pages need: one sentence that says
// what the thing is, an explanation, a source, and the event that it changes
// where it changes one.
func TestGlossary(t *testing.T) {
	terms := shipped(t)
	if len(terms) != 55 {
		t.Errorf("%d terms, want the 45 of the field and 10 of our own", len(terms))
	}
	own := 0
	for _, term := range terms {
		if n := len(term.Summary); n < 25 || n > 160 || !strings.HasSuffix(term.Summary, ".") || strings.Contains(term.Summary, ". ") {
			t.Errorf("%s: the definition is not one sentence of 25 to 160 bytes: %q", term.Slug, term.Summary)
		}
		if words := len(strings.Fields(term.Definition)); words < 50 || words > 180 {
			t.Errorf("%s: %d words, want 50 to 180", term.Slug, words)
		}
		if term.Source == "" || len(term.Related) == 0 {
			t.Errorf("%s: no source or nothing related", term.Slug)
		}
		if term.Source == "a word of this site" {
			own++
		}
	}
	if own != 10 {
		t.Errorf("%d words of this site, want 10", own)
	}
}

// TestGlossaryFindsItsOwnWords: each term that may be linked is found by its own
// name, so that no other term shadows it.
func TestGlossaryFindsItsOwnWords(t *testing.T) {
	terms := shipped(t)
	m := glossary.NewMatcher(terms)
	for _, term := range terms {
		found := m.Find("A " + term.Name + " here.")
		if !term.Quiet && (len(found) != 1 || found[0].Slug != term.Slug) {
			t.Errorf("%s: its name finds %v", term.Slug, found)
		}
	}
}

// TestDocs renders each document and follows its links.
func TestDocs(t *testing.T) {
	r := markdown.New(markdown.Options{})
	names, err := fs.Glob(content.Files, "docs/*.md")
	if err != nil || len(names) < 5 {
		t.Fatalf("documents %v, %v", names, err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(content.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Document(body(data))
		if err != nil || d.Title == "" || len(d.Headings) == 0 {
			t.Errorf("%s: title %q, %d headings, %v", name, d.Title, len(d.Headings), err)
		}
		for _, link := range d.Links {
			file, heading, _ := strings.Cut(link, "#")
			if linked, err := fs.ReadFile(content.Files, path.Join("docs", file)); err != nil || !hasHeading(r, linked, heading) {
				t.Errorf("%s: the link %s leads nowhere", name, link)
			}
		}
	}
}

// TestExamplesOfConfigurationParse: what the documents tell people to write into
// site.toml is right.
func TestExamplesOfConfigurationParse(t *testing.T) {
	names, err := fs.Glob(content.Files, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```toml\n(.*?)```")
	examples := 0
	for _, name := range names {
		data, err := fs.ReadFile(content.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllSubmatch(data, -1) {
			examples++
			if _, faults := config.Parse(name, m[1]); len(faults) > 0 {
				t.Errorf("%s: %v in\n%s", name, faults, m[1])
			}
		}
	}
	if examples < 3 {
		t.Errorf("%d examples, want at least 3", examples)
	}
}

// TestKeysOfARecord: each key that the document names is one that is read.
func TestKeysOfARecord(t *testing.T) {
	data, err := fs.ReadFile(content.Files, "docs/record-deployments.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "## The keys of a record")
	table, _, _ = strings.Cut(table, "## ")
	known := map[string]bool{}
	for _, k := range deploylog.Keys() {
		known[k.Name] = true
	}
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || !strings.Contains(cells[1], "`") {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			rows++
			if !known[m[1]] {
				t.Errorf("no record has the key %s", m[1])
			}
		}
	}
	if rows < 12 {
		t.Errorf("%d keys are documented", rows)
	}
}

// TestReferenceIsWhole compares the reference of site.toml with the struct: each
// key stands in the section of its table, and no other key does.
func TestReferenceIsWhole(t *testing.T) {
	data, err := fs.ReadFile(content.Files, "docs/site-toml.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]map[string]bool{}
	section := ""
	key := regexp.MustCompile("`([a-z_]+)`")
	for line := range strings.Lines(string(data)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.Trim(strings.Fields(title)[0], "[]")
			if strings.HasPrefix(title, "The ") {
				section = ""
			}
			documented[section] = map[string]bool{}
		} else if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, m := range key.FindAllStringSubmatch(cells[1], -1) {
				documented[section][m[1]] = true
			}
		}
	}
	root := reflect.TypeFor[config.Config]()
	for i := range root.NumField() {
		field := root.Field(i)
		tag, inner := field.Tag.Get("toml"), field.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct {
			if !documented[""][tag] {
				t.Errorf("the key %s is not in the reference", tag)
			}
			delete(documented[""], tag)
			continue
		}
		if tag == "repositories" { // documented together with [repository]
			continue
		}
		for j := range inner.NumField() {
			k := inner.Field(j).Tag.Get("toml")
			if k == "-" || k == "" {
				continue
			}
			if !documented[tag][k] {
				t.Errorf("the key %s of [%s] is not in the reference", k, tag)
			}
			delete(documented[tag], k)
		}
	}
	for section, keys := range documented {
		for k := range keys {
			t.Errorf("the reference has a key %s in [%s] that does not exist", k, section)
		}
	}
}

// hasHeading reports whether a document has a heading with this id; "" is its
// beginning.
func hasHeading(r *markdown.Renderer, text []byte, id string) bool {
	d, err := r.Document(body(text))
	return err == nil && (id == "" || slices.ContainsFunc(d.Headings, func(h markdown.Heading) bool { return h.ID == id }))
}

// body is a document without its front matter.
func body(text []byte) []byte {
	return regexp.MustCompile(`(?s)\A---\n.*?\n---\n`).ReplaceAll(text, nil)
}
