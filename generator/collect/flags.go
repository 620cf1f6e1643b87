package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// flagBook is all that the sources say of flags, before changes are linked.
type flagBook struct {
	lives []namedLife
	byKey map[ledger.FlagKey][]int // base key or alias -> lives, oldest first
	notes map[ledger.FlagKey]*ledger.NoteText
}

// namedLife is a life with its final key and the source that it comes from.
type namedLife struct {
	*life
	final    ledger.FlagKey
	from     FlagSource
	r        *reading
	timeline *timeline
}

// readFlags follows every source along its repository's mainline.
func readFlags(sources []FlagSource, names environments, by func(ledger.RepositoryName) *reading) *flagBook {
	b := &flagBook{byKey: map[ledger.FlagKey][]int{}}
	seen := map[ledger.FlagKey]int{}
	for _, s := range sources {
		r := by(s.Repository)
		if r == nil || r.tip.IsZero() {
			continue
		}
		t := newTimeline(newManifests(r, s, names))
		t.walk()
		final := t.named(seen)
		for _, l := range t.lives {
			for _, key := range append([]ledger.FlagKey{l.key}, l.aliases...) {
				b.byKey[key] = append(b.byKey[key], len(b.lives))
			}
			b.lives = append(b.lives, namedLife{l, final[l], s, r, t})
		}
	}
	return b
}

// knows reports whether some manifest ever had a flag.
func (b *flagBook) knows(key ledger.FlagKey) bool { return len(b.byKey[key]) > 0 }

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
		if l.r == r && place != offMainline && (l.end == alive || place <= l.end) {
			return l.final
		}
	}
	return b.lives[list[len(list)-1]].final
}

// histories turns the lives into facts.
func (b *flagBook) histories(ctx context.Context, deployed map[ledger.RepositoryName][]history.Hash) []ledger.FlagHistory {
	var out []ledger.FlagHistory
	for _, l := range b.lives {
		h := ledger.FlagHistory{
			Key: l.final, Repository: l.r.in.Name, Source: l.source,
			Effect: l.from.Effect, Delay: l.from.Delay, DeployedWith: l.from.DeployedWith,
			Description: l.meta.Description, Owner: l.meta.Owner, Kind: l.meta.Kind, Expires: l.meta.Expires, Permanent: l.meta.Permanent,
			Variants: l.from.Treatment, Steps: l.steps, Origins: []ledger.Origin{l.origin}, Note: b.notes[l.key],
		}
		if h.Effect == "" {
			h.Effect = ledger.EffectMerge // of all formats read so far: the program reads the file itself
		}
		if l.end != alive {
			h.RetiredBy, h.RetiredAs = l.r.retired(l.end, l.key)
		}
		out = append(out, h)
	}
	b.offMainline(ctx, deployed, out)
	slices.SortFunc(out, func(x, y ledger.FlagHistory) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Repository, y.Repository), cmp.Compare(x.Source, y.Source))
	})
	return out
}

// retired reads what the commit that removed a flag says of its end.
func (r *reading) retired(place int32, key ledger.FlagKey) (by ledger.Hash, as string) {
	by = ledger.Hash(r.line.commits[r.line.mainline[place]].Hash)
	for i := range r.line.commits {
		if r.line.landing[i] != place {
			continue
		}
		for _, t := range r.messages[i].Trailer("Flag-Retired") {
			k, v, _ := strings.Cut(t.Value, "=")
			v = strings.ToLower(strings.TrimSpace(v))
			if ledger.FlagKey(strings.TrimSpace(k)) != key {
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

// offMainline reads the manifests of deployed revisions that are not on the
// mainline, and notes where they differ from the commit that they forked from.
func (b *flagBook) offMainline(ctx context.Context, deployed map[ledger.RepositoryName][]history.Hash, out []ledger.FlagHistory) {
	done := map[*timeline]bool{}
	for _, l := range b.lives {
		if done[l.timeline] || l.from.Effect != ledger.EffectDeployment {
			continue
		}
		done[l.timeline] = true
		for _, revision := range deployed[l.r.in.Name] {
			i, ok := l.r.line.index[revision]
			if ok && !l.r.line.onMainline(i) {
				b.compareFork(ctx, l.timeline, i, out)
			}
		}
	}
}

func (b *flagBook) compareFork(ctx context.Context, t *timeline, revision int32, out []ledger.FlagHistory) {
	r := t.m.r
	commit := r.line.commits[revision].Hash
	there := t.settingsAt(ctx, commit)
	fork := r.line.fork(revision)
	placeOf := func(h ledger.Hash) int32 { return r.line.landing[r.line.index[history.Hash(h)]] }
	for n, l := range b.lives {
		if l.timeline != t {
			continue
		}
		for _, env := range l.environments() {
			was, had := l.settingAt(env, fork, placeOf)
			is, has := there[slot{l.key, env}]
			same := had == has && (!has || flagfile.Same(flagfile.Setting{Setting: was.Setting, Plan: was.Plan}, is))
			if same {
				continue
			}
			at := ledger.FlagAt{Revision: ledger.Hash(commit), Environment: env, Setting: is.Setting, Plan: is.Plan, Removed: !has,
				Origins: []ledger.Origin{{Repository: r.in.Name, Commit: ledger.Hash(commit), File: l.source}}}
			if has {
				at.Origins = []ledger.Origin{origin(is.Origin, ledger.Hash(commit))}
			}
			out[n].At = append(out[n].At, at)
		}
	}
}

// environments lists those that the flag's steps name, sorted.
func (l *life) environments() []ledger.EnvironmentName {
	seen := map[ledger.EnvironmentName]bool{}
	for _, s := range l.steps {
		seen[s.Environment] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// settingsAt reads the source's manifests in the tree of one commit.
func (t *timeline) settingsAt(ctx context.Context, commit history.Hash) map[slot]flagfile.Setting {
	out := map[slot]flagfile.Setting{}
	files, err := t.m.r.in.Repo.Files(ctx, commit, func(p string) bool { _, ok := t.m.wants(p); return ok })
	if err != nil {
		t.m.r.problem(ledger.Problem{
			Origins: []ledger.Origin{{Repository: t.m.r.in.Name, Commit: ledger.Hash(commit)}},
			Rule:    "missing-object", Level: ledger.LevelWarning,
			Message: "cannot list the flag manifests of this deployed revision: " + err.Error(),
			Hint:    "fetch the missing objects: git fetch --refetch",
		})
	}
	for _, f := range files {
		env, _ := t.m.wants(f.Path)
		if read := t.m.read(f.Path, f.Blob, env); read != nil && !read.broken {
			for _, s := range read.settings {
				out[slot{s.Key, s.Environment}] = s
			}
		}
	}
	return out
}

// linker ties commits to flags.
type linker struct {
	r     *reading
	book  *flagBook
	rules ChangeRules
	best  map[linkKey]ledger.FlagLink
	order []linkKey
}

// linkKey is a change (by where it landed, or by itself) and a flag.
type linkKey struct {
	place  int32
	commit ledger.Hash // only off the mainline
	key    ledger.FlagKey
}

var linkRank = map[ledger.LinkRule]int{
	ledger.LinkTrailer: 0, ledger.LinkMetadata: 1, ledger.LinkEdit: 2, ledger.LinkOccurrence: 3, ledger.LinkPath: 4,
}

// links finds the flags of a repository's changes, the strongest evidence for
// each.
func links(r *reading, book *flagBook, rules ChangeRules) []ledger.FlagLink {
	l := &linker{r: r, book: book, rules: rules, best: map[linkKey]ledger.FlagLink{}}
	l.trailers()
	l.metadata()
	l.edits()
	l.paths()
	out := make([]ledger.FlagLink, 0, len(l.order))
	for _, k := range l.order {
		out = append(out, l.best[k])
	}
	slices.SortFunc(out, func(a, b ledger.FlagLink) int {
		return cmp.Or(ledger.CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Key, b.Key))
	})
	return out
}

func (l *linker) add(i int32, link ledger.FlagLink) {
	place := l.r.line.landing[i]
	link.Repository, link.Commit = l.r.in.Name, ledger.Hash(l.r.line.commits[i].Hash)
	link.Key = l.book.at(link.Key, l.r, place)
	k := linkKey{place: place, key: link.Key}
	if place == offMainline {
		k.commit = link.Commit
	}
	old, ok := l.best[k]
	if !ok {
		l.order = append(l.order, k)
	}
	if !ok || linkRank[link.By] < linkRank[old.By] {
		l.best[k] = link
	}
}

var flagReference = regexp.MustCompile(`^(!?)([^\s=!]+)(?:=(\S+))?$`)

func (l *linker) trailers() {
	for i := range l.r.line.commits {
		if !l.r.keep[i] {
			continue
		}
		for _, name := range l.rules.FlagTrailers {
			for _, t := range l.r.messages[i].Trailer(name) {
				l.trailer(int32(i), t)
			}
		}
	}
}

// trailer reads "basket-v2", "!old-basket", "theme=night", and lists of them.
func (l *linker) trailer(i int32, t Trailer) {
	at := []ledger.Origin{{Repository: l.r.in.Name, Commit: ledger.Hash(l.r.line.commits[i].Hash), Line: t.Line}}
	for _, word := range strings.FieldsFunc(t.Value, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' }) {
		g := flagReference.FindStringSubmatch(strings.Trim(word, "`'\""))
		if g == nil {
			l.r.problem(ledger.Problem{Origins: at, Rule: "unreadable-trailer", Level: ledger.LevelWarning,
				Message: fmt.Sprintf("cannot read the flag in trailer %s: %s", t.Key, t.Value),
				Hint:    "write Flag: key, Flag: !key or Flag: key=variant"})
			continue
		}
		l.add(i, ledger.FlagLink{Key: ledger.FlagKey(g[2]), Negated: g[1] != "", Variant: g[3],
			By: ledger.LinkTrailer, Role: ledger.RoleBehind, Origins: at})
	}
}

func (l *linker) metadata() {
	byNumber := map[int]int32{}
	for _, i := range l.r.line.mainline {
		if n := l.r.messages[i].PullRequest; n > 0 {
			if _, there := byNumber[n]; !there {
				byNumber[n] = i
			}
		}
	}
	for _, life := range l.book.lives {
		for _, n := range life.meta.PullRequests {
			if i, ok := byNumber[n]; ok {
				l.add(i, ledger.FlagLink{Key: life.key, By: ledger.LinkMetadata, Role: ledger.RoleBehind, Origins: []ledger.Origin{life.origin}})
			}
		}
	}
}

func (l *linker) edits() {
	for _, life := range l.book.lives {
		if life.r != l.r {
			continue
		}
		for _, e := range life.edits {
			l.add(l.r.line.mainline[e.place], ledger.FlagLink{Key: life.key, By: ledger.LinkEdit, Role: e.role, Origins: []ledger.Origin{e.origin}})
		}
	}
}

func (l *linker) paths() {
	for i := range l.r.line.commits {
		for _, rule := range l.rules.FlagPaths {
			for _, c := range l.r.changes[i] {
				if matchAny(rule.Paths, c.Path) {
					l.add(int32(i), ledger.FlagLink{Key: rule.Flag, By: ledger.LinkPath, Role: ledger.RoleBehind,
						Origins: []ledger.Origin{{Repository: l.r.in.Name, Commit: ledger.Hash(l.r.line.commits[i].Hash), File: c.Path}}})
					break
				}
			}
		}
	}
}
