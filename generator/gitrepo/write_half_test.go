package gitrepo

import (
	"os"
	"path/filepath"
	"testing"
)

// TestHalfFetchedNotes holds that a clone in which another process is just
// unpacking the remote's notes, commits before trees, writes nonetheless.
func TestHalfFetchedNotes(t *testing.T) {
	bare, clone := remoteAndClone(t)
	add(t, clone(), "first", "origin")
	mine := clone()
	for _, object := range []string{"refs/notes/deployments", "refs/notes/deployments^{tree}"} {
		id := said(t, bare, "rev-parse", object)
		data, err := os.ReadFile(filepath.Join(bare, "objects", id[:2], id[2:]))
		if err != nil {
			t.Skipf("the object is packed: %v", err)
		}
		folder := filepath.Join(mine.WorkTree(), ".git", "objects", id[:2])
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, id[2:]), data, 0o444); err != nil {
			t.Fatal(err)
		}
		if w := add(t, mine, "second", "origin"); !w.Pushed {
			t.Errorf("%+v", w)
		}
		mine = clone()
	}
	if got := shown(t, bare); got != "first\nsecond" {
		t.Errorf("the remote has %q", got)
	}
}
