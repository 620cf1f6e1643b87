package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// flagBook is all that the sources say of flags, before changes are linked.
type flagBook struct {
	timelines []*timeline // one for each source
	lives     []namedLife
	byKey     map[ledger.FlagKey][]int // base key or alias -> lives, oldest first
	notes     map[ledger.FlagKey]*ledger.NoteText
	kept      map[*reading]*kept
	known     []KnownFlag // of repositories that are not read
	part      bool        // others join what is read here
}

// close keeps for the next build what was learned.
func (b *flagBook) close() {
	for _, k := range b.kept {
		k.close() // each is a file of its own: the order does not matter
	}
}

// namedLife is a life with its final key and the source that it comes from.
type namedLife struct {
	*life
	final    ledger.FlagKey
	from     FlagSource
	r        *reading
	timeline *timeline
	place    int // of from in the configuration
}

// readFlags follows every source along its line: the mainline of its repository,
// or the branches that it names. Flags of a part keep a key for each life: whoever
// joins the parts numbers them.
func readFlags(ctx context.Context, opt Options, names environments, deployed map[ledger.RepositoryName][]history.Hash, by func(ledger.RepositoryName) *reading) (*flagBook, error) {
	b := &flagBook{byKey: map[ledger.FlagKey][]int{}, kept: map[*reading]*kept{}, part: opt.Part}
	// Notes come last: they may add to a flag that a file lists.
	sources := slices.Clone(opt.Flags)
	slices.SortStableFunc(sources, func(x, y FlagSource) int { return cmp.Compare(min(len(x.Ref), 1), min(len(y.Ref), 1)) })
	for place, s := range sources {
		r := by(s.Repository)
		if r == nil || r.in.Elsewhere || r.tip.IsZero() {
			continue
		}
		if b.kept[r] == nil {
			b.kept[r] = openKept(opt.Cache, string(r.in.Name))
		}
		lines, err := r.flagLines(ctx, s)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			t := newTimeline(newManifests(line.r, line.source, names, b.kept[r]))
			t.branch, t.home = line.branch, r
			if err := t.read(ctx, b); err != nil {
				return nil, err
			}
			if t.branch == "" && s.Ref == "" {
				t.fromForks(ctx, deployed[r.in.Name])
			}
			b.take(t, line.source, r, place)
		}
	}
	b.number()
	return b, nil
}

// take adds the lives that a timeline found.
func (b *flagBook) take(t *timeline, s FlagSource, r *reading, place int) {
	b.timelines = append(b.timelines, t)
	for _, l := range t.lives {
		for _, key := range append([]ledger.FlagKey{l.key}, l.aliases...) {
			b.byKey[key] = append(b.byKey[key], len(b.lives))
		}
		// Until they are numbered, each has a name of its own.
		b.lives = append(b.lives, namedLife{l, "", s, r, t, place})
	}
}

// read finds the flags of the source, in files or in notes.
func (t *timeline) read(ctx context.Context, b *flagBook) error {
	if t.m.source.Ref != "" {
		return t.readNotes(ctx, b)
	}
	t.placeVersions()
	return t.walk(ctx)
}

// knows reports whether some manifest ever had a flag.
func (b *flagBook) knows(key ledger.FlagKey) bool {
	return len(b.byKey[key]) > 0 || slices.ContainsFunc(b.known, func(k KnownFlag) bool { return k.Key == key })
}

// at finds the life that a commit which names a key means: the one that is
// under way at that place of the mainline, else the next to begin, else the
// last. A commit of another repository means the newest.
func (b *flagBook) at(key ledger.FlagKey, r *reading, place int32) ledger.FlagKey {
	list := b.byKey[key]
	if len(list) == 0 {
		return key
	}
	for _, n := range list {
		l := b.lives[n]
		if l.r == r && l.timeline.branch == "" && (l.end == alive || place <= l.end) {
			return l.final
		}
	}
	return b.lives[list[len(list)-1]].final
}

// histories turns the lives into facts.
func (b *flagBook) histories() []ledger.FlagHistory {
	var out []ledger.FlagHistory
	for n := range b.lives {
		l := &b.lives[n]
		h := ledger.FlagHistory{
			Key: l.final, Repository: l.r.in.Name, Branch: l.timeline.branch, Source: l.source,
			Effect: l.effect(), Delay: l.from.Delay, DeployedWith: l.deployedWith(),
			Description: l.meta.Description, Owner: l.meta.Owner, Kind: l.meta.Kind, Expires: l.meta.Expires, Permanent: l.meta.Permanent,
			Variants: l.from.Treatment, Steps: l.datedSteps(), Origins: []ledger.Origin{l.origin}, Note: b.notes[l.key],
		}
		if l.end != alive {
			h.RetiredBy, h.RetiredAs = l.timeline.m.r.retired(l.life)
		}
		if l.effect() == ledger.EffectDeployment {
			h.At = l.inForks(b)
		}
		out = append(out, h)
	}
	for _, t := range b.timelines {
		if t.branch != "" {
			t.home.problem(t.m.r.problems...)
		}
	}
	slices.SortStableFunc(out, ledger.CompareHistories)
	return out
}

// deployedWith names the component whose build carries the manifest: the
// configured one, else the only one whose paths hold it.
func (l *namedLife) deployedWith() ledger.ComponentName {
	if l.from.DeployedWith != "" {
		return l.from.DeployedWith
	}
	var found []ledger.ComponentName
	for _, k := range l.r.in.Components {
		if matchAny(k.Paths, l.source) {
			found = append(found, k.Name)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// retired reads what the commit that removed a flag says of its end, or one of
// those that it brought in.
func (r *reading) retired(l *life) (by ledger.Hash, as string) {
	own := r.line.mainline[l.end]
	by = ledger.Hash(r.line.commits[own].Hash)
	for _, i := range append([]int32{own}, r.landed(l.end)...) {
		for _, t := range r.messages[i].Trailer("Flag-Retired") {
			k, v, _ := strings.Cut(t.Value, "=")
			v = strings.ToLower(strings.TrimSpace(v))
			key := ledger.FlagKey(strings.TrimSpace(k))
			if key != l.key && !slices.Contains(l.aliases, key) {
				continue
			}
			if v == "released" || v == "dropped" {
				return by, v
			}
			r.problem(ledger.Problem{
				Origins: []ledger.Origin{{Repository: r.in.Name, Commit: ledger.Hash(r.line.commits[i].Hash), Line: t.Line}},
				Rule:    "unknown-retirement", Level: ledger.LevelWarning,
				Message: fmt.Sprintf("trailer Flag-Retired: %s says neither released nor dropped", t.Value),
				Hint:    "write Flag-Retired: " + string(key) + "=released, or =dropped",
			})
		}
	}
	return by, as
}

// meantAt reports whether a revision that forked from a place means this life by
// its key, and not an earlier or a later one.
func (l *namedLife) meantAt(fork int32, b *flagBook) bool { return b.at(l.key, l.r, fork) == l.final }

// environments lists those that the flag's steps name, sorted.
func (l *life) environments() []ledger.EnvironmentName {
	seen := map[ledger.EnvironmentName]bool{}
	for _, s := range l.steps {
		seen[s.Environment] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// settingsAt reads the source's manifests in the tree of one commit, which forked
// from a place of the mainline. A manifest there that cannot be understood says
// nothing, which is a problem; ok is false when not even their names can be read,
// and when all of them are as they were at the fork.
func (t *timeline) settingsAt(ctx context.Context, commit history.Hash, fork int32) (out map[slot]flagfile.Setting, ok bool) {
	out = map[slot]flagfile.Setting{}
	r := t.m.r
	files, err := r.in.Repo.Files(ctx, commit, func(p string) bool { _, ok := t.m.wants(p); return ok })
	if err != nil {
		r.problem(ledger.Problem{
			Origins: []ledger.Origin{{Repository: r.in.Name, Commit: ledger.Hash(commit)}},
			Rule:    "missing-object", Level: ledger.LevelWarning,
			Message: "cannot list the flag manifests of this deployed revision: " + err.Error(),
			Hint:    "fetch the missing objects: git fetch --refetch",
		})
		return nil, false
	}
	if t.sameAt(files, fork) {
		return nil, false
	}
	// Later layers lie over earlier ones.
	slices.SortFunc(files, func(a, b history.File) int {
		return cmp.Or(cmp.Compare(t.m.places[a.Path].layer, t.m.places[b.Path].layer), cmp.Compare(a.Path, b.Path))
	})
	for _, f := range files {
		env, _ := t.m.wants(f.Path)
		read := t.m.whole(f.Path, env, f.Blob)
		if read == nil {
			continue
		}
		if read.Broken || read.missing {
			r.problem(at(read.Problems, r.in.Name, ledger.Hash(commit))...)
		}
		for _, s := range t.dated(read.Settings, fork) {
			var below []flagfile.Setting
			for _, env := range []ledger.EnvironmentName{"", s.Environment} {
				if is, there := out[slot{s.Key, env}]; there {
					below = append(below, is)
				}
			}
			if lower, there := flagfile.Under(below, s); there {
				s = flagfile.Over(lower, s)
			}
			out[slot{s.Key, s.Environment}] = s
		}
	}
	return out, true
}

// sameAt reports whether the manifests of a tree are those that stood at a place
// of the mainline.
func (t *timeline) sameAt(files []history.File, place int32) bool {
	there := 0
	for _, f := range files {
		switch blob := t.blobAt(f.Path, place); {
		case blob == f.Blob:
			there++
		case t.paths[f.Path]:
			return false
		}
	}
	stood := 0
	for p := range t.blobs {
		if !t.blobAt(p, place).IsZero() {
			stood++
		}
	}
	return there == stood
}

// blobAt gives the version of a file at a place of the mainline; the zero Hash
// for none.
func (t *timeline) blobAt(path string, place int32) history.Hash {
	list := t.blobs[path]
	n, _ := slices.BinarySearchFunc(list, place+1, func(b placedBlob, p int32) int { return cmp.Compare(b.place, p) })
	if n == 0 {
		return history.Hash{}
	}
	return list[n-1].blob
}
