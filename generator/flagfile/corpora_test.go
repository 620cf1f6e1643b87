package flagfile

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// corpora is the folder with what others wrote about their formats, beside the
// repository. It is a second witness, and no part of the project.
func corpora(t *testing.T) string {
	dir := filepath.Join("..", "..", "..", "shared", "corpora", "flags")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpora beside the repository: %v", err)
	}
	return dir
}

type expectedFlag struct {
	State       string
	Percent     []ledger.Percent
	Served      map[string]ledger.Percent
	Targets     int
	CodeDefault bool `json:"code_default"`
	Problem     string
	Not         []string
	At          time.Time
}

type expectedFile struct {
	File  string
	Valid *bool
	Why   string
	Shape string
	Flags map[string]expectedFlag
}

type expectedPair struct {
	File, Flag, Variant, Error, From string
	Value                            any
}

func readExpected(t *testing.T, path string, into any) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// settingAt is the setting once the planned steps are applied that are due.
func settingAt(s Setting, at time.Time) ledger.Setting {
	out := s.Setting
	for _, p := range s.Plan {
		if !p.At.After(at) {
			out = p.Setting
		}
	}
	return out
}

// TestCorpora reads every file of the vendors' own suites.
func TestCorpora(t *testing.T) {
	dir := corpora(t)
	table := "format        files  flags  invalid, told  states  pairs  decisive\n"
	defer func() { t.Logf("files of the vendors:\n%s", table) }()
	for _, f := range []Format{Flagd{}, GOFF{}} {
		t.Run(f.Name(), func(t *testing.T) {
			var want struct {
				Files []expectedFile
				Pairs []expectedPair
			}
			readExpected(t, filepath.Join(dir, f.Name(), "expected.json"), &want)
			files, flags, decided, told := 0, 0, 0, 0
			for _, x := range want.Files {
				path := filepath.Join(dir, f.Name(), filepath.FromSlash(x.File))
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if x.Shape == "targeting" {
					data = wrapped(data)
				} else if got, ok := Detect(x.File, data[:min(len(data), 4096)]); len(x.Flags) > 0 && (!ok || got.Name() != f.Name()) {
					t.Errorf("%s is taken for %v", x.File, got)
				}
				settings, problems := f.Decode([]File{{x.File, data}}, Options{})
				checkPromises(t, []File{{x.File, data}}, settings, problems)
				files++
				flags += len(settings)
				if x.Valid != nil && *x.Valid && len(problems) > 0 {
					t.Errorf("%s is valid, and has problems: %v", x.File, problems)
				}
				if x.Valid != nil && !*x.Valid {
					if told++; len(problems) == 0 {
						t.Errorf("%s is invalid (%s), and no problem is told", x.File, x.Why)
					}
				}
				for key, flag := range x.Flags {
					decided += compareFlag(t, x.File, key, flag, settings)
				}
			}
			pairs, decisive := comparePairs(t, f, filepath.Join(dir, f.Name()), want.Pairs)
			table += fmt.Sprintf("%-12s %6d %6d %14d %7d %6d %9d\n", f.Name(), files, flags, told, decided, pairs, decisive)
			if decided == 0 {
				t.Error("the corpus decided nothing")
			}
		})
	}
}

// wrapped makes a flag file of a targeting expression.
func wrapped(targeting []byte) []byte {
	var variants []string
	for _, name := range strings.Fields("on off true false yes no equal not prefix postfix single-entry clubs diamonds hearts spades 1 a") {
		variants = append(variants, fmt.Sprintf("%q: %q", name, name))
	}
	return fmt.Appendf(nil, `{"flags": {"f": {"state": "ENABLED", "variants": {%s}, "defaultVariant": "off", "targeting": %s}}, "$evaluators": {"some-ref": true}}`,
		strings.Join(variants, ", "), targeting)
}

// compareFlag gives 1 when the expectation says what the flag does.
func compareFlag(t *testing.T, file, key string, want expectedFlag, settings []Setting) int {
	i := slices.IndexFunc(settings, func(s Setting) bool { return string(s.Key) == key })
	if i < 0 {
		if len(want.Served) > 0 || want.CodeDefault {
			t.Errorf("%s: flag %s is not read", file, key)
		}
		return 0
	}
	s := settings[i]
	at := want.At
	if at.IsZero() {
		at = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	got := settingAt(s, at)
	if slices.Contains(want.Not, string(got.State)) {
		t.Errorf("%s: flag %s is %s, which it must not be", file, key, got.State)
	}
	if want.CodeDefault && (!got.Fallback || got.State != ledger.FlagOff) {
		t.Errorf("%s: flag %s is %s, want the code's default", file, key, words(got))
	}
	if want.State != "" && string(got.State) != want.State {
		t.Errorf("%s: flag %s is %s, want %s", file, key, words(got), want.State)
	}
	if len(want.Percent) == 2 && got.Percent != (ledger.Share{Lo: want.Percent[0], Hi: want.Percent[1]}) {
		t.Errorf("%s: flag %s has %s %%, want %v", file, key, got.Percent, want.Percent)
	}
	if len(want.Served) == 0 {
		return 0
	}
	if s.Targets != want.Targets {
		t.Errorf("%s: flag %s has %d conditions that serve something else, want %d", file, key, s.Targets, want.Targets)
	}
	served := map[string]ledger.Percent{}
	for _, v := range got.Variants {
		served[v.Variant] = v.Percent.Lo
	}
	if fmt.Sprint(served) != fmt.Sprint(want.Served) {
		t.Errorf("%s: flag %s serves %v, want %v", file, key, served, want.Served)
	}
	return 1
}

// comparePairs holds that no evaluation contradicts a state: who is served true
// by a flag that is off, or false by one that is on, is a disagreement. Of other
// flags, a variant that nobody can get is one.
func comparePairs(t *testing.T, f Format, dir string, pairs []expectedPair) (all, decisive int) {
	for _, p := range pairs {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p.File)))
		if err != nil {
			t.Fatal(err)
		}
		settings, _ := f.Decode([]File{{p.File, data}}, Options{})
		i := slices.IndexFunc(settings, func(s Setting) bool { return string(s.Key) == p.Flag })
		if i < 0 {
			t.Errorf("%s: flag %s is not read", p.File, p.Flag)
			continue
		}
		all++
		s := settings[i]
		if p.Error != "" || s.Fallback {
			continue
		}
		on, isBool := p.Value.(bool)
		switch {
		case isBool && s.State == ledger.FlagOff, isBool && s.State == ledger.FlagOn && len(s.Excludes) == 0:
			decisive++
			if on != (s.State == ledger.FlagOn) {
				t.Errorf("%s: flag %s is %s, and somebody was served %v", p.File, p.Flag, s.State, on)
			}
		case s.Targets == 0 && len(s.Variants) > 0:
			decisive++
			if !slices.ContainsFunc(s.Variants, func(v ledger.VariantShare) bool { return v.Variant == p.Variant && v.Percent.Hi > 0 }) {
				t.Errorf("%s: flag %s serves %v, and somebody was served %s", p.File, p.Flag, s.Variants, p.Variant)
			}
		}
	}
	return all, decisive
}

// TestDemoRevisions reads every revision of a file with a long history.
func TestDemoRevisions(t *testing.T) {
	dir := filepath.Join(corpora(t), "opentelemetry-demo")
	var want struct {
		Revisions []struct {
			N     int
			File  string
			Flags map[string]expectedFlag
		}
	}
	readExpected(t, filepath.Join(dir, "expected.json"), &want)
	decided := 0
	for _, rev := range want.Revisions {
		data, err := os.ReadFile(filepath.Join(dir, rev.File))
		if err != nil {
			t.Fatal(err)
		}
		settings, problems := Flagd{}.Decode([]File{{rev.File, data}}, Options{})
		if len(problems) > 0 {
			t.Errorf("%s: %v", rev.File, problems)
		}
		if len(settings) != len(rev.Flags) {
			t.Errorf("%s: %d flags, want %d", rev.File, len(settings), len(rev.Flags))
		}
		for key, flag := range rev.Flags {
			decided += compareFlag(t, rev.File, key, flag, settings)
		}
	}
	t.Logf("%d revisions, %d states decided", len(want.Revisions), decided)
}

// TestOtherFormats holds that no manifest of another vendor is taken for one of
// ours that it is not.
func TestOtherFormats(t *testing.T) {
	dir := corpora(t)
	seen := 0
	for _, other := range []string{"unleash", "microsoft", "growthbook", "launchdarkly", "coderefs"} {
		err := filepath.WalkDir(filepath.Join(dir, other), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(path, "schema") || !slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(path)) {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			seen++
			if f, ok := Detect(path, data[:min(len(data), 4096)]); ok && f.Name() != other {
				t.Errorf("%s is taken for %s", path, f.Name())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files of other formats", seen)
}

func BenchmarkShort(b *testing.B) {
	var data []byte
	for i := range 2000 {
		data = fmt.Appendf(data, "flag-%d:\n  production: %d%%\n  staging: on\n", i, i%100)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if s, _ := (Short{}).Decode([]File{{"flags.yaml", data}}, Options{}); len(s) != 4000 {
			b.Fatal(len(s))
		}
	}
}

func BenchmarkYAML(b *testing.B) {
	var data []byte
	for i := range 2000 {
		data = fmt.Appendf(data, "flag-%d:\n  production: %d%%\n  staging: on\n", i, i%100)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := decode.YAML("flags.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
