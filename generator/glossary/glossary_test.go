package glossary

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const canary = `---
# a comment
term: canary
aliases: [canary release, 'canary, the', "canary deployment"]
not:
  - experiment-flag
  - ring
related: soak-time
source: Google SRE Workbook, ch. 16
audience: everyone
changes: both
own: true
---

A partial deployment for a limited time,
compared with the rest.

It sings.
`

func TestParse(t *testing.T) {
	got, faults := Parse("content/glossary/canary.md", []byte(strings.ReplaceAll(canary, "\n", "\r\n")))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got.Slug != "canary" || got.Name != "canary" || got.Source != "Google SRE Workbook, ch. 16" || got.Audience != "everyone" || got.Changes != "both" || !got.Own {
		t.Errorf("%+v", got)
	}
	if !slices.Equal(got.Aliases, []string{"canary release", "canary, the", "canary deployment"}) ||
		!slices.Equal(got.NotConfusedWith, []string{"experiment-flag", "ring"}) || !slices.Equal(got.Related, []string{"soak-time"}) {
		t.Errorf("lists: %q %q %q", got.Aliases, got.NotConfusedWith, got.Related)
	}
	if got.Summary != "A partial deployment for a limited time, compared with the rest." || !strings.HasSuffix(got.Definition, "It sings.") {
		t.Errorf("text: %q %q", got.Summary, got.Definition)
	}
	if got.Origin != (Place{"content/glossary/canary.md", 3, 7}) {
		t.Errorf("origin %v", got.Origin)
	}
}

// TestFaults shows each mistake with the place that is named for it.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a.md", "just text", "a.md:1:1: the term has no name"},
		{"a.md", "---\nterm: a\n---\n", "a.md:4:1: the term has no definition"},
		{"a.md", "---\nterm: a\n\ntext", "a.md:1:1: the head of the file is not closed"},
		{"Dark Change.md", "---\nterm: a\n---\ntext", "Dark Change.md:1:1: \"Dark Change\" is no slug"},
		{"a.md", "---\nterm: a\ntitel: b\n---\ntext", "a.md:3:1: unknown key \"titel\""},
		{"a.md", "---\nterm: a\naudience: all\n---\ntext", "a.md:3:11: audience: unknown value \"all\""},
		{"a.md", "---\nterm: a\n  changes: both\n---\ntext", "a.md:3:3: want a line of the form"},
		{"a.md", "---\n- x\nterm: a\n---\ntext", "a.md:2:1: an item of a list without a key"},
		{"a.md", "---\nterm: 'a\n---\ntext", "a.md:2:7: the quote is not closed"},
		{"a.md", "---\nterm: a\naliases: [b\n---\ntext", "a.md:3:10: the list is not closed"},
		{"a.md", "---\nterm: [a, b]\n---\ntext", "a.md:2:7: term is a list"},
		{"a.md", "---\nterm: a\n---\n\n# Heading", "a.md:5:1: the definition begins with a heading"},
		{"a.md", "---\nterm: a\xff\n---\ntext", "a.md:1:1: the file is no UTF-8"},
	} {
		_, faults := Parse(tt.name, []byte(tt.text))
		if len(faults) == 0 || !strings.HasPrefix(faults[0].String(), tt.want) {
			t.Errorf("%q: faults %v, want %s", tt.text, faults, tt.want)
		}
	}
}

func TestLayers(t *testing.T) {
	term := func(name, text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nterm: " + name + "\n---\n" + text)}
	}
	shipped, faults := Load(fstest.MapFS{
		"canary.md": term("canary", "Ours."), "ring.md": term("ring", "Ours."), "slot.md": term("Slot", "Ours."),
		"_draft.md": term("draft", "x"), "README.md": {Data: []byte("x")}, "sub/x.md": term("x", "x"),
	})
	if len(faults) > 0 || len(shipped) != 3 {
		t.Fatalf("%v %v", shipped, faults)
	}
	own, faults := Load(fstest.MapFS{
		"canary.md": term("canary", "Theirs."), "ring.md": {Data: []byte("---\nterm: ring\nhidden: true\n---\n")}, "basket.md": term("basket", "Theirs."),
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var got []string
	for _, term := range Layer(own, shipped) {
		got = append(got, term.Name+": "+term.Summary)
	}
	if want := []string{"basket: Theirs.", "canary: Theirs.", "Slot: Ours."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if terms, faults := Load(nil); terms != nil || faults != nil {
		t.Error("a missing folder gives terms")
	}
}

func TestCheck(t *testing.T) {
	faults := Check([]Term{
		{Slug: "a", Name: "a", Related: []string{"b", "gone", "two words", "CI"}},
		{Slug: "b", Name: "b", Aliases: []string{"A"}},
	})
	got := fmt.Sprint(faults)
	if len(faults) != 2 || !strings.Contains(got, `"A" is a name of the term a too`) || !strings.Contains(got, `no term has the slug "gone"`) {
		t.Errorf("faults: %v", faults)
	}
}

func TestMatcher(t *testing.T) {
	m := NewMatcher([]Term{
		{Slug: "release", Name: "release"}, {Slug: "rc", Name: "release candidate", Aliases: []string{"RC"}},
		{Slug: "canary", Name: "canary"}, {Slug: "switch", Name: "traffic switch"}, {Slug: "dark", Name: "dark change", Aliases: []string{"dark"}},
		{Slug: "cd", Name: "CD"}, {Slug: "bg", Name: "blue-green"}, {Slug: "gitops", Name: "GitOps"}, {Slug: "live", Name: "live", Quiet: true},
		{Slug: "tier", Name: "tier", Aliases: []string{"größe"}}, {Slug: "other", Name: "Canary"},
	})
	for text, want := range map[string]string{
		"A release candidate, then a release.":         "release candidate=rc release=release",
		"Release candidates and Canaries":              "Release candidates=rc Canaries=canary",
		"two traffic switches; a traffic\nswitch":      "traffic switches=switch traffic\nswitch=switch",
		"traffic, switch traffic":                      "",
		"RC1 and RC, RCs, rc":                          "RC=rc RCs=rc",
		"CD is not cd":                                 "CD=cd",
		"blue-green, blue green, Blue‑Green":           "blue-green=bg blue green=bg Blue‑Green=bg",
		"gitops GITOPS":                                "gitops=gitops GITOPS=gitops",
		"it is live":                                   "",
		"pre-release release-1.2 release_notes":        "",
		"release.go release/x ./release @release":      "",
		"(release) \"release\": release's – release!":  "release=release release=release release=release release=release",
		"released releasing releaser":                  "",
		"a dark change that is dark; dark-changes":     "dark change=dark dark=dark dark-changes=dark",
		"Größe GRÖSSE größe":                           "Größe=tier größe=tier",
		"flag=canary canary=1 canary(x) $canary":       "",
		"the canary: good. See https://x.example/dark": "canary=canary",
		"": "",
	} {
		var got []string
		for _, f := range m.Find(text) {
			got = append(got, text[f.Start:f.End]+"="+f.Slug)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: found %q, want %q", text, s, want)
		}
	}
}

// FuzzParse: any file gives a term or says why not, with a place inside it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(canary))
	f.Add([]byte("---\nterm: [a, 'b, c', \"d]\nnot:\n- x\n---\n# h"))
	f.Fuzz(func(t *testing.T, data []byte) {
		term, faults := Parse("a.md", data)
		lines := strings.Count(string(data), "\n") + 1
		for _, fault := range faults {
			if fault.Line > lines+1 || fault.Message == "" {
				t.Errorf("%v lies outside the file of %d lines", fault, lines)
			}
		}
		if len(faults) == 0 && (term.Name == "" || term.Summary == "" && !term.Hidden) {
			t.Errorf("no fault, and no term: %+v", term)
		}
	})
}

// FuzzFind: matches lie in the text, in order, and do not overlap.
func FuzzFind(f *testing.F) {
	m := NewMatcher([]Term{{Slug: "rc", Name: "release candidate"}, {Slug: "r", Name: "release"}, {Slug: "g", Name: "größe"}})
	f.Add("Release candidates, größen: release-candidate\nRelease\xff")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, match := range m.Find(text) {
			if match.Start < at || match.End <= match.Start || match.End > len(text) {
				t.Fatalf("match %v after %d in %q", match, at, text)
			}
			at = match.End
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var terms []Term
	for i := range 200 {
		terms = append(terms, Term{Slug: fmt.Sprint("t", i), Name: fmt.Sprintf("term%d of word%d", i%70, i)})
	}
	m := NewMatcher(append(terms, Term{Slug: "canary", Name: "canary"}))
	text := strings.Repeat("The basket keeps its content when a session ends, and the canary says so. Term3 of word3. ", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Find(text)
	}
}

// TestExcept: a phrase in which a word means something else is not the term, and
// the term beside it is.
func TestExcept(t *testing.T) {
	m := NewMatcher([]Term{
		{Slug: "dark", Name: "dark change", Aliases: []string{"dark"}, Except: []string{"dark mode", "light and dark"}},
		{Slug: "release", Name: "release", Except: []string{"press release"}},
	})
	for text, want := range map[string]string{
		"Dark mode is dark.":                          "dark",
		"In light and dark, a dark change.":           "dark change",
		"A press release of the release: dark-modes?": "release",
	} {
		var got []string
		for _, f := range m.Find(text) {
			got = append(got, text[f.Start:f.End])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}
