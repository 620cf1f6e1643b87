package generator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/docs"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
	"daylight/generator/versions"
)

// readDocs is what a result knows of the docs.
type readDocs struct {
	library *docs.Library // everything
	team    *docs.Library // what is not hidden

	store *docsStore // nil keeps nothing

	mu    sync.Mutex
	views map[string]docsView // by audience
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

// view makes an audience's view, once.
func (d *readDocs) view(audience string, make func() *docs.Library) docsView {
	d.mu.Lock()
	defer d.mu.Unlock()
	v, ok := d.views[audience]
	if !ok {
		library := make()
		v = docsView{library, docs.NewShelf(library)}
		if d.views == nil {
			d.views = map[string]docsView{}
		}
		d.views[audience] = v
	}
	return v
}

func (d *readDocs) teamView() docsView {
	return d.view("", func() *docs.Library { return d.team })
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
		branch, _, err := o.Repo.Head()
		if err != nil {
			return ""
		}
		return branch
	}
	return ""
}

// docsSource finds out which editions a product has.
func (p *Project) docsSource(l *ledger.Ledger, c config.DocsProduct) (docs.Source, error) {
	repo, ok := p.opened(c.Repository)
	if !ok || repo.Docs == nil {
		return docs.Source{}, nil
	}
	src := docs.Source{Name: c.Name, Title: c.Title, Repository: string(repo.Name), Repo: repo.Docs}
	if src.Title == "" {
		src.Title = p.Config.Title
	}
	if src.Title == "" {
		src.Title = string(repo.Name)
	}
	for _, f := range append([]string{c.Folder}, c.Folders...) {
		src.Folders = append(src.Folders, strings.Trim(f, "/"))
	}
	chosen, err := p.docsVersions(l, repo.Name, c)
	if err != nil {
		return src, err
	}
	branches, err := repo.Repo.Branches()
	if err != nil {
		return src, fmt.Errorf("read branches of %s: %w", repo.Name, err)
	}
	head := p.headEdition(l, repo)
	if len(chosen) == 0 {
		if live, ok := liveEdition(l, repo.Name, c.Component); ok {
			src.Editions = []docs.EditionSource{live}
		}
	}
	if !head.Commit.IsZero() && (c.Unreleased || len(chosen)+len(src.Editions) == 0) {
		src.Editions = slices.Insert(src.Editions, 0, head)
	}
	var all []versions.Version
	for _, v := range chosen {
		all = append(all, v.version)
	}
	fixes := docsBranches(branches, c.Branches, all)
	for _, v := range chosen {
		e := docs.EditionSource{Name: v.version.Tag, Kind: docs.Stable, At: v.fact.At, Commit: history.Hash(v.fact.Commit), Ref: v.version.Tag}
		if v.version.Prerelease || v.fact.Prerelease {
			e.Kind = docs.Prerelease
		}
		if fix, ok := fixes[v.version.Tag]; ok {
			e.Commit, e.Ref = fix.Target, shortBranch(fix.Name)
		}
		if c.Overlay != "" && !head.Commit.IsZero() {
			e.Overlay = strings.Trim(strings.ReplaceAll(c.Overlay, "{version}", v.version.Tag), "/")
			e.OverlayCommit, e.OverlayRef = head.Commit, head.Ref
		}
		src.Editions = append(src.Editions, e)
	}
	return src, nil
}

// headEdition is the newest state of the mainline that the ledger tells of.
func (p *Project) headEdition(l *ledger.Ledger, repo Opened) docs.EditionSource {
	e := docs.EditionSource{Name: p.mainline(repo.Name), Kind: docs.Unreleased}
	for i := range l.Changes { // newest first
		if c := &l.Changes[i]; c.Repository == repo.Name && !c.OffMainline && c.Merged != nil {
			e.Commit = history.Hash(c.Commit)
			break
		}
	}
	if e.Commit.IsZero() { // a repository of sources, without changes
		if _, tip, err := repo.Repo.Head(); err == nil {
			e.Commit = tip
		}
	}
	if e.Name == "" {
		e.Name = "head"
	}
	e.Ref = e.Name
	return e
}

// liveEdition is what production runs, for a product that has no versions.
func liveEdition(l *ledger.Ledger, repo ledger.RepositoryName, component string) (docs.EditionSource, bool) {
	for _, env := range l.Environments {
		if env.Tier != ledger.TierProduction {
			continue
		}
		for _, live := range env.Live {
			if live.Repository == repo && !live.Revision.IsZero() && live.Weight.Hi > 0 && (component == "" || string(live.Component) == component) {
				return docs.EditionSource{Name: string(env.Name), Kind: docs.Stable, At: live.Since, Commit: history.Hash(live.Revision),
					Ref: live.Revision.Short()}, true
			}
		}
	}
	return docs.EditionSource{}, false
}

// docsVersion is a version of the ledger with its place in the order.
type docsVersion struct {
	version versions.Version
	fact    *ledger.Version
}

// docsVersions chooses the versions of a product, newest first.
func (p *Project) docsVersions(l *ledger.Ledger, repo ledger.RepositoryName, c config.DocsProduct) ([]docsVersion, error) {
	facts := map[string]*ledger.Version{}
	var names []string
	for i := range l.Versions {
		v := &l.Versions[i]
		if v.Repository == repo && (c.Component == "" || string(v.Component) == c.Component) {
			facts[string(v.Name)] = v
			names = append(names, string(v.Name))
		}
	}
	opt := versions.Options{Scheme: p.Config.Versions.Scheme, Pattern: p.Config.Versions.Pattern,
		Prerelease: p.Config.Versions.Prerelease, Ignore: p.Config.Versions.Ignore}
	for _, k := range p.Config.Components {
		opt.Components = append(append(opt.Components, k.Name), k.Aliases...)
	}
	selected, err := versions.Select(names, opt)
	if err != nil {
		return nil, fmt.Errorf("read versions of the docs: %w", err)
	}
	// One line of versions: that of the whole repository where there is one.
	line := slices.DeleteFunc(selected.Versions, func(v versions.Version) bool {
		return c.Component == "" && v.Component != "" && slices.ContainsFunc(selected.Versions, func(o versions.Version) bool { return o.Component == "" })
	})
	choice := docs.Choice{NewestPatch: c.Patches == "newest", Last: c.Last, Prereleases: docs.Prereleases(c.Prereleases)}
	if c.Versions != "" {
		if choice.Constraint, err = versions.ParseConstraint(c.Versions); err != nil {
			return nil, fmt.Errorf("read docs.versions: %w", err)
		}
	}
	var out []docsVersion
	for _, v := range docs.Choose(line, choice) {
		out = append(out, docsVersion{v, facts[v.Tag]})
	}
	return out, nil
}

// docsBranches finds the branches that hold the docs of versions: by the name of
// the tag, by the same version in another spelling, or by the first numbers, which
// mean the highest version that has them. A local branch wins over a remote's.
func docsBranches(branches []history.Ref, pattern string, all []versions.Version) map[string]history.Ref {
	before, after, ok := strings.Cut(pattern, "{version}")
	if !ok {
		return nil
	}
	out := map[string]history.Ref{}
	for _, b := range branches { // refs/heads come before refs/remotes
		name, ok := strings.CutPrefix(shortBranch(b.Name), before)
		if !ok || !strings.HasSuffix(name, after) {
			continue
		}
		name = strings.TrimSuffix(name, after)
		for _, v := range all { // newest first
			if v.Tag != name && !sameVersion(v, name) && !strings.HasPrefix(strings.TrimPrefix(v.Text, "v"), strings.TrimPrefix(name, "v")+".") {
				continue
			}
			if _, taken := out[v.Tag]; !taken {
				out[v.Tag] = b
			}
			break
		}
	}
	return out
}

func sameVersion(v versions.Version, name string) bool {
	other, ok := versions.Parse(name)
	return ok && versions.Compare(v, other) == 0
}

// shortBranch is a branch as people call it, without the remote.
func shortBranch(ref string) string {
	if name, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		return name
	}
	if name, ok := strings.CutPrefix(ref, "refs/remotes/"); ok {
		_, name, _ = strings.Cut(name, "/")
		return name
	}
	return ref
}

// docsInput hands an audience's docs to its pages; nil without any.
func (p *Project) docsInput(s *site, a config.Audience, view docsView,
	value func(*docs.Edition, docs.Shortcode, string) (docs.Fragment, docs.Fault),
) *pages.DocsInput {
	if view.library == nil || len(view.library.Products) == 0 || !p.Config.Docs.For(a.Name) {
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
		Sources: a.Sees == string(audience.SeesEverything) || a.Shows("commits"),
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

// publicValues answers the shortcodes of an audience's docs. The whole ledger says
// only what a name in the docs is called in the reduced one.
func (p *Project) publicValues(res *Result, a config.Audience, public audience.Public, look pages.Site, told []notes.Note) *pages.DocValues {
	find, salt := pages.NewFinder(res.Ledger), p.Config.Salt
	in := pages.PublicValues{Ledger: public.Ledger(), Site: look, Environment: public.Environment()}
	in.Change = func(ref string) (ledger.ChangeID, bool) {
		c := find.Change(ref)
		if c == nil {
			return "", false
		}
		return audience.ChangeID(salt, c), true
	}
	in.Flag = func(key string) (ledger.FlagKey, bool) {
		f := find.Flag(key)
		if f == nil || a.Shows("flags") {
			return ledger.FlagKey(key), f != nil
		}
		return ledger.FlagKey(audience.PublicID(salt, f.Repository, "flag/"+string(f.Key))), true
	}
	in.Notes = map[ledger.ChangeID]string{}
	for _, n := range told {
		for _, id := range n.Changes {
			in.Notes[id] = n.ID
		}
	}
	return in.Values()
}

// publicDocs gives what an audience that does not see everything may read.
func (p *Project) publicDocs(res *Result, a config.Audience, public *ledger.Ledger, values *pages.DocValues) docsView {
	return res.docs.view(a.Name, func() *docs.Library { return p.publicLibrary(res, a, public, values) })
}

func (p *Project) publicLibrary(res *Result, a config.Audience, public *ledger.Ledger, values *pages.DocValues) *docs.Library {
	shown := map[string]bool{}
	for _, v := range public.Versions {
		shown[string(v.Name)] = true
	}
	return res.docs.library.For(docs.Viewer{
		Name: a.Name, Markdown: p.Docs(p.shownTerms(a)), Flag: values.ShowsFlag, Change: values.Shows,
		Edition: func(product *docs.Product, e *docs.Edition) bool {
			return p.Config.Docs.ShowsDark(a.Name) || shown[e.Name] || p.usable(res.Ledger, a, product, e)
		},
	})
}

// allowedDocs gives the texts of the docs that an audience may read, as they are
// without any ledger: their shortcodes show nothing.
func (p *Project) allowedDocs(res *Result, a config.Audience, public audience.Public) ([]string, error) {
	if res.docs == nil {
		return nil, nil
	}
	look, err := p.look(a)
	if err != nil {
		return nil, err
	}
	s := &site{}
	values := p.publicValues(res, a, public, look, nil)
	in := p.docsInput(s, a, p.publicDocs(res, a, public.Ledger(), values),
		func(*docs.Edition, docs.Shortcode, string) (docs.Fragment, docs.Fault) {
			return docs.Fragment{}, docs.Fault{}
		})
	if in == nil {
		return nil, nil
	}
	return pages.DocsTexts(in, look), s.failed()
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
