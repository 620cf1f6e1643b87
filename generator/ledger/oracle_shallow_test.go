package ledger_test

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// What a shallow clone cut off may be anything: this file asks what could lie
// behind its border.

// cutOff reports whether a commit has parents that are not here.
func (r *modelRepo) cutOff(h ledger.Hash) bool {
	return slices.Contains(r.facts.Shallow, h) || slices.ContainsFunc(r.commits[h].Parents, func(p ledger.Hash) bool {
		_, here := r.commits[p]
		return !here
	})
}

// place is that of the mainline commit which brought a commit in, -1 when none did.
func (r *modelRepo) place(h ledger.Hash) int {
	return slices.IndexFunc(r.mainline, func(m ledger.Hash) bool { return r.ancestors(m)[h] })
}

// behind lists the borders of a revision's history behind which a commit could
// lie: it does not descend from them, and the mainline did not bring it in later.
func (r *modelRepo) behind(revision, h ledger.Hash) (out []ledger.Hash) {
	for s := range r.ancestors(revision) {
		later := r.place(h) >= 0 && r.place(s) >= 0 && r.place(h) > r.place(s)
		if r.cutOff(s) && !r.ancestors(h)[s] && !later {
			out = append(out, s)
		}
	}
	return out
}

// mayHold: of some form of the change, each group is reached or could lie behind
// a border, and no revert that stands in the revision came after that border.
func (r *modelRepo) mayHold(revision ledger.Hash, c *modelChange) bool {
	reached := r.ancestors(revision)
	may := func(h ledger.Hash) bool {
		if reached[h] {
			return !r.cancelled(h, c, reached)
		}
		return slices.ContainsFunc(r.behind(revision, h), func(s ledger.Hash) bool {
			return !r.undoneBy(c, reached, func(v ledger.Revert) bool { return r.ancestors(v.Commit)[s] })
		})
	}
	return slices.ContainsFunc(c.copies, func(groups []commitSet) bool {
		return !slices.ContainsFunc(groups, func(forms commitSet) bool {
			for h := range forms {
				if may(h) {
					return false
				}
			}
			return true
		})
	})
}

// beforeBorder reports whether nothing is known of a manifest at an instant,
// since it lies before the border of its mainline.
func (o *oracle) beforeBorder(h ledger.FlagHistory, at time.Time) bool {
	r := o.repo(h.Repository)
	return len(r.mainline) > 0 && r.cutOff(r.mainline[0]) && at.Before(o.effective(r, r.mainline[0]).Add(h.Delay))
}
