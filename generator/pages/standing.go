package pages

import (
	"slices"
	"time"

	"daylight/generator/ledger"
)

// standing is one change in one watched environment.
type standing struct {
	change int
	in     *ledger.InEnvironment
	since  time.Time // when it came to stand so; zero when unknown
}

// standing lists the changes of the given statuses in the watched environments,
// newest first, then in the order of the ledger.
func (t *team) standing(of ...ledger.Status) []standing {
	var out []standing
	for i := range t.l.Changes {
		c := &t.l.Changes[i]
		for k := range c.Environments {
			in := &c.Environments[k]
			if t.watched[in.Environment] && slices.Contains(of, in.Status) {
				out = append(out, standing{i, in, since(in.State)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b standing) int { return b.since.Compare(a.since) })
	return out
}

// takenBack lists the changes of the watched environments that ran there and do
// not any more, or that could be seen and no longer, newest first. What was
// reverted before it came there was never there to be taken back.
func (t *team) takenBack() []standing {
	all := t.standing(ledger.StatusUnReleased, ledger.StatusRolledBack, ledger.StatusReverted)
	return slices.DeleteFunc(all, func(s standing) bool {
		return len(s.in.Moves) == 0 && !s.in.Deployed.Known()
	})
}

// since is when a state came about: its last move, and for what is dark the
// deployment from which it waits.
func since(s ledger.State) time.Time {
	if len(s.Moves) == 0 {
		return s.Deployed.At
	}
	return s.Moves[len(s.Moves)-1].At
}

// panel groups what stands so by the flag in front, keeps the first groups, and
// links to the rest.
func (t *team) panel(p place, all []standing, newest bool, more Link) Panel {
	out := Panel{Count: len(all)}
	if !newest {
		all = slices.Clone(all)
		slices.Reverse(all)
	}
	for _, g := range t.group(all) {
		if len(out.Items) == panelLines {
			out.More = more
			break
		}
		out.Items = append(out.Items, t.item(p, g))
	}
	return out
}

// group puts together what one flag gates, or else what one instant brought
// about, in one environment and with one status: a rollback of nine changes is
// one thing that happened. Groups come in the order of their first members.
func (t *team) group(all []standing) [][]standing {
	type id struct {
		flag   ledger.FlagKey
		env    ledger.EnvironmentName
		status ledger.Status
		at     time.Time // where no flag did it
	}
	where := map[id]int{}
	var out [][]standing
	for _, s := range all {
		k := id{gate(&t.l.Changes[s.change]), s.in.Environment, s.in.Status, time.Time{}}
		if k.flag == "" || k.status == ledger.StatusReverted || k.status == ledger.StatusRolledBack {
			k.flag, k.at = "", s.since.UTC()
		}
		if i, ok := where[k]; ok {
			out[i] = append(out[i], s)
			continue
		}
		where[k] = len(out)
		out = append(out, []standing{s})
	}
	return out
}

func (t *team) item(p place, g []standing) Item {
	first := g[0]
	c := &t.l.Changes[first.change]
	item := Item{
		Title: t.changeLink(p, first.change), Badge: statusBadge(first.in.Status),
		Who: brief(first.in.Percent, first.in.Groups), Share: whole(first.in.Percent),
		Since: t.stamp(first.since),
	}
	if len(t.watched) > 1 {
		item.Environment = tidy(first.in.Environment)
	}
	k := gate(c)
	i, byFlag := t.flagAt[k]
	switch {
	case byFlag && first.in.Status != ledger.StatusReverted && first.in.Status != ledger.StatusRolledBack:
		item.Flag, item.Title = true, t.flagLink(p, k)
		item.About = oneLine(t.l.Flags[i].Description)
	case len(g) == 1:
		return item
	default:
		item.Title = Link{Text: count(len(g), "change")}
		if d, ok := t.lossAt[instant{first.in.Environment, first.since.UnixNano()}]; ok {
			item.Title.Href = p.to(t.deployPath[d])
		}
	}
	for _, s := range g[:min(len(g), 3)] {
		item.Changes = append(item.Changes, t.changeLink(p, s.change))
	}
	item.Others = len(g) - len(item.Changes)
	return item
}
