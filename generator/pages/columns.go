package pages

import "daylight/generator/ledger"

// mostColumns is how many environments tables show side by side, and a change's
// page in full. A product with dozens of environments (personal sandboxes, one
// for each branch) has a few that everybody asks about.
const mostColumns = 6

// chooseColumns puts the environments in two groups, both in the order of the
// ledger: those that stand in front of a reader, and the others, which are
// folded. Where all fit, all stand in front. Else it is those of the tiers
// production, staging and testing, as many as fit; without any of these, the
// first ones.
func chooseColumns(all []ledger.Environment) (front, folded []int) {
	main := func(e ledger.Environment) bool {
		return e.Tier == ledger.TierProduction || e.Tier == ledger.TierStaging || e.Tier == ledger.TierTesting
	}
	some := false
	for _, e := range all {
		some = some || main(e)
	}
	for i, e := range all {
		if len(all) <= mostColumns || len(front) < mostColumns && (main(e) || !some) {
			front = append(front, i)
		} else {
			folded = append(folded, i)
		}
	}
	return front, folded
}

// heads gives the columns of a table, in the order of the ledger.
func (t *team) heads(p place) []EnvironmentHead {
	out := make([]EnvironmentHead, 0, len(t.front))
	for _, i := range t.front {
		e := t.l.Environments[i]
		out = append(out, EnvironmentHead{t.environmentLink(p, e.Name), tier(e)})
	}
	return out
}

// foldedLink names the environments that a table leaves out; its Text is "" when
// there is none.
func (t *team) foldedLink(p place) Link {
	if len(t.folded) == 0 {
		return Link{}
	}
	return Link{"without " + count(len(t.folded), "other environment"), p.to("/environments/")}
}
