package collect_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/collect"
	"daylight/generator/gitrepo"
	"daylight/generator/ledger"
)

const (
	mirrorState = "alphagov+govuk-helm-charts"
	mirrorCode  = "alphagov+government-frontend"
	mirrorFiles = "charts/app-config/image-tags/"
)

// lanes maps environment/component to what runs there.
type lanes map[string]string

// TestGitOpsMirror reads the deployments of a real desired state of a quarter of
// a million commits, and compares what runs with what plain git says: at HEAD,
// and at 200 commits of the first-parent line. It needs clones, in the folder
// that MIRROR names.
func TestGitOpsMirror(t *testing.T) {
	mirror := os.Getenv("MIRROR")
	if mirror == "" {
		t.Skip("MIRROR names no folder of clones")
	}
	dir := filepath.Join(mirror, mirrorState, "repo")
	if _, err := os.Stat(dir); err != nil {
		t.Skip(err)
	}
	facts := mirrorFacts(t, mirror)
	l := ledger.Compute(facts, ledger.Policy{}, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	live := lanes{}
	for _, e := range l.Environments {
		for _, v := range e.Live {
			live[string(e.Name)+"/"+string(v.Component)] = v.Ref
		}
	}
	want := lanesAt(t, dir, []string{"HEAD"})[0]
	compareLanes(t, "HEAD", live, want)
	t.Logf("%d deployments; %d lanes at HEAD", len(l.Deployments), len(want))
	compareReplay(t, dir, facts.Deployments)
}

func mirrorFacts(t *testing.T, mirror string) ledger.Facts {
	open := func(name string) *gitrepo.Repo {
		r, err := gitrepo.Open(filepath.Join(mirror, name, "repo"))
		if err != nil {
			t.Skip(err)
		}
		return r
	}
	facts, err := collect.Collect(context.Background(), collect.Options{
		Repositories: []collect.Repository{
			{Name: "government-frontend", Repo: open(mirrorCode)},
			{Name: "govuk-helm-charts", Repo: open(mirrorState), SourcesOnly: true},
		},
		Deployments: []collect.DeploymentSource{{
			From: "gitops", Repository: "govuk-helm-charts", Files: []string{mirrorFiles + "{environment}/{component}"},
			Value: "image_tag", Hold: "automatic_deploys_enabled=false",
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// compareReplay goes along the line and stops at random commits, always the same.
func compareReplay(t *testing.T, dir string, records []ledger.Record) {
	line := strings.Fields(gitOutput(t, dir, "", "rev-list", "--first-parent", "--reverse", "HEAD"))
	place := make(map[string]int, len(line))
	for i, c := range line {
		place[c] = i
	}
	byPlace := make(map[int][]ledger.Record)
	for _, r := range records {
		at := place[r.Origins[0].Commit.String()]
		byPlace[at] = append(byPlace[at], r)
	}
	random := rand.New(rand.NewPCG(2026, 8))
	stops := map[int]bool{}
	for len(stops) < 200 {
		stops[random.IntN(len(line))] = true
	}
	var commits []string
	for i := range line {
		if stops[i] {
			commits = append(commits, line[i])
		}
	}
	want := lanesAt(t, dir, commits)
	running := lanes{}
	for i := range line {
		for _, r := range byPlace[i] {
			key := string(r.Environment) + "/" + string(r.Component)
			if r.Kind == ledger.KindUndeploy {
				delete(running, key)
			} else {
				running[key] = r.Ref
			}
		}
		if stops[i] {
			compareLanes(t, line[i], running, want[0])
			want = want[1:]
		}
	}
}

func compareLanes(t *testing.T, at string, got, want lanes) {
	t.Helper()
	for _, pair := range [][2]lanes{{got, want}, {want, got}} {
		for lane, ref := range pair[0] {
			if pair[1][lane] != ref {
				t.Errorf("at %s, %s runs %q, and git says %q", at, lane, got[lane], want[lane])
			}
		}
	}
}

// lanesAt reads the files at commits with plain git, and the value with nothing
// but a search for the line.
func lanesAt(t *testing.T, dir string, commits []string) []lanes {
	type file struct{ lane, blob string }
	var files [][]file
	var ask strings.Builder
	for _, c := range commits {
		var list []file
		for line := range strings.Lines(gitOutput(t, dir, "", "ls-tree", "-r", c, "--", mirrorFiles)) {
			head, path, _ := strings.Cut(strings.TrimSpace(line), "\t")
			lane := strings.TrimPrefix(path, mirrorFiles)
			if strings.Count(lane, "/") == 1 {
				list = append(list, file{lane, strings.Fields(head)[2]})
				ask.WriteString(strings.Fields(head)[2] + "\n")
			}
		}
		files = append(files, list)
	}
	values := map[string]string{}
	rest := []byte(gitOutput(t, dir, ask.String(), "cat-file", "--batch"))
	for len(rest) > 0 {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		var blob, kind string
		var size int
		if _, err := fmt.Sscan(string(head), &blob, &kind, &size); err != nil {
			t.Fatalf("cat-file says %q", head)
		}
		for line := range strings.Lines(string(body[:size])) {
			if value, ok := strings.CutPrefix(line, "image_tag:"); ok {
				values[blob] = strings.Trim(strings.TrimSpace(value), `"'`)
			}
		}
		rest = body[size+1:]
	}
	var out []lanes
	for _, list := range files {
		now := lanes{}
		for _, f := range list {
			if values[f.blob] != "" {
				now[f.lane] = values[f.blob]
			}
		}
		out = append(out, now)
	}
	return slices.Clip(out)
}

func gitOutput(t *testing.T, dir, input string, args ...string) string {
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}
