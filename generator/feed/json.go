package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/gorilla/feeds"
)

// jsonFeed shadows the library's items, which it leaves out when there are none
// although the format requires them.
type jsonFeed struct {
	*feeds.JSONFeed
	Items []jsonItem `json:"items"`
}

// jsonItem adds what the library's item lacks.
type jsonItem struct {
	*feeds.JSONItem
	Language string         `json:"language,omitempty"`
	Daylight map[string]any `json:"_daylight,omitempty"`
}

// JSON writes a feed as JSON Feed 1.1. The feed is prepared first. Each item
// carries its Extra as "_daylight", with the feed's About as its "about".
func JSON(f Feed) ([]byte, error) {
	f, _ = Prepare(f)
	root := jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Description: f.Subtitle, Language: f.Language,
			HomePageUrl: f.HomeURL, FeedUrl: f.SelfURL("json"), Authors: []*feeds.JSONAuthor{{Name: f.Author}},
		},
		Items: []jsonItem{},
	}
	for _, e := range f.Entries {
		published, updated := e.Published, e.Updated
		item := jsonItem{JSONItem: &feeds.JSONItem{
			Id: e.ID, Url: e.URL, Title: e.Title, Summary: e.SummaryText, ContentHTML: e.content(),
			PublishedDate: &published, ModifiedDate: &updated, Tags: e.Categories,
		}}
		if e.Author != "" {
			item.Authors = []*feeds.JSONAuthor{{Name: e.Author}}
		}
		if len(e.Extra) > 0 {
			item.Daylight = maps.Clone(e.Extra)
			if f.About != "" {
				item.Daylight["about"] = f.About
			}
		}
		root.Items = append(root.Items, item)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it is a file of its own, and people read it
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write feed: %w", err)
	}
	return b.Bytes(), nil
}
