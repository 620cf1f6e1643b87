package gitrepo_test

import (
	"context"
	"os/exec"
	"testing"

	"daylight/generator/gitrepo"
)

// TestNotesSample holds that a look at some notes reads no more of them.
func TestNotesSample(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	for range 3 {
		git("commit", "-q", "--allow-empty", "-m", "begin")
		git("notes", "--ref=deployments", "add", "-f", "-m", "env=production\nenv=staging")
		git("commit", "-q", "--allow-empty", "--amend", "-m", "other")
		git("commit", "-q", "--allow-empty", "-m", "more")
	}
	repo, err := gitrepo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	for _, c := range []struct {
		name       string
		most, want int
	}{{"deployments", 2, 2}, {"deployments", 9, 3}, {"deployments", 0, 0}, {"nowhere", 9, 0}} {
		notes, err := repo.NotesSample(context.Background(), c.name, c.most)
		if err != nil || len(notes) != c.want {
			t.Errorf("%d of %s: %d notes, want %d; %v", c.most, c.name, len(notes), c.want, err)
		}
		for _, n := range notes {
			if len(n.Lines) != 2 || n.Lines[1].Text != "env=staging" {
				t.Errorf("%+v", n)
			}
		}
	}
}
