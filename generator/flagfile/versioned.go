package flagfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Versioned reads feature gates as Kubernetes lists them
// (test/compatibility_lifecycle/reference/versioned_feature_list.yaml):
//
//   - name: AuthorizeWithSelectors
//     versionedSpecs:
//   - {default: false, lockToDefault: false, preRelease: Alpha, version: "1.31"}
//   - {default: true, lockToDefault: true, preRelease: GA, version: "1.34"}
//
// A file holds its own timeline by the versions of the product: an entry counts
// from its version on. What a build has is the entry of its own version, and in
// a source tree that is the newest, since nobody writes down versions to come.
type Versioned struct{}

// Name is "versioned".
func (Versioned) Name() string { return "versioned" }

var versionedSpecs = regexp.MustCompile(`(?m)(^|[\s{,"'])versionedSpecs["']?\s*:`)

// Match looks for specifications by version.
func (Versioned) Match(_ string, head []byte) bool { return versionedSpecs.Match(head) }

// Effect is that of files which ship with the build.
func (Versioned) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Versioned) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			if !doc.Is(decode.List) {
				r.doubt(doc, "not-a-manifest", "write a list of gates", "want a list of gates, got %s", doc.Kind)
				continue
			}
			for _, n := range doc.Items {
				if key, ok := r.keyOf(n, "name"); ok {
					r.versionedGate(key, n)
				}
			}
		}
	})
}

func (r *reading) versionedGate(key string, n *decode.Node) {
	base := r.base(key, n)
	base.Environment = r.Options.Environment
	if specs := n.Get("versionedSpecs"); specs.Is(decode.List) {
		for _, item := range specs.Items {
			if v, ok := r.versionedSpec(key, item); ok {
				base.Versions = append(base.Versions, v)
			}
		}
	}
	slices.SortStableFunc(base.Versions, func(a, b VersionSetting) int { return compareVersions(a.Version, b.Version) })
	last, ok := base.AtVersion(r.Version)
	switch {
	case ok:
		base.Setting, base.Meta.Kind = last.Setting, last.Stage
		r.settings = append(r.settings, base)
	case len(base.Versions) > 0: // the gate is newer than the version
	default:
		r.doubt(n, "no-state", "give it versionedSpecs with default and version", "gate %s has no versions", quote(key))
		r.unknown(base, "no state")
	}
}

func (r *reading) versionedSpec(key string, n *decode.Node) (VersionSetting, bool) {
	v := VersionSetting{Origin: r.origin(n.Line, n.Col)}
	v.Version, _ = n.Get("version").Scalar()
	enabled, ok := n.Get("default").Bool()
	if !ok || compareVersions(v.Version, "0") == 0 {
		r.doubt(n, "malformed-flag", "give it default: true or false, and a version", "an entry of gate %s cannot be read", quote(key))
		return v, false
	}
	v.Via = "default"
	if v.Locked, _ = n.Get("lockToDefault").Bool(); v.Locked {
		v.Via = "locked"
	}
	if enabled {
		v.Percent = ledger.Everybody()
	}
	v.Setting = withState(v.Setting)
	stage, _ := n.Get("preRelease").Scalar()
	v.Stage = strings.ToLower(stage)
	return v, true
}

// compareVersions orders versions by their numbers, "1.9" before "1.10"; what is
// no number counts as 0, and so do numbers that are missing.
func compareVersions(a, b string) int {
	x, y := strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(strings.TrimPrefix(b, "v"), ".")
	for i := range max(len(x), len(y)) {
		if c := numberAt(x, i) - numberAt(y, i); c != 0 {
			return c
		}
	}
	return 0
}

func numberAt(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil || n < 0 || n > 1_000_000_000 {
		return 0
	}
	return n
}
