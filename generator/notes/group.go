package notes

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// changes are those that one note tells of.
type changes struct {
	flags []ledger.FlagKey // that brought them, sorted; empty for a deployment
	list  []exposed        // in the order of the ledger; never empty
}

// exposed is a change with its state in the environment that counts.
type exposed struct {
	change *ledger.Change
	state  *ledger.State
}

// group puts together what one release event brought. Groups come in the order
// of their first change in the ledger.
func group(l *ledger.Ledger, env ledger.EnvironmentName) []changes {
	var list []exposed
	first := map[string]time.Time{} // of each set of flags, its first exposure
	for i := range l.Changes {
		c := &l.Changes[i]
		for j := range c.Environments {
			s := &c.Environments[j].State
			if c.Environments[j].Environment != env || !s.FirstExposed.Known() {
				continue
			}
			list = append(list, exposed{c, s})
			k := join(behind(c))
			if at, ok := first[k]; !ok || s.FirstExposed.At.Before(at) {
				first[k] = s.FirstExposed.At
			}
		}
	}
	var out []changes
	place := map[string]int{}
	for _, e := range list {
		flags := behind(e.change)
		if len(flags) > 0 && !byFlag(e.state) && e.state.FirstExposed.At.After(first[join(flags)]) {
			flags = nil // it came with a deployment, when the flag was open already
		}
		if len(flags) == 0 && KindOf(e.change) == "" {
			continue
		}
		key := "change " + string(e.change.Repository) + " " + string(e.change.ID)
		switch {
		case len(flags) > 0:
			key = "flags " + join(flags)
		case e.change.Note != nil && e.change.Note.Name != "":
			key = "note " + e.change.Note.Name
		}
		i, ok := place[key]
		if !ok {
			i = len(out)
			place[key] = i
			out = append(out, changes{flags: flags})
		}
		out[i].list = append(out[i].list, e)
	}
	return out
}

// behind lists the flags in front of a change, sorted. Where a change shows
// while a flag is off, the flag does not bring it.
func behind(c *ledger.Change) []ledger.FlagKey {
	var out []ledger.FlagKey
	for _, f := range c.Flags {
		if f.Role == ledger.RoleBehind && !f.Negated {
			out = append(out, f.Key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func join(keys []ledger.FlagKey) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(string(k))
		b.WriteByte(0)
	}
	return b.String()
}

// byFlag reports whether the first exposure was a decision, and not the coming
// of the code.
func byFlag(s *ledger.State) bool {
	for _, m := range s.Moves {
		if m.At.Equal(s.FirstExposed.At) && m.Cause != "" {
			switch m.Kind {
			case ledger.MoveExposed, ledger.MoveReleased, ledger.MoveWidened:
				return m.Cause == ledger.CauseFlag || m.Cause == ledger.CausePlan || m.Cause == ledger.CauseDeclared
			}
		}
	}
	return false
}
