package facts_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/deploylog"
	"daylight/generator/facts"
	"daylight/generator/ledger"
)

var day = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// rich has something in every list, so that nothing is forgotten on the way.
func rich() *facts.Part {
	p := organization(1, 60)
	r := &p.Repositories[0]
	r.Components = []ledger.ComponentName{"web", "api"}
	r.Shallow = []ledger.Hash{r.Commits[0].Hash}
	r.Commits[0].Parents = []ledger.Hash{idOf("cut off", 1), idOf("cut off", 2)}
	r.Commits[1].Components = []ledger.ComponentName{}
	r.Commits[2].Components = []ledger.ComponentName{"api", "web"}
	r.Commits[3].Authored = time.Time{}
	r.Commits[4].Note = &ledger.NoteText{Title: "New", Text: "<b>& \u2028", Kind: "added", Origins: []ledger.Origin{{File: "changes/1.md", Line: 2}}}
	slices.SortFunc(r.Commits, func(a, b ledger.Commit) int { return ledger.CompareHashes(a.Hash, b.Hash) })
	tip := r.Mainline
	at := []ledger.Origin{{Repository: r.Name, Commit: tip, Line: 3, Col: 4}}
	r.Reverts = []ledger.Revert{{Commit: tip, Undoes: idOf(string(r.Name), 3), Rule: "This reverts commit", Origins: at}}
	r.Backports = []ledger.Backport{{Commit: tip, Of: idOf(string(r.Name), 4), Rule: "cherry picked", Reapply: true, Brings: []ledger.Hash{idOf(string(r.Name), 5)}, Origins: at}}
	half := ledger.Share{Lo: 0, Hi: 40_12345}
	p.Deployments[0].Weight = &half
	p.Releases = []ledger.DeclaredRelease{{Repository: r.Name, Version: "v0", At: ledger.When{At: day, Basis: ledger.BasisDeclared}, Percent: half,
		Groups: []ledger.GroupShare{{Name: "beta", Percent: half}}, Origins: at}}
	p.Holds = []ledger.Hold{{Repository: r.Name, Environment: "production", Held: true, At: ledger.When{At: day, Basis: ledger.BasisCommitterDate}, Reason: "frozen", Origins: at}}
	p.Flags[0].Steps[0].Plan = []ledger.PlannedSetting{{At: day, Setting: ledger.Setting{State: ledger.FlagOn, Percent: ledger.Everybody(), Excludes: []string{"staff"}}, Origins: at, Written: day}}
	p.Flags[0].At = []ledger.FlagAt{{Revision: tip, Environment: "production", Removed: true, Origins: at}}
	p.Flags[0].Delay, p.Flags[0].Expires = time.Minute, day
	p.Usages = []ledger.FlagUsage{{Key: p.Flags[0].Key, Repository: r.Name, By: ledger.UsageCode, Known: true, Count: 2, Origins: at}}
	p.Incidents = []ledger.Incident{{ID: "INC-1", Repository: r.Name, StartedAt: day, Title: "down", Origins: at}}
	p.Repairs = []ledger.Repair{{Repository: r.Name, Commit: tip, Key: "Incident", Incident: "INC-1", Origins: at}}
	p.Problems = []ledger.Problem{{Origins: at, Message: "cannot read", Hint: "correct it", Rule: "unreadable", Level: ledger.LevelWarning}}
	p.Pending = []deploylog.Pending{{Revision: idOf("pending", 1), Repository: "other", Refs: []string{"v1", "abc1234"}, Kind: deploylog.PendingValue, Ref: "v1-abc1234", Origin: at[0], Source: "apps/*", Component: "web"}}
	p.Pointers = []deploylog.Pointer{{Record: p.Deployments[1], Noun: "branch", Name: "deployed-to-production", Newest: day}}
	r.SourcesOnly = true
	p.FlagNotes = []facts.FlagNote{{Repository: r.Name, Flag: "elsewhere", Note: &ledger.NoteText{Text: "Better"}}}
	p.Sources[0].Remote, p.Sources[0].Withheld = "https://example.org/x.git", []facts.Withheld{{Kind: "branch", Text: "secret-plan"}}
	p.Lives[0].Aliases, p.Lives[0].PullRequests, p.Lives[0].Origin = []ledger.FlagKey{"older"}, []int{7}, at[0]
	return p
}

func TestRoundTrip(t *testing.T) {
	want := rich()
	data := encode(t, want)
	got := decode(t, data, "")
	if d := cmp.Diff(want, got, cmp.AllowUnexported(facts.Part{})); d != "" {
		t.Errorf("what was read differs from what was written (-want +got):\n%s", d)
	}
	if again := encode(t, got); !bytes.Equal(data, again) {
		t.Error("the same part gives other bytes the second time")
	}
	for _, c := range want.Repositories[0].Commits {
		if n := bytes.Count(data, []byte(`"hash":"`+c.Hash.String())); n != 1 {
			t.Fatalf("commit %s is written %d times as a commit", c.Hash, n)
		}
	}
}

// TestNothingForgotten fails when a list of ledger.Facts is added that the format
// does not carry.
func TestNothingForgotten(t *testing.T) {
	joined, err := facts.Join([]*facts.Part{decode(t, encode(t, rich()), "a.json")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(joined.Facts)
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string][]json.RawMessage
	if err := json.Unmarshal(data, &lists); err != nil {
		t.Fatal(err)
	}
	for name, list := range lists {
		if len(list) == 0 {
			t.Errorf("%s is empty after joining a part that has some", name)
		}
	}
}

func TestBadFiles(t *testing.T) {
	good := string(encode(t, organization(1, 3)))
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "f.json:1: the file ends in the middle"},
		{"no JSON", "hello", "f.json:1: no JSON: invalid character 'h'"},
		{"a list", "[]", "f.json:1: want an object here"},
		{"something else", `{"changes": []}`, `"version" has to come first`},
		{"no version", `{"schema": "x"}`, "it has no version"},
		{"a newer version", strings.Replace(good, `"version": 1`, `"version": 2, "new": {}`, 1), "version 2 of the format is newer than the one that is known here, 1"},
		{"version 0", strings.Replace(good, `"version": 1`, `"version": 0`, 1), "never was"},
		{"cut short", good[:len(good)/2], "the file ends in the middle"},
		{"trailing", good + "{}", "something follows the facts"},
		{"twice", strings.Replace(good, `"program"`, `"version"`, 1), `key "version" comes twice`},
		{"a bad hash", strings.Replace(good, `"hash":"`, `"hash":"zz`, 1), "parse commit"},
		{"a parent that is not there", strings.Replace(good, `"parents":[`, `"parents":[77,`, 1), "a parent of commit"},
		{"an author that is not there", strings.Replace(good, `"author":0`, `"author":-5`, 1), "is not in the list of strings"},
		{"a share of 200 %", strings.Replace(good, `"percent":[`, `"percent":[200,`, 1), "f.json:"},
		{"a number for a name", strings.Replace(good, `"branch":"main"`, `"branch":7`, 1), "branch cannot be a number"},
		{"a date without a year", strings.Replace(good, `"committed":17`, `"committed":17000000`, 1), "no year that a calendar has"},
		{"no repository", `{"version": 1}`, "it has no repository"},
		{"a release without an origin", `{"version": 1, "repositories": [{"repository": {"name": "a"}}], "releases": [{}, {}]}`, "has no origin"},
		{"a flag without a life", strings.Replace(good, `"lives": [`, `"lives": [], "other": [`, 1), "has no entry in lives"},
	} {
		_, err := facts.Decode(strings.NewReader(c.data), "f.json")
		var bad *facts.Error
		if !errors.As(err, &bad) {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || bad.Hint() == "" {
			t.Errorf("%s: error %q with hint %q, want %q", c.name, err, bad.Hint(), c.want)
		}
	}
}

// TestCycle: a file can say what git cannot, and a walk would never end.
func TestCycle(t *testing.T) {
	p := organization(1, 3)
	r := &p.Repositories[0]
	r.Commits[0].Parents = []ledger.Hash{r.Commits[2].Hash}
	_, err := facts.Decode(bytes.NewReader(encode(t, p)), "f.json")
	if err == nil || !strings.Contains(err.Error(), "is its own ancestor") {
		t.Errorf("error %v", err)
	}
}

// TestLaterKeys: what a later program adds to the same version is passed over.
func TestLaterKeys(t *testing.T) {
	data := string(encode(t, organization(1, 3)))
	data = strings.Replace(data, `"program"`, `"later": [{"a": [1]}], "program"`, 1)
	data = strings.Replace(data, `{"hash":`, `{"later":1,"hash":`, 1)
	if p := decode(t, []byte(data), "f.json"); len(p.Repositories[0].Commits) != 3 {
		t.Errorf("%d commits", len(p.Repositories[0].Commits))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(f, organization(1, 3)))
	f.Add(encode(f, rich()))
	f.Add([]byte(`{"version":1,"repositories":[{"repository":{"name":"a"},"commits":[]}],"releases":[{},{}],"deployments":[{"ref":"latest"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := facts.Decode(bytes.NewReader(data), "f.json")
		if err != nil {
			var bad *facts.Error
			if !errors.As(err, &bad) || bad.Message == "" || bad.Advice == "" {
				t.Fatalf("error without a place or a hint: %v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := facts.Encode(&b, p, "fuzz"); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := facts.Decode(bytes.NewReader(b.Bytes()), "again.json"); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.Bytes())
		}
		joined, err := facts.Join([]*facts.Part{p}, nil)
		if err != nil {
			t.Fatalf("one part cannot be joined: %v", err)
		}
		ledger.Compute(joined.Facts, ledger.Policy{}, day)
	})
}
