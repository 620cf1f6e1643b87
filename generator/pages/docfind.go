package pages

import (
	"strconv"
	"strings"

	"daylight/generator/ledger"
)

// Finder finds things by what people write: a pull request's number, the
// beginning of a commit, a key, a name. It is safe for use by many goroutines.
type Finder struct {
	l        *ledger.Ledger
	requests map[string]*ledger.Change // "123" and "shop#123"
}

// NewFinder looks into a ledger.
func NewFinder(l *ledger.Ledger) *Finder {
	f := &Finder{l, map[string]*ledger.Change{}}
	for i := range l.Changes {
		c := &l.Changes[i]
		if c.PullRequest == 0 {
			continue
		}
		n := strconv.Itoa(c.PullRequest)
		for _, name := range []string{n, string(c.Repository) + "#" + n} {
			// A number that stands for several changes means the last of them, which
			// is the first in the ledger.
			if f.requests[name] == nil {
				f.requests[name] = c
			}
		}
	}
	return f
}

// Change finds a change: by the number of its pull request ("123", "#123",
// "shop#123") or by the beginning of one of its commits or ids, at least seven
// digits of them. Nil is none.
func (f *Finder) Change(ref string) *ledger.Change {
	ref = strings.ToLower(strings.TrimSpace(ref))
	if c := f.requests[strings.TrimPrefix(ref, "#")]; c != nil {
		return c
	}
	if len(ref) < 7 || strings.Trim(ref, "0123456789abcdef") != "" {
		return nil
	}
	for i := range f.l.Changes {
		c := &f.l.Changes[i]
		if strings.HasPrefix(string(c.ID), ref) {
			return c
		}
		for _, h := range c.Commits {
			if strings.HasPrefix(h.String(), ref) {
				return c
			}
		}
		for _, a := range c.Aliases {
			if strings.HasPrefix(string(a), ref) {
				return c
			}
		}
	}
	return nil
}

// Flag finds a flag by its key. Nil is none.
func (f *Finder) Flag(key string) *ledger.Flag {
	for i := range f.l.Flags {
		if string(f.l.Flags[i].Key) == key {
			return &f.l.Flags[i]
		}
	}
	return nil
}

// Version finds a version by its name, with or without the v. Nil is none.
func (f *Finder) Version(name string) *ledger.Version {
	for i := range f.l.Versions {
		if v := &f.l.Versions[i]; string(v.Name) == name || strings.TrimPrefix(string(v.Name), "v") == strings.TrimPrefix(name, "v") {
			return v
		}
	}
	return nil
}

// Environment finds an environment by its name. Nil is none.
func (f *Finder) Environment(name string) *ledger.Environment {
	for i := range f.l.Environments {
		if strings.EqualFold(string(f.l.Environments[i].Name), name) {
			return &f.l.Environments[i]
		}
	}
	return nil
}
