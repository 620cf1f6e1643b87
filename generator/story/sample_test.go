package story_test

import (
	"fmt"
	"testing"
	"time"

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

func percent(n int64) ledger.Share { return ledger.Exactly(ledger.Percent(n) * 100_000) }

func hash(n int) ledger.Hash {
	h, err := ledger.ParseHash(fmt.Sprintf("%012x%028d", n, 0))
	if err != nil {
		panic(err)
	}
	return h
}

func date(s string) ledger.Date {
	return ledger.Date{When: ledger.When{At: at(s), Basis: ledger.BasisTaggerDate}}
}

func move(when string, kind ledger.MoveKind, cause ledger.Cause, share ledger.Share, groups ...ledger.GroupShare) ledger.Move {
	return ledger.Move{
		At: at(when), Kind: kind, Cause: cause, Percent: share, Groups: groups, Basis: ledger.BasisTaggerDate,
		Origins: []ledger.Origin{{Tag: "deploy/" + when}},
	}
}

// sample is a shop with one flag. v1.4.0 came to production on 3 March with a
// new basket behind basket-v2; the flag went from off to 25 % on 10 March and
// on for everybody on 14 March. Search is dark, and a fix is in v1.5.0, which
// production does not run.
func sample(t testing.TB) *ledger.Ledger {
	t.Helper()
	beta := []ledger.GroupShare{{Name: "beta", Percent: ledger.Everybody()}}
	basket := ledger.Flag{
		Key: "basket-v2", Description: "The new basket", Owner: "checkout", Effect: ledger.EffectMerge,
		Changes: []ledger.ChangeID{"00000000000a"},
		Environments: ledger.FlagInEnvironments{{
			Environment: "production", State: ledger.FlagOn, Percent: ledger.Everybody(),
			Steps: []ledger.FlagMove{
				{At: at("2026-03-02 10:00"), State: ledger.FlagOff, Origins: []ledger.Origin{{File: "flags.yaml", Line: 12, Col: 3}}},
				{At: at("2026-03-10 08:00"), State: ledger.FlagPartial, Percent: percent(25)},
				{At: at("2026-03-14 08:00"), State: ledger.FlagOn, Percent: ledger.Everybody(), Planned: true},
			},
		}},
	}
	search := ledger.Flag{
		Key: "search", Effect: ledger.EffectDeployment,
		Environments: ledger.FlagInEnvironments{{
			Environment: "production", State: ledger.FlagOff,
			Steps: []ledger.FlagMove{{At: at("2026-03-03 09:00"), State: ledger.FlagOff, Origins: []ledger.Origin{{File: "flags.yaml", Line: 20, Col: 3}}}},
		}},
		Plan: []ledger.FlagPlan{{At: at("2026-03-24 08:00"), Environment: "production", State: ledger.FlagTargeted, Groups: beta}},
	}
	none := ledger.Share{}
	changes := []ledger.Change{
		{
			Repository: "shop", ID: "00000000000c", Commit: hash(12), Title: "fix: price of gifts", Author: "Engineer",
			Merged: ptr(at("2026-03-18 10:00")), Version: "v1.5.0", Components: []ledger.ComponentName{"shop"}, PullRequest: 9,
			Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{Status: ledger.StatusNotDeployed}}},
		},
		{
			Repository: "shop", ID: "00000000000b", Commit: hash(11), Title: "feat: search", Author: "Engineer",
			Merged: ptr(at("2026-03-02 11:00")), Version: "v1.4.0", Components: []ledger.ComponentName{"shop"},
			Flags: []ledger.ChangeFlag{{Key: "search", By: ledger.LinkTrailer, Role: ledger.RoleBehind, Known: true}},
			Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{
				Status: ledger.StatusDark, Deployed: date("2026-03-03 09:00"),
				Moves: []ledger.Move{move("2026-03-03 09:00", ledger.MoveDeployed, ledger.CauseDeployment, none)},
			}}},
		},
		{
			Repository: "shop", ID: "00000000000a", Commit: hash(10), Title: "basket: new layout", Author: "Engineer",
			Merged: ptr(at("2026-03-02 10:00")), Version: "v1.4.0", Components: []ledger.ComponentName{"shop"},
			Flags: []ledger.ChangeFlag{{Key: "basket-v2", By: ledger.LinkTrailer, Role: ledger.RoleBehind, Known: true}},
			Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{
				Status: ledger.StatusReleased, Percent: ledger.Everybody(),
				Deployed: date("2026-03-03 09:00"), FirstExposed: date("2026-03-10 08:00"), Released: date("2026-03-14 08:00"),
				Moves: []ledger.Move{
					move("2026-03-03 09:00", ledger.MoveDeployed, ledger.CauseDeployment, none),
					move("2026-03-10 08:00", ledger.MoveExposed, ledger.CauseFlag, percent(25)),
					move("2026-03-14 08:00", ledger.MoveReleased, ledger.CausePlan, ledger.Everybody()),
				},
			}}},
		},
	}
	return &ledger.Ledger{
		AsOf: at("2026-03-20 00:00"),
		Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction, Live: []ledger.Live{{
			Repository: "shop", Component: "shop", Revision: hash(40), Version: "v1.4.0", Weight: ledger.Everybody(), Since: at("2026-03-03 09:00"),
		}}}},
		Changes: changes,
		Flags:   []ledger.Flag{basket, search},
		Versions: []ledger.Version{{
			Repository: "shop", Name: "v1.4.0", Commit: hash(40), At: at("2026-03-03 08:00"), Basis: ledger.BasisTaggerDate,
			Changes:  []ledger.ChangeID{"00000000000b", "00000000000a"},
			Deployed: map[ledger.EnvironmentName]ledger.Date{"production": date("2026-03-03 09:00")},
		}},
		Deployments: []ledger.Deployment{{
			ID: "tag:1", Environment: "production", Repository: "shop", Component: "shop", Revision: hash(40), Version: "v1.4.0", Ref: "v1.4.0",
			Kind: ledger.KindDeploy, KindBasis: ledger.KindInferred, Relation: ledger.RelationForward, Status: ledger.RecordSucceeded,
			Weight: ledger.Everybody(), FinishedAt: ptr(at("2026-03-03 09:00")), TimeBasis: ledger.BasisTaggerDate,
			Gained: []ledger.ChangeID{"00000000000b", "00000000000a"},
		}},
		Problems: []ledger.Problem{{Message: "x", Level: ledger.LevelWarning}, {Message: "y", Level: ledger.LevelInfo}},
	}
}
