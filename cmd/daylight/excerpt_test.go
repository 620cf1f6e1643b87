package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestExcerpt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "site.toml")
	if err := os.WriteFile(file, []byte("format = 1\n\n[build]\nthem = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "    2 | \n    3 | [build]\n    4 | them = \"x\"\n      | ^\n    5 | \n"
	if got := excerpt(errors.New(file + ":4:1: error: unknown key \"them\"\n  hint: did you mean theme?")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, other := range []string{"no place", "nowhere.toml:1:1: gone", file + ":99:1: past the end", file + ":99999999999999999999:1: far past"} {
		if got := excerpt(errors.New(other)); got != "" {
			t.Errorf("%s: %q", other, got)
		}
	}
}

func TestOpener(t *testing.T) {
	for system, want := range map[string]string{"linux": "xdg-open", "darwin": "open", "windows": "rundll32", "freebsd": "xdg-open"} {
		if got, _ := opener(system); got != want {
			t.Errorf("%s: %s, want %s", system, got, want)
		}
	}
}
