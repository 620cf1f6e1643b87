package facts

import (
	"cmp"
	"fmt"
	"slices"

	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// Joined is what one reading of all repositories would have given.
type Joined struct {
	Facts ledger.Facts
	// Sources are in the order of Facts.Repositories.
	Sources []Source
}

// Join joins parts. Repositories come in the order given, the others after them by
// name; the order of the parts does not matter. It changes the parts. A repository
// that is in two parts is an [Error].
func Join(parts []*Part, order []ledger.RepositoryName) (*Joined, error) {
	j := &joiner{parts: slices.Clone(parts), by: map[ledger.RepositoryName]*graph{}, sources: map[ledger.RepositoryName]Source{}}
	if err := j.repositories(order); err != nil {
		return nil, err
	}
	// The first repository of a part is in no other one.
	slices.SortFunc(j.parts, func(a, b *Part) int { return j.place(a.Repositories[0].Name) - j.place(b.Repositories[0].Name) })
	j.follow()
	j.prune()
	j.flags()
	j.concat()
	for i := range j.out.Repositories {
		j.finish(&j.out.Repositories[i])
	}
	out := &Joined{Facts: j.out}
	for _, r := range j.out.Repositories {
		out.Sources = append(out.Sources, j.sources[r.Name])
	}
	return out, nil
}

// joiner is the state of one Join.
type joiner struct {
	parts   []*Part
	names   []ledger.RepositoryName // in their order
	places  map[ledger.RepositoryName]int
	by      map[ledger.RepositoryName]*graph
	sources map[ledger.RepositoryName]Source
	lives   []joinedLife // oldest first
	kept    map[ledger.RepositoryName][]bool
	out     ledger.Facts
}

func (j *joiner) place(name ledger.RepositoryName) int { return j.places[name] }

// repositories finds them all, and their order.
func (j *joiner) repositories(order []ledger.RepositoryName) error {
	files := map[ledger.RepositoryName]string{}
	for _, p := range j.parts {
		for i := range p.Repositories {
			r := &p.Repositories[i]
			if other, twice := files[r.Name]; twice {
				both := []string{other, p.file}
				slices.Sort(both)
				return &Error{File: both[1], Message: fmt.Sprintf("repository %q is in %s too", r.Name, both[0]), Advice: "give one file for each repository"}
			}
			files[r.Name] = p.file
			j.names = append(j.names, r.Name)
			if !slices.IsSortedFunc(r.Commits, compareCommits) {
				slices.SortFunc(r.Commits, compareCommits)
			}
			j.by[r.Name] = &graph{repo: r, tags: map[string]ledger.Hash{}}
		}
		for _, s := range p.Sources {
			j.sources[s.Name] = s
			for _, t := range s.Tags {
				j.by[s.Name].tags[t.Name] = t.Commit
			}
		}
	}
	rank := map[ledger.RepositoryName]int{}
	for i, name := range order {
		if _, there := rank[name]; !there {
			rank[name] = i - len(order)
		}
	}
	slices.SortFunc(j.names, func(a, b ledger.RepositoryName) int { return cmp.Or(rank[a]-rank[b], cmp.Compare(a, b)) })
	j.places = map[ledger.RepositoryName]int{}
	for i, name := range j.names {
		j.places[name] = i
	}
	return nil
}

// follow puts commits in the places of pending refs, then merges the records of
// one event.
func (j *joiner) follow() {
	in := func(name ledger.RepositoryName) func(string) deploylog.Resolution {
		if g := j.by[name]; g != nil {
			return g.resolver()
		}
		return func(string) deploylog.Resolution { return deploylog.Resolution{} }
	}
	var records []ledger.Record
	var releases []ledger.DeclaredRelease
	for _, p := range j.parts {
		found, problems := deploylog.Follow(p.Pending, in)
		for i := range p.Deployments {
			if h, waits := found[p.Deployments[i].Revision]; waits {
				p.Deployments[i].Revision = h
			}
		}
		records = append(records, p.Deployments...)
		for _, d := range p.Releases {
			if h, waits := found[d.Commit]; waits {
				if d.Commit = h; h.IsZero() {
					continue // it names nothing, which is a problem
				}
			}
			releases = append(releases, d)
		}
		j.out.Problems = append(j.out.Problems, problems...)
	}
	// The order of the sources, whatever part they were in.
	slices.SortStableFunc(records, compareOrders)
	j.out.Deployments = deploylog.Merge(j.judge(records))
	slices.SortFunc(j.out.Deployments, func(a, b ledger.Record) int {
		return cmp.Or(a.FinishedAt.Compare(b.FinishedAt), a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	j.out.Releases = deploylog.MergeReleases(releases)
}

func compareOrders(a, b ledger.Record) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
}

// judge adds the refs that move and that no source before their own contradicts.
// records are in the order of the sources.
func (j *joiner) judge(records []ledger.Record) []ledger.Record {
	var pointers []deploylog.Pointer
	for _, p := range j.parts {
		pointers = append(pointers, p.Pointers...)
	}
	slices.SortStableFunc(pointers, func(a, b deploylog.Pointer) int { return compareOrders(a.Record, b.Record) })
	for len(pointers) > 0 {
		source := pointers[0].Record.Order >> placeShift
		from, to := ofSource(records, source)
		own := slices.Clone(records[from:to])
		for len(pointers) > 0 && pointers[0].Record.Order>>placeShift == source {
			keep, problems := pointers[0].Judge(records[:from])
			if j.out.Problems = append(j.out.Problems, problems...); keep {
				own = append(own, pointers[0].Record)
			}
			pointers = pointers[1:]
		}
		slices.SortStableFunc(own, compareOrders)
		for i := range own { // without those that do not count
			own[i].Order = source<<placeShift + i
		}
		records = slices.Replace(records, from, to, own...)
	}
	return records
}

// ofSource finds the records of a source.
func ofSource(records []ledger.Record, source int) (from, to int) {
	by := func(r ledger.Record, source int) int { return cmp.Compare(r.Order>>placeShift, source) }
	from, _ = slices.BinarySearchFunc(records, source, by)
	to, _ = slices.BinarySearchFunc(records, source+1, by)
	return from, to
}

// prune finds the commits that the facts hold: what mainlines, versions and
// deployments reach, and the ends of branches of which a part was deployed.
func (j *joiner) prune() {
	j.kept = map[ledger.RepositoryName][]bool{}
	deployed := map[ledger.RepositoryName][]ledger.Hash{}
	for _, d := range j.out.Deployments {
		deployed[d.Repository] = append(deployed[d.Repository], d.Revision)
	}
	for _, name := range j.names {
		g := j.by[name]
		tips := append(deployed[name], g.repo.Mainline)
		for _, v := range g.repo.Versions {
			tips = append(tips, v.Commit)
		}
		marked := make([]bool, len(g.repo.Commits))
		g.reach(marked, tips...)
		for _, b := range g.repo.Backports {
			if slices.ContainsFunc(b.Brings, func(h ledger.Hash) bool { return g.holds(marked, h) }) {
				for _, h := range append([]ledger.Hash{b.Commit}, b.Brings...) {
					if n, ok := g.at(h); ok {
						marked[n] = true
					}
				}
			}
		}
		j.kept[name] = marked
	}
}

func (g *graph) holds(marked []bool, h ledger.Hash) bool {
	n, ok := g.at(h)
	return ok && marked[n]
}

// keeps reports whether a commit is among the facts.
func (j *joiner) keeps(name ledger.RepositoryName, h ledger.Hash) bool {
	g := j.by[name]
	return g != nil && g.holds(j.kept[name], h)
}

// gone reports whether a commit was read and is not among the facts.
func (j *joiner) gone(name ledger.RepositoryName, h ledger.Hash) bool {
	g := j.by[name]
	if g == nil || h.IsZero() {
		return false
	}
	n, ok := g.at(h)
	return ok && !j.kept[name][n]
}

// concat joins the lists that need no more than their order.
func (j *joiner) concat() {
	f := &j.out
	for _, p := range j.parts {
		f.Holds = append(f.Holds, p.Holds...)
		f.Usages = append(f.Usages, p.Usages...)
		f.Incidents = append(f.Incidents, p.Incidents...)
		for _, r := range p.Repairs {
			if j.keeps(r.Repository, r.Commit) {
				f.Repairs = append(f.Repairs, r)
			}
		}
		for _, q := range p.Problems {
			if !j.aboutGone(q) {
				f.Problems = append(f.Problems, q)
			}
		}
	}
	slices.SortStableFunc(f.Holds, func(a, b ledger.Hold) int {
		return cmp.Or(a.At.At.Compare(b.At.At), compareFirst(a.Origins, b.Origins))
	})
	slices.SortFunc(f.Usages, func(a, b ledger.FlagUsage) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Key, b.Key), cmp.Compare(a.By, b.By))
	})
	slices.SortStableFunc(f.Incidents, ledger.CompareIncidents)
	slices.SortFunc(f.Repairs, ledger.CompareRepairs)
	slices.SortFunc(f.Problems, ledger.CompareProblems)
	f.Problems = slices.CompactFunc(f.Problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
	for _, name := range j.names {
		f.Repositories = append(f.Repositories, *j.by[name].repo)
	}
}

func compareFirst(a, b []ledger.Origin) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) - len(b)
	}
	return ledger.CompareOrigins(a[0], b[0])
}

// aboutGone reports whether a problem is about a commit that nothing asks for.
func (j *joiner) aboutGone(p ledger.Problem) bool {
	if len(p.Origins) == 0 {
		return false
	}
	o := p.Origins[0]
	return o.Note == "" && o.Tag == "" && j.gone(o.Repository, o.Commit)
}

// finish leaves out of a repository what nothing asks for.
func (j *joiner) finish(r *ledger.Repository) {
	marked := j.kept[r.Name]
	keeps := func(h ledger.Hash) bool { return j.keeps(r.Name, h) }
	r.Reverts = slices.DeleteFunc(r.Reverts, func(v ledger.Revert) bool { return !keeps(v.Commit) || !keeps(v.Undoes) })
	r.Backports = slices.DeleteFunc(r.Backports, func(b ledger.Backport) bool { return !keeps(b.Commit) || !keeps(b.Of) })
	if !slices.Contains(marked, false) {
		return
	}
	kept := make([]ledger.Commit, 0, len(r.Commits))
	for n := range r.Commits {
		if marked[n] {
			kept = append(kept, r.Commits[n])
		}
	}
	r.Commits = kept
}

// joinedLife is a life of a flag among all repositories'.
type joinedLife struct {
	Life
	repository ledger.RepositoryName
	span       Span
	part       *Part
	final      ledger.FlagKey
}
