package publish_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/publish"
)

// twins begins a build of a site that has a twin whatever its size.
func twins(t *testing.T, dir string) *publish.Folder {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("no twins here")
	}
	f, err := publish.DirWith(dir, publish.Options{TwinFrom: 1})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fill writes a site in the order of its paths.
func fill(t *testing.T, f *publish.Folder, site map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(site)) {
		if err := f.Write(publish.File{Path: p, Data: []byte(site[p])}); err != nil {
			t.Fatal(err)
		}
	}
}

// wantSite compares a folder with a site, and with nothing else.
func wantSite(t *testing.T, dir string, site map[string]string) {
	t.Helper()
	want := []string{".daylight=(marker)"}
	for p, text := range site {
		want = append(want, p+"="+text)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", filepath.Base(dir), diff)
	}
}

// A second build writes what is new into the twin, and the two change places.
func TestTwinWritesOnlyWhatIsNew(t *testing.T) {
	team := filepath.Join(t.TempDir(), "team")
	steps := []struct {
		site map[string]string
		want publish.Counts
	}{
		{map[string]string{"index.html": "one", "docs/a/index.html": "a", "docs/b/index.html": "b"}, publish.Counts{Written: 3}},
		{map[string]string{"index.html": "one", "docs/a/index.html": "a", "docs/b/index.html": "b"}, publish.Counts{Unchanged: 3}},
		{map[string]string{"index.html": "two", "docs/a/index.html": "a", "docs/c/d/index.html": "d"}, publish.Counts{Written: 2, Unchanged: 1, Removed: 1}},
		{map[string]string{"index.html": "two", "docs/a/index.html": "a", "docs/c": "a file now"}, publish.Counts{Written: 1, Unchanged: 2, Removed: 1}},
		{map[string]string{"index.html/x": "a folder now", "docs/a/index.html": "a"}, publish.Counts{Written: 1, Unchanged: 1, Removed: 2}},
	}
	for i, step := range steps {
		f := twins(t, team)
		if f.Quick() != (i > 0) {
			t.Fatalf("step %d: quick is %t", i, f.Quick())
		}
		fill(t, f, step.site)
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		if got := f.Counts(); got != step.want {
			t.Errorf("step %d: counts = %+v, want %+v", i, got, step.want)
		}
		wantSite(t, team, step.site)
	}
}

// What is kept beside the site is what is public anyway, under a second name, and
// nobody else may look at it.
func TestTwinHoldsNothingOld(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	for _, text := range []string{"secret", "harmless"} {
		f := twins(t, team)
		fill(t, f, map[string]string{"index.html": text, text + "/index.html": "x"})
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Join(public, ".team.twin")
	wantSite(t, filepath.Join(home, "site"), map[string]string{"index.html": "harmless", "harmless/index.html": "x"})
	info, err := os.Stat(home)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the twin can be looked at by others: %v %v", info.Mode(), err)
	}
	one, _ := os.Stat(filepath.Join(team, "index.html"))
	two, err := os.Stat(filepath.Join(home, "site", "index.html"))
	if err != nil || !os.SameFile(one, two) {
		t.Errorf("the twin has a copy of its own: %v", err)
	}
}

// Whatever happens between builds, and to builds, the next one that is committed
// is exactly what was asked for.
func TestTwinAfterAnything(t *testing.T) {
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			team := filepath.Join(t.TempDir(), "team")
			for range 8 {
				f := twins(t, team)
				was := treeIfAny(t, team)
				site := randomSite(random)
				fill(t, f, site)
				switch random.IntN(6) {
				case 0:
					if err := f.Abort(); err != nil {
						t.Fatal(err)
					}
				case 1:
					f.Die()
				case 2: // another build is faster
					other, faster := twins(t, team), randomSite(random)
					fill(t, other, faster)
					if err := other.Commit(); err != nil {
						t.Fatal(err)
					}
					wantSite(t, team, faster)
					fallthrough
				default:
					if err := f.Commit(); err != nil {
						t.Fatal(err)
					}
					wantSite(t, team, site)
					tamper(t, random, team, site)
					continue
				}
				if diff := cmp.Diff(was, treeIfAny(t, team)); diff != "" {
					t.Fatalf("a build that was not committed changed the site (-before +after):\n%s", diff)
				}
			}
		})
	}
}

// treeIfAny lists what is in a folder that may not be there.
func treeIfAny(t *testing.T, dir string) []string {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	return tree(t, dir)
}

// randomSite makes a site in which names are files in one build and folders in
// another.
func randomSite(random *rand.Rand) map[string]string {
	site := map[string]string{}
	for _, a := range []string{"a", "b", "c"} {
		switch random.IntN(5) {
		case 0:
		case 1:
			site[a] = fmt.Sprint(random.IntN(2))
		default:
			for _, b := range []string{"x", "y", "z"} {
				switch random.IntN(4) {
				case 0:
				case 1:
					site[a+"/"+b] = fmt.Sprint(random.IntN(2))
				default:
					site[a+"/"+b+"/index.html"] = fmt.Sprint(random.IntN(2))
				}
			}
		}
	}
	return site
}

// tamper changes what lies in the target, as an editor or a careless command
// does. Nothing of it is to be kept.
func tamper(t *testing.T, random *rand.Rand, team string, site map[string]string) {
	t.Helper()
	for p := range site {
		name := filepath.Join(team, filepath.FromSlash(p))
		var err error
		switch random.IntN(12) {
		case 0: // in place, of the same size, and the twin's file too
			err = os.WriteFile(name, []byte("!"), 0o644)
		case 1:
			err = os.Remove(name)
		case 2: // as editors save
			err = errors.Join(os.WriteFile(name+"~", []byte("!"), 0o644), os.Rename(name+"~", name))
		case 3:
			err = os.RemoveAll(filepath.Join(filepath.Dir(team), ".team.twin", "manifest"))
		case 4:
			err = os.RemoveAll(filepath.Join(filepath.Dir(team), ".team.twin"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What a stranger puts into the folder is refused, with a twin as without.
func TestTwinRefusesForeignFiles(t *testing.T) {
	for _, at := range []string{"mine.txt", "docs/mine.txt", "docs/deep/mine.txt"} {
		team := filepath.Join(t.TempDir(), "team")
		f := twins(t, team)
		fill(t, f, map[string]string{"docs/deep/index.html": "x"})
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(team, filepath.FromSlash(at)), "years of work")
		if _, err := publish.DirWith(team, publish.Options{TwinFrom: 1}); !errors.Is(err, publish.ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", at, err)
		}
	}
}

// A small site, and one that nobody builds on, has no twin.
func TestNoTwin(t *testing.T) {
	site := map[string]string{"index.html": "x"}
	for name, opt := range map[string]publish.Options{"small": {}, "once": {TwinFrom: 1, Once: true}, "never": {TwinFrom: -1}} {
		public := t.TempDir()
		f, err := publish.DirWith(filepath.Join(public, "team"), opt)
		if err != nil {
			t.Fatal(err)
		}
		fill(t, f, site)
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		if entries, err := os.ReadDir(public); err != nil || len(entries) != 1 {
			t.Errorf("%s: beside the site lies %v (%v)", name, entries, err)
		}
	}
}

// A site that becomes small loses its twin.
func TestTwinGoesWithItsReason(t *testing.T) {
	public := t.TempDir()
	team := filepath.Join(public, "team")
	f := twins(t, team)
	fill(t, f, map[string]string{"index.html": "x"})
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(team, ".gitignore"), "*\n") // by hand: the next build compares everything
	build(t, team, "index.html=y")
	wantTree(t, public, "team/.daylight=(marker)", "team/.gitignore=*\n", "team/index.html=y")
}

func TestFileBelowAFile(t *testing.T) {
	for name, sink := range map[string]func() *publish.Folder{
		"new":  func() *publish.Folder { f, _ := publish.Dir(filepath.Join(t.TempDir(), "site")); return f },
		"twin": func() *publish.Folder { return twinOf(t, map[string]string{"a": "1"}) },
	} {
		f := sink()
		err := errors.Join(f.Write(publish.File{Path: "a", Data: []byte("1")}), f.Write(publish.File{Path: "a/b", Data: []byte("2")}))
		if err == nil {
			err = f.Commit()
		}
		if err == nil {
			t.Errorf("%s: a file below a file was published", name)
		}
		if err := f.Abort(); err != nil {
			t.Error(err)
		}
	}
}

// twinOf publishes a site and begins the next build.
func twinOf(t *testing.T, site map[string]string) *publish.Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	f := twins(t, dir)
	fill(t, f, site)
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return twins(t, dir)
}
