package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// story is a ledger by hand: deployments a day apart from 1 March on, of one lane
// in production, each of which brings the changes that are named after it.
type story struct {
	ledger.Ledger
	facts ledger.Facts
}

func history(lines ...string) *story {
	s := &story{}
	s.AsOf = time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	s.Environments = []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}}
	repo := ledger.Repository{Name: "shop"}
	for i, line := range lines {
		at := time.Date(2026, 3, i+1, 12, 0, 0, 0, time.UTC)
		words := strings.Fields(line) // kind, revision, then options and changes
		d := ledger.Deployment{ID: fmt.Sprint("d", i+1), Environment: "production", Repository: "shop", Component: "shop", Ref: words[1],
			Version: ledger.VersionName(words[1]), Revision: ledger.Hash{words[1][1]}, Kind: ledger.DeploymentKind(words[0]),
			Relation: ledger.RelationForward, Status: ledger.RecordSucceeded, FinishedAt: &at, Weight: ledger.Everybody()}
		if words[0] == string(ledger.KindTrafficSwitch) {
			d.Relation = ledger.RelationSame
		}
		for _, w := range words[2:] {
			switch w {
			case "hotfix":
				d.Hotfix = true
			case "faulty":
				d.Faulty = true
			case "idle":
				d.Weight = ledger.Share{}
			default:
				id, off := strings.CutSuffix(w, "!")
				h := ledger.Hash{id[0]}
				d.Gained = append(d.Gained, ledger.ChangeID(id))
				s.Changes = append(s.Changes, ledger.Change{Repository: "shop", ID: ledger.ChangeID(id), Commit: h, Commits: []ledger.Hash{h}, OffMainline: off})
				repo.Commits = append(repo.Commits, ledger.Commit{Hash: h, Committed: at.Add(-2 * time.Hour), Authored: at.Add(-3 * time.Hour)})
			}
		}
		s.Deployments = append([]ledger.Deployment{d}, s.Deployments...)
	}
	s.facts.Repositories = []ledger.Repository{repo}
	return s
}

// tells writes the failures, and which deployments are how many of which.
func (s *story) tells(t *testing.T, opt Options) string {
	t.Helper()
	r := Compute(s.facts, &s.Ledger, opt)
	if len(r.Lanes) != 1 {
		t.Fatalf("%d lanes", len(r.Lanes))
	}
	ln := &r.Lanes[0]
	w := &ln.Windows[len(ln.Windows)-1]
	var out []string
	for _, f := range ln.Failures {
		text := f.Deployment + " failed:"
		for _, m := range f.Marks {
			text += " " + string(m)
		}
		switch {
		case f.Recovered == nil:
			text += ", open"
		case f.By != "":
			text += ", mended by " + f.By
		default:
			text += ", over " + f.Recovered.Format("2 Jan 15:04")
		}
		out = append(out, text)
	}
	share := func(r Rate) string {
		if r.Unknown != "" {
			return "unknown"
		}
		return fmt.Sprintf("%d of %d", r.Hits, r.Of)
	}
	out = append(out, "fails "+share(w.Instability.ChangeFailRate)+", rework "+share(w.Instability.ReworkRate))
	for _, p := range r.Problems {
		out = append(out, p.Message)
	}
	return strings.Join(out, "; ")
}

// Each source of marks, and what it says of which deployment.
func TestMarks(t *testing.T) {
	march := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name string
		of   *story
		with func(s *story)
		want string
	}{
		{"without any mark nothing is known", history("deploy v1 a", "deploy v2 b"), nil, "fails unknown, rework unknown"},
		{"a rollback takes back the one before it", history("deploy v1 a", "deploy v2 b", "rollback v1"), nil,
			"d2 failed: rollback, mended by d3; fails 1 of 3, rework 1 of 3"},
		{"a second rollback takes back what the first went back to", history("deploy v1 a", "deploy v2 b", "deploy v3 c", "rollback v2", "rollback v1"), nil,
			"d3 failed: rollback, mended by d4; d2 failed: rollback, mended by d5; fails 2 of 5, rework 2 of 5"},
		{"a redeployment of the bad one is not the bad one", history("deploy v1 a", "deploy v2 b", "redeploy v2", "rollback v1"), nil,
			"d2 failed: rollback, mended by d4; fails 1 of 4, rework 1 of 4"},
		{"a rollback of which nobody knows what it took back", history("rollback v1 a", "deploy v2 b"), nil, "fails 0 of 2, rework 1 of 2"},
		{"a record that calls itself a hotfix", history("deploy v1 a", "deploy v2 hotfix b"), nil, "d1 failed: record, mended by d2; fails 1 of 2, rework 1 of 2"},
		{"a record that calls itself bad", history("deploy v1 faulty a", "deploy v2 b"), nil, "d1 failed: record, open; fails 1 of 2, rework unknown"},
		{"only changes from off the mainline", history("deploy v1 a", "deploy v2 b!", "deploy v3 c! d"), nil, "d1 failed: hotfix, mended by d2; fails 1 of 3, rework 1 of 3"},
		{"the name of a version", history("deploy v1 a", "deploy v2-hotfix.1 b", "deploy v3-hotfixture c"), nil, "d1 failed: hotfix, mended by d2; fails 1 of 3, rework 1 of 3"},
		{"the merge of a branch called hotfix, alone and with others", history("deploy v1 a", "deploy v2 b", "deploy v3 c d"), func(s *story) {
			s.facts.Repairs = []ledger.Repair{{Repository: "shop", Commit: ledger.Hash{'b'}, Key: "branch hotfix/b"}, {Repository: "shop", Commit: ledger.Hash{'c'}, Key: "branch hotfix/c"}}
		}, "d1 failed: hotfix, mended by d2; fails 1 of 3, rework 1 of 3"},
		{"the traffic goes back", history("deploy v1 a", "deploy v2 idle b", "traffic_switch v2", "traffic_switch v1", "traffic_switch v2"), nil,
			"d2 failed: rollback, mended by d4; fails 1 of 2, rework unknown"},
		{"a commit names the version that it mends", history("deploy v1 a", "deploy v2 b", "deploy v3 c"), func(s *story) {
			s.facts.Repairs = []ledger.Repair{{Repository: "shop", Commit: ledger.Hash{'c'}, Key: "Fixes-Deployment", Deployment: "v1"}}
		}, "d1 failed: trailer, mended by d3; fails 1 of 3, rework 1 of 3"},
		{"a commit names a deployment that nobody recorded", history("deploy v1 a", "deploy v2 b"), func(s *story) {
			s.facts.Repairs = []ledger.Repair{{Repository: "shop", Commit: ledger.Hash{'b'}, Key: "Fixes-Deployment", Deployment: "v9"}}
		}, "fails unknown, rework unknown; trailer Fixes-Deployment names a deployment that nobody recorded: v9"},
		{"a commit names an incident of which nothing else is known", history("deploy v1 a", "deploy v2 b", "deploy v3 c"), func(s *story) {
			s.facts.Repairs = []ledger.Repair{{Repository: "shop", Commit: ledger.Hash{'c'}, Key: "Incident", Incident: "INC-1"}}
		}, "d2 failed: trailer, mended by d3; fails 1 of 3, rework 1 of 3"},
		{"a commit names an incident that a file knows", history("deploy v1 a", "deploy v2 b", "deploy v3 c"), func(s *story) {
			s.facts.Repairs = []ledger.Repair{{Repository: "shop", Commit: ledger.Hash{'c'}, Key: "Incident", Incident: "INC-1"}}
			s.facts.Incidents = []ledger.Incident{{ID: "INC-1", StartedAt: march(1, 18), ResolvedAt: march(1, 20)}}
		}, "d1 failed: trailer incident, over 1 Mar 20:00; fails 1 of 3, rework 1 of 3"},
		{"an incident is of the last deployment that had ended", history("deploy v1 a", "deploy v2 b"), func(s *story) {
			s.facts.Incidents = []ledger.Incident{{ID: "x", StartedAt: march(2, 13)}}
		}, "d2 failed: incident, open; fails 1 of 2, rework unknown"},
		{"an incident that names another component", history("deploy v1 a"), func(s *story) {
			s.facts.Incidents = []ledger.Incident{{ID: "x", StartedAt: march(2, 13), Component: "other"}}
		}, "fails unknown, rework unknown; no deployment is known that incident x could have come from"},
		{"two incidents of one deployment are one failure, over with the later", history("deploy v1 a"), func(s *story) {
			s.facts.Incidents = []ledger.Incident{{ID: "x", StartedAt: march(2, 13), ResolvedAt: march(2, 14), Deployment: "v1"}, {ID: "y", StartedAt: march(3, 1), ResolvedAt: march(3, 2), Deployment: "d1"}}
		}, "d1 failed: incident, over 3 Mar 02:00; fails 1 of 1, rework unknown"},
		{"an incident after as-of has not happened", history("deploy v1 a"), func(s *story) {
			s.facts.Incidents = []ledger.Incident{{ID: "x", StartedAt: s.AsOf.Add(time.Hour)}}
		}, "fails unknown, rework unknown"},
	} {
		if c.with != nil {
			c.with(c.of)
		}
		if got := c.of.tells(t, Options{}); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// A team that keeps incident files and has none in them had none: that is 0 %,
// and not unknown. What is not believed does not count.
func TestMarksByChoice(t *testing.T) {
	quiet, rolled := history("deploy v1 a", "deploy v2 b"), history("deploy v1 a", "deploy v2 b", "rollback v1")
	if got := quiet.tells(t, Options{Incidents: true}); got != "fails 0 of 2, rework unknown" {
		t.Error(got)
	}
	if got := rolled.tells(t, Options{Marks: []Source{SourceIncident}}); got != "fails unknown, rework unknown" {
		t.Error(got)
	}
}

// A lane whose traffic goes back failed its users from the switch on, and not from
// the deployment to the idle slot.
func TestRecoveryOfSwitch(t *testing.T) {
	s := history("deploy v1 a", "deploy v2 idle b", "deploy v2 idle", "traffic_switch v2", "traffic_switch v1")
	w := Compute(s.facts, &s.Ledger, Options{}).Lanes[0].Windows[0]
	if got := w.Throughput.RecoveryTime; got.Count != 1 || time.Duration(got.P50) != 24*time.Hour {
		t.Errorf("recovered after %s (%d)", got.P50.Words(), got.Count)
	}
}
