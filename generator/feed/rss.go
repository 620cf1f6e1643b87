package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

const (
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsHistory = "http://purl.org/syndication/history/1.0"
)

// rssRoot declares the name spaces that the library's root lacks.
type rssRoot struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Content string   `xml:"xmlns:content,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel rssChannel
}

// rssChannel shadows fields of the library's: the title, whose escapes must be
// hexadecimal, and the items, which must come last.
type rssChannel struct {
	XMLName xml.Name `xml:"channel"`
	Title   rawText  `xml:"title"`
	Self    atomLink `xml:"atom:link"`
	*feeds.RssFeed
	Items []rssItem `xml:"item"`
}

// rssItem shadows the title, has several categories, and names people as
// dc:creator: RSS wants mail addresses in author, and we publish none.
type rssItem struct {
	XMLName xml.Name `xml:"item"`
	Title   rawText  `xml:"title"`
	*feeds.RssItem
	Category []rawText `xml:"category"`
	Creator  *rawText  `xml:"dc:creator"`
}

// rawText is character data that is escaped already.
type rawText struct {
	Text string `xml:",innerxml"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
}

// FeedXml makes rssRoot a feeds.XmlFeed.
func (r rssRoot) FeedXml() any { return r }

// RSS writes a feed as RSS 2.0. The feed is prepared first.
func RSS(f Feed) ([]byte, error) {
	f, _ = Prepare(f)
	updated := f.updated().Format(time.RFC1123Z)
	root := rssRoot{
		Version: "2.0", Content: nsContent, Atom: nsAtom, DC: nsDC,
		Channel: rssChannel{
			Title: rawText{hexEscape(f.Title)},
			Self:  atomLink{f.SelfURL("rss"), "self", "application/rss+xml"},
			RssFeed: &feeds.RssFeed{
				Link: f.HomeURL, Description: orElse(f.Subtitle, f.Title), Language: f.Language,
				PubDate: updated, LastBuildDate: updated, Generator: "Daylight",
				Docs: "https://www.rssboard.org/rss-specification",
			},
		},
	}
	for _, e := range f.Entries {
		item := rssItem{
			Title: rawText{hexEscape(e.Title)},
			RssItem: &feeds.RssItem{
				Link: e.URL,
				// A description is HTML to readers; ours is plain text.
				Description: html.EscapeString(orElse(e.SummaryText, e.Title)),
				Content:     &feeds.RssContent{Content: e.content()},
				Guid:        &feeds.RssGuid{Id: e.ID, IsPermaLink: "false"},
				PubDate:     e.Published.Format(time.RFC1123Z),
			},
		}
		for _, c := range e.Categories {
			item.Category = append(item.Category, rawText{hexEscape(c)})
		}
		if e.Author != "" {
			item.Creator = &rawText{hexEscape(e.Author)}
		}
		root.Channel.Items = append(root.Channel.Items, item)
	}
	return writeXML(root)
}

// writeXML writes a document through the library, with a newline at its end.
func writeXML(x feeds.XmlFeed) ([]byte, error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(x, &b); err != nil {
		return nil, fmt.Errorf("write feed: %w", err)
	}
	b.WriteByte('\n')
	// The library puts no line between the header and the root.
	return bytes.Replace(b.Bytes(), []byte("?><"), []byte("?>\n<"), 1), nil
}
