package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"daylight/generator/history"
)

// remoteAndClone makes a bare repository with three commits, and gives it with a
// function that clones it.
func remoteAndClone(t testing.TB) (bare string, clone func(args ...string) *Repo) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull) // as on the machine of a pipeline: no name, no mail
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	from := threeCommits(t)
	bare = filepath.Join(t.TempDir(), "shop.git")
	said(t, from, "clone", "-q", "--bare", from, bare)
	return bare, func(args ...string) *Repo {
		dir := filepath.Join(t.TempDir(), "clone")
		said(t, from, append(append([]string{"clone", "-q"}, args...), "file://"+bare, dir)...)
		return opened(t, dir)
	}
}

func writer(t testing.TB, r *Repo) *Git {
	t.Helper()
	g, err := r.Git()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// said runs git and gives what it prints, without the line end.
func said(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return strings.TrimSpace(git(t, dir, args...))
}

func tipOf(t testing.TB, r *Repo) history.Hash {
	t.Helper()
	_, tip, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	return tip
}

// add adds a line to the note on HEAD and fails the test where that fails.
func add(t testing.TB, r *Repo, line, remote string) Written {
	t.Helper()
	w, err := writer(t, r).AddNoteLine(context.Background(), NoteLine{Ref: "deployments", Target: tipOf(t, r), Line: line, Remote: remote})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// shown is what git itself shows of the note on HEAD.
func shown(t testing.TB, dir string) string {
	t.Helper()
	return said(t, dir, "notes", "--ref=deployments", "show", "HEAD")
}

func TestANoteIsWrittenHereAndThere(t *testing.T) {
	bare, clone := remoteAndClone(t)
	one, two := clone(), clone()
	if w := add(t, one, "first", "origin"); !w.Added || !w.Pushed {
		t.Errorf("%+v", w)
	}
	if w := add(t, two, "second", "origin"); !w.Added {
		t.Errorf("%+v", w)
	}
	if got := shown(t, bare); got != "first\nsecond" {
		t.Errorf("the remote has %q", got)
	}
	if got := shown(t, two.WorkTree()); got != "first\nsecond" {
		t.Errorf("the second clone has %q", got)
	}
	// Twice adds nothing, also from a clone that never saw it.
	for _, r := range []*Repo{one, two, clone()} {
		if w := add(t, r, "first", "origin"); w.Added || w.Earlier != "first" {
			t.Errorf("%+v", w)
		}
	}
	if got := said(t, bare, "rev-list", "--count", "refs/notes/deployments"); got != "2" {
		t.Errorf("%s commits of notes", got)
	}
	said(t, bare, "fsck", "--strict")
}

func TestNotesOfBothSidesAreJoined(t *testing.T) {
	bare, clone := remoteAndClone(t)
	one, two := clone(), clone()
	add(t, one, "before", "origin")
	add(t, two, "before", "origin")
	said(t, one.WorkTree(), "-c", "user.name=x", "-c", "user.email=x", "notes", "--ref=deployments", "add", "-m", "on another commit", "HEAD~1")
	add(t, one, "here only", "")
	add(t, two, "there only", "origin")
	// Even where every fetch would put the remote's notes over those of the clone.
	said(t, one.WorkTree(), "config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
	if w := add(t, one, "last", "origin"); !w.Added || !w.Pushed {
		t.Errorf("%+v", w)
	}
	for _, dir := range []string{bare, one.WorkTree()} {
		if got := shown(t, dir); got != "before\nthere only\nhere only\nlast" {
			t.Errorf("%s has %q", dir, got)
		}
		if got := said(t, dir, "notes", "--ref=deployments", "show", "HEAD~1"); got != "on another commit" {
			t.Errorf("%s has %q on the commit before", dir, got)
		}
	}
}

// TestManyAtOnce lets clones of their own, and several in one clone, write at
// the same time.
func TestManyAtOnce(t *testing.T) {
	bare, clone := remoteAndClone(t)
	var repos []*Repo
	for range 3 {
		repos = append(repos, clone())
	}
	repos = append(repos, repos[0], repos[0])
	var wg sync.WaitGroup
	for i, r := range repos {
		wg.Go(func() {
			w, err := writer(t, r).AddNoteLine(context.Background(), NoteLine{Ref: "deployments", Target: tipOf(t, r), Line: fmt.Sprint("line ", i), Remote: "origin"})
			if err != nil || !w.Added {
				t.Errorf("%d: %+v %v", i, w, err)
			}
		})
	}
	wg.Wait()
	got := shown(t, bare)
	for i := range repos {
		if n := strings.Count(got+"\n", fmt.Sprint("line ", i, "\n")); n != 1 {
			t.Errorf("line %d is there %d times in\n%s", i, n, got)
		}
	}
}

func TestOddClonesCanWriteNotes(t *testing.T) {
	bare, clone := remoteAndClone(t)
	said(t, bare, "config", "uploadpack.allowFilter", "true")
	add(t, clone(), "from a normal one", "origin")
	for name, args := range map[string][]string{
		"bare":    {"--bare"},
		"shallow": {"--depth", "1"},
		"partial": {"--filter=blob:none", "--no-checkout"},
		"no tags": {"--no-tags", "--single-branch"},
	} {
		r := clone(args...)
		if name == "partial" { // the notes came without their blobs
			said(t, r.WorkTree(), "fetch", "-q", "origin", "+refs/notes/*:refs/notes/*")
		}
		if w := add(t, r, name, "origin"); !w.Added || !w.Pushed {
			t.Errorf("%s: %+v", name, w)
		}
	}
	if got := strings.Count(shown(t, bare), "\n"); got != 4 {
		t.Errorf("the remote has\n%s", shown(t, bare))
	}
}

func TestManyNotesGoIntoFolders(t *testing.T) {
	_, clone := remoteAndClone(t)
	r := clone()
	dir := r.WorkTree()
	blob := said(t, dir, "hash-object", "-w", "a.txt")
	var index strings.Builder
	for i := range wide {
		fmt.Fprintf(&index, "100644 %s\t%040x\n", blob, i+1)
	}
	list := filepath.Join(t.TempDir(), "index")
	if err := os.WriteFile(list, []byte(index.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_INDEX_FILE", filepath.Join(t.TempDir(), "other"))
	script := "git update-index --index-info <" + list + " && git update-ref refs/notes/deployments " +
		"$(git -c user.name=x -c user.email=x commit-tree $(git write-tree) -m many)"
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	add(t, r, "among many", "")
	add(t, r, "and another", "")
	if got := shown(t, dir); got != "among many\nand another" {
		t.Errorf("git shows %q", got)
	}
	tip := tipOf(t, r).String()
	if got := said(t, dir, "ls-tree", "-r", "--name-only", "refs/notes/deployments", tip[:2]+"/"); got != tip[:2]+"/"+tip[2:] {
		t.Errorf("the note is at %q", got)
	}
}

func TestARefusedPushLeavesNothingBehind(t *testing.T) {
	bare, clone := remoteAndClone(t)
	hook := filepath.Join(bare, "hooks", "pre-receive")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\necho no notes here >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := clone()
	_, err := writer(t, r).AddNoteLine(context.Background(), NoteLine{Ref: "deployments", Target: tipOf(t, r), Line: "x", Remote: "origin"})
	var advised *Error
	if !errors.As(err, &advised) || advised.Hint() == "" || !strings.Contains(err.Error(), "pre-receive hook declined") {
		t.Errorf("error: %v", err)
	}
	if names, err := r.NotesRefs(); err != nil || len(names) > 0 {
		t.Errorf("notes here: %v %v", names, err)
	}
	_, err = writer(t, r).AddTag(context.Background(), NewTag{Name: "deploy/production/1", Target: tipOf(t, r), Message: "x\n", Remote: "origin"})
	if err == nil || said(t, r.WorkTree(), "tag", "--list", "deploy/*") != "" {
		t.Errorf("the tag stayed; error: %v", err)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	_, clone := remoteAndClone(t)
	r := clone()
	for _, ref := range []string{"", "-f", "a b", "x..y", "a.lock", "../heads/main", "refs/heads/main:x", "é"} {
		_, err := writer(t, r).AddNoteLine(context.Background(), NoteLine{Ref: ref, Target: tipOf(t, r), Line: "x"})
		if err == nil {
			t.Errorf("notes ref %q was taken", ref)
		}
	}
	for _, name := range []string{"--delete", "a b", "x..y", "a:b"} {
		if _, err := writer(t, r).AddTag(context.Background(), NewTag{Name: name, Target: tipOf(t, r), Message: "x"}); err == nil {
			t.Errorf("tag %q was set", name)
		}
	}
	if _, err := r.CheckRemote("--upload-pack=x"); !errors.Is(err, ErrNoRemote) {
		t.Errorf("remote: %v", err)
	}
}

func TestTagsAreSetOnce(t *testing.T) {
	bare, clone := remoteAndClone(t)
	r := clone()
	set := func(r *Repo, target history.Hash, remote string) (Written, error) {
		return writer(t, r).AddTag(context.Background(), NewTag{Name: "deploy/production/2026-03-03T09-00-00Z", Target: target, Message: "Deployed\n", Remote: remote})
	}
	tip := tipOf(t, r)
	if w, err := set(r, tip, ""); err != nil || !w.Added || w.Pushed {
		t.Errorf("here only: %+v %v", w, err)
	}
	if w, err := set(r, tip, "origin"); err != nil || !w.Added || !w.Pushed {
		t.Errorf("what is here gets pushed: %+v %v", w, err)
	}
	if w, err := set(clone("--no-tags"), tip, "origin"); err != nil || w.Added {
		t.Errorf("from a clone without tags: %+v %v", w, err)
	}
	before, err := r.Resolve(said(t, r.WorkTree(), "rev-parse", "HEAD~1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set(r, before, "origin"); !errors.Is(err, ErrTaken) {
		t.Errorf("another commit under the same name: %v", err)
	}
	if got := said(t, bare, "cat-file", "-t", "deploy/production/2026-03-03T09-00-00Z"); got != "tag" {
		t.Errorf("it is a %s", got)
	}
}

func TestLinesOfAFile(t *testing.T) {
	_, clone := remoteAndClone(t)
	r := clone()
	g := writer(t, r)
	put := func(path, line, message string) (Written, error) {
		return g.AddFileLine(context.Background(), FileLine{Path: path, Line: line, Commit: message})
	}
	for _, line := range []string{"one", "two", "one"} {
		w, err := put("ops/log.jsonl", line, "ops: record "+line)
		if err != nil {
			t.Fatal(err)
		}
		if first := w.Earlier == ""; first != w.Added {
			t.Errorf("%+v", w)
		}
	}
	if got := said(t, r.WorkTree(), "show", "HEAD:ops/log.jsonl"); got != "one\ntwo" {
		t.Errorf("committed: %q", got)
	}
	if got := said(t, r.WorkTree(), "log", "-2", "--format=%s"); got != "ops: record two\nops: record one" {
		t.Errorf("commits: %q", got)
	}
	// A file that does not end in a line end is not glued to the new line.
	if err := os.WriteFile(filepath.Join(r.WorkTree(), "cut"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := put("cut", "new", ""); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(filepath.Join(r.WorkTree(), "cut")); string(data) != "old\nnew\n" {
		t.Errorf("%q", data)
	}
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(r.WorkTree(), "out")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../log", "/log", "out/log", ".git/config", "a/../../log", "src"} {
		if _, err := put(path, "x", ""); err == nil {
			t.Errorf("%s was written", path)
		}
	}
	if _, err := writer(t, clone("--bare")).AddFileLine(context.Background(), FileLine{Path: "log", Line: "x"}); err == nil {
		t.Error("a bare repository got a file")
	}
}

func TestMessagesOfGitKeepNoSecret(t *testing.T) {
	got := lastWords("remote: counting\nhint: x\nfatal: unable to access 'https://user:hunter2@h.example/shop.git/': 403\n")
	if want := "unable to access 'https://h.example/shop.git/': 403"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWithoutGit(t *testing.T) {
	r := opened(t, threeCommits(t))
	t.Setenv("PATH", t.TempDir())
	if _, err := r.Git(); !errors.Is(err, ErrNoGit) {
		t.Errorf("error: %v", err)
	}
}
