package notes

import (
	"cmp"
	"slices"

	"daylight/generator/ledger"
)

// Section is the notes of one kind, under the heading that Keep a Changelog
// gives them.
type Section struct {
	Kind  Kind
	Title string // "Added"
	Notes []Note
}

// Sections groups notes by kind, in the order of [Kinds] and without empty ones.
// In each, breaking notes come first; else the order is that of the list.
func Sections(list []Note) []Section {
	var out []Section
	for _, k := range Kinds() {
		s := Section{Kind: k, Title: k.Title()}
		for _, breaking := range []bool{true, false} {
			for _, n := range list {
				if n.Kind == k && n.Breaking == breaking {
					s.Notes = append(s.Notes, n)
				}
			}
		}
		if len(s.Notes) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// InVersion is the notes of one version.
type InVersion struct {
	Version *ledger.Version // nil for what is in no version yet
	Notes   []Note          // breaking first, then by kind, newest first, then by id
}

// ByVersion groups notes by version, in the order of the given versions. What is
// in none of them comes first. Versions without notes are left out; of several
// with one name the first takes the notes.
func ByVersion(list []Note, versions []ledger.Version) []InVersion {
	place := map[ledger.VersionName]int{}
	out := make([]InVersion, 1, len(versions)+1)
	for i := range versions {
		if _, ok := place[versions[i].Name]; !ok {
			place[versions[i].Name] = len(out)
			out = append(out, InVersion{Version: &versions[i]})
		}
	}
	for _, n := range list {
		i := 0
		if n.Version != "" {
			i = place[n.Version]
		}
		out[i].Notes = append(out[i].Notes, n)
	}
	for i := range out {
		slices.SortFunc(out[i].Notes, func(a, b Note) int {
			return cmp.Or(compareKinds(a, b), b.FirstExposed.Compare(a.FirstExposed), cmp.Compare(a.ID, b.ID))
		})
	}
	return slices.DeleteFunc(out, func(v InVersion) bool { return len(v.Notes) == 0 })
}
