package flagfile

import (
	"cmp"
	"fmt"
	"slices"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Format reads one convention for flags in files.
type Format interface {
	// Name is the format's short name, as site.toml has it: "goff".
	Name() string
	// Match reports whether a file is of this format, by its path and its
	// beginning: all of it, or at least the first 4 KiB. It never trusts the
	// name alone.
	Match(path string, head []byte) bool
	// Decode reads a manifest. Several files are layers of one: an entry of a
	// later file lies over that of the same flag and environment in an earlier,
	// as [Over] says.
	// Settings are sorted by key, then environment; problems by
	// ledger.CompareProblems. Origins have File, Line and Col.
	Decode(files []File, o Options) ([]Setting, []ledger.Problem)
}

// Formats lists all formats in the order in which they are tried.
//
// To add a format, write its file and add it here.
func Formats() []Format {
	return []Format{
		LaunchDarklyAudit{},
		UnleashEvents{},
		GOFF{},
		EventLog{},
		Flagd{},
		LaunchDarkly{},
		Microsoft{},
		GitLab{},
		GitLabFlags{},
		Versioned{},
		Unleash{},
		GrowthBook{},
		Flagsmith{},
		ConfigCat{},
		Flipper{},
		Waffle{},
		PostHog{},
		Statsig{},
		Catalogue{},
		Flipt{},
		Dotenv{},
		Short{},
		Generic{},
	}
}

// Names lists the names of all formats, sorted.
func Names() []string {
	var out []string
	for _, f := range Formats() {
		out = append(out, f.Name())
	}
	slices.Sort(out)
	return out
}

// ByName gives the format with this name.
func ByName(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name() == name {
			return f, true
		}
	}
	return nil, false
}

// Detect gives the first format that takes the file.
func Detect(path string, head []byte) (Format, bool) {
	for _, f := range Formats() {
		if f.Match(path, head) {
			return f, true
		}
	}
	return nil, false
}

// EffectOf says when a change of a format's file usually takes effect: with the
// merge, unless the format has a method Effect that says otherwise, since its
// files ship with the build. It accepts nil.
func EffectOf(f Format) ledger.Effect {
	if f, ok := f.(interface{ Effect() ledger.Effect }); ok {
		return f.Effect()
	}
	return ledger.EffectMerge
}

// maxWork bounds the steps of walking rules in one file: rules × instants of the
// plan × environments, summed over the flags. It is a hundred times what a large
// manifest needs, and takes a second or two.
const maxWork = 2_000_000

// reading is one file on its way to settings.
type reading struct {
	Options
	path     string
	data     []byte
	work     int // that may still be spent on walking rules
	settings []Setting
	problems []ledger.Problem
	needs    map[slot][]need   // prerequisites
	near     map[string]string // what a key is nearly, "" for nothing we know
	comments bool              // JSON of this format may have comments
	over     bool              // the file lies over others
	// match tells which files of a ConfigMap are of the format; nil leaves
	// ConfigMaps as they are.
	match func(path string, head []byte) bool
}

// Why a flag is off, or unknown, whose entry cannot be read.
const (
	brokenDefinition = "broken definition"
	brokenRollout    = "broken rollout"
)

// layers decodes files in order, keeps of each flag and environment the last
// setting, and sorts.
func layers(files []File, o Options, one func(r *reading, data []byte)) ([]Setting, []ledger.Problem) {
	type place struct {
		key ledger.FlagKey
		env ledger.EnvironmentName
	}
	at := map[place]int{}
	var settings []Setting
	var from []int // the file of each
	var problems []ledger.Problem
	for n, f := range files {
		r := &reading{Options: o, path: f.Path, work: maxWork, near: map[string]string{}, over: o.Over || n > 0}
		one(r, f.Data)
		for _, s := range r.settings {
			s.Broken = s.Via == brokenDefinition || s.Via == brokenRollout
			p := place{s.Key, s.Environment}
			if i, there := at[p]; there {
				if from[i] < n {
					s = Over(settings[i], s)
				}
				settings[i], from[i] = s, n
				continue
			}
			if i, there := at[place{s.Key, ""}]; there && s.Said != nil && from[i] < n {
				s = Over(settings[i], s)
			}
			at[p] = len(settings)
			settings, from = append(settings, s), append(from, n)
		}
		problems = append(problems, r.problems...)
	}
	// Key, then environment: no two are alike.
	slices.SortFunc(settings, func(a, b Setting) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Environment, b.Environment))
	})
	slices.SortFunc(problems, ledger.CompareProblems)
	problems = slices.CompactFunc(problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
	return settings, problems
}

// documents parses the file, and reports what does not parse and keys that
// occur twice.
func (r *reading) documents(data []byte) []*decode.Node {
	docs, err := decode.Reader{MaxBytes: r.MaxBytes, Comments: r.comments}.ByName(r.path, data)
	r.data = data
	docs = r.unwrapped(docs)
	for _, d := range docs {
		for _, e := range decode.Duplicates(r.path, d) {
			r.report(e.Line, e.Col, ledger.LevelWarning, "duplicate-key", e.Message, "the last one counts; remove the others")
		}
	}
	if e, ok := decode.AsError(err); ok {
		r.report(e.Line, e.Col, ledger.LevelError, "unreadable", e.Message, "the state of the last version that can be read stands until this is mended")
		return nil // flags of the documents after it would look removed
	}
	return docs
}

// origin is the place of a key or value in the file.
func (r *reading) origin(line, col int) ledger.Origin {
	return ledger.Origin{File: r.path, Line: line, Col: col}
}

func (r *reading) report(line, col int, level ledger.Level, rule, message, hint string) {
	r.problems = append(r.problems, ledger.Problem{
		Origins: []ledger.Origin{r.origin(line, col)},
		Message: message, Hint: hint, Rule: rule, Level: level,
	})
}

// doubt reports a warning at a node.
func (r *reading) doubt(n *decode.Node, rule, hint, format string, args ...any) {
	r.report(n.Line, n.Col, ledger.LevelWarning, rule, fmt.Sprintf(format, args...), hint)
}
