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

// tally is what was compared of a format.
type tally struct {
	files, flags int
	invalid      int // files that are wrong on purpose, each of them told with its place
	states       int // of flags that somebody else wrote down
	pairs        int // evaluations of the vendor's own suite
	decisive     int // of these, those that could contradict a state or the variants that are served
	against      int // that do
	excepted     int // with a reason that the corpus names
}

// TestFormatsTable prints what was read and compared of each format, and holds
// that nothing disagrees: go test ./generator/flagfile -run TestFormatsTable -v
func TestFormatsTable(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-19s %5s %5s | %6s %5s %7s %6s %6s %8s %9s %13s\n", "format", "files", "flags", "theirs", "flags", "invalid", "states", "pairs", "decisive", "explained", "disagreements")
	for _, f := range Formats() {
		own, theirs := tally{}, tally{}
		for _, s := range scenarios(t, f.Name()) {
			settings, _ := f.Decode(s.files, s.options)
			own.files, own.flags = own.files+len(s.files), own.flags+len(settings)
		}
		switch f.Name() {
		case "flagd", "goff":
			theirs = readCorpus(t, f, filepath.Join(corpora(t), f.Name()))
		case "unleash", "microsoft", "launchdarkly", "growthbook":
			theirs = readSuite(t, f, filepath.Join(corpora(t), f.Name()))
		}
		fmt.Fprintf(&b, "%-19s %5d %5d | %6d %5d %7d %6d %6d %8d %9d %13d\n", f.Name(), own.files, own.flags,
			theirs.files, theirs.flags, theirs.invalid, theirs.states, theirs.pairs, theirs.decisive, theirs.excepted, theirs.against)
		if theirs.against > 0 || own.flags == 0 {
			t.Errorf("%s: %d disagreements, %d flags of our own samples", f.Name(), theirs.against, own.flags)
		}
	}
	t.Logf("samples of ours | what others wrote:\n%s", b.String())
}

// TestCorpora reads every file of the vendors' own suites.
func TestCorpora(t *testing.T) {
	dir := corpora(t)
	for _, f := range []Format{Flagd{}, GOFF{}} {
		t.Run(f.Name(), func(t *testing.T) {
			if n := readCorpus(t, f, filepath.Join(dir, f.Name())); n.states == 0 || n.invalid == 0 {
				t.Errorf("the corpus decided nothing: %+v", n)
			}
		})
	}
}

// readCorpus reads the files that others wrote of a format, and compares what is
// known of them.
func readCorpus(t *testing.T, f Format, dir string) (n tally) {
	t.Helper()
	var want struct {
		Files []expectedFile
		Pairs []expectedPair
	}
	readExpected(t, filepath.Join(dir, "expected.json"), &want)
	for _, x := range want.Files {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(x.File)))
		if err != nil {
			t.Fatal(err)
		}
		if x.Shape == "targeting" {
			data = wrapped(data)
		} else if got, ok := Detect(x.File, data[:min(len(data), 4096)]); len(x.Flags) > 0 && (!ok || got.Name() != f.Name()) {
			t.Errorf("%s is taken for %v", x.File, got)
		}
		settings, problems := f.Decode([]File{{x.File, data}}, Options{})
		checkPromises(t, []File{{x.File, data}}, settings, problems) // each problem has its place
		n.files, n.flags = n.files+1, n.flags+len(settings)
		if x.Valid != nil && *x.Valid && len(problems) > 0 {
			t.Errorf("%s is valid, and has problems: %v", x.File, problems)
		}
		if x.Valid != nil && !*x.Valid {
			if n.invalid++; len(problems) == 0 {
				t.Errorf("%s is invalid (%s), and no problem is told", x.File, x.Why)
			}
		}
		for key, flag := range x.Flags {
			n.states += compareFlag(t, x.File, key, flag, settings)
		}
	}
	n.pairs, n.decisive, n.against = comparePairs(t, f, dir, want.Pairs)
	return n
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
func comparePairs(t *testing.T, f Format, dir string, pairs []expectedPair) (all, decisive, against int) {
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
				against++
				t.Errorf("%s: flag %s is %s, and somebody was served %v", p.File, p.Flag, s.State, on)
			}
		case s.Targets == 0 && len(s.Variants) > 0:
			decisive++
			if !slices.ContainsFunc(s.Variants, func(v ledger.VariantShare) bool { return v.Variant == p.Variant && v.Percent.Hi > 0 }) {
				against++
				t.Errorf("%s: flag %s serves %v, and somebody was served %s", p.File, p.Flag, s.Variants, p.Variant)
			}
		}
	}
	return all, decisive, against
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
