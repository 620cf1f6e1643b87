package feed_test

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	dcSpace      = "http://purl.org/dc/elements/1.1/"
	contentSpace = "http://purl.org/rss/1.0/modules/content/"
)

// contact is "mail@host (Name)".
var contact = regexp.MustCompile(`^[^\s()<>@\[\]]+@[^\s()<>@\[\]]+\.[^\s()<>@]+( \([^()]+\))?$`)

// rss holds the rules of RSS 2.0 and of the RSS profile.
func (r *report) rss(root *node) {
	if root.attr["version"] != "2.0" {
		r.warn("NotRSS20", "rss")
	}
	channel := root.first("", "channel")
	if channel == nil {
		r.fail("MissingChannel", "rss")
		return
	}
	r.only(channel, "", "title link description language copyright managingEditor webMaster pubDate lastBuildDate category "+
		"generator docs cloud ttl image rating textInput skipHours skipDays item")
	for event, name := range map[string]string{"MissingTitle": "title", "MissingLink": "link", "MissingDescription": "description"} {
		if channel.first("", name) == nil {
			r.fail(event, "channel")
		}
	}
	r.channel(channel)
	var guids []string
	entered := false
	for _, c := range channel.children {
		if c.space == "" && c.name == "item" {
			entered = true
			r.item(c)
			if g := c.first("", "guid"); g != nil {
				guids = append(guids, g.text)
			}
		} else if entered && c.space == "" {
			r.warn("MisplacedItem", "channel/"+c.name)
		}
	}
	r.differ(guids, "DuplicateValue")
	r.shared(guids)
	docs := channel.first("", "docs")
	if docs == nil || !strings.Contains(docs.text, "rssboard.org/rss-specification") {
		r.extended(channel)
	}
}

// extended reports attributes that are none of the format's own, which a channel
// may have that says by which edition of the format it is written.
func (r *report) extended(n *node) {
	if n.space == "" && n.foreign {
		r.warn("UseOfExtensionAttr", n.name)
	}
	for _, c := range n.children {
		r.extended(c)
	}
}

// picture checks the image of a channel.
func (r *report) picture(channel, image *node) {
	for _, name := range []string{"url", "title", "link"} {
		if image.first("", name) == nil {
			r.fail("MissingElement", "image/"+name)
		}
	}
	same := func(event, name string) {
		a, b := channel.first("", name), image.first("", name)
		if a != nil && b != nil && a.text != b.text {
			r.warn(event, "image/"+name)
		}
	}
	same("ImageTitleDoesntMatch", "title")
	same("ImageLinkDoesntMatch", "link")
	for _, side := range []struct {
		name, event string
		most        int
	}{{"width", "InvalidWidth", 144}, {"height", "InvalidHeight", 400}} {
		if c := image.first("", side.name); c != nil {
			if n, err := strconv.Atoi(c.text); err != nil || n <= 0 || n > side.most {
				r.fail(side.event, "image/"+side.name)
			}
		}
	}
}

func (r *report) channel(channel *node) {
	self := false
	for _, c := range channel.children {
		where := "channel/" + c.name
		switch {
		case c.space == atomSpace && c.name == "link":
			if c.attr["rel"] == "self" {
				self = true
				r.fullLink(c.attr["href"], where)
				if c.attr["type"] != "application/rss+xml" {
					r.warn("SelfNotRSS", where)
				}
			}
		case c.space != "":
		case c.name == "image":
			r.picture(channel, c)
		case c.name == "title":
			r.title(c, where)
		case c.name == "link":
			r.fullLink(c.text, where)
		case c.name == "description", c.name == "category", c.name == "generator":
			r.text(c, where)
		case c.name == "language":
			r.language(c.text, where)
		case c.name == "pubDate", c.name == "lastBuildDate":
			r.rfc822Date(c.text, where)
		case c.name == "managingEditor", c.name == "webMaster":
			r.contact(c, where)
		case c.name == "ttl":
			if n, err := strconv.Atoi(c.text); err != nil || n <= 0 {
				r.fail("InvalidPositiveInteger", where)
			}
		}
	}
	if !self {
		r.warn("MissingAtomSelfLink", "channel")
	}
}

func (r *report) item(item *node) {
	r.only(item, "", "title link description author category comments enclosure guid pubDate source")
	if item.first("", "title") == nil && item.first("", "description") == nil {
		r.fail("MissingItemTitle", "item")
	}
	guid := item.first("", "guid")
	if guid == nil {
		r.warn("MissingGuid", "item")
	} else {
		r.guid(guid)
	}
	if item.first("", "author") != nil && item.first(dcSpace, "creator") != nil {
		r.warn("DuplicateItemSemantics", "item")
	}
	if len(item.all("", "enclosure")) > 1 {
		r.warn("DuplicateEnclosure", "item")
	}
	described := false
	for _, c := range item.children {
		where := "item/" + c.name
		switch {
		case c.space == contentSpace && c.name == "encoded":
			if !described {
				r.warn("NeedDescriptionBeforeContent", where)
			}
			r.text(c, where)
			r.html(c.text, where, true)
		case c.space == dcSpace:
			r.title(c, where)
		case c.space != "":
		case c.name == "title":
			r.title(c, where)
		case c.name == "link", c.name == "comments":
			r.fullLink(c.text, where)
		case c.name == "description":
			described = true
			r.text(c, where)
			r.html(c.text, where, true)
		case c.name == "category":
			r.title(c, where)
		case c.name == "pubDate":
			r.rfc822Date(c.text, where)
		case c.name == "author":
			r.contact(c, where)
		case c.name == "enclosure":
			for _, name := range []string{"url", "length", "type"} {
				if _, ok := c.attr[name]; !ok {
					r.fail("MissingAttribute", where+"@"+name)
				}
			}
		case c.name == "source":
			if c.attr["url"] == "" {
				r.fail("MissingAttribute", where)
			}
		}
	}
}

func (r *report) guid(g *node) {
	for name := range g.attr {
		if name != "isPermaLink" {
			r.fail("UnexpectedAttribute", "item/guid@"+name)
			return
		}
	}
	r.text(g, "item/guid")
	r.tag(g.text, "item/guid")
	if _, err := strconv.Atoi(g.text); err == nil && len(g.text) < 9 {
		r.warn("NotSufficientlyUnique", "item/guid")
	}
	if v, ok := g.attr["isPermaLink"]; ok && v == "false" {
		return
	}
	switch {
	case strings.HasPrefix(g.text, "http://"), strings.HasPrefix(g.text, "https://"):
	case slices.ContainsFunc([]string{"tag:", "urn:"}, func(p string) bool { return strings.HasPrefix(g.text, p) }):
		r.fail("InvalidPermalink", "item/guid")
	default:
		r.fail("InvalidHttpGUID", "item/guid")
	}
}

func (r *report) contact(n *node, where string) {
	switch {
	case !contact.MatchString(n.text):
		r.fail("InvalidContact", where)
	case !strings.Contains(n.text, "("):
		r.warn("MissingRealName", where)
	}
}

// title checks a plain text of RSS, such as a title: readers disagree on whether a
// reference in it is decoded once or twice. Hexadecimal ones are the form that
// all read alike; an end tag is taken for HTML even so.
func (r *report) title(n *node, where string) {
	r.text(n, where)
	hex := strings.Contains(n.raw, "&#x3C;") || strings.Contains(n.raw, "&#x26;")
	switch {
	case endTag.MatchString(n.text), !hex && isEntity(n.text):
		r.warn("ContainsHTML", where)
	case !hex && markup.MatchString(n.text):
		r.warn("CharacterData", where)
	}
}

// notHTML checks the plain text of Atom for which there is no such form.
func (r *report) notHTML(n *node, where string) {
	r.text(n, where)
	if endTag.MatchString(n.text) || isEntity(n.text) {
		r.warn("ContainsHTML", where)
	}
}

var (
	endTag = regexp.MustCompile(`(?i)</(a|abbr|b|big|blockquote|br|code|div|em|h[1-6]|i|img|li|ol|p|pre|script|small|span|strong|style|sub|sup|table|td|th|tr|u|ul)>`)
	entity = regexp.MustCompile(`&#?\w+`)
)

// isEntity reports whether a text holds what HTML knows as an entity.
func isEntity(s string) bool {
	for _, e := range entity.FindAllString(s, -1) {
		if html.UnescapeString(e+";") != e+";" {
			return true
		}
	}
	return false
}
