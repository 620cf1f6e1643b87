package script_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"daylight/generator/gitrepo"
	"daylight/generator/gitrepo/script"
	"daylight/generator/history"
)

var update = flag.Bool("update", false, "rewrite the wanted histories")

// TestScripts runs each script and compares what it wrote, ids included, with
// its section "want".
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts:", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "repository")
			if err := script.Run(dir, archive); err != nil {
				t.Fatal(err)
			}
			got := show(t, dir)
			i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				archive.Files[i].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := diff.Diff(string(archive.Files[i].Data), got); d != "" {
				t.Errorf("history (-want +got); go test -update rewrites it:\n%s", d)
			}
		})
	}
}

// show writes a repository down: refs, tags, notes, commits with their files.
func show(t *testing.T, dir string) string {
	t.Helper()
	repo, err := gitrepo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	var b strings.Builder
	branch, tip, err := repo.Head()
	fmt.Fprintf(&b, "HEAD %s\n", branch)
	tips := []history.Hash{tip}
	branches, err2 := repo.Branches()
	for _, r := range branches {
		fmt.Fprintf(&b, "%s %s\n", short(r.Target), r.Name)
		tips = append(tips, r.Target)
	}
	tags, err3 := repo.Tags()
	for _, tag := range tags {
		fmt.Fprintf(&b, "%s tag %s", short(tag.Target), tag.Name)
		if tag.Annotated {
			fmt.Fprintf(&b, " %s %q", person(tag.Tagger), tag.Message)
		}
		b.WriteByte('\n')
	}
	notes, err4 := repo.Notes(context.Background(), "deployments")
	for _, n := range notes {
		for _, l := range n.Lines {
			fmt.Fprintf(&b, "%s note %s %s\n", short(n.Target), l.FirstSeen.Format(time.RFC3339), l.Text)
		}
	}
	remotes, err5 := repo.Remotes()
	for _, r := range remotes {
		fmt.Fprintf(&b, "remote %s %s\n", r.Name, r.URL)
	}
	commits, err6 := repo.Commits(context.Background(), tips)
	changes := make([][]history.PathChange, len(commits))
	err7 := repo.Diffs(context.Background(), commits, func(i int, c []history.PathChange, err error) {
		if err != nil {
			t.Error(err)
		}
		changes[i] = c
	})
	if err := errors.Join(err, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
	for i, c := range commits {
		showCommit(&b, c, changes[i])
	}
	return b.String()
}

func showCommit(b *strings.Builder, c history.Commit, changes []history.PathChange) {
	fmt.Fprintf(b, "\n%s <-", short(c.Hash))
	for _, p := range c.Parents {
		fmt.Fprintf(b, " %s", short(p))
	}
	fmt.Fprintf(b, "\n%s\n", person(c.Author))
	if c.Author != c.Committer {
		fmt.Fprintf(b, "%s (committed)\n", person(c.Committer))
	}
	for line := range strings.Lines(c.Message) {
		b.WriteString(strings.TrimRight("    "+line, " \n") + "\n")
	}
	for _, ch := range changes {
		sign := "*"
		switch {
		case ch.Old.IsZero():
			sign = "+"
		case ch.New.IsZero():
			sign = "-"
		}
		fmt.Fprintf(b, "%s %s\n", sign, ch.Path)
	}
}

func short(h history.Hash) string { return h.String()[:10] }

func person(s history.Signature) string {
	return s.When.Format(time.RFC3339) + " " + s.Name + " <" + s.Email + ">"
}

// run writes the history of a script without files.
func run(t *testing.T, lines ...string) (dir string, err error) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "repository")
	return dir, script.Run(dir, txtar.Parse([]byte(strings.Join(lines, "\n")+"\n")))
}

// commitID is the changing part of a message.
var commitID = regexp.MustCompile(`commit [0-9a-f]{12} `)

func TestFaults(t *testing.T) {
	begin := []string{"# a fault is told with its line", "write a.txt 'one\\ntwo\\none\\n'", "commit 'begin'"}
	tests := []struct {
		lines string
		want  string
	}{
		{"comit 'x'", `script:4: unknown verb "comit"`},
		{"commit 'x", "script:4: quote without an end"},
		{"at yesterday", `script:4: at: "yesterday" is no time`},
		{"at +3x", `script:4: at: "+3x" is no span of time`},
		{"at +", `script:4: at: a span of time is missing`},
		{"as engineer", `script:4: as: "engineer" is no person`},
		{"write b.txt nowhere", `script:4: write: no section "nowhere"`},
		{"write ../b.txt ''", `script:4: write: git takes no file at "../b.txt"`},
		{"write .git/config ''", `script:4: write: git takes no file at ".git/config"`},
		{"write a.txt/b.txt ''", `script:4: write: a.txt cannot be both a file and a folder`},
		{"append b.txt 'x'", `script:4: append: no file b.txt on main`},
		{"replace a.txt 'one' 'x'", `script:4: replace: "one" is 2 times in a.txt`},
		{"replace a.txt 'six' 'x'", `script:4: replace: "six" is 0 times in a.txt`},
		{"remove b.txt", `script:4: remove: nothing at b.txt on main`},
		{"commit ''", `script:4: commit: the message is empty`},
		{"commit @none", `script:4: commit: no section "none" for the message`},
		{"switch topic", `script:4: switch: no branch topic`},
		{"branch main", `script:4: branch: branch main is there already`},
		{"branch a..b", `script:4: branch: refs/heads/a..b: invalid reference name`},
		{"branch topic\nwrite a.txt ''\nswitch topic", `script:6: switch: what was written since the last commit would be lost`},
		{"tag v1 nowhere", `script:4: tag: no ref nowhere`},
		{"tag v1 HEAD^2", `script:4: tag: HEAD^2: commit 0123 has 0 parents`},
		{"branch topic\nmerge topic", `script:5: merge: topic is part of main already`},
		{"label x\nlabel x", `script:5: label: label x is taken`},
		{"tag", `script:4: tag: wrong number of words`},
		{"ref main HEAD", `script:4: ref: "main" is no ref`},
		{
			"branch topic\nswitch topic\nreplace a.txt 'two' 'TWO'\ncommit 'x'\nswitch main\nreplace a.txt 'two' 'zwei'\ncommit 'y'\nmerge topic",
			`script:11: merge: conflict in a.txt`,
		},
	}
	for _, test := range tests {
		_, err := run(t, append(begin, test.lines)...)
		var fault *script.Error
		if !errors.As(err, &fault) {
			t.Errorf("%s: error %v is no fault of the script", test.lines, err)
			continue
		}
		if got := commitID.ReplaceAllString(fault.Error(), "commit 0123 "); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.lines, got, test.want)
		}
	}
}

// A conflict is settled by what the script writes before it merges.
func TestConflictIsSettledBefore(t *testing.T) {
	dir, err := run(t,
		"write a.txt 'one\\n'", "commit 'begin'", "branch topic", "switch topic",
		"write a.txt 'theirs\\n'", "commit 'theirs'", "switch main",
		"write a.txt 'ours\\n'", "commit 'ours'",
		"write a.txt 'both\\n'", "merge topic")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a.txt")); err != nil || string(got) != "both\n" {
		t.Errorf("a.txt = %q, %v; want both", got, err)
	}
}

func TestFolderMustBeEmpty(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := script.Run(dir, txtar.Parse([]byte("commit 'x'\n"))); err == nil {
		t.Error("Run writes into a folder that something is in")
	}
}

// git is the second witness: it finds no fault, and nothing that changed.
func TestGitAgrees(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	archive, err := txtar.ParseFile("testdata/branches.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "repository")
	if err := script.Run(dir, archive); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"fsck --strict --no-dangling", "status --porcelain", "diff HEAD --stat"} {
		cmd := exec.Command("git", strings.Fields(args)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.Output()
		if err != nil || len(out) > 0 {
			t.Errorf("git %s: %v\n%s", args, err, out)
		}
	}
}

// Two runs give the same bytes, packs and index included.
func TestSameBytes(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/branches.txtar")
	if err != nil {
		t.Fatal(err)
	}
	one, two := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	if err := cmp.Or(script.Run(one, archive), script.Run(two, archive)); err != nil {
		t.Fatal(err)
	}
	count := 0
	err = filepath.WalkDir(one, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		count++
		rel, _ := filepath.Rel(one, p)
		a, _ := os.ReadFile(p)
		b, err := os.ReadFile(filepath.Join(two, rel))
		if string(a) != string(b) {
			t.Errorf("%s differs between two runs", rel)
		}
		return err
	})
	if err != nil || count < 8 {
		t.Errorf("compared %d files: %v", count, err)
	}
}

// A Writer by itself takes files from its folder, and leaves them alone. This
// is how the verbs serve as commands of a test script.
func TestWriterInAFolder(t *testing.T) {
	dir := t.TempDir()
	put := func(name, data string) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w := script.New(dir)
	do := func(args ...string) {
		t.Helper()
		if err := w.Do(args); err != nil {
			t.Fatal(err)
		}
	}
	put("shop.flags", "basket: off\n")
	put("src/a.ts", "a\n")
	put("src/b.ts", "b\n")
	put("note.txt", "not committed\n")
	do("at", "2026-03-02T10:00:00Z")
	do("commit", `basket: new layout\n\nFlag: basket-v2`, "shop.flags", "src")
	do("tag", "v1.4.0")
	put("shop.flags", "basket: on\n")
	if err := os.Remove(filepath.Join(dir, "src", "b.ts")); err != nil {
		t.Fatal(err)
	}
	do("at", "2026-03-14T08:00:00Z")
	do("commit", "flags: basket on", "shop.flags", "src/b.ts")
	do("note", "deployments", "HEAD~1", `{"environment":"staging"}`)
	// Another process, or the same test later, goes on where this one ended.
	w = script.New(dir)
	do("at", "2026-03-15T08:00:00Z")
	do("commit", "chore: nothing", ".")

	got := show(t, dir)
	for _, fragment := range []string{
		"note 2026-03-14T08:00:00Z {\"environment\":\"staging\"}\n",
		"    basket: new layout\n\n    Flag: basket-v2\n+ shop.flags\n+ src/a.ts\n+ src/b.ts\n",
		"    flags: basket on\n* shop.flags\n- src/b.ts\n",
		"    chore: nothing\n+ note.txt\n",
	} {
		if !strings.Contains(got, fragment) {
			t.Errorf("no %q in:\n%s", fragment, got)
		}
	}
}

func TestVerbsAreDocumented(t *testing.T) {
	source, err := os.ReadFile("script.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range script.Verbs() {
		if !strings.Contains(string(source), "\n//\t"+verb+" ") {
			t.Errorf("the package comment does not tell of %s", verb)
		}
	}
}
