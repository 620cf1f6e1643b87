package pages

import (
	"strconv"

	"daylight/generator/compare"
	"daylight/generator/ledger"
)

// ComparePage tells what a promotion from one environment to another would do.
type ComparePage struct {
	Frame
	From, To   Link
	Lead       string
	Promotions []PromotionView
}

// PromotionView is the promotion of one component.
type PromotionView struct {
	Component string
	Promotes  LiveView
	Replaces  []LiveView
	Hold      *HoldView // of the lane that it goes to
	Gist      string    // what it would do, in one sentence
	Diff      Link      // what lies between the two revisions, at the code host
	Lists     []PromotionList
}

// PromotionList is the changes to which a promotion does the same.
type PromotionList struct {
	Title string
	About string // what it means for users
	Count int
	Rows  []PromotionRow
	Left  int // how many more there are than rows; the command lists them all
}

// PromotionRow is a change that a promotion would move.
type PromotionRow struct {
	Change  Link
	Request Link
	Flags   []Link
	Before  Badge
	WhoNow  string // for limited: "25 %"; else ""
	After   Badge
	Who     string
}

// mostPromoted bounds the rows of a list: a first promotion holds everything.
const mostPromoted = 100

// comparisonPath is the address of a pair.
func comparisonPath(p compare.Pair) string {
	return "/compare/" + Segment(string(p.From)) + "/" + Segment(string(p.To)) + "/"
}

// comparisonPages makes a page for each pair that was compared.
func (t *team) comparisonPages(yield func(Page) bool) bool {
	for _, c := range t.in.Comparisons {
		if !yield(later(comparisonPath(c.Pair), "compare", func() Page { return t.comparisonPage(c) })) {
			return false
		}
	}
	return true
}

// comparisonLinks leads from an environment to where what it runs could go.
func (t *team) comparisonLinks(p place, env ledger.EnvironmentName) []Link {
	var out []Link
	for _, c := range t.in.Comparisons {
		if c.From == env {
			out = append(out, Link{"What a promotion to " + tidy(c.To) + " would do", p.to(comparisonPath(c.Pair))})
		}
	}
	return out
}

func (t *team) comparisonPage(c compare.Comparison) Page {
	p := at(comparisonPath(c.Pair))
	page := &ComparePage{
		Frame: t.frame(p, "compare", tidy(c.From)+" compared with "+tidy(c.To), "/environments/"),
		From:  t.environmentLink(p, c.From), To: t.environmentLink(p, c.To),
		Lead: "What would happen if what " + tidy(c.From) + " runs now went to " + tidy(c.To) + ".",
	}
	page.Crumbs = []Link{{"Environments", p.to("/environments/")}, page.From}
	for _, k := range c.Components {
		page.Promotions = append(page.Promotions, t.promotion(p, c, k))
	}
	return made(p.path, "compare", page)
}

func (t *team) promotion(p place, pair compare.Comparison, c compare.Component) PromotionView {
	v := PromotionView{Component: tidy(c.Component), Promotes: t.liveView(p, c.Promotes), Gist: gistOf(pair, c), Hold: t.hold(pair.To, c.Component)}
	there := t.shownLive(c.Replaces)
	for _, l := range there {
		v.Replaces = append(v.Replaces, t.liveView(p, l))
	}
	if len(there) > 0 && !c.Same && !c.Unknown && !there[0].Revision.IsZero() { // the one that most people meet
		v.Diff = Link{"What lies between the two", expand(t.site.Links.Compare, "from", there[0].Revision.String(),
			"to", c.Promotes.Revision.String(), "repository", string(c.Repository))}
	}
	to := tidy(pair.To)
	for _, list := range []struct {
		effect       compare.Effect
		title, about string
	}{
		{compare.EffectVisible, "Deployed, and visible at once", "The flags in front of these let people in already, or there are none."},
		{compare.EffectDark, "Deployed, and dark", "Nobody sees these before a flag is turned or a release is declared."},
		{compare.EffectUnclear, "Deployed, and not known who would see it", "What their flags say in " + to + " cannot be told."},
		{compare.EffectTaken, "Taken away", "What runs in " + to + " holds these, and what would replace it does not."},
		{compare.EffectMoved, "There already, and seen by others than now", "The manifest of a flag ships with the build, or the traffic moves."},
	} {
		if l := t.promotionList(p, c, list.effect); l.Count > 0 {
			l.Title, l.About = list.title, list.about
			v.Lists = append(v.Lists, l)
		}
	}
	return v
}

// gistOf sums a promotion up.
func gistOf(pair compare.Comparison, c compare.Component) string {
	from, to := tidy(pair.From), tidy(pair.To)
	switch {
	case c.Unknown:
		return "What " + from + " runs could not be resolved, so nothing can be said."
	case c.Same:
		return from + " and " + to + " run the same."
	case len(c.Changes) == 0:
		return "The revisions differ, and no change would move."
	}
	deployed := c.Count(compare.EffectVisible) + c.Count(compare.EffectDark) + c.Count(compare.EffectUnclear)
	text := count(deployed, "change") + " would be deployed, " + strconv.Itoa(c.Count(compare.EffectVisible)) + " of them visible at once."
	if n := c.Count(compare.EffectTaken); n > 0 {
		text += " " + count(n, "change") + " would be taken away."
	}
	switch c.Relation {
	case ledger.RelationDiverged:
		text += " The two have diverged: each holds commits that the other does not."
	case ledger.RelationOlder:
		text += " It is a step back: " + to + " runs a descendant."
	}
	if c.Others > 0 {
		text += " " + from + " runs more than one revision; the one with the most traffic is meant."
	}
	return text
}

func (t *team) promotionList(p place, c compare.Component, effect compare.Effect) PromotionList {
	var l PromotionList
	for _, ch := range c.Changes {
		if ch.Effect != effect {
			continue
		}
		if l.Count++; l.Count > mostPromoted {
			l.Left++
			continue
		}
		i, ok := t.changeAt[key{c.Repository, string(ch.ID)}]
		if !ok {
			l.Rows = append(l.Rows, PromotionRow{Change: Link{Text: titleOf(ch.Title)}, Before: statusBadge(ch.Before.Status), After: statusBadge(ch.After.Status)})
			continue
		}
		change := &t.l.Changes[i]
		row := PromotionRow{Change: t.changeLink(p, i), Request: t.requestLink(change), Flags: t.gateLinks(p, change)}
		row.Before, row.WhoNow = standingBadge(ch.Before)
		row.After, row.Who = standingBadge(ch.After)
		l.Rows = append(l.Rows, row)
	}
	return l
}

// standingBadge names a standing, and who is meant where it is not everybody.
func standingBadge(s compare.Standing) (Badge, string) {
	if s.Status == ledger.StatusLimited {
		return statusBadge(s.Status), brief(s.Percent, s.Groups)
	}
	return statusBadge(s.Status), ""
}
