package docs

import (
	"bytes"
	"strings"

	"daylight/generator/decode"
)

// Meta is what an article's front matter says. Keys that are not known here are
// left alone: texts may have been written for other tools too.
type Meta struct {
	Title       string   `json:"title,omitempty"`
	LinkTitle   string   `json:"link_title,omitempty"` // in the tree; Title when empty
	Description string   `json:"description,omitempty"`
	Slug        string   `json:"slug,omitempty"` // the last part of the address
	Aliases     []string `json:"aliases,omitempty"`
	Audiences   []string `json:"audience,omitempty"` // the only ones that it is for
	Flags       []string `json:"flag,omitempty"`     // that it is dark with
	Changes     []string `json:"change,omitempty"`   // that it is dark with
	Weight      int64    `json:"weight,omitempty"`   // 0 stands after all others
	Hidden      bool     `json:"hidden,omitempty"`   // not published; also "draft"
	// Line is the last line of the front matter, 0 without one.
	Line int `json:"line,omitempty"`
	// Broken is set where the front matter cannot be read. Nobody can tell then
	// for whom the article is.
	Broken bool `json:"broken,omitempty"`
}

// note is a mistake in a text, before it is known in which versions.
type note struct {
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Rule    string `json:"rule"`
	Error   bool   `json:"error,omitempty"`
}

// maxFront bounds the front matter of an article.
const maxFront = 64 << 10

// splitFront cuts a text into its front matter, the first line of it, and the
// rest. YAML stands between lines of three hyphens, TOML between three pluses.
func splitFront(text []byte) (front []byte, mark string, body []byte) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	first, rest, ok := bytes.Cut(text, []byte("\n"))
	mark = string(bytes.TrimRight(first, " \t\r"))
	if !ok || mark != "---" && mark != "+++" {
		return nil, "", text
	}
	for at := 0; at < len(rest) && at < maxFront; {
		line := rest[at:]
		end := bytes.IndexByte(line, '\n')
		next := len(rest)
		if end >= 0 {
			line, next = line[:end], at+end+1
		}
		if string(bytes.TrimRight(line, " \t\r")) == mark {
			return rest[:at], mark, rest[next:]
		}
		at = next
	}
	return nil, "", text
}

// parseFront reads the front matter of an article, and gives the text behind it.
func parseFront(text []byte) (meta Meta, notes []note, body []byte) {
	front, mark, body := splitFront(text)
	if mark == "" {
		return meta, nil, body
	}
	meta.Line = bytes.Count(front, []byte("\n")) + 2
	r := decode.Reader{MaxBytes: maxFront, MaxNodes: 5000, MaxDepth: 20}
	var root *decode.Node
	var err error
	if mark == "+++" {
		root, err = r.TOML("", front)
	} else {
		var all []*decode.Node
		if all, err = r.YAML("", front); len(all) > 0 {
			root = all[0]
		}
	}
	if err != nil {
		n := note{Line: 1, Col: 1, Message: "front matter cannot be read: " + err.Error(), Rule: "front-matter", Error: true,
			Hint: "it stands between two lines of three hyphens, as YAML"}
		if e, ok := decode.AsError(err); ok {
			n.Line, n.Col, n.Message = e.Line+1, e.Col, "front matter cannot be read: "+e.Message
		}
		meta.Broken = true
		return meta, []note{n}, body
	}
	f := fields{root: root}
	f.text("title", &meta.Title)
	f.text("link_title", &meta.LinkTitle)
	f.text("linktitle", &meta.LinkTitle)
	f.text("linkTitle", &meta.LinkTitle)
	f.text("description", &meta.Description)
	f.text("slug", &meta.Slug)
	f.list("aliases", &meta.Aliases)
	f.list("audience", &meta.Audiences)
	f.list("flag", &meta.Flags)
	f.list("flags", &meta.Flags)
	f.list("change", &meta.Changes)
	f.list("changes", &meta.Changes)
	f.number("weight", &meta.Weight)
	f.yes("draft", &meta.Hidden)
	f.yes("hidden", &meta.Hidden)
	// A word that says for whom the article is and cannot be read must not make
	// it public.
	for _, n := range f.notes {
		meta.Broken = meta.Broken || n.Error
	}
	return meta, f.notes, body
}

// fields reads keys of a front matter.
type fields struct {
	root  *decode.Node
	notes []note
}

func (f *fields) wrong(n *decode.Node, key, want string) {
	closed := key == "audience" || strings.HasPrefix(key, "flag") || strings.HasPrefix(key, "change") || key == "draft" || key == "hidden"
	f.notes = append(f.notes, note{Line: n.Line + 1, Col: n.Col, Rule: "front-matter", Error: closed,
		Message: "front matter: " + key + " is no " + want})
}

func (f *fields) text(key string, into *string) {
	n := f.root.Get(key)
	if n.IsNull() {
		return
	}
	s, ok := n.Scalar()
	if !ok {
		f.wrong(n, key, "text")
		return
	}
	*into = strings.Join(strings.Fields(s), " ")
}

func (f *fields) list(key string, into *[]string) {
	n := f.root.Get(key)
	if n.IsNull() {
		return
	}
	if s, ok := n.Scalar(); ok {
		*into = append(*into, s)
		return
	}
	if !n.Is(decode.List) {
		f.wrong(n, key, "list of texts")
		return
	}
	for _, item := range n.Items {
		if s, ok := item.Scalar(); ok {
			*into = append(*into, s)
		} else {
			f.wrong(n, key, "list of texts")
		}
	}
}

func (f *fields) number(key string, into *int64) {
	n := f.root.Get(key)
	if n.IsNull() {
		return
	}
	i, ok := n.Int()
	if !ok {
		f.wrong(n, key, "whole number")
		return
	}
	*into = i
}

func (f *fields) yes(key string, into *bool) {
	n := f.root.Get(key)
	if n.IsNull() {
		return
	}
	b, ok := n.Bool()
	if !ok {
		f.wrong(n, key, "true or false")
		return
	}
	*into = *into || b
}
