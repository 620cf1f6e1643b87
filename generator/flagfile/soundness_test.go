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

	"daylight/generator/ledger"
)

// evaluation is what a vendor's own suite says that somebody gets.
type evaluation struct {
	File, Flag  string
	Context     map[string]any
	Enabled     *bool // whether the flag is on for them
	On          *bool
	Value       any
	Variant     string
	Source      string
	Error       string
	Exception   string // why the suite's answer contradicts no state
	Unknown     bool   // the flag is not in the file
	Variation   *int
	Problem     string
	FeatureIsOn *bool `json:"feature_enabled"`
	VariantIsOn *bool `json:"variant_enabled"`
}

// TestSoundness holds the states of flags against the vendors' evaluation
// suites, without evaluating anything: a flag that is off is never served, and
// one that is on is served to everybody whom no exclude names. Of a flag without
// conditions, nobody gets a variant that it does not serve.
func TestSoundness(t *testing.T) {
	dir := corpora(t)
	for _, f := range []Format{Unleash{}, Microsoft{}, LaunchDarkly{}, GrowthBook{}} {
		t.Run(f.Name(), func(t *testing.T) {
			if n := readSuite(t, f, filepath.Join(dir, f.Name())); n.decisive == 0 || n.against > 0 {
				t.Errorf("the suite decided %d, and disagrees with %d", n.decisive, n.against)
			}
		})
	}
}

// readSuite reads the files of an evaluation suite, and holds its answers against
// the states.
func readSuite(t *testing.T, f Format, dir string) (n tally) {
	t.Helper()
	var want struct{ Pairs, Variants []evaluation }
	readExpected(t, filepath.Join(dir, "expected.json"), &want)
	read, told := map[string][]Setting{}, map[string][]ledger.Problem{}
	for _, e := range slices.Concat(want.Pairs, want.Variants) {
		if _, done := read[e.File]; !done {
			path := filepath.Join(dir, filepath.FromSlash(e.File))
			read[e.File], told[e.File] = soundFile(t, f, path)
			n.files, n.flags = n.files+1, n.flags+len(read[e.File])
			if broken(path) {
				if n.invalid++; len(told[e.File]) == 0 {
					t.Errorf("%s is broken, and no problem is told", path)
				}
			}
		}
		if e.Error == "MALFORMED_FLAG" && !slices.ContainsFunc(told[e.File], func(p ledger.Problem) bool { return strings.Contains(p.Message, quote(e.Flag)) }) {
			t.Errorf("%s: flag %s is broken, and no problem names it", e.File, e.Flag)
		}
		if n.pairs++; e.Exception != "" {
			n.excepted++
		}
		decisive, against := contradicts(t, e, read[e.File])
		n.decisive, n.against = n.decisive+decisive, n.against+against
	}
	return n
}

// soundFile reads a file of a suite; that of Unleash is below "state".
func soundFile(t *testing.T, f Format, path string) ([]Setting, []ledger.Problem) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var suite struct{ State json.RawMessage }
	if f.Name() == "unleash" {
		if err := json.Unmarshal(data, &suite); err != nil {
			t.Fatal(err)
		}
		data = suite.State
	}
	files := []File{{filepath.Base(path), data}}
	if got, ok := Detect(files[0].Path, data[:min(len(data), headSize)]); ok && got.Name() != f.Name() {
		t.Errorf("%s is taken for %s", path, got.Name())
	}
	settings, problems := f.Decode(files, Options{})
	checkPromises(t, files, settings, problems)
	serious := slices.DeleteFunc(slices.Clone(problems), func(p ledger.Problem) bool { return p.Level == ledger.LevelInfo })
	if !broken(path) && len(serious) > 0 {
		t.Errorf("%s is valid, and has problems: %v", path, serious)
	}
	return settings, problems
}

// broken reports the files that are broken on purpose, by the corpora's READMEs.
func broken(path string) bool {
	return slices.ContainsFunc([]string{"delta-api", "NoFilters", "errors", "rollout-or-experiment-08", "segment-recursion-06"}, func(part string) bool {
		return strings.Contains(path, part)
	})
}

// contradicts gives 1 for a pair that could contradict what was read, by the
// state or by the variants that are served, and 1 more when it does.
func contradicts(t *testing.T, e evaluation, settings []Setting) (decisive, against int) {
	t.Helper()
	i := slices.IndexFunc(settings, func(s Setting) bool { return string(s.Key) == e.Flag })
	if i < 0 || e.Error != "" || e.Exception != "" || e.Problem != "" {
		return 0, 0
	}
	now := settings[i].inSpan(span{from: e.at()})
	if slices.ContainsFunc(settings[i].Plan, func(p ledger.PlannedSetting) bool { return p.At.Equal(e.at()) }) {
		return 0, 0 // at the very instant of a step, vendors differ in who comes first
	}
	decided := now.State == ledger.FlagOff || now.State == ledger.FlagOn && len(now.Excludes) == 0
	if served := e.served(); served != nil && !now.Fallback && decided {
		decisive = 1
		if *served != (now.State == ledger.FlagOn) {
			against = 1
			t.Errorf("%s: flag %s is %s, and somebody (%v) was served %v", e.File, e.Flag, words(now), e.Context, *served)
		}
	}
	if name := e.variant(); name != "" && settings[i].Targets == 0 && len(now.Variants) > 0 && settings[i].Needs == nil {
		decisive = 1
		if !slices.ContainsFunc(now.Variants, func(v ledger.VariantShare) bool { return v.Variant == name }) {
			against = 1
			t.Errorf("%s: flag %s serves %v, and somebody was served %s", e.File, e.Flag, now.Variants, name)
		}
	}
	return decisive, against
}

// served is whether the flag was on for somebody, nil where the suite does not
// say.
func (e evaluation) served() *bool {
	for _, b := range []*bool{e.Enabled, e.On, e.FeatureIsOn} {
		if b != nil {
			return b
		}
	}
	if value, isBool := e.Value.(bool); isBool && e.Variation != nil {
		return &value
	}
	return nil
}

func (e evaluation) variant() string {
	switch {
	case e.VariantIsOn != nil && !*e.VariantIsOn, e.Source == "prerequisite", e.Source == "cyclicPrerequisite":
		return ""
	case strings.HasPrefix(e.Variant, "The Variant "):
		return "" // the value, where the suite does not give the name
	case e.Variant != "":
		return e.Variant
	case e.Variation == nil && e.Source == "":
		return ""
	}
	switch v := e.Value.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool, float64:
		return fmt.Sprint(v)
	}
	return "" // a list or a map
}

// at is the instant of an evaluation: that of its context, or one that all
// suites agree with.
func (e evaluation) at() time.Time {
	if text, ok := e.Context["currentTime"].(string); ok {
		if at, ok := parseTime(text); ok {
			return at
		}
	}
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
}
