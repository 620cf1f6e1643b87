package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/history"
)

// Users have more than plain clones. Each of these must read the same history.
func TestOpen(t *testing.T) {
	tests := []struct {
		name string
		path func(t *testing.T, dir string) string // gives the path to open
	}{
		{"work tree", func(t *testing.T, dir string) string { return dir }},
		{"folder below", func(t *testing.T, dir string) string { return filepath.Join(dir, "src", "deep") }},
		{"file in it", func(t *testing.T, dir string) string { return filepath.Join(dir, "a.txt") }},
		{"git folder", func(t *testing.T, dir string) string { return filepath.Join(dir, ".git") }},
		{"folder in the git folder", func(t *testing.T, dir string) string { return filepath.Join(dir, ".git", "objects") }},
		{"bare", bare},
		{"bare without the folder refs, as mirrors are", func(t *testing.T, dir string) string {
			path := bare(t, dir)
			if err := os.RemoveAll(filepath.Join(path, "refs")); err != nil {
				t.Fatal(err)
			}
			return path
		}},
		{"linked worktree", linked},
		{"folder in a linked worktree", func(t *testing.T, dir string) string {
			path := filepath.Join(linked(t, dir), "src")
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			return path
		}},
		{"alternates", func(t *testing.T, dir string) string {
			borrower := without(t, dir)
			objects := filepath.Join(borrower, ".git", "objects")
			if err := os.RemoveAll(objects); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(objects, "info", "alternates"), "# borrowed\n"+filepath.Join(dir, ".git", "objects")+"\n")
			return borrower
		}},
		{"loose objects", func(t *testing.T, dir string) string { return without(t, dir) }},
		{"deltas by offset", func(t *testing.T, dir string) string { return repacked(t, dir, false) }},
		{"deltas by name", func(t *testing.T, dir string) string { return repacked(t, dir, true) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := opened(t, test.path(t, threeCommits(t)))
			if got := subjects(t, r); got != "three two one" {
				t.Errorf("commits are %q", got)
			}
			if branch, _, err := r.Head(); branch != "main" || err != nil {
				t.Errorf("branch is %q, %v", branch, err)
			}
			tags, err := r.Tags()
			if err != nil || len(tags) != 2 || tags[1].Message != "The second.\n" {
				t.Errorf("tags are %v, %v", tags, err)
			}
		})
	}
}

// bare moves the git folder to a name that does not end in .git.
func bare(t *testing.T, dir string) string {
	path := filepath.Join(filepath.Dir(dir), "mirror")
	if err := os.Rename(filepath.Join(dir, ".git"), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// linked makes what git worktree add makes.
func linked(t *testing.T, dir string) string {
	tree := filepath.Join(filepath.Dir(dir), "linked")
	own := filepath.Join(dir, ".git", "worktrees", "linked")
	put(t, filepath.Join(tree, ".git"), "gitdir: "+own+"\n")
	put(t, filepath.Join(own, "HEAD"), "ref: refs/heads/main\n")
	put(t, filepath.Join(own, "commondir"), "../..\n")
	put(t, filepath.Join(own, "gitdir"), filepath.Join(tree, ".git")+"\n")
	return tree
}

func TestPaths(t *testing.T) {
	dir := threeCommits(t)
	tree := linked(t, dir)
	r := opened(t, tree)
	want := []string{filepath.Join(dir, ".git", "worktrees", "linked"), filepath.Join(dir, ".git"), tree}
	if got := []string{r.Path(), r.CommonPath(), r.WorkTree()}; !cmp.Equal(got, want) {
		t.Errorf("paths are %q, want %q", got, want)
	}
	if r := opened(t, bare(t, threeCommits(t))); r.WorkTree() != "" {
		t.Errorf("a bare repository has the work tree %s", r.WorkTree())
	}
}

// What cannot be opened is told in one line, with advice.
func TestOpenFaults(t *testing.T) {
	config := func(text string) func(t *testing.T) string {
		return func(t *testing.T) string {
			dir := threeCommits(t)
			put(t, filepath.Join(dir, ".git", "config"), text)
			return dir
		}
	}
	tests := []struct {
		name string
		path func(t *testing.T) string
		want error
		text string
		hint string
	}{
		{"no folder", func(t *testing.T) string { return filepath.Join(t.TempDir(), "nowhere") }, os.ErrNotExist,
			"file does not exist", "give the path of a clone"},
		{"no repository", func(t *testing.T) string { return t.TempDir() }, ErrNotRepository,
			"not a git repository", "git init"},
		{"worktree that was moved", func(t *testing.T) string {
			dir := t.TempDir()
			put(t, filepath.Join(dir, ".git"), "gitdir: /nowhere/.git/worktrees/x\n")
			return dir
		}, ErrNotRepository, "leads to", "git worktree repair"},
		{".git without a path", func(t *testing.T) string {
			dir := t.TempDir()
			put(t, filepath.Join(dir, ".git"), "hello\n")
			return dir
		}, ErrNotRepository, `does not begin with "gitdir: "`, ""},
		{"sha256", config("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"), ErrUnsupported,
			"extension objectformat = sha256", "SHA-1"},
		{"reftable", config("[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n"), ErrUnsupported,
			"extension refstorage = reftable", "git refs migrate"},
		{"unknown extension", config("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tquantum = true\n"), ErrUnsupported,
			"unknown extension quantum", "plain clone"},
		{"format version 2", config("[core]\n\trepositoryformatversion = 2\n"), ErrUnsupported, `format version "2"`, "plain clone"},
		{"broken configuration", config("[core\n"), nil, "read ", "git config --list"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(test.path(t))
			var advised *Error
			if !errors.As(err, &advised) {
				t.Fatalf("error %v has no advice", err)
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error %v is not %v", err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) || !strings.Contains(advised.Hint(), test.hint) {
				t.Errorf("error %q, hint %q; want %q and %q", err, advised.Hint(), test.text, test.hint)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

// Extensions that change nothing for a reader are no hindrance.
func TestHarmlessExtensions(t *testing.T) {
	for _, text := range []string{
		"[core]\nrepositoryformatversion = 1\n[extensions]\nworktreeConfig = true\n",
		"[core]\nrepositoryformatversion = 0\n[extensions]\nworktreeConfig = true\n",
		"[extensions]\npreciousObjects = true\n",
		"[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = sha1\nrefStorage = files\n",
		"[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\nrelativeWorktrees = true\n",
		"[core]\nrepositoryformatversion = 0\n[extensions]\nquantum = true\n", // git ignores it in version 0 too
		"\xef\xbb\xbf[core]\n\tbare = false ; a comment\n",
		"",
	} {
		dir := threeCommits(t)
		put(t, filepath.Join(dir, ".git", "config"), text)
		if got := subjects(t, opened(t, dir)); got != "three two one" {
			t.Errorf("with %q commits are %q", text, got)
		}
	}
}

func TestRemotesWithoutSecrets(t *testing.T) {
	dir := threeCommits(t)
	put(t, filepath.Join(dir, ".git", "config"), `
[remote "upstream"]
	url = https://robot:hunter2@code.example/team/shop.git
[remote "origin"]
	url = git@code.example:team/shop.git
	url = https://mirror.example/shop.git
[remote "ssh"]
	url = ssh://git:hunter2@code.example:2222/shop.git
[remote "odd"]
	url = https://tok%en:hunter2@code.example/shop.git
[remote "folder"]
	url = ../shop
[remote "nothing"]
	fetch = +refs/heads/*:refs/remotes/nothing/*
`)
	got, err := opened(t, dir).Remotes()
	want := []history.Remote{
		{Name: "folder", URL: "../shop"},
		{Name: "odd", URL: "https://code.example/shop.git"},
		{Name: "origin", URL: "git@code.example:team/shop.git"},
		{Name: "ssh", URL: "ssh://git@code.example:2222/shop.git"},
		{Name: "upstream", URL: "https://code.example/team/shop.git"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("remotes (-want +got): %v\n%s", err, diff)
	}
}

// git agrees on what it makes itself: a linked worktree, a shared clone, a
// sparse checkout, a repack with a bitmap and a commit graph.
func TestOpenWhatGitMakes(t *testing.T) {
	dir := threeCommits(t)
	base := filepath.Dir(dir)
	git(t, dir, "worktree", "add", "-q", "-b", "topic", filepath.Join(base, "topic"))
	git(t, base, "clone", "-q", "--shared", dir, "shared")
	git(t, base, "clone", "-q", "--bare", dir, "bare")
	git(t, base, "clone", "-q", dir, "sparse")
	git(t, filepath.Join(base, "sparse"), "sparse-checkout", "set", "src")
	git(t, base, "clone", "-q", dir, "tidy")
	git(t, filepath.Join(base, "tidy"), "repack", "-adfq", "--write-bitmap-index")
	git(t, filepath.Join(base, "tidy"), "commit-graph", "write", "--reachable")
	for _, name := range []string{"topic", "shared", "bare", "sparse", "tidy"} {
		if got := subjects(t, opened(t, filepath.Join(base, name))); got != "three two one" {
			t.Errorf("%s: commits are %q", name, got)
		}
	}
	if branch, _, _ := opened(t, filepath.Join(base, "topic")).Head(); branch != "topic" {
		t.Errorf("the worktree is on %q", branch)
	}
}
