package metrics

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// The tables of Apache DevLake's own tests, as an oracle of numbers.
type devlakeRow map[string]string

func devlakeDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpora", "deployments", "devlake")
	if _, err := os.Stat(filepath.Join(dir, "expected.json")); err != nil {
		t.Skip("the worked examples of DevLake are not beside the module")
	}
	return dir
}

func devlakeTable(t *testing.T, name string) []devlakeRow {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(devlakeDir(t), filepath.FromSlash(name)))
	lines, bad := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || bad != nil || len(lines) < 2 {
		t.Fatalf("%s: %d lines, %v, %v", name, len(lines), err, bad)
	}
	var out []devlakeRow
	for _, line := range lines[1:] {
		row := devlakeRow{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func (r devlakeRow) at(t *testing.T, column string) time.Time {
	t.Helper()
	if r[column] == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-1-2 15:04:05"} {
		if at, err := time.Parse(layout, r[column]); err == nil {
			return at.UTC()
		}
	}
	t.Fatalf("%s is no time: %q", column, r[column])
	return time.Time{}
}

// inMinutes rounds up, as the tables do; "" for what is not known.
func inMinutes(s *Seconds) string {
	if s == nil {
		return ""
	}
	return strconv.FormatInt(int64((time.Duration(*s)+time.Minute-1)/time.Minute), 10)
}

// devlakeDeviations are those that expected.json names, by suite and id.
func devlakeDeviations(t *testing.T) map[string]string {
	t.Helper()
	var file struct {
		Deviations []struct{ Suite, ID, Ours string } `json:"deviations"`
	}
	b, err := os.ReadFile(filepath.Join(devlakeDir(t), "expected.json"))
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, d := range file.Deviations {
		out[d.Suite+" "+d.ID] = d.Ours
	}
	return out
}

// firstOf gives the earliest of the rows by a time.
func firstOf(t *testing.T, rows []devlakeRow, column string) devlakeRow {
	t.Helper()
	if len(rows) == 0 {
		return devlakeRow{}
	}
	return slices.MinFunc(rows, func(a, b devlakeRow) int { return a.at(t, column).Compare(b.at(t, column)) })
}

func rowsOf(rows []devlakeRow, column, value string) []devlakeRow {
	var out []devlakeRow
	for _, r := range rows {
		if r[column] == value {
			out = append(out, r)
		}
	}
	return out
}

// The parts of the lead time of six pull requests: every cell of minutes and
// dates. Which deployment brought each is proven in package ledger; what it says
// is taken from there, and is compared with the table's own date.
func TestDevLakeLeadTimeParts(t *testing.T) {
	const suite = "change_lead_time"
	deviations := devlakeDeviations(t)
	prs, commits, comments := devlakeTable(t, suite+"/pull_requests.csv"), devlakeTable(t, suite+"/pull_request_commits.csv"), devlakeTable(t, suite+"/pull_request_comments.csv")
	deployments := devlakeTable(t, suite+"/cicd_deployment_commits.csv")
	cells, told := 0, 0
	for _, want := range devlakeTable(t, suite+"/project_pr_metrics.csv") {
		id := want["id"]
		pr := rowsOf(prs, "id", id)[0]
		commit := firstOf(t, rowsOf(commits, "pull_request_id", id), "commit_authored_date")
		others := slices.DeleteFunc(rowsOf(comments, "pull_request_id", id), func(r devlakeRow) bool { return r["account_id"] == pr["author_id"] })
		review := firstOf(t, others, "created_date")
		m := Milestones{FirstCommit: commit.at(t, "commit_authored_date"), Opened: pr.at(t, "created_date"), Reviewed: review.at(t, "created_date"), Merged: pr.at(t, "merged_date")}
		if d := rowsOf(deployments, "id", want["deployment_commit_id"]); len(d) == 1 {
			m.Deployed = d[0].at(t, "finished_date")
		}
		date := func(at time.Time) string {
			if at.IsZero() {
				return ""
			}
			return at.Format(time.RFC3339)
		}
		wantDate := func(column string) string { return date(want.at(t, column)) }
		p := m.Parts()
		for column, cell := range map[string][2]string{
			"first_commit_sha": {commit["commit_sha"], want["first_commit_sha"]}, "first_review_id": {review["id"], want["first_review_id"]},
			"pr_coding_time": {inMinutes(p.Coding), want["pr_coding_time"]}, "pr_pickup_time": {inMinutes(p.Pickup), want["pr_pickup_time"]},
			"pr_review_time": {inMinutes(p.Review), want["pr_review_time"]}, "pr_deploy_time": {inMinutes(p.Deploy), want["pr_deploy_time"]},
			"pr_cycle_time":              {inMinutes(p.Cycle), want["pr_cycle_time"]},
			"first_commit_authored_date": {date(m.FirstCommit), wantDate("first_commit_authored_date")}, "first_comment_date": {date(m.Reviewed), wantDate("first_comment_date")},
			"pr_created_date": {date(m.Opened), wantDate("pr_created_date")}, "pr_merged_date": {date(m.Merged), wantDate("pr_merged_date")},
			"pr_deployed_date": {date(m.Deployed), wantDate("pr_deployed_date")},
		} {
			cells++
			if cell[1] != "" {
				told++
			}
			if cell[0] != cell[1] {
				t.Errorf("%s: %s is %q, want %q (known deviation: %q)", id, column, cell[0], cell[1], deviations[suite+" "+id])
			}
		}
	}
	t.Logf("%d cells, %d of them not empty", cells, told)
	if cells != 6*12 || told == 0 {
		t.Errorf("compared %d cells, want 72", cells)
	}
}

// The deployment that each of six incidents is ascribed to: the last one in
// production of the project that had ended. Incidents and deployments of other
// projects are no input of the project's ledger.
func TestDevLakeIncidents(t *testing.T) {
	const suite = "connect_incident_to_deployment"
	mapped := func(table, id string) bool {
		return slices.ContainsFunc(devlakeTable(t, suite+"/raw_tables/project_mapping.csv"), func(r devlakeRow) bool {
			return r["project_name"] == "project1" && r["table"] == table && r["row_id"] == id
		})
	}
	l := &ledger.Ledger{AsOf: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Environments: []ledger.Environment{
		{Name: "PRODUCTION", Tier: ledger.TierProduction}, {Name: "STAGING", Tier: ledger.TierStaging}}}
	pipeline := map[string]string{}
	for _, r := range devlakeTable(t, suite+"/prev_success_deployment_commit/cicd_deployment_commits_after.csv") {
		if !mapped("cicd_scopes", r["cicd_scope_id"]) {
			continue
		}
		at := r.at(t, "finished_date")
		status := ledger.RecordSucceeded
		if r["result"] != "SUCCESS" {
			status = ledger.RecordFailed
		}
		pipeline[r["id"]] = r["cicd_deployment_id"]
		l.Deployments = append(l.Deployments, ledger.Deployment{ID: r["id"], Environment: ledger.EnvironmentName(r["environment"]),
			Repository: ledger.RepositoryName(r["repo_url"]), Component: ledger.ComponentName(r["cicd_scope_id"]), Kind: ledger.KindDeploy,
			Status: status, FinishedAt: &at})
	}
	slices.SortFunc(l.Deployments, func(a, b ledger.Deployment) int { return b.FinishedAt.Compare(*a.FinishedAt) })
	var facts ledger.Facts
	for _, r := range devlakeTable(t, suite+"/raw_tables/incidents.csv") {
		if mapped(r["table"], r["scope_id"]) {
			facts.Incidents = append(facts.Incidents, ledger.Incident{ID: r["id"], StartedAt: r.at(t, "created_date")})
		}
	}
	got := map[string]string{}
	for _, in := range Compute(facts, l, Options{Median: Lower}).Incidents {
		for _, d := range in.Deployments {
			got[in.ID] = strings.TrimSpace(got[in.ID] + " " + pipeline[d])
		}
	}
	want := map[string]string{}
	for _, r := range devlakeTable(t, suite+"/snapshot_tables/project_incident_deployment_relationships.csv") {
		want[r["id"]] = r["deployment_id"]
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || len(want) != 6 {
		t.Errorf("incidents are ascribed to\n%v, want\n%v", got, want)
	}
}
