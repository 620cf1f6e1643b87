package generator

import "daylight/generator/compare"

// Compare tells what promotions from one environment to another would do, as of
// the result's as-of. It computes the ledger again for each round of pairs of
// which no two lead to one environment.
func (p *Project) Compare(res *Result, pairs ...compare.Pair) ([]compare.Comparison, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	rules, err := policy(p.Config)
	if err != nil {
		return nil, err
	}
	p.progress("comparing environments")
	return compare.Of(res.Facts, rules, res.Ledger, pairs...), nil
}
