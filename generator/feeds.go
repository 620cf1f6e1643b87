package generator

import (
	"fmt"
	"strings"

	"daylight/generator/feed"
	"daylight/generator/pages"
)

// addFeeds writes the subjects and the list of all of them, and tells the pages
// of them.
func (s *site) addFeeds(title string, subjects []feed.Subject) ([]pages.Feed, error) {
	var out []pages.Feed
	for _, subject := range subjects {
		files, problems, err := subject.Files()
		if err != nil {
			return nil, fmt.Errorf("write feed %s: %w", subject.Path, err)
		}
		s.sum.Problems = append(s.sum.Problems, problems...)
		f := pages.Feed{
			Title: subject.Title, About: subject.About, Announce: subject.Announce, Group: subject.Group, Scope: subject.Scope,
			Archives: len(subject.Archives),
		}
		for _, file := range files[:len(files)-len(subject.Archives)] {
			f.Formats = append(f.Formats, pages.FeedFormat{Name: file.Name, Type: file.Type, Path: file.Path})
		}
		for _, file := range files {
			s.add(strings.TrimPrefix(file.Path, "/"), file.Data)
			s.sum.Feeds++
		}
		out = append(out, f)
	}
	if len(subjects) == 0 {
		return nil, nil
	}
	list, err := feed.OPML(title, subjects)
	if err != nil {
		return nil, err
	}
	s.add(strings.TrimPrefix(feed.OPMLPath, "/"), list)
	return out, nil
}
