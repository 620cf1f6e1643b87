package audience

import (
	"slices"

	"daylight/generator/ledger"
)

// ChangeID gives the id that a change has in a reduced ledger. Whether the ledger
// holds the change is another question.
func ChangeID(salt string, c *ledger.Change) ledger.ChangeID {
	about := c.ID
	if len(c.Aliases) > 0 {
		// One that had other ids before its branch was merged keeps that of the
		// least of those, since it may have been published.
		about = slices.Min(c.Aliases)
	}
	// A longer id of the same commit, where 12 digits had become ambiguous, must
	// not be another address: what an id is about is always its 12 digits.
	return ledger.ChangeID(PublicID(salt, c.Repository, "change/"+string(about[:min(len(about), 12)])))
}
