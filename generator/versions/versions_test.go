package versions

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted lists in testdata")

// TestSelect takes the tags in "tags" and compares with "want": a line for each
// version, in order, and one for each miss. Options are lines in the comment.
func TestSelect(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var o Options
			for line := range strings.Lines(string(a.Comment)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				switch name {
				case "scheme":
					o.Scheme = value
				case "pattern":
					o.Pattern += " " + value
				case "ignore":
					o.Ignore = strings.Fields(value)
				case "prerelease":
					o.Prerelease = strings.Fields(value)
				case "components":
					o.Components = strings.Fields(value)
				}
			}
			tags := strings.Split(strings.TrimSpace(string(a.Files[0].Data)), "\n")
			got := selected(t, tags, o)
			slices.Reverse(tags)
			if again := selected(t, tags, o); again != got {
				t.Errorf("another order of tags gives another selection:\n%s\n%s", got, again)
			}
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func selected(t *testing.T, tags []string, o Options) string {
	s, err := Select(tags, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, v := range s.Versions {
		fmt.Fprintf(&b, "%d %s %s %s", v.Order, v.Tag, v.Scheme, v.Text)
		if v.Component != "" {
			fmt.Fprintf(&b, " of %s", v.Component)
		}
		if v.Prerelease {
			b.WriteString(", pre-release")
		}
		b.WriteString("\n")
	}
	for _, m := range s.Misses {
		fmt.Fprintf(&b, "missed %s: %s\n", m.Tag, m.Reason)
	}
	return b.String()
}

// TestSemverOrder is the example of semver.org, clause 11.
func TestSemverOrder(t *testing.T) {
	want := strings.Fields("1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 2.0.0 2.1.0 2.1.1")
	shuffled := slices.Clone(want)
	slices.Reverse(shuffled)
	s, err := Select(shuffled, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range s.Versions {
		got = append(got, v.Tag)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConstraint(t *testing.T) {
	for _, c := range []struct {
		constraint, tag string
		want            bool
	}{
		{">=1.2", "v1.2.0", true},
		{">=1.2", "v1.1.9", false},
		{">=1.2", "v1.3.0-rc.1", true},
		{">=1.2, <2", "shop/v1.9.9.4", true},
		{"^1.4 || 2.x", "v2.7", true},
		{">=2026.3", "release-2026.11.23", true},
		{">=1000", "v1053", true},
		{"<1000", "v1053", false},
	} {
		p, err := ParseConstraint(c.constraint)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := Parse(c.tag)
		if !ok {
			t.Fatalf("%s is no version", c.tag)
		}
		if got := p.Allows(v); got != c.want {
			t.Errorf("%s allows %s: %v", c.constraint, c.tag, got)
		}
	}
	if _, err := ParseConstraint("newest"); err == nil {
		t.Error("a constraint that is none is accepted")
	}
}

func TestBadPatterns(t *testing.T) {
	for _, p := range []string{"v{version", "{component}", "{major}", "{version}{version}"} { // faults, each of its own kind
		if _, err := Select(nil, Options{Pattern: p}); err == nil || !strings.Contains(err.Error(), "read version pattern") {
			t.Errorf("pattern %q: %v", p, err)
		}
	}
}

// FuzzSelect holds that the order is total and that nothing panics.
func FuzzSelect(f *testing.F) {
	f.Add("v1.2.3\n1.2\nrelease-2026.11.23\nv1\npkg@1.2.3-rc.1\nREL_15_2\n2023-11-28b")
	f.Add("v1.0.0-\nv1..2\n@\n-1\nv99999999999999999999999")
	f.Fuzz(func(t *testing.T, text string) {
		tags := strings.Split(text, "\n")
		s, err := Select(tags, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range s.Versions {
			for j, b := range s.Versions {
				if Compare(a, b) != -Compare(b, a) {
					t.Fatalf("%s and %s have no order", a.Tag, b.Tag)
				}
				if i < j && a.Component == b.Component && Compare(a, b) > 0 {
					t.Fatalf("%s is before %s", a.Tag, b.Tag)
				}
			}
		}
	})
}
