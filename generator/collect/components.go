package collect

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Component is a separately deployed part of a repository, and how to tell that
// a commit touches it.
type Component struct {
	Name   ledger.ComponentName // required
	Paths  []string             // globs with **; none means that paths do not decide
	Scopes []string             // Conventional Commits' scopes that name it
	// Aliases are names that records, image names and tag prefixes use for it.
	Aliases []string
}

// components decides which parts a commit belongs to.
type components struct {
	list   []Component
	shared []string
}

// any reports whether commits are told apart at all. Without paths and scopes
// everything belongs to every component.
func (c components) any() bool {
	return slices.ContainsFunc(c.list, func(k Component) bool { return len(k.Paths)+len(k.Scopes) > 0 })
}

// of gives the components of a commit, in the order of the configuration. Nil
// stands for all of them: a shared path, or a diff that could not be read. A
// commit that touches none of them has an empty list.
func (c components) of(m *Message, changes []history.PathChange, unread bool) []ledger.ComponentName {
	if !c.any() {
		return nil
	}
	out := []ledger.ComponentName{}
	for _, k := range c.list {
		if m.Scope != "" && slices.ContainsFunc(k.Scopes, func(s string) bool { return strings.EqualFold(s, m.Scope) }) {
			out = append(out, k.Name)
		}
	}
	if len(out) > 0 {
		return out
	}
	if unread {
		return nil
	}
	for _, change := range changes {
		if matchAny(c.shared, change.Path) {
			return nil
		}
	}
	for _, k := range c.list {
		if slices.ContainsFunc(changes, func(p history.PathChange) bool { return matchAny(k.Paths, p.Path) }) {
			out = append(out, k.Name)
		}
	}
	return out
}

// matchAny reports whether a glob fits the path. A glob that ends in "/" stands
// for everything below that folder.
func matchAny(globs []string, path string) bool {
	for _, g := range globs {
		if strings.HasSuffix(g, "/") {
			g += "**"
		}
		if ok, err := doublestar.Match(g, path); ok && err == nil {
			return true
		}
	}
	return false
}

// Matches reports whether a path fits one of the globs as the configuration has
// them: doublestar's, where one that ends in "/" stands for all below it.
func Matches(globs []string, path string) bool { return matchAny(globs, path) }
