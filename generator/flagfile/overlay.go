package flagfile

import (
	"cmp"
	"slices"

	"daylight/generator/ledger"
)

// Said are the fields that an entry has, of a format whose layers lie over each
// other field by field: what the upper layer does not say, the lower one does.
type Said struct {
	State   *ledger.Setting     `json:",omitempty"` // that the word for the state means
	Percent *ledger.Share       `json:",omitempty"`
	Groups  []ledger.GroupShare `json:",omitempty"` // sorted by name
	// HasGroups says that the entry has the field, though it may name none.
	HasGroups bool `json:",omitempty"`
	// Beside says that groups stand beside a state that is off, as in the short form.
	Beside  bool `json:",omitempty"`
	Inverse bool `json:",omitempty"` // the flag hides something when it is on
}

// setting is what the fields mean together: a state that is off, or that names a
// group, decides; else groups and percentages do, and without any the state.
func (a *Said) setting() ledger.Setting {
	s := ledger.Setting{Percent: ledger.Everybody(), Via: "state"}
	if a.State != nil {
		s = *a.State
	}
	switch closed := a.State != nil && a.State.State != ledger.FlagOn; {
	case a.State == nil && a.Percent == nil && !a.HasGroups:
		return ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: noState}
	case closed && a.Beside && a.State.State == ledger.FlagOff:
		s.Groups = a.Groups
		s = withState(s)
	case closed:
	default:
		if a.Percent != nil {
			s.Percent, s.Via = *a.Percent, "percent"
		}
		if len(a.Groups) > 0 {
			s.Groups = a.Groups
			if a.Percent == nil && (a.State == nil || !a.Beside) { // "enabled" beside groups means: for them
				s.Percent, s.Via = ledger.Share{}, "groups"
			}
		}
		s = withState(s)
	}
	if a.Inverse {
		return inverse(s)
	}
	return s
}

// noState is why a flag is unknown that an entry names and says nothing of.
const noState = "no state"

// Over is what an entry says that lies over that of a lower layer, or of another
// file of the same layer: two logs are one, fields lie over fields, and else the
// upper entry counts as a whole. The origin is that of the upper one.
func Over(lower, upper Setting) Setting {
	switch {
	case lower.Dated && upper.Dated:
		return JoinDated([]Setting{lower, upper})[0]
	case upper.Said == nil || lower.Dated || upper.Broken:
		return upper
	}
	below := lower.Said
	if below == nil { // a single word
		state := lower.Setting
		below = &Said{State: &state}
		if upper.Said.Inverse {
			state = inverse(state) // as it was written
		}
	}
	both := &Said{State: cmp.Or(upper.Said.State, below.State), Percent: cmp.Or(upper.Said.Percent, below.Percent),
		Groups: upper.Said.Groups, HasGroups: upper.Said.HasGroups, Beside: upper.Said.Beside, Inverse: upper.Said.Inverse}
	if !both.HasGroups {
		both.Groups, both.HasGroups = below.Groups, below.HasGroups
	}
	upper.Said, upper.Setting = both, both.setting()
	upper.Targets = len(upper.Groups) + len(upper.Excludes)
	upper.Meta = metaOver(lower.Meta, upper.Meta)
	return upper
}

// Under gives the setting of a flag that an entry of a later layer lies over: that
// of its environment, or, where fields lie over fields, the one for all
// environments. below are the settings of the flag in the layers so far.
func Under(below []Setting, s Setting) (Setting, bool) {
	general := -1
	for i := range below {
		switch below[i].Environment {
		case s.Environment:
			return below[i], true
		case "":
			general = i
		}
	}
	if general < 0 || s.Said == nil {
		return Setting{}, false
	}
	return below[general], true
}

func metaOver(lower, upper Meta) Meta {
	upper.Description, upper.Owner, upper.Kind = cmp.Or(upper.Description, lower.Description), cmp.Or(upper.Owner, lower.Owner), cmp.Or(upper.Kind, lower.Kind)
	upper.Permanent = upper.Permanent || lower.Permanent
	if upper.Expires.IsZero() {
		upper.Expires = lower.Expires
	}
	if len(upper.PullRequests) == 0 {
		upper.PullRequests = lower.PullRequests
	}
	if len(upper.Links) == 0 {
		upper.Links = lower.Links
	}
	return upper
}

// sameSaid reports whether two entries have the same fields.
func sameSaid(a, b *Said) bool {
	if a == nil || b == nil {
		return a == b
	}
	same := func(x, y *ledger.Setting) bool { return x == y || x != nil && y != nil && SameState(*x, *y) }
	return same(a.State, b.State) && (a.Percent == b.Percent || a.Percent != nil && b.Percent != nil && *a.Percent == *b.Percent) &&
		slices.Equal(a.Groups, b.Groups) && a.HasGroups == b.HasGroups && a.Beside == b.Beside && a.Inverse == b.Inverse
}
