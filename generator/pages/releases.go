package pages

import (
	"cmp"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// releasedWithin counts the changes that were released to people of a watched
// environment within a length of time before as-of, and still are.
func (t *team) releasedWithin(d time.Duration) int {
	n := 0
	for i := range t.l.Changes {
		for _, in := range t.l.Changes[i].Environments {
			if t.watched[in.Environment] && in.Status == ledger.StatusReleased &&
				in.Released.Known() && t.l.AsOf.Sub(in.Released.At) <= d {
				n++
				break
			}
		}
	}
	return n
}

// release is one event: moves of one kind at one instant in one environment,
// behind one flag.
type release struct {
	at      time.Time
	env     ledger.EnvironmentName
	kind    ledger.MoveKind
	flag    ledger.FlagKey
	move    ledger.Move
	changes []int
}

// releaseLines shows the newest moves of exposure in the watched environments.
// Changes that one flag or one deployment moved together are one line.
func (t *team) releaseLines(p place, most int) []ReleaseLine {
	var out []ReleaseLine
	for _, r := range t.releases(most) {
		out = append(out, t.releaseLine(p, r))
	}
	return out
}

func (t *team) releaseLine(p place, r release) ReleaseLine {
	c := &t.l.Changes[r.changes[0]]
	line := ReleaseLine{
		At: t.stamp(r.at), Class: moveClass(r.kind), Word: moveWord(r.kind),
		Title: t.changeLink(p, r.changes[0]), Others: len(r.changes) - 1,
	}
	if r.kind == ledger.MoveExposed || r.kind == ledger.MoveWidened || r.kind == ledger.MoveNarrowed {
		line.Word += " to " + brief(r.move.Percent, r.move.Groups)
	}
	if len(t.watched) > 1 {
		line.Environment = tidy(r.env)
	}
	switch {
	case r.flag != "":
		line.By = t.flagLink(p, r.flag)
	case c.Version != "":
		line.By = t.versionLink(p, c.Repository, c.Version)
	}
	return line
}

// releases gives the newest events, newest first, then by environment, kind and
// flag.
func (t *team) releases(most int) []release {
	all := t.everyRelease()
	return all[:min(len(all), most)]
}

// findReleases lists every event, in the order of [team.releases]. The changes
// of an event stand by what they are to people, then in the order of the ledger.
func (t *team) findReleases() []release {
	type event struct {
		at   int64
		env  ledger.EnvironmentName
		kind ledger.MoveKind
		flag ledger.FlagKey
	}
	known := map[event]int{}
	var out []release
	for i := range t.l.Changes {
		c := &t.l.Changes[i]
		for _, in := range c.Environments {
			if !t.watched[in.Environment] {
				continue
			}
			for _, m := range in.Moves {
				if !movesExposure(m.Kind) {
					continue
				}
				e := event{m.At.UnixNano(), in.Environment, m.Kind, gate(c)}
				k, ok := known[e]
				if !ok {
					k = len(out)
					known[e] = k
					out = append(out, release{m.At, e.env, e.kind, e.flag, m, nil})
				}
				out[k].changes = append(out[k].changes, i)
			}
		}
	}
	for _, r := range out {
		slices.SortStableFunc(r.changes, func(a, b int) int { return cmp.Compare(t.interest(a), t.interest(b)) })
	}
	slices.SortStableFunc(out, func(a, b release) int {
		return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.env, b.env), cmp.Compare(a.kind, b.kind), cmp.Compare(a.flag, b.flag))
	})
	return out
}

// interest ranks changes by what they are to people: a feature names an event
// better than the chore that was deployed with it.
func (t *team) interest(i int) int {
	switch t.l.Changes[i].Type {
	case "feat":
		return 0
	case "fix", "perf", "":
		return 1
	}
	return 2
}

// movesExposure reports whether people see something else after such a move.
func movesExposure(k ledger.MoveKind) bool {
	switch k {
	case ledger.MoveExposed, ledger.MoveWidened, ledger.MoveNarrowed, ledger.MoveReleased, ledger.MoveUnReleased:
		return true
	}
	return false
}

// moveWord names a move in a word or two.
func moveWord(k ledger.MoveKind) string {
	switch k {
	case ledger.MoveUnReleased:
		return "Un-released"
	case ledger.MoveRolledBack:
		return "Rolled back"
	}
	return capital(string(k))
}

// moveClass names the shape and colour of a move.
func moveClass(k ledger.MoveKind) string {
	switch k {
	case ledger.MoveExposed, ledger.MoveWidened, ledger.MoveNarrowed:
		return "limited"
	case ledger.MoveReleased:
		return "released"
	case ledger.MoveUnReleased:
		return "un-released"
	case ledger.MoveRolledBack, ledger.MoveUndeployed:
		return "rolled-back"
	case ledger.MoveReverted:
		return "reverted"
	}
	return "dark" // it came, and what is said of people follows as a move of its own
}
