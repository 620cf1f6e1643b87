package story

import (
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"daylight/generator/ledger"
)

// Layout says how [Teller.Text] sets a story. The zero Layout is one line for
// each sentence, for a pipe.
type Layout struct {
	// Width is that of the terminal, in columns: lines are broken, and the
	// evidence of a sentence stands below it. 0 is a pipe. Less than 40 counts as
	// 40.
	Width int
	// Dim and Bold set evidence and headings apart where colour may be used; nil
	// leaves them as they are. They must not change the number of columns.
	Dim, Bold func(string) string
}

// Text writes the story as plain text: a heading, then sections, a line for each
// sentence with its instant in front and its evidence behind.
func (t *Teller) Text(w io.Writer, s Story, o Layout) error {
	keep := func(s string) string { return s }
	if o.Dim == nil {
		o.Dim = keep
	}
	if o.Bold == nil {
		o.Bold = keep
	}
	p := printer{teller: t, Layout: o}
	if o.Width > 0 {
		p.Width = max(o.Width, 40)
	}
	p.heading(s.Heading)
	p.write("", "", strings.Split(clean(s.Subtitle), " "), o.Dim)
	for _, sec := range s.Sections {
		p.b.WriteString("\n")
		p.heading(sec.Heading)
		for _, l := range sec.Lines {
			p.line(l)
		}
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// printer sets a story in lines.
type printer struct {
	Layout
	teller *Teller
	b      strings.Builder
}

func (p *printer) heading(text string) { p.write("", "", strings.Split(clean(text), " "), p.Bold) }

// line writes a sentence: what follows its first line, and its evidence, stand
// below its beginning.
func (p *printer) line(l Line) {
	first := "  "
	if l.At != nil {
		first += p.teller.stamp(*l.At) + "  "
	}
	rest := strings.Repeat(" ", utf8.RuneCountInString(first))
	text, e := clean(l.Text), evidence(l)
	if p.Width > 0 {
		p.write(first, rest, strings.Split(text, " "), nil)
		for i := range e[:max(0, len(e)-1)] {
			e[i] += ";"
		}
		p.write(rest+"  ", rest+"  ", e, p.Dim)
		return
	}
	if len(e) > 0 {
		text += " [" + strings.Join(e, "; ") + "]"
	}
	p.write(first, rest, []string{text}, nil)
}

// write breaks a text into lines between its words. A word that is longer than a
// line keeps one for itself: names and addresses stay whole.
func (p *printer) write(first, rest string, words []string, style func(string) string) {
	if style == nil {
		style = func(s string) string { return s }
	}
	lead, current := first, ""
	flush := func() {
		p.b.WriteString(lead + style(current) + "\n")
		lead, current = rest, ""
	}
	for _, word := range words {
		room := p.Width - utf8.RuneCountInString(lead) - utf8.RuneCountInString(current) - 1
		if current != "" && p.Width > 0 && utf8.RuneCountInString(word) > room {
			flush()
		}
		if current != "" {
			current += " "
		}
		current += word
	}
	if current != "" {
		flush()
	}
}

// stamp is an instant of one width: " 3 Mar 2026, 09:00 UTC".
func (t *Teller) stamp(at time.Time) string { return at.In(t.zone).Format("_2 Jan 2006, 15:04 MST") }

// Markdown writes the story for a comment on a merge request. All text is
// escaped: titles make neither mark-up nor links, and mention nobody.
func (t *Teller) Markdown(w io.Writer, s Story) error {
	var b strings.Builder
	b.WriteString("### " + escapeMarkdown(s.Heading) + "\n")
	if s.Subtitle != "" {
		b.WriteString("\n" + escapeMarkdown(s.Subtitle) + "\n")
	}
	for _, sec := range s.Sections {
		b.WriteString("\n**" + escapeMarkdown(sec.Heading) + "**\n\n")
		for _, l := range sec.Lines {
			b.WriteString("- ")
			if l.At != nil {
				b.WriteString(escapeMarkdown(t.When(*l.At)) + ": ")
			}
			b.WriteString(escapeMarkdown(l.Text))
			if e := evidence(l); len(e) > 0 {
				b.WriteString(" _" + escapeMarkdown(strings.Join(e, "; ")) + "_")
			}
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// evidence gives what a line's date rests on, and the places it was read from,
// three at most. A commit that the sentence begins with is not named again.
func evidence(l Line) []string {
	var parts []string
	if l.At != nil && l.Basis != "" {
		parts = append(parts, basisWords(l.Basis))
	}
	for i, o := range l.Origins {
		if i == 3 {
			parts = append(parts, "and "+count(len(l.Origins)-3, "more place"))
			break
		}
		p := place(o)
		if id, ok := strings.CutPrefix(p, "commit "); p != "" && !slices.Contains(parts, p) && !(ok && strings.HasPrefix(l.Text, id)) {
			parts = append(parts, p)
		}
	}
	return parts
}

func place(o ledger.Origin) string { return clean(o.String()) }

// escapeMarkdown makes text that every Markdown dialect shows as it is. An empty
// comment breaks what hosts find in the finished text, after escapes: names
// after an "@", and addresses. A list mark at the start is escaped too.
func escapeMarkdown(s string) string {
	s = clean(s)
	var b strings.Builder
	digits := true // all before i are digits: "12." would begin a list
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@', r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString(string(r) + "<!-- -->")
		case r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteString("<!-- -->.")
		case strings.ContainsRune("\\`*_{}[]()#+!|~$^=", r), r == '-' && i == 0, r == '.' && digits:
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		digits = digits && '0' <= r && r <= '9'
	}
	return b.String()
}
