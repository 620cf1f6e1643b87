package audience

import "daylight/generator/ledger"

// Finder finds what a text names in a ledger: nil is nothing of that name.
type Finder interface {
	Change(ref string) *ledger.Change
	Flag(key string) *ledger.Flag
}

// Change gives the change of the reduced ledger that a text means by a pull
// request's number or a commit, which the reduced ledger does not hold. It
// reports false where there is none, and where the audience must not see it.
func (p Public) Change(ref string) (*ledger.Change, bool) {
	if p.find == nil {
		return nil, false
	}
	c := p.find().Change(ref)
	if c == nil {
		return nil, false
	}
	i, ok := p.byID()[ChangeID(p.rules.Salt, c)]
	if !ok {
		return nil, false
	}
	return &p.ledger.Changes[i], true
}

// Flag gives the flag of the reduced ledger that a text means by its key, as
// Change does a change.
func (p Public) Flag(key string) (*ledger.Flag, bool) {
	if p.find == nil {
		return nil, false
	}
	f := p.find().Flag(key)
	if f == nil {
		return nil, false
	}
	public := p.rules.flagKey(f.Repository, f.Key)
	for i := range p.ledger.Flags {
		if p.ledger.Flags[i].Key == public {
			return &p.ledger.Flags[i], true
		}
	}
	return nil, false
}

// places gives the place of each change by its id; an id outweighs an alias, and
// of several aliases the first counts.
func places(l *ledger.Ledger) map[ledger.ChangeID]int {
	out := map[ledger.ChangeID]int{}
	for i := range l.Changes {
		out[l.Changes[i].ID] = i
	}
	for i := range l.Changes {
		for _, a := range l.Changes[i].Aliases {
			if _, ok := out[a]; !ok {
				out[a] = i
			}
		}
	}
	return out
}

// flagKey is what a flag is called for the audience: an id, unless flags may be
// seen.
func (r Rules) flagKey(repository ledger.RepositoryName, key ledger.FlagKey) ledger.FlagKey {
	if r.Fields.Flags {
		return key
	}
	return ledger.FlagKey(PublicID(r.Salt, repository, "flag/"+string(key)))
}
