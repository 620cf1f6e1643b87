package feed_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"daylight/generator/feed"
	"daylight/generator/ledger"
)

// manyChanges is a ledger of 20,000 changes, 2,000 deployments to two
// environments, and 500 versions.
func manyChanges() *ledger.Ledger {
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
	return l
}

// BenchmarkTeam makes and writes all feeds of a ledger of 20,000 changes.
func BenchmarkTeam(b *testing.B) {
	l := manyChanges()
	for b.Loop() {
		for _, s := range feed.Team(l, site()) {
			if _, _, err := s.Files(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// TestManyChanges puts every feed, archive and calendar of a repository of 20,000
// changes before the checker.
func TestManyChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	count, size := 0, 0
	for _, s := range feed.Team(manyChanges(), site()) {
		files, _, err := s.Files()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			count, size = count+1, size+len(f.Data)
			for i, x := range check(f) {
				if i < 3 {
					t.Errorf("%s: %s", f.Path, x)
				}
			}
		}
	}
	t.Logf("%d files, %d bytes", count, size)
	if count < 60 {
		t.Errorf("only %d files", count)
	}
}

// TestBuiltSites puts the feeds of sites that were built before the checker: of
// all that lie in the folder that the environment variable SITES names.
func TestBuiltSites(t *testing.T) {
	dir := os.Getenv("SITES")
	if dir == "" {
		t.Skip("SITES names no folder of built sites")
	}
	types := map[string]string{".atom": "application/atom+xml", ".rss": "application/rss+xml", ".json": "application/feed+json", ".ics": "text/calendar"}
	count := map[string]int{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		kind, isFeed := types[path.Ext(name)]
		if err != nil || d.IsDir() || !isFeed {
			return err
		}
		data, err := os.ReadFile(path.Join(dir, name))
		if err != nil {
			return err
		}
		if path.Ext(name) == ".json" && !strings.Contains(string(data[:min(len(data), 200)]), "jsonfeed.org") {
			return nil
		}
		count[path.Ext(name)]++
		for _, x := range check(feed.File{Path: name, Type: kind, Data: data}) {
			if x.Event != "ImplausibleDate" { // the present of the checks is that of the sample
				t.Errorf("%s: %s", name, x)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", count)
	if len(count) == 0 {
		t.Error("no feeds are there")
	}
}
