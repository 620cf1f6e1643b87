package flagfile

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"

	"github.com/rogpeppe/go-internal/txtar"
)

// scenario is an archive in testdata/<format>: manifests, and the file "want".
// The lines of its comment that begin with a word and a colon are options:
// attribute, environment, environments, baseline (flag=variant), and those of
// Shape, where names are its environments. "detect: no" is for files that are
// read because somebody says so.
type scenario struct {
	path     string
	archive  *txtar.Archive
	files    []File
	options  Options
	declared bool
}

func scenarios(t testing.TB, format string) []scenario {
	paths, err := filepath.Glob("testdata/" + format + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []scenario
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s := scenario{path: path, archive: a}
		for _, f := range a.Files {
			if f.Name != "want" {
				s.files = append(s.files, File{f.Name, f.Data})
			}
		}
		for line := range strings.Lines(string(a.Comment)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch key {
			case "attribute":
				s.options.Attribute = value
			case "environment":
				s.options.Environment = ledger.EnvironmentName(value)
			case "environments":
				for _, e := range strings.Fields(value) {
					s.options.Environments = append(s.options.Environments, ledger.EnvironmentName(e))
				}
			case "baseline":
				k, v, _ := strings.Cut(value, "=")
				s.options.Baselines = map[ledger.FlagKey][]string{ledger.FlagKey(k): {v}}
			case "version":
				s.options.Version = value
			case "detect":
				s.declared = value == "no"
			default:
				s.shape(key, value)
			}
		}
		out = append(out, s)
	}
	return out
}

func (s *scenario) shape(key, value string) {
	o := &s.options.Shape
	switch key {
	case "shape":
		o.Layout = value
	case "overlay":
		o.Overlay = value
	case "root":
		o.Root = value
	case "key":
		o.Key = value
	case "state":
		o.State = value
	case "percent":
		o.Percent = value
	case "groups":
		o.Groups = value
	case "scale":
		o.Scale, _ = strconv.Atoi(value)
	case "names":
		o.Environments = strings.Fields(value)
	case "values":
		o.Values = strings.Split(value, ", ")
	case "inverse":
		o.Inverse = strings.Fields(value)
	case "prefix":
		o.Prefix = value
	case "default":
		o.Default = value
	case "jq":
		o.JQ = value
	}
}

// printed writes settings and problems as a person would check them.
func printed(settings []Setting, problems []ledger.Problem) string {
	var b strings.Builder
	for _, s := range settings {
		env := string(s.Environment)
		if env == "" {
			env = "*"
		}
		fmt.Fprintf(&b, "%s %s %s: %s\n", s.Origin, s.Key, env, words(s.Setting))
		for _, p := range s.Plan {
			fmt.Fprintf(&b, "  %s: %s\n", p.At.Format(time.RFC3339), words(p.Setting))
		}
		if s.BaselineBy != "" && s.BaselineBy != "value" {
			fmt.Fprintf(&b, "  off is %s, by %s\n", strings.Join(s.Baseline, ", "), s.BaselineBy)
		}
		for _, v := range s.Versions {
			fmt.Fprintf(&b, "  from %s: %s, %s\n", v.Version, words(v.Setting), v.Stage)
		}
		if len(s.Needs) > 0 {
			fmt.Fprintf(&b, "  needs %s\n", strings.Join(s.Needs, ", "))
		}
		if m := s.Meta; !reflect.DeepEqual(m, Meta{}) {
			fmt.Fprintf(&b, "  %q, owner %q, kind %q, pull requests %v, links %v", m.Description, m.Owner, m.Kind, m.PullRequests, m.Links)
			if !m.Expires.IsZero() {
				fmt.Fprintf(&b, ", expires %s", m.Expires.Format(time.DateOnly))
			}
			fmt.Fprintln(&b)
		}
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "%s %s: %s\n", p.Level, p.Rule, p)
		if p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", p.Hint)
		}
	}
	return b.String()
}

func words(s ledger.Setting) string {
	out := fmt.Sprintf("%s %s %%", s.State, s.Percent)
	for _, g := range s.Groups {
		out += fmt.Sprintf(", %s %s %%", g.Name, g.Percent)
	}
	for _, e := range s.Excludes {
		out += ", not " + e
	}
	if s.Fallback {
		out += ", code's default"
	}
	return out + " (" + s.Via + ")"
}
