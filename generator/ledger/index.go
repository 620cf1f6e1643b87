package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// Index answers by name what a [Ledger] holds in lists. Its answers point into
// the ledger, in the ledger's order; a look-up that finds nothing gives nil. It
// is read only once made, so that many goroutines may share it, and it must be
// made again when the ledger's lists change.
type Index struct {
	ledger       *Ledger
	changes      map[changeKey]int // by id and by alias
	commits      []commitOf        // sorted by commit, then change, then copies last
	aliases      []aliasOf         // sorted by alias, then change
	pullRequests map[int][]int
	versions     map[VersionName][]int
	flags        map[FlagKey]int
	deployments  map[string]int
}

type changeKey struct {
	repository RepositoryName
	id         ChangeID
}

// commitOf ties a commit to a change, by index.
type commitOf struct {
	commit Hash
	change int
	copied bool // a backport, and not the change's own
}

type aliasOf struct {
	alias  ChangeID
	change int
}

// NewIndex makes the index of a ledger, in time and space proportional to it.
func NewIndex(l *Ledger) *Index {
	x := &Index{
		ledger:       l,
		changes:      make(map[changeKey]int, len(l.Changes)),
		pullRequests: map[int][]int{},
		versions:     make(map[VersionName][]int, len(l.Versions)),
		flags:        make(map[FlagKey]int, len(l.Flags)),
		deployments:  make(map[string]int, len(l.Deployments)),
	}
	for i := range l.Changes {
		x.addChange(i)
	}
	slices.SortFunc(x.commits, func(a, b commitOf) int {
		return cmp.Or(CompareHashes(a.commit, b.commit), cmp.Compare(a.change, b.change), compareBools(a.copied, b.copied))
	})
	slices.SortFunc(x.aliases, func(a, b aliasOf) int {
		return cmp.Or(cmp.Compare(a.alias, b.alias), cmp.Compare(a.change, b.change))
	})
	for i, v := range l.Versions {
		x.versions[v.Name] = append(x.versions[v.Name], i)
	}
	for i, f := range l.Flags {
		x.flags[f.Key] = i
	}
	for i, d := range l.Deployments {
		x.deployments[d.ID] = i
	}
	return x
}

func (x *Index) addChange(i int) {
	c := &x.ledger.Changes[i]
	x.changes[changeKey{c.Repository, c.ID}] = i
	for _, alias := range c.Aliases {
		// An id is stronger than an alias, whichever of the two comes first.
		if _, taken := x.changes[changeKey{c.Repository, alias}]; !taken {
			x.changes[changeKey{c.Repository, alias}] = i
		}
		x.aliases = append(x.aliases, aliasOf{alias, i})
	}
	x.commits = append(x.commits, commitOf{c.Commit, i, false})
	for _, h := range c.Commits {
		if h != c.Commit {
			x.commits = append(x.commits, commitOf{h, i, false})
		}
	}
	for _, h := range c.Backports {
		x.commits = append(x.commits, commitOf{h, i, true})
	}
	if c.PullRequest != 0 {
		x.pullRequests[c.PullRequest] = append(x.pullRequests[c.PullRequest], i)
	}
}

// Change finds a change by its id, or by an alias that it had before its branch
// was merged.
func (x *Index) Change(repository RepositoryName, id ChangeID) *Change {
	i, ok := x.changes[changeKey{repository, id}]
	if !ok {
		return nil
	}
	return &x.ledger.Changes[i]
}

// ChangesOfCommit finds the changes that a commit belongs to: those that brought
// it in, or, when there are none, those that it is a backport of. There is more
// than one when repositories share history.
func (x *Index) ChangesOfCommit(commit Hash) []*Change {
	var own, copied []int
	from, _ := slices.BinarySearchFunc(x.commits, commit, func(e commitOf, h Hash) int { return CompareHashes(e.commit, h) })
	for _, e := range x.commits[from:] {
		if e.commit != commit {
			break
		}
		if e.copied {
			copied = append(copied, e.change)
		} else {
			own = append(own, e.change)
		}
	}
	if len(own) > 0 {
		return x.changesAt(own)
	}
	return x.changesAt(copied)
}

// ChangesOfPullRequest finds the changes of a pull or merge request, over all
// repositories.
func (x *Index) ChangesOfPullRequest(number int) []*Change {
	return x.changesAt(slices.Clone(x.pullRequests[number]))
}

// ChangesByPrefix finds the changes of which an id, an alias, or a commit
// (backports too) begins with the given hex digits, of either case. Fewer than
// four digits find nothing, as in git.
func (x *Index) ChangesByPrefix(prefix string) []*Change {
	prefix = strings.ToLower(prefix)
	if len(prefix) < 4 || strings.Trim(prefix, "0123456789abcdef") != "" || len(prefix) > 2*len(Hash{}) {
		return nil
	}
	var found []int
	// The least commit with this prefix is the prefix followed by zeros.
	least, err := ParseHash(prefix + strings.Repeat("0", 2*len(Hash{})-len(prefix)))
	if err != nil {
		return nil
	}
	from, _ := slices.BinarySearchFunc(x.commits, least, func(e commitOf, h Hash) int { return CompareHashes(e.commit, h) })
	for _, e := range x.commits[from:] {
		if !strings.HasPrefix(e.commit.String(), prefix) {
			break
		}
		found = append(found, e.change)
	}
	from, _ = slices.BinarySearchFunc(x.aliases, ChangeID(prefix), func(e aliasOf, id ChangeID) int { return cmp.Compare(e.alias, id) })
	for _, e := range x.aliases[from:] {
		if !strings.HasPrefix(string(e.alias), prefix) {
			break
		}
		found = append(found, e.change)
	}
	return x.changesAt(found)
}

// changesAt gives the changes at some indexes, each once, in the ledger's order.
// It sorts the indexes in place.
func (x *Index) changesAt(indexes []int) []*Change {
	slices.Sort(indexes)
	var out []*Change
	for _, i := range slices.Compact(indexes) {
		out = append(out, &x.ledger.Changes[i])
	}
	return out
}

// Versions finds the versions of a name: one for each repository and component
// that has it.
func (x *Index) Versions(name VersionName) []*Version {
	var out []*Version
	for _, i := range x.versions[name] {
		out = append(out, &x.ledger.Versions[i])
	}
	return out
}

// Flag finds a flag by its key. A second life has a key of its own, "key#2".
func (x *Index) Flag(key FlagKey) *Flag {
	i, ok := x.flags[key]
	if !ok {
		return nil
	}
	return &x.ledger.Flags[i]
}

// Deployment finds a deployment by its id.
func (x *Index) Deployment(id string) *Deployment {
	i, ok := x.deployments[id]
	if !ok {
		return nil
	}
	return &x.ledger.Deployments[i]
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
