package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"daylight/content"
)

// documentedCall is a command as our texts write it: in code, up to what ends
// it there.
var (
	documentedCall = regexp.MustCompile("(?m)(?:^[ $]*|[`/:;&\"' ])daylight((?: [a-z]+)+)((?:[^`|>#\n]|\\\\\n)*)")
	documentedFlag = regexp.MustCompile(`(?:^|[\s"'])(--[a-z][a-z-]*|-[a-z])\b`)
	codeOf         = regexp.MustCompile("(?s)```(?:sh|yaml|text)?\n.*?```|`[^`\n]+`")
)

// TestDocumentedCommandsExist: whatever command our texts tell people to type is
// one of ours, with flags that it has.
func TestDocumentedCommandsExist(t *testing.T) {
	var a app
	root := a.root()
	calls := 0
	check := func(name, text string) {
		text = strings.ReplaceAll(text, "<!-- daylight ", "<!-- ") // a switch of the linter
		for _, code := range codeOf.FindAllString(text, -1) {
			for _, m := range documentedCall.FindAllStringSubmatch(code, -1) {
				calls++
				documented(t, root, name, strings.Fields(m[1]), m[2])
			}
		}
	}
	err := fs.WalkDir(content.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".md") {
			return err
		}
		data, err := fs.ReadFile(content.Files, name)
		check("content/"+name, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "CONTRIBUTING.md"} {
		data, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		check(name, string(data))
	}
	if calls < 80 {
		t.Errorf("%d commands found in the texts", calls)
	}
}

// documented looks a command and its flags up. Words behind the command's name
// are its arguments.
func documented(t *testing.T, root *cobra.Command, name string, words []string, rest string) {
	t.Helper()
	cmd, left, err := root.Find(words)
	if err != nil || cmd == root {
		t.Errorf("%s: there is no command %q", name, strings.Join(words, " "))
		return
	}
	if cmd.HasSubCommands() && len(left) > 0 {
		t.Errorf("%s: %q has no command %q", name, cmd.CommandPath(), left[0])
	}
	for _, m := range documentedFlag.FindAllStringSubmatch(rest, -1) {
		flag := strings.TrimLeft(m[1], "-")
		if flag == "help" || cmd.Flag(flag) != nil || len(flag) == 1 && cmd.Flags().ShorthandLookup(flag) != nil {
			continue
		}
		t.Errorf("%s: %q has no flag %s", name, cmd.CommandPath(), m[1])
	}
}
