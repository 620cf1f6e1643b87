package audience

import (
	"cmp"
	"regexp"
	"slices"
	"sync"
	"time"

	"daylight/generator/ledger"
)

// Reduce gives what an audience may see of a ledger. The ledger is not changed.
// There is no Public that holds a whole one: who sees everything is given the
// ledger itself, and rules which say so give an empty Public.
//
// What is copied of a change that was ever shown: its title (that of its note,
// where it has one, and then the commit's own is withheld), its note's text,
// kind and file name, its type when that is a usual one, whether it breaks, the
// versions that it is in, and its exposure. A change that a flag brought but
// that is not told by itself has no text. All else needs a field of the rules.
//
// Of flags, the kind and the description of those that brought something are
// copied, or their note instead of the description; of versions those that hold a change that is shown.
func Reduce(l *ledger.Ledger, r Rules) Public {
	if !r.shows() {
		return Public{ledger: &ledger.Ledger{Schema: l.Schema, AsOf: l.AsOf}, rules: r}
	}
	red := &reduction{
		full: l, rules: r, names: r.environments(l),
		shown: map[changeKey]ledger.ChangeID{}, flags: map[ledger.FlagKey]*ledger.Flag{},
		versions: map[versionKey][]ledger.ChangeID{}, made: map[versionKey]step{},
	}
	for i := range l.Versions {
		v := &l.Versions[i]
		k := versionKey{repository: v.Repository, name: v.Name}
		if earlier(v.At, red.made[k].at) {
			red.made[k] = step{v.At, v.Basis, ledger.CauseVersion, seen{visible: true, released: true, share: ledger.Everybody()}}
		}
	}
	for i := range l.Flags {
		red.flags[l.Flags[i].Key] = &l.Flags[i]
	}
	out := &ledger.Ledger{Schema: l.Schema, AsOf: l.AsOf, ReleasesBy: l.ReleasesBy}
	out.Changes = red.changes()
	out.Versions = red.reducedVersions()
	out.Flags = red.reducedFlags(out.Changes)
	out.Environments = red.environments()
	if r.Fields.Environments {
		out.Deployments = red.deployments()
	}
	if r.Fields.Problems {
		out.Problems = slices.Clone(l.Problems)
	}
	p := Public{ledger: out, rules: r, byID: sync.OnceValue(func() map[ledger.ChangeID]int { return places(out) })}
	if r.Finder != nil {
		p.find = sync.OnceValue(func() Finder { return r.Finder(l) })
	}
	return p
}

// reduction is the state of one Reduce.
type reduction struct {
	full     *ledger.Ledger
	rules    Rules
	names    []ledger.EnvironmentName
	flags    map[ledger.FlagKey]*ledger.Flag
	shown    map[changeKey]ledger.ChangeID // public ids of what is shown
	versions map[versionKey][]ledger.ChangeID
	// made is when a version of a repository was made, the earliest where several
	// have its name.
	made map[versionKey]step
}

type changeKey struct {
	repository ledger.RepositoryName
	id         ledger.ChangeID
}

// versionKey is a version as the audience tells versions apart.
type versionKey struct {
	repository ledger.RepositoryName
	component  ledger.ComponentName
	name       ledger.VersionName
}

func (red *reduction) changes() []ledger.Change {
	var out []ledger.Change
	for i := range red.full.Changes {
		if c, ok := red.change(&red.full.Changes[i]); ok {
			out = append(out, c)
		}
	}
	// Newest first exposure first; then the order of the full ledger, in which
	// what was merged last comes first.
	slices.SortStableFunc(out, func(a, b ledger.Change) int {
		return b.Environments[0].FirstExposed.At.Compare(a.Environments[0].FirstExposed.At)
	})
	for i := range out {
		for _, v := range out[i].Versions { // those that hold only a backport of it too
			k := versionKey{out[i].Repository, v.Component, v.Name}
			if !slices.Contains(red.versions[k], out[i].ID) {
				red.versions[k] = append(red.versions[k], out[i].ID)
			}
		}
	}
	return out
}

// change reduces one change. It reports false when it must not be shown.
func (red *reduction) change(c *ledger.Change) (ledger.Change, bool) {
	kind, told := red.rules.kind(c)
	behind := red.behind(c)
	if !told || kind == "" && len(behind) == 0 {
		return ledger.Change{}, false
	}
	line, ok := red.timeline(c)
	if !ok {
		return ledger.Change{}, false
	}
	f := red.rules.Fields
	out := ledger.Change{Type: usualType(c.Type), Breaking: c.Breaking, Flags: behind}
	out.ID, out.Aliases = red.ids(c)
	if kind != "" {
		out.Title, out.Note = red.rules.headline(c), publicNote(c.Note)
		if out.Note != nil && out.Note.Title != "" {
			out.Title = out.Note.Title
		}
	}
	if f.Environments {
		out.Repository, out.Components = c.Repository, slices.Clone(c.Components)
	}
	if f.Authors {
		out.Author = c.Author
	}
	if f.Commits {
		out.Commit, out.Commits, out.Scope, out.PullRequest = c.Commit, slices.Clone(c.Commits), c.Scope, c.PullRequest
		out.Backports, out.OffMainline = slices.Clone(c.Backports), c.OffMainline
		if c.Merged != nil {
			at := *c.Merged
			out.Merged = &at
		}
	}
	out.Version, out.Versions = red.versionsOf(c)
	out.Environments = red.states(c, line)
	red.shown[changeKey{c.Repository, c.ID}] = out.ID
	return out, true
}

// timeline is the exposure of a change to the audience.
func (red *reduction) timeline(c *ledger.Change) (timeline, bool) {
	if red.rules.Sees != SeesVersion {
		return red.rules.exposure(red.full, c, red.names)
	}
	made, ok := red.made[versionKey{repository: c.Repository, name: c.Version}]
	if !ok || made.at.After(red.full.AsOf) {
		return timeline{}, false
	}
	return timeline{steps: []step{made}}, true
}

// states puts the audience's exposure first. Where environments may be seen,
// the audience's own follow, as far as they are visible.
func (red *reduction) states(c *ledger.Change, line timeline) ledger.InEnvironments {
	r := red.rules
	own := ledger.EnvironmentName(r.Name)
	out := ledger.InEnvironments{{Environment: own, State: line.state(r.Sees.Group())}}
	if !r.Fields.Environments {
		return out
	}
	for i := range c.Environments {
		in := &c.Environments[i]
		if in.Environment == own || !slices.Contains(red.names, in.Environment) || !runs(in) {
			continue
		}
		if one, ok := r.inOne(red.full.AsOf, &in.State); ok && len(one.steps) > 0 {
			s := one.state(r.Sees.Group())
			s.Deployed = ledger.Date{When: in.Deployed.When}
			out = append(out, ledger.InEnvironment{Environment: in.Environment, State: s})
		}
	}
	return out
}

// ids gives the public id of a change and its public aliases, sorted. A change
// that had other ids before its branch was merged keeps the one of the least of
// those, since that may have been published.
func (red *reduction) ids(c *ledger.Change) (ledger.ChangeID, []ledger.ChangeID) {
	id := ChangeID(red.rules.Salt, c)
	if len(c.Aliases) == 0 {
		return id, nil
	}
	least := slices.Min(c.Aliases)
	public := func(id ledger.ChangeID) ledger.ChangeID {
		return ChangeID(red.rules.Salt, &ledger.Change{Repository: c.Repository, ID: id})
	}
	out := []ledger.ChangeID{public(c.ID)}
	for _, alias := range c.Aliases {
		if alias != least {
			out = append(out, public(alias))
		}
	}
	slices.Sort(out)
	return id, slices.Compact(out)
}

// behind lists the flags in front of a change, without evidence. Their keys are
// ids, unless flags may be seen.
func (red *reduction) behind(c *ledger.Change) []ledger.ChangeFlag {
	var out []ledger.ChangeFlag
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind && !f.Negated {
			out = append(out, ledger.ChangeFlag{Key: red.flagKey(f.Key), Role: f.Role, Known: f.Known})
		}
	}
	slices.SortFunc(out, func(a, b ledger.ChangeFlag) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(out, func(a, b ledger.ChangeFlag) bool { return a.Key == b.Key })
}

func (red *reduction) flagKey(key ledger.FlagKey) ledger.FlagKey {
	var repository ledger.RepositoryName
	if f := red.flags[key]; f != nil {
		repository = f.Repository
	}
	return red.rules.flagKey(repository, key)
}

// publicNote is a note without its places.
func publicNote(n *ledger.NoteText) *ledger.NoteText {
	if n == nil {
		return nil
	}
	return &ledger.NoteText{Title: n.Title, Text: n.Text, Kind: usualKind(n.Kind), Name: usualName(n.Name)}
}

var nameOfNote = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// usualName lets through the names of note files that are fit for an address.
func usualName(name string) string {
	if nameOfNote.MatchString(name) {
		return name
	}
	return ""
}

// usualKind lets through the kinds of Keep a Changelog.
func usualKind(kind string) string {
	switch kind {
	case "added", "changed", "deprecated", "removed", "fixed", "security":
		return kind
	}
	return ""
}

// usualType lets through the types that say what a change is for users. A type
// is any word before a colon, and may be the code name of a part.
func usualType(t string) string {
	switch t {
	case "feat", "feature", "add", "fix", "bugfix", "hotfix", "perf", "security", "sec", "deprecate", "remove", "change", "improve":
		return t
	}
	return ""
}

// earlier is the earlier of two instants, of which the zero one is unknown.
func earlier(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }
