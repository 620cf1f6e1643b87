package stale_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"daylight/generator/collect"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
	"daylight/generator/stale"
)

// TestAccidentalExposures reads the history of a public demo in which a flag was
// turned on by a commit that renames a folder, and off again before the next
// version: the accident is found, with its days. What was in versions is not.
func TestAccidentalExposures(t *testing.T) {
	dir := filepath.Join(os.Getenv("MIRROR"), "open-telemetry+opentelemetry-demo", "repo")
	repo, err := gitrepo.Open(dir)
	if os.Getenv("MIRROR") == "" || err != nil {
		t.Skip("set MIRROR to the folder with the clones, <owner>+<name>/repo")
	}
	defer repo.Close()
	facts, err := collect.Collect(context.Background(), collect.Options{
		Repositories: []collect.Repository{{Name: "demo", Repo: repo}},
		Flags:        []collect.FlagSource{{Format: "flagd", Files: []string{"src/flagd/demo.flagd.json"}, Effect: ledger.EffectDeployment}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.Compute(facts, ledger.Policy{Threshold: ledger.Hundred}, time.Date(2026, 8, 24, 0, 0, 0, 0, time.UTC))
	var found []stale.Entry
	for _, list := range stale.Find(l, &facts, stale.Rules{}).Lists {
		if list.Kind == stale.InNoVersion {
			found = list.Entries
		}
	}
	if len(found) == 0 {
		t.Fatal("no exposure between two versions is found")
	}
	first := found[0]
	if first.Key != "adFailure" || first.State != ledger.FlagOn || first.Since.Format(time.RFC3339) != "2024-12-19T10:07:12Z" || first.Until.Format(time.RFC3339) != "2025-01-13T09:34:37Z" {
		t.Errorf("the first is %s, %s from %v to %v", first.Key, first.State, first.Since, first.Until)
	}
	for _, e := range found {
		if e.Since.Format("2006-01") == "2024-03" { // 10 % in 1.9.0, 1.10.0 and 1.11.0
			t.Errorf("%s from %v was in versions", e.Key, e.Since)
		}
		t.Logf("%s was %s from %s to %s, and in no version", e.Key, e.State, e.Since.Format(time.DateOnly), e.Until.Format(time.DateOnly))
	}
	// 10 %, although the default is off: in three versions, and issues of the
	// repository tell of it.
	for _, f := range facts.Flags {
		if f.Key != "adFailure" {
			continue
		}
		s := f.Steps[0]
		if s.Setting.State != ledger.FlagPartial || s.Setting.Percent.String() != "10" {
			t.Errorf("adServiceFailure began %s %s, want 10 %%", s.Setting.State, s.Setting.Percent)
		}
	}
}
