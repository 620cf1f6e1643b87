package generator

import (
	"iter"

	"daylight/generator/pages"
	"daylight/generator/search"
)

// addSearch writes the index of what can be found on the site.
func (s *site) addSearch(entries iter.Seq[pages.Entry], parts bool) error {
	files, err := search.Files(entries, parts)
	s.files = append(s.files, files...)
	return err
}
