package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// timeline follows the settings of one source along the mainline. From commit to
// commit it looks at those flags only that a file changed.
type timeline struct {
	m       *manifests
	files   map[string]*manifestFile
	holders map[ledger.FlagKey][]*manifestFile    // of a flag, in the order of layers
	now     map[ledger.FlagKey][]flagfile.Setting // by environment
	dirty   map[ledger.FlagKey]bool               // may have changed since the last step
	paths   map[string]bool                       // of all files that ever were manifests
	blobs   map[string][]placedBlob               // of each path, along the mainline
	current map[ledger.FlagKey]*life
	lives   []*life
	branch  string          // along which it goes; "" is the mainline
	told    map[string]told // by path
	home    *reading        // of its repository: that of m, or the one that a branch is of
	forks   []fork          // by deployed revision, in the order of the records

	versions  []placedVersion         // of the product, for formats that hold a timeline by versions
	versioned map[ledger.FlagKey]bool // flags of such formats
}

// manifestFile is what the last good version of a file says.
type manifestFile struct {
	path, env string
	layer     int
	blob      history.Hash // zero where nothing, or nobody knows what, stands
	flags     map[ledger.FlagKey][]flagfile.Setting
	stuck     []ledger.FlagKey // whose entry in blob cannot be read: they are as they were, sorted
	missing   bool             // its newest version cannot be read
	touched   int32            // the place on the mainline of its newest version
	whole     *manifest        // all of blob, when it is at hand
}

// placedBlob is the version of a file from a place of the mainline on.
type placedBlob struct {
	place int32
	blob  history.Hash
}

func newTimeline(m *manifests) *timeline {
	return &timeline{m: m, files: map[string]*manifestFile{}, holders: map[ledger.FlagKey][]*manifestFile{},
		now: map[ledger.FlagKey][]flagfile.Setting{}, dirty: map[ledger.FlagKey]bool{}, paths: map[string]bool{},
		blobs: map[string][]placedBlob{}, current: map[ledger.FlagKey]*life{}, versioned: map[ledger.FlagKey]bool{}, told: map[string]told{}}
}

// exact reports whether flags are those of blob, or of no file at all.
func (f *manifestFile) exact() bool { return !f.blob.IsZero() || len(f.flags) == 0 && !f.missing }

// keysWith lists the flags of the file and of a list, sorted.
func (f *manifestFile) keysWith(settings []flagfile.Setting) []ledger.FlagKey {
	keys := make([]ledger.FlagKey, 0, len(f.flags))
	for key := range f.flags {
		keys = append(keys, key)
	}
	for _, s := range settings {
		keys = append(keys, s.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// walk goes along the mainline, oldest first.
func (t *timeline) walk(ctx context.Context) error {
	r := t.m.r
	for n, i := range r.line.mainline {
		place := int32(n)
		commit := ledger.Hash(r.line.commits[i].Hash)
		if r.unreadAt(i) {
			if err := t.takeStock(ctx, place, commit); err != nil {
				return err
			}
			continue
		}
		touched, others := false, byItself
		entered := t.entersVersion(place)
		for _, c := range r.changes[i] {
			env, ok := t.m.wants(c.Path)
			switch {
			case ok && c.New.IsZero():
				touched = t.remove(c.Path, place) || touched
			case ok && t.take(c.Path, c.New, env, place):
				touched = true
			case !t.paths[c.Path]:
				others = withOthers
			}
		}
		switch {
		case touched:
			t.step(place, commit, others)
		case entered:
			t.step(place, commit, unseen)
		}
	}
	t.settle()
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
		there[f.Path] = t.take(f.Path, f.Blob, env, place) || t.files[f.Path] != nil
	}
	for _, p := range sortedKeys(t.files) {
		if !there[p] {
			t.remove(p, place)
		}
	}
	t.step(place, commit, unseen)
	return ctx.Err()
}

func (t *timeline) remove(path string, place int32) bool {
	f := t.files[path]
	if t.paths[path] {
		t.blobs[path] = append(t.blobs[path], placedBlob{place: place})
	}
	if f == nil {
		return false
	}
	for key := range f.flags {
		t.dirty[key] = true
		t.release(key, f)
	}
	delete(t.files, path)
	return true
}

// take reads a version of a file, and reports whether the settings may be others
// now. One that does not parse leaves them as they were; one that is missing
// makes them unknown.
func (t *timeline) take(path string, blob history.Hash, env string, place int32) bool {
	f := t.files[path]
	if f == nil {
		f = &manifestFile{path: path, env: env, layer: t.m.places[path].layer, flags: map[ledger.FlagKey][]flagfile.Setting{}}
	}
	d := t.m.compare(f, blob)
	if d.Format == "" && !d.missing {
		return false
	}
	t.paths[path] = true
	t.blobs[path] = append(t.blobs[path], placedBlob{place, blob})
	commit := ledger.Hash(t.m.r.line.commits[t.m.r.line.mainline[place]].Hash)
	t.tell(path, d.Problems, commit)
	switch {
	case d.Broken:
		return false
	case d.missing && t.files[path] == nil:
		return false
	case d.missing:
		t.forget(f)
		f.touched = place
	default:
		t.files[path] = f
		t.apply(f, d)
		f.blob, f.missing, f.whole, f.stuck, f.touched = blob, false, d.whole, d.Stuck, place
	}
	return true
}

// maxTold bounds the problems of old versions of one file.
const maxTold = 20

// tell reports what is wrong in a version of a file: of that commit, for good.
// What is beyond the bound is counted.
func (t *timeline) tell(path string, problems []ledger.Problem, commit ledger.Hash) {
	for _, p := range at(problems, t.m.r.in.Name, commit) {
		told := t.told[path]
		if told.count++; told.count <= maxTold {
			t.m.r.problem(p)
		} else {
			told.last = p
		}
		t.told[path] = told
	}
}

// told are the problems of the old versions of a file.
type told struct {
	count int
	last  ledger.Problem
}

// apply makes a file say what its new version does.
func (t *timeline) apply(f *manifestFile, d *difference) {
	for _, key := range d.Gone {
		delete(f.flags, key)
		t.dirty[key] = true
		t.release(key, f)
	}
	for from := 0; from < len(d.Changed); {
		key := d.Changed[from].Key
		is := ofFlag(d.Changed[from:], key)
		from += len(is)
		if f.flags[key] == nil {
			t.hold(key, f)
		}
		f.flags[key] = is
		t.dirty[key] = true
	}
}

// forget makes unknown what a file says.
func (t *timeline) forget(f *manifestFile) {
	for key, list := range f.flags {
		list = slices.Clone(list)
		for i := range list {
			list[i].Setting, list[i].Plan = ledger.Setting{State: ledger.FlagUnknown}, nil
		}
		f.flags[key] = list
		t.dirty[key] = true
	}
	f.blob, f.whole, f.stuck, f.missing = history.Hash{}, nil, nil, true
}

// hold and release note which files say something of a flag. The order is that
// of the globs of the source, then of the paths: the last counts.
func (t *timeline) hold(key ledger.FlagKey, f *manifestFile) {
	n, _ := slices.BinarySearchFunc(t.holders[key], f, func(a, b *manifestFile) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.path, b.path))
	})
	t.holders[key] = slices.Insert(t.holders[key], n, f)
}

func (t *timeline) release(key ledger.FlagKey, f *manifestFile) {
	t.holders[key] = slices.DeleteFunc(t.holders[key], func(h *manifestFile) bool { return h == f })
	if len(t.holders[key]) == 0 {
		delete(t.holders, key)
	}
}

// setting joins what the files say of a flag now, by environment. Of two that
// speak of one environment the later layer lies over the other.
func (t *timeline) setting(key ledger.FlagKey, place int32) []flagfile.Setting {
	var out []flagfile.Setting
	for _, f := range t.holders[key] {
		for _, s := range t.dated(t.sinceBirth(f, f.flags[key]), place) {
			if below, there := flagfile.Under(out, s); there {
				s = flagfile.Over(below, s)
			}
			n, there := slices.BinarySearchFunc(out, s.Environment, func(have flagfile.Setting, env ledger.EnvironmentName) int {
				return cmp.Compare(have.Environment, env)
			})
			if there {
				out[n] = s
			} else {
				out = slices.Insert(out, n, s)
			}
		}
	}
	return out
}

// sinceBirth reads a flag again whose variants tell nothing, and of which
// another variant than at its birth is served to everybody now: a release.
func (t *timeline) sinceBirth(f *manifestFile, list []flagfile.Setting) []flagfile.Setting {
	if len(list) == 0 || list[0].BaselineBy != flagfile.BaselineServedNow {
		return list
	}
	l := t.current[list[0].Key]
	if l == nil || len(l.baseline) == 0 || slices.Equal(l.baseline, list[0].Baseline) {
		return list
	}
	if again := t.m.rebased(f, list[0].Key, l.baseline); len(again) > 0 {
		return again
	}
	return list
}

// settle notes where the flags that are still there stand in the newest files,
// and what is wrong with those.
func (t *timeline) settle() {
	line := t.m.r.line
	for _, p := range sortedKeys(t.told) {
		if told := t.told[p]; told.count > maxTold {
			if more := told.count - maxTold - 1; more > 0 {
				told.last.Message += fmt.Sprintf("; %d more problems of earlier versions of this file are not listed", more)
			}
			t.m.r.problem(told.last)
		}
	}
	whole := map[string]*manifest{}
	for _, p := range sortedKeys(t.files) {
		f := t.files[p]
		if f.missing {
			continue
		}
		if f.whole == nil {
			f.whole = t.m.whole(f.path, f.env, f.blob)
		} else {
			t.m.keepWhole(f.path, f.env, f.blob, f.whole)
		}
		if f.whole == nil || f.whole.missing {
			continue
		}
		whole[p] = f.whole
		commit := ledger.Hash(line.commits[line.mainline[f.touched]].Hash)
		t.m.r.problem(at(f.whole.Problems, t.m.r.in.Name, commit)...)
	}
	for _, key := range sortedKeys(t.current) {
		l := t.current[key]
		f := t.files[l.source]
		if f == nil || whole[l.source] == nil {
			continue
		}
		for _, s := range ofFlag(whole[l.source].Settings, key) {
			l.origin = origin(s.Origin, ledger.Hash(line.commits[line.mainline[f.touched]].Hash))
		}
	}
}
