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
	// "configured", "name", "falsy value", "the format's default", "served now";
	// "" without variants.
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
	Origin   ledger.Origin // of the flag's key: File, Line and Col
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

// SameState reports whether two settings mean the same, whichever field decided.
func SameState(a, b ledger.Setting) bool {
	return a.State == b.State && a.Percent == b.Percent && a.Fallback == b.Fallback &&
		slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Excludes, b.Excludes) &&
		slices.Equal(a.Variants, b.Variants)
}
