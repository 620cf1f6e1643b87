package generator

import (
	"fmt"
	"slices"
	"strings"

	"daylight/generator/config"
	"daylight/generator/docs"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/versions"
)

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
	if !head.Commit.IsZero() && (c.Unreleased || head.Draft || len(chosen)+len(src.Editions) == 0) {
		src.Editions = slices.Insert(src.Editions, 0, head)
	}
	var all []versions.Version
	for _, v := range chosen {
		all = append(all, v.version)
	}
	fixes := docsBranches(branches, c.Branches, all)
	for _, v := range chosen {
		e := docs.EditionSource{Name: v.version.Tag, Kind: docs.Stable, At: v.fact.At, Commit: history.Hash(v.fact.Commit), Ref: v.version.Tag}
		if c.Name != "" && v.version.Component != "" {
			e.Label = strings.TrimLeft(strings.TrimPrefix(v.version.Tag, v.version.Component), "/@-_")
		}
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
	e := docs.EditionSource{Name: p.mainline(repo.Name), Kind: docs.Unreleased, Commit: repo.Draft, Draft: !repo.Draft.IsZero()}
	for i := range l.Changes { // newest first
		if e.Draft {
			break
		}
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
