package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/generator/history"
)

// What is saved and committed has the ids that git gave it; what is only saved is
// there too; what is outside of the work tree, or hidden, is not.
func TestDraft(t *testing.T) {
	dir := written(t, "write docs/a.md 'one\\n'", "write docs/deep/b.md 'two\\n'", "commit 'docs'")
	repo, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("docs/new.md", "three\n")
	save("docs/.hidden.md", "four\n")
	outside := filepath.Join(t.TempDir(), "outside.md")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "docs", "link.md")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	_, tip, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	draft, ok := repo.Draft()
	if !ok {
		t.Fatal("no work tree")
	}
	list := func(commit history.Hash, folder string) string {
		tree, ok, err := draft.Folder(commit, folder)
		if err != nil || !ok {
			t.Fatal(folder, ok, err)
		}
		entries, err := draft.Tree(tree)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range entries {
			text := ""
			if !e.Folder {
				data, err := draft.Blob(e.Hash, 100)
				if err != nil {
					t.Fatal(err)
				}
				text = " " + e.Hash.String()[:7] + " " + strings.TrimSpace(string(data))
			}
			out = append(out, e.Name+text)
		}
		return strings.Join(out, ", ")
	}
	was := list(tip, "docs")
	if got, want := list(draft.Commit(), "docs"), was+", new.md "+blobID([]byte("three\n")).String()[:7]+" three"; got != want {
		t.Errorf("docs = %s, want %s", got, want)
	}
	if got, want := list(draft.Commit(), "docs/deep"), list(tip, "docs/deep"); got != want {
		t.Errorf("docs/deep = %s, want %s", got, want)
	}
	for _, folder := range []string{"nowhere", "docs/a.md", "docs/nowhere"} {
		if _, ok, err := draft.Folder(draft.Commit(), folder); ok || err != nil {
			t.Errorf("%s: %t %v, want no folder", folder, ok, err)
		}
	}
	if _, ok, err := draft.Folder(draft.Commit(), ".."); ok || err == nil {
		t.Errorf("a folder outside of the work tree was read")
	}
	save("docs/new.md", "changed\n")
	if _, err := draft.Blob(blobID([]byte("three\n")), 100); err == nil {
		t.Error("a file that was saved meanwhile was read as what it was")
	}
}
