package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

func otelTruths() map[int]truth {
	return map[int]truth{
		1: {check: func(s *subject, f fact) string { return want("versions", len(s.repo().Versions), f.number("tags")) }},
		2: {note: "adServiceFailure has the targeting of fact 3 from its first commit on: 10 %, whatever its default", check: func(s *subject, f fact) string {
			var pairs []any
			for _, key := range f.texts("flags") {
				state := " off 0"
				if key == "adServiceFailure" {
					state = " partial 10"
				}
				pairs = append(pairs, key, s.bornAt(key, "ce4ad9363b"), "2024-03-07T15:16:33Z"+state)
			}
			return want(pairs...)
		}},
		3: {check: func(s *subject, f fact) string {
			life := s.everCalled("adServiceFailure")
			steps := s.steps(life, "")
			return want("on 2024-03-14", s.atCommit(life, "45feab5ab4"), "2024-03-07T15:16:33Z partial 10", "off", slices.Contains(steps, "2024-07-08T08:04:36Z off 0"), true)
		}},
		4: {choice: renamed, check: func(s *subject, f fact) string {
			return want("the flag that begins with "+f.text("new"), s.steps(s.flag(f.text("new")), "")[0], f.text("at")+" off 0")
		}},
		5: {check: func(s *subject, f fact) string {
			steps := s.steps(s.flag(f.text("flag")), "")
			return want("on", slices.Contains(steps, f.text("on")+" on 100"), true, "off", slices.Contains(steps, f.text("off")+" off 0"), true)
		}},
		6: {check: func(s *subject, f fact) string {
			life := s.flag("adFailure")
			return want("in 2.0.0", s.within(life, "", f.text("release")), "2025-01-13T09:34:37Z off 0",
				"accident's version", s.change("a0897a6278").Version, f.text("release"), "mending's version", s.change("0c7c104a97").Version, f.text("release"))
		}},
		7: {choice: renamed, check: func(s *subject, f fact) string {
			steps := s.steps(s.flag("paymentFailure"), "")
			for _, step := range steps {
				if !strings.Contains(step, " off 0") {
					return "exposed: " + step
				}
			}
			return want("the flag that begins with paymentFailure", strings.Fields(steps[0])[0], f.text("renamed"))
		}},
		8: {check: func(s *subject, f fact) string {
			life := s.flag(f.text("flag"))
			return want("steps", s.steps(life, ""), []string{f.text("introduced") + " off 0", f.text("removed") + " removed"},
				"in 2.1.3", s.within(life, "", "2.1.3"), "", "in 2.2.0", s.within(life, "", "2.2.0"), f.text("introduced")+" off 0",
				"in 3.0.0", s.within(life, "", "3.0.0"), f.text("removed")+" removed")
		}},
		9: {check: func(s *subject, f fact) string { return "" }}, // of one clone; that it is read at all is the fact
	}
}

// bornAt gives the first step of the flag that a commit added under a key,
// whatever it is called now.
func (s *subject) bornAt(key, commit string) string {
	h := s.commit(commit).Hash
	for i := range s.facts.Flags {
		f := &s.facts.Flags[i]
		if len(f.Steps) > 0 && f.Steps[0].Commit == h && (string(f.Key) == key || string(f.Key) == withoutService(key)) {
			return s.step(f.Steps[0])
		}
	}
	return ""
}

// atCommit gives the last step of a flag that a commit's manifest shows.
func (s *subject) atCommit(f *ledger.FlagHistory, commit string) (last string) {
	holds := s.ancestors(s.commit(commit).Hash)
	for _, step := range f.Steps {
		if holds[step.Commit] {
			last = s.step(step)
		}
	}
	return last
}

// everCalled finds the flag whose older name a key is.
func (s *subject) everCalled(key string) *ledger.FlagHistory {
	return s.flag(withoutService(key))
}

// withoutService is how the repository renamed its flags.
func withoutService(key string) string { return strings.Replace(key, "Service", "", 1) }

// firstWith gives the first deployment to an environment that reaches a commit.
func (s *subject) firstWith(h ledger.Hash, env ledger.EnvironmentName) (first time.Time) {
	for _, d := range s.ledger.Deployments {
		if d.Environment == env && d.FinishedAt != nil && (first.IsZero() || d.FinishedAt.Before(first)) && s.ancestors(d.Revision)[h] {
			first = *d.FinishedAt
		}
	}
	return first
}

var stamp = regexp.MustCompile(`_(\d{6})$`)

func sequencescapeTruths() map[int]truth {
	out := map[int]truth{
		1: {check: func(s *subject, f fact) string {
			runs, plain := 0, 0
			for _, v := range s.repo().Versions {
				switch name := string(v.Name); {
				case strings.HasSuffix(name, "-develop"):
					runs++
				case strings.HasPrefix(name, "v") && !v.Prerelease && strings.Count(name, ".") == 2:
					plain++
				}
			}
			return want("production", s.inEnv("production"), f.number("production"), "staging", s.inEnv("staging"), 224, "staging_2", s.inEnv("staging_2"), 244,
				"training", s.inEnv("training"), 150, "next_release", s.inEnv("next_release"), 442, "-develop", runs, 1502, "vX.Y.Z", plain, 187)
		}},
		2: {check: func(s *subject, f fact) string {
			return want("live", s.ledger.Environments[0].Live[0].Revision.String(), "2f560880ec1cf866582172d1334a9bedcc151dcb", "stale", s.stale("production/"), 0)
		}},
		3: {check: func(s *subject, f fact) string {
			d := s.record("production/2019-08-19_145226", "")
			return want("deployed", at(*d.FinishedAt), "2019-08-19T14:52:26Z")
		}},
		4: {note: "its change is the release merge 134b277ef of 83 commits, which was whole in next_release and staging_2 only later", check: func(s *subject, f fact) string {
			h, c := s.commit(f.text("commit")).Hash, s.change(f.text("commit"))
			var pairs []any
			for _, env := range []ledger.EnvironmentName{"next_release", "staging_2", "production", "training"} {
				pairs = append(pairs, env, at(s.firstWith(h, env)), f.text(string(env)))
			}
			for _, env := range []ledger.EnvironmentName{"production", "training"} {
				pairs = append(pairs, "the change in "+env, at(inEnvironment(c, env).Deployed.At), f.text(string(env)))
			}
			return want(pairs...)
		}},
		5: {check: func(s *subject, f fact) string {
			one, other := s.record("production/2019-08-01_130155", "production"), s.record("training/2019-08-01_131750", "training")
			next := s.record("production/2019-08-05_155900", "production")
			return want("both", one.Revision, other.Revision, "revision", strings.HasPrefix(one.Revision.String(), f.text("commit")), true,
				"next", strings.HasPrefix(next.Revision.String(), "2181b5d86"), true, "relation", next.Relation, ledger.RelationForward)
		}},
		6: {check: func(s *subject, f fact) string {
			before, after := s.ancestors(s.record("production/2019-08-05_155900", "").Revision), s.ancestors(s.record(f.text("deployment"), "").Revision)
			commits, merges := 0, 0
			for h := range after {
				if !before[h] && isMerge(s.commits[h]) {
					merges++
				} else if !before[h] {
					commits++
				}
			}
			return want("commits", commits, f.number("commits"), "merges", merges, f.number("merges"))
		}},
		7: {check: func(s *subject, f fact) string {
			var tags []string
			for _, d := range s.facts.Deployments {
				if d.Environment == "production" {
					tags = append(tags, strings.TrimPrefix(stamp.ReplaceAllString(d.Origins[0].Tag, ""), "production/"))
				}
			}
			slices.Sort(tags)
			return want("eras", []string{tags[0], tags[len(tags)-1]}, f.texts("production_tags"), "first version by date", at(s.version(f.text("semver_from")).When.At)[:10], "2021-08-17")
		}},
		12: {check: func(s *subject, f fact) string {
			v := s.version(f.text("release"))
			return want("commit", strings.HasPrefix(v.Commit.String(), "93a93f03b"), true, "on develop", s.onMainline(v.Commit), false)
		}},
	}
	maps.Copy(out, sequencescapeFlags())
	return out
}
