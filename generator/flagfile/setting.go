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
}

// Setting is what a manifest says of a flag in an environment.
type Setting struct {
	Key            ledger.FlagKey
	Environment    ledger.EnvironmentName // "" is every environment without a setting of its own
	ledger.Setting                        // before the first planned step
	Plan           []ledger.PlannedSetting
	Meta           Meta
	// Baseline lists the variants that do not count as the treatment, sorted;
	// empty where the format has no variants.
	Baseline []string
	// BaselineBy is the rule that found them: "value" (of a boolean),
	// "configured", "name", "falsy value", "served now"; "" without variants.
	BaselineBy string
	// Targets counts the conditions that serve something else than everybody
	// else gets, in the setting before the first planned step.
	Targets int
	Origin  ledger.Origin // of the flag's key: File, Line and Col
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

// Same reports whether two settings mean the same, whichever field decided.
func Same(a, b ledger.Setting) bool {
	return a.State == b.State && a.Percent == b.Percent && a.Fallback == b.Fallback &&
		slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Excludes, b.Excludes) &&
		slices.Equal(a.Variants, b.Variants)
}

// SamePlan reports whether two plans are the same steps.
func SamePlan(a, b []ledger.PlannedSetting) bool {
	return slices.EqualFunc(a, b, func(p, q ledger.PlannedSetting) bool {
		return p.At.Equal(q.At) && Same(p.Setting, q.Setting)
	})
}

// SameDefinition reports whether two entries do the same under any name: what
// is asked when a flag was renamed.
func SameDefinition(a, b Setting) bool {
	return Same(a.Setting, b.Setting) && SamePlan(a.Plan, b.Plan) && slices.Equal(a.Baseline, b.Baseline)
}
