package ledger_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// A monorepo is the benchmarks' input: a year and more of a product with many
// components, made from a seed. Sizes follow the number of commits.
type monorepo struct {
	*rand.Rand
	facts    ledger.Facts
	repo     *ledger.Repository
	mainline []ledger.Hash
	release  []ledger.Hash // tips of release branches
	commits  int
	begin    time.Time
}

// newMonorepo makes facts with n commits, n/33 versions, n·3/10 records over 5
// environments and 20 components, and n/200 flags with 20 steps each: for
// 100,000 commits what design section 8 calls an ordinary input. A change
// touches one or two components; one in five is behind a flag.
func newMonorepo(n int) ledger.Facts {
	m := &monorepo{Rand: rand.New(rand.NewPCG(1, 2)), begin: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	m.facts.Repositories = []ledger.Repository{{Name: "shop", Branch: "main"}}
	m.repo = &m.facts.Repositories[0]
	for i := range 20 {
		m.repo.Components = append(m.repo.Components, ledger.ComponentName(fmt.Sprintf("part-%02d", i)))
	}
	for m.commits < n {
		m.grow(n)
	}
	m.repo.Mainline = m.mainline[len(m.mainline)-1]
	for i := range n / 33 {
		m.tag(i, n/33)
	}
	for i := range n * 3 / 10 {
		m.deploy(i, n*3/10)
	}
	for i := range n / 200 {
		m.flag(ledger.FlagKey(fmt.Sprintf("flag-%04d", i)))
	}
	return m.facts
}

// commit adds a commit ten minutes after the last one.
func (m *monorepo) commit(parents ...ledger.Hash) ledger.Hash {
	var h ledger.Hash
	binary.BigEndian.PutUint64(h[:], uint64(m.commits)*0x9e3779b97f4a7c15) // spread, and the same in every run
	binary.BigEndian.PutUint64(h[8:], uint64(m.commits))
	c := ledger.Commit{
		Hash: h, Parents: parents, Committed: m.begin.Add(time.Duration(m.commits) * 10 * time.Minute), Author: "Somebody",
		Title: fmt.Sprintf("feat: change %d", m.commits), Components: []ledger.ComponentName{m.repo.Components[m.IntN(20)]},
	}
	if m.IntN(3) == 0 {
		c.Components = append(c.Components, m.repo.Components[m.IntN(20)])
	}
	m.repo.Commits = append(m.repo.Commits, c)
	m.commits++
	return h
}

// grow adds a commit to the mainline: a plain one, a merge of two commits, now
// and then a revert, and a backport on the newest of some release branches.
func (m *monorepo) grow(n int) {
	if len(m.mainline) == 0 {
		m.mainline = append(m.mainline, m.commit())
		return
	}
	tip := m.mainline[len(m.mainline)-1]
	var added ledger.Hash
	switch k := m.IntN(100); {
	case k < 25:
		added = m.commit(tip, m.commit(m.commit(m.recent())))
	case k < 26:
		added = m.commit(tip)
		m.repo.Reverts = append(m.repo.Reverts, ledger.Revert{Commit: added, Undoes: m.recent()})
	default:
		added = m.commit(tip)
	}
	m.mainline = append(m.mainline, added)
	if m.IntN(5) == 0 {
		key := ledger.FlagKey(fmt.Sprintf("flag-%04d", m.IntN(n/200)))
		m.facts.Links = append(m.facts.Links, ledger.FlagLink{Repository: "shop", Commit: added, Key: key, By: ledger.LinkTrailer, Role: ledger.RoleBehind})
	}
	switch k := m.IntN(1000); {
	case k < 2:
		m.release = append(m.release, added)
	case k < 10 && len(m.release) > 0:
		last := &m.release[len(m.release)-1]
		*last = m.commit(*last)
		m.repo.Backports = append(m.repo.Backports, ledger.Backport{Commit: *last, Of: m.recent()})
	}
}

// recent is one of the last mainline commits.
func (m *monorepo) recent() ledger.Hash {
	return m.mainline[len(m.mainline)-1-m.IntN(min(len(m.mainline), 50))]
}

func (m *monorepo) tag(i, of int) {
	at := m.mainline[len(m.mainline)*i/of]
	if len(m.release) > 0 && m.IntN(10) == 0 {
		at = m.release[len(m.release)*i/of]
	}
	m.repo.Versions = append(m.repo.Versions, ledger.VersionFact{
		Name: ledger.VersionName(fmt.Sprintf("v%d", i)), Commit: at, Order: i,
		When: ledger.When{At: m.dateOf(at).Add(time.Hour), Basis: ledger.BasisTaggerDate},
	})
}

func (m *monorepo) dateOf(h ledger.Hash) time.Time {
	return m.repo.Commits[binary.BigEndian.Uint64(h[8:])].Committed
}

// deploy adds a record: mostly of the mainline as it is then, now and then an
// older commit, a release branch, or a canary.
func (m *monorepo) deploy(i, of int) {
	place := len(m.mainline) * i / of
	r := ledger.Record{
		ID: fmt.Sprintf("deploy/%d", i), Repository: "shop", Component: m.repo.Components[m.IntN(20)],
		Environment: []ledger.EnvironmentName{"production", "production-eu", "staging", "qa", "dev"}[m.IntN(5)],
		Revision:    m.mainline[place], Status: ledger.RecordSucceeded, TimeBasis: ledger.BasisDeclared, Order: i,
		FinishedAt: m.dateOf(m.mainline[place]).Add(30 * time.Minute),
	}
	switch k := m.IntN(100); {
	case k < 3:
		r.Revision = m.mainline[max(0, place-m.IntN(300))]
	case k < 5 && len(m.release) > 0:
		r.Revision = m.release[min(len(m.release)-1, len(m.release)*i/of)]
	case k < 9:
		share := ledger.Exactly(10_00000)
		r.Kind, r.Weight = ledger.KindCanaryStep, &share
	case k < 11:
		r.Status = ledger.RecordFailed
	}
	r.Ref = r.Revision.String()
	m.facts.Deployments = append(m.facts.Deployments, r)
}

// flag adds a history of 20 steps, in one of the two ways of taking effect.
func (m *monorepo) flag(key ledger.FlagKey) {
	h := ledger.FlagHistory{Key: key, Repository: "shop", Source: "flags.yaml", Effect: ledger.EffectMerge}
	if m.IntN(4) == 0 {
		h.Effect = ledger.EffectDeployment
	}
	from, length := m.IntN(len(m.mainline)), 0
	for i := range 20 {
		length += 1 + m.IntN(50)
		s := ledger.FlagStep{Commit: m.mainline[min(len(m.mainline)-1, from+length)], Environment: "production",
			Setting: ledger.Setting{State: ledger.FlagPartial, Percent: ledger.Exactly(ledger.Percent(i) * 5_00000)}}
		if i%3 == 0 {
			s.Environment = ""
		}
		h.Steps = append(h.Steps, s)
	}
	m.facts.Flags = append(m.facts.Flags, h)
}

// BenchmarkCompute reports, beside the usual, the heap that one ledger needs at
// its peak, as far as the collector lets it grow.
func BenchmarkCompute(b *testing.B) {
	for _, n := range []int{10_000, 30_000, 100_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			facts := newMonorepo(n)
			asOf := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				if l := ledger.Compute(facts, ledger.Policy{}, asOf); len(l.Changes) == 0 {
					b.Fatal("no changes")
				}
			}
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			b.ReportMetric(float64(stats.HeapSys)/(1<<20), "MiB-heap")
		})
	}
}

// BenchmarkComputeTwice reports how much longer twice the input takes.
func BenchmarkComputeTwice(b *testing.B) {
	asOf := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	one, two := newMonorepo(100_000), newMonorepo(200_000)
	var short, long time.Duration
	for b.Loop() {
		begin := time.Now()
		ledger.Compute(one, ledger.Policy{}, asOf)
		middle := time.Now()
		ledger.Compute(two, ledger.Policy{}, asOf)
		short, long = short+middle.Sub(begin), long+time.Since(middle)
	}
	b.ReportMetric(long.Seconds()/short.Seconds(), "ratio")
}

// TestMonorepo checks that the benchmarks measure what they say: a history in
// which changes move.
func TestMonorepo(t *testing.T) {
	facts := newMonorepo(2000)
	l := ledger.Compute(facts, ledger.Policy{}, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	moves := 0
	for _, c := range l.Changes {
		for _, in := range c.Environments {
			moves += len(in.Moves)
		}
	}
	if len(l.Changes) < 1000 || len(l.Versions) != 60 || len(l.Deployments) != 600 || moves < 2000 {
		t.Errorf("%d changes, %d versions, %d deployments, %d moves", len(l.Changes), len(l.Versions), len(l.Deployments), moves)
	}
}
