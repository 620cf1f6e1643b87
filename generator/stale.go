package generator

import (
	"fmt"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/stale"
)

// Stale finds the flags that need somebody.
func (p *Project) Stale(res *Result) stale.Report {
	return stale.Find(res.Ledger, &res.Facts, stale.Rules{Days: p.Config.Stale.Days})
}

// StaleProblems says of each flag that needs somebody why, for check. None is
// more than a remark: the data are what they are.
func (p *Project) StaleProblems(res *Result) []ledger.Problem {
	var out []ledger.Problem
	for _, list := range p.Stale(res).Lists {
		for _, e := range list.Entries {
			if list.Kind == stale.Undeployed || list.Kind == stale.NotInManifest && e.As == "trailer" {
				continue // a problem of the ledger already
			}
			told := e.Tell(list.Kind, p.Config.Stale.Days)
			message := fmt.Sprintf("flag %q: %s", e.Key, told.Text)
			if e.Environment != "" {
				message = fmt.Sprintf("flag %q in %s: %s", e.Key, e.Environment, told.Text)
			}
			out = append(out, ledger.Problem{Origins: e.Origins, Message: message, Hint: told.Hint,
				Rule: "stale-flag", Level: ledger.LevelInfo})
		}
	}
	return out
}

// The report as a file of the team's site.
const (
	stalePath   = "data/stale.json"
	schemaStale = "data/schema/stale/v1.json"
)

// addStale writes the report for programs.
func (s *site) addStale(asOf time.Time, report stale.Report) error {
	data, err := LedgerJSON(struct {
		Schema string    `json:"schema"`
		AsOf   time.Time `json:"as_of"`
		stale.Report
	}{schemaStale, asOf.UTC(), report})
	if err != nil {
		return err
	}
	s.add(stalePath, data)
	return nil
}
