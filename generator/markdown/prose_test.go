package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const proseDocument = `---
title: A <i>head</i>
tags: none
---
# Größe and *more*

One ` + "`code`" + ` and
  two [link text](http://a.example/x) &amp; http://b.example/y ![an image](z.png).

- item **strong**

  in the item

> quoted

| head | b |
|------|---|
| cell | d |

<div class="x">block <b>html</b> <code>no</code></div>

<!-- daylight off -->

Term
: meaning[^1]

a <!-- vale on --> b \* c

    indented

[^1]: the footnote
`

// TestProse shows what is prose, how it is called, and that its places are those
// of the source.
func TestProse(t *testing.T) {
	prose, comments := New(Options{}).Prose([]byte(proseDocument))
	want := []string{
		"text.frontmatter.title A <i>head</i>",
		"text.heading.h1 Größe and more",
		"emphasis more",
		"text.paragraph One **** and two link text & ****************** .",
		"code code",
		"link link text",
		"text.attr.alt an image",
		"text.list item strong",
		"strong strong",
		"text.list in the item",
		"text.blockquote quoted",
		"text.table.header head",
		"text.table.header b",
		"text.table.cell cell",
		"text.table.cell d",
		"text.paragraph block html ",
		"text.definition.term Term",
		"text.definition meaning",
		"text.paragraph a  b * c",
		"text.footnote the footnote",
	}
	var got []string
	for _, p := range prose {
		got = append(got, p.Scope+" "+strings.TrimRight(p.Text, "\n"))
		checkPlaces(t, proseDocument, p)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("prose\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var found []string
	for _, c := range comments {
		found = append(found, fmt.Sprint(strings.Count(proseDocument[:c.At], "\n")+1, " ", c.Text))
	}
	if !slices.Equal(found, []string{"22 daylight off", "27 vale on"}) {
		t.Errorf("comments %q", found)
	}
}

// checkPlaces compares each word of the prose with the source.
func checkPlaces(t *testing.T, source string, p Prose) {
	t.Helper()
	if len(p.Places) == 0 || p.Places[0].At != 0 {
		t.Errorf("%q has places %v", p.Text, p.Places)
		return
	}
	for i, place := range p.Places {
		end := len(p.Text)
		if i+1 < len(p.Places) {
			end = p.Places[i+1].At
		}
		part := p.Text[place.At:end]
		if strings.Trim(part, "*& \n") == "" {
			continue
		}
		at := source[place.Source:]
		for j := 0; j < len(part) && j < len(at); j++ {
			if part[j] != at[j] && part[j] != ' ' && part[j] != '*' {
				t.Errorf("%q of %q stands at %d, where there is %q", part, p.Text, place.Source, at[:min(len(at), len(part))])
				break
			}
		}
	}
}

// FuzzProse: whatever the document, places lie inside it and in order.
func FuzzProse(f *testing.F) {
	f.Add(proseDocument)
	f.Add("---\ntitle: x\n")
	f.Add("> - [a](b\n\t| x |\n&#0;\\")
	f.Add("<div><!-- x")
	r := New(Options{})
	f.Fuzz(func(t *testing.T, source string) {
		prose, comments := r.Prose([]byte(source))
		for _, p := range prose {
			last := -1
			for _, place := range p.Places {
				if place.At < last || place.At > len(p.Text) || place.Source < 0 || place.Source > len(source) {
					t.Fatalf("place %v of %q, in %d bytes", place, p.Text, len(source))
				}
				last = place.At
			}
			if utf8.ValidString(source) && !utf8.ValidString(p.Text) {
				t.Fatalf("%q is no UTF-8", p.Text)
			}
		}
		for _, c := range comments {
			if c.At < 0 || c.At >= len(source) {
				t.Fatalf("comment at %d of %d", c.At, len(source))
			}
		}
	})
}

// TestProseOfHTMLTables: cells and items are passages apart, what indents the
// source is no text, and a break between two words is a blank.
func TestProseOfHTMLTables(t *testing.T) {
	source := "<table>\n  <tr>\n    <td>rolled\n        out</td>\n    <td>back</td>\n  </tr>\n</table>\n\nred<br>green\n"
	list, _ := New(Options{}).Prose([]byte(source))
	var got []string
	for _, p := range list {
		got = append(got, strings.TrimSpace(p.Text))
		if at := p.Places[0]; at.At == 0 && !strings.HasPrefix(source[at.Source:], p.Text[:3]) {
			t.Errorf("%q is said to stand at %d", p.Text, at.Source)
		}
	}
	if want := []string{"rolled out", "back", "red green"}; !slices.Equal(got, want) {
		t.Errorf("passages %q, want %q", got, want)
	}
}
