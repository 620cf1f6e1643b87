package collect_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"daylight/generator/collect"
	"daylight/generator/deploylog"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
)

// TestRealSources reads real examples of each convention, and with -v prints the
// table: source, real example, records, problems. Clones are in the folder that
// MIRROR names, and what others wrote of events is beside the repository; rows
// whose example is not there are left out. The numbers are those that the facts
// about these repositories give, or at least so many.
func TestRealSources(t *testing.T) {
	mirror := os.Getenv("MIRROR")
	if mirror == "" {
		t.Skip("MIRROR names no folder of clones")
	}
	t.Logf("%-10s %-62s %8s %9s", "source", "real example", "records", "problems")
	for _, row := range realSources() {
		repo, err := gitrepo.Open(filepath.Join(mirror, row.repository, "repo"))
		if err != nil {
			t.Logf("%-10s %-62s %8s", row.source.From, row.repository, "no clone")
			continue
		}
		facts, err := collect.Collect(context.Background(), collect.Options{
			Repositories: []collect.Repository{{Name: ledger.RepositoryName(row.repository), Repo: repo}},
			Deployments:  []collect.DeploymentSource{row.source},
		})
		if err != nil {
			t.Fatalf("%s: %v", row.repository, err)
		}
		problems := 0
		for _, p := range facts.Problems {
			if p.Level != ledger.LevelInfo {
				problems++
			}
		}
		t.Logf("%-10s %-62s %8d %9d", row.source.From, row.repository+" "+row.what, len(facts.Deployments), problems)
		if n := len(facts.Deployments); n < row.least {
			t.Errorf("%s %s: %d records, want at least %d", row.repository, row.what, n, row.least)
		}
		_ = repo.Close()
	}
	tableOfEvents(t)
}

// realSource is a convention that a public repository follows.
type realSource struct {
	repository string
	what       string
	source     collect.DeploymentSource
	least      int // records
}

func realSources() []realSource {
	production := ledger.EnvironmentName("production")
	return []realSource{
		{"sanger+sequencescape", "{environment}/{time}", collect.DeploymentSource{From: "tags", Pattern: "{environment}/{time}"}, 1744},
		{"internetarchive+openlibrary", "deploy-{time}", collect.DeploymentSource{From: "tags", Pattern: "deploy-{time}", Environment: production}, 241},
		{"duckduckgo+privacy-configuration", "{epoch_ms}", collect.DeploymentSource{From: "tags", Pattern: "{epoch_ms}", Environment: "android"}, 4490},
		{"alphagov+government-frontend", "release_{n}", collect.DeploymentSource{From: "tags", Pattern: "release_{n}", Environment: production}, 2110},
		{"sanger+sequencescape", "{environment}/last", collect.DeploymentSource{From: "tag", Pattern: "{environment}/last"}, 4},
		{"internetarchive+openlibrary", "production", collect.DeploymentSource{From: "tag", Pattern: "production", Environment: production}, 1},
		{"alphagov+government-frontend", "deployed-to-{environment}", collect.DeploymentSource{From: "branch", Pattern: "deployed-to-{environment}"}, 3},
		{"alphagov+govuk-helm-charts", "image-tags/{environment}/{component}", collect.DeploymentSource{From: "gitops",
			Files: []string{mirrorFiles + "{environment}/{component}"}, Value: "image_tag", Hold: "automatic_deploys_enabled=false"}, 31_861},
		{"cds-snc+notification-manifests", "{environment}.env, behind VERSION", collect.DeploymentSource{From: "gitops",
			Files: []string{"helmfile/overrides/{environment}.env"}, Value: "{component}_DOCKER_TAG", Gate: []string{"VERSION"},
			Environments: []ledger.EnvironmentName{production}}, 200},
		{"cds-snc+notification-manifests", "@commit of VERSION", collect.DeploymentSource{From: "gitops",
			Files: []string{"VERSION"}, Value: "@commit", Environment: production}, 829},
	}
}

// tableOfEvents reads the events and payloads that others wrote.
func tableOfEvents(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "shared", "corpora", "deployments")
	for _, name := range []string{"cdevents", "github", "gitlab", "jira"} {
		files, records, rejected, left := 0, 0, 0, 0
		err := filepath.WalkDir(filepath.Join(shared, name), func(path string, d os.DirEntry, err error) error {
			base := filepath.Base(path)
			if err == nil && d.IsDir() && base == "schemas" {
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || base == "expected.json" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			in := deploylog.Input{Repository: "shop", Files: []deploylog.File{{Path: base, Data: data}}}
			got, problems := deploylog.Files{}.Read(in)
			files++
			records += len(got)
			for _, p := range problems {
				switch p.Rule {
				case "no-deployment":
					left++
				case "unknown-record", "unreadable":
					rejected++
				}
			}
			return nil
		})
		if err != nil {
			t.Logf("%-10s %-62s %8s", "files", name, "no corpus")
			continue
		}
		t.Logf("%-10s %-62s %8d %9d rejected, %d documents left out with a reason, of %d files", "files", name, records, rejected, left, files)
		if rejected > 0 || records == 0 {
			t.Errorf("%s: %d records, %d rejected", name, records, rejected)
		}
	}
}
