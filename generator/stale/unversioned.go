package stale

import (
	"time"

	"daylight/generator/ledger"
)

// unversioned finds the spans of the mainline in which a flag let somebody in and
// of which no version holds a commit.
func (f *finder) unversioned() {
	lines := map[ledger.RepositoryName]*line{}
	for i := range f.facts.Flags {
		h := &f.facts.Flags[i]
		if lines[h.Repository] == nil {
			lines[h.Repository] = f.lineOf(h.Repository)
		}
		l := lines[h.Repository]
		if len(l.versions) == 0 {
			continue // nobody expects any
		}
		for _, env := range environmentsOf(h) {
			for _, s := range l.spans(h, env) {
				if s.until == nil || l.hasVersion(s.from, s.to) {
					continue
				}
				since := s.since
				f.lists[InNoVersion] = append(f.lists[InNoVersion], Entry{Key: h.Key, Repository: h.Repository, Environment: env,
					Since: &since, Until: s.until, State: s.state, Origins: s.origins})
			}
		}
	}
}

// line is a mainline, with the places at which versions stand on it.
type line struct {
	place    map[ledger.Hash]int
	at       map[ledger.Hash]time.Time
	versions map[int]bool
}

func (f *finder) lineOf(name ledger.RepositoryName) *line {
	l := &line{place: map[ledger.Hash]int{}, at: map[ledger.Hash]time.Time{}, versions: map[int]bool{}}
	for i := range f.facts.Repositories {
		r := &f.facts.Repositories[i]
		if r.Name != name || len(r.Versions) == 0 {
			continue
		}
		commits := make(map[ledger.Hash]*ledger.Commit, len(r.Commits))
		for k := range r.Commits {
			commits[r.Commits[k].Hash] = &r.Commits[k]
		}
		var mainline []ledger.Hash
		for h := r.Mainline; commits[h] != nil && len(mainline) <= len(r.Commits); {
			mainline = append(mainline, h)
			if len(commits[h].Parents) == 0 {
				break
			}
			h = commits[h].Parents[0]
		}
		for n, h := range mainline {
			l.place[h], l.at[h] = len(mainline)-1-n, commits[h].Committed
		}
		for _, v := range r.Versions {
			if !v.Prerelease {
				l.mark(v.Commit, commits)
			}
		}
	}
	return l
}

// mark notes the newest commit of the mainline that a version holds.
func (l *line) mark(version ledger.Hash, commits map[ledger.Hash]*ledger.Commit) {
	newest, found := 0, false
	stack, seen := []ledger.Hash{version}, map[ledger.Hash]bool{}
	for len(stack) > 0 {
		h := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[h] || commits[h] == nil {
			continue
		}
		seen[h] = true
		if p, on := l.place[h]; on {
			newest, found = max(newest, p), true
			continue
		}
		stack = append(stack, commits[h].Parents...)
	}
	if found {
		l.versions[newest] = true
	}
}

func (l *line) hasVersion(from, to int) bool {
	for p := from; p < to; p++ {
		if l.versions[p] {
			return true
		}
	}
	return false
}

// span is a part of the mainline, from a commit to the one before to.
type span struct {
	from, to int
	since    time.Time
	until    *time.Time
	state    ledger.FlagState
	origins  []ledger.Origin
}

// spans gives the parts of the mainline in which a flag lets somebody in, oldest
// first. Steps are in the order of the mainline.
func (l *line) spans(h *ledger.FlagHistory, env ledger.EnvironmentName) (out []span) {
	open := false
	for _, s := range h.Steps {
		p, on := l.place[s.Commit]
		if s.Environment != env || !on || s.Dated {
			continue
		}
		shown := !s.Removed && exposes(s.Setting.State)
		switch {
		case shown && !open:
			out = append(out, span{from: p, since: l.at[s.Commit], state: s.Setting.State, origins: s.Origins})
		case !shown && open:
			until := l.at[s.Commit]
			last := &out[len(out)-1]
			last.to, last.until = p, &until
		}
		open = shown
	}
	return out
}

// environmentsOf lists those that a flag's steps name, in the order in which they
// come first.
func environmentsOf(h *ledger.FlagHistory) (out []ledger.EnvironmentName) {
	seen := map[ledger.EnvironmentName]bool{}
	for _, s := range h.Steps {
		if !seen[s.Environment] {
			seen[s.Environment] = true
			out = append(out, s.Environment)
		}
	}
	return out
}
