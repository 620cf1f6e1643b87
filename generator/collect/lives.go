package collect

import (
	"cmp"
	"slices"

	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// slot names a setting within a source.
type slot struct {
	key ledger.FlagKey
	env ledger.EnvironmentName
}

// life is a flag from the commit that adds it to the one that removes it. A
// rename with the same definition goes on; the key coming back later is
// another life.
type life struct {
	key     ledger.FlagKey   // as the manifest spells it now
	aliases []ledger.FlagKey // earlier spellings
	begin   int32            // place on the mainline
	end     int32            // place of the commit that removed it, or alive
	steps   []ledger.FlagStep
	meta    flagfile.Meta
	origin  ledger.Origin
	source  string // the path of its manifest
	// baseline are the variants that everybody got when the flag was born, where
	// nothing else tells which of them do not count.
	baseline []string
	edits    []edit
}

const alive = int32(-1)

// edit is a mainline commit that touched a flag's entry.
type edit struct {
	place  int32
	role   ledger.LinkRole
	origin ledger.Origin
}

// at completes the places of problems found in a file of a commit.
func at(problems []ledger.Problem, repo ledger.RepositoryName, commit ledger.Hash) []ledger.Problem {
	out := slices.Clone(problems)
	for i := range out {
		out[i].Origins = slices.Clone(out[i].Origins)
		for n := range out[i].Origins {
			out[i].Origins[n].Repository, out[i].Origins[n].Commit = repo, commit
		}
	}
	return out
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// manner is how a commit changed manifests.
type manner int

const (
	byItself   manner = iota // it touched nothing else
	withOthers               // together with other files
	unseen                   // nobody can tell what it touched
)

// step compares the settings after a mainline commit with those before it.
func (t *timeline) step(place int32, commit ledger.Hash, how manner) {
	next := map[ledger.FlagKey][]flagfile.Setting{}
	added, removed := map[ledger.FlagKey]bool{}, map[ledger.FlagKey]bool{}
	dirty := sortedKeys(t.dirty)
	clear(t.dirty)
	for _, key := range dirty {
		next[key] = t.setting(key, place)
		switch {
		case len(next[key]) > 0 && t.current[key] == nil:
			added[key] = true
		case len(next[key]) == 0 && t.current[key] != nil:
			removed[key] = true
		}
	}
	t.rename(added, removed, next)
	for _, key := range sortedKeys(removed) {
		t.bury(key, place, commit, how)
	}
	for _, key := range dirty {
		if len(next[key]) > 0 {
			t.move(key, next[key], place, commit, how)
		}
	}
}

// move adds to a flag's life what a commit did to it.
func (t *timeline) move(key ledger.FlagKey, next []flagfile.Setting, place int32, commit ledger.Hash, how manner) {
	l := t.current[key]
	if l == nil {
		l = t.begin(key, next, place, commit, how)
	}
	old := t.now[key]
	for _, s := range next {
		l.meta, l.origin, l.source = s.Meta, origin(s.Origin, commit), s.Origin.File
		if was, had := inEnvironment(old, s.Environment); had && flagfile.Same(was, s) {
			continue
		}
		l.edit(place, how, ledger.RoleMoves, origin(s.Origin, commit))
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: s.Environment, Setting: s.Setting,
			Plan: placed(s, commit), Dated: s.Dated, Origins: []ledger.Origin{origin(s.Origin, commit)}})
	}
	for _, was := range old { // the environments that it no longer names
		if _, still := inEnvironment(next, was.Environment); !still {
			l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: was.Environment, Removed: true,
				Setting: ledger.Setting{State: ledger.FlagUnknown}, Origins: gone(was, commit)})
		}
	}
	t.now[key] = next
}

// begin opens a life.
func (t *timeline) begin(key ledger.FlagKey, next []flagfile.Setting, place int32, commit ledger.Hash, how manner) *life {
	l := &life{key: key, begin: place, end: alive}
	if next[0].BaselineBy == flagfile.BaselineServedNow {
		l.baseline = next[0].Baseline
	}
	t.current[key] = l
	t.lives = append(t.lives, l)
	role := ledger.RoleMoves
	if how == withOthers && len(t.m.r.line.commits[t.m.r.line.mainline[place]].Parents) > 0 {
		role = ledger.RoleBehind
	}
	l.edit(place, how, role, origin(next[0].Origin, commit))
	return l
}

// inEnvironment finds the setting of an environment in a list that is sorted by
// it.
func inEnvironment(list []flagfile.Setting, env ledger.EnvironmentName) (flagfile.Setting, bool) {
	n, there := slices.BinarySearchFunc(list, env, func(s flagfile.Setting, e ledger.EnvironmentName) int { return cmp.Compare(s.Environment, e) })
	if !there {
		return flagfile.Setting{}, false
	}
	return list[n], true
}

func origin(o ledger.Origin, commit ledger.Hash) ledger.Origin {
	o.Commit = commit
	return o
}

// gone is the place of an entry that a commit removed: a file, and no line of it.
func gone(s flagfile.Setting, commit ledger.Hash) []ledger.Origin {
	return []ledger.Origin{{Repository: s.Origin.Repository, Commit: commit, File: s.Origin.File}}
}

// edit notes a commit once; adding the entry outweighs changing it.
func (l *life) edit(place int32, how manner, role ledger.LinkRole, o ledger.Origin) {
	if n := len(l.edits); how == unseen || n > 0 && l.edits[n-1].place == place {
		return
	}
	l.edits = append(l.edits, edit{place, role, o})
}

// bury ends a life.
func (t *timeline) bury(key ledger.FlagKey, place int32, commit ledger.Hash, how manner) {
	l := t.current[key]
	l.end = place
	for _, was := range t.now[key] {
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: was.Environment, Removed: true,
			Setting: was.Setting, Origins: gone(was, commit)})
	}
	l.edit(place, how, ledger.RoleRemoves, gone(t.now[key][0], commit)[0])
	delete(t.current, key)
	delete(t.now, key)
}

// settingAt gives what a life's flag is set to in an environment at a place of
// the mainline; ok is false where the manifest does not name it there.
func (l *life) settingAt(env ledger.EnvironmentName, place int32, placeOf func(ledger.Hash) int32) (s ledger.FlagStep, ok bool) {
	for _, step := range l.steps {
		if step.Environment == env && placeOf(step.Commit) <= place {
			s, ok = step, !step.Removed
		}
	}
	return s, ok
}
