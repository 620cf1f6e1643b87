package render_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document parses a file of a site.
func document(t testing.TB, files map[string][]byte, path string) *html.Node {
	t.Helper()
	data, ok := files[path]
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	n, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// find gives the elements that a selector names, in the order of the document.
// A selector is steps with blanks between them, each inside the one before; a
// step is a tag, then .class, #id and [attribute] or [attribute=value] parts.
func find(n *html.Node, selector string) []*html.Node {
	found := []*html.Node{n}
	for step := range strings.FieldsSeq(selector) {
		var next []*html.Node
		seen := map[*html.Node]bool{}
		for _, f := range found {
			for d := range f.Descendants() {
				if d.Type == html.ElementNode && !seen[d] && matches(d, step) {
					seen[d] = true
					next = append(next, d)
				}
			}
		}
		found = next
	}
	return found
}

func matches(n *html.Node, step string) bool {
	end := strings.IndexAny(step, ".#[")
	if end < 0 {
		end = len(step)
	}
	if tag := step[:end]; tag != "" && tag != "*" && n.Data != tag {
		return false
	}
	for rest := step[end:]; rest != ""; {
		kind := rest[0]
		stop := strings.IndexAny(rest[1:], ".#[") + 1
		if kind == '[' {
			stop = strings.Index(rest, "]") + 1
		}
		if stop <= 0 {
			stop = len(rest)
		}
		part := strings.Trim(rest[:stop], ".#[]")
		rest = rest[stop:]
		name, value, exact := strings.Cut(part, "=")
		switch kind {
		case '.':
			if !slices.Contains(strings.Fields(attr(n, "class")), part) {
				return false
			}
		case '#':
			if attr(n, "id") != part {
				return false
			}
		case '[':
			if !has(n, name) || exact && attr(n, name) != value {
				return false
			}
		}
	}
	return true
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text gives what a reader sees of an element, with single blanks.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// texts gives the texts of all elements that a selector names.
func texts(n *html.Node, selector string) []string {
	var out []string
	for _, f := range find(n, selector) {
		out = append(out, text(f))
	}
	return out
}
