package audience

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Sees says which changes an audience sees. Besides the constants there is
// "group:<name>", for a named group: what everybody sees, and what is let in
// for that group. Any other value, the empty one too, sees nothing.
type Sees string

// What an audience sees.
const (
	// SeesEverything is the whole ledger as it is. It is for the team alone, and
	// no reduction: [Reduce] gives nothing for it.
	SeesEverything Sees = "everything"
	// SeesReleased is what some of all users can see, in the environments.
	SeesReleased Sees = "released"
	// SeesVersion is what is in a version, for what nobody deploys.
	SeesVersion Sees = "version"

	groupPrefix = "group:"
)

// Group gives the name of "group:<name>", or "".
func (s Sees) Group() string {
	name, _ := strings.CutPrefix(string(s), groupPrefix)
	if name == string(s) {
		return ""
	}
	return name
}

// Rules are what an audience may see. The zero Rules see nothing.
type Rules struct {
	Name  string // required: of the audience, "customers"
	Title string // of its site
	Sees  Sees   // required
	// Environments whose exposure counts; empty is all of tier production. Those
	// in which none of a change's components runs do not count for it.
	Environments []ledger.EnvironmentName
	// Any takes the earliest of the environments, where the default is the
	// latest.
	Any bool
	// Kind gives the kind of note that a change makes for the users, one of
	// added, changed, deprecated, removed, fixed and security, or "" for a change
	// that is not told. With nil only changes with a note of a named kind are
	// told. See notes.KindOf.
	Kind func(*ledger.Change) string
	// Headline gives the title of a change as people read it; with nil it is the
	// title of the change. See notes.Headline.
	Headline func(*ledger.Change) string
	// Finder finds what the docs name in the full ledger; with nil nothing is found.
	// See pages.NewFinder.
	Finder func(*ledger.Ledger) Finder
	// Kinds that the audience is told of; empty is all.
	Kinds []string
	// Fields that it may see besides.
	Fields Fields
	// Salt goes into public ids. Without one, who knows a commit can tell its
	// public id.
	Salt string
}

// Fields are the kinds of detail that an audience may see besides titles, notes,
// dates and versions. The zero Fields are the safest.
type Fields struct {
	Authors bool // names of authors, and actors of deployments
	// Commits: commits, merge dates, scopes and numbers of pull requests.
	Commits bool
	Flags   bool // keys of flags, where otherwise an id stands
	// Environments: names of environments, components and repositories, the
	// audience's deployments, and when something was deployed.
	Environments bool
	Problems     bool // all doubts about the data, in full
}

// shows reports whether the rules let anything be seen at all.
func (r Rules) shows() bool {
	return r.Sees == SeesReleased || r.Sees == SeesVersion || r.Sees.Group() != ""
}

// kind gives the kind of note of a change, "" when it is not told, and whether
// the audience is told of that kind. A change that is not told by itself can
// still be part of what a flag brings, which is of kind added.
func (r Rules) kind(c *ledger.Change) (kind string, told bool) {
	switch {
	case r.Kind != nil:
		kind = r.Kind(c)
	case c.Note != nil:
		kind = c.Note.Kind
	}
	asked := kind
	if asked == "" {
		asked = "added"
	}
	return kind, len(r.Kinds) == 0 || slices.Contains(r.Kinds, asked)
}

// headline gives the title of a change as the audience reads it.
func (r Rules) headline(c *ledger.Change) string {
	if r.Headline != nil {
		return r.Headline(c)
	}
	return c.Title
}

// environments lists the environments that count, in the order of the ledger.
func (r Rules) environments(l *ledger.Ledger) []ledger.EnvironmentName {
	var out []ledger.EnvironmentName
	for _, e := range l.Environments {
		if len(r.Environments) == 0 && e.Tier == ledger.TierProduction || slices.Contains(r.Environments, e.Name) {
			out = append(out, e.Name)
		}
	}
	return out
}

// PublicID is an id that tells nothing of what it stands for: 12 hex digits of
// SHA-256 over the salt, the repository, and what it is about, such as
// "change/<id>" or "flag/<key>". The lengths go in too, so that no two
// triples are the same text.
func PublicID(salt string, repository ledger.RepositoryName, about string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s %d:%s %d:%s", len(salt), salt, len(repository), repository, len(about), about))
	return hex.EncodeToString(sum[:6])
}

// Public is a ledger that has been reduced to what an audience may see. The zero
// Public holds an empty ledger.
//
// Nothing gives the full ledger that it was made of: what it keeps of that only
// tells which of its own changes and flags a name means.
type Public struct {
	ledger *ledger.Ledger
	rules  Rules
	find   func() Finder                  // looks into the full ledger
	byID   func() map[ledger.ChangeID]int // places in the reduced one
}

// Ledger gives the reduced ledger. It must not be changed.
//
// Its changes are those that the audience was ever shown, the newest first
// exposure first, then in the order of the full ledger. Their state is in one environment, named by
// [Public.Environment]: what all of the audience's environments make together.
// Where the rules allow environments, the audience's own follow by name.
func (p Public) Ledger() *ledger.Ledger {
	if p.ledger == nil {
		return &ledger.Ledger{}
	}
	return p.ledger
}

// Environment is the name under which the audience's exposure stands in the
// reduced ledger: the name of the audience. It is no real environment.
func (p Public) Environment() ledger.EnvironmentName {
	return ledger.EnvironmentName(p.rules.Name)
}

// Rules gives the rules that the ledger was reduced by.
func (p Public) Rules() Rules { return p.rules }
