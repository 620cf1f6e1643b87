package collect

import (
	"cmp"
	"context"
	"slices"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Deployed revisions that are not on the mainline ship manifests of their own.

// fork is what the manifests of such a revision say.
type fork struct {
	revision history.Hash
	place    int32 // of the mainline commit that it forked from
	settings map[slot]flagfile.Setting
}

// fromForks reads the manifests of deployed revisions that are not on the
// mainline, where they are not those of the commit that they forked from. A flag
// that only such a revision has is a flag too.
func (t *timeline) fromForks(ctx context.Context, deployed []history.Hash) {
	line := t.m.r.line
	if !t.ships() {
		return
	}
	for _, revision := range deployed {
		i, ok := line.index[revision]
		if !ok || line.onMainline(i) {
			continue
		}
		settings, ok := t.settingsAt(ctx, revision, line.prefix[i])
		if !ok {
			continue
		}
		f := fork{revision, line.prefix[i], settings}
		t.forks = append(t.forks, f)
		t.beginInFork(f)
	}
}

// ships reports whether some manifest takes effect with a deployment. A source
// that never met one says so itself, or the format that it names does.
func (t *timeline) ships() bool {
	for p := range t.paths { // any of them: the order does not matter
		if t.m.effect(p) == ledger.EffectDeployment {
			return true
		}
	}
	if len(t.paths) > 0 || len(t.m.globs) == 0 {
		return false
	}
	f, _ := flagfile.ByName(t.m.source.Format)
	return cmp.Or(t.m.source.Effect, flagfile.EffectOf(f)) == ledger.EffectDeployment
}

// beginInFork opens a life for each flag of a fork that the mainline never has.
func (t *timeline) beginInFork(f fork) {
	known := map[ledger.FlagKey]bool{}
	for _, l := range t.lives {
		known[l.key] = true
		for _, alias := range l.aliases {
			known[alias] = true
		}
	}
	var keys []ledger.FlagKey
	for s, setting := range f.settings {
		if !known[s.key] && t.m.effect(setting.Origin.File) == ledger.EffectDeployment {
			keys = append(keys, s.key)
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		l := &life{key: key, begin: max(f.place, 0), end: alive}
		for _, env := range l.environmentsWith(f) {
			is := f.settings[slot{key, env}]
			l.meta, l.origin, l.source = is.Meta, origin(is.Origin, ledger.Hash(f.revision)), is.Origin.File
		}
		t.lives = append(t.lives, l)
	}
}

// inForks lists where the forks say something else of a flag than the commits
// that they forked from.
func (l *namedLife) inForks(b *flagBook) []ledger.FlagAt {
	var out []ledger.FlagAt
	r := l.timeline.m.r
	placeOf := func(h ledger.Hash) int32 { return r.line.landing[r.line.index[history.Hash(h)]] }
	for _, f := range l.timeline.forks {
		if !l.meantAt(f.place, b) {
			continue
		}
		for _, env := range l.environmentsWith(f) {
			was, had := l.settingAt(env, f.place, placeOf)
			is, has := f.settings[slot{l.key, env}]
			for _, alias := range l.aliases {
				if !has {
					is, has = f.settings[slot{alias, env}]
				}
			}
			if had == has && (!has || flagfile.Same(flagfile.Setting{Setting: was.Setting, Plan: was.Plan}, is)) {
				continue
			}
			commit := ledger.Hash(f.revision)
			at := ledger.FlagAt{Revision: commit, Environment: env, Setting: is.Setting, Plan: is.Plan, Removed: !has,
				Origins: []ledger.Origin{{Repository: r.in.Name, Commit: commit, File: l.source}}}
			if has {
				at.Origins = []ledger.Origin{origin(is.Origin, commit)}
			}
			out = append(out, at)
		}
	}
	return out
}

// environmentsWith lists those that the flag's steps name, or a fork does, sorted.
func (l *life) environmentsWith(f fork) []ledger.EnvironmentName {
	out := l.environments()
	for s := range f.settings {
		if s.key == l.key || slices.Contains(l.aliases, s.key) {
			out = append(out, s.env)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
