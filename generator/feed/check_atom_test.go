package feed_test

import (
	"regexp"
	"slices"
	"strings"
)

const atomSpace = "http://www.w3.org/2005/Atom"

// relations are the short names of link relations that the validator knows.
const relations = "alternate current describedby edit edit-media enclosure first hub last license next next-archive payment " +
	"prev-archive previous related replies search self service up via"

var mailAddress = regexp.MustCompile(`^[^\s()<>@]+@[^\s()<>@]+\.[^\s()<>@]+$`)

// atom holds the rules of RFC 4287.
func (r *report) atom(feed *node) {
	r.only(feed, atomSpace, "id title updated author contributor category generator icon logo link rights subtitle entry")
	r.metadata(feed)
	if feed.first(atomSpace, "entry") == nil && feed.first(atomSpace, "author") == nil {
		r.fail("MissingElement", "feed/author")
	}
	if l := feed.attr["xml:lang"]; l != "" {
		r.language(l, "xml:lang")
	}
	var ids, updated []string
	entered := false
	for _, c := range feed.children {
		if c.space == atomSpace && c.name == "entry" {
			entered = true
			r.entry(feed, c)
			ids = append(ids, textOf(c, "id"))
			updated = append(updated, textOf(c, "updated"))
		} else if entered && c.space == atomSpace {
			// The validator takes what comes late for missing, too.
			r.fail("MisplacedMetadata", "feed/"+c.name)
		}
	}
	if slices.Contains(ids, textOf(feed, "id")) {
		r.fail("DuplicateIds", "the feed's id is an entry's")
	}
	r.shared(ids)
	r.differ(ids, "DuplicateEntries")
	r.differ(updated, "DuplicateUpdated")
	self := false
	for _, l := range feed.all(atomSpace, "link") {
		if l.attr["rel"] == "self" {
			self = true
			r.fullLink(l.attr["href"], "feed/link self")
			if l.attr["type"] != "application/atom+xml" {
				r.warn("SelfNotAtom", "feed/link self")
			}
		}
	}
	if !self {
		r.warn("MissingSelf", "feed")
	}
	r.history(feed)
}

const historySpace = "http://purl.org/syndication/history/1.0"

// history holds the rules of RFC 5005: a complete feed is alone, and an archive
// says to which feed it belongs. The validator knows no such events; the names
// are ours.
func (r *report) history(feed *node) {
	complete, archive := feed.first(historySpace, "complete") != nil, feed.first(historySpace, "archive") != nil
	found := map[string]int{}
	for _, l := range feed.all(atomSpace, "link") {
		found[l.attr["rel"]]++
		switch l.attr["rel"] {
		case "first", "last", "previous", "next", "prev-archive", "next-archive", "current":
			r.fullLink(l.attr["href"], "feed/link "+l.attr["rel"])
			if complete {
				r.fail("PagedComplete", "feed/link "+l.attr["rel"])
			}
		}
	}
	for _, rel := range []string{"prev-archive", "next-archive", "current"} {
		if found[rel] > 1 {
			r.fail("DuplicateHistoryLink", rel)
		}
	}
	if archive && (found["current"] == 0 || complete) {
		r.fail("LostArchive", "feed")
	}
	if !archive && found["next-archive"] > 0 {
		r.fail("NewestHasNext", "feed")
	}
}

func textOf(n *node, name string) string {
	if c := n.first(atomSpace, name); c != nil {
		return c.text
	}
	return ""
}

// metadata holds the rules that feed and entry share.
func (r *report) metadata(n *node) {
	for _, name := range []string{"id", "title", "updated"} {
		if n.first(atomSpace, name) == nil {
			r.fail("MissingElement", n.name+"/"+name)
		}
	}
	for _, name := range strings.Fields("id title updated generator icon logo rights subtitle published source summary content") {
		if len(n.all(atomSpace, name)) > 1 {
			r.fail("DuplicateElement", n.name+"/"+name)
		}
	}
	for _, c := range n.children {
		if c.space != atomSpace {
			continue
		}
		where := n.name + "/" + c.name
		switch c.name {
		case "id":
			if c.text != strings.TrimSpace(c.text) {
				r.fail("UnexpectedWhitespace", where)
			} else {
				r.fullLink(c.text, where)
				r.tag(c.text, where)
			}
		case "updated", "published":
			r.rfc3339Date(c.text, where)
		case "title", "subtitle", "summary", "rights":
			r.textConstruct(c, where)
		case "author", "contributor":
			r.person(c, where)
		case "category":
			if c.attr["term"] == "" {
				r.fail("MissingAttribute", where)
			}
			if strings.TrimSpace(c.text) != "" {
				r.fail("UnexpectedText", where)
			}
		}
	}
	r.links(n)
}

func (r *report) entry(feed, e *node) {
	r.only(e, atomSpace, "id title updated author contributor category content link published rights source summary")
	r.metadata(e)
	if feed.first(atomSpace, "author") == nil && e.first(atomSpace, "author") == nil {
		r.fail("MissingElement", "entry/author")
	}
	content, summary := e.first(atomSpace, "content"), e.first(atomSpace, "summary")
	if content == nil && summary == nil {
		r.warn("MissingTextualContent", "entry")
	}
	if content == nil {
		alternate := false
		for _, l := range e.all(atomSpace, "link") {
			alternate = alternate || l.attr["rel"] == "" || l.attr["rel"] == "alternate"
		}
		if !alternate {
			r.fail("MissingElement", "entry/link")
		}
		return
	}
	kind := content.attr["type"]
	if summary == nil && (content.attr["src"] != "" || kind != "" && kind != "text" && kind != "html" && kind != "xhtml" && !strings.HasPrefix(kind, "text/")) {
		r.fail("MissingSummary", "entry")
	}
	r.textConstruct(content, "entry/content")
}

func (r *report) links(n *node) {
	seen := map[string]bool{}
	for _, l := range n.all(atomSpace, "link") {
		where := n.name + "/link"
		if l.attr["href"] == "" {
			r.fail("MissingHref", where)
		}
		rel := l.attr["rel"]
		if rel == "" {
			rel = "alternate"
		}
		if !strings.Contains(rel, ":") && !slices.Contains(strings.Fields(relations), rel) {
			r.warn("UnregisteredAtomLinkRel", where+" "+rel)
		}
		key := l.attr["type"] + " " + l.attr["hreflang"]
		if rel == "alternate" {
			if seen[key] {
				r.fail("DuplicateAtomLink", where)
			}
			seen[key] = true
		}
	}
}

func (r *report) person(p *node, where string) {
	name := p.first(atomSpace, "name")
	if name == nil {
		r.fail("MissingElement", where+"/name")
	} else {
		r.notHTML(name, where+"/name")
	}
	if m := p.first(atomSpace, "email"); m != nil && !mailAddress.MatchString(m.text) {
		r.fail("InvalidAddrSpec", where+"/email")
	}
}

// textConstruct checks a title, a text or content by its type.
func (r *report) textConstruct(n *node, where string) {
	switch kind := n.attr["type"]; kind {
	case "", "text":
		r.text(n, where)
		if len(n.children) > 0 {
			r.fail("UndefinedElement", where)
		}
		if looksLikeHTML(n.text) {
			r.warn("ContainsUndeclaredHTML", where)
		}
	case "html":
		r.text(n, where)
		r.html(n.text, where, false)
	case "xhtml":
		if len(n.children) != 1 || n.children[0].name != "div" || n.children[0].space != "http://www.w3.org/1999/xhtml" {
			r.fail("MissingXhtmlDiv", where)
			return
		}
		r.xhtml(n.children[0], where)
	default:
		if n.name != "content" {
			r.fail("InvalidTextType", where)
		}
	}
}
