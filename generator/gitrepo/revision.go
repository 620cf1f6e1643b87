package gitrepo

import (
	"fmt"
	"strconv"
	"strings"

	"daylight/generator/history"
)

// Revision gives the commit that a revision means, as git writes them: a name
// that [Repo.Resolve] knows, and behind it any number of steps: ~ and ~3 along
// first parents, ^ and ^2 to a parent, ^0, ^{} and ^{commit} to the commit
// itself. The errors are those of Resolve; a parent that is not there is
// ErrNotFound.
func (r *Repo) Revision(text string) (history.Hash, error) {
	name, rest := text, ""
	if i := strings.IndexAny(text, "~^"); i >= 0 {
		name, rest = text[:i], text[i:]
	}
	if name == "" && rest != "" {
		return history.Hash{}, fmt.Errorf("resolve %s: no name stands before the %s: %w", text, rest[:1], ErrNotFound)
	}
	at, err := r.Resolve(name)
	for err == nil && rest != "" {
		at, rest, err = r.step(at, text, rest)
	}
	return at, err
}

// step takes the first step of rest.
func (r *Repo) step(at history.Hash, text, rest string) (history.Hash, string, error) {
	for _, itself := range []string{"^{}", "^{commit}"} {
		if after, ok := strings.CutPrefix(rest, itself); ok {
			return at, after, nil
		}
	}
	digits := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0123456789"))
	n := 1
	if digits > 0 {
		var err error
		if n, err = strconv.Atoi(rest[1 : 1+digits]); err != nil {
			return at, "", fmt.Errorf("resolve %s: %s is too large: %w", text, rest[:1+digits], ErrNotFound)
		}
	}
	after := rest[1+digits:]
	if after != "" && after[0] != '~' && after[0] != '^' {
		return at, "", fmt.Errorf("resolve %s: cannot read %s: %w", text, rest, ErrNotFound)
	}
	steps, parent := n, 1
	if rest[0] == '^' {
		steps, parent = 1, n
		if n == 0 {
			steps = 0
		}
	}
	for range steps {
		var parents []history.Hash
		err := r.with(func(rd *reader) error {
			c, err := rd.commit(hash(at))
			parents = c.Parents
			return err
		})
		if err != nil {
			return at, "", fmt.Errorf("resolve %s: %w", text, err)
		}
		if len(parents) < parent {
			return at, "", fmt.Errorf("resolve %s: commit %s has no parent %d: %w", text, at.String()[:12], parent, ErrNotFound)
		}
		at = parents[parent-1]
	}
	return at, after, nil
}
