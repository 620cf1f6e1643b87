package story

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// Line is a sentence with its instant and its evidence.
type Line struct {
	At *time.Time `json:"at"` // null when the line has no instant, or it is unknown
	// Text is one line of plain text with a capital, unless it begins with a
	// commit, and a full stop. It holds neither control characters nor line
	// breaks; it is not escaped for HTML.
	Text    string          `json:"text"`
	Basis   ledger.Basis    `json:"basis,omitempty"` // what At rests on
	Origins []ledger.Origin `json:"origins,omitempty"`
}

// Teller tells stories from one ledger. It is safe for use by many goroutines.
type Teller struct {
	ledger *ledger.Ledger
	zone   *time.Location
	flags  map[ledger.FlagKey]*ledger.Flag
	tiers  map[ledger.EnvironmentName]ledger.Tier
	// changes finds a change by its id and by its aliases.
	changes map[changeKey]*ledger.Change
	// byCommit finds the change that a commit came with.
	byCommit     map[ledger.Hash]*ledger.Change
	repositories []ledger.RepositoryName // of the changes, in their order
	// byID finds a deployment by its id.
	byID map[string]*ledger.Deployment
	// deployments finds the succeeded ones of an environment by their instant,
	// in nanoseconds, in the order of the ledger.
	deployments map[instantKey][]*ledger.Deployment
	// oldest finds the first of them that is known of each lane.
	oldest map[placeKey]*ledger.Deployment
}

type placeKey struct {
	environment ledger.EnvironmentName
	repository  ledger.RepositoryName
	component   ledger.ComponentName
}

type changeKey struct {
	repository ledger.RepositoryName
	id         ledger.ChangeID
}

type instantKey struct {
	environment ledger.EnvironmentName
	at          int64
}

// New indexes a ledger in time and space proportional to it. Instants are
// written in zone; nil is UTC. The ledger must not change afterwards.
func New(l *ledger.Ledger, zone *time.Location) *Teller {
	if zone == nil {
		zone = time.UTC
	}
	t := &Teller{
		ledger:      l,
		zone:        zone,
		flags:       make(map[ledger.FlagKey]*ledger.Flag, len(l.Flags)),
		changes:     make(map[changeKey]*ledger.Change, len(l.Changes)),
		deployments: make(map[instantKey][]*ledger.Deployment, len(l.Deployments)),
		tiers:       make(map[ledger.EnvironmentName]ledger.Tier, len(l.Environments)),
		byCommit:    make(map[ledger.Hash]*ledger.Change),
		byID:        make(map[string]*ledger.Deployment, len(l.Deployments)),
		oldest:      map[placeKey]*ledger.Deployment{},
	}
	for _, e := range l.Environments {
		t.tiers[e.Name] = e.Tier
	}
	for i := range l.Flags {
		t.flags[l.Flags[i].Key] = &l.Flags[i]
		if r := l.Flags[i].Retired; r != nil {
			t.byCommit[r.Commit] = nil // only those commits are ever asked for
		}
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		t.changes[changeKey{c.Repository, c.ID}] = c
		if !slices.Contains(t.repositories, c.Repository) {
			t.repositories = append(t.repositories, c.Repository)
		}
		for _, id := range c.Aliases {
			t.changes[changeKey{c.Repository, id}] = c
		}
		t.indexCommits(c)
	}
	for i := range l.Deployments {
		d := &l.Deployments[i]
		t.byID[d.ID] = d
		if d.Status == ledger.RecordSucceeded && d.FinishedAt != nil {
			k := instantKey{d.Environment, d.FinishedAt.UnixNano()}
			t.deployments[k] = append(t.deployments[k], d)
			t.oldest[placeKey{d.Environment, d.Repository, d.Component}] = d // the list is newest first
		}
	}
	return t
}

// indexCommits notes which change holds the commits that retired a flag.
func (t *Teller) indexCommits(c *ledger.Change) {
	if len(t.byCommit) == 0 {
		return
	}
	note := func(h ledger.Hash) {
		if old, ok := t.byCommit[h]; ok && old == nil {
			t.byCommit[h] = c
		}
	}
	note(c.Commit)
	for _, h := range c.Commits {
		note(h)
	}
}

// When writes an instant in the zone of the teller: "3 March 2026, 09:00 UTC".
// The zero instant is "unknown".
func (t *Teller) When(at time.Time) string {
	if at.IsZero() {
		return "unknown"
	}
	return at.In(t.zone).Format("2 January 2006, 15:04 MST")
}

// Day writes the date of an instant in the zone of the teller: "3 March" in the
// year of the ledger's as-of, else "3 March 2025". The zero instant is "an
// unknown date".
func (t *Teller) Day(at time.Time) string {
	if at.IsZero() {
		return "an unknown date"
	}
	at = at.In(t.zone)
	if at.Year() == t.ledger.AsOf.In(t.zone).Year() {
		return at.Format("2 January")
	}
	return at.Format("2 January 2006")
}

// age is the time from an instant to the ledger's as-of.
func (t *Teller) age(at time.Time) string { return Ago(t.ledger.AsOf.Sub(at)) }

// deployment finds the succeeded deployment that moved a change: of those of
// that instant in the environment the one that gained or lost it, else one of
// its component, or nil.
func (t *Teller) deployment(c *ledger.Change, env ledger.EnvironmentName, at time.Time) *ledger.Deployment {
	var near *ledger.Deployment
	for _, d := range t.deployments[instantKey{env, at.UnixNano()}] {
		if d.Repository != c.Repository {
			continue
		}
		if slices.Contains(d.Gained, c.ID) || slices.Contains(d.Lost, c.ID) {
			return d
		}
		if near == nil && slices.Contains(c.Components, d.Component) {
			near = d
		}
	}
	return near
}

// what names what a deployment put there: the version, else the ref as written,
// else the commit. A tag that stands for the deployment itself names nothing.
func what(d *ledger.Deployment) string {
	if d == nil {
		return ""
	}
	own := slices.ContainsFunc(d.Origins, func(o ledger.Origin) bool { return o.Tag != "" && o.Tag == d.Ref })
	return nameOf(d.Version, d.Ref, d.Revision, own)
}

// nameOf names a revision: "v1.4.0", "main", "commit 3fa9c1e2b4d5", or "" when
// nothing is known of it. A ref that is not telling stands for the commit.
func nameOf(version ledger.VersionName, ref string, revision ledger.Hash, notTelling bool) string {
	switch {
	case version != "":
		return clean(string(version))
	case ref != "" && !(notTelling && !revision.IsZero()) && (revision.IsZero() || !strings.HasPrefix(revision.String(), ref)):
		return clean(ref)
	case !revision.IsZero():
		return "commit " + revision.Short()
	default:
		return ""
	}
}

// production reports whether an environment has users. One that the ledger does
// not list is taken for production, so that no claim is made too small.
func (t *Teller) production(env ledger.EnvironmentName) bool {
	tier, ok := t.tiers[env]
	return !ok || tier == ledger.TierProduction
}

// inEnvironment finds the state of a change in an environment, or nil.
func inEnvironment(c *ledger.Change, env ledger.EnvironmentName) *ledger.InEnvironment {
	for i := range c.Environments {
		if c.Environments[i].Environment == env {
			return &c.Environments[i]
		}
	}
	return nil
}

// line makes a Line of a sentence without its full stop. Text of other people at
// its end may bring one along.
func line(at time.Time, text string) Line {
	text = upper(clean(text))
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	l := Line{Text: text}
	if !at.IsZero() {
		utc := at.UTC()
		l.At = &utc
	}
	return l
}
