package demo_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"daylight/generator/demo"
)

// tips are the newest commits of the mainline and of the notes. They change
// with every edit of the history, and must be the same on every machine.
var tips = map[string]string{
	"refs/heads/main":        "10497a0875fc6d68c6d482c773918703f8658ab8",
	"refs/notes/deployments": "0edf824d99f8ee44073a6a55180db56e2c9b72c7",
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "repository")
	got, err := demo.Write(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Commits < 150 || got.Commits > 300 || got.Versions < 10 || got.Versions > 15 {
		t.Errorf("wrote %d commits and %d versions; want 150 to 300, and 10 to 15", got.Commits, got.Versions)
	}
	for ref, want := range tips {
		if id := tip(t, dir, ref); id != want {
			t.Errorf("%s is %s, want %s; when the history was edited on purpose, edit this too", ref, id, want)
		}
	}
	for _, path := range []string{"site.toml", "flags/production.goff.yaml", "orders/flags.yaml", "ops/deployments.jsonl", ".mailmap"} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path))); err != nil {
			t.Errorf("the work tree lacks %s", path)
		}
	}
}

// tip finds a ref among the packed ones, without git.
func tip(t *testing.T, dir, ref string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, ".git", "packed-refs"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if id, ok := strings.CutSuffix(strings.TrimSpace(line), " "+ref); ok {
			return id
		}
	}
	t.Fatalf("no ref %s", ref)
	return ""
}

func TestWriteReplacesOnlyItsOwn(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "sample")
	for range 2 {
		if _, err := demo.Write(ctx, dir); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".sample-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	foreign := t.TempDir()
	mine := filepath.Join(foreign, "mine.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Write(ctx, foreign); !errors.Is(err, demo.ErrForeign) {
		t.Errorf("Write into a foreign folder gives %v, want ErrForeign", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error("Write removed a file that is not its own")
	}
}

func TestWriteStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "sample")
	if _, err := demo.Write(ctx, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("Write gives %v, want context.Canceled", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a Write that was cancelled left a folder")
	}
}

// TestSituations looks for the evidence of each in the script, in its order.
func TestSituations(t *testing.T) {
	archive, err := demo.Script()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, s := range demo.Situations() {
		if names[s.Name] {
			t.Errorf("%q is listed twice", s.Name)
		}
		names[s.Name] = true
		rest := string(archive.Comment)
		for _, part := range s.Evidence {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%s: no %q after what comes before it", s.Name, part)
				break
			}
			rest = after
		}
		if subject := strings.TrimPrefix(s.Subject, "#"); !strings.Contains(string(archive.Comment), subject) {
			t.Errorf("%s: %q does not occur", s.Name, s.Subject)
		}
	}
	if len(names) < 20 {
		t.Errorf("only %d situations", len(names))
	}
}

// TestScript holds what the history promises to its readers.
func TestScript(t *testing.T) {
	archive, err := demo.Script()
	if err != nil {
		t.Fatal(err)
	}
	script := string(archive.Comment)
	who := regexp.MustCompile(`(?m)^as '(\S.*) <(\S+)>'$`)
	for _, m := range who.FindAllStringSubmatch(script, -1) {
		if !strings.HasSuffix(m[2], "@lumen.example") {
			t.Errorf("%s <%s>: every address is at lumen.example", m[1], m[2])
		}
		if !regexp.MustCompile(`^[A-Z][a-z-]+ (engineer|designer|manager|writer|analyst)$`).MatchString(m[1]) {
			t.Errorf("%s: authors are roles", m[1])
		}
	}
	// A Go file below public/ would become a package of our own module.
	for _, m := range regexp.MustCompile(`(?m)^write (\S+)`).FindAllStringSubmatch(script, -1) {
		if strings.HasSuffix(m[1], ".go") || strings.HasSuffix(m[1], "go.mod") {
			t.Errorf("%s: no Go in the sample", m[1])
		}
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^write \S+ (\S+)$`).FindAllStringSubmatch(script, -1) {
		used[m[1]] = true
	}
	for _, f := range archive.Files {
		if !used[f.Name] {
			t.Errorf("section %s is never written", f.Name)
		}
	}
}

// TestFsck asks git itself, where there is one.
func TestFsck(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed; it checks the objects of the sample")
	}
	dir := filepath.Join(t.TempDir(), "sample")
	got, err := demo.Write(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		cmd := exec.Command(git, append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if out := run("fsck", "--strict", "--no-dangling"); out != "" {
		t.Errorf("git fsck: %s", out)
	}
	if out := run("status", "--porcelain"); out != "" {
		t.Errorf("the work tree differs from HEAD:\n%s", out)
	}
	if n := strings.Count(run("rev-list", "--branches"), "\n") + 1; n != got.Commits {
		t.Errorf("git counts %d commits, the summary %d", n, got.Commits)
	}
	if names := run("tag", "--list", "shop/*", "orders/*"); strings.Count(names, "\n")+1 != got.Versions {
		t.Errorf("git lists %s; the summary has %d", names, got.Versions)
	}
}

func TestAsOf(t *testing.T) {
	archive, err := demo.Script()
	if err != nil {
		t.Fatal(err)
	}
	last := regexp.MustCompile(`(?m)^at (\S+Z)$`).FindAllStringSubmatch(string(archive.Comment), -1)
	if newest, asOf := last[len(last)-1][1], demo.AsOf().Format("2006-01-02T15:04:05Z"); newest >= asOf {
		t.Errorf("the history goes on until %s, after its as-of %s", newest, asOf)
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		if _, err := demo.Write(context.Background(), filepath.Join(b.TempDir(), "sample")); err != nil {
			b.Fatal(err)
		}
	}
}
