package stale

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// DefaultDays is after how many days without a move a flag is past its use.
const DefaultDays = 60

// Rules say what counts. The zero Rules are valid.
type Rules struct {
	Days int // 0 is DefaultDays
}

// Report is all that needs somebody.
type Report struct {
	Days  int    `json:"days"`
	Lists []List `json:"lists"` // in the order of [New]'s kinds, those without entries left out
}

// List is one reason for which flags need somebody.
type List struct {
	Kind    Kind    `json:"kind"`
	Entries []Entry `json:"entries"` // longest first, then by key, repository and environment
}

// Kind is a reason.
type Kind string

// The reasons, in the order in which they are shown.
const (
	OnForEveryone     Kind = "on_for_everyone"     // for Days: the guard can go
	OffForEveryone    Kind = "off_for_everyone"    // for Days: release it, or drop it
	Expired           Kind = "expired"             // past the date that its entry gives
	NoOwner           Kind = "no_owner"            // where other flags have one
	NotInCode         Kind = "not_in_code"         // a manifest has it, and no code
	NotInManifest     Kind = "not_in_manifest"     // a trailer, the code or an alias names it, and no manifest
	Undeployed        Kind = "exposed_undeployed"  // somebody sees it, where none of its changes runs
	ReleasedByRemoval Kind = "released_by_removal" // it went while not everybody had it
	InNoVersion       Kind = "in_no_version"       // it was exposed between two versions, and is in none of them
)

// Entry is a flag on a list.
type Entry struct {
	Key         ledger.FlagKey         `json:"key"`
	Repository  ledger.RepositoryName  `json:"repository"`
	Environment ledger.EnvironmentName `json:"environment"` // "" for all of them
	Since       *time.Time             `json:"since"`       // when it became so; null where nobody can tell
	Until       *time.Time             `json:"until"`       // of what is over
	State       ledger.FlagState       `json:"state"`       // that it has, or had last; "" where there is none
	// As says more, in a word: of what was removed "released", or "" where nothing
	// tells; of a key in no manifest "trailer", "pattern" or "alias".
	As      string          `json:"as"`
	Origins []ledger.Origin `json:"origins"`
}

// Flags counts the flags that are on any list, each once.
func (r Report) Flags() int {
	seen := map[string]bool{}
	for _, list := range r.Lists {
		for _, e := range list.Entries {
			seen[string(e.Repository)+"\x00"+string(e.Key)] = true
		}
	}
	return len(seen)
}

// Find makes the report.
func Find(l *ledger.Ledger, facts *ledger.Facts, rules Rules) Report {
	f := &finder{l: l, facts: facts, days: cmp.Or(max(rules.Days, 0), DefaultDays), lists: map[Kind][]Entry{}, held: heldIn(l)}
	for i := range l.Flags {
		f.flag(&l.Flags[i])
	}
	f.usages()
	f.unversioned()
	out := Report{Days: f.days, Lists: []List{}}
	for _, kind := range []Kind{OnForEveryone, OffForEveryone, Expired, NoOwner, NotInCode, NotInManifest, Undeployed, ReleasedByRemoval, InNoVersion} {
		list := f.lists[kind]
		for i := range list {
			list[i].Since, list[i].Until = inUTC(list[i].Since), inUTC(list[i].Until)
		}
		slices.SortFunc(list, compareEntries)
		if len(list) > 0 {
			out.Lists = append(out.Lists, List{kind, list})
		}
	}
	return out
}

func inUTC(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := at.UTC()
	return &utc
}

// compareEntries puts what lasts longest first, what has no date last.
func compareEntries(a, b Entry) int {
	since := func(e Entry) (time.Time, int) {
		if e.Since == nil {
			return time.Time{}, 1
		}
		return *e.Since, 0
	}
	x, noX := since(a)
	y, noY := since(b)
	return cmp.Or(noX-noY, x.Compare(y), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Environment, b.Environment), cmp.Compare(a.As, b.As))
}

// finder is one search.
type finder struct {
	l     *ledger.Ledger
	facts *ledger.Facts
	days  int
	lists map[Kind][]Entry
	owned *bool
	held  map[place]bool
}

// place is a change in an environment.
type place struct {
	repository  ledger.RepositoryName
	change      ledger.ChangeID
	environment ledger.EnvironmentName
}

// heldIn notes where changes run, or where nobody knows whether they do.
func heldIn(l *ledger.Ledger) map[place]bool {
	out := map[place]bool{}
	for i := range l.Changes {
		c := &l.Changes[i]
		for _, e := range c.Environments {
			switch e.State.Status {
			case ledger.StatusNotDeployed, ledger.StatusRolledBack, ledger.StatusReverted:
			default:
				out[place{c.Repository, c.ID, e.Environment}] = true
			}
		}
	}
	return out
}

func (f *finder) add(kind Kind, flag *ledger.Flag, e Entry) {
	e.Key, e.Repository = flag.Key, flag.Repository
	if len(e.Origins) == 0 {
		e.Origins = flag.Origins
	}
	f.lists[kind] = append(f.lists[kind], e)
}

func (f *finder) flag(flag *ledger.Flag) {
	if flag.Retired != nil {
		f.removed(flag)
		return
	}
	if flag.Expires != nil && flag.Expires.Before(f.l.AsOf) {
		f.add(Expired, flag, Entry{Since: flag.Expires})
	}
	if flag.Owner == "" && f.anyOwner() {
		f.add(NoOwner, flag, Entry{})
	}
	f.undeployed(flag)
	if flag.Permanent || len(flag.Plan) > 0 {
		return
	}
	state, since := f.settled(flag)
	if since.IsZero() || f.l.AsOf.Sub(since) < time.Duration(f.days)*24*time.Hour {
		return
	}
	switch state {
	case ledger.FlagOn:
		f.add(OnForEveryone, flag, Entry{Since: &since, State: state})
	case ledger.FlagOff:
		f.add(OffForEveryone, flag, Entry{Since: &since, State: state})
	}
}

// anyOwner reports whether any flag has an owner: without, nobody is missed.
func (f *finder) anyOwner() bool {
	if f.owned == nil {
		owned := slices.ContainsFunc(f.l.Flags, func(x ledger.Flag) bool { return x.Owner != "" })
		f.owned = &owned
	}
	return *f.owned
}

// inFront gives a flag's environments of tier production, or all of them where it
// has none there: what is tried elsewhere does not tell whether it is in use.
func (f *finder) inFront(flag *ledger.Flag) []ledger.FlagInEnvironment {
	tiers := map[ledger.EnvironmentName]ledger.Tier{}
	for _, e := range f.l.Environments {
		tiers[e.Name] = e.Tier
	}
	var out []ledger.FlagInEnvironment
	for _, in := range flag.Environments {
		if tiers[in.Environment] == ledger.TierProduction {
			out = append(out, in)
		}
	}
	if len(out) == 0 {
		return flag.Environments
	}
	return out
}

// settled gives the state that a flag has in all of its environments, and since
// when; "" when they differ.
func (f *finder) settled(flag *ledger.Flag) (state ledger.FlagState, since time.Time) {
	for i, in := range f.inFront(flag) {
		if i > 0 && in.State != state {
			return "", time.Time{}
		}
		state = in.State
		for k := len(in.Steps) - 1; k >= 0 && in.Steps[k].State == state; k-- {
			if k == 0 || in.Steps[k-1].State != state {
				since = later(since, in.Steps[k].At)
			}
		}
	}
	return state, since
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// exposes reports whether a state lets somebody in.
func exposes(s ledger.FlagState) bool {
	return s == ledger.FlagOn || s == ledger.FlagPartial || s == ledger.FlagTargeted
}

// undeployed finds the environments in which a flag lets somebody in, and none of
// the changes behind it runs.
func (f *finder) undeployed(flag *ledger.Flag) {
	if len(flag.Changes) == 0 {
		return
	}
	for _, in := range flag.Environments {
		if !exposes(in.State) || len(in.Steps) == 0 || slices.ContainsFunc(flag.Changes, func(id ledger.ChangeID) bool { return f.runs(id, in.Environment) }) {
			continue
		}
		since := in.Steps[len(in.Steps)-1].At
		for k := len(in.Steps) - 1; k >= 0 && exposes(in.Steps[k].State); k-- {
			since = in.Steps[k].At
		}
		f.add(Undeployed, flag, Entry{Environment: in.Environment, Since: &since, State: in.State, Origins: in.Steps[len(in.Steps)-1].Origins})
	}
}

// runs reports whether a change, of any repository, runs in an environment.
func (f *finder) runs(id ledger.ChangeID, env ledger.EnvironmentName) bool {
	return slices.ContainsFunc(f.facts.Repositories, func(r ledger.Repository) bool { return f.held[place{r.Name, id, env}] })
}

// removed finds flags that were taken away while not everybody had them, unless
// somebody said that the code went too.
func (f *finder) removed(flag *ledger.Flag) {
	if flag.Retired.As == "dropped" {
		return
	}
	var last ledger.FlagState
	for _, in := range f.inFront(flag) {
		if last == "" || in.State != ledger.FlagOn {
			last = in.State
		}
	}
	if last == ledger.FlagOn || last == "" || last == ledger.FlagUnknown {
		return
	}
	at := flag.Retired.At
	f.add(ReleasedByRemoval, flag, Entry{Since: &at, State: last, As: flag.Retired.As, Origins: flag.Retired.Origins})
}
