package feed

import (
	"encoding/xml"
	"fmt"
)

// OPMLPath is where the list of all feeds of a site stands.
const OPMLPath = "/feeds/feeds.opml"

type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Outlines []outline `xml:"body>outline"`
}

// outline is a feed, or a group of feeds.
type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// OPML lists the feeds of a site as OPML 2.0, which feed readers import: those
// of the whole site, then a group for each dimension, in the order of the
// subjects. Calendars are no feeds and are left out. It holds no date.
func OPML(title string, list []Subject) ([]byte, error) {
	doc := opml{Version: "2.0", Title: line(title)}
	place := map[string]int{}
	for _, s := range list {
		if s.Feed == nil {
			continue
		}
		o := outline{
			Text: line(s.Title), Title: line(s.Feed.Title), Type: "rss", XMLURL: s.Feed.SelfURL("atom"), HTMLURL: s.Feed.HomeURL,
		}
		if s.Group == "" {
			doc.Outlines = append(doc.Outlines, o)
			continue
		}
		i, ok := place[s.Group]
		if !ok {
			i = len(doc.Outlines)
			place[s.Group] = i
			doc.Outlines = append(doc.Outlines, outline{Text: line(s.Group)})
		}
		doc.Outlines[i].Outlines = append(doc.Outlines[i].Outlines, o)
	}
	data, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write list of feeds: %w", err)
	}
	return append([]byte(xml.Header), append(data, '\n')...), nil
}
