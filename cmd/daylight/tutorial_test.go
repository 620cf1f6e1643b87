package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shellBlock is a block of commands in a text for readers.
var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestTutorial types what the tutorial says, line by line, and finds what it
// promises. What waits for a reader is left out.
func TestTutorial(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	text, err := os.ReadFile("../../content/docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -e\n"
	for _, b := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		script += "echo '----'\n" + strings.ReplaceAll(b[1], "daylight serve", "daylight serve --help; true")
	}
	dir := t.TempDir()
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "NO_COLOR=1",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@shop.example", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@shop.example")
	data, err := cmd.CombinedOutput()
	out := string(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	board := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(string(text))
	if board == nil || !strings.Contains(out, board[1]) {
		t.Errorf("the board is not the tutorial's:\n%s", out)
	}
	for _, want := range []string{
		"Dark in production", "flags.yaml:2:3", // at first
		"Exposed in production", "25 %", "Released in production", "16 Mar 2026", "4 Mar 2026", // then
		"Un-released", // and last
	} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing says %q:\n%s", want, out)
		}
	}
	customers, err := os.ReadFile(filepath.Join(dir, "shop/public/customers/index.html"))
	if err != nil || !strings.Contains(string(customers), "A checkout on one page") || strings.Contains(string(customers), "checkout-v2") {
		t.Errorf("customers read otherwise than promised: %v", err)
	}
}
