package ledger

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
)

// SchemaLedger is the address of the JSON Schema of a Ledger, relative to a
// site. It changes with an incompatible change of the names.
const SchemaLedger = "data/schema/ledger/v1.json"

// Compute turns facts into the ledger as of an instant. It is a pure function:
// the facts are not changed, their order does not matter, and no clock is read.
// Facts after asOf are left out, by when they happened; steps that a manifest
// plans count as done once asOf has passed them. Equal arguments give equal
// ledgers, whatever the number of cores.
func Compute(facts Facts, policy Policy, asOf time.Time) *Ledger {
	c := &computation{facts: &facts, policy: policy, asOf: asOf.UTC(), books: map[RepositoryName]*book{}, flags: map[FlagKey]*timeline{}}
	c.problems = slices.Clone(facts.Problems)
	c.chooseReleases()
	c.readRepositories()
	c.readFlags()
	c.linkFlags()
	c.findVersions()
	c.nameEnvironments()
	c.readDeclared()
	c.runLanes()
	c.shipAway()
	c.prepareFlags()
	c.findCourses()
	out := &Ledger{Schema: SchemaLedger, AsOf: c.asOf, ReleasesBy: c.by}
	out.Environments = c.environmentList()
	out.Changes = c.changeList()
	c.exposedWithoutDeployment(out.Changes)
	out.Versions = c.versionList()
	out.Deployments = c.deploymentList()
	out.Flags = c.flagList()
	c.doubt()
	slices.SortFunc(c.problems, CompareProblems)
	out.Problems = emptyIfNil(c.problems)
	return out
}

// computation is the state of one Compute.
type computation struct {
	facts    *Facts
	policy   Policy
	asOf     time.Time
	by       ReleasesBy
	repos    []*book // in the order of their names
	books    map[RepositoryName]*book
	flags    map[FlagKey]*timeline
	keys     []FlagKey // sorted
	records  []*Record // that happened by asOf, in order
	lanes    []*lane
	laneOf   map[laneName]*lane
	declared map[declaredKey][]declaredStep
	gates    map[gateKey]*gateLink
	usual    front // of changes with nothing of their own in front
	envs     []EnvironmentName
	problems []Problem
}

type declaredKey struct {
	book        *book
	change      int32
	environment EnvironmentName
}

func emptyIfNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// home gives the book of a repository; "" is the first by name.
func (c *computation) home(name RepositoryName) *book {
	if name == "" && len(c.repos) > 0 {
		return c.repos[0]
	}
	return c.books[name]
}

// readRepositories numbers commits and changes, repository by repository.
func (c *computation) readRepositories() {
	list := slices.Clone(c.facts.Repositories)
	slices.SortFunc(list, func(a, b Repository) int { return cmp.Compare(a.Name, b.Name) })
	if len(list) == 1 && list[0].Name == "" {
		list[0].Name = "repository"
	}
	for i := range c.facts.Deployments {
		r := &c.facts.Deployments[i]
		if at := happened(r); !at.IsZero() && !at.After(c.asOf) {
			c.records = append(c.records, r)
		}
	}
	slices.SortFunc(c.records, compareRecords)
	graphs := make([]*graph, len(list))
	parallel(len(list), func(i int) { graphs[i] = newGraph(&list[i], c.asOf) })
	books := make([]*book, len(list))
	parallel(len(list), func(i int) {
		deployed, extra := c.deployedIn(list[i].Name, i == 0, graphs[i])
		var versions []int32
		for _, v := range list[i].Versions {
			if x, ok := graphs[i].index[v.Commit]; ok {
				versions = append(versions, x)
				if c.by == ReleasesVersion && !v.When.At.After(c.asOf) {
					deployed = append(deployed, x) // every version is live
				}
			}
		}
		slices.Sort(versions)
		books[i] = newBook(&list[i], graphs[i], deployed, slices.Compact(versions), extra)
	})
	for i, b := range books {
		c.repos = append(c.repos, b)
		c.books[list[i].Name] = b
	}
}

// happened gives the instant of a record: its finish, else its start.
func happened(r *Record) time.Time {
	if r.FinishedAt.IsZero() {
		return r.StartedAt
	}
	return r.FinishedAt
}

// counts reports whether a record can be live.
func counts(r *Record) bool { return r.Status == RecordSucceeded && !r.FinishedAt.IsZero() }

// deployedIn lists the revisions of a repository that were live, and the
// components that only records name.
func (c *computation) deployedIn(name RepositoryName, first bool, g *graph) (revisions []int32, extra []ComponentName) {
	for _, r := range c.records {
		if r.Repository != name && !(first && r.Repository == "") {
			continue
		}
		if r.Component != "" && !slices.Contains(extra, r.Component) {
			extra = append(extra, r.Component)
		}
		if x, ok := g.index[r.Revision]; ok && counts(r) {
			revisions = append(revisions, x)
		}
	}
	slices.Sort(revisions)
	return slices.Compact(revisions), extra
}

// chooseReleases settles what counts as a release: by version only where nobody
// deploys and no flag is known.
func (c *computation) chooseReleases() {
	c.by = c.policy.ReleasesBy
	if c.by == ReleasesAuto {
		c.by = ReleasesFlags
		if len(c.facts.Deployments) == 0 && len(c.facts.Flags) == 0 {
			c.by = ReleasesVersion
		}
	}
}

// runLanes gives every record to its lane and runs the lanes.
func (c *computation) runLanes() {
	c.laneOf = map[laneName]*lane{}
	for _, r := range c.records {
		b := c.home(r.Repository)
		if b == nil || !counts(r) {
			continue
		}
		name := c.laneNameOf(b, r)
		l := c.laneOf[name]
		if l == nil {
			l = &lane{name: name, book: b, part: b.partOf[name.component]}
			c.laneOf[name] = l
			c.lanes = append(c.lanes, l)
		}
		l.records = append(l.records, r)
	}
	slices.SortFunc(c.lanes, func(a, b *lane) int { return compareLanes(a.name, b.name) })
	parallel(len(c.lanes), func(i int) { c.lanes[i].run() })
}

func (c *computation) laneNameOf(b *book, r *Record) laneName {
	component := r.Component
	if component == "" {
		component = b.parts[0]
	}
	return laneName{r.Environment, b.repo.Name, component}
}

// parallel calls do for 0 to n-1 on every core. Each call has its own place to
// write to, so that results do not depend on the order.
func parallel(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
}

// nameEnvironments lists all environments that occur, in the order in which
// they are shown: as the policy says, then by tier and name.
func (c *computation) nameEnvironments() {
	seen := map[EnvironmentName]bool{}
	for _, name := range c.policy.Environments {
		if !seen[name] {
			seen[name] = true
			c.envs = append(c.envs, name)
		}
	}
	rest := map[EnvironmentName]bool{}
	for _, r := range c.records {
		rest[r.Environment] = true
	}
	for _, key := range c.keys {
		for env := range c.flags[key].steps {
			rest[env] = true
		}
	}
	if c.by == ReleasesVersion {
		rest[Published] = true
	}
	delete(rest, "")
	names := slices.SortedFunc(maps.Keys(rest), func(a, b EnvironmentName) int {
		return cmp.Or(cmp.Compare(c.tier(a).rank(), c.tier(b).rank()), cmp.Compare(a, b))
	})
	for _, name := range names {
		if !seen[name] {
			c.envs = append(c.envs, name)
		}
	}
	// Where nothing has a name, what flags say for everybody is about production.
	if len(c.envs) == 0 && slices.ContainsFunc(c.keys, func(key FlagKey) bool { return len(c.flags[key].steps) > 0 }) {
		c.envs = append(c.envs, "production")
	}
}

func (c *computation) tier(env EnvironmentName) Tier {
	if t, ok := c.policy.Tiers[env]; ok {
		return t
	}
	if env == Published && c.by == ReleasesVersion {
		return TierProduction
	}
	return TierOf(env)
}

// rank orders tiers, the one nearest to users first.
func (t Tier) rank() int {
	return slices.Index([]Tier{TierProduction, TierStaging, TierTesting, TierDevelopment, TierOther}, t)
}

// environmentList shows what each environment runs now.
func (c *computation) environmentList() []Environment {
	out := make([]Environment, 0, len(c.envs))
	held := c.laneHolds()
	for _, name := range c.envs {
		e := Environment{Name: name, Tier: c.tier(name), Live: []Live{}, Holds: emptyIfNil(held[name])}
		for _, l := range c.lanes {
			if l.name.environment == name && len(l.instants) > 0 {
				e.Live = append(e.Live, l.live(l.instants[len(l.instants)-1])...)
			}
		}
		if name == Published && c.by == ReleasesVersion {
			e.Live = append(e.Live, c.publishedLive()...)
		}
		out = append(out, e)
	}
	return out
}

func (l *lane) live(in instant) []Live {
	var out []Live
	for _, s := range in.slots {
		v := Live{Repository: l.name.repository, Component: l.name.component, Ref: s.record.Ref, Weight: s.weight,
			Since: s.since.UTC(), Deployment: s.record.ID}
		if s.slot != "" {
			v.Slot = &s.slot
		}
		if s.revision != none {
			v.Revision = l.book.graph.commits[s.revision].Hash
			v.Version = l.book.versionAt(s.revision, l.name.component)
		}
		out = append(out, v)
	}
	return out
}
