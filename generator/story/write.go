package story

import (
	"io"
	"strings"

	"daylight/generator/ledger"
)

// Text writes the story for a terminal: a heading, sections, a line for each
// sentence with its instant in front and its evidence behind. It is plain text
// without colour.
func (t *Teller) Text(w io.Writer, s Story) error {
	var b strings.Builder
	b.WriteString(clean(s.Heading) + "\n")
	for _, sec := range s.Sections {
		b.WriteString("\n" + clean(sec.Heading) + "\n")
		for _, l := range sec.Lines {
			b.WriteString("  ")
			if l.At != nil {
				b.WriteString(t.When(*l.At) + "  ")
			}
			b.WriteString(clean(l.Text))
			if e := evidence(l); e != "" {
				b.WriteString(" [" + e + "]")
			}
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the story for a comment on a merge request. All text is
// escaped: titles make neither mark-up nor links, and mention nobody.
func (t *Teller) Markdown(w io.Writer, s Story) error {
	var b strings.Builder
	b.WriteString("### " + escapeMarkdown(s.Heading) + "\n")
	for _, sec := range s.Sections {
		b.WriteString("\n**" + escapeMarkdown(sec.Heading) + "**\n\n")
		for _, l := range sec.Lines {
			b.WriteString("- ")
			if l.At != nil {
				b.WriteString(escapeMarkdown(t.When(*l.At)) + ": ")
			}
			b.WriteString(escapeMarkdown(l.Text))
			if e := evidence(l); e != "" {
				b.WriteString(" _" + escapeMarkdown(e) + "_")
			}
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// evidence gives what a line's date rests on, and the places it was read from,
// three at most.
func evidence(l Line) string {
	var parts []string
	if l.At != nil && l.Basis != "" {
		parts = append(parts, basisWords(l.Basis))
	}
	for i, o := range l.Origins {
		if i == 3 {
			parts = append(parts, "and "+count(len(l.Origins)-3, "more place"))
			break
		}
		if p := place(o); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "; ")
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
