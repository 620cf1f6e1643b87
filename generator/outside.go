package generator

import (
	"daylight/generator/audience"
	"daylight/generator/badge"
	"daylight/generator/config"
	"daylight/generator/diff"
	"daylight/generator/docs"
	"daylight/generator/feed"
	"daylight/generator/glossary"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
)

// outside is all that the site of an audience is made from which does not see
// everything. Its types are the promise that nothing else gets there: each of
// the reduced ones is made by a reduction alone, and a test holds that no ledger,
// no facts, no docs and no terms can be reached from it in any other type.
type outside struct {
	public  audience.Public
	docs    docs.Public
	terms   audience.Shown[glossary.Term]
	history audience.Shown[termEvent] // of the terms
	// moved are the corrections of what this audience read before.
	moved   []diff.Correction
	name    string // of the audience
	base    string // of its site
	look    pages.Site
	feeds   feed.Site
	hasDocs bool // the configuration gives docs to it
	sources bool // it may know where the docs are kept
}

// outside reduces a result to what an audience may see. It is the only place at
// which what is for all and what is for some are in one hand.
func (p *Project) outside(res *Result, a config.Audience, look pages.Site, publisher feed.Site) outside {
	out := outside{
		public:  audience.Reduce(res.Ledger, p.rules(a)),
		terms:   audience.Show(p.termsFor(""), func(t glossary.Term) bool { return showsTerm(a, t) }),
		history: audience.Show(res.terms, func(e termEvent) bool { return showsTerm(a, e.term) }),
		moved:   res.moved[a.Name], name: a.Name, base: a.Base, look: look, feeds: publisher,
		hasDocs: p.Config.Docs.For(a.Name), sources: a.Shows("commits"),
	}
	if res.docs != nil {
		out.docs = p.publicDocs(res, a, out.public, look)
	}
	return out
}

// bare is the same without any ledger and docs: what the site says then is said
// by the theme, the terms and the configuration.
func (p *Project) bare(res *Result, a config.Audience, look pages.Site, publisher feed.Site) outside {
	l := res.Ledger
	empty := &ledger.Ledger{Schema: l.Schema, AsOf: l.AsOf, ReleasesBy: l.ReleasesBy}
	return p.outside(&Result{Ledger: empty, terms: res.terms}, a, look, publisher)
}

// publicSite decides what the site of an audience consists of that does not see
// everything.
func publicSite(s *site, in outside) error {
	in.feeds.Pages = feed.Addresses{Note: notePath}
	l := in.public.Ledger()
	feeds, err := s.addFeeds(in.look.Title, glossaryFeed(feed.Customers(in.public, in.feeds), in.history, in.public.Ledger().AsOf, in.feeds))
	if err != nil {
		return err
	}
	list := notesOf(in.public)
	extras, err := s.publicExtras(in.public, list, in.look)
	if err != nil {
		return err
	}
	page := pages.PublicInput{AsOf: l.AsOf, Site: in.look, Feeds: feeds, Extras: extras, Terms: withHistory(pageTerms(in.terms), revisions(in.history)), TermUses: s.uses.get}
	moved := movedOf(in.moved)
	for _, n := range list {
		note := noteOf(n)
		note.Moved = moved[n.ID]
		page.Notes = append(page.Notes, note)
	}
	for _, v := range l.Versions {
		page.Versions = append(page.Versions, pages.Version{Name: string(v.Name), At: v.At})
	}
	if err := s.addCards(&page); err != nil {
		return err
	}
	s.sum.Notes = len(page.Notes)
	if in.hasDocs {
		page.Docs = s.docsInput(docsView{in.docs.Library(), in.docs.Shelf()}, in.sources, publicValues(in.public, in.look, list).Value)
	}
	s.pages = pages.Customers(page)
	if err := s.addSearch(pages.CustomersEntries(page), false); err != nil {
		return err
	}
	if err := s.addNotes(in.public, list, in.look.Base); err != nil {
		return err
	}
	snapshot := publicSnapshot(in.public, list, in.name, in.base)
	snapshot.Moved = in.moved
	return s.addData(l, snapshot)
}

// publicExtras makes what a public site has for other pages and for programs.
func (s *site) publicExtras(public audience.Public, list []notes.Note, look pages.Site) (pages.Extras, error) {
	status := badge.PublicStatus(list, func(id string) string { return fromEmbedded(look.Base, notePath(id)) })
	return s.extras(look, badge.Public(public, list), status, []pages.DataFile{
		{Title: "Notes", About: "What is new, in words, with its dates.", Path: "/" + notesPath, Schema: "/" + schemaNotes},
		{Title: "Ledger", About: "The changes behind the notes, as far as they are public.", Path: "/" + ledgerPath, Schema: "/" + ledger.SchemaLedger},
		publishedFile(),
	})
}

// publicValues answers the shortcodes of an audience's docs.
func publicValues(public audience.Public, look pages.Site, told []notes.Note) *pages.DocValues {
	in := pages.PublicValues{Public: public, Site: look, Notes: map[ledger.ChangeID]string{}}
	for _, n := range told {
		for _, id := range n.Changes {
			in.Notes[id] = n.ID
		}
	}
	return in.Values()
}

// noteOf hands a note to the pages, field by field.
func noteOf(n notes.Note) pages.Note {
	var events []pages.NoteEvent
	for _, e := range n.Events {
		events = append(events, pages.NoteEvent{At: e.At, Text: e.Text})
	}
	return pages.Note{
		Events: events,
		ID:     n.ID, Title: n.Title, Body: pages.Markdown(n.Body), Kind: n.Kind.Title(), Breaking: n.Breaking,
		FirstExposed: n.FirstExposed, ReleasedAt: instant(n.Released), TakenBack: instant(n.TakenBack),
		Audience: n.Audience, Version: string(n.Version), Entries: n.Entries,
	}
}
