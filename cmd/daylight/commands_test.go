package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// eachCommand visits every command of ours, hidden ones too.
func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		eachCommand(sub, visit)
	}
}

func testApp() (*app, *bytes.Buffer) {
	var out bytes.Buffer
	return &app{stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}, &out
}

// TestHelp holds that every command says what it is for at some length, and that
// its examples are real: the commands in them are there, take those flags, and
// take so many arguments.
func TestHelp(t *testing.T) {
	a, _ := testApp()
	eachCommand(a.root(), func(c *cobra.Command) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			if c.Short == "" || strings.HasSuffix(c.Short, ".") {
				t.Errorf("the short help %q is no line without a full stop", c.Short)
			}
			if c.Long == "" {
				t.Error("there is no long help")
			}
			own := false
			for _, words := range invocations(c.Example) {
				path := parses(t, a.root(), words)
				own = own || path == c.CommandPath() || c.HasSubCommands() && strings.HasPrefix(path, c.CommandPath()+" ")
			}
			if !own {
				t.Errorf("no example shows the command itself:\n%s", c.Example)
			}
			if c.Example == "" {
				t.Error("there is no example")
			}
		})
	})
}

// parses reads a command line as the program would, without running it, and
// gives the command's path.
func parses(t *testing.T, root *cobra.Command, words []string) string {
	t.Helper()
	c, rest, err := root.Find(words[1:])
	if err != nil {
		t.Errorf("%q: %v", words, err)
		return ""
	}
	if err := c.ParseFlags(rest); err != nil {
		t.Errorf("%q: %v", words, err)
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		t.Errorf("%q: %v", words, err)
	}
	return c.CommandPath()
}

var (
	shellComment = regexp.MustCompile(`(^|\s)#.*`)
	shellWord    = regexp.MustCompile(`'[^']*'|"[^"]*"|[^\s'"]+`)
	shellBreak   = regexp.MustCompile(`&&|\|\||[|;()<>]`)
)

// invocations finds the calls of daylight in lines of a shell, in their order.
func invocations(example string) (out [][]string) {
	for _, line := range strings.Split(strings.ReplaceAll(example, "\\\n", " "), "\n") {
		var words []string
		flush := func() {
			if len(words) > 0 && words[0] == "daylight" {
				out = append(out, words)
			}
			words = nil
		}
		for _, w := range shellWord.FindAllString(shellComment.ReplaceAllString(line, ""), -1) {
			quoted := strings.Trim(w, `'"`) != w
			if at := shellBreak.FindAllStringIndex(w, -1); !quoted && len(at) > 0 { // "<(daylight", "bash)"
				if before := w[:at[0][0]]; before != "" {
					words = append(words, before)
				}
				flush()
				w = w[at[len(at)-1][1]:]
			}
			if w != "" {
				words = append(words, strings.Trim(w, `'"`))
			}
		}
		flush()
	}
	return out
}

// TestFormatsAreTold holds that completion offers for --format what the help of
// each command lists, and nothing else.
func TestFormatsAreTold(t *testing.T) {
	a, _ := testApp()
	words := regexp.MustCompile(`\b(text|json|markdown|github|openmetrics)\b`)
	eachCommand(a.root(), func(c *cobra.Command) {
		f := c.Flags().Lookup("format")
		if f == nil {
			return
		}
		if diff := cmp.Diff(words.FindAllString(f.Usage, -1), formats()[c.Name()]); diff != "" {
			t.Errorf("%s: the help and the completion of --format differ (-help +completion):\n%s", c.CommandPath(), diff)
		}
	})
}

// TestFlagsAreTold holds that each flag has a usage without a full stop.
func TestFlagsAreTold(t *testing.T) {
	a, _ := testApp()
	eachCommand(a.root(), func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: usage %q", c.CommandPath(), f.Name, f.Usage)
			}
		})
	})
}

// TestManPages writes the manual twice: it has a page for each command that the
// help lists, and the same bytes each time.
func TestManPages(t *testing.T) {
	write := func() map[string]string {
		a, out := testApp()
		a.getenv = func(name string) string { return map[string]string{"SOURCE_DATE_EPOCH": "1772409600"}[name] }
		dir := t.TempDir()
		if code := a.run(t.Context(), []string{"man", dir}); code != 0 {
			t.Fatalf("daylight man: status %d: %s", code, out)
		}
		pages := map[string]string{}
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			pages[filepath.Base(file)] = string(data)
		}
		return pages
	}
	pages := write()
	if diff := cmp.Diff(pages, write()); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	a, _ := testApp()
	eachCommand(a.root(), func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		if page := pages[name]; !strings.Contains(page, `"Mar 2026"`) || !strings.Contains(page, ".SH EXAMPLE") {
			t.Errorf("%s lacks its date or its examples:\n%s", name, page)
		}
		delete(pages, name)
	})
	for name := range pages {
		t.Errorf("%s is the page of no command", name)
	}
}

// TestCompletionOffers asks the program itself what a shell asks it.
func TestCompletionOffers(t *testing.T) {
	dir := t.TempDir()
	conf := "[[environments]]\nname = \"live\"\n[[components]]\nname = \"shop\"\n[[audiences]]\nname = \"crew\"\n"
	if err := os.WriteFile(filepath.Join(dir, "site.toml"), []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	tests := []struct {
		line string
		want []string
	}{
		{"build --audience", []string{"crew"}},
		{"metrics --environment", []string{"live"}},
		{"compare --component", []string{"shop"}},
		{"metrics --format", []string{"json", "openmetrics", "text"}},
		{"record", []string{"deployment", "flag", "release"}},
		{"completion", []string{"bash", "fish", "powershell", "zsh"}},
	}
	for _, test := range tests {
		a, out := testApp()
		a.run(t.Context(), append([]string{"__completeNoDesc"}, append(strings.Fields(test.line), "")...))
		var got []string
		for _, line := range strings.Split(out.String(), "\n") {
			if line == "" || strings.HasPrefix(line, ":") || strings.HasPrefix(line, "Completion ended") {
				continue
			}
			got = append(got, line)
		}
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("daylight %s <Tab> (-want +got):\n%s", test.line, diff)
		}
	}
}
