package gitrepo

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"

	"daylight/generator/history"
)

func TestHead(t *testing.T) {
	dir := threeCommits(t)
	head := filepath.Join(dir, ".git", "HEAD")
	tip := resolved(t, opened(t, dir), "main")
	tests := []struct {
		name, text, branch string
		tip                history.Hash
		fails              bool
	}{
		{"on a branch", "ref: refs/heads/main\n", "main", tip, false},
		{"on a branch without commits", "ref: refs/heads/new/one\n", "new/one", history.Hash{}, false},
		{"detached", tip.String() + "\n", "", tip, false},
		{"broken", "hello\n", "", history.Hash{}, true},
	}
	for _, test := range tests {
		put(t, head, test.text)
		branch, got, err := opened(t, dir).Head()
		if branch != test.branch || got != test.tip || (err != nil) != test.fails {
			t.Errorf("%s: %q, %s, %v", test.name, branch, got, err)
		}
	}
	put(t, head, "ref: refs/heads/new\n")
	if got := subjects(t, opened(t, dir)); got != "" {
		t.Errorf("without commits there are %q", got)
	}
}

// Loose refs outrank packed ones; what is no ref is passed over.
func TestRefsAreForgiving(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	one, tip := resolved(t, r, "v1.0.0"), resolved(t, r, "main")
	rawRef(t, dir, "refs/heads/main", one) // packed-refs says the tip
	rawRef(t, dir, "refs/remotes/origin/main", tip)
	put(t, filepath.Join(dir, ".git/refs/remotes/origin/HEAD"), "ref: refs/remotes/origin/main\n")
	put(t, filepath.Join(dir, ".git/refs/heads/broken"), "")
	put(t, filepath.Join(dir, ".git/refs/heads/main.lock"), tip.String())
	put(t, filepath.Join(dir, ".git/refs/heads/circle"), "ref: refs/heads/circle\n")
	branches, err := r.Branches()
	want := []history.Ref{{Name: "refs/heads/main", Target: one}, {Name: "refs/remotes/origin/main", Target: tip}}
	if diff := cmp.Diff(want, branches); diff != "" || err != nil {
		t.Errorf("branches (-want +got): %v\n%s", err, diff)
	}
	if got := resolved(t, r, "origin"); got != tip {
		t.Errorf("origin is %s, want %s", got, tip)
	}
}

// Tags lead to anything: commits, trees, blobs, tags, nothing.
func TestTags(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	commit := resolved(t, r, "main")
	blob := rawObject(t, dir, plumbing.BlobObject, "a key\n")
	tree := rawObject(t, dir, plumbing.TreeObject, "")
	object := func(target history.Hash, kind, name, message string) history.Hash {
		return rawObject(t, dir, plumbing.TagObject, fmt.Sprintf(
			"object %s\ntype %s\ntag %s\ntagger Release manager <release@lumen.example> 1772532000 +0200\n\n%s", target, kind, name, message))
	}
	inner := object(commit, "commit", "inner", "Inner.\n")
	missing := history.Hash{1, 2, 3}
	rawRef(t, dir, "refs/tags/blob", blob)
	rawRef(t, dir, "refs/tags/deploy/production/2026-03-03T09-00Z", commit)
	rawRef(t, dir, "refs/tags/missing", missing)
	rawRef(t, dir, "refs/tags/of-blob", object(blob, "blob", "of-blob", "A key.\n"))
	rawRef(t, dir, "refs/tags/of-missing", object(missing, "commit", "of-missing", "Gone.\n"))
	rawRef(t, dir, "refs/tags/of-tag", object(inner, "tag", "of-tag",
		"Outer.\n\nMore.\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"))
	rawRef(t, dir, "refs/tags/tree", tree)
	rawRef(t, dir, "refs/tags/no-tagger", rawObject(t, dir, plumbing.TagObject, "object "+commit.String()+"\ntype commit\ntag old\n\nOld.\n"))
	rawRef(t, dir, "refs/tags/broken", rawObject(t, dir, plumbing.TagObject, "nothing of the kind"))
	tags, err := r.Tags()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tag := range tags {
		line := fmt.Sprintf("%s: %s %s", tag.Name, tag.Kind, tag.Target.String()[:6])
		if tag.Annotated {
			line += fmt.Sprintf(" %s %q", tag.Tagger.When.Format(time.RFC3339), tag.Message)
		}
		got = append(got, line)
	}
	id := func(h history.Hash) string { return h.String()[:6] }
	broken := tags[1].Target
	want := []string{
		"blob: blob " + id(blob),
		"broken: missing " + id(broken),
		"deploy/production/2026-03-03T09-00Z: commit " + id(commit),
		"missing: missing 010203",
		"no-tagger: commit " + id(commit) + ` 0001-01-01T00:00:00Z "Old.\n"`,
		"of-blob: blob " + id(blob) + ` 2026-03-03T12:00:00+02:00 "A key.\n"`,
		"of-missing: missing 010203" + ` 2026-03-03T12:00:00+02:00 "Gone.\n"`,
		"of-tag: commit " + id(commit) + ` 2026-03-03T12:00:00+02:00 "Outer.\n\nMore.\n"`,
		"tree: tree " + id(tree),
		"v1.0.0: commit " + id(resolved(t, r, "v1.0.0")),
		"v1.1.0: commit " + id(resolved(t, r, "v1.1.0")) + ` 2026-03-03T10:00:00Z "The second.\n"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestResolve(t *testing.T) {
	dir := threeCommits(t)
	r := opened(t, dir)
	_, tip, _ := r.Head()
	one := resolved(t, r, "v1.0.0")
	blob, _, err := r.File(tip, "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	rawRef(t, dir, "refs/remotes/origin/topic", one)
	rawRef(t, dir, "refs/heads/v1.1.0", one) // a tag has this name too
	rawRef(t, dir, "refs/tags/gone", history.Hash{9})
	rawRef(t, dir, "refs/tags/key", blob.Blob)
	two := resolved(t, r, "refs/tags/v1.1.0")
	tests := []struct {
		name string
		want history.Hash
		err  error
	}{
		{"HEAD", tip, nil}, {"@", tip, nil}, {"main", tip, nil}, {"refs/heads/main", tip, nil}, {"heads/main", tip, nil},
		{"v1.0.0", one, nil}, {"v1.1.0", two, nil}, {"origin/topic", one, nil},
		{one.String(), one, nil}, {strings.ToUpper(one.String()), one, nil}, {one.String()[:8], one, nil}, {one.String()[:4], one, nil},
		{one.String()[:3], history.Hash{}, ErrNotFound}, {"nothing", history.Hash{}, ErrNotFound}, {"", history.Hash{}, ErrNotFound},
		{strings.Repeat("0", 40), history.Hash{}, ErrNotFound}, {"gone", history.Hash{}, ErrNotFound},
		{"key", history.Hash{}, ErrNotFound}, {blob.Blob.String()[:10], history.Hash{}, ErrNotFound},
		{"../../etc/passwd", history.Hash{}, ErrNotFound}, {"a\x00b", history.Hash{}, ErrNotFound},
	}
	for _, test := range tests {
		got, err := r.Resolve(test.name)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("Resolve(%q) = %s, %v; want %s, %v", test.name, got, err, test.want, test.err)
		}
	}
}

// Among some thousand commits two share their first four digits.
func TestAmbiguous(t *testing.T) {
	dir := threeCommits(t)
	seen := make(map[string]bool)
	for i := range 5000 {
		o := &plumbing.MemoryObject{}
		o.SetType(plumbing.CommitObject)
		fmt.Fprintf(o, "tree %s\nauthor A <a@b> %d +0000\ncommitter A <a@b> %d +0000\n\nx\n", emptyTree, i, i)
		prefix := o.Hash().String()[:4]
		if !seen[prefix] {
			seen[prefix] = true
			continue
		}
		// The pair again, this time for good.
		for j := range i + 1 {
			again := &plumbing.MemoryObject{}
			again.SetType(plumbing.CommitObject)
			fmt.Fprintf(again, "tree %s\nauthor A <a@b> %d +0000\ncommitter A <a@b> %d +0000\n\nx\n", emptyTree, j, j)
			if again.Hash().String()[:4] == prefix {
				if _, err := storageOf(dir).SetEncodedObject(again); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := opened(t, dir).Resolve(prefix); !errors.Is(err, ErrAmbiguous) || errors.Is(err, ErrNotFound) {
			t.Errorf("Resolve(%q) gives %v, want ErrAmbiguous", prefix, err)
		}
		return
	}
	t.Fatal("no two commits share four digits")
}
