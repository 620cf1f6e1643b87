package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"daylight/generator/deploylog"
	"daylight/generator/facts"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/versions"
)

// Collect reads the repositories and returns what they say. An error means that
// a repository could not be read; all lesser faults are problems in the facts.
// The facts do not depend on the number of cores.
func Collect(ctx context.Context, opt Options) (ledger.Facts, error) {
	c, err := collected(ctx, opt)
	if err != nil {
		return ledger.Facts{}, err
	}
	return c.facts(), nil
}

// collected reads everything.
func collected(ctx context.Context, opt Options) (*collector, error) {
	c := &collector{opt: opt, names: newEnvironments(opt.Environments), by: map[ledger.RepositoryName]*reading{}}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	if err := c.readVersions(); err != nil {
		return nil, err
	}
	if err := c.readDeployments(ctx); err != nil {
		return nil, err
	}
	for _, r := range c.read() {
		c.say("comparing the commits of %s", r.in.Name)
		revisions := c.revisions(r)
		if err := r.settle(ctx, revisions); err != nil {
			return nil, err
		}
		if err := r.commitFacts(ctx, opt.Changes, revisions); err != nil {
			return nil, err
		}
	}
	if err := c.readFlags(ctx); err != nil {
		return nil, err
	}
	if err := c.readIncidents(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// collector is the state of one Collect.
type collector struct {
	opt      Options
	names    environments
	readings []*reading
	by       map[ledger.RepositoryName]*reading
	records  []ledger.Record
	releases []ledger.DeclaredRelease
	holds    []ledger.Hold
	flags    []ledger.FlagHistory
	links    []ledger.FlagLink
	usages   []ledger.FlagUsage
	problems []ledger.Problem

	incidents []ledger.Incident
	pending   []deploylog.Pending
	pointers  []deploylog.Pointer
	flagNotes []facts.FlagNote
	lives     []facts.Life
}

func (c *collector) say(format string, args ...any) {
	if c.opt.Progress != nil {
		c.opt.Progress(fmt.Sprintf(format, args...))
	}
}

func (c *collector) open(ctx context.Context) error {
	for _, in := range c.opt.Repositories {
		if in.Elsewhere {
			c.stub(in)
			continue
		}
		c.say("reading %s", in.Name)
		r, err := open(ctx, in)
		if err != nil {
			return err
		}
		c.readings = append(c.readings, r)
		c.by[in.Name] = r
	}
	return nil
}

// of gives a repository by name; "" is the first.
func (c *collector) of(name ledger.RepositoryName) *reading {
	if name == "" && len(c.readings) > 0 {
		return c.readings[0]
	}
	return c.by[name]
}

// readVersions asks which tags are versions. Tags that a deployment pattern
// takes are none.
func (c *collector) readVersions() error {
	for _, r := range c.read() {
		opt := r.in.Versions
		var names []string
		tags := map[string]history.Tag{}
		for _, t := range r.tags {
			if t.Kind == history.TargetCommit || t.Kind == history.TargetMissing {
				names = append(names, t.Name)
				tags[t.Name] = t
			}
		}
		opt.Exclude = c.deploymentTags(r)
		for _, k := range r.in.Components {
			opt.Components = append(append(opt.Components, string(k.Name)), k.Aliases...)
		}
		selected, err := versions.Select(names, opt)
		if err != nil {
			return fmt.Errorf("read versions of %s: %w", r.in.Name, err)
		}
		for _, v := range selected.Versions {
			r.facts.Versions = append(r.facts.Versions, r.versionFact(v, tags[v.Tag]))
		}
		for _, m := range selected.Misses {
			r.problem(ledger.Problem{Origins: []ledger.Origin{{Repository: r.in.Name, Tag: m.Tag}}, Rule: "near-version",
				Level: ledger.LevelInfo, Message: "tag is no version: " + m.Reason, Hint: m.Hint})
		}
	}
	return nil
}

func (r *reading) versionFact(v versions.Version, t history.Tag) ledger.VersionFact {
	f := ledger.VersionFact{Name: ledger.VersionName(v.Tag), Component: r.component(v.Component), Commit: ledger.Hash(t.Target),
		Prerelease: v.Prerelease, Order: v.Order, Message: t.Message,
		Origins: []ledger.Origin{{Repository: r.in.Name, Tag: t.Name}}}
	switch at, ok := r.line.index[t.Target]; {
	case t.Annotated && !t.Tagger.When.IsZero():
		f.When = ledger.When{At: t.Tagger.When, Basis: ledger.BasisTaggerDate}
	case ok:
		f.When = ledger.When{At: r.line.commits[at].Committer.When, Basis: ledger.BasisCommitterDate}
	}
	return f
}

// component gives the configured name of what a tag or record calls a component.
func (r *reading) component(name string) ledger.ComponentName {
	for _, k := range r.in.Components {
		if string(k.Name) == name || slices.Contains(k.Aliases, name) {
			return k.Name
		}
	}
	return ledger.ComponentName(name)
}

// revisions lists what matters of a repository besides its mainline.
func (c *collector) revisions(r *reading) []history.Hash {
	var out []history.Hash
	if c.opt.Part { // whoever joins the parts knows what was deployed
		out = r.named()
	}
	for _, v := range r.facts.Versions {
		out = append(out, history.Hash(v.Commit))
	}
	for _, d := range c.records {
		if c.of(d.Repository) == r {
			out = append(out, history.Hash(d.Revision))
		}
	}
	return out
}

// deployed lists the revisions that records name, by repository.
func (c *collector) deployed() map[ledger.RepositoryName][]history.Hash {
	out := map[ledger.RepositoryName][]history.Hash{}
	seen := map[ledger.Hash]bool{}
	for _, d := range c.records {
		if r := c.of(d.Repository); r != nil && !d.Revision.IsZero() && !seen[d.Revision] {
			seen[d.Revision] = true
			out[r.in.Name] = append(out[r.in.Name], history.Hash(d.Revision))
		}
	}
	if c.opt.Part {
		for _, r := range c.read() {
			for _, h := range r.named() {
				if !seen[ledger.Hash(h)] {
					seen[ledger.Hash(h)] = true
					out[r.in.Name] = append(out[r.in.Name], h)
				}
			}
		}
	}
	return out
}

func (c *collector) readFlags(ctx context.Context) error {
	c.say("reading the history of flags")
	book, err := readFlags(ctx, c.opt, c.names, c.deployed(), c.of)
	if err != nil {
		return err
	}
	defer book.close()
	book.known = c.opt.KnownFlags
	book.notes = map[ledger.FlagKey]*ledger.NoteText{}
	for _, r := range c.read() {
		if r.in.SourcesOnly {
			continue
		}
		notes, err := r.readTexts(ctx, c.opt.Changes.NoteFiles, book.knows)
		if err != nil {
			return err
		}
		for key, n := range notes {
			book.notes[key] = n
		}
		c.keepFlagNotes(r, notes)
	}
	c.flags = book.histories()
	c.lives = book.parts()
	if c.usages, err = c.readUsages(ctx, book); err != nil {
		return err
	}
	for _, r := range c.read() {
		if !r.in.SourcesOnly {
			found, err := links(ctx, r, book, c.opt.Changes)
			if err != nil {
				return err
			}
			c.links = append(c.links, found...)
		}
	}
	return nil
}

// facts puts everything together, each list in a fixed order.
func (c *collector) facts() ledger.Facts {
	f := ledger.Facts{Deployments: c.records, Flags: c.flags, Links: c.links, Usages: c.usages, Holds: c.holds, Releases: c.releases, Problems: c.problems,
		Incidents: c.incidents}
	if !c.opt.Part {
		f.Releases = deploylog.MergeReleases(f.Releases)
	}
	for _, r := range c.read() {
		if !r.in.SourcesOnly {
			f.Repositories = append(f.Repositories, r.facts)
			f.Repairs = append(f.Repairs, r.repairs(c.opt.Repairs)...)
		} else {
			f.Repositories = append(f.Repositories, r.graphOnly())
		}
		f.Problems = append(f.Problems, r.problems...)
	}
	slices.SortFunc(f.Deployments, func(a, b ledger.Record) int {
		return cmp.Or(a.FinishedAt.Compare(b.FinishedAt), a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(f.Repairs, ledger.CompareRepairs)
	slices.SortFunc(f.Problems, ledger.CompareProblems)
	f.Problems = slices.CompactFunc(f.Problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
	return f
}

// graphOnly is a repository that holds sources and nothing to report on: its
// mainline is needed for the dates of its manifests, and its commits belong to
// no component.
func (r *reading) graphOnly() ledger.Repository {
	f := r.facts
	for i := range f.Commits {
		f.Commits[i].Components = []ledger.ComponentName{}
	}
	f.Versions, f.SourcesOnly = nil, true
	return f
}
