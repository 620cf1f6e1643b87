package deploylog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// corpus gives the folder of what others wrote, which is not in this repository.
func corpus(t *testing.T, name string) string {
	dir := filepath.Join("..", "..", "..", "shared", "corpora", "deployments", name)
	if _, err := os.Stat(filepath.Join(dir, "expected.json")); err != nil {
		t.Skipf("no corpus %s beside the repository", name)
	}
	return dir
}

func readJSON(t *testing.T, path string, into any) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil && into != nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// expectation is an entry of an expected.json; each corpus has some of the keys.
type expectation struct {
	File, At, Record, Type, Skipped, Kind, Status, Component, Environment, Tier, ArtifactID, Ref, ID string
	Revision                                                                                         *string
	StartedAt                                                                                        json.RawMessage `json:"started_at"` // null says that it is not known
	FinishedAt                                                                                       time.Time       `json:"finished_at"`
	CreatedAt                                                                                        time.Time       `json:"created_at"`
	Live                                                                                             *bool
	Sequence                                                                                         int
	Commits                                                                                          []string
	Deployments                                                                                      []expectation
}

func readOne(t *testing.T, path string) ([]ledger.Record, []ledger.Problem) {
	in := Input{Files: []File{{Path: filepath.Base(path), Data: readJSON(t, path, nil)}}}
	records, problems := Files{}.Read(in)
	checkPromises(t, in, records, problems)
	return records, problems
}

// TestCorpusCDEvents reads every event of every version: each is a record, or
// left out with its reason.
func TestCorpusCDEvents(t *testing.T) {
	dir := corpus(t, "cdevents")
	var want struct {
		Events []struct {
			expectation
			At time.Time
		}
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &want)
	mapped, skipped := 0, map[string]int{}
	for _, e := range want.Events {
		records, problems := readOne(t, filepath.Join(dir, e.File))
		if e.Record != "deployment" {
			skipped[e.Skipped]++
			if len(records) != 0 || len(problems) != 1 || problems[0].Rule != "no-deployment" || !strings.Contains(problems[0].Message, "("+e.Skipped+")") {
				t.Errorf("%s: %d records, problems %v; want it left out as %s", e.File, len(records), problems, e.Skipped)
			}
			continue
		}
		mapped++
		if len(records) != 1 {
			t.Errorf("%s: %d records, problems %v", e.File, len(records), problems)
			continue
		}
		r := records[0]
		if string(r.Kind) != e.Kind || string(r.Status) != e.Status || string(r.Component) != e.Component || string(r.Environment) != e.Environment ||
			r.Ref != e.ArtifactID || !r.Revision.IsZero() || !r.FinishedAt.Equal(e.At) || r.TimeBasis != ledger.BasisDeclared {
			t.Errorf("%s: got %+v; want %+v at %s", e.File, r, e.expectation, e.At)
		}
	}
	t.Logf("%d events: %d mapped, 0 rejected, left out: %v", len(want.Events), mapped, skipped)
}

// sameAsExpected compares what an expectation states.
func sameAsExpected(t *testing.T, e expectation, r ledger.Record) {
	t.Helper()
	revision := ""
	if e.Revision != nil {
		revision = *e.Revision
	}
	if got := r.Revision; !got.IsZero() && got.String() != revision || got.IsZero() && revision != "" {
		t.Errorf("%s: revision %s; want %q", e.File, got, revision)
	}
	if string(r.Status) != e.Status || string(r.Environment) != e.Environment || string(r.Component) != e.Component || e.Ref != "" && r.Ref != e.Ref {
		t.Errorf("%s: got %+v; want %+v", e.File, r, e)
	}
	if e.ID != "" && !strings.HasSuffix(r.ID, ":"+e.ID) {
		t.Errorf("%s: id %s; want %s", e.File, r.ID, e.ID)
	}
	if e.Tier != "" && string(ledger.TierOf(r.Environment)) != e.Tier {
		t.Errorf("%s: tier %s; want %s", e.File, ledger.TierOf(r.Environment), e.Tier)
	}
	if e.Live != nil && *e.Live != (r.Status == ledger.RecordSucceeded) {
		t.Errorf("%s: status %s; live must be %v", e.File, r.Status, *e.Live)
	}
	if !e.FinishedAt.IsZero() && !r.FinishedAt.Equal(e.FinishedAt) {
		t.Errorf("%s: finished at %s; want %s", e.File, r.FinishedAt, e.FinishedAt)
	}
	switch started := strings.Trim(string(e.StartedAt), `"`); {
	case started == "":
	case started != "null":
		if at := mustTime(t, started); !r.StartedAt.Equal(at) {
			t.Errorf("%s: started at %s; want %s", e.File, r.StartedAt, at)
		}
	case r.Status == ledger.RecordPending:
		// What runs nowhere yet has the time of its request: a record without
		// any time could not be placed.
		if !r.StartedAt.Equal(e.CreatedAt) {
			t.Errorf("%s: started at %s; want the request's %s", e.File, r.StartedAt, e.CreatedAt)
		}
	case !r.StartedAt.IsZero():
		t.Errorf("%s: started at %s; want unknown", e.File, r.StartedAt)
	}
}

func TestCorpusGitHub(t *testing.T) { corpusPayloads(t, "github") }
func TestCorpusGitLab(t *testing.T) { corpusPayloads(t, "gitlab") }

// corpusPayloads reads payloads that are one record, or none with a reason.
func corpusPayloads(t *testing.T, name string) {
	dir := corpus(t, name)
	var want struct{ Payloads []expectation }
	readJSON(t, filepath.Join(dir, "expected.json"), &want)
	counts := map[string]int{}
	for _, e := range want.Payloads {
		records, problems := readOne(t, filepath.Join(dir, e.File))
		counts[e.Record]++
		switch {
		case e.Record == "deployment" && len(records) == 1:
			counts["status "+e.Status]++
			sameAsExpected(t, e, records[0])
		case e.Record == "deployment":
			t.Errorf("%s: %d records; problems %v", e.File, len(records), problems)
		case len(records) != 0 || len(problems) == 0 || problems[0].Rule != "no-deployment":
			t.Errorf("%s (%s): %d records, problems %v; want it left out with a reason", e.File, e.Record, len(records), problems)
		}
	}
	t.Logf("%d payloads: %v", len(want.Payloads), counts)
}

// TestCorpusJira reads bulks of Jira, and the payloads of GitHub that its
// importer is tested with: all the deployments of each, and the map of states.
func TestCorpusJira(t *testing.T) {
	dir := corpus(t, "jira")
	var want struct {
		Payloads []expectation
		States   []struct{ GitHub, Jira, Status string }
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &want)
	total := 0
	for _, e := range want.Payloads {
		records, problems := readOne(t, filepath.Join(dir, e.File))
		if len(records) != len(e.Deployments) {
			t.Errorf("%s: %d records, want %d; problems %v", e.File, len(records), len(e.Deployments), problems)
			continue
		}
		for i, d := range e.Deployments {
			d.File = e.File
			sameAsExpected(t, d, records[i])
			total++
			inferred := slices.ContainsFunc(problems, func(p ledger.Problem) bool { return p.Rule == "inferred-revision" })
			if len(d.Commits) > 1 != inferred {
				t.Errorf("%s: names %d commits, and no problem says what that means: %v", e.File, len(d.Commits), problems)
			}
		}
	}
	for _, s := range want.States {
		r := &reading{}
		e := event{fields: object{}, source: "github"}
		r.sayStatus(e, &decode.Node{Kind: decode.String, Text: s.GitHub}, githubStatus)
		if got := textOf(e.fields["status"]); got != s.Status {
			t.Errorf("state %s of GitHub is %s; want %s", s.GitHub, got, s.Status)
		}
	}
	t.Logf("%d payloads with %d deployments, %d states", len(want.Payloads), total, len(want.States))
}
