package stale

import (
	"slices"

	"daylight/generator/ledger"
)

// usages compares what the code names with what manifests have. Where not one
// flag is found, the code is somewhere else, and none is missed.
func (f *finder) usages() {
	files := map[ledger.FlagKey]int{}
	looked := map[ledger.FlagKey]bool{}
	anywhere := false
	for _, u := range f.facts.Usages {
		if u.By == ledger.UsageCode {
			files[u.Key] += u.Count
			looked[u.Key] = true
			anywhere = anywhere || u.Count > 0
		} else if !u.Known {
			f.lists[NotInManifest] = append(f.lists[NotInManifest], Entry{Key: u.Key, Repository: u.Repository, As: string(u.By), Origins: u.Origins})
		}
	}
	for i := range f.l.Flags {
		flag := &f.l.Flags[i]
		key := base(flag.Key)
		if flag.Retired == nil && anywhere && looked[key] && files[key] == 0 {
			f.add(NotInCode, flag, Entry{})
		}
	}
	f.trailers()
}

// trailers finds keys that messages name and that no manifest ever had.
func (f *finder) trailers() {
	known := map[ledger.FlagKey]bool{}
	for i := range f.facts.Flags {
		known[f.facts.Flags[i].Key] = true
	}
	type unknown struct {
		repository ledger.RepositoryName
		key        ledger.FlagKey
	}
	origins := map[unknown][]ledger.Origin{}
	var order []unknown
	for _, link := range f.facts.Links {
		k := unknown{link.Repository, link.Key}
		if link.By != ledger.LinkTrailer || known[link.Key] {
			continue
		}
		if origins[k] == nil {
			order = append(order, k)
		}
		origins[k] = append(origins[k], link.Origins...)
	}
	for _, k := range order {
		list := origins[k]
		slices.SortFunc(list, ledger.CompareOrigins)
		f.lists[NotInManifest] = append(f.lists[NotInManifest], Entry{Key: k.key, Repository: k.repository, As: "trailer", Origins: list[:min(len(list), 3)]})
	}
}

// base is the key that a manifest has: a second life under it is "key#2".
func base(key ledger.FlagKey) ledger.FlagKey {
	for i := len(key) - 1; i > 0; i-- {
		if key[i] == '#' && i < len(key)-1 {
			return key[:i]
		}
		if key[i] < '0' || key[i] > '9' {
			break
		}
	}
	return key
}
