package notes

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"daylight/generator/ledger"
)

// Kind is what a note means for the users, as Keep a Changelog names it.
type Kind string

// The kinds of notes, in the order in which they are shown.
const (
	Added      Kind = "added"
	Changed    Kind = "changed"
	Deprecated Kind = "deprecated"
	Removed    Kind = "removed"
	Fixed      Kind = "fixed"
	Security   Kind = "security"
)

// Kinds lists all kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{Added, Changed, Deprecated, Removed, Fixed, Security} }

// Title gives the heading: "Added".
func (k Kind) Title() string {
	if k == "" {
		return ""
	}
	return strings.ToUpper(string(k[:1])) + string(k[1:])
}

// KindOf gives the kind of note that a change makes when no flag brings it, and
// "" for a change that users do not notice. A note's own kind wins; a change
// with a note, or that breaks something, is always told. Else the type decides:
// feat, fix, perf, security, deprecate and remove are told; chore, ci, test,
// docs, build, refactor, style and the like are not; nor are reverts, merges,
// updates of dependencies, what only turns or removes a flag, and what is internal
// by its paths or its own word. A change
// without a usual type is told, as changed: most repositories have no types.
func KindOf(c *ledger.Change) string {
	kind, told := kindOfType(c.Type)
	if c.Note != nil && (c.Note.Title != "" || c.Note.Text != "") {
		switch k := Kind(c.Note.Kind); k {
		case Added, Changed, Deprecated, Removed, Fixed, Security:
			return string(k)
		}
		return string(kind)
	}
	if c.Internal {
		return ""
	}
	if c.Breaking {
		return string(kind)
	}
	if !told || len(c.Reverts) > 0 || bookkeeping.MatchString(c.Title) || onlyMoves(c) {
		return ""
	}
	return string(kind)
}

// bookkeeping finds titles that speak of the repository and not of the product.
var bookkeeping = regexp.MustCompile(`^(Merge (branch|pull request|remote|tag|commit)|Revert "|Reapply "|[Bb]ump \S+ (from|to) |Update dependency )`)

// onlyMoves reports whether all that a change does is to turn or remove flags.
func onlyMoves(c *ledger.Change) bool {
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind {
			return false
		}
	}
	return len(c.Flags) > 0
}

// kindOfType gives the kind for a type of Conventional Commits, and whether a
// change of that type is told.
func kindOfType(t string) (Kind, bool) {
	switch t {
	case "feat", "feature", "add":
		return Added, true
	case "fix", "bugfix", "hotfix":
		return Fixed, true
	case "security", "sec":
		return Security, true
	case "deprecate":
		return Deprecated, true
	case "remove":
		return Removed, true
	case "chore", "ci", "test", "tests", "doc", "docs", "build", "refactor", "style", "revert", "dep", "deps", "release",
		"merge", "bump", "lint", "wip", "internal", "infra", "tooling", "flag", "flags", "config", "changelog":
		return Changed, false
	default: // perf, change, improve, none, and what stands for a part of the product
		return Changed, true
	}
}

var (
	// conventional is the head of a conventional subject with a type that says
	// what the change is; "basket: new layout" keeps its head.
	conventional = regexp.MustCompile(`^(feat|feature|add|fix|bugfix|hotfix|perf|security|sec|deprecate|remove|chore|ci|tests?|docs?|build|refactor|style|revert|change|improve)(\([^()]*\))?!?:\s+`)
	// numbers are those of pull and merge requests at the end: "(#12)", "(!7)".
	numbers = regexp.MustCompile(`(\s*\([#!][0-9]+\))+\s*$`)
)

// Headline gives the title of a change as people read it: without the type and
// scope of a conventional subject, without numbers of pull requests at the end,
// and with a capital.
func Headline(c *ledger.Change) string {
	s := oneLine(c.Title)
	s = conventional.ReplaceAllString(s, "")
	s = numbers.ReplaceAllString(s, "")
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
