package gitrepo

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// TestRevision: every revision means what git says that it means.
func TestRevision(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := written(t,
		"at 2026-03-02T10:00:00Z", "write a.txt 'one\\n'", "commit 'one'", "tag v1.0.0",
		"branch topic", "switch topic", "at +1d", "write b.txt 'b\\n'", "commit 'two'", "write b.txt 'bb\\n'", "commit 'three'",
		"switch main", "at +1d", "write a.txt 'two\\n'", "commit 'four'", "merge topic", "tag v1.1.0 HEAD 'The second.'")
	r := opened(t, dir)
	for _, text := range []string{
		"HEAD", "@", "@~1", "HEAD~", "HEAD^", "HEAD^2", "HEAD^2~1", "HEAD~1^1", "HEAD^0", "HEAD~0", "HEAD^^", "HEAD~2", "HEAD^2^^",
		"topic", "topic~2", "v1.1.0", "v1.1.0~1", "v1.1.0^{}", "v1.1.0^{commit}^2", "v1.0.0",
		"HEAD^3", "HEAD~9", "v1.0.0^", "HEAD~x", "HEAD^{tree}x", "nothing~1", "HEAD~99999999999999999999",
	} {
		got, err := r.Revision(text)
		out, gitErr := exec.Command("git", "-C", dir, "rev-parse", "--verify", "--quiet", text+"^{commit}").Output()
		want := strings.TrimSpace(string(out))
		switch {
		case gitErr != nil:
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("Revision(%q) = %s, %v; git knows none", text, got, err)
			}
		case err != nil || got.String() != want:
			t.Errorf("Revision(%q) = %s, %v; git says %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "~1", "^"} {
		if _, err := r.Revision(text); !errors.Is(err, ErrNotFound) {
			t.Errorf("Revision(%q) gives %v", text, err)
		}
	}
}
