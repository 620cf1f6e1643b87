package feed_test

import (
	"fmt"
	"time"

	"daylight/generator/feed"
	"daylight/generator/ledger"
)

// at reads "2026-03-03 09:00" as an instant in UTC.
func at(s string) time.Time {
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return v
}

func ptr[T any](v T) *T { return &v }

func hash(n int) ledger.Hash {
	h, err := ledger.ParseHash(fmt.Sprintf("%012x%028d", n, 0))
	if err != nil {
		panic(err)
	}
	return h
}

// shop is a ledger with a release in two steps, one taken back, a dark change, a
// deployment that brought all three at one instant, a plan, and a problem.
func shop() *ledger.Ledger {
	const deployed = "2026-03-03 09:00"
	share := func(n int64) ledger.Share { return ledger.Exactly(ledger.Percent(n) * 100_000) }
	move := func(when string, kind ledger.MoveKind, cause ledger.Cause, s ledger.Share) ledger.Move {
		return ledger.Move{At: at(when), Kind: kind, Cause: cause, Percent: s, Basis: ledger.BasisDeclared}
	}
	date := func(when string) ledger.Date { return ledger.Date{When: ledger.When{At: at(when)}} }
	change := func(n int, title, kind string, s ledger.State, flags ...ledger.FlagKey) ledger.Change {
		c := ledger.Change{
			Repository: "shop", ID: ledger.ChangeID(hash(n).Short()), Commit: hash(n), Commits: []ledger.Hash{hash(n)}, Title: title, Type: kind,
			Author: "Engineer", Merged: ptr(at("2026-03-02 10:00")), Version: "v1.4.0", Components: []ledger.ComponentName{"shop"},
			Versions:     []ledger.ChangeVersion{{Name: "v1.4.0"}},
			Environments: ledger.InEnvironments{{Environment: "production", State: s, Components: []ledger.InComponent{{Component: "shop", State: s}}}},
		}
		for _, k := range flags {
			c.Flags = append(c.Flags, ledger.ChangeFlag{Key: k, Role: ledger.RoleBehind, Known: true})
		}
		return c
	}
	dark := ledger.State{Status: ledger.StatusDark, Deployed: date(deployed), Moves: []ledger.Move{move(deployed, ledger.MoveDeployed, ledger.CauseDeployment, share(0))}}
	open := ledger.State{
		Status: ledger.StatusReleased, Percent: share(100), Deployed: date(deployed), FirstExposed: date("2026-03-10 08:00"), Released: date("2026-03-14 08:00"),
		Moves: []ledger.Move{
			move(deployed, ledger.MoveDeployed, ledger.CauseDeployment, share(0)),
			move("2026-03-10 08:00", ledger.MoveExposed, ledger.CauseFlag, share(25)),
			move("2026-03-14 08:00", ledger.MoveReleased, ledger.CauseFlag, share(100)),
		},
	}
	back := ledger.State{
		Status: ledger.StatusUnReleased, Deployed: date(deployed), FirstExposed: date(deployed), Released: date(deployed),
		Moves: []ledger.Move{
			move(deployed, ledger.MoveReleased, ledger.CauseDeployment, share(100)),
			move("2026-03-05 10:00", ledger.MoveUnReleased, ledger.CauseFlag, share(0)),
		},
	}
	withNote := change(3, "fix: gifts & <b>prices</b>", "fix", back)
	withNote.Note = &ledger.NoteText{Title: "Prices of <gifts> & more", Text: "Prices are **right** now.", Name: "gift-prices", Kind: "fixed"}
	return &ledger.Ledger{
		AsOf: at("2026-03-20 00:00"),
		Environments: []ledger.Environment{
			{Name: "production", Tier: ledger.TierProduction}, {Name: "Staging 1", Tier: ledger.TierStaging},
		},
		Changes: []ledger.Change{
			withNote, change(2, "feat: search", "feat", dark, "search"),
			change(11, "feat: wish list", "feat", dark, "search"), change(1, "feat(basket): new layout (#12)", "feat", open, "basket-v2"),
		},
		Flags: []ledger.Flag{
			{Key: "basket-v2", Description: "A new basket", Changes: []ledger.ChangeID{"000000000001"}},
			{Key: "search", Plan: []ledger.FlagPlan{{At: at("2026-03-24 08:00"), Environment: "production", State: ledger.FlagOn, Percent: share(100)}}},
		},
		Versions: []ledger.Version{{
			Repository: "shop", Name: "v1.4.0", Commit: hash(40), At: at("2026-03-03 08:00"),
			Changes: []ledger.ChangeID{"000000000003", "000000000002"},
		}},
		Deployments: []ledger.Deployment{{
			ID: "tags:deploy/production/1", Environment: "production", Repository: "shop", Component: "shop", Revision: hash(40), Version: "v1.4.0",
			Kind: ledger.KindDeploy, Status: ledger.RecordSucceeded, Weight: ledger.Everybody(), FinishedAt: ptr(at(deployed)), Actor: ptr("robot[bot]"),
			Gained: []ledger.ChangeID{"000000000003", "000000000002", "000000000001"},
		}, {
			ID: "notes:7", Environment: "Staging 1", Repository: "shop", Component: "shop", Revision: hash(40), Version: "v1.4.0",
			Kind: ledger.KindDeploy, Status: ledger.RecordFailed, Weight: ledger.Everybody(), FinishedAt: ptr(at(deployed)),
		}},
		Problems: []ledger.Problem{{
			Origins: []ledger.Origin{{File: "flags.yaml", Line: 3, Col: 2}}, Message: `unknown state "maybe"`, Hint: "write on or off", Rule: "unknown-state", Level: ledger.LevelWarning,
		}},
	}
}

func site() feed.Site {
	return feed.Site{
		Base: "https://shop.example/status/", Title: "Shop", Language: "en", TagYear: 2026,
		Markdown: func(md []byte) string { return "<p>" + string(md) + "</p>" },
		Pages: feed.Addresses{
			Change:      func(c *ledger.Change) string { return "/changes/" + string(c.ID) + "/" },
			Deployment:  func(d *ledger.Deployment) string { return "/deployments/" + fmt.Sprintf("%x", d.ID) + "/" },
			Version:     func(v *ledger.Version) string { return "/versions/" + string(v.Name) + "/" },
			Environment: func(e ledger.EnvironmentName) string { return "/environments/" + fmt.Sprintf("%x", string(e)) + "/" },
			Note:        func(id string) string { return "/notes/" + id + "/" },
			Flag:        func(k ledger.FlagKey) string { return "/flags/" + string(k) + "/" },
		},
	}
}
