package generator

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"daylight/generator/audience"
	"daylight/generator/compare"
	"daylight/generator/config"
	"daylight/generator/docs"
	"daylight/generator/feed"
	"daylight/generator/glossary"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
	"daylight/generator/publish"
	"daylight/generator/render"
)

// Summary says what a build made.
type Summary struct {
	Audience string
	Folder   string // below the output, for who prints it
	Pages    int
	Feeds    int // files of feeds and calendars
	Notes    int // of a public site
	Articles int // of the docs that were rendered, and not known from an earlier build
	Problems []ledger.Problem
	// Audited is what the audit of a public site looked for and where; nil for a
	// site whose audience sees everything. It has no findings.
	Audited *audience.Report
	// Next is when a planned step takes effect next: the site is then out of
	// date. Zero when nothing is planned.
	Next time.Time
}

// Build makes the site of one audience and commits it to the sink, which is
// aborted when anything fails. Pages are rendered and written as they come, on
// every core, so that memory does not grow with their number.
//
// The site of an audience that does not see everything is audited on its way:
// when it holds what the audience must not see, the error is an [AuditError].
func (p *Project) Build(ctx context.Context, res *Result, a config.Audience, sink publish.Sink) (Summary, error) {
	defer func() { _ = sink.Abort() }() // nothing to do once committed
	if err := p.ReadDocs(ctx, res); err != nil {
		return Summary{}, err
	}
	if err := p.ReadTerms(ctx, res); err != nil {
		return Summary{}, err
	}
	s, err := p.site(res, a)
	if err != nil {
		return Summary{}, err
	}
	p.progress("writing the site for %s", a.Name)
	into := sink
	var auditor *audience.Auditor
	if a.Sees != string(audience.SeesEverything) {
		in, err := p.auditInput(ctx, res, a)
		if err != nil {
			return Summary{}, err
		}
		if auditor, err = audience.NewAuditor(in); err != nil {
			return Summary{}, err
		}
		into = audited{sink, auditor}
	}
	err = s.write(ctx, into)
	res.docs.flush()
	if err != nil {
		return Summary{}, err
	}
	if auditor != nil {
		report := auditor.Report()
		if len(report.Findings) > 0 {
			return Summary{}, &AuditError{a.Name, report}
		}
		s.sum.Audited = &report
	}
	if err := sink.Commit(); err != nil {
		return Summary{}, err
	}
	s.sum.Next = firstStep(res.Ledger)
	return s.sum, nil
}

// firstStep is the first planned step after as-of.
func firstStep(l *ledger.Ledger) time.Time {
	var next time.Time
	for _, f := range l.Flags {
		for _, s := range f.Plan {
			if next.IsZero() || s.At.Before(next) {
				next = s.At
			}
		}
	}
	return next
}

// site is one audience's site while it is made.
type site struct {
	render *render.Renderer
	pages  pages.Pages
	files  []publish.File // that no template makes
	sum    Summary
	shelf  *docs.Shelf  // nil without docs
	failed func() error // what went wrong while pages were made, nil for nothing
	uses   *termUses    // of terms, while pages are rendered
}

// site decides what the audience's site consists of. For everybody but the team
// nothing after the reduction has the full ledger.
func (p *Project) site(res *Result, a config.Audience) (*site, error) {
	if a.Sees != string(audience.SeesEverything) {
		return p.siteFor(a, func(look pages.Site, publisher feed.Site) outside { return p.outside(res, a, look, publisher) })
	}
	s, look, publisher, err := p.begin(a)
	if err != nil {
		return nil, err
	}
	publisher.Pages = teamAddresses(res.Ledger)
	return s, p.teamSite(s, res, a, look, publisher)
}

// siteFor makes the site of an audience that does not see everything, of what was
// reduced for it.
func (p *Project) siteFor(a config.Audience, reduce func(pages.Site, feed.Site) outside) (*site, error) {
	s, look, publisher, err := p.begin(a)
	if err != nil {
		return nil, err
	}
	return s, publicSite(s, reduce(look, publisher))
}

// begin makes a site without pages, and what its pages and feeds need to know.
func (p *Project) begin(a config.Audience) (*site, pages.Site, feed.Site, error) {
	s := &site{sum: Summary{Audience: a.Name}}
	var err error
	if s.render, err = p.renderer(a); err != nil {
		return nil, pages.Site{}, feed.Site{}, err
	}
	s.uses = p.linkTerms(s.render, a)
	look, err := p.look(a)
	if err != nil {
		return nil, pages.Site{}, feed.Site{}, err
	}
	if look.Logo != "" {
		data, err := p.logo()
		if err != nil {
			return nil, pages.Site{}, feed.Site{}, err
		}
		s.files = append(s.files, publish.File{Path: strings.TrimPrefix(look.Logo, "/"), Data: data})
	}
	return s, look, p.publisher(a, look), nil
}

// logo reads the picture that stands in place of the mark.
func (p *Project) logo() ([]byte, error) {
	data, err := fs.ReadFile(render.Layers(p.Content...), p.Config.Look.Logo)
	if err != nil {
		return nil, fmt.Errorf("read look.logo: %w", err)
	}
	return data, nil
}

func (p *Project) teamSite(s *site, res *Result, a config.Audience, look pages.Site, publisher feed.Site) error {
	l := res.Ledger
	terms := audience.Show(p.termsFor(""), func(t glossary.Term) bool { return showsTerm(a, t) })
	history := audience.Show(res.terms, func(e termEvent) bool { return showsTerm(a, e.term) })
	feeds, err := s.addFeeds(look.Title, glossaryFeed(feed.Team(l, publisher), history, l.AsOf, publisher))
	if err != nil {
		return err
	}
	comparisons, err := p.Compare(res, compare.Pairs(l)...)
	if err != nil {
		return err
	}
	extras, err := s.teamExtras(l, look)
	if err != nil {
		return err
	}
	numbers, err := p.Metrics(res)
	if err != nil {
		return err
	}
	s.sum.Problems = append(s.sum.Problems, numbers.Problems...)
	report := p.Stale(res)
	in := pages.Input{Ledger: l, Site: look, Terms: withHistory(pageTerms(terms), revisions(history)), TermUses: s.uses.get, Feeds: feeds, Extras: extras, Comparisons: comparisons, Metrics: numbers, Stale: report, Moved: movedChanges(res.moved[a.Name])}
	if res.docs != nil && p.Config.Docs.For(a.Name) {
		in.Docs = s.docsInput(res.docs.teamView(), true, pages.TeamValues(in).Value)
	}
	s.pages = pages.Team(in)
	if err := s.addMetrics(numbers); err != nil {
		return err
	}
	if err := s.addSearch(pages.TeamEntries(in), true); err != nil {
		return err
	}
	if err := s.addNext(l); err != nil {
		return err
	}
	if err := s.addStale(l.AsOf, report); err != nil {
		return err
	}
	snapshot := teamSnapshot(l, a)
	snapshot.Moved = res.moved[a.Name]
	return s.addData(l, snapshot)
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// rules say what an audience may see.
func (p *Project) rules(a config.Audience) audience.Rules {
	r := audience.Rules{
		Name: a.Name, Title: a.Title, Sees: audience.Sees(a.Sees), Any: a.Any, Kinds: a.Kinds, Salt: p.Config.Salt,
		Kind: notes.KindOf, Headline: notes.Headline, Finder: func(l *ledger.Ledger) audience.Finder { return pages.NewFinder(l) },
		Fields: audience.Fields{
			Authors: a.Shows("authors"), Commits: a.Shows("commits"), Flags: a.Shows("flags"),
			Environments: a.Shows("environments"), Problems: a.Shows("problems"),
		},
	}
	for _, e := range a.Environments {
		r.Environments = append(r.Environments, ledger.EnvironmentName(e))
	}
	return r
}

// renderer puts the templates in layers: the user's, the theme's, the built-in.
func (p *Project) renderer(a config.Audience) (*render.Renderer, error) {
	name := cmp.Or(a.Theme, render.DefaultTheme)
	layers, assets, found := render.Order(name, p.Templates, p.Themes, func(layer fs.FS, folder string) (fs.FS, bool) {
		sub := render.Sub(layer, folder)
		return sub, sub != nil
	})
	if !found {
		return nil, &ThemeError{Name: name}
	}
	r, err := render.New(render.Layers(layers...), render.Layers(assets...), p.markdownOf(a).HTML)
	if err != nil {
		return nil, fmt.Errorf("read theme %q: %w", name, err)
	}
	return r, nil
}

// ThemeError says that a theme is not there.
type ThemeError struct{ Name string }

func (e *ThemeError) Error() string { return fmt.Sprintf("read theme %q: no such theme", e.Name) }

// Hint tells where themes are looked for.
func (e *ThemeError) Hint() string { return "put it into themes/" + e.Name + "/, or set build.theme" }

// publisher is what feeds need to know of a site.
func (p *Project) publisher(a config.Audience, look pages.Site) feed.Site {
	return feed.Site{
		Base: a.Base, Title: look.Title, Language: p.Config.Language, TagDomain: p.Config.TagDomain, TagYear: p.Config.TagYear,
		Markdown: func(md []byte) string {
			html, err := p.Markdown.HTML(md)
			if err != nil {
				return template.HTMLEscapeString(string(md))
			}
			return string(html)
		},
	}
}

// teamAddresses are the addresses that package pages gives to things.
func teamAddresses(l *ledger.Ledger) feed.Addresses {
	paths := pages.NewTeamPaths(l)
	return feed.Addresses{
		Change:      paths.Change,
		Deployment:  func(d *ledger.Deployment) string { return "/deployments/" + pages.Segment(d.ID) + "/" },
		Version:     paths.Version,
		Environment: func(e ledger.EnvironmentName) string { return "/environments/" + pages.Segment(string(e)) + "/" },
		Flag:        func(k ledger.FlagKey) string { return "/flags/" + pages.Segment(string(k)) + "/" },
	}
}

// look is what the configuration says of a site's appearance.
func (p *Project) look(a config.Audience) (pages.Site, error) {
	c := p.Config
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return pages.Site{}, fmt.Errorf("read time_zone: %w", err)
	}
	links := c.Links
	if len(p.Repositories) > 0 {
		links = links.Or(config.LinksFromRemote(p.Repositories[0].Remote))
	}
	s := pages.Site{
		Title: a.Title, Base: a.Base, Language: c.Language, Zone: zone, NoIndex: a.NoIndex, Generator: "Daylight " + p.Version,
		Description: c.Look.Description, Footer: c.Look.Footer,
	}
	for _, l := range c.Look.Links {
		s.Navigation = append(s.Navigation, pages.Link{Text: l.Text, Href: l.Href})
	}
	if c.Look.Logo != "" {
		s.Logo = "/assets/logo" + strings.ToLower(path.Ext(c.Look.Logo))
	}
	if s.Title == "" && len(p.Repositories) > 0 {
		s.Title = string(p.Repositories[0].Name)
	}
	if a.Sees != string(audience.SeesEverything) && !a.Shows("commits") {
		return s, nil // links to the repository's host tell of what was withheld
	}
	s.Links = pages.Links{Commit: links.Commit, PullRequest: links.PullRequest, Ticket: links.Ticket, Compare: links.Compare,
		Version: links.Version, File: links.File}
	if links.TicketPattern != "" {
		if s.Links.TicketPattern, err = regexp.Compile(links.TicketPattern); err != nil {
			return s, fmt.Errorf("read links.ticket_pattern: %w", err)
		}
	}
	return s, nil
}
