package pages

import (
	"slices"
	"strconv"
	"sync"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

// Team makes the pages of the team's site: the board first, then each section
// in the order of the navigation, each list before its members.
func Team(in Input) Pages {
	return func(yield func(Page) bool) {
		t := newTeam(in)
		urls := sitemap{site: in.Site}
		collect := func(p Page) bool {
			urls.add(p)
			return yield(p)
		}
		for _, part := range []func(func(Page) bool) bool{
			one(t.board), t.changeLists, t.filteredLists, t.changePages, t.pullRequests, t.darkPages,
			t.environmentPages, t.comparisonPages, t.deploymentPages, t.flagPages, t.versionPages, t.calendarPages, t.metricsPages,
			t.docPages,
			one(t.startPage), t.glossaryPages, one(t.feedsPage), t.extraPages(in.Extras), one(t.searchPage), one(t.problemsPage), one(t.missing), urls.pages,
		} {
			if !part(collect) {
				return
			}
		}
		yield(robots(in.Site))
	}
}

// one makes a part of a single page.
func one(page func() Page) func(func(Page) bool) bool {
	return func(yield func(Page) bool) bool { return yield(page()) }
}

// key names a thing that is unique within its repository.
type key struct {
	repository ledger.RepositoryName
	name       string
}

// lane is one environment and component.
type lane struct {
	environment ledger.EnvironmentName
	component   ledger.ComponentName
}

// instant is a moment in an environment, in nanoseconds.
type instant struct {
	environment ledger.EnvironmentName
	at          int64
}

// team holds what the pages of a team's site are made from: the ledger, and the
// look-ups that several pages need.
type team struct {
	framer
	clock
	in   Input
	l    *ledger.Ledger
	tell *story.Teller

	// watched are the environments whose users count: those of tier production,
	// else those of the first environment's tier.
	watched map[ledger.EnvironmentName]bool

	// front are the environments that tables show as columns, folded the others,
	// both by index.
	front, folded []int
	inFront       map[ledger.EnvironmentName]bool

	// order are the changes as lists show them, by index, and rank the place of
	// each there.
	order, rank []int

	changeAt      map[key]int // of Ledger.Changes, by id and by alias
	commitAt      map[key]int // by each of a change's commits
	changePath    []string    // by index
	versionAt     map[key]int // the first of a name
	versionPath   map[key]string
	deploymentAt  map[string]int
	lossAt        map[instant]int // the deployment that took changes away
	deployPath    []string
	flagAt        map[ledger.FlagKey]int // the first flag of a key
	flagPath      []string
	environmentAt map[ledger.EnvironmentName]string
	terms         map[string]int // by slug, name and alias
	repos         []ledger.RepositoryName
	drift         drift

	// everyRelease lists the events at which people began or ceased to see
	// something; worked out once.
	everyRelease func() []release

	held  map[lane]*ledger.LaneHold
	moved map[key][]MovedDate
	care  map[key]string // why a flag needs somebody, in a word
}

func newTeam(in Input) *team {
	l := in.Ledger
	t := &team{in: in, l: l, clock: clock{l.AsOf, in.Site.zone()}, tell: story.New(l, in.Site.zone())}
	t.framer = framer{
		shells: &sync.Map{},
		site:   in.Site, audience: "team", sections: teamSections(), feeds: in.Feeds, scoped: scopes(in.Feeds), has: in.Extras.pages(),
		stamped: t.stamp(l.AsOf), byVersion: l.ReleasesBy == ledger.ReleasesVersion,
	}
	if in.Docs.some() {
		t.sections = withDocs(t.sections)
	}
	t.watched = watched(l.Environments)
	t.front, t.folded = chooseColumns(l.Environments)
	t.inFront = map[ledger.EnvironmentName]bool{}
	for _, i := range t.front {
		t.inFront[l.Environments[i].Name] = true
	}
	t.order, t.rank = orderOf(l.Changes)
	t.indexChanges()
	t.indexOthers()
	t.terms = indexTerms(in.Terms)
	t.repos = t.repositories()
	t.drift, t.held = measureDrift(l), holdsOf(l)
	t.everyRelease = sync.OnceValue(t.findReleases)
	t.care = t.careWordsOf()
	t.moved = map[key][]MovedDate{}
	for _, m := range in.Moved {
		k := key{ledger.RepositoryName(m.Repository), m.ID}
		t.moved[k] = append(t.moved[k], m.MovedDate)
	}
	return t
}

// watched chooses the environments of which the board says who sees what.
func watched(envs []ledger.Environment) map[ledger.EnvironmentName]bool {
	out := map[ledger.EnvironmentName]bool{}
	for _, e := range envs {
		if e.Tier == ledger.TierProduction {
			out[e.Name] = true
		}
	}
	if len(out) == 0 && len(envs) > 0 {
		for _, e := range envs {
			out[e.Name] = e.Tier == envs[0].Tier
		}
	}
	return out
}

func (t *team) indexChanges() {
	t.changeAt, t.commitAt = map[key]int{}, map[key]int{}
	t.changePath = changePaths(t.l)
	for i := range t.l.Changes {
		c := &t.l.Changes[i]
		t.changeAt[key{c.Repository, string(c.ID)}] = i
		for _, h := range c.Commits {
			t.commitAt[key{c.Repository, string(h[:])}] = i
		}
		for _, h := range c.Backports {
			t.commitAt[key{c.Repository, string(h[:])}] = i
		}
	}
	for i := range t.l.Changes {
		for _, a := range t.l.Changes[i].Aliases {
			k := key{t.l.Changes[i].Repository, string(a)}
			if _, ok := t.changeAt[k]; !ok { // a change's own id wins over another's alias
				t.changeAt[k] = i
			}
		}
	}
}

func (t *team) indexOthers() {
	t.versionAt, t.versionPath = versionPaths(t.l)
	deployments := taken{}
	t.deploymentAt, t.lossAt = map[string]int{}, map[instant]int{}
	t.deployPath = make([]string, len(t.l.Deployments))
	for i, d := range t.l.Deployments {
		t.deploymentAt[d.ID] = i
		if d.FinishedAt != nil && len(d.Lost) > 0 {
			t.lossAt[instant{d.Environment, d.FinishedAt.UnixNano()}] = i
		}
		t.deployPath[i] = deployments.claim("/deployments/", d.ID)
	}
	flags := taken{}
	t.flagAt = map[ledger.FlagKey]int{}
	t.flagPath = make([]string, len(t.l.Flags))
	for i, f := range t.l.Flags {
		if _, ok := t.flagAt[f.Key]; !ok {
			t.flagAt[f.Key] = i
		}
		k, r := string(f.Key), string(f.Repository)
		t.flagPath[i] = flags.claim("/flags/", k, r+"/"+k, r+"/"+f.Source+"/"+k)
	}
	environments := taken{}
	t.environmentAt = map[ledger.EnvironmentName]string{}
	for _, e := range t.l.Environments {
		t.environmentAt[e.Name] = environments.claim("/environments/", string(e.Name))
	}
}

// changesOf finds changes by id: in the given repository first, then, for flags
// whose manifest lives elsewhere, in any. The order is that of the ledger.
func (t *team) changesOf(r ledger.RepositoryName, ids []ledger.ChangeID) []int {
	var out []int
	for _, id := range ids {
		if i, ok := t.changeAt[key{r, string(id)}]; ok {
			out = append(out, i)
			continue
		}
		for _, c := range t.repos {
			if i, ok := t.changeAt[key{c, string(id)}]; ok {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// repositories lists the repositories that changes come from, sorted by name.
func (t *team) repositories() []ledger.RepositoryName {
	var out []ledger.RepositoryName
	seen := map[ledger.RepositoryName]bool{}
	for i := range t.l.Changes {
		if r := t.l.Changes[i].Repository; !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// number writes a count with a thin space between thousands, which no reader
// takes for a decimal sign.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
