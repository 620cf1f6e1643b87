package collect

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"daylight/generator/flagfile"
	"daylight/generator/history"
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
	edits   []edit
}

const alive = int32(-1)

// edit is a mainline commit that touched a flag's entry.
type edit struct {
	place  int32
	role   ledger.LinkRole
	origin ledger.Origin
}

// timeline follows the settings of one source along the mainline.
type timeline struct {
	m       *manifests
	now     map[slot]flagfile.Setting
	files   map[string]*manifest // path -> the last good version
	paths   map[string]bool      // of all files that ever were manifests
	current map[ledger.FlagKey]*life
	lives   []*life

	standing map[string][]ledger.Problem // per path: those of its newest version
}

func newTimeline(m *manifests) *timeline {
	return &timeline{m: m, now: map[slot]flagfile.Setting{}, files: map[string]*manifest{}, paths: map[string]bool{},
		current: map[ledger.FlagKey]*life{}, standing: map[string][]ledger.Problem{}}
}

// walk goes along the mainline, oldest first.
func (t *timeline) walk(ctx context.Context) error {
	r := t.m.r
	for place, i := range r.line.mainline {
		commit := ledger.Hash(r.line.commits[i].Hash)
		if r.unreadAt(i) {
			if err := t.takeStock(ctx, int32(place), commit); err != nil {
				return err
			}
			continue
		}
		touched, others := false, byItself
		for _, c := range r.changes[i] {
			env, ok := t.m.wants(c.Path)
			switch {
			case ok && c.New.IsZero():
				touched = t.remove(c.Path) || touched
			case ok && t.take(c.Path, c.New, env, commit):
				touched = true
			case !t.paths[c.Path]:
				others = withOthers
			}
		}
		if touched {
			t.step(int32(place), commit, others)
		}
	}
	for _, p := range sortedKeys(t.standing) {
		r.problem(t.standing[p]...)
	}
	return ctx.Err()
}

// takeStock reads the manifests of a whole tree, at a commit of which nobody can
// tell what it changed: the first one of a shallow clone, or one beside a
// missing tree. It says what is there from then on, and not who put it there.
func (t *timeline) takeStock(ctx context.Context, place int32, commit ledger.Hash) error {
	files, err := t.m.r.in.Repo.Files(ctx, history.Hash(commit), func(p string) bool { _, ok := t.m.wants(p); return ok })
	if err != nil {
		return ctx.Err() // the commit is a problem already; the next that can be read takes stock
	}
	there := map[string]bool{}
	for _, f := range files {
		env, _ := t.m.wants(f.Path)
		there[f.Path] = t.take(f.Path, f.Blob, env, commit) || t.files[f.Path] != nil
	}
	for _, p := range sortedKeys(t.files) {
		if !there[p] {
			t.remove(p)
		}
	}
	t.step(place, commit, unseen)
	return ctx.Err()
}

func (t *timeline) remove(path string) bool {
	delete(t.standing, path)
	_, was := t.files[path]
	delete(t.files, path)
	return was
}

// take reads a version of a file, and reports whether the settings may be others
// now. One that does not parse leaves them as they were; one that is missing
// makes them unknown.
func (t *timeline) take(path string, blob history.Hash, env string, commit ledger.Hash) bool {
	read := t.m.read(path, blob, env)
	if read == nil {
		return false
	}
	t.paths[path] = true
	problems := at(read.problems, t.m.r.in.Name, commit)
	delete(t.standing, path)
	if read.broken || read.missing {
		t.m.r.problem(problems...) // of this commit, for good
	} else {
		t.standing[path] = problems
	}
	switch old := t.files[path]; {
	case read.broken:
		return false
	case read.missing && old == nil:
		return false
	case read.missing:
		t.files[path] = old.unknown()
	default:
		t.files[path] = read
	}
	return true
}

// unknown is a manifest of the same flags whose states nobody knows.
func (m *manifest) unknown() *manifest {
	out := &manifest{settings: slices.Clone(m.settings), missing: true}
	for i := range out.settings {
		out.settings[i].Setting = ledger.Setting{State: ledger.FlagUnknown}
		out.settings[i].Plan = nil
	}
	return out
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
	next := t.settings()
	added, removed := t.births(next)
	t.rename(added, removed, next)
	for _, key := range sortedKeys(removed) {
		t.bury(key, place, commit, how)
	}
	for _, s := range sortedSlots(next) {
		setting := next[s]
		l := t.current[s.key]
		if l == nil {
			l = &life{key: s.key, begin: place, end: alive}
			t.current[s.key] = l
			t.lives = append(t.lives, l)
			role := ledger.RoleMoves
			if how == withOthers && len(t.m.r.line.commits[t.m.r.line.mainline[place]].Parents) > 0 {
				role = ledger.RoleBehind
			}
			l.edit(place, how, role, origin(setting.Origin, commit))
		}
		old, had := t.now[s]
		l.meta, l.origin, l.source = setting.Meta, origin(setting.Origin, commit), setting.Origin.File
		if had && flagfile.Same(old, setting) {
			continue
		}
		l.edit(place, how, ledger.RoleMoves, origin(setting.Origin, commit))
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: s.env, Setting: setting.Setting,
			Plan: placed(setting, commit), Dated: setting.Dated, Origins: []ledger.Origin{origin(setting.Origin, commit)}})
	}
	t.leave(next, commit)
	t.now = next
}

// leave notes the environments that a flag which goes on no longer names.
func (t *timeline) leave(next map[slot]flagfile.Setting, commit ledger.Hash) {
	for _, s := range sortedSlots(t.now) {
		l := t.current[s.key]
		if _, still := next[s]; still || l == nil {
			continue
		}
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: s.env, Removed: true,
			Setting: ledger.Setting{State: ledger.FlagUnknown},
			Origins: []ledger.Origin{origin(t.now[s].Origin, commit)}})
	}
}

func origin(o ledger.Origin, commit ledger.Hash) ledger.Origin {
	o.Commit = commit
	return o
}

// edit notes a commit once; adding the entry outweighs changing it.
func (l *life) edit(place int32, how manner, role ledger.LinkRole, o ledger.Origin) {
	if n := len(l.edits); how == unseen || n > 0 && l.edits[n-1].place == place {
		return
	}
	l.edits = append(l.edits, edit{place, role, o})
}

// settings joins what the source's files say now. Of two files that say
// something of one flag in one environment, the last in order of paths counts.
func (t *timeline) settings() map[slot]flagfile.Setting {
	out := map[slot]flagfile.Setting{}
	for _, p := range sortedKeys(t.files) {
		for _, s := range t.files[p].settings {
			k := slot{s.Key, s.Environment}
			out[k] = joined(out[k], s)
		}
	}
	return out
}

func sortedSlots(m map[slot]flagfile.Setting) []slot {
	out := make([]slot, 0, len(m))
	for s := range m {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.env, b.env))
	})
	return out
}

// births gives the keys that are new, and those that are gone.
func (t *timeline) births(next map[slot]flagfile.Setting) (added, removed map[ledger.FlagKey]bool) {
	added, removed = map[ledger.FlagKey]bool{}, map[ledger.FlagKey]bool{}
	there := map[ledger.FlagKey]bool{}
	for s := range next {
		there[s.key] = true
		if t.current[s.key] == nil {
			added[s.key] = true
		}
	}
	for key := range t.current {
		if !there[key] {
			removed[key] = true
		}
	}
	return added, removed
}

// bury ends a life.
func (t *timeline) bury(key ledger.FlagKey, place int32, commit ledger.Hash, how manner) {
	l := t.current[key]
	l.end = place
	for _, s := range sortedSlots(t.now) {
		if s.key != key {
			continue
		}
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: s.env, Removed: true,
			Setting: t.now[s].Setting, Origins: []ledger.Origin{origin(t.now[s].Origin, commit)}})
		delete(t.now, s)
	}
	l.edit(place, how, ledger.RoleRemoves, origin(l.origin, commit))
	delete(t.current, key)
}

// named gives the lives their final keys: the second under one key is "key#2".
func (t *timeline) named(seen map[ledger.FlagKey]int) map[*life]ledger.FlagKey {
	out := map[*life]ledger.FlagKey{}
	for _, l := range t.lives {
		seen[l.key]++
		out[l] = l.key
		if n := seen[l.key]; n > 1 {
			out[l] = l.key + ledger.FlagKey("#"+strconv.Itoa(n))
		}
	}
	return out
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
