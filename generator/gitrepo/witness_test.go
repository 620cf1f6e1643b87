package gitrepo

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/generator/history"
)

// randomHistory draws a script: files written, changed, moved, removed, turned
// into folders and back, on a main branch and on topics that are merged.
func randomHistory(t *rapid.T) []string {
	names := []string{"a", "a.b", "a-b", "ab", "lib/a", "lib/a.b", "lib/sub/x", "lib/sub/y", "z/z/z/z", "ä", "A"}
	there := map[string]map[string]bool{"main": {"root": true}}
	lines := []string{"at 2026-03-02T10:00:00Z", "write root 'r\\n'", "commit 'begin'"}
	on, topics := "main", 0
	for i := range rapid.IntRange(5, 40).Draw(t, "steps") {
		files := there[on]
		name := rapid.SampledFrom(names).Draw(t, "name")
		switch verb := rapid.IntRange(0, 9).Draw(t, "verb"); {
		case verb < 6 && free(files, name):
			lines = append(lines, fmt.Sprintf("write %s '%d\\n'", name, rapid.IntRange(0, 3).Draw(t, "text")))
			files[name] = true
		case verb == 6 && files[name]:
			lines = append(lines, "remove "+name)
			delete(files, name)
		case verb == 7 && files[name] && !files["moved"]:
			lines = append(lines, "move "+name+" moved")
			delete(files, name)
			files["moved"] = true
		case verb == 8 && on == "main":
			topics++
			topic := fmt.Sprint("topic", topics)
			there[topic] = map[string]bool{}
			for f := range files {
				there[topic][f] = true
			}
			lines = append(lines, fmt.Sprintf("commit 'before %d'", i), "branch "+topic, "switch "+topic)
			on = topic
		case verb == 9 && on != "main":
			// Merged at once, so main has not moved on: no conflict.
			lines = append(lines, fmt.Sprintf("commit 'topic %d'", i), "switch main", "merge "+on)
			there["main"], on = there[on], "main"
		}
		lines = append(lines, "at +1h", fmt.Sprintf("commit 'change %d'", i))
	}
	return lines
}

// free reports whether a file can be at a path: no folder is there, and no file
// is above it.
func free(files map[string]bool, name string) bool {
	for f := range files {
		if strings.HasPrefix(f, name+"/") || strings.HasPrefix(name, f+"/") {
			return false
		}
	}
	return true
}

// git is the second witness: for any history, packed in any way, the commits
// and the changed files are those that git tells. A dozen histories a run, since
// git takes a while to start.
func TestAgreesWithGit(t *testing.T) {
	git(t, t.TempDir(), "version")
	left := 12
	rapid.Check(t, func(rt *rapid.T) {
		if left == 0 {
			return
		}
		left--
		lines := randomHistory(rt)
		dir := written(t, lines...)
		if rapid.Bool().Draw(rt, "repack") {
			git(t, dir, "-c", fmt.Sprintf("repack.useDeltaBaseOffset=%t", rapid.Bool().Draw(rt, "offset")), "repack", "-adfq")
		}
		if diff := cmp.Diff(toldByGit(t, dir), told(t, dir)); diff != "" {
			rt.Fatalf("commits and changes (-git +got):\n%s\n%s", diff, strings.Join(lines, "\n"))
		}
	})
}

// told reads what each commit changed.
func told(t *testing.T, dir string) map[string]string {
	r := opened(t, dir)
	_, tip, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	commits, err := r.Commits(t.Context(), []history.Hash{tip})
	if err != nil {
		t.Fatal(err)
	}
	lists := make([]string, len(commits))
	err = r.Diffs(t.Context(), commits, func(i int, changes []history.PathChange, err error) {
		if err != nil {
			t.Error(err)
		}
		lists[i] = describe(changes)
	})
	if err != nil {
		t.Fatal(err)
	}
	byID := make(map[string]string)
	for i, c := range commits {
		byID[c.Hash.String()] = lists[i]
	}
	return byID
}

// toldByGit asks git the same, all commits in one run.
func toldByGit(t *testing.T, dir string) map[string]string {
	var asked strings.Builder
	for line := range strings.Lines(git(t, dir, "rev-list", "--parents", "HEAD")) {
		ids := strings.Fields(line)
		asked.WriteString(strings.Join(ids[:min(2, len(ids))], " ") + "\n") // with its first parent
	}
	list := filepath.Join(t.TempDir(), "list")
	put(t, list, asked.String())
	out := git(t, dir, "-c", "core.quotePath=false", "-c", "alias.told=!git diff-tree --stdin --always --root -r --no-renames --raw --abbrev=40 <"+list, "told")
	byID := make(map[string]string)
	id := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, ":") {
			id, _, _ = strings.Cut(line, " ")
			byID[id] = ""
			continue
		}
		head, path, _ := strings.Cut(line, "\t")
		part := strings.Fields(head)
		byID[id] += part[2] + " " + part[3] + " " + path + "\n"
	}
	return byID
}

// go-git is the second witness for packs: every object of a pack with deltas is
// the same through its decoder.
func TestAgreesWithGoGit(t *testing.T) {
	var lines []string
	random := rand.New(rand.NewPCG(1, 2))
	lines = append(lines, "at 2026-03-02T10:00:00Z", "write log.txt ''")
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("append log.txt '%d %x\\n'", i, random.Uint64()),
			fmt.Sprintf("write dir%d/f.txt '%d\\n'", i%7, i), "at +1h", fmt.Sprintf("commit 'step %d'", i))
	}
	lines = append(lines, "write big.txt '"+strings.Repeat("0123456789abcdef", 9000)+"'", "commit 'big'",
		"append big.txt 'end'", "commit 'bigger'")
	dir := written(t, lines...)
	for _, byName := range []bool{false, true} {
		packed := repacked(t, dir, byName)
		r := opened(t, packed)
		deltas := 0
		for h, want := range allObjects(t, packed) {
			err := r.with(func(rd *reader) error {
				packs, _ := rd.store.packList(false)
				offset, ok := packs[0].find(h)
				if !ok {
					return fmt.Errorf("not in the index")
				}
				head, err := rd.unpack.head(packs[0], offset)
				if err == nil && head.base > 0 {
					deltas++
				}
				if byName && err == errDecline {
					return nil // a base further on in the file is left to go-git
				}
				got, err := rd.unpack.read(packs[0], offset, 1<<30)
				if err == errDecline && byName {
					return nil
				}
				if err != nil {
					return err
				}
				content, err := want.Reader()
				if err != nil {
					return err
				}
				data, err := readExactly(content, want.Size())
				if string(data) != string(got.data) || want.Type() != got.kind {
					return fmt.Errorf("%s of %d bytes, want %s of %d", got.kind, len(got.data), want.Type(), len(data))
				}
				kind, kindErr := rd.unpack.kindOf(packs[0], offset)
				if kind != want.Type() || kindErr != nil {
					return fmt.Errorf("kind %s, %v; want %s", kind, kindErr, want.Type())
				}
				return err
			})
			if err != nil {
				t.Errorf("object %s (deltas by name: %t): %v", h, byName, err)
			}
		}
		if deltas < 20 {
			t.Errorf("only %d deltas were met (by name: %t)", deltas, byName)
		}
		if got := len(strings.Fields(subjects(t, r))); got != 122 {
			t.Errorf("%d words in subjects, want 122", got)
		}
	}
}

// A pack that is damaged anywhere gives right bytes or an error, never a panic
// and never wrong bytes in silence.
func TestDamagedPack(t *testing.T) {
	dir := repacked(t, threeCommits(t), false)
	packs, _ := filepath.Glob(filepath.Join(dir, ".git", "objects", "pack", "*.pack"))
	whole, err := os.ReadFile(packs[0])
	if err != nil {
		t.Fatal(err)
	}
	right := make(map[plumbing.Hash]string)
	for h, o := range allObjects(t, dir) {
		right[h] = contents(t, o)
	}
	if err := os.Chmod(packs[0], 0o644); err != nil {
		t.Fatal(err)
	}
	damaged, noticed := 0, 0
	for at := 12; at < len(whole)-20; at += 11 {
		bad := append([]byte(nil), whole...)
		bad[at] ^= 1 << (at % 8)
		if err := os.WriteFile(packs[0], bad, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for h, want := range right {
			err := r.with(func(rd *reader) error {
				o, err := rd.read(h, 1<<20)
				if err == nil && string(o.data) != want {
					t.Errorf("byte %d: object %s has other bytes", at, h)
				}
				return err
			})
			if err != nil {
				failed++
			}
		}
		damaged++
		noticed += min(failed, 1)
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	// Some bits mean nothing, such as how hard the deflater tried.
	if noticed < damaged*9/10 {
		t.Errorf("of %d damages %d were noticed", damaged, noticed)
	}
}

func contents(t *testing.T, o plumbing.EncodedObject) string {
	t.Helper()
	r, err := o.Reader()
	if err != nil {
		t.Fatal(err)
	}
	data, err := readExactly(r, o.Size())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What claims to be huge is refused before memory is set aside for it.
func TestHugeClaims(t *testing.T) {
	// Source 5 bytes, result 2^40 bytes, then one copy.
	delta := []byte{5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x90, 5}
	if _, err := applyDelta([]byte("hello"), delta, 1<<20); err != ErrTooLarge {
		t.Errorf("a delta to a terabyte gives %v", err)
	}
	if _, err := readExactly(strings.NewReader("short"), 1<<40); err == nil {
		t.Error("five bytes count as a terabyte")
	}
	if _, err := parseIndex(append([]byte("\xfftOc\x00\x00\x00\x02"), make([]byte, 1024+40)...)); err != nil {
		t.Errorf("an empty index gives %v", err)
	}
	index := append([]byte("\xfftOc\x00\x00\x00\x02"), make([]byte, 1024+40)...)
	index[8+1020] = 0x7f // claims two thousand million objects
	if _, err := parseIndex(index); err != errIndex {
		t.Errorf("an index of nothing gives %v", err)
	}
}
