package main

import (
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// entered is what to know where our dates are those of merges.
const entered = "a bump counts from the merge that brought it in, seconds later"

// ran finds the first deployment of a ref to a lane, or none.
func (s *subject) ran(env, component, ref string, since time.Time) *ledger.Deployment {
	for i := len(s.ledger.Deployments) - 1; i >= 0; i-- { // newest first
		d := &s.ledger.Deployments[i]
		if string(d.Environment) == env && string(d.Component) == component && d.Ref == ref && !d.FinishedAt.Before(since) {
			return d
		}
	}
	return &ledger.Deployment{}
}

// bumped gives the date of the commit that a deployment's merge brought in, and
// "too late" where the merge is more than a minute after it.
func (s *subject) bumped(d *ledger.Deployment) string {
	if len(d.Origins) == 0 {
		return "never"
	}
	c := s.commits[d.Origins[0].Commit]
	if len(c.Parents) == 2 {
		bump := s.commits[c.Parents[1]]
		if c.Committed.Sub(bump.Committed) > time.Minute {
			return "too late"
		}
		c = bump
	}
	return at(c.Committed)
}

func govukTruths() map[int]truth {
	const app = "government-frontend"
	promoted := func(s *subject, f fact) string {
		var pairs []any
		for _, env := range []string{"integration", "staging", "production"} {
			if f.text(env) != "" {
				pairs = append(pairs, env, s.bumped(s.ran(env, app, f.text("version"), time.Time{})), f.text(env))
			}
		}
		return want(pairs...)
	}
	back := func(s *subject, f fact) string {
		when, _ := time.Parse(time.RFC3339, f.text("at"))
		d := s.ran("production", app, f.text("to"), when)
		return want("rolled back", s.bumped(d), f.text("at"), "kind", d.Kind, ledger.KindRollback, "before", s.before(d).Ref, f.text("from"))
	}
	return map[int]truth{
		1: {check: counts},
		2: {note: entered, check: promoted},
		3: {note: entered, check: func(s *subject, f fact) string {
			c := s.change(f.text("commit"))
			return want("version", s.tagged("v1042").Short(), c.Commit.Short(), "merged", at(*c.Merged), f.text("merged"), "pull request", c.PullRequest, 4021,
				"deployed", s.bumped(s.ran("production", app, "v1042", time.Time{})), f.text("production"),
				"after", inEnvironment(c, "production").Deployed.At.Sub(*c.Merged).Truncate(time.Minute), 14*time.Minute)
		}},
		4: {note: entered, check: promoted},
		5: {note: entered, check: back},
		6: {note: entered, check: back},
		7: {check: func(s *subject, f fact) string {
			bump, merge := s.commit(f.text("commit")), s.commit(f.text("merge"))
			d := s.ran("production", app, "v1042", time.Time{})
			return want("the bump is a parent of the merge", slices.Contains(merge.Parents[1:], bump.Hash), true,
				"seconds between them", merge.Committed.Sub(bump.Committed), time.Second, "deployed by", d.Origins[0].Commit, merge.Hash)
		}},
		8: {check: func(s *subject, f fact) string {
			for _, live := range s.ledger.Environments[0].Live {
				if live.Component == app {
					return want("live", live.Ref, "v1042", "last bump", s.bumped(s.ran("production", app, "v1042", time.Time{})), f.text("last_bump"),
						"stale branches", s.stale("deployed-to-"), 3)
				}
			}
			return "nothing is live"
		}},
		9: {check: func(s *subject, f fact) string {
			return want("deployments by tag", s.inEnv("production")-len(s.files("production")), 0)
		}},
	}
}

// before gives the deployment before this one on its lane.
func (s *subject) before(d *ledger.Deployment) *ledger.Deployment {
	for i := range s.ledger.Deployments { // newest first
		o := &s.ledger.Deployments[i]
		if o.Environment == d.Environment && o.Component == d.Component && o.FinishedAt.Before(*d.FinishedAt) {
			return o
		}
	}
	return &ledger.Deployment{}
}

// files lists the deployments to an environment that come from files.
func (s *subject) files(env ledger.EnvironmentName) (out []*ledger.Deployment) {
	for i := range s.ledger.Deployments {
		if d := &s.ledger.Deployments[i]; d.Environment == env && d.Origins[0].File != "" {
			out = append(out, d)
		}
	}
	return out
}

// stale counts the pointers that are told to be stale, by how they are called.
func (s *subject) stale(name string) (n int) {
	for _, p := range s.ledger.Problems {
		if p.Rule == "stale-pointer" && strings.Contains(p.Message, `"`+name) {
			n++
		}
	}
	return n
}

// notificationDeployments are the facts about what was applied when.
func notificationDeployments() map[int]truth {
	effective := func(s *subject, commit string) string { return at(s.firstWith(s.commit(commit).Hash, "production")) }
	return map[int]truth{
		2: {check: func(s *subject, f fact) string {
			releases, annotated := 0, 0
			for _, d := range s.files("production") {
				if _, to, ok := strings.Cut(*d.Description, " -> "); ok && d.Component == "manifests" && strings.HasPrefix(*d.Description, "New release") {
					releases++
					if s.version(to).When.Basis == ledger.BasisTaggerDate {
						annotated++
					}
				}
			}
			return want("releases", releases, f.number("releases"), "of annotated tags", annotated, f.number("releases"))
		}},
		6: {check: func(s *subject, f fact) string {
			c := s.change(f.text("commit"))
			return want("first version", c.Version, f.text("first_tag"), "deployed", at(inEnvironment(c, "production").Deployed.At), f.text("production_at"))
		}},
		8: {check: func(s *subject, f fact) string {
			var pairs []any
			for i, commit := range []string{"f62b37b9b9", "f96473ef8a", "714769d5bb"} {
				pairs = append(pairs, commit, effective(s, commit), f.texts("effective")[i])
			}
			return want(pairs...)
		}},
		11: {check: func(s *subject, f fact) string {
			_, tag, _ := strings.Cut(f.text("image"), ":")
			production := s.ran("production", "API", tag, time.Time{})
			return want("staging", at(*s.ran("staging", "API", tag, time.Time{}).FinishedAt), f.text("staging"),
				"production", at(*production.FinishedAt), f.text("production"), "release", strings.HasSuffix(*production.Description, f.text("tag")), true)
		}},
		13: {check: func(s *subject, f fact) string {
			for _, live := range s.ledger.Environments[0].Live {
				if live.Component == "manifests" {
					return want("undeployed", len(s.ancestors(s.repo().Mainline))-len(s.ancestors(live.Revision)), f.number("undeployed"))
				}
			}
			return "nothing is live"
		}},
	}
}
