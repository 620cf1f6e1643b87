package feed_test

import (
	"fmt"
	"testing"
	"time"

	"daylight/generator/feed"
	"daylight/generator/ledger"
)

// BenchmarkTeam makes and writes all feeds of a ledger of 20,000 changes, 2,000
// deployments to two environments, and 500 versions.
func BenchmarkTeam(b *testing.B) {
	l := shop()
	model := l.Changes
	l.Changes, l.Deployments, l.Versions = nil, nil, nil
	for i := range 20_000 {
		c := model[i%len(model)]
		c.ID = ledger.ChangeID(fmt.Sprintf("%012x", i))
		c.Commits = []ledger.Hash{hash(i + 1)}
		l.Changes = append(l.Changes, c)
	}
	for i := range 2_000 {
		at := at("2026-03-03 09:00").Add(-time.Duration(i) * time.Hour)
		d := ledger.Deployment{
			ID: fmt.Sprint(i), Environment: l.Environments[i%2].Name, Repository: "shop", Component: "shop", Version: "v1", Revision: hash(i),
			Kind: ledger.KindDeploy, Status: ledger.RecordSucceeded, Weight: ledger.Everybody(), FinishedAt: &at,
		}
		for k := range 10 {
			d.Gained = append(d.Gained, ledger.ChangeID(fmt.Sprintf("%012x", i*10+k)))
		}
		l.Deployments = append(l.Deployments, d)
		if i%4 == 0 {
			l.Versions = append(l.Versions, ledger.Version{Repository: "shop", Name: ledger.VersionName(fmt.Sprintf("v%d", i)), At: at, Changes: d.Gained})
		}
	}
	for b.Loop() {
		for _, s := range feed.Team(l, site()) {
			if _, _, err := s.Files(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
