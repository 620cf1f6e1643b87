package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"

	"daylight/generator/history"
)

// Each commit comes once, whatever leads to it.
func TestCommitsOnce(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	_, tip, _ := r.Head()
	blob := rawObject(t, dir, plumbing.BlobObject, "no commit\n")
	object := rawObject(t, dir, plumbing.TagObject, "object "+tip.String()+"\ntype commit\ntag x\n\nx\n")
	for _, readers := range []int{1, 2, 8} {
		r := opened(t, dir, Readers(readers), CacheBytes(1))
		commits, err := r.Commits(t.Context(), []history.Hash{
			resolved(t, r, "v1.0.0"), object, tip, object, blob, {7}, resolved(t, r, "v1.1.0"), {},
		})
		var got []string
		for _, c := range commits {
			got = append(got, strings.TrimSpace(c.Message))
		}
		if diff := cmp.Diff([]string{"three", "two", "one"}, got); diff != "" || err != nil {
			t.Errorf("%d readers: commits (-want +got): %v\n%s", readers, err, diff)
		}
	}
}

// A shallow clone ends at its border without an error, and says so.
func TestShallow(t *testing.T) {
	full := threeCommits(t)
	r := opened(t, full)
	border, gone := resolved(t, r, "v1.1.0"), resolved(t, r, "v1.0.0")
	dir := without(t, full, gone)
	put(t, filepath.Join(dir, ".git", "shallow"), border.String()+"\n")
	r = opened(t, dir)
	if got := subjects(t, r); got != "three two" {
		t.Errorf("commits are %q", got)
	}
	shallow, err := r.Shallow()
	if diff := cmp.Diff([]history.Hash{border}, shallow); diff != "" || err != nil {
		t.Errorf("border (-want +got): %v\n%s", err, diff)
	}
	commits, err := r.Commits(t.Context(), []history.Hash{border, gone})
	if err != nil || len(commits) != 1 || len(commits[0].Parents) != 1 {
		t.Fatalf("commits %v, %v; want the border, with the parent that is missing", commits, err)
	}
	err = r.Diffs(t.Context(), commits, func(_ int, changes []history.PathChange, err error) {
		if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "shallow") || changes != nil {
			t.Errorf("the border's changes are %v, %v; want not known", changes, err)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if got, err := opened(t, full).Shallow(); len(got) != 0 || err != nil {
		t.Errorf("a full clone has the border %v, %v", got, err)
	}
}

func TestShallowCloneOfGit(t *testing.T) {
	full := threeCommits(t)
	git(t, filepath.Dir(full), "clone", "-q", "--depth", "2", "file://"+full, "shallow")
	r := opened(t, filepath.Join(filepath.Dir(full), "shallow"))
	if got := subjects(t, r); got != "three two" {
		t.Errorf("commits are %q", got)
	}
}

// A missing tree costs the commits that need it, a missing blob costs nothing.
func TestMissingObjects(t *testing.T) {
	full := threeCommits(t)
	r := opened(t, full)
	_, tip, _ := r.Head()
	commits, err := r.Commits(t.Context(), []history.Hash{tip})
	if err != nil {
		t.Fatal(err)
	}
	file, ok, err := r.File(tip, "a.txt")
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	r = opened(t, without(t, full, commits[0].Tree, file.Blob))
	known := make([]bool, len(commits))
	err = r.Diffs(t.Context(), commits, func(i int, _ []history.PathChange, err error) {
		known[i] = err == nil
		if err != nil && !errors.Is(err, ErrMissing) {
			t.Error(err)
		}
	})
	if diff := cmp.Diff([]bool{false, true, true}, known); diff != "" || err != nil {
		t.Errorf("known changes (-want +got): %v\n%s", err, diff)
	}
	var advised *Error
	if _, err := r.Blob(file.Blob, 100); !errors.Is(err, ErrMissing) || !errors.As(err, &advised) || advised.Hint() == "" {
		t.Errorf("a missing blob gives %v", err)
	}
}

func TestCancelled(t *testing.T) {
	r := opened(t, threeCommits(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, tip, _ := r.Head()
	if _, err := r.Commits(ctx, []history.Hash{tip}); !errors.Is(err, context.Canceled) {
		t.Errorf("Commits gives %v", err)
	}
	if err := r.Diffs(ctx, []history.Commit{{Hash: tip}}, func(int, []history.PathChange, error) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("Diffs gives %v", err)
	}
	if _, err := r.Files(ctx, tip, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Files gives %v", err)
	}
}

// Authors write in many ways; what comes out is UTF-8 and has the instant that
// git recorded, or none.
func TestCommitText(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	tests := []struct {
		name, header, message  string
		wantName, wantMessage  string
		wantWhen               string
		author                 string
		wantEmail, wantBadDate string
	}{
		{name: "plain", author: "Ann <ann@lumen.example> 1772532000 +0530", message: "hello\n",
			wantName: "Ann", wantEmail: "ann@lumen.example", wantMessage: "hello\n", wantWhen: "2026-03-03T15:30:00+05:30"},
		{name: "latin 1", author: "J\xf6rg <j@lumen.example> 1772532000 -0800", header: "encoding ISO-8859-1\n", message: "gr\xfc\xdfe\n",
			wantName: "Jörg", wantEmail: "j@lumen.example", wantMessage: "grüße\n", wantWhen: "2026-03-03T02:00:00-08:00"},
		{name: "latin 9", author: "A <a@b> 1772532000 +0000", header: "encoding iso-8859-15\n", message: "5 \xa4\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "5 €\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "windows", author: "A <a@b> 1772532000 +0000", header: "encoding windows-1252\n", message: "\x93yes\x94\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "“yes”\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "hebrew", author: "A <a@b> 1772532000 +0000", header: "encoding ISO8859-8\n", message: "\xf9\xec\xe5\xed\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "שלום\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "japanese", author: "A <a@b> 1772532000 +0900", header: "encoding Shift_JIS\n", message: "\x93\xfa\x96\x7b\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "日本\n", wantWhen: "2026-03-03T19:00:00+09:00"},
		{name: "undeclared", author: "J\xf6rg <j@b> 1772532000 +0000", message: "gr\xfc\x00e\n",
			wantName: "J\uFFFDrg", wantEmail: "j@b", wantMessage: "gr\uFFFD\uFFFDe\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "unknown encoding", author: "A <a@b> 1772532000 +0000", header: "encoding klingon\n", message: "\xff\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "\uFFFD\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "signed", author: "A <a@b> 1772532000 +0000", header: "gpgsig -----BEGIN PGP SIGNATURE-----\n \n parent no\n author no\n", message: "m\n",
			wantName: "A", wantEmail: "a@b", wantMessage: "m\n", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "brackets", author: "A <B> <a@b> 1772532000 +0000", message: "m", wantName: "A", wantEmail: "B", wantMessage: "m", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "no address", author: "A 1772532000 +0000", wantName: "A 1772532000 +0000", wantWhen: "0001-01-01T00:00:00Z"},
		{name: "before 1970", author: "A <a@b> -86400 +0000", wantName: "A", wantEmail: "a@b", wantWhen: "1969-12-31T00:00:00Z"},
		{name: "far future", author: "A <a@b> 99999999999999 +0000", wantName: "A", wantEmail: "a@b", wantWhen: "0001-01-01T00:00:00Z"},
		{name: "overflow", author: "A <a@b> 99999999999999999999 +0000", wantName: "A", wantEmail: "a@b", wantWhen: "0001-01-01T00:00:00Z"},
		{name: "absurd zone", author: "A <a@b> 1772532000 +9999", wantName: "A", wantEmail: "a@b", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "zone of 14 hours", author: "A <a@b> 1772532000 +1400", wantName: "A", wantEmail: "a@b", wantWhen: "2026-03-04T00:00:00+14:00"},
		{name: "no zone", author: "A <a@b> 1772532000", wantName: "A", wantEmail: "a@b", wantWhen: "2026-03-03T10:00:00Z"},
		{name: "nobody", author: " <> 1772532000 +0000", wantWhen: "2026-03-03T10:00:00Z"},
	}
	for _, test := range tests {
		h := rawObject(t, dir, plumbing.CommitObject,
			"tree "+emptyTree+"\nauthor "+test.author+"\ncommitter "+test.author+"\n"+test.header+"\n"+test.message)
		commits, err := r.Commits(t.Context(), []history.Hash{h})
		if err != nil || len(commits) != 1 {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		c := commits[0]
		got := []string{c.Author.Name, c.Author.Email, c.Committer.When.Format(time.RFC3339), c.Message}
		want := []string{test.wantName, test.wantEmail, test.wantWhen, test.wantMessage}
		if diff := cmp.Diff(want, got); diff != "" || len(c.Parents) > 0 {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFiles(t *testing.T) {
	dir := threeCommits(t)
	blob := rawObject(t, dir, plumbing.BlobObject, "../etc")
	plain := rawObject(t, dir, plumbing.BlobObject, "plain\n")
	entry := func(mode, name string, h history.Hash) string { return mode + " " + name + "\x00" + string(h[:]) }
	inner := rawObject(t, dir, plumbing.TreeObject, entry("100755", "run.sh", plain)+entry("100664", "z\xff", plain))
	tree := rawObject(t, dir, plumbing.TreeObject,
		entry("100644", "a", plain)+entry("120000", "link", blob)+entry("160000", "module", history.Hash{5})+entry("40000", "sub", inner))
	commit := rawObject(t, dir, plumbing.CommitObject, "tree "+tree.String()+"\n\nm\n")
	r := opened(t, dir)
	files, err := r.Files(t.Context(), commit, nil)
	want := []history.File{{Path: "a", Blob: plain}, {Path: "sub/run.sh", Blob: plain}, {Path: "sub/z\uFFFD", Blob: plain}}
	if diff := cmp.Diff(want, files); diff != "" || err != nil {
		t.Errorf("files (-want +got): %v\n%s", err, diff)
	}
	files, err = r.Files(t.Context(), commit, func(path string) bool { return strings.HasSuffix(path, ".sh") })
	if len(files) != 1 || err != nil {
		t.Errorf("kept files are %v, %v", files, err)
	}
	for path, found := range map[string]bool{
		"a": true, "sub/run.sh": true, "sub/z\uFFFD": true, "sub": false, "link": false, "module": false,
		"a/b": false, "none": false, "": false, "/a": false, "sub/": false, "../a": false,
	} {
		f, ok, err := r.File(commit, path)
		if ok != found || err != nil || ok && f.Blob != plain {
			t.Errorf("File(%q) = %v, %t, %v; found: want %t", path, f, ok, err, found)
		}
	}
	data, err := r.Blob(plain, 6)
	if string(data) != "plain\n" || err != nil {
		t.Errorf("blob is %q, %v", data, err)
	}
	if _, err := r.Blob(plain, 5); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a blob above the limit gives %v", err)
	}
	if _, err := r.Blob(tree, 1000); err == nil {
		t.Error("a tree is read as a blob")
	}
}

// When a line of a note was first seen is told by the history of the notes.
func TestNotes(t *testing.T) {
	dir := written(t,
		"at 2026-03-02T10:00:00Z", "commit 'one'", "tag one", "commit 'two'", "tag two",
		"at 2026-03-03T10:00:00Z", "note deployments one 'staging'",
		"at 2026-03-04T10:00:00Z", "note deployments two 'staging'",
		"at 2026-03-05T10:00:00Z", "note deployments one '\\nproduction'",
		"at 2026-03-06T10:00:00Z", "note deployments one 'staging'")
	r := opened(t, dir)
	want := map[history.Hash]string{
		resolved(t, r, "one"): "2026-03-03 staging; 2026-03-05 ; 2026-03-05 production; 2026-03-03 staging",
		resolved(t, r, "two"): "2026-03-04 staging",
	}
	for _, name := range []string{"deployments", "refs/notes/deployments"} {
		notes, err := r.Notes(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		got := map[history.Hash]string{}
		for _, n := range notes {
			var lines []string
			for _, l := range n.Lines {
				lines = append(lines, l.FirstSeen.Format(time.DateOnly)+" "+l.Text)
			}
			got[n.Target] = strings.Join(lines, "; ")
			if n.Ref != "deployments" {
				t.Errorf("ref is %q", n.Ref)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	}
	if notes, err := r.Notes(t.Context(), "none"); len(notes) != 0 || err != nil {
		t.Errorf("no such ref gives %v, %v", notes, err)
	}
}

// Notes spread over folders by many, merged, and cut off by a shallow border.
func TestNotesInFolders(t *testing.T) {
	dir := threeCommits(t)
	_, target, _ := opened(t, dir).Head()
	id := target.String()
	commit := func(tree history.Hash, day int, parents ...history.Hash) history.Hash {
		text := "tree " + tree.String() + "\n"
		for _, p := range parents {
			text += "parent " + p.String() + "\n"
		}
		return rawObject(t, dir, plumbing.CommitObject, fmt.Sprintf("%scommitter A <a@b> %d +0000\n\nnote\n", text, day*86400))
	}
	flat := func(text string) history.Hash {
		blob := rawObject(t, dir, plumbing.BlobObject, text)
		return rawObject(t, dir, plumbing.TreeObject, "100644 "+id+"\x00"+string(blob[:]))
	}
	deep := func(text string) history.Hash {
		blob := rawObject(t, dir, plumbing.BlobObject, text)
		inner := rawObject(t, dir, plumbing.TreeObject, "100644 "+id[2:]+"\x00"+string(blob[:]))
		return rawObject(t, dir, plumbing.TreeObject, "40000 "+id[:2]+"\x00"+string(inner[:]))
	}
	root := commit(flat("a\n"), 10)
	left := commit(flat("a\nb\n"), 20, root)
	right := commit(flat("a\nc\n"), 30, root)
	merge := commit(flat("a\nb\nc\n"), 40, left, right)
	tip := commit(deep("a\nb\nc\nd\n"), 50, merge)
	rawRef(t, dir, "refs/notes/deployments", tip)
	days := func(r *Repo) string {
		t.Helper()
		notes, err := r.Notes(t.Context(), "deployments")
		if err != nil || len(notes) != 1 {
			t.Fatalf("notes %v, %v", notes, err)
		}
		var got []string
		for _, l := range notes[0].Lines {
			day := "?"
			if !l.FirstSeen.IsZero() {
				day = fmt.Sprint(l.FirstSeen.Unix() / 86400)
			}
			got = append(got, l.Text+day)
		}
		return strings.Join(got, " ")
	}
	if got := days(opened(t, dir)); got != "a10 b20 c30 d50" {
		t.Errorf("first seen: %s", got)
	}
	shallow := without(t, dir, left, right, root)
	put(t, filepath.Join(shallow, ".git", "shallow"), merge.String()+"\n")
	if got := days(opened(t, shallow)); got != "a? b? c? d50" {
		t.Errorf("first seen in a shallow clone: %s", got)
	}
}

// The methods may be called from many goroutines at once.
func TestAtOnce(t *testing.T) {
	r := opened(t, repacked(t, threeCommits(t), false))
	_, tip, _ := r.Head()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			commits, err := r.Commits(t.Context(), []history.Hash{tip})
			err2 := r.Diffs(t.Context(), commits, func(_ int, changes []history.PathChange, err error) {
				if err != nil || len(changes) == 0 {
					t.Errorf("changes %v, %v", changes, err)
				}
			})
			_, err3 := r.Tags()
			files, err4 := r.Files(t.Context(), tip, nil)
			if err := errors.Join(err, err2, err3, err4); err != nil || len(commits) != 3 || len(files) != 3 {
				t.Errorf("%d commits, %d files, %v", len(commits), len(files), err)
			}
		})
	}
	wg.Wait()
}

// A Repo that is kept open sees what was packed and fetched since.
func TestNewPackIsSeen(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	if got := subjects(t, r); got != "three two one" {
		t.Fatal(got)
	}
	git(t, dir, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "four")
	git(t, dir, "repack", "-adq")
	if got := subjects(t, r); got != "four three two one" {
		t.Errorf("commits are %q", got)
	}
}
