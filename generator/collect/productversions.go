package collect

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// placedVersion is a version of the product and the newest commit of the
// mainline that it holds.
type placedVersion struct {
	place int32
	name  string // from its first digit on
	order int
}

// placeVersions finds where on the mainline the repository's versions stand, for
// manifests that hold a timeline by versions.
func (t *timeline) placeVersions() {
	r := t.m.r
	for _, v := range r.facts.Versions {
		i, ok := r.line.index[[20]byte(v.Commit)]
		digit := strings.IndexAny(string(v.Name), "0123456789")
		if !ok || digit < 0 || r.line.prefix[i] == offMainline {
			continue
		}
		t.versions = append(t.versions, placedVersion{r.line.prefix[i], string(v.Name)[digit:], v.Order})
	}
	// By place, and of those of one place the first version.
	slices.SortFunc(t.versions, func(a, b placedVersion) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.order, b.order), cmp.Compare(a.name, b.name))
	})
	t.versions = slices.CompactFunc(t.versions, func(a, b placedVersion) bool { return a.place == b.place })
}

// versionAt gives the first version that holds a place of the mainline; "" for
// what no version holds yet.
func (t *timeline) versionAt(place int32) string {
	n, _ := slices.BinarySearchFunc(t.versions, place, func(v placedVersion, p int32) int { return cmp.Compare(v.place, p) })
	if n == len(t.versions) {
		return ""
	}
	return t.versions[n].name
}

// entersVersion reports whether a commit is the first of a version, where that
// may move flags.
func (t *timeline) entersVersion(place int32) bool {
	if len(t.versioned) == 0 || place == 0 || t.versionAt(place) == t.versionAt(place-1) {
		return false
	}
	for key := range t.versioned {
		t.dirty[key] = true
	}
	return true
}

// dated picks of a timeline by versions what counts at a place of the mainline: a
// flag is as the version says that the commit becomes part of. Before its first
// version it is off.
func (t *timeline) dated(list []flagfile.Setting, place int32) []flagfile.Setting {
	if !slices.ContainsFunc(list, func(s flagfile.Setting) bool { return len(s.Versions) > 0 }) {
		return list
	}
	version := t.versionAt(place)
	out := slices.Clone(list)
	for i, s := range out {
		if len(s.Versions) == 0 {
			continue
		}
		t.versioned[s.Key] = true
		if v, ok := s.AtVersion(version); ok {
			out[i].Setting = v.Setting
		} else {
			out[i].Setting = ledger.Setting{State: ledger.FlagOff, Via: "no version yet"}
		}
	}
	return out
}
