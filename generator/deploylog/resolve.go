package deploylog

import (
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Resolver finds the commit that a record's ref means: a full id, a tag, a
// version without its prefix, or what short says of the first digits of an id, in
// lower case.
func Resolver(tags map[string]ledger.Hash, versions []ledger.VersionFact, short func(digits string) Resolution) func(ref string) Resolution {
	texts := map[string][]ledger.Hash{}
	for _, v := range versions {
		for _, text := range []string{"v" + string(v.Name), strings.TrimPrefix(string(v.Name), "v"), afterPrefix(string(v.Name))} {
			if h := v.Commit; !slices.Contains(texts[text], h) {
				texts[text] = append(texts[text], h)
			}
		}
	}
	return func(ref string) Resolution {
		if h, err := ledger.ParseHash(ref); err == nil {
			return Resolution{State: Resolved, Hash: h}
		}
		if h, ok := tags[strings.TrimPrefix(ref, "refs/tags/")]; ok {
			return Resolution{State: Resolved, Hash: h}
		}
		if found := texts[ref]; len(found) == 1 {
			return Resolution{State: Resolved, Hash: found[0]}
		} else if len(found) > 1 {
			return Resolution{State: Ambiguous}
		}
		return short(strings.ToLower(ref))
	}
}

// afterPrefix is a version's name without its component: "shop/v1.4.0" and
// "shop-v1.4.0" are "v1.4.0".
func afterPrefix(name string) string {
	if i := strings.LastIndexAny(name, "/@"); i >= 0 {
		return name[i+1:]
	}
	return name
}
