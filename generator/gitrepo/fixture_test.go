package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"golang.org/x/tools/txtar"

	"daylight/generator/gitrepo/script"
	"daylight/generator/history"
)

// collectRepo is collect.Repo, which this package must not import. cmd/daylight
// has the proof against the real one.
type collectRepo interface {
	Head() (branch string, tip history.Hash, err error)
	Branches() ([]history.Ref, error)
	Tags() ([]history.Tag, error)
	Notes(ctx context.Context, ref string) ([]history.Note, error)
	Remotes() ([]history.Remote, error)
	Shallow() ([]history.Hash, error)
	Commits(ctx context.Context, tips []history.Hash) ([]history.Commit, error)
	Diffs(ctx context.Context, commits []history.Commit, yield func(i int, changes []history.PathChange, err error)) error
	Files(ctx context.Context, commit history.Hash, keep func(path string) bool) ([]history.File, error)
	Blob(hash history.Hash, limit int64) ([]byte, error)
}

var _ collectRepo = (*Repo)(nil)

// written runs the lines of a script and gives the folder.
func written(t testing.TB, lines ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	if err := script.Run(dir, txtar.Parse([]byte(strings.Join(lines, "\n")+"\n"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// threeCommits is a small history for tests that care for something else.
func threeCommits(t testing.TB) string {
	t.Helper()
	return written(t,
		"at 2026-03-02T10:00:00Z", "write a.txt 'one\\n'", "write src/b.txt 'b\\n'", "commit 'one'", "tag v1.0.0",
		"at +1d", "write a.txt 'two\\n'", "commit 'two'", "tag v1.1.0 HEAD 'The second.'",
		"at +1d", "write src/deep/c.txt 'c\\n'", "commit 'three'")
}

func opened(t testing.TB, dir string, options ...Option) *Repo {
	t.Helper()
	r, err := Open(dir, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// subjects reads all commits from HEAD and gives their first lines, newest
// first.
func subjects(t testing.TB, r *Repo) string {
	t.Helper()
	_, tip, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	commits, err := r.Commits(t.Context(), []history.Hash{tip})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, c := range commits {
		first, _, _ := strings.Cut(c.Message, "\n")
		list = append(list, first)
	}
	return strings.Join(list, " ")
}

// put writes a file, and the folders above it.
func put(t testing.TB, file, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// storageOf opens the objects of a repository through go-git, to write what a
// script cannot.
func storageOf(dir string) *filesystem.Storage {
	return filesystem.NewStorage(osfs.New(filepath.Join(dir, ".git")), cache.NewObjectLRUDefault())
}

// object writes an object with exactly these bytes.
func rawObject(t testing.TB, dir string, kind plumbing.ObjectType, data string) history.Hash {
	t.Helper()
	o := &plumbing.MemoryObject{}
	o.SetType(kind)
	if _, err := o.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	h, err := storageOf(dir).SetEncodedObject(o)
	if err != nil {
		t.Fatal(err)
	}
	return history.Hash(h)
}

// rawRef sets a ref to any object, or to nothing.
func rawRef(t testing.TB, dir, name string, h history.Hash) {
	t.Helper()
	put(t, filepath.Join(dir, ".git", filepath.FromSlash(name)), h.String()+"\n")
}

// emptyTree is a tree that every git knows.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// allObjects reads every object of a repository through go-git.
func allObjects(t testing.TB, dir string) map[plumbing.Hash]plumbing.EncodedObject {
	t.Helper()
	all := make(map[plumbing.Hash]plumbing.EncodedObject)
	iter, err := storageOf(dir).IterEncodedObjects(plumbing.AnyObject)
	if err != nil {
		t.Fatal(err)
	}
	err = iter.ForEach(func(o plumbing.EncodedObject) error {
		all[o.Hash()] = o
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// emptied copies a repository without its objects.
func emptied(t testing.TB, dir string) (string, *filesystem.Storage) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(copied, ".git", "objects")); err != nil {
		t.Fatal(err)
	}
	st := storageOf(copied)
	if err := st.Init(); err != nil {
		t.Fatal(err)
	}
	return copied, st
}

// without copies a repository but for some of its objects.
func without(t testing.TB, dir string, drop ...history.Hash) string {
	t.Helper()
	gone := make(map[plumbing.Hash]bool)
	for _, h := range drop {
		gone[plumbing.Hash(h)] = true
	}
	copied, st := emptied(t, dir)
	for h, o := range allObjects(t, dir) {
		if gone[h] {
			continue
		}
		if _, err := st.SetEncodedObject(o); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

// repacked copies a repository into one pack with deltas: by offset, or by the
// name of the base.
func repacked(t testing.TB, dir string, byName bool) string {
	t.Helper()
	copied, to := emptied(t, dir)
	from := storageOf(dir)
	var ids []plumbing.Hash
	for h := range allObjects(t, dir) {
		ids = append(ids, h)
	}
	var pack bytes.Buffer
	if _, err := packfile.NewEncoder(&pack, from, byName).Encode(ids, 10); err != nil {
		t.Fatal(err)
	}
	w, err := to.PackfileWriter()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(pack.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return copied
}

// git runs git on a repository, and skips the test where there is none.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// resolved gives the id of a revision.
func resolved(t testing.TB, r *Repo, name string) history.Hash {
	t.Helper()
	h, err := r.Resolve(name)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// describe writes changes down, one a line.
func describe(changes []history.PathChange) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s %s\n", c.Old, c.New, c.Path)
	}
	return b.String()
}
