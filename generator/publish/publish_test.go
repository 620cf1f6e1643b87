package publish_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/publish"
)

// build publishes a site in one go: each file is written as "path=contents".
func build(t *testing.T, target string, files ...string) publish.Counts {
	t.Helper()
	f, err := publish.Dir(target)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	for _, text := range files {
		path, data, _ := strings.Cut(text, "=")
		if err := f.Write(publish.File{Path: path, Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return f.Counts()
}

// tree lists all files below a folder as "path=contents", markers shortened.
func tree(t *testing.T, root string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		text := string(data)
		if d.Name() == publish.Marker {
			text = "(marker)"
		}
		list = append(list, filepath.ToSlash(rel)+"="+text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func wantTree(t *testing.T, root string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, tree(t, root)); diff != "" {
		t.Errorf("files below %s (-want +got):\n%s", filepath.Base(root), diff)
	}
}

func put(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSecondBuildReplacesTheFirst(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	build(t, team, "index.html=one", "old/index.html=gone soon")
	got := build(t, team, "index.html=two", "changes/index.html=list")
	wantTree(t, public, "team/.daylight=(marker)", "team/changes/index.html=list", "team/index.html=two")
	if want := (publish.Counts{Written: 2, Removed: 1}); got != want {
		t.Errorf("counts = %+v, want %+v", got, want)
	}
}

func TestUnchangedFileKeepsItsTime(t *testing.T) {
	team := filepath.Join(t.TempDir(), "team")
	build(t, team, "same.html=same", "other.html=before")
	past := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for _, name := range []string{"same.html", "other.html"} {
		if err := os.Chtimes(filepath.Join(team, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	got := build(t, team, "same.html=same", "other.html=after!")
	if want := (publish.Counts{Written: 1, Unchanged: 1}); got != want {
		t.Errorf("counts = %+v, want %+v", got, want)
	}
	for name, kept := range map[string]bool{"same.html": true, "other.html": false} {
		info, err := os.Stat(filepath.Join(team, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime().Equal(past) != kept {
			t.Errorf("%s has the time %s; kept its own: want %t", name, info.ModTime(), kept)
		}
	}
}

func TestAbortLeavesTheOldSite(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	build(t, team, "index.html=one")
	f, err := publish.Dir(team)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(publish.File{Path: "index.html", Data: []byte("two")}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	wantTree(t, public, "team/.daylight=(marker)", "team/index.html=one")
	if err := f.Write(publish.File{Path: "late.html"}); !errors.Is(err, publish.ErrDone) {
		t.Errorf("Write after Abort gives %v, want ErrDone", err)
	}
	if err := f.Commit(); !errors.Is(err, publish.ErrDone) {
		t.Errorf("Commit after Abort gives %v, want ErrDone", err)
	}
}

// What somebody put into the folder is never removed.
func TestForeignFolderIsRefused(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, dir string)
		refused bool
	}{
		{"no folder", func(t *testing.T, dir string) {}, false},
		{"empty folder", func(t *testing.T, dir string) {
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"only .gitignore", func(t *testing.T, dir string) { put(t, filepath.Join(dir, ".gitignore"), "*\n") }, false},
		{"made by us", func(t *testing.T, dir string) { build(t, dir, "a.html=a", "b/c.html=c") }, false},
		{"a file of mine", func(t *testing.T, dir string) { put(t, filepath.Join(dir, "thesis.txt"), "years of work") }, true},
		{"made by us, with a file of mine", func(t *testing.T, dir string) {
			build(t, dir, "a.html=a")
			put(t, filepath.Join(dir, "CNAME"), "status.example")
		}, true},
		{"a repository", func(t *testing.T, dir string) { put(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n") }, true},
		{"somebody else's marker", func(t *testing.T, dir string) { put(t, filepath.Join(dir, publish.Marker), "hello\n") }, true},
		{"it is a file", func(t *testing.T, dir string) { put(t, dir, "a file") }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "site")
			test.prepare(t, dir)
			before := tree(t, parent)
			f, err := publish.Dir(dir)
			if refused := errors.Is(err, publish.ErrForeign); refused != test.refused {
				t.Fatalf("Dir gives %v; refused: want %t", err, test.refused)
			}
			if !test.refused {
				if err := f.Abort(); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(before, tree(t, parent)); diff != "" {
				t.Errorf("something changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestForeignFileIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	put(t, filepath.Join(dir, "thesis.txt"), "years of work")
	_, err := publish.Dir(dir)
	var advised interface{ Hint() string }
	if !errors.As(err, &advised) || !strings.Contains(err.Error(), "thesis.txt") || advised.Hint() == "" {
		t.Errorf("error %q names no file or has no hint", err)
	}
}

func TestGitignoreIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	put(t, filepath.Join(dir, ".gitignore"), "*\n")
	build(t, dir, "index.html=one")
	build(t, dir, "index.html=two")
	wantTree(t, dir, ".daylight=(marker)", ".gitignore=*\n", "index.html=two")
}

func TestBadPaths(t *testing.T) {
	for _, path := range []string{
		"", ".", "..", "../up.html", "a/../../up.html", "/etc/passwd", "a//b.html", "a/", `a\b.html`, "c:/x", "nul\x00",
		"new\nline", "\xff.html", publish.Marker, "a/./b", "dot./x", "blank /x",
	} {
		for name, sink := range sinks(t) {
			if err := sink.Write(publish.File{Path: path}); !errors.Is(err, publish.ErrPath) {
				t.Errorf("%s: Write(%q) gives %v, want ErrPath", name, path, err)
			}
		}
	}
}

func TestDuplicates(t *testing.T) {
	for name, sink := range sinks(t) {
		if err := sink.Write(publish.File{Path: "Flags/index.html"}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"Flags/index.html", "flags/Index.html"} {
			if err := sink.Write(publish.File{Path: path}); !errors.Is(err, publish.ErrDuplicate) {
				t.Errorf("%s: a second %s gives %v, want ErrDuplicate", name, path, err)
			}
		}
	}
}

// sinks gives an empty sink of each kind.
func sinks(t *testing.T) map[string]publish.Sink {
	f, err := publish.Dir(filepath.Join(t.TempDir(), "site"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Abort(); err != nil {
			t.Error(err)
		}
	})
	return map[string]publish.Sink{"folder": f, "memory": publish.NewMemory()}
}

// A process that died left a staged folder, and in the worst instant no target.
func TestCrashIsMended(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	build(t, team, "index.html=one")
	put(t, filepath.Join(public, ".team.tmp-77-0", "half.html"), "half")
	put(t, filepath.Join(public, ".teams.tmp-77-0", "half.html"), "of another target")
	if err := os.Rename(team, filepath.Join(public, ".team.old-77")); err != nil {
		t.Fatal(err)
	}
	f, err := publish.Dir(team)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, public, ".teams.tmp-77-0/half.html=of another target", "team/.daylight=(marker)", "team/index.html=one")
}

// A build that is still going on is not taken for a dead one.
func TestTwoBuildsAtOnce(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	first, err := publish.Dir(team)
	if err != nil {
		t.Fatal(err)
	}
	build(t, team, "index.html=second")
	if err := first.Write(publish.File{Path: "index.html", Data: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	if err := first.Commit(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, public, "team/.daylight=(marker)", "team/index.html=first")
}

func TestManyGoroutines(t *testing.T) {
	for name, sink := range sinks(t) {
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				for i := range 50 {
					path := fmt.Sprintf("changes/%02d/%d.html", i, worker)
					if err := sink.Write(publish.File{Path: path, Data: []byte(path)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if err := sink.Commit(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The folder can be moved and copied: its bytes name nothing of the machine.
func TestSameSiteSameBytes(t *testing.T) {
	one, two := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	build(t, one, "x.html=x", "y/z.html=z")
	build(t, two, "y/z.html=z", "x.html=x")
	for _, name := range []string{publish.Marker, "x.html", "y/z.html"} {
		a, _ := os.ReadFile(filepath.Join(one, name))
		b, err := os.ReadFile(filepath.Join(two, name))
		if err != nil || string(a) != string(b) {
			t.Errorf("%s differs: %q and %q (%v)", name, a, b, err)
		}
	}
}

func TestLinkToTheTarget(t *testing.T) {
	base := t.TempDir()
	real := filepath.Join(base, "volume", "site")
	put(t, filepath.Join(real, ".gitignore"), "*\n")
	link := filepath.Join(base, "public")
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	build(t, link, "index.html=one")
	wantTree(t, real, ".daylight=(marker)", ".gitignore=*\n", "index.html=one")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
}

// A server reads one site or the other, never a mixture.
func TestMemorySwapsWhole(t *testing.T) {
	m := publish.NewMemory()
	write := func(text string) {
		for _, path := range []string{"a.html", "b.html"} {
			if err := m.Write(publish.File{Path: path, Data: []byte(text)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("one")
	if _, ok := m.Get("a.html"); ok {
		t.Error("a file is there before Commit")
	}
	if err := m.Commit(); err != nil {
		t.Fatal(err)
	}
	before := m.Files()
	write("two")
	if err := m.Commit(); err != nil {
		t.Fatal(err)
	}
	write("never")
	if err := m.Abort(); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Get("b.html"); string(got) != "two" || string(before["b.html"]) != "one" {
		t.Errorf("b.html is %q, and was %q; want two and one", got, before["b.html"])
	}
	if want := []string{"a.html", "b.html"}; !slices.Equal(m.Paths(), want) {
		t.Errorf("paths = %v, want %v", m.Paths(), want)
	}
}
