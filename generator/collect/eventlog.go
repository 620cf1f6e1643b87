package collect

import (
	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// placed gives a setting's planned steps, with the commit of those that have a
// place of their own.
func placed(s flagfile.Setting, commit ledger.Hash) []ledger.PlannedSetting {
	var out []ledger.PlannedSetting
	for _, p := range s.Plan {
		var origins []ledger.Origin
		for _, o := range p.Origins {
			o.Repository = s.Origin.Repository
			origins = append(origins, origin(o, commit))
		}
		p.Origins = origins
		out = append(out, p)
	}
	return out
}
