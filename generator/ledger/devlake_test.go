package ledger_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// The suites of Apache DevLake are tables: rows that go in, and what its own
// tests expect to come out. Here they say who came before whom in a lane, and
// which deployment brought a pull request. Minutes, incidents and pipelines are
// no matter of the ledger.

// devlakeRow is a row of a table by the names of its columns.
type devlakeRow map[string]string

// devlake is the corpus, which lies beside the module and not in it: its
// expected.json, and the count of what was compared.
type devlake struct {
	Suites []struct {
		Suite, Expected string
		Rows            int
	}
	Deviations         []struct{ Suite, ID, Ours string }
	dir                string
	cells, agree, told int // told: cells without an empty expectation
	deviate            []string
}

func openDevLake(t *testing.T) *devlake {
	t.Helper()
	d := &devlake{dir: filepath.Join("..", "..", "..", "shared", "corpora", "deployments", "devlake")}
	b, err := os.ReadFile(filepath.Join(d.dir, "expected.json"))
	if os.IsNotExist(err) {
		t.Skip("the worked examples of DevLake are not beside the module")
	}
	if bad := json.Unmarshal(b, d); err != nil || bad != nil {
		t.Fatal(err, bad)
	}
	return d
}

func (d *devlake) table(t *testing.T, name string) []devlakeRow {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, filepath.FromSlash(name)))
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

// expected gives the table that a suite must come to. What it repeats of its
// input is not compared, and of a pull request no minutes.
func (d *devlake) expected(t *testing.T, suite string) (rows []devlakeRow) {
	t.Helper()
	for _, s := range d.Suites {
		if s.Suite == suite {
			rows = d.table(t, s.Expected)
			if len(rows) != s.Rows {
				t.Fatalf("%s: %d rows, want %d", suite, len(rows), s.Rows)
			}
		}
	}
	return rows
}

// deviation gives what we are known to answer instead, or "".
func (d *devlake) deviation(suite, id string) string {
	for _, dev := range d.Deviations {
		if dev.Suite == suite && dev.ID == id {
			return dev.Ours
		}
	}
	return ""
}

// cell compares one cell. One that differs must be a deviation that names what
// we answer: instead is that answer in the words of expected.json.
func (d *devlake) cell(t *testing.T, suite, id, column, want, got, instead string) {
	t.Helper()
	d.cells++
	if want != "" {
		d.told++
	}
	ours := d.deviation(suite, id)
	switch {
	case got == want:
		d.agree++
	case instead != "" && strings.Contains(ours, instead):
		d.deviate = append(d.deviate, fmt.Sprintf("%s %s: %q, and not %q: %s", id, column, got, want, ours))
	default:
		t.Errorf("%s: %s of %s is %q, want %q (known deviation: %q)", suite, column, id, got, want, ours)
	}
}

// report logs the counts; a table that decides nothing proves nothing, and a
// deviation that is none any more is news.
func (d *devlake) report(t *testing.T, what string, cells, deviations int) {
	t.Helper()
	t.Logf("%s: %d cells (%d not empty), %d agree, %d deviate", what, d.cells, d.told, d.agree, len(d.deviate))
	for _, dev := range d.deviate {
		t.Log(dev)
	}
	if d.cells != cells || d.told == 0 || len(d.deviate) != deviations {
		t.Errorf("%s: want %d cells, some of them not empty, and %d deviations", what, cells, deviations)
	}
}

// dummy makes an id of a word that stands for a commit.
func dummy(word string) ledger.Hash { return sha1.Sum([]byte(word)) }

// at reads an instant in either form of the tables.
func (r devlakeRow) at(t *testing.T, column string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, r[column])
	if err != nil {
		at, err = time.Parse("2006-1-2 15:04:05", r[column])
	}
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return at.UTC()
}

// date gives an instant in one form, "" where there is none.
func (r devlakeRow) date(t *testing.T, column string) string {
	t.Helper()
	if r[column] == "" {
		return ""
	}
	return r.at(t, column).Format(time.RFC3339)
}

// record is a deployment: the scope is the component, and a row of a deployment
// of several repositories a record of its own.
func (r devlakeRow) record(t *testing.T, order int) ledger.Record {
	t.Helper()
	status, ok := map[string]ledger.RecordStatus{"SUCCESS": ledger.RecordSucceeded, "FAILURE": ledger.RecordFailed}[r["result"]]
	if !ok {
		t.Fatalf("row %s: result %q", r["id"], r["result"])
	}
	return ledger.Record{
		ID: r["id"], Repository: ledger.RepositoryName(r["repo_url"]), Component: ledger.ComponentName(r["cicd_scope_id"]),
		Environment: ledger.EnvironmentName(r["environment"]), Ref: r["commit_sha"], Revision: dummy(r["commit_sha"]), Status: status,
		StartedAt: r.at(t, "started_date"), FinishedAt: r.at(t, "finished_date"), TimeBasis: ledger.BasisDeclared, Order: order,
		Origins: []ledger.Origin{{File: "cicd_deployment_commits.csv", Line: order + 2}},
	}
}

// devlakeFacts collects repositories and records.
type devlakeFacts struct{ ledger.Facts }

func (f *devlakeFacts) repository(name string) *ledger.Repository {
	i := slices.IndexFunc(f.Repositories, func(r ledger.Repository) bool { return r.Name == ledger.RepositoryName(name) })
	if i < 0 {
		i = len(f.Repositories)
		f.Repositories = append(f.Repositories, ledger.Repository{Name: ledger.RepositoryName(name), Branch: "main"})
	}
	return &f.Repositories[i]
}

// add puts a commit in its repository. It is never dated before its parent, as
// in a history that nobody's clock spoiled.
func (f *devlakeFacts) add(repository, word, parent string, at time.Time, components ...ledger.ComponentName) {
	r := f.repository(repository)
	c := ledger.Commit{Hash: dummy(word), Committed: at, Title: word, Components: components}
	if parent != "" {
		c.Parents = []ledger.Hash{dummy(parent)}
	}
	for _, other := range r.Commits {
		if parent == other.Title && other.Committed.After(at) {
			c.Committed = other.Committed
		}
	}
	r.Commits = append(r.Commits, c)
}

// devlakeAsOf is after all that happens in the tables.
var devlakeAsOf = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// predecessors gives, by id, the succeeded record that came before each in its
// lane, in the order of Ledger.Deployments (newest first). Those that did not
// succeed neither have one nor are one.
func predecessors(l *ledger.Ledger) map[string]*ledger.Deployment {
	before, last := map[string]*ledger.Deployment{}, map[[3]string]*ledger.Deployment{}
	for i := range slices.Backward(l.Deployments) {
		d := &l.Deployments[i]
		if d.Status == ledger.RecordSucceeded {
			lane := [3]string{string(d.Environment), string(d.Repository), string(d.Component)}
			before[d.ID], last[lane] = last[lane], d
		}
	}
	return before
}

// Each deployment's predecessor, of 16 deployments of three repositories. The
// tables tell no history, so each repository has one line of commits, in the
// order in which the rows were made: then what a deployment gained begins right
// above its predecessor's revision, which says the same a second time. The scope
// of another project is a lane like every other.
func TestDevLakePreviousSuccess(t *testing.T) {
	const suite = "prev_success_deployment_commit"
	d := openDevLake(t)
	rows := d.table(t, suite+"/cicd_deployment_commits_before.csv")
	slices.SortStableFunc(rows, func(a, b devlakeRow) int { return a.at(t, "created_date").Compare(b.at(t, "created_date")) })
	facts, tips := devlakeFacts{}, map[string]string{}
	for i, row := range rows {
		repository, word := row["repo_url"], row["commit_sha"]
		facts.add(repository, word, tips[repository], row.at(t, "created_date"))
		tips[repository], facts.repository(repository).Mainline = word, dummy(word)
		facts.Deployments = append(facts.Deployments, row.record(t, i))
	}
	l := ledger.Compute(facts.Facts, ledger.Policy{}, devlakeAsOf)
	before, index := predecessors(l), ledger.NewIndex(l)
	for _, want := range d.expected(t, suite) {
		id := want["id"]
		ours := index.Deployment(id)
		if ours == nil {
			t.Fatalf("the ledger has no deployment %s", id)
		}
		d.cell(t, suite, id, "prev_success_deployment_commit_id", want["prev_success_deployment_commit_id"], idOf(before[id]), "")
		checkStep(t, facts.repository(want["repo_url"]), ours, before[id])
	}
	d.report(t, suite, 16, 0)
	if slices.ContainsFunc(l.Environments, func(e ledger.Environment) bool { return e.Name == "" }) {
		t.Error("a deployment to no environment made one")
	}
}

// checkStep compares a deployment's relation and what it gained with the
// predecessor that the order of the list gives, on one line of history.
func checkStep(t *testing.T, r *ledger.Repository, d, before *ledger.Deployment) {
	t.Helper()
	relation, from := ledger.RelationFirst, 0
	at := func(h ledger.Hash) int {
		return slices.IndexFunc(r.Commits, func(c ledger.Commit) bool { return c.Hash == h })
	}
	if before != nil {
		relation, from = ledger.RelationForward, at(before.Revision)+1
	}
	var gained []ledger.ChangeID
	if d.Status != ledger.RecordSucceeded {
		relation = ledger.RelationUnknown
	} else {
		for i := at(d.Revision); i >= from; i-- {
			gained = append(gained, ledger.ChangeID(r.Commits[i].Hash.Short()))
		}
	}
	if d.Relation != relation || !slices.Equal(d.Gained, gained) || len(d.Lost) > 0 {
		t.Errorf("deployment %s: %s, gained %v, lost %v; want %s, gained %v", d.ID, d.Relation, d.Gained, d.Lost, relation, gained)
	}
}

// leadTimeFacts builds a history that holds what commits_diffs says and no more:
// a step lies on top of what it is compared with, or begins a line of its own.
// The line of a repository's first row is its mainline; on others are branches
// that were deployed. A merge commit belongs to the scope whose step holds it.
func leadTimeFacts(t *testing.T, d *devlake) (facts devlakeFacts, rows, diffs []devlakeRow) {
	t.Helper()
	rows, diffs = d.table(t, "change_lead_time/cicd_deployment_commits.csv"), d.table(t, "change_lead_time/commits_diffs.csv")
	merged, row := map[string]time.Time{}, map[string]devlakeRow{}
	for _, pr := range d.table(t, "change_lead_time/pull_requests.csv") {
		if pr["merged_date"] != "" {
			merged[pr["merge_commit_sha"]] = pr.at(t, "merged_date")
		}
	}
	mainline := map[string]string{}
	for i, r := range rows {
		row[r["id"]] = r
		old := row[r["prev_success_deployment_commit_id"]]["commit_sha"] // "" without one
		tip, repository, scope := old, r["repo_url"], ledger.ComponentName(r["cicd_scope_id"])
		for _, diff := range diffs {
			if diff["new_commit_sha"] != r["commit_sha"] {
				continue
			}
			if diff["old_commit_sha"] != old {
				t.Fatalf("%s is compared with %q, and its row names %q", r["commit_sha"], diff["old_commit_sha"], old)
			}
			facts.add(repository, diff["commit_sha"], tip, merged[diff["commit_sha"]], scope)
			tip = diff["commit_sha"]
		}
		facts.add(repository, r["commit_sha"], tip, r.at(t, "created_date"), scope)
		if at, ok := mainline[repository]; !ok || at == old {
			mainline[repository], facts.repository(repository).Mainline = r["commit_sha"], dummy(r["commit_sha"])
		}
		facts.Deployments = append(facts.Deployments, r.record(t, i))
	}
	return facts, rows, diffs
}

// The deployment that brought each of six pull requests, and when. DevLake takes
// the earliest started of those in production, we the earliest finished; here
// both are the same. It attributes nothing to the first deployment of a lane.
func TestDevLakeAttribution(t *testing.T) {
	const suite = "change_lead_time"
	d := openDevLake(t)
	facts, rows, diffs := leadTimeFacts(t, d)
	l := ledger.Compute(facts.Facts, ledger.Policy{}, devlakeAsOf)
	index, before := ledger.NewIndex(l), predecessors(l)
	for _, r := range rows {
		checkDiff(t, index.Deployment(r["id"]), before[r["id"]], r, diffs)
	}
	merges := map[string]ledger.Hash{}
	for _, pr := range d.table(t, suite+"/pull_requests.csv") {
		merges[pr["id"]] = dummy(pr["merge_commit_sha"])
	}
	for _, want := range d.expected(t, suite) {
		id := want["id"]
		by, at := broughtBy(t, l, index, merges[id], ledger.TierProduction)
		instead := fmt.Sprintf("deployed in production by deployment %s at %s", by, at)
		d.cell(t, suite, id, "deployment_commit_id", want["deployment_commit_id"], by, instead)
		d.cell(t, suite, id, "pr_deployed_date", want.date(t, "pr_deployed_date"), at, instead)
		// What we say beside it of a pull request that reached staging only.
		by, at = broughtBy(t, l, index, merges[id], ledger.TierStaging)
		says, ours := fmt.Sprintf("in STAGING deployed by deployment %s at %s", by, at), d.deviation(suite, id)
		if strings.Contains(ours, "STAGING") != (by != "") || by != "" && !strings.Contains(ours, says) {
			t.Errorf("%s: %s; expected.json says %q", id, says, ours)
		}
	}
	d.report(t, suite, 6*2, 2)
	// pr3 was deployed a day before its merge: both dates stand, and it is a problem.
	if !slices.ContainsFunc(l.Problems, func(p ledger.Problem) bool {
		return p.Rule == "deployed-before-commit" && slices.Contains(p.Origins, index.Deployment("6").Origins[0])
	}) {
		t.Error("nothing is said of deployment 6, which was before what it holds")
	}
}

// checkDiff compares a deployment's predecessor with the one that its row names,
// and the merge commits among what it gained with those that commits_diffs lists.
func checkDiff(t *testing.T, d, before *ledger.Deployment, r devlakeRow, diffs []devlakeRow) {
	t.Helper()
	if got, want := idOf(before), r["prev_success_deployment_commit_id"]; got != want {
		t.Errorf("before deployment %s was %q, want %q", d.ID, got, want)
	}
	for _, diff := range diffs {
		want := d.Status == ledger.RecordSucceeded && diff["new_commit_sha"] == r["commit_sha"]
		if got := slices.Contains(d.Gained, ledger.ChangeID(dummy(diff["commit_sha"]).Short())); got != want {
			t.Errorf("deployment %s gained %s: %t, want %t", d.ID, diff["commit_sha"], got, want)
		}
	}
}

// broughtBy gives the first deployment of a tier that gained a commit's change,
// and the date on which the change counts as deployed there, which must be the
// deployment's finish. Both are "" for a change that never came there.
func broughtBy(t *testing.T, l *ledger.Ledger, index *ledger.Index, commit ledger.Hash, tier ledger.Tier) (id, at string) {
	t.Helper()
	changes := index.ChangesOfCommit(commit)
	if len(changes) == 0 {
		return "", "" // only a failed deployment knows it
	}
	env := l.Environments[slices.IndexFunc(l.Environments, func(e ledger.Environment) bool { return e.Tier == tier })].Name // the tables have one of each tier
	var first *ledger.Deployment
	for i := range l.Deployments {
		d := &l.Deployments[i]
		if d.Environment == env && d.Repository == changes[0].Repository && slices.Contains(d.Gained, changes[0].ID) {
			first = d // the list is newest first
		}
	}
	for _, in := range changes[0].Environments {
		if in.Environment == env && in.Deployed.Known() {
			at = in.Deployed.At.Format(time.RFC3339)
		}
	}
	if first == nil && at != "" || first != nil && at != first.FinishedAt.Format(time.RFC3339) {
		t.Errorf("%s: deployed at %q, gained by deployment %q", changes[0].Title, at, idOf(first))
	}
	return idOf(first), at
}

// idOf gives the id of a deployment, "" where there is none.
func idOf(d *ledger.Deployment) string {
	if d == nil {
		return ""
	}
	return d.ID
}
