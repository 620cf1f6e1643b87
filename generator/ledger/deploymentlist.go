package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// deploymentList shows every record that happened by as-of, newest first.
func (c *computation) deploymentList() []Deployment {
	out := make([]Deployment, 0, len(c.records))
	seen := c.firstRuns()
	for _, l := range c.lanes {
		res := l.found
		for i, record := 0, 0; i < len(l.instants); i++ {
			in := &l.instants[i]
			for ; record <= in.record; record++ {
				d := c.deployment(l.book, l.records[record])
				c.compareWithLive(&d, l, i, record, seen)
				if record == in.record {
					d.Gained, d.Lost = l.book.idsOf(res.gained[i]), l.book.idsOf(res.lost[i])
				}
				out = append(out, d)
			}
		}
	}
	for _, r := range c.records {
		b := c.home(r.Repository)
		if b == nil {
			c.problem(r.Origins, "unknown-repository", LevelWarning, fmt.Sprintf("record of repository %q, which is not read", r.Repository),
				"add the repository to site.toml, or correct the record")
			continue
		}
		if !counts(r) {
			out = append(out, c.deployment(b, r))
		}
	}
	slices.SortFunc(out, func(x, y Deployment) int {
		return cmp.Or(y.happened().Compare(x.happened()), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Component, y.Component))
	})
	return out
}

func (d *Deployment) happened() time.Time {
	if d.FinishedAt != nil {
		return *d.FinishedAt
	}
	if d.StartedAt != nil {
		return *d.StartedAt
	}
	return time.Time{}
}

// deployment fills in what the record itself says.
func (c *computation) deployment(b *book, r *Record) Deployment {
	name := c.laneNameOf(b, r)
	d := Deployment{ID: r.ID, Environment: r.Environment, Repository: name.repository, Component: name.component, Ref: r.Ref,
		Revision: r.Revision, Kind: r.Kind, KindBasis: KindDeclared, Relation: RelationUnknown, Status: r.Status,
		Hotfix: r.Hotfix, Faulty: r.Faulty,
		StartedAt: known(r.StartedAt), FinishedAt: known(r.FinishedAt), TimeBasis: r.TimeBasis, Gained: []ChangeID{}, Lost: []ChangeID{},
		Slot: optional(r.Slot), Actor: optional(r.Actor), URL: optional(r.URL), Description: optional(r.Description), Origins: emptyIfNil(r.Origins)}
	if r.Weight != nil {
		d.Weight = *r.Weight
	}
	if d.Kind == "" {
		d.Kind, d.KindBasis = KindDeploy, KindInferred
	}
	if x, ok := b.graph.index[r.Revision]; ok {
		d.Version = b.versionAt(x, name.component)
	}
	return d
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// compareWithLive sets relation, kind and weight from what ran before.
func (c *computation) compareWithLive(d *Deployment, l *lane, i, record int, seen map[runKey]time.Time) {
	in := &l.instants[i]
	r := l.records[record]
	for _, s := range in.slots {
		if s.record == r {
			d.Weight = s.weight
		}
	}
	x := l.revisionOf(r)
	var before []running
	if i > 0 {
		before = l.instants[i-1].slots
	}
	d.Relation = l.relation(before, r, x)
	if r.Kind == KindUndeploy || r.Kind == KindTrafficSwitch && x == none {
		d.Relation = RelationSame
		return
	}
	wasLive := l.ranBefore(i, x)
	inferred := l.inferKind(d.Relation, wasLive)
	switch {
	case r.Kind == "" && isCanary(r):
		inferred = KindCanaryStep
	case inferred == KindDeploy && c.promoted(l, r, seen):
		inferred = KindPromote
	}
	if r.Kind == "" {
		d.Kind, d.KindBasis = inferred, KindInferred
		return
	}
	if (r.Kind == KindRollback) != (inferred == KindRollback) && (r.Kind == KindRollback || r.Kind == KindDeploy || r.Kind == KindPromote) &&
		d.Relation != RelationUnknown && d.Relation != RelationSame {
		c.problem(r.Origins, "kind-disagrees", LevelInfo,
			fmt.Sprintf("declared as %s; compared with what ran before it looks like %s", r.Kind, inferred), "the declared kind is shown")
	}
}

// relation compares a revision with the slot that it replaces, or with what has
// most of the traffic.
func (l *lane) relation(before []running, r *Record, x int32) Relation {
	if len(before) == 0 {
		return RelationFirst
	}
	old := slices.MaxFunc(before, func(a, b running) int { return cmp.Compare(a.weight.Lo, b.weight.Lo) })
	if i := slices.IndexFunc(before, func(s running) bool { return r.Slot != "" && s.slot == r.Slot }); i >= 0 {
		old = before[i]
	}
	if x == none || old.revision == none {
		return RelationUnknown
	}
	at := newReach(l.book.graph)
	switch {
	case slices.ContainsFunc(before, func(s running) bool { return s.revision == x }) && (r.Slot == "" || old.revision == x):
		return RelationSame
	case at.reaches(x, old.revision):
		return RelationForward
	case at.reaches(old.revision, x):
		return RelationOlder
	case at.mayReach(x, old.revision), at.mayReach(old.revision, x):
		return RelationUnknown
	default:
		return RelationDiverged
	}
}

// ranBefore reports whether the lane ran a revision before its instant i.
func (l *lane) ranBefore(i int, x int32) bool {
	if l.firstRun == nil {
		l.firstRun = map[int32]int{}
		for n := len(l.instants) - 1; n >= 0; n-- {
			for _, h := range l.instants[n].holders {
				l.firstRun[h.revision] = n
			}
		}
	}
	n, ok := l.firstRun[x]
	return ok && n < i && x != none
}

// inferKind says what a deployment was, from how it compares (design 2.3).
func (l *lane) inferKind(relation Relation, wasLive bool) DeploymentKind {
	switch {
	case relation == RelationSame:
		return KindRedeploy
	case relation == RelationOlder, relation == RelationDiverged && wasLive:
		return KindRollback
	default:
		return KindDeploy
	}
}

// runKey is a revision of a component in a tier.
type runKey struct {
	repository RepositoryName
	component  ComponentName
	revision   Hash
	rank       int
}

// firstRuns tells when each revision first ran in each tier.
func (c *computation) firstRuns() map[runKey]time.Time {
	out := map[runKey]time.Time{}
	for _, l := range c.lanes {
		rank := c.tier(l.name.environment).rank()
		for _, r := range l.records {
			k := runKey{l.name.repository, l.name.component, r.Revision, rank}
			if old, ok := out[k]; !ok || r.FinishedAt.Before(old) {
				out[k] = r.FinishedAt
			}
		}
	}
	return out
}

// promoted reports whether the revision ran in a tier further from the users
// before.
func (c *computation) promoted(l *lane, r *Record, seen map[runKey]time.Time) bool {
	if r.Revision.IsZero() {
		return false // two that nobody could resolve are not the same
	}
	for rank := c.tier(l.name.environment).rank() + 1; rank <= TierOther.rank(); rank++ {
		if at, ok := seen[runKey{l.name.repository, l.name.component, r.Revision, rank}]; ok && at.Before(r.FinishedAt) {
			return true
		}
	}
	return false
}
