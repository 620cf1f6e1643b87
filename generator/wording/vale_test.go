package wording_test

import (
	"flag"
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

var update = flag.Bool("update", false, "write testdata/vale/changes/examples.md anew")

// TestExamplesAreForVale: the text that Vale has read holds today's examples, so
// that its list is about the rules as they are.
func TestExamplesAreForVale(t *testing.T) {
	data, err := os.ReadFile("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/vale/changes/examples.md"
	var b strings.Builder
	b.WriteString("# Examples of every rule\n")
	for line := range strings.Lines(string(data)) {
		switch mark, rest, _ := strings.Cut(strings.TrimSpace(line), " "); mark {
		case "#":
			b.WriteString("\n## " + rest + "\n")
		case "+":
			b.WriteString("\n" + strings.NewReplacer("<", "", ">", "").Replace(rest) + "\n")
		case "-":
			b.WriteString("\n" + rest + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(name); err != nil || string(old) != b.String() {
		t.Errorf("%s is not made of examples.txt: run with -update, then Vale as its README.md tells (%v)", name, err)
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
