package render_test

import (
	"crypto/sha1"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/metrics"
	"daylight/generator/pages"
	"daylight/generator/stale"
)

// The sample: a shop with two components, staging and production, and a change
// in every status. Dates are fixed; as-of is 20 March 2026.

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2026-"+s)
	if err != nil {
		panic(err)
	}
	return t
}

func hash(n int) ledger.Hash { return sha1.Sum([]byte{byte(n)}) }

// move writes "deployed 03-03 09:00 0", the share last.
func move(text string) ledger.Move {
	f := strings.Fields(text)
	m := ledger.Move{Kind: ledger.MoveKind(f[0]), At: day(f[1] + " " + f[2]), Cause: ledger.CauseDeployment, Basis: ledger.BasisTagName,
		Origins: []ledger.Origin{{Repository: "shop", Commit: hash(1), File: "flags/shop.yaml", Line: 12, Col: 3}}}
	switch m.Kind {
	case ledger.MoveExposed, ledger.MoveWidened, ledger.MoveNarrowed, ledger.MoveReleased, ledger.MoveUnReleased:
		m.Cause, m.Basis = ledger.CauseFlag, ledger.BasisCommitterDate
	}
	if p, err := ledger.ParsePercent(f[3]); err == nil {
		m.Percent = ledger.Exactly(p)
	} else {
		m.Groups = []ledger.GroupShare{{Name: f[3], Percent: ledger.Everybody()}}
	}
	return m
}

// in builds a state from its status and its moves.
func in(env string, status ledger.Status, moves ...string) ledger.InEnvironment {
	s := ledger.State{Status: status}
	for _, text := range moves {
		m := move(text)
		s.Moves = append(s.Moves, m)
		d := ledger.Date{When: ledger.When{At: m.At, Basis: m.Basis}, Origins: m.Origins}
		if m.Kind == ledger.MoveDeployed && !s.Deployed.Known() {
			s.Deployed = d
		}
		if (m.Percent.Hi > 0 || len(m.Groups) > 0) && !s.FirstExposed.Known() {
			s.FirstExposed = d
		}
		if m.Percent == ledger.Everybody() && !s.Released.Known() {
			s.Released = d
		}
		s.Percent, s.Groups = m.Percent, m.Groups
	}
	return ledger.InEnvironment{Environment: ledger.EnvironmentName(env), State: s}
}

func change(n int, merged, kind, title string, states ...ledger.InEnvironment) ledger.Change {
	at := day(merged)
	h := hash(n)
	c := ledger.Change{
		Repository: "shop", ID: ledger.ChangeID(h.Short()), Commit: h, Commits: []ledger.Hash{h}, Title: title, Type: kind,
		Author: "Checkout engineer", Merged: &at, PullRequest: 100 + n, Components: []ledger.ComponentName{"shop"}, Environments: states,
	}
	for i := range c.Environments {
		c.Environments[i].Components = []ledger.InComponent{{Component: "shop", State: c.Environments[i].State}}
	}
	return c
}

func behind(c ledger.Change, key string) ledger.Change {
	c.Flags = append(c.Flags, ledger.ChangeFlag{Key: ledger.FlagKey(key), By: ledger.LinkTrailer, Role: ledger.RoleBehind, Known: true,
		Origins: []ledger.Origin{{Repository: "shop", Commit: c.Commit}}})
	return c
}

func inVersion(c ledger.Change, v string) ledger.Change {
	c.Version = ledger.VersionName(v)
	c.Versions = []ledger.ChangeVersion{{Name: c.Version}}
	return c
}

const hostile = `<script>alert("x")</script> & </title><img src=x onerror=alert(1)> {{.}} ` + "\u202e" + `javascript:alert(1)`

func sampleChanges() []ledger.Change {
	staged := func(at string) ledger.InEnvironment {
		return in("staging", ledger.StatusReleased, "deployed "+at+" 0", "released "+at+" 100")
	}
	dark := in("production", ledger.StatusDark, "deployed 03-03 09:00 0")
	c := []ledger.Change{
		change(14, "03-19 15:00", "docs", "Say how to change the currency of a basket",
			in("production", ledger.StatusNotDeployed), in("staging", ledger.StatusNotDeployed)),
		change(13, "03-18 11:00", "fix", hostile, in("production", ledger.StatusUnknown, "deployed 03-18 12:00 0"), staged("03-18 12:00")),
		inVersion(behind(change(12, "03-12 10:00", "feat", "Pay in instalments at the checkout",
			in("production", ledger.StatusLimited, "deployed 03-13 09:00 0", "exposed 03-14 09:00 5", "widened 03-17 09:00 25"), staged("03-12 12:00")), "instalments"), "v1.5.0"),
		inVersion(behind(change(11, "03-11 10:00", "feat", "Instalments: show the plan before the payment",
			in("production", ledger.StatusLimited, "deployed 03-13 09:00 0", "exposed 03-14 09:00 5", "widened 03-17 09:00 25"), staged("03-12 12:00")), "instalments"), "v1.5.0"),
		inVersion(behind(change(10, "03-10 10:00", "feat", "Search suggestions while typing",
			in("production", ledger.StatusLimited, "deployed 03-13 09:00 0", "exposed 03-15 10:00 beta"), staged("03-11 12:00")), "suggestions"), "v1.5.0"),
		inVersion(behind(change(9, "03-02 10:00", "feat", "Basket: new layout", dark, staged("03-02 14:00")), "basket-v2"), "v1.4.0"),
		inVersion(behind(change(8, "03-01 10:00", "feat", "Basket: keep it over devices", dark, staged("03-02 14:00")), "basket-v2"), "v1.4.0"),
		inVersion(behind(change(7, "02-20 10:00", "feat", "Recommendations below each product",
			in("production", ledger.StatusUnReleased, "deployed 03-03 09:00 0", "exposed 03-05 09:00 50", "un_released 03-06 08:12 0"), staged("02-21 10:00")), "recommendations"), "v1.4.0"),
		inVersion(change(6, "02-18 10:00", "perf", "Load product pictures lazily",
			in("production", ledger.StatusRolledBack, "deployed 02-19 10:00 0", "released 02-19 10:00 100", "rolled_back 02-19 10:40 0"), staged("02-18 12:00")), "v1.3.1"),
		inVersion(change(5, "02-15 10:00", "feat", "Sort orders by delivery date",
			in("production", ledger.StatusReverted, "deployed 02-16 10:00 0", "released 02-16 10:00 100", "reverted 03-03 09:00 0"), staged("02-15 12:00")), "v1.3.0"),
		inVersion(behind(change(4, "02-02 10:00", "feat", "Gift cards",
			in("production", ledger.StatusReleased, "deployed 02-03 09:00 0", "exposed 02-10 09:00 5", "widened 02-12 09:00 25", "released 02-14 09:00 100"), staged("02-02 12:00")), "gift-cards"), "v1.3.0"),
		inVersion(change(3, "01-20 10:00", "fix", "Round totals half to even",
			in("production", ledger.StatusReleased, "deployed 01-21 09:00 0", "released 01-21 09:00 100"), staged("01-20 12:00")), "v1.2.0"),
	}
	c[4].Breaking = true
	c[5].Note = &ledger.NoteText{Title: "A basket that follows you", Text: "Your basket is **the same** on each of your devices.", Kind: "added",
		Origins: []ledger.Origin{{Repository: "shop", File: "changes/basket.md", Line: 1}}}
	c[5].Body = "The layout follows the new grid.\n\nSee SHOP-12 for the drawings.\n\nFlag: basket-v2"
	c[5].Aliases = []ledger.ChangeID{"feedfacecafe"}
	c[9].RevertedBy = []ledger.Hash{hash(9)}
	c[8].PullRequest = 107 // two changes with one number
	return c
}

func flagMove(at string, state ledger.FlagState, percent ledger.Percent, groups ...string) ledger.FlagMove {
	m := ledger.FlagMove{At: day(at), Written: ledger.Written{At: day(at), Commit: hash(30)}, State: state, Percent: ledger.Exactly(percent * 100_000),
		Origins: []ledger.Origin{{Repository: "shop", Commit: hash(30), File: "flags/shop.yaml", Line: 12, Col: 3}}}
	for _, g := range groups {
		m.Groups = append(m.Groups, ledger.GroupShare{Name: g, Percent: ledger.Everybody()})
	}
	return m
}

func flagged(key, about, owner string, moves ...ledger.FlagMove) ledger.Flag {
	on := flagMove(moves[0].At.Format("01-02 15:04"), ledger.FlagOn, 100)
	state := func(env string, steps ...ledger.FlagMove) ledger.FlagInEnvironment {
		last := steps[len(steps)-1]
		return ledger.FlagInEnvironment{Environment: ledger.EnvironmentName(env), State: last.State, Percent: last.Percent,
			Groups: last.Groups, Via: "default rule", Steps: steps}
	}
	f := ledger.Flag{Key: ledger.FlagKey(key), Repository: "shop", Source: "flags/shop.yaml", Effect: ledger.EffectMerge, Description: about, Owner: owner,
		Environments: ledger.FlagInEnvironments{state("production", moves...), state("staging", on)},
		Origins:      []ledger.Origin{{Repository: "shop", File: "flags/shop.yaml", Line: 4, Col: 1}}}
	for _, c := range sampleChanges() {
		if slices.ContainsFunc(c.Flags, func(cf ledger.ChangeFlag) bool { return cf.Key == f.Key }) {
			f.Changes = append(f.Changes, c.ID)
		}
	}
	return f
}

func sampleFlags() []ledger.Flag {
	instalments := flagged("instalments", "Pay in three parts", "payments",
		flagMove("03-08 09:00", ledger.FlagOff, 0), flagMove("03-14 09:00", ledger.FlagPartial, 5), flagMove("03-17 09:00", ledger.FlagPartial, 25))
	instalments.Plan = []ledger.FlagPlan{{At: day("03-25 09:00"), Environment: "production", State: ledger.FlagPartial, Percent: ledger.Exactly(50 * 100_000)},
		{At: day("04-01 09:00"), Environment: "production", State: ledger.FlagOn, Percent: ledger.Everybody()}}
	old := flagged("gift-cards", "Gift cards", "payments", flagMove("02-01 09:00", ledger.FlagOff, 0), flagMove("02-10 09:00", ledger.FlagPartial, 5),
		flagMove("02-12 09:00", ledger.FlagPartial, 25), flagMove("02-14 09:00", ledger.FlagOn, 100))
	old.Retired = &ledger.Retirement{At: day("03-10 09:00"), As: "released", Commit: hash(40)}
	stale := flagged("Old Flag/with odd name", "", "", flagMove("01-02 09:00", ledger.FlagOff, 0))
	stale.Environments = stale.Environments[:1]
	return []ledger.Flag{
		stale, flagged("basket-v2", "The new basket", "basket", flagMove("03-01 09:00", ledger.FlagOff, 0)), old, instalments,
		flagged("recommendations", "Recommendations", "", flagMove("02-20 09:00", ledger.FlagOff, 0), flagMove("03-05 09:00", ledger.FlagPartial, 50), flagMove("03-06 08:12", ledger.FlagOff, 0)),
		flagged("suggestions", "Suggestions while typing", "search", flagMove("03-10 09:00", ledger.FlagOff, 0), flagMove("03-15 10:00", ledger.FlagTargeted, 0, "beta")),
	}
}

func deployment(id, env, at, version string, n int, kind ledger.DeploymentKind, status ledger.RecordStatus) ledger.Deployment {
	finished := day(at)
	actor := "Release manager"
	return ledger.Deployment{
		ID: id, Environment: ledger.EnvironmentName(env), Repository: "shop", Component: "shop", Ref: version, Revision: hash(n), Version: ledger.VersionName(version),
		Kind: kind, KindBasis: ledger.KindInferred, Relation: ledger.RelationForward, Status: status, Weight: ledger.Everybody(),
		FinishedAt: &finished, TimeBasis: ledger.BasisTagName, Actor: &actor, Origins: []ledger.Origin{{Repository: "shop", Tag: "deploy/" + env + "/" + at[:5]}},
	}
}

func sampleDeployments(changes []ledger.Change) []ledger.Deployment {
	d := []ledger.Deployment{
		deployment("tag:deploy/staging/03-18", "staging", "03-18 12:00", "v1.5.1-rc.1", 13, ledger.KindDeploy, ledger.RecordSucceeded),
		deployment("tag:deploy/production/03-16", "production", "03-16 12:00", "v1.5.0", 12, ledger.KindDeploy, ledger.RecordFailed),
		deployment("tag:deploy/production/03-13", "production", "03-13 09:00", "v1.5.0", 12, ledger.KindDeploy, ledger.RecordSucceeded),
		deployment("tag:deploy/production/03-03", "production", "03-03 09:00", "v1.4.0", 9, ledger.KindPromote, ledger.RecordSucceeded),
		deployment("tag:deploy/production/02-19b", "production", "02-19 10:40", "v1.3.0", 5, ledger.KindRollback, ledger.RecordSucceeded),
		deployment("tag:deploy/production/02-19", "production", "02-19 10:00", "v1.3.1", 6, ledger.KindDeploy, ledger.RecordSucceeded),
		deployment("tag:deploy/production/02-16", "production", "02-16 10:00", "v1.3.0", 5, ledger.KindDeploy, ledger.RecordSucceeded),
		deployment("tag:deploy/production/01-21", "production", "01-21 09:00", "v1.2.0", 3, ledger.KindDeploy, ledger.RecordSucceeded),
	}
	d[2].Gained = []ledger.ChangeID{changes[2].ID, changes[3].ID, changes[4].ID}
	d[3].Gained, d[3].Lost = []ledger.ChangeID{changes[5].ID, changes[6].ID}, []ledger.ChangeID{changes[9].ID}
	d[4].Lost, d[4].Relation = []ledger.ChangeID{changes[8].ID}, ledger.RelationOlder
	d[5].Gained = []ledger.ChangeID{changes[8].ID}
	return d
}

func sampleLedger() *ledger.Ledger {
	changes := sampleChanges()
	l := &ledger.Ledger{
		AsOf: day("03-20 00:00"), ReleasesBy: ledger.ReleasesFlags, Changes: changes, Flags: sampleFlags(), Deployments: sampleDeployments(changes),
		Problems: []ledger.Problem{
			{Origins: []ledger.Origin{{Repository: "shop", File: "deployments.jsonl", Line: 7, Col: 14}}, Message: `unknown status "done"`, Hint: "write succeeded, failed or cancelled", Rule: "unknown-status", Level: ledger.LevelWarning},
			{Origins: []ledger.Origin{{Repository: "shop", Commit: hash(13)}}, Message: `flag "x" is in no manifest`, Hint: "add it, or correct the trailer", Rule: "unknown-flag", Level: ledger.LevelError},
		},
	}
	blue, green := "blue", "green"
	quarter := ledger.Exactly(25 * 100_000)
	l.Environments = []ledger.Environment{
		{Name: "production", Tier: ledger.TierProduction, Live: []ledger.Live{
			{Repository: "shop", Component: "checkout", Slot: &blue, Revision: hash(21), Version: "v1.4.0", Weight: quarter.Inverse(), Since: day("03-03 09:00")},
			{Repository: "shop", Component: "checkout", Slot: &green, Revision: hash(22), Version: "v1.5.0", Weight: quarter, Since: day("03-19 09:00")},
			{Repository: "shop", Component: "shop", Revision: hash(12), Version: "v1.5.0", Weight: ledger.Everybody(), Since: day("03-13 09:00"), Deployment: "tag:deploy/production/03-13"},
		}},
		{Name: "staging", Tier: ledger.TierStaging, Live: []ledger.Live{
			{Repository: "shop", Component: "shop", Revision: hash(13), Ref: "v1.5.1-rc.1", Weight: ledger.Everybody(), Since: day("03-18 12:00"), Deployment: "tag:deploy/staging/03-18"},
		}},
	}
	for i, v := range []struct{ name, at string }{{"v1.5.1-rc.1", "03-18 11:30"}, {"v1.5.0", "03-12 16:00"}, {"v1.4.0", "03-02 16:00"}, {"v1.3.1", "02-18 16:00"}, {"v1.3.0", "02-15 16:00"}, {"v1.2.0", "01-20 16:00"}} {
		version := ledger.Version{Repository: "shop", Name: ledger.VersionName(v.name), Commit: hash(50 + i), At: day(v.at), Basis: ledger.BasisTaggerDate,
			Prerelease: i == 0, Message: v.name + "\n\nSee the notes.", Origins: []ledger.Origin{{Repository: "shop", Tag: v.name}}, Deployed: map[ledger.EnvironmentName]ledger.Date{}}
		for _, c := range changes {
			if c.Version == version.Name {
				version.Changes = append(version.Changes, c.ID)
				version.Deployed["production"] = c.Environments[0].Deployed
				version.Deployed["staging"] = c.Environments[1].Deployed
			}
		}
		l.Versions = append(l.Versions, version)
	}
	return l
}

func sampleTerms() []pages.Term {
	return []pages.Term{
		{Slug: "dark", Name: "Dark", Aliases: []string{"dark launch"}, Summary: "Deployed, and nobody can see it.", Definition: "Deployed, and *nobody* can see it.", NotConfusedWith: []string{"not deployed", "limited"}},
		{Slug: "deployment", Name: "Deployment", Summary: "Code comes into an environment.", Definition: "Code comes into an environment.", NotConfusedWith: []string{"release"}},
		{Slug: "limited", Name: "Limited", Summary: "Some people can see it.", Definition: "Some people can see it.", Related: []string{"dark"}},
		{Slug: "release", Name: "Release", Summary: "People can see it.", Definition: "People can see it.", NotConfusedWith: []string{"deployment"}, Source: "https://example.org/words"},
	}
}

func sampleFeeds() []pages.Feed {
	return []pages.Feed{{
		Title: "Releases", About: "What people can use, from the day on which they can.", Announce: true, Formats: []pages.FeedFormat{
			{Name: "RSS", Type: "application/rss+xml", Path: "/feeds/releases.rss"}, {Name: "Atom", Type: "application/atom+xml", Path: "/feeds/releases.atom"},
			{Name: "JSON Feed", Type: "application/feed+json", Path: "/feeds/releases.json"}}, Archives: 2},
		{Title: "Versions", Group: "By kind", Scope: "/versions/", Formats: []pages.FeedFormat{{Name: "Atom", Type: "application/atom+xml", Path: "/feeds/versions.atom"}}}}
}

// sampleExtras are files that another package writes.
func sampleExtras() pages.Extras {
	return pages.Extras{
		Data:     []pages.DataFile{{Title: "Ledger", About: "All of it.", Path: "/data/ledger.json", Schema: "/data/schema/ledger/v1.json"}, {Title: "More", Path: "/data/more.json"}},
		Badges:   []pages.BadgeFile{{Alt: `production [1]: "v1" <b>`, Label: `production [1] "<b>"`, Path: "/badges/production.svg"}},
		Document: "/embed/status.html", Fragment: "/embed/status.inc",
	}
}

func sampleInput(base string) pages.Input {
	l := sampleLedger()
	return pages.Input{Ledger: l, Metrics: metrics.Compute(ledger.Facts{}, l, metrics.Options{}), Stale: stale.Find(l, &ledger.Facts{}, stale.Rules{}), Terms: sampleTerms(), Feeds: sampleFeeds(), Extras: sampleExtras(), Site: pages.Site{
		Title: "Lumen shop", Description: "What runs where, and who can see it.", Base: base, NoIndex: true, Generator: "Daylight",
		Links: pages.Links{Commit: "https://git.example/lumen/shop/commit/{commit}", PullRequest: "https://git.example/lumen/shop/pull/{number}",
			Compare: "https://git.example/lumen/shop/compare/{from}...{to}", File: "https://git.example/lumen/shop/blob/{commit}/{path}#L{line}"},
	}}
}

func samplePublic(base string) pages.PublicInput {
	when := func(s string) *time.Time { t := day(s); return &t }
	return pages.PublicInput{
		AsOf: day("03-20 00:00"), Feeds: sampleFeeds(), Extras: sampleExtras(), Terms: sampleTerms()[3:],
		Site:     pages.Site{Title: "What is new at Lumen", Base: base, Generator: "Daylight"},
		Versions: []pages.Version{{Name: "v1.5.0", At: day("03-12 16:00")}, {Name: "v1.3.0", At: day("02-15 16:00")}},
		Notes: []pages.Note{
			{ID: "instalments", Title: "Pay in three parts", Kind: "Added", Body: "At the checkout you can now pay in **three parts**, without interest.", FirstExposed: day("03-14 09:00"), Events: []pages.NoteEvent{{At: day("03-14 09:00"), Text: "Available to 5 % of users."}, {At: day("03-17 09:00"), Text: "Now available to 25 % of users."}},
				Moved: []pages.MovedDate{{What: "first exposed", Old: when("03-13 09:00"), New: when("03-14 09:00"), Reason: hostile}}, Audience: "25 % of users", Version: "v1.5.0", Entries: []string{"The plan is shown before the payment"}},
			{ID: "recommendations", Title: "Recommendations", Kind: "Added", Body: "Below each product.", FirstExposed: day("03-05 09:00"), TakenBack: when("03-06 08:12"), Audience: "50 % of users"},
			{ID: "gift-cards", Title: "Gift cards", Kind: "Added", Body: "Give a gift card.\n\n- any amount\n- by mail", FirstExposed: day("02-10 09:00"), ReleasedAt: when("02-14 09:00"), Audience: "everyone", Version: "v1.3.0"},
			{ID: "0f3b9a7c2d1e", Title: hostile, Kind: "Fixed", Breaking: true, Body: pages.Markdown(hostile), FirstExposed: day("01-21 09:00"), ReleasedAt: when("01-21 09:00"), Audience: "everyone"},
		},
	}
}
