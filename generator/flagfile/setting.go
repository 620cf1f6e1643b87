package flagfile

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// File is one manifest, or one layer of it.
type File struct {
	Path string // required: for the format, and for origins
	Data []byte
}

// Options say what a manifest does not say itself. The zero Options are valid.
type Options struct {
	// Environment is that of flags whose file names none. "" stands for every
	// environment.
	Environment ledger.EnvironmentName
	// Attribute is the attribute of the evaluation context that holds the
	// environment, "env": rules that compare it are decided, and the flag has a
	// setting for each of Environments and of the names that its rules mention,
	// and one for all others.
	Attribute    string
	Environments []ledger.EnvironmentName
	// Baselines are the variants that count as off, by flag: from the
	// configuration, or the one that everybody got when the flag was born.
	Baselines map[ledger.FlagKey][]string
	MaxBytes  int // of a file; 0 is decode.DefaultMaxBytes
	// Version is the version of the product that is asked about, "1.33", for
	// formats that hold a timeline by versions; "" is the newest.
	Version string
	// Memory, when set, is what was learned of the entries of earlier versions of
	// the file. The formats short, goff and flagd use it.
	Memory *Memory
	// Over says that the file lies over others, which may say what it leaves out.
	Over bool
	// Shape is for the formats that need to be told what is in a file.
	Shape Shape
}

// Setting is what a manifest says of a flag in an environment.
type Setting struct {
	Key            ledger.FlagKey
	Environment    ledger.EnvironmentName // "" is every environment without a setting of its own
	ledger.Setting                        // before the first planned step
	Plan           []ledger.PlannedSetting
	// Dated says that Plan is a log: its steps count from their own instants, and
	// not only where they are still to come.
	Dated bool
	Meta  Meta
	// Baseline lists the variants that do not count as the treatment, sorted;
	// empty where the format has no variants.
	Baseline []string
	// BaselineBy is the rule that found them: "value" (of a boolean),
	// "configured", "name", "falsy value", "the format's default",
	// BaselineServedNow; "" without variants.
	BaselineBy string
	// Targets counts the conditions that serve something else than everybody
	// else gets, in the setting before the first planned step.
	Targets int
	// Needs are the flags that people must have too, or must not ("!key"), sorted.
	// The setting is what is left with them, where they are in the same file.
	Needs []string
	// Versions is the timeline that a file holds by the versions of the product,
	// ascending; the Setting is that of Options.Version, or else the last.
	Versions []VersionSetting
	// Broken says that the entry is there and cannot be read: what the last good
	// version of the file said of the flag stands. The state is unknown.
	Broken bool
	// Said are the fields of the entry, where layers lie over each other field by
	// field: see [Over].
	Said   *Said         `json:",omitempty"`
	Origin ledger.Origin // of the flag's key: File, Line and Col
}

// BaselineServedNow is the weakest rule for which variant does not count: the
// one that everybody gets. Whoever knows what that was when the flag was born
// says it in Options.Baselines.
const BaselineServedNow = "served now"

// AtVersion gives what a version of the product has, "1.33", of a flag with a
// timeline by versions: the last entry that is not above it, "" standing for the
// newest; false before the first entry.
func (s Setting) AtVersion(version string) (last VersionSetting, ok bool) {
	for _, v := range s.Versions {
		if version == "" || compareVersions(v.Version, version) <= 0 {
			last, ok = v, true
		}
	}
	return last, ok
}

// VersionSetting is what a flag is set to from a version of the product on.
type VersionSetting struct {
	Version string // as written: "1.32"
	ledger.Setting
	Stage  string // alpha, beta, ga, deprecated, as written in lower case
	Locked bool   // nobody can change it
	Origin ledger.Origin
}

// Meta is what a manifest says about a flag, apart from its state.
type Meta struct {
	Description  string
	Owner        string
	Kind         string    // release, experiment, ops, permission, or as written
	Expires      time.Time // zero when not given
	Permanent    bool
	PullRequests []int    // numbers of the changes that the manifest names, ascending
	Links        []string // http and https addresses, in the order of the file
}

// Same reports whether two entries, of any flags and environments, mean the
// same: now, and in what they plan. Which field decided, and what is said about
// the flag, do not count.
func Same(a, b Setting) bool {
	return SameState(a.Setting, b.Setting) && slices.EqualFunc(a.Plan, b.Plan, func(p, q ledger.PlannedSetting) bool {
		return p.At.Equal(q.At) && SameState(p.Setting, q.Setting)
	})
}

// SameEntry reports whether two entries of one flag and environment say the same
// in all that people may be told: beside what [Same] compares, what is said about
// the flag. Where they stand in the file does not count.
func SameEntry(a, b Setting) bool {
	return Same(a, b) && a.Environment == b.Environment && a.Dated == b.Dated && a.Broken == b.Broken && a.Via == b.Via &&
		a.BaselineBy == b.BaselineBy && slices.Equal(a.Baseline, b.Baseline) && slices.Equal(a.Needs, b.Needs) && sameMeta(a.Meta, b.Meta) && sameSaid(a.Said, b.Said) &&
		slices.EqualFunc(a.Versions, b.Versions, func(v, w VersionSetting) bool {
			return v.Version == w.Version && v.Stage == w.Stage && v.Locked == w.Locked && SameState(v.Setting, w.Setting)
		})
}

func sameMeta(a, b Meta) bool {
	return a.Description == b.Description && a.Owner == b.Owner && a.Kind == b.Kind && a.Expires.Equal(b.Expires) &&
		a.Permanent == b.Permanent && slices.Equal(a.PullRequests, b.PullRequests) && slices.Equal(a.Links, b.Links)
}

// SameState reports whether two settings mean the same, whichever field decided.
func SameState(a, b ledger.Setting) bool {
	return a.State == b.State && a.Percent == b.Percent && a.Fallback == b.Fallback &&
		slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Excludes, b.Excludes) &&
		slices.Equal(a.Variants, b.Variants)
}
