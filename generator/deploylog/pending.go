package deploylog

import (
	"cmp"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"slices"

	"daylight/generator/ledger"
)

// Pending is a ref into a repository that is not read here. Its record has
// Revision in place of the commit until [Follow] is asked, where that repository
// is known.
type Pending struct {
	// Revision stands for the commit. It follows from the repository and the refs.
	Revision   ledger.Hash           `json:"revision"`
	Repository ledger.RepositoryName `json:"repository"`
	Refs       []string              `json:"refs"` // what the ref may mean: the first that is found counts
	Kind       PendingKind           `json:"kind"`
	Ref        string                `json:"ref,omitzero"` // as the record has it, for the message
	Origin     ledger.Origin         `json:"origin"`
	// Source and Component are what values of a desired state are counted by when
	// they lead nowhere.
	Source    string               `json:"source,omitzero"`
	Component ledger.ComponentName `json:"component,omitzero"`
}

// PendingKind says who named the ref, and so what is told when it leads nowhere.
type PendingKind string

// The kinds of pending refs.
const (
	PendingRecord  PendingKind = "record"  // of a record; a second ref is its version
	PendingRelease PendingKind = "release" // of a declared release
	PendingValue   PendingKind = "value"   // of a desired state
)

// defers notes a ref into a repository that is not read here, and gives what
// stands for its commit. A full id needs nobody to follow it.
func (in Input) defers(p Pending) (Resolution, bool) {
	if in.Elsewhere == nil || in.Defer == nil || !in.Elsewhere(p.Repository) || len(p.Refs) == 0 {
		return Resolution{}, false
	}
	if h, err := ledger.ParseHash(p.Refs[0]); err == nil {
		return Resolution{Resolved, h}, true
	}
	sum := sha1.New()
	for _, part := range append([]string{"pending", string(p.Repository)}, p.Refs...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		sum.Write(size[:])
		sum.Write([]byte(part))
	}
	copy(p.Revision[:], sum.Sum(nil))
	in.Defer(p)
	return Resolution{Resolved, p.Revision}, true
}

// Follow follows pending refs. It gives the commit for each Revision, the zero
// Hash where there is none, and what would have been told had the repositories
// been read together.
func Follow(pending []Pending, in func(ledger.RepositoryName) func(ref string) Resolution) (map[ledger.Hash]ledger.Hash, []ledger.Problem) {
	out := make(map[ledger.Hash]ledger.Hash, len(pending))
	lost := map[lostIn]*unresolved{}
	resolvers := map[ledger.RepositoryName]func(string) Resolution{}
	var problems []ledger.Problem
	for _, p := range pending {
		resolve, ok := resolvers[p.Repository]
		if !ok {
			resolve = in(p.Repository)
			resolvers[p.Repository] = resolve
		}
		first, found := p.follow(resolve)
		out[p.Revision] = found.Hash
		switch {
		case p.Kind != PendingValue:
			problems = append(problems, p.problems(first, found)...)
		case found.State != Resolved:
			key := lostIn{p.Source, lostKey{p.Repository, p.Component, found.State}}
			if lost[key] == nil {
				lost[key] = &unresolved{}
			}
			lost[key].add(p.Ref, p.Origin)
		}
	}
	for key, l := range lost { // sorted below
		problems = append(problems, l.problem(key.lostKey))
	}
	slices.SortFunc(problems, ledger.CompareProblems)
	return out, problems
}

// lostIn is what unresolved values of several sources are counted by.
type lostIn struct {
	source string
	lostKey
}

// follow gives what the first ref means, and what counts.
func (p Pending) follow(resolve func(string) Resolution) (first, found Resolution) {
	for n, ref := range p.Refs {
		got := resolve(ref)
		if n == 0 {
			first, found = got, got
		} else if got.State == Resolved || p.Kind == PendingValue && got.State > found.State {
			found = got
		}
		if found.State == Resolved {
			break
		}
	}
	if found.State != Resolved {
		found.Hash = ledger.Hash{}
	}
	return first, found
}

// problems is what a record or a declared release has against its ref.
func (p Pending) problems(first, found Resolution) []ledger.Problem {
	ref := ""
	if len(p.Refs) > 0 {
		ref = p.Refs[0]
	}
	tell := func(rule, hint, format string, args ...any) []ledger.Problem {
		return []ledger.Problem{{Origins: []ledger.Origin{p.Origin}, Level: ledger.LevelWarning, Rule: rule, Hint: hint, Message: fmt.Sprintf(format, args...)}}
	}
	digits, what := "write more digits of the commit, or the full name of the tag", "commit, tag or version"
	if p.Kind == PendingRelease {
		digits, what = "write more digits of the commit", "commit"
	}
	switch {
	case first.State == Resolved:
		return nil
	case found.State == Resolved:
		return tell("unresolved-revision", "the version of the record counts", "the revision %s is not in the repository; version %s is", short(ref), short(p.Refs[len(p.Refs)-1]))
	case found.State == Ambiguous:
		return tell("ambiguous-revision", digits, "%s means more than one commit", short(ref))
	}
	return tell("unresolved-revision", "fetch all branches and tags: git fetch --unshallow --tags", "%s is no %s of the repository", short(ref), what)
}

// ComparePending is the total order of pending refs: origin, repository, refs,
// kind, component.
func ComparePending(a, b Pending) int {
	return cmp.Or(ledger.CompareOrigins(a.Origin, b.Origin), cmp.Compare(a.Repository, b.Repository), slices.Compare(a.Refs, b.Refs),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Ref, b.Ref))
}
