package generator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"daylight/generator/audience"
	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// Publication is what one audience would read of a change to the repository.
type Publication struct {
	Audience string `json:"audience"`
	// Merged is what they would read as soon as the change is on the mainline:
	// what it does to flags that are read from there, to declared releases, and to
	// the words of notes.
	Merged []Published `json:"merged"`
	// Deployed is what they would read besides once it is deployed to their
	// environments; by version, once a version is made of it.
	Deployed []Published `json:"deployed"`
}

// Published is a note that would be new or another one. Lists of it are in the
// order of the notes of the audience's site.
type Published struct {
	What   string     `json:"what"` // new, widened, narrowed, taken_back, returned, reworded, gone
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	Kind   notes.Kind `json:"kind"`
	Body   string     `json:"body"`
	Before string     `json:"before"` // who has it now, "" for nobody and never
	After  string     `json:"after"`  // who would have it
}

// Since tells what would become public by what is checked out and not in another
// revision: for each audience from which something is withheld, in the order of
// the configuration. It reads the main repository twice, as if each of the two
// were the mainline, and compares the notes: as of now, and as of a deployment
// of each to all environments of tier production. Where the revision has gone on
// in the meantime, the commit counts from which the change began.
func (p *Project) Since(ctx context.Context, revision history.Hash, asOf time.Time) ([]Publication, error) {
	_, head, err := p.Repositories[0].Repo.Head()
	if err != nil {
		return nil, fmt.Errorf("read the head: %w", err)
	}
	base, err := p.fork(ctx, revision, head)
	if err != nil {
		return nil, err
	}
	var read [2]ledger.Facts
	for i, tip := range []history.Hash{base, head} {
		if read[i], err = p.factsAt(ctx, tip); err != nil {
			return nil, err
		}
		asOf = later(asOf, committed(read[i], tip))
	}
	rules, err := policy(p.Config)
	if err != nil {
		return nil, err
	}
	var now, then [2]*ledger.Ledger
	for i, tip := range []history.Hash{base, head} {
		now[i] = ledger.Compute(read[i], rules, asOf)
		then[i] = ledger.Compute(shipped(read[i], now[i], ledger.Hash(tip), asOf), rules, asOf)
	}
	var out []Publication
	for _, a := range p.Config.Audiences {
		if a.Sees == string(audience.SeesEverything) {
			continue
		}
		pub := Publication{Audience: a.Name, Merged: p.published(a, now), Deployed: []Published{}}
		for _, d := range p.published(a, then) {
			// What the merge alone does is told once.
			if !slices.ContainsFunc(pub.Merged, func(m Published) bool { return m.ID == d.ID && m.After == d.After }) {
				pub.Deployed = append(pub.Deployed, d)
			}
		}
		out = append(out, pub)
	}
	return out, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fork is the newest commit on the first-parent line of a head that another
// revision reaches.
func (p *Project) fork(ctx context.Context, revision, head history.Hash) (history.Hash, error) {
	repo := p.Repositories[0].Repo
	reached := map[history.Hash]bool{}
	list, err := repo.Commits(ctx, []history.Hash{revision})
	if err != nil {
		return head, fmt.Errorf("read history: %w", err)
	}
	for i := range list {
		reached[list[i].Hash] = true
	}
	parents := map[history.Hash]history.Hash{}
	if list, err = repo.Commits(ctx, []history.Hash{head}); err != nil {
		return head, fmt.Errorf("read history: %w", err)
	}
	for i := range list {
		if len(list[i].Parents) > 0 {
			parents[list[i].Hash] = list[i].Parents[0]
		}
	}
	for at, ok := head, true; ok; at, ok = parents[at] {
		if reached[at] {
			return at, nil
		}
	}
	return revision, nil // nothing in common: everything is new
}

// mainline is a repository whose mainline ends at a commit.
type mainline struct {
	collect.Repo
	tip history.Hash
}

func (m mainline) Head() (string, history.Hash, error) { return "", m.tip, nil }

// factsAt reads the project as if a commit were the tip of the main repository's
// mainline.
func (p *Project) factsAt(ctx context.Context, tip history.Hash) (ledger.Facts, error) {
	opt, err := p.collectOptions()
	if err != nil {
		return ledger.Facts{}, err
	}
	opt.Repositories[0].Repo = mainline{opt.Repositories[0].Repo, tip}
	opt.Repositories[0].Branch = ""
	return collect.Collect(ctx, opt)
}

// committed is the date of a commit.
func committed(f ledger.Facts, h history.Hash) time.Time {
	for i := range f.Repositories {
		for k := range f.Repositories[i].Commits {
			if c := &f.Repositories[i].Commits[k]; c.Hash == ledger.Hash(h) {
				return c.Committed
			}
		}
	}
	return time.Time{}
}

// shipped adds to facts that a commit of the main repository is deployed: every
// component that runs in an environment of tier production, wherever it runs. By
// version, that a version is made of it.
func shipped(f ledger.Facts, l *ledger.Ledger, tip ledger.Hash, asOf time.Time) ledger.Facts {
	if len(f.Repositories) == 0 || tip.IsZero() {
		return f
	}
	main := f.Repositories[0].Name
	origin := []ledger.Origin{{Repository: main, Commit: tip}}
	if l.ReleasesBy == ledger.ReleasesVersion {
		f.Repositories = slices.Clone(f.Repositories)
		next := ledger.VersionFact{Name: "next", Commit: tip, When: ledger.When{At: asOf, Basis: ledger.BasisDeclared}, Origins: origin}
		for _, v := range f.Repositories[0].Versions {
			next.Order = max(next.Order, v.Order+1)
		}
		f.Repositories[0].Versions = append(slices.Clone(f.Repositories[0].Versions), next)
		return f
	}
	order := 0
	for _, d := range f.Deployments {
		order = max(order, d.Order)
	}
	f.Deployments = slices.Clone(f.Deployments)
	for _, e := range l.Environments {
		if e.Tier != ledger.TierProduction {
			continue
		}
		done := map[ledger.ComponentName]bool{}
		for _, live := range e.Live {
			if live.Repository != main || done[live.Component] {
				continue
			}
			done[live.Component] = true
			order++
			f.Deployments = append(f.Deployments, ledger.Record{
				ID: "since:" + string(e.Name) + ":" + string(live.Component), Repository: main, Component: live.Component, Environment: e.Name,
				Revision: tip, Ref: tip.String(), Kind: ledger.KindDeploy, Status: ledger.RecordSucceeded, FinishedAt: asOf,
				TimeBasis: ledger.BasisDeclared, Order: order, Origins: origin,
			})
		}
	}
	return f
}

// published compares the notes of an audience in two ledgers.
func (p *Project) published(a config.Audience, l [2]*ledger.Ledger) []Published {
	before := map[string]notes.Note{}
	for _, n := range notesOf(audience.Reduce(l[0], p.rules(a))) {
		before[n.Key] = n
	}
	out := []Published{}
	for _, n := range notesOf(audience.Reduce(l[1], p.rules(a))) {
		old, ok := before[n.Key]
		delete(before, n.Key)
		what := became(old, n, ok)
		if what == "" {
			continue
		}
		out = append(out, Published{What: what, ID: n.ID, Title: n.Title, Kind: n.Kind, Body: n.Body, Before: old.Audience, After: n.Audience})
	}
	for _, n := range notesOf(audience.Reduce(l[0], p.rules(a))) { // in the order of the notes
		if _, ok := before[n.Key]; ok {
			out = append(out, Published{What: "gone", ID: n.ID, Title: n.Title, Kind: n.Kind, Before: n.Audience})
		}
	}
	return out
}

// became says what happens to a note, "" for nothing.
func became(old, n notes.Note, known bool) string {
	switch {
	case !known:
		return "new"
	case !n.TakenBack.IsZero() && old.TakenBack.IsZero():
		return "taken_back"
	case n.TakenBack.IsZero() && !old.TakenBack.IsZero():
		return "returned"
	case n.Audience != old.Audience && (n.Audience == "everyone" || len(n.Events) > len(old.Events) && old.Audience != "everyone"):
		return "widened"
	case n.Audience != old.Audience:
		return "narrowed"
	case n.Title != old.Title || n.Body != old.Body || n.Kind != old.Kind || n.ID != old.ID || !slices.Equal(n.Entries, old.Entries):
		return "reworded"
	}
	return ""
}
