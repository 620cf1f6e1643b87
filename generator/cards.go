package generator

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/card"
	"daylight/generator/pages"
	"daylight/generator/publish"
)

// mostCards is how many notes have a picture of their own for those who share a
// link: the newest, which are those that are shared. Older ones have the site's.
const mostCards = 200

// addCards draws the pictures that go with links to a public site and its notes.
// Without an address there are none: a picture is named by its full address.
func (s *site) addCards(in *pages.PublicInput) error {
	if in.Site.Base == "" {
		return nil
	}
	press, err := card.NewPress()
	if err != nil {
		return err
	}
	draw := func(path string, t card.Text) error {
		data, err := press.Draw(t)
		if err != nil {
			return err
		}
		s.files = append(s.files, publish.File{Path: path, Data: data})
		return nil
	}
	if !press.Readable(in.Site.Title) {
		return nil
	}
	in.Site.Card = "/cards/site.png"
	if err := draw("cards/site.png", card.Text{Title: in.Site.Title}); err != nil {
		return err
	}
	for _, i := range newestNotes(in.Notes, mostCards) {
		n := &in.Notes[i]
		foot := n.FirstExposed.In(zoneOf(in.Site)).Format("2 January 2006")
		if n.Kind != "" {
			foot = n.Kind + " · " + foot
		}
		if !press.Readable(n.Title) {
			continue
		}
		name := "cards/" + pages.Segment(n.ID) + ".png"
		if err := draw(name, card.Text{Site: in.Site.Title, Title: n.Title, Foot: foot}); err != nil {
			return err
		}
		n.Card = "/" + name
	}
	return nil
}

// newestNotes gives the places of the newest notes, those of one instant by id.
func newestNotes(notes []pages.Note, most int) []int {
	order := make([]int, len(notes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(notes[b].FirstExposed.Compare(notes[a].FirstExposed), cmp.Compare(notes[a].ID, notes[b].ID))
	})
	return order[:min(len(order), most)]
}

func zoneOf(s pages.Site) *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}
