package deploylog

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"daylight/generator/ledger"
)

// TestCorpusDevLake writes each row of DevLake's own tables as the event that its
// webhook would be sent, and compares the records with the rows.
func TestCorpusDevLake(t *testing.T) {
	dir := corpus(t, "devlake")
	tables, err := filepath.Glob(filepath.Join(dir, "*", "cicd_deployment_commits*.csv"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, table := range tables {
		t.Run(filepath.Base(filepath.Dir(table))+"/"+filepath.Base(table), func(t *testing.T) { checkDevLakeTable(t, table) })
	}
}

// devLakeRow is an event as the webhook has it.
type devLakeRow struct {
	ID          string              `json:"id"`
	Result      string              `json:"result"`
	Environment string              `json:"environment,omitempty"`
	Created     string              `json:"createdDate,omitempty"`
	Started     string              `json:"startedDate,omitempty"`
	Finished    string              `json:"finishedDate,omitempty"`
	Commits     []map[string]string `json:"deploymentCommits"`
}

func checkDevLakeTable(t *testing.T, table string) {
	file, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	var lines strings.Builder
	want := map[string]devLakeRow{}
	nowhere, never := 0, 0
	for _, row := range rows[1:] {
		of := map[string]string{}
		for i, name := range rows[0] {
			of[name] = row[i]
		}
		e := devLakeRow{of["id"], of["result"], of["environment"], of["created_date"], of["started_date"], of["finished_date"],
			[]map[string]string{{"repoUrl": of["repo_url"], "commitSha": of["commit_sha"]}}}
		if !strings.Contains(of["repo_url"], "://") { // the tables have short names in place of addresses
			e.Commits[0]["repoUrl"] = "https://git.example/lumen/" + of["repo_url"]
		}
		switch {
		case e.Environment == "":
			nowhere++
		case e.Created+e.Started+e.Finished == "":
			never++
		default:
			want[e.ID+"#"+path.Base(of["repo_url"])] = e
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(text, '\n'))
	}
	in := Input{Files: []File{{Path: "devlake.jsonl", Data: []byte(lines.String())}}, Format: "devlake"}
	records, problems := Files{}.Read(in)
	checkPromises(t, in, records, problems)
	if len(records) != len(want) {
		t.Errorf("%d records, want %d: %v", len(records), len(want), problems)
	}
	for _, rec := range records {
		_, id, _ := strings.Cut(rec.ID, ":")
		e, ok := want[id]
		repo := path.Base(e.repository())
		status := map[string]ledger.RecordStatus{"SUCCESS": ledger.RecordSucceeded, "FAILURE": ledger.RecordFailed}[e.Result]
		if !ok || string(rec.Environment) != e.Environment || string(rec.Component) != repo || rec.Status != status {
			t.Errorf("%+v is not %+v", rec, e)
		}
		if end, known := parseTime(e.Finished, nil); known && !rec.FinishedAt.Equal(end.at) {
			t.Errorf("%s ended at %s, want %s", rec.ID, rec.FinishedAt, e.Finished)
		}
		if begin, known := parseTime(e.Started, nil); known && !rec.StartedAt.Equal(begin.at) {
			t.Errorf("%s began at %s, want %s", rec.ID, rec.StartedAt, e.Started)
		}
	}
	told := map[string]int{}
	for _, p := range problems {
		told[p.Rule]++
	}
	if told["no-environment"] != nowhere || told["deployment-without-time"] != never {
		t.Errorf("told are %v, want %d rows without an environment and %d without a time", told, nowhere, never)
	}
	t.Logf("%d records of %d rows, %d without an environment, %d without a time", len(records), len(rows)-1, nowhere, never)
}

// repository is the address of the only repository.
func (e devLakeRow) repository() string {
	if len(e.Commits) == 0 {
		return ""
	}
	return e.Commits[0]["repoUrl"]
}
