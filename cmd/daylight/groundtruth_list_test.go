package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// renamed is the choice that real-repositories.md names.
const renamed = "a rename with the same definition goes on: one flag with an older name"

// truths lists the checks, in the order of the repositories and their facts.
func truths() map[string]truth {
	all := map[string]truth{}
	for repo, list := range map[string]map[int]truth{
		"alphagov+govuk-helm-charts":            govukTruths(),
		"cds-snc+notification-manifests":        notificationTruths(),
		"duckduckgo+privacy-configuration":      privacyTruths(),
		"internetarchive+openlibrary":           openlibraryTruths(),
		"ministryofjustice+hmpps-feature-flags": hmppsTruths(),
		"ministryofjustice+opg-use-an-lpa":      lpaTruths(),
		"open-telemetry+opentelemetry-demo":     otelTruths(),
		"sanger+sequencescape":                  sequencescapeTruths(),
	} {
		for n, tr := range list {
			all[fmt.Sprintf("%s#%d", repo, n)] = tr
		}
	}
	return all
}

func isMerge(c *ledger.Commit) bool    { return len(c.Parents) > 1 }
func isSquash(c *ledger.Commit) bool   { return len(c.Parents) < 2 && c.PullRequest > 0 }
func isAnything(c *ledger.Commit) bool { return true }

// counts compares the numbers of commits, merges and, where the fact has it,
// squashes.
func counts(s *subject, f fact) string {
	out := want("commits", s.count(isAnything), f.number("commits"), "merges", s.count(isMerge), f.number("merges"))
	if n := f.number("squash_pr"); n > 0 && out == "" {
		return want("squashes", s.count(isSquash), n)
	}
	return out
}

// offMainline lists the versions or deployment tags whose commits the mainline
// does not hold.
func (s *subject) offMainline() (names []string) {
	for _, v := range s.repo().Versions {
		if !s.onMainline(v.Commit) {
			names = append(names, string(v.Name))
		}
	}
	for _, d := range s.facts.Deployments {
		if !d.Revision.IsZero() && !s.onMainline(d.Revision) && !slices.Contains(names, d.Origins[0].Tag) {
			names = append(names, d.Origins[0].Tag)
		}
	}
	slices.Sort(names)
	return names
}

// inEnv counts the deployments to an environment.
func (s *subject) inEnv(env ledger.EnvironmentName) int {
	n := 0
	for _, d := range s.ledger.Deployments {
		if d.Environment == env {
			n++
		}
	}
	return n
}

// tagged gives the commit of a version of any repository.
func (s *subject) tagged(name string) ledger.Hash {
	for _, r := range s.facts.Repositories {
		for _, v := range r.Versions {
			if string(v.Name) == name {
				return v.Commit
			}
		}
	}
	return ledger.Hash{}
}

func notificationTruths() map[int]truth {
	out := map[int]truth{
		1: {check: func(s *subject, f fact) string {
			annotated := 0
			for _, v := range s.repo().Versions {
				if v.When.Basis == ledger.BasisTaggerDate {
					annotated++
				}
			}
			n := len(s.repo().Versions)
			return want("versions", n, f.number("tags"), "annotated", annotated, f.number("annotated"), "lightweight", n-annotated, f.number("lightweight"))
		}},
		3: {note: "63 of the 67 are reverts: the others turn back to a version, or to nothing that is named", check: func(s *subject, f fact) string {
			reverts := s.count(func(c *ledger.Commit) bool { return strings.HasPrefix(c.Title, "Revert ") })
			return strings.TrimPrefix(counts(s, f)+"; "+want("titles", reverts, f.number("reverts")), "; ")
		}},
		12: {check: func(s *subject, f fact) string { return want("off main", s.offMainline(), f.texts("off_main_tags")) }},
	}
	maps.Copy(out, notificationDeployments())
	maps.Copy(out, notificationFlags())
	return out
}

func privacyTruths() map[int]truth {
	out := map[int]truth{
		1: {check: func(s *subject, f fact) string {
			return want("deployments", s.inEnv("android"), f.number("release_tags"))
		}},
		2: {check: func(s *subject, f fact) string {
			d := s.record(f.text("tag"), "android")
			return want("deployed", at(*d.FinishedAt), f.text("deployed_at"), "basis", d.TimeBasis, ledger.BasisTagName,
				"after the commit", d.FinishedAt.Truncate(time.Second).Sub(s.commits[d.Revision].Committed), 46*time.Second)
		}},
		3: {check: func(s *subject, f fact) string {
			return want("deployment by the pointer", s.record(f.text("tag"), "").ID, "", "told to be stale", s.stale("latest"), 1)
		}},
		4: {check: func(s *subject, f fact) string { return want("off main", s.offMainline(), f.texts("off_main_tags")) }},
		5: {check: func(s *subject, f fact) string {
			tagged := map[ledger.Hash]bool{}
			for _, d := range s.facts.Deployments {
				tagged[d.Revision] = true
			}
			tagged[s.commit("fcc09be46").Hash] = true // by the pointer "latest", which deploys nothing
			return want("untagged", s.count(func(c *ledger.Commit) bool { return !tagged[c.Hash] }), f.number("untagged_commits"))
		}},
		6: {check: func(s *subject, f fact) string {
			tags := f.texts("tags")
			first, second := s.record(tags[0], "ios"), s.record(tags[1], "ios")
			return want("first", first.Revision, f.text("commit"), "second", second.Revision, f.text("commit"), "relation", second.Relation, ledger.RelationSame)
		}},
		7: {check: counts},
		13: {check: func(s *subject, f fact) string {
			state, five := inEnvironment(s.change(f.text("commit")), "android"), inEnvironment(s.change("a3b2d53b5"), "android")
			return want("deployed", at(state.Deployed.At), f.text("deployed_at"), "by", state.Deployed.Origins[0].Tag, f.text("tag"),
				"the step of 5 %", five.Deployed.Origins[0].Tag, "1714120242935")
		}},
	}
	maps.Copy(out, privacyFlags())
	return out
}

func openlibraryTruths() map[int]truth {
	out := map[int]truth{
		1: {check: func(s *subject, f fact) string {
			return want("deployments", s.inEnv("production"), f.number("deploy_tags"))
		}},
		2: {check: func(s *subject, f fact) string {
			return want("live", s.ledger.Environments[0].Live[0].Revision, f.text("commit"), "stale", s.stale("production"), 0)
		}},
		3: {check: func(s *subject, f fact) string {
			state := inEnvironment(s.change(f.text("commit")), "production")
			return want("deployed", at(state.Deployed.At), f.text("deployed_at"), "basis", state.Deployed.Basis, ledger.BasisTagName)
		}},
		13: {check: func(s *subject, f fact) string {
			d := s.record("deploy-2021-05-14", "")
			return want("revision", strings.HasPrefix(d.Revision.String(), f.text("commit")), true, "relation", d.Relation, ledger.RelationSame,
				"gained", len(d.Gained), 0, "lost", len(d.Lost), 0)
		}},
		14: {check: func(s *subject, f fact) string {
			return want("off master", s.offMainline(), f.texts("off_master_tags"))
		}},
		15: {check: func(s *subject, f fact) string {
			changes, commits := 0, 0
			for i := range s.ledger.Changes {
				c := &s.ledger.Changes[i]
				if !c.OffMainline && c.Merged.After(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)) && inEnvironment(c, "production").Status == ledger.StatusNotDeployed {
					changes++
					commits += len(c.Commits)
				}
			}
			return want("changes", changes, f.number("first_parent"), "commits", commits, f.number("undeployed"))
		}},
		16: {check: func(s *subject, f fact) string {
			return want("committed", at(s.commit(f.text("commit")).Committed), f.text("commit_date"))
		}},
		17: {check: counts},
	}
	maps.Copy(out, openlibraryFlags())
	return out
}

func hmppsTruths() map[int]truth {
	out := map[int]truth{1: {check: func(s *subject, f fact) string {
		return want("commits", s.count(isAnything), f.number("commits"), "merges", s.count(isMerge), 0, "versions", len(s.repo().Versions), 0)
	}}}
	maps.Copy(out, hmppsFlags())
	return out
}

func lpaTruths() map[int]truth {
	out := map[int]truth{
		1: {check: func(s *subject, f fact) string {
			queue := 0
			for _, v := range s.repo().Versions {
				if v.Prerelease {
					queue++
				}
			}
			n := len(s.repo().Versions)
			return want("versions", n, f.number("tags"), "of merge queues", queue, f.number("merge_queue"), "others", n-queue, f.number("semver"))
		}},
		2: {check: func(s *subject, f fact) string { return want("off main", len(s.offMainline()), f.number("off_main")) }},
		3: {check: counts},
		7: {check: func(s *subject, f fact) string {
			var pairs []any
			for _, id := range []string{"d262867c16", "956354f637", "ebd38a574f", "5e27b0609c"} {
				pairs = append(pairs, id, s.change(id).Version, f.text(id))
			}
			return want(pairs...)
		}},
		12: {check: func(s *subject, f fact) string { return "" }}, // of one clone; that it is read at all is the fact
	}
	maps.Copy(out, lpaFlags())
	return out
}
