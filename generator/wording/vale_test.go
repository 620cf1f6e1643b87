package wording_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"daylight/generator/ledger"
	"daylight/generator/markdown"
	"daylight/generator/wording"
)

// TestAgreesWithVale compares what we find in two texts with what Vale finds in
// them, with the rules that we export for it. testdata/vale/README.md tells how
// Vale's list was made.
func TestAgreesWithVale(t *testing.T) {
	linter := wording.New(shipped(t))
	files, err := filepath.Glob("testdata/vale/changes/*.md")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	var got []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(file, "testdata/vale/")
		text := markdownText(name, string(data), ".md.public")
		// In what customers read we look into code too; Vale's scope is text.
		text.Passages = slices.DeleteFunc(text.Passages, func(p wording.Passage) bool { return strings.HasPrefix(p.Scope, "code") })
		for _, a := range linter.Check(text) {
			col := utf8.RuneCountInString(a.Line[:a.Origin.Col-1]) + 1
			got = append(got, fmt.Sprintf("%s:%d:%d:%s:%s", name, a.Origin.Line, col, a.Check, a.Message))
		}
	}
	data, err := os.ReadFile("testdata/vale/expected.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(want) < 90 {
		t.Errorf("Vale's list has %d alerts only", len(want))
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("only Vale finds %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("only we find %s", line)
		}
	}
}

// markdownText cuts Markdown into passages; more is put behind their scopes.
func markdownText(name, source, more string) wording.Text {
	text := wording.Text{Origin: ledger.Origin{File: name}, Source: source}
	prose, comments := markdown.New(markdown.Options{}).Prose([]byte(source))
	for _, p := range prose {
		passage := wording.Passage{Scope: p.Scope + more, Text: p.Text}
		for _, at := range p.Places {
			passage.Pieces = append(passage.Pieces, wording.Piece{At: at.At, Source: at.Source})
		}
		text.Passages = append(text.Passages, passage)
	}
	for _, c := range comments {
		text.Comments = append(text.Comments, wording.Comment{At: c.At, Text: c.Text})
	}
	return text
}
