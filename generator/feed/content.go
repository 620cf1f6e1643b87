package feed

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paragraph is plain text as a paragraph.
func paragraph(s string) string { return "<p>" + html.EscapeString(s) + "</p>\n" }

// link is plain text that leads to an absolute address.
func link(url, s string) string {
	return `<a href="` + html.EscapeString(url) + `">` + html.EscapeString(orElse(line(s), "untitled")) + "</a>"
}

// items is a list of fragments under a title; nothing when there are none. More
// than 50 are counted, so that a deployment of a year's work stays readable.
func items(title string, fragments []string) string {
	const most = 50
	if len(fragments) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<p>" + html.EscapeString(title) + "</p>\n<ul>\n")
	for i, f := range fragments {
		if i == most {
			b.WriteString("<li>and " + number(len(fragments)-most) + " more</li>\n")
			break
		}
		b.WriteString("<li>" + f + "</li>\n")
	}
	b.WriteString("</ul>\n")
	return b.String()
}

func number(n int) string { return strconv.Itoa(n) }

// lower makes the first letter small, for a sentence that follows a colon.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}
