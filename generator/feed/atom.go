package feed

import (
	"encoding/xml"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

// atomFeed is the root that the library lacks: with its own id, a language, a
// generator and several links, and with entries last.
type atomFeed struct {
	XMLName   xml.Name `xml:"feed"`
	Xmlns     string   `xml:"xmlns,attr"`
	History   string   `xml:"xmlns:fh,attr,omitempty"`
	Lang      string   `xml:"xml:lang,attr"`
	ID        string   `xml:"id"`
	Title     atomText `xml:"title"`
	Subtitle  *atomText
	Updated   string `xml:"updated"`
	Links     []feeds.AtomLink
	Author    feeds.AtomAuthor
	Generator string      `xml:"generator"`
	Complete  *struct{}   `xml:"fh:complete"`
	Archive   *struct{}   `xml:"fh:archive"`
	Entries   []atomEntry `xml:"entry"`
}

// atomEntry shadows the library's title, which has no type, and its category,
// which is character data where Atom wants attributes.
type atomEntry struct {
	XMLName xml.Name `xml:"entry"`
	Title   atomText `xml:"title"`
	*feeds.AtomEntry
	Category []atomCategory `xml:"category"`
}

// atomText is a text construct. Its element is named by the field, or is
// subtitle.
type atomText struct {
	XMLName xml.Name
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// FeedXml makes atomFeed a feeds.XmlFeed.
func (a atomFeed) FeedXml() any { return a }

// text makes a text construct of plain text. What looks like mark-up is sent as
// HTML, escaped twice: readers take it for HTML whatever the type says.
func text(s string) atomText {
	if isMarkup(s) {
		return atomText{Type: "html", Text: html.EscapeString(s)}
	}
	return atomText{Type: "text", Text: s}
}

// instant is RFC 3339 in UTC, with the microseconds that tell entries apart.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z07:00") }

// history says how the document stands to the others of its feed.
func (a *atomFeed) history(h History) {
	if h.Complete {
		a.History, a.Complete = nsHistory, new(struct{})
	}
	if h.Archive {
		a.History, a.Archive = nsHistory, new(struct{})
	}
	for _, l := range []feeds.AtomLink{
		{Href: h.Current, Rel: "current"}, {Href: h.Previous, Rel: "prev-archive"}, {Href: h.Next, Rel: "next-archive"},
	} {
		if l.Href != "" {
			l.Type = "application/atom+xml"
			a.Links = append(a.Links, l)
		}
	}
}

// Atom writes a feed as Atom 1.0. The feed is prepared first.
func Atom(f Feed) ([]byte, error) {
	f, _ = Prepare(f)
	root := atomFeed{
		Xmlns: nsAtom, Lang: f.Language, ID: f.ID, Title: text(f.Title), Updated: instant(f.updated()),
		Links: []feeds.AtomLink{
			{Href: f.HomeURL, Rel: "alternate", Type: "text/html"},
			{Href: f.SelfURL("atom"), Rel: "self", Type: "application/atom+xml"},
		},
		Author:    feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: defuse(f.Author)}},
		Generator: "Daylight",
	}
	if f.Subtitle != "" {
		s := text(f.Subtitle)
		s.XMLName.Local = "subtitle"
		root.Subtitle = &s
	}
	root.history(f.History)
	for _, e := range f.Entries {
		entry := atomEntry{
			Title: text(e.Title),
			AtomEntry: &feeds.AtomEntry{
				Id: e.ID, Updated: instant(e.Updated), Published: instant(e.Published),
				Links:   []feeds.AtomLink{{Href: e.URL, Rel: "alternate", Type: "text/html"}},
				Content: &feeds.AtomContent{Type: "html", Content: e.content()},
			},
		}
		if e.SummaryText != "" {
			s := text(e.SummaryText)
			entry.Summary = &feeds.AtomSummary{Type: s.Type, Content: s.Text}
		}
		if e.Author != "" {
			entry.Author = &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: defuse(e.Author)}}
		}
		for _, c := range e.Categories {
			entry.Category = append(entry.Category, atomCategory{c})
		}
		root.Entries = append(root.Entries, entry)
	}
	return writeXML(root)
}
