package collect

import (
	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// joined is what two files of a source say of one flag in one environment: two
// logs are one, and of two manifests the later counts.
func joined(was, is flagfile.Setting) flagfile.Setting {
	if was.Dated && is.Dated {
		return flagfile.JoinDated([]flagfile.Setting{was, is})[0]
	}
	return is
}

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
