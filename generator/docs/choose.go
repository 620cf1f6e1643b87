package docs

import (
	"cmp"
	"slices"

	"daylight/generator/versions"
)

// Choice says which versions have docs. The zero Choice takes all stable ones and
// no pre-releases.
type Choice struct {
	Constraint versions.Constraint // the zero one allows all
	// NewestPatch keeps only the newest of the versions that agree in their first
	// two numbers.
	NewestPatch bool
	// Last keeps only so many stable versions, the newest ones; 0 keeps all.
	Last int
	// Prereleases are those to keep.
	Prereleases Prereleases
}

// Prereleases says which pre-releases have docs.
type Prereleases string

// Which pre-releases have docs.
const (
	NoPrereleases Prereleases = "none"
	// NewPrereleases are those above the newest stable version, of each line of
	// patches the newest.
	NewPrereleases Prereleases = "new"
	AllPrereleases Prereleases = "all"
)

// Choose takes the versions of one component that a choice wants, the newest
// first, by version order: the dates of tags do not count. Of versions that are
// equal in order the first by tag is taken.
func Choose(all []versions.Version, c Choice) []versions.Version {
	list := slices.Clone(all)
	slices.SortFunc(list, func(a, b versions.Version) int {
		return cmp.Or(versions.Compare(b, a), cmp.Compare(a.Tag, b.Tag))
	})
	list = slices.CompactFunc(list, func(a, b versions.Version) bool { return versions.Compare(a, b) == 0 })
	var out []versions.Version
	minors := map[string]bool{} // of which a version was taken
	soon := map[string]bool{}   // of which a pre-release was taken
	stable := 0
	for _, v := range list {
		if !c.Constraint.Allows(v) {
			continue
		}
		line := v.Minor()
		switch {
		case !v.Prerelease:
			if c.NewestPatch && minors[line] || c.Last > 0 && stable == c.Last {
				continue
			}
			minors[line] = true
			stable++
		case c.Prereleases == AllPrereleases:
			if c.Last > 0 && stable == c.Last {
				continue
			}
		case c.Prereleases == NewPrereleases:
			if stable > 0 || soon[line] {
				continue
			}
			soon[line] = true
		default:
			continue
		}
		out = append(out, v)
	}
	return out
}
