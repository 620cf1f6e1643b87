package generator

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"daylight/generator/audience"
	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/docs"
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// readDocs is what a result knows of the docs.
type readDocs struct {
	library *docs.Library // everything
	team    *docs.Library // what is not hidden

	store *docsStore // nil keeps nothing

	mu     sync.Mutex
	all    *docsView              // of the team; nil until it is made
	public map[string]docs.Public // by audience
}

// flush writes to the cache what was learned until now.
func (d *readDocs) flush() {
	if d != nil && d.store != nil {
		d.store.flush()
	}
}

// docsView is what an audience sees of the docs, with the articles that were
// rendered for it.
type docsView struct {
	library *docs.Library
	shelf   *docs.Shelf
}

// publicView makes an audience's view, once.
func (d *readDocs) publicView(audience string, make func() docs.Public) docs.Public {
	d.mu.Lock()
	defer d.mu.Unlock()
	v, ok := d.public[audience]
	if !ok {
		v = make()
		if d.public == nil {
			d.public = map[string]docs.Public{}
		}
		d.public[audience] = v
	}
	return v
}

func (d *readDocs) teamView() docsView {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = &docsView{d.team, docs.NewShelf(d.team)}
	}
	return *d.all
}

// ReadDocs reads the docs of all versions, once for a result, and adds what is
// wrong in them to the ledger's problems. Without anything that renders docs it
// does nothing.
func (p *Project) ReadDocs(ctx context.Context, res *Result) error {
	if res.docs != nil || p.Docs == nil {
		return nil
	}
	p.progress("reading the docs of every version")
	in := docs.Input{Markdown: p.Docs(p.termsFor("")), Segment: pages.Segment}
	var store *docsStore
	if p.Cache != nil {
		store = p.openDocsStore(in.Markdown.Tool())
		in.Store = store
	}
	for _, product := range p.Config.Docs.AllProducts() {
		src, err := p.docsSource(res.Ledger, product)
		if err != nil {
			return err
		}
		if len(src.Editions) > 0 {
			in.Products = append(in.Products, src)
		}
	}
	library, err := docs.Read(ctx, in)
	if err != nil {
		return fmt.Errorf("read docs: %w", err)
	}
	res.docs = &readDocs{library: library, team: library.For(docs.Viewer{All: true}), store: store}
	res.docs.flush()
	faults := slices.Concat(library.Faults, res.docs.team.Faults, p.codeFaults(res))
	for _, f := range faults {
		res.Ledger.Problems = append(res.Ledger.Problems, p.docsProblem(f))
	}
	if len(faults) > 0 {
		slices.SortStableFunc(res.Ledger.Problems, ledger.CompareProblems)
	}
	return nil
}

// docsProblem tells a fault in the docs like all doubts. A place on the mainline
// is that of the file that somebody would mend.
func (p *Project) docsProblem(f docs.Fault) ledger.Problem {
	o := ledger.Origin{Repository: ledger.RepositoryName(f.Repository), Tag: f.Version, File: f.File, Line: f.Line, Col: f.Col}
	if f.Version == p.mainline(o.Repository) {
		o.Tag = ""
	}
	problem := ledger.Problem{Origins: []ledger.Origin{o}, Message: f.Message, Hint: f.Hint, Rule: f.Rule, Level: ledger.LevelWarning}
	if f.Error {
		problem.Level = ledger.LevelError
	}
	return problem
}

// opened finds a repository by name; "" is the main one.
func (p *Project) opened(name string) (Opened, bool) {
	for i, o := range p.Repositories {
		if string(o.Name) == name || name == "" && i == 0 {
			return o, true
		}
	}
	return Opened{}, false
}

// mainline is the branch that a repository's changes are on, "" where none is
// checked out.
func (p *Project) mainline(name ledger.RepositoryName) string {
	for i, o := range p.Repositories {
		if o.Name != name {
			continue
		}
		if all := p.Config.AllRepositories(); i < len(all) && all[i].Branch != "" {
			return all[i].Branch
		}
		if o.Repo == nil {
			return o.branch
		}
		branch, _, err := o.Repo.Head()
		if err != nil {
			return ""
		}
		return branch
	}
	return ""
}

// docsInput hands an audience's docs to its pages; nil without any.
func (s *site) docsInput(view docsView, sources bool, value func(*docs.Edition, docs.Shortcode, string) (docs.Fragment, docs.Fault)) *pages.DocsInput {
	if view.library == nil || len(view.library.Products) == 0 {
		return nil
	}
	s.shelf = view.shelf
	keep := &firstError{}
	s.failed = keep.get
	return &pages.DocsInput{
		Library: view.library,
		Article: func(e *docs.Edition, art *docs.Article, f docs.Filling) docs.HTML {
			html, err := s.shelf.HTML(e.Product(), art, f)
			keep.set(err)
			return html
		},
		Value: func(e *docs.Edition, code docs.Shortcode, root string) docs.Fragment {
			f, _ := value(e, code, root)
			return f
		},
		Asset: func(product *docs.Product, asset *docs.Asset) string {
			data, err := product.Data(asset)
			keep.set(err)
			return string(data)
		},
		Sources: sources,
	}
}

// codeFaults tells which shortcodes of the docs have no value for the team.
func (p *Project) codeFaults(res *Result) []docs.Fault {
	if !res.docs.team.HasCodes() {
		return nil
	}
	values := pages.TeamValues(pages.Input{Ledger: res.Ledger})
	return res.docs.team.CheckCodes(func(e *docs.Edition, code docs.Shortcode) docs.Fault {
		_, fault := values.Value(e, code, "")
		return fault
	})
}

// publicDocs gives what an audience that does not see everything may read, once.
func (p *Project) publicDocs(res *Result, a config.Audience, public audience.Public, look pages.Site) docs.Public {
	return res.docs.publicView(a.Name, func() docs.Public {
		values := publicValues(public, look, nil)
		shown := map[string]bool{}
		for _, v := range public.Ledger().Versions {
			shown[string(v.Name)] = true
		}
		viewer := docs.Viewer{
			Name: a.Name, Markdown: p.Docs(p.shownTerms(a)), Flag: values.ShowsFlag, Change: values.Shows,
			Edition: func(product *docs.Product, e *docs.Edition) bool {
				return p.Config.Docs.ShowsDark(a.Name) || shown[e.Name] || p.usable(res.Ledger, a, product, e)
			},
		}
		if a.Docs != nil {
			viewer.File = func(file string) bool { return collect.Matches(a.Docs, file) }
		}
		return res.docs.library.Public(viewer)
	})
}

// noValue answers every shortcode with nothing.
func noValue(*docs.Edition, docs.Shortcode, string) (docs.Fragment, docs.Fault) {
	return docs.Fragment{}, docs.Fault{}
}

// allowedDocs gives the texts of the docs that an audience may read, as they are
// without any ledger: their shortcodes show nothing.
func allowedDocs(in outside) ([]string, error) {
	s := &site{}
	if !in.hasDocs {
		return nil, nil
	}
	input := s.docsInput(docsView{in.docs.Library(), in.docs.Shelf()}, in.sources, noValue)
	if input == nil {
		return nil, nil
	}
	return pages.DocsTexts(input, in.look), s.failed()
}

// usable reports whether what an edition describes is there for an audience. It
// fails closed: what is not known to be live is not.
func (p *Project) usable(l *ledger.Ledger, a config.Audience, product *docs.Product, e *docs.Edition) bool {
	if e.Kind == docs.Unreleased {
		// The docs of a project without versions and deployments are for all: there
		// is nothing that they could be ahead of.
		return len(product.Editions) == 1 && len(l.Versions) == 0 && len(l.Deployments) == 0
	}
	if l.ReleasesBy == ledger.ReleasesVersion && len(l.Deployments) == 0 {
		return e.Kind == docs.Stable
	}
	for _, env := range l.Environments {
		if len(a.Environments) > 0 && !slices.Contains(a.Environments, string(env.Name)) || len(a.Environments) == 0 && env.Tier != ledger.TierProduction {
			continue
		}
		if e.Name == string(env.Name) {
			return true // what production runs, see liveEdition
		}
		for i := range l.Versions {
			v := &l.Versions[i]
			if _, ran := v.Deployed[env.Name]; ran && string(v.Name) == e.Name && string(v.Repository) == product.Repository {
				return true
			}
		}
	}
	return false
}

// firstError keeps the first of several errors. Its zero value is ready.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
