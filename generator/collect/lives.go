package collect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

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
	current map[ledger.FlagKey]*life
	lives   []*life
}

func newTimeline(m *manifests) *timeline {
	return &timeline{m: m, now: map[slot]flagfile.Setting{}, files: map[string]*manifest{}, current: map[ledger.FlagKey]*life{}}
}

// walk goes along the mainline, oldest first.
func (t *timeline) walk() {
	standing := map[string][]ledger.Problem{} // per path: those of its newest version
	for place, i := range t.m.r.line.mainline {
		touched, others := false, false
		commit := ledger.Hash(t.m.r.line.commits[i].Hash)
		for _, c := range t.m.r.changes[i] {
			env, ok := t.m.wants(c.Path)
			if !ok {
				others = true
				continue
			}
			if c.New.IsZero() {
				if t.files[c.Path] != nil {
					touched = true
					delete(t.files, c.Path)
				}
				delete(standing, c.Path)
				continue
			}
			read := t.m.read(c.Path, c.New, env)
			if read == nil {
				others = true
				continue
			}
			standing[c.Path] = at(read.problems, t.m.r.in.Name, commit)
			if read.broken {
				t.m.r.problem(standing[c.Path]...)
				delete(standing, c.Path)
				continue
			}
			t.files[c.Path], touched = read, true
		}
		if touched {
			t.step(int32(place), commit, others)
		}
	}
	for _, p := range sortedKeys(standing) {
		t.m.r.problem(standing[p]...)
	}
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

// step compares the settings after a mainline commit with those before it.
func (t *timeline) step(place int32, commit ledger.Hash, others bool) {
	next := t.settings()
	added, removed := t.births(next)
	t.rename(added, removed, next)
	for _, key := range sortedKeys(removed) {
		t.bury(key, place, commit)
	}
	for _, s := range sortedSlots(next) {
		setting := next[s]
		l := t.current[s.key]
		if l == nil {
			l = &life{key: s.key, begin: place, end: alive, source: setting.Origin.File}
			t.current[s.key] = l
			t.lives = append(t.lives, l)
			role := ledger.RoleMoves
			if others && len(t.m.r.line.commits[t.m.r.line.mainline[place]].Parents) > 0 {
				role = ledger.RoleBehind
			}
			l.edit(place, role, origin(setting.Origin, commit))
		}
		old, had := t.now[s]
		l.meta, l.origin = setting.Meta, origin(setting.Origin, commit)
		if had && flagfile.Same(old, setting) {
			continue
		}
		l.edit(place, ledger.RoleMoves, origin(setting.Origin, commit))
		l.steps = append(l.steps, ledger.FlagStep{Commit: commit, Environment: s.env, Setting: setting.Setting,
			Plan: setting.Plan, Origins: []ledger.Origin{origin(setting.Origin, commit)}})
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
func (l *life) edit(place int32, role ledger.LinkRole, o ledger.Origin) {
	if n := len(l.edits); n > 0 && l.edits[n-1].place == place {
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
			out[slot{s.Key, s.Environment}] = s
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

// rename lets a life go on under a new key, when a key of the same definition
// and a similar name came in the same commit. The definition alone proves
// little: most flags are simply off when they are born.
func (t *timeline) rename(added, removed map[ledger.FlagKey]bool, next map[slot]flagfile.Setting) {
	for _, old := range sortedKeys(removed) {
		best, score := ledger.FlagKey(""), 0.5
		for _, key := range sortedKeys(added) {
			if s := similarity(string(old), string(key)); s > score && t.sameDefinition(old, key, next) {
				best, score = key, s
			}
		}
		if best == "" {
			continue
		}
		l := t.current[old]
		l.aliases, l.key = append(l.aliases, old), best
		delete(t.current, old)
		t.current[best] = l
		for s, setting := range t.now {
			if s.key == old {
				delete(t.now, s)
				setting.Key = best
				t.now[slot{best, s.env}] = setting
			}
		}
		delete(removed, old)
		delete(added, best)
	}
}

func (t *timeline) sameDefinition(old, key ledger.FlagKey, next map[slot]flagfile.Setting) bool {
	n := 0
	for s, was := range t.now {
		if s.key != old {
			continue
		}
		n++
		is, ok := next[slot{key, s.env}]
		if !ok || !flagfile.Same(was, is) {
			return false
		}
	}
	for s := range next {
		if s.key == key {
			n--
		}
	}
	return n == 0
}

// similarity is 1 for equal names and 0 for names without a letter in common:
// twice the longest common subsequence over the sum of the lengths, whatever
// the case.
func similarity(a, b string) float64 {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if len(a)+len(b) == 0 || len(a) > 200 || len(b) > 200 {
		return 0
	}
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}

// bury ends a life.
func (t *timeline) bury(key ledger.FlagKey, place int32, commit ledger.Hash) {
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
	l.edit(place, ledger.RoleRemoves, origin(l.origin, commit))
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
