package coderefs

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const ignored = `# what is generated
/gen
*.pb.go
build/
docs/**/old
!keep.pb.go
a?c.[tj]s
sp\ ace.go
\#hash.go
x/y.go
[
`

// TestIgnore asks git itself what its patterns take.
func TestIgnore(t *testing.T) {
	var g Ignore
	g.Add([]byte(ignored))
	paths := []string{"gen", "gen/a.go", "src/gen/a.go", "a.pb.go", "src/b.pb.go", "src/keep.pb.go", "keep.pb.go", "build/a.go", "src/build/a.go", "build",
		"docs/old/a", "docs/a/b/old/c", "docs/older", "abc.ts", "abc.js", "abc.cs", "a/c.ts", "sp ace.go", "#hash.go", "x/y.go", "z/x/y.go", "gen/keep.pb.go", "[", "main.go"}
	want := map[string]bool{}
	dir := t.TempDir()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git says what is right, and is not there")
	}
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command("git", "-C", dir, "-c", "core.quotePath=false", "-c", "core.excludesFile="+filepath.Join(dir, "patterns"), "check-ignore", "--no-index", "-z", "--stdin")
	write(t, filepath.Join(dir, "patterns"), ignored)
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.SplitSeq(string(out), "\x00") {
		want[p] = true
	}
	if len(want) < 10 {
		t.Fatalf("git ignores %q", out)
	}
	for _, p := range paths {
		if got := g.Skips(p); got != want[p] {
			t.Errorf("%q is ignored: %t, and git says %t", p, got, want[p])
		}
	}
}

// TestDirs holds that the aliases of a project are for its folder.
func TestDirs(t *testing.T) {
	c, faults := Parse("coderefs.yaml", []byte(`
aliases:
  - type: kebabcase
projects:
  - key: shop
    dir: ./apps/shop/
    aliases:
      - type: camelcase
  - key: desk
    dir: ../desk
`))
	if len(faults) != 1 || faults[0].Line != 10 || !strings.Contains(faults[0].Message, "outside") {
		t.Errorf("faults: %+v", faults)
	}
	if got := c.Dirs(); len(got) != 2 || got[0] != "" || got[1] != "apps/shop" {
		t.Errorf("dirs: %q", got)
	}
	if got := c.In("apps/shop").Spellings([]string{"basket_v2"}, nil)["basket_v2"]; len(got) != 1 || got[0] != "basketV2" {
		t.Errorf("in the project: %q", got)
	}
	if got := c.In("").Spellings([]string{"basket_v2"}, nil)["basket_v2"]; len(got) != 1 || got[0] != "basket-v2" {
		t.Errorf("everywhere: %q", got)
	}
	for p, in := range map[string]bool{"apps/shop/a.go": true, "apps/shop2/a.go": false, "main.go": false} {
		if Inside("apps/shop", p) != in || !Inside("", p) {
			t.Errorf("%s: %t", p, Inside("apps/shop", p))
		}
	}
	all, _ := Parse("coderefs.yaml", []byte("projects: [{key: a, dir: a}, {key: b, dir: b}]"))
	if all.Searches("c/main.go") || !all.Searches("a/main.go") || !c.Searches("c/main.go") {
		t.Error("where every project has a folder, the folders are searched, and else everything")
	}
}
