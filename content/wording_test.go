package content_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"daylight/content"
	"daylight/generator/ledger"
	"daylight/generator/markdown"
	"daylight/generator/wording"
)

// TestOurOwnWords: what this project tells others to write, it writes itself.
func TestOurOwnWords(t *testing.T) {
	rules, problems := wording.LoadStyles(content.Files, "wording")
	for _, p := range problems {
		t.Errorf("%v", p)
	}
	// Daylight itself is published by version.
	rules, _ = wording.Apply(rules, []wording.Setting{{Rule: "Daylight.ReleasedInVersionOnly", Level: "off"}})
	linter, r := wording.New(rules), markdown.New(markdown.Options{})
	read := 0
	check := func(name string, data []byte) {
		read++
		text := wording.Text{Origin: ledger.Origin{File: name}, Source: string(data)}
		prose, comments := r.Prose(data)
		for _, p := range prose {
			passage := wording.Passage{Scope: p.Scope + ".md", Text: p.Text}
			for _, at := range p.Places {
				passage.Pieces = append(passage.Pieces, wording.Piece{At: at.At, Source: at.Source})
			}
			text.Passages = append(text.Passages, passage)
		}
		for _, c := range comments {
			text.Comments = append(text.Comments, wording.Comment{At: c.At, Text: c.Text})
		}
		for _, a := range linter.Check(text) {
			t.Errorf("%s: %s [%s]", a.Origin, a.Message, a.Check)
		}
	}
	err := fs.WalkDir(content.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".md") {
			return err
		}
		data, err := fs.ReadFile(content.Files, name)
		check("content/"+name, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	check("README.md", readme)
	if read < 60 {
		t.Errorf("%d texts read, want the glossary, the documents and the README", read)
	}
}
