package wording

import (
	"sort"
	"strings"
	"unicode/utf8"

	"daylight/generator/ledger"
)

// Text is something that people wrote.
type Text struct {
	// Origin is where its first byte stands. Its line is 0 or 1 for a text that
	// begins its file, message or note.
	Origin ledger.Origin
	// Name is what reports call it, when that is not the origin's own name.
	Name   string
	Source string // all of it; places count in it
	// Lines says that only lines have places: the text was taken out of what it
	// stands in, and columns would be others.
	Lines bool
	// Passages in the order of the text.
	Passages []Passage
	// Comments that may hold switches, in the order of the text.
	Comments []Comment
	// About names what all of it is about, beside what the note files of the
	// ledger tell: "#12", "flag basket-v2", as a text would.
	About string
}

// Passage is a run of prose: a paragraph, a heading, a cell. Markup is not in
// it; code is there as asterisks, so that words around it are not joined.
type Passage struct {
	Scope  string // "text.heading.h2.md"
	Text   string
	Pieces []Piece // in order; the first begins at 0
	lower  string  // Text in lower case, once a rule has asked for it
}

// Piece says where a part of a passage stands in the source. It goes on until
// the next one begins.
type Piece struct {
	At     int // in the passage
	Source int // in the source
}

// Comment is a comment of the text's format, without its marks.
type Comment struct {
	At   int // in the source
	Text string
}

// source gives the place in the source of a place in the passage.
func (p *Passage) source(at int) int {
	i := sort.Search(len(p.Pieces), func(i int) bool { return p.Pieces[i].At > at }) - 1
	if i < 0 {
		return at
	}
	return p.Pieces[i].Source + at - p.Pieces[i].At
}

// slice gives a part of a passage as one of its own.
func (p *Passage) slice(scope string, start, end int) Passage {
	out := Passage{Scope: scope, Text: p.Text[start:end]}
	out.Pieces = append(out.Pieces, Piece{0, p.source(start)})
	for _, piece := range p.Pieces {
		if piece.At > start && piece.At < end {
			out.Pieces = append(out.Pieces, Piece{piece.At - start, piece.Source})
		}
	}
	return out
}

// Plain cuts a text without markup into paragraphs, at empty lines. The scope
// is put behind text and paragraph: "txt", "commit.body". As in [Passage.Text]
// generally, one blank stands for the end of a line and what indents the next.
func Plain(source, scope string) []Passage {
	var out []Passage
	open, at := false, 0
	for line := range strings.Lines(source) {
		text := strings.TrimSpace(line)
		if text == "" {
			open = false
			at += len(line)
			continue
		}
		if !open {
			out = append(out, Passage{Scope: "text.paragraph." + scope})
			open = true
		}
		p := &out[len(out)-1]
		if p.Text != "" {
			p.Text += " "
		}
		p.Pieces = append(p.Pieces, Piece{len(p.Text), at + strings.Index(line, text)})
		p.Text += text
		at += len(line)
	}
	return out
}

// summary joins the prose of a text, apart by empty lines, for rules that speak
// of the whole of it.
func (t *Text) summary() Passage {
	out := Passage{Scope: "summary"}
	var b strings.Builder
	for i := range t.Passages {
		p := &t.Passages[i]
		if in := sections(p.Scope); !in["paragraph"] && !in["list"] && !in["blockquote"] {
			continue
		}
		for _, piece := range p.Pieces {
			out.Pieces = append(out.Pieces, Piece{b.Len() + piece.At, piece.Source})
		}
		b.WriteString(p.Text)
		b.WriteString("\n\n")
	}
	out.Text = b.String()
	return out
}

// sections gives the names that a scope consists of.
func sections(scope string) map[string]bool {
	out := map[string]bool{}
	for _, s := range strings.Split(scope, ".") {
		out[s] = true
	}
	return out
}

// sentences cuts a passage at the ends of sentences: a stop, a question mark or
// an exclamation mark, with closing quotes and brackets, before a blank and what
// can begin a sentence. "e.g. this" and "J. Smith" go on.
func (p *Passage) sentences() []Passage {
	scope := "sentence." + p.Scope
	var out []Passage
	start := 0
	for i := 0; i < len(p.Text); i++ {
		if c := p.Text[i]; c != '.' && c != '!' && c != '?' {
			continue
		}
		end := i + 1
		for end < len(p.Text) && strings.IndexByte(`.!?"')]`, p.Text[end]) >= 0 {
			end++
		}
		next := end
		for next < len(p.Text) && isBlank(p.Text[next]) {
			next++
		}
		if next == end || next == len(p.Text) || abbreviated(p.Text[start:i]) || !begins(p.Text[next:]) {
			i = end - 1
			continue
		}
		out = append(out, p.slice(scope, start, end))
		start, i = next, next-1
	}
	if strings.TrimSpace(p.Text[start:]) != "" {
		out = append(out, p.slice(scope, start, len(p.Text)))
	}
	return out
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// abbreviated reports whether the last word before a stop is one letter or a
// usual abbreviation.
func abbreviated(before string) bool {
	word := before[strings.LastIndexAny(before, " \n\t(")+1:]
	switch strings.ToLower(word) {
	case "e.g", "i.e", "etc", "vs", "cf", "approx", "no", "dr", "mr", "mrs", "ms", "st", "fig":
		return true
	}
	return utf8.RuneCountInString(word) == 1 && word != "I"
}

// begins reports whether a sentence can begin so: not with a small letter.
func begins(s string) bool { return s[0] < 'a' || s[0] > 'z' }

// lines finds the line and column of places in a source.
type lines []int // where each line begins

func linesOf(source string) lines {
	out := lines{0}
	for i := 0; i < len(source); i++ {
		if source[i] == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// place gives line and column, from 1, the column in bytes.
func (l lines) place(at int) (line, col int) {
	i := sort.SearchInts(l, at+1) - 1
	return i + 1, at - l[i] + 1
}
