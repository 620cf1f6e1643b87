package feed_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

var (
	undeclared = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9]*\s*/?>|<[a-zA-Z]+\s[^<>]*=|&(?:[a-zA-Z]{2,8}|#[0-9]+|#x[0-9a-fA-F]+);`)
	markup     = regexp.MustCompile(`<(?:/?[a-zA-Z]|!)`)
)

// looksLikeHTML reports whether a reader would take plain text for HTML.
func looksLikeHTML(s string) bool { return undeclared.MatchString(s) }

// void are the elements without an end.
const void = "area base br col embed hr img input link meta param source track wbr"

// dangerous are the elements that readers refuse.
const dangerous = "script object embed iframe frame frameset applet meta link base style form"

// html checks a fragment: what readers refuse, addresses that lead nowhere in a
// reader, and elements that do not match. In RSS relative addresses are a fault,
// in Atom they are bad for all readers that do not know the base.
func (r *report) html(s, where string, rss bool) {
	z := html.NewTokenizer(strings.NewReader(s))
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				r.warn("NotHtml", where+": "+open[len(open)-1]+" is not closed")
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			r.element(t.Data, where)
			for _, a := range t.Attr {
				r.attribute(a.Key, a.Val, where, rss)
			}
			if t.Type == html.StartTagToken && !slices.Contains(strings.Fields(void), t.Data) {
				open = append(open, t.Data)
			}
		case html.EndTagToken:
			t := z.Token()
			if len(open) == 0 || open[len(open)-1] != t.Data {
				r.warn("NotHtml", where+": stray </"+t.Data+">")
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func (r *report) element(name, where string) {
	if slices.Contains(strings.Fields(dangerous), name) {
		r.warn("SecurityRisk", where+": "+name)
	}
	if name == "svg" {
		r.warn("NotHtml", where+": svg")
	}
}

func (r *report) attribute(name, value, where string, rss bool) {
	switch {
	case strings.HasPrefix(name, "on"):
		r.warn("SecurityRisk", where+": "+name)
	case name == "style":
		r.warn("DangerousStyleAttr", where)
	case name == "href" || name == "src":
		u, err := url.Parse(value)
		if err != nil || u.Scheme == "javascript" || u.Scheme == "data" {
			r.warn("SecurityRisk", where+": "+value)
		} else if rss && !u.IsAbs() {
			r.warn("ContainsRelRef", where+": "+value)
		}
	}
}

// xhtml checks elements inside an Atom text of that type.
func (r *report) xhtml(n *node, where string) {
	r.element(n.name, where)
	for name, value := range n.attr {
		r.attribute(name, value, where, false)
	}
	for _, c := range n.children {
		r.xhtml(c, where)
	}
}
