package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
	"daylight/generator/story"
)

// subjectOf finds the one thing that an argument means: what the ledger calls so,
// else the change that holds what git means by it.
func (l *loaded) subjectOf(led *ledger.Ledger, arg string) (story.Subject, error) {
	found := story.Find(led, arg)
	var fault error
	if len(found) == 0 {
		found, fault = l.byRevision(led, arg)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case fault != nil:
		return story.Subject{}, fault
	case len(found) == 0:
		return story.Subject{}, &notFoundError{arg, nearestTo(led, arg)}
	}
	var names []string
	for _, s := range found[:min(len(found), 5)] {
		names = append(names, "  "+s.String())
	}
	hint := "give more of the commit, or the full name"
	if c := found[0].Change; c != nil && strings.HasPrefix(arg, "#") {
		hint = fmt.Sprintf("name the repository, '%s%s', or the change, %s", plain(string(c.Repository)), arg, c.ID)
	}
	return story.Subject{}, usageError{fmt.Errorf("explain %q: it fits %d things:\n%s", arg, len(found), strings.Join(names, "\n")), hint}
}

// byRevision asks the repositories which commit is meant, and finds the change
// that holds it. The first that knows the name counts: HEAD is that of the
// repository of site.toml.
func (l *loaded) byRevision(led *ledger.Ledger, arg string) ([]story.Subject, error) {
	var fault error
	for _, repo := range l.repos {
		h, err := repo.Revision(arg)
		switch {
		case errors.Is(err, gitrepo.ErrAmbiguous) && fault == nil:
			fault = usageError{fmt.Errorf("explain %q: %w", arg, err), "give more digits"}
		case err == nil:
			if found := story.Find(led, h.String()); len(found) > 0 {
				return found, nil
			}
			fault = &noChangeError{arg, h.String()[:12]}
		}
	}
	return nil, fault
}

// noChangeError says that a commit is there, and belongs to no change.
type noChangeError struct{ arg, commit string }

func (e *noChangeError) Error() string {
	return fmt.Sprintf("explain %q: commit %s belongs to no change: it is not on the mainline, and was never deployed", e.arg, e.commit)
}

// Hint tells what would make a change of it.
func (e *noChangeError) Hint() string {
	return "merge it, or record a deployment of it; repository.branch of site.toml names the mainline"
}

// notFoundError says that nothing has this name.
type notFoundError struct{ arg, near string }

func (e *notFoundError) Error() string {
	return fmt.Sprintf("explain %q: no change, version, flag or deployment has this name", e.arg)
}

// day is a date, which names no change.
var day = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)

// Hint tells what was likely meant, or what can be named.
func (e *notFoundError) Hint() string {
	if e.near != "" {
		return fmt.Sprintf("did you mean %s?", plain(e.near))
	}
	if len(e.arg) >= len(time.DateOnly) && day.MatchString(e.arg) {
		return "a date names no change; daylight status --as-of " + e.arg[:len(time.DateOnly)] + " shows what was live then"
	}
	return "give a commit, branch or tag as git knows it, '#123' for a pull request, or a flag's key"
}

// nearestTo finds the flag or version that a name is a slip of the fingers from.
func nearestTo(l *ledger.Ledger, arg string) string {
	var names []string
	for _, f := range l.Flags {
		names = append(names, string(f.Key))
	}
	for _, v := range l.Versions {
		names = append(names, string(v.Name))
	}
	return decode.Nearest(arg, names)
}
