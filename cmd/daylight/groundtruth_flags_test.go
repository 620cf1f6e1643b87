package main

import (
	"fmt"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// moved compares the steps of a flag in an environment, from an instant on (or
// from the first), with those that a fact lists: "2024-03-14T16:13:20Z on 100".
func (s *subject) moved(key string, env ledger.EnvironmentName, from string, steps ...string) string {
	var got []string
	for _, step := range s.steps(s.flag(key), env) {
		if step >= from {
			got = append(got, step)
		}
	}
	return want(key+" in "+string(env), strings.Join(got[:min(len(got), len(steps))], ", "), strings.Join(steps, ", "))
}

// took compares what a commit did to a flag in an environment.
func (s *subject) took(key string, env ledger.EnvironmentName, step string) string {
	return want(key+" in "+string(env)+": "+step, slices.Contains(s.steps(s.flag(key), env), step), true)
}

// all joins the differences that there are.
func all(differences ...string) string {
	return strings.Join(slices.DeleteFunc(differences, func(d string) bool { return d == "" }), "; ")
}

// groupsOf lists the groups that a flag's step of an instant lets in.
func (s *subject) groupsOf(key string, env ledger.EnvironmentName, step string) (names []string) {
	for _, x := range s.flag(key).Steps {
		if x.Environment == env && strings.HasPrefix(s.step(x), step) {
			for _, g := range x.Setting.Groups {
				names = append(names, g.Name)
			}
		}
	}
	return names
}

// standing gives what a flag is set to by the last of its steps.
func (s *subject) standing(key string, env ledger.EnvironmentName) string {
	steps := s.steps(s.flag(key), env)
	if len(steps) == 0 {
		return "nothing"
	}
	_, state, _ := strings.Cut(steps[len(steps)-1], " ")
	return state
}

// firstTag gives the tag of the first deployment that holds a commit.
func (s *subject) firstTag(commit string) string {
	h := s.commit(commit).Hash
	var first *ledger.Deployment
	for i := range s.ledger.Deployments {
		d := &s.ledger.Deployments[i]
		if d.FinishedAt != nil && (first == nil || d.FinishedAt.Before(*first.FinishedAt)) && s.ancestors(d.Revision)[h] {
			first = d
		}
	}
	if first == nil {
		return ""
	}
	return first.Origins[0].Tag
}

func notificationFlags() map[int]truth {
	return map[int]truth{
		4: {check: func(s *subject, f fact) string {
			key, at := f.text("flag"), f.text("at")
			return all(s.moved(key, "production", "", at+" off 0"), s.moved(key, "staging", "", at+" on 100"), s.moved(key, "dev", "", at+" on 100"))
		}},
		5: {check: func(s *subject, f fact) string { return s.took(f.text("flag"), "production", f.text("at")+" on 100") }},
		7: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "production", "", "2026-04-20T18:24:18Z off 0", "2026-07-15T13:55:57Z on 100", "2026-07-21T19:12:27Z off 0", "2026-08-04T18:32:23Z on 100")
		}},
		9: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "production", "", f.text("introduced")+" off 0", f.text("on")+" on 100", f.text("removed")+" removed")
		}},
		10: {check: func(s *subject, f fact) string {
			var states []string
			for _, step := range s.steps(s.flag(f.text("flag")), "staging") {
				states = append(states, strings.Fields(step)[1])
			}
			return want("states", states, f.texts("states"))
		}},
	}
}

func privacyFlags() map[int]truth {
	android := func(state string) truth {
		return truth{check: func(s *subject, f fact) string { return s.took(f.text("flag"), "android", f.text("at")+state) }}
	}
	return map[int]truth{
		8: {check: func(s *subject, f fact) string {
			return all(s.moved(f.text("flag"), "android", "", f.text("at")+" targeted 0"),
				want("groups", s.groupsOf(f.text("flag"), "android", f.text("at")), []string{f.text("state")}))
		}},
		9: android(" partial 5"), 10: android(" partial 20"), 11: android(" partial 50"), 12: android(" on 100"),
		14: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "android", "2025-06-02", "2025-06-02T08:10:17Z on 100", "2025-06-03T08:24:33Z off 0", "2025-06-09T15:29:17Z on 100",
				"2025-06-18T09:31:43Z off 0", "2025-06-20T14:22:21Z on 100")
		}},
		15: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "android", "", "2026-08-18T15:16:49Z partial 10", "2026-08-20T17:10:57Z partial 25", "2026-08-22T09:27:37Z partial 50")
		}},
		16: {check: func(s *subject, f fact) string {
			key := f.text("flag")
			return all(s.moved(key, "ios", "", "2025-11-26T16:29:02Z on 100"), s.moved(key, "macos", "", "2025-11-26T16:29:02Z on 100"),
				s.moved(key, "windows", "", "2025-11-05T14:22:55Z targeted 0", "2026-01-19T14:57:03Z on 100"),
				s.moved(key, "android", "", "2026-01-22T17:16:06Z partial 5", "2026-01-28T15:54:46Z partial 20", "2026-02-02T15:02:56Z partial 50", f.text("android_100_at")+" on 100"))
		}},
	}
}

func openlibraryFlags() map[int]truth {
	left := func(s *subject, f fact, at, deployment, commit string) string {
		return all(s.took(f.text("flag"), "", at+" removed"), want("first deployed by", s.firstTag(commit), deployment))
	}
	return map[int]truth{
		4: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "", "", f.text("introduced")+" off 0", f.text("removed")+" removed")
		}},
		5: {check: func(s *subject, f fact) string {
			at := f.text("on_master_at")
			return all(s.moved(f.text("flag"), "", "", at+" targeted 0"), want("groups", s.groupsOf(f.text("flag"), "", at), []string{"/usergroup/beta-testers"},
				"first deployed by", s.firstTag("e94e11e854"), f.text("first_deploy")))
		}},
		6: {check: func(s *subject, f fact) string {
			return left(s, f, f.text("removed"), f.text("first_deploy"), "2c4a393b4f")
		}},
		7: {check: func(s *subject, f fact) string {
			return all(s.moved(f.text("flag"), "", "", f.text("introduced")+" on 100"), want("first deployed by", s.firstTag("22258952a3"), f.text("first_deploy")))
		}},
		8: {check: func(s *subject, f fact) string {
			return left(s, f, f.text("removed"), f.text("first_deploy"), "7569b119aa")
		}},
		9: {check: func(s *subject, f fact) string {
			key := f.text("flag")
			return all(s.moved(key, "", "2017", f.text("limited")+" targeted 0", "2022-07-20T00:36:45Z targeted 0", "2022-07-25T19:20:07Z targeted 0", "2022-09-14T15:53:18Z targeted 0", f.text("removed")+" removed"),
				want("groups", s.groupsOf(key, "", f.text("limited")), []string{"/usergroup/librarians"}))
		}},
		10: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "", "2011-12", "2011-12-22T08:02:54Z off 0", "2014-11-25T08:50:59Z on 100", "2026-07-04T18:46:37Z removed")
		}},
		11: {check: func(s *subject, f fact) string {
			var gone []string
			for i := range s.facts.Flags {
				if x := &s.facts.Flags[i]; x.RetiredBy == s.commit("0de475fecf").Hash {
					gone = append(gone, string(x.Key))
				}
			}
			return want("removed", gone, f.texts("flags_removed"), "first deployed by", s.firstTag("0de475fecf"), f.text("first_deploy"))
		}},
		12: {check: func(s *subject, f fact) string {
			var there []string
			for i := range s.facts.Flags {
				if x := &s.facts.Flags[i]; x.RetiredBy.IsZero() {
					there = append(there, string(x.Key))
				}
			}
			return want("flags", there, f.texts("flags"), "debug", s.standing("debug", ""), "on 100")
		}},
	}
}

func hmppsFlags() map[int]truth {
	return map[int]truth{
		2: {check: func(s *subject, f fact) string {
			key := f.text("flag")
			return all(s.moved(key, "dev", "", f.text("dev_on")+" on 100"), s.moved(key, "preprod", "", "2026-04-24T12:05:35Z off 0", f.text("preprod_on")+" on 100"),
				s.moved(key, "prod", "", "2026-04-27T08:16:36Z off 0", f.text("prod_on")+" on 100"))
		}},
		3: {check: func(s *subject, f fact) string {
			key, born := f.text("flag"), f.text("created")
			return all(s.moved(key, "dev", "", born+" on 100"), s.moved(key, "preprod", "", born+" off 0", f.text("preprod_on")+" on 100"),
				s.moved(key, "prod", "", born+" off 0", f.text("prod_on")+" on 100"))
		}},
		4: {check: func(s *subject, f fact) string {
			var states []string
			for _, step := range s.steps(s.flag(f.text("flag")), "dev") {
				if step > "2026-07-22" && step < "2026-07-25" {
					states = append(states, strings.Fields(step)[1])
				}
			}
			return want("toggles", states, f.texts("toggles"))
		}},
		5: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "prod", "2026-08", f.text("off")+" off 0", f.text("on")+" on 100")
		}},
		6: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "prod", "", f.text("created_on")+" on 100", f.text("off")+" off 0", f.text("removed")+" removed")
		}},
		7: {check: func(s *subject, f fact) string {
			moved := slices.ContainsFunc(s.facts.Flags, func(x ledger.FlagHistory) bool {
				return slices.ContainsFunc(x.Steps, func(step ledger.FlagStep) bool { return step.Commit == s.commit("60cb3574e7").Hash })
			})
			return all(s.moved(f.text("flag"), "prod", "", f.text("introduced")+" off 0"), want("the renaming moved a flag", moved, false))
		}},
		8: {check: func(s *subject, f fact) string {
			const in = "hmpps-digital-prison-reporting/"
			ended, began := map[string]bool{}, map[string]string{}
			for _, x := range s.facts.Flags {
				for _, step := range x.Steps {
					if step.Environment != "prod" || step.Commit != s.commit(f.text("commit")).Hash {
						continue
					}
					name := strings.TrimPrefix(string(x.Key), in)
					if began[name] = string(step.Setting.State); step.Removed {
						delete(began, name)
						ended[name] = true
					}
				}
			}
			var on []string
			for name, state := range began {
				if ended[strings.ToLower(name)] && state == "on" {
					on = append(on, name)
				}
			}
			slices.Sort(on)
			return want("ended", len(ended), 8, "began", len(began), 8, "on", on, []string{"barChartsEnabled", "linetimeseriesChartsEnabled"})
		}},
		9: {check: func(s *subject, f fact) string {
			return all(s.moved(f.text("flag"), "prod", "", f.text("at")+" targeted 0"), want("groups", s.groupsOf(f.text("flag"), "prod", f.text("at")), []string{"tier-v3-testers"}))
		}},
		10: {check: func(s *subject, f fact) string {
			steps := s.steps(s.flag(f.text("flag")), "prod")
			return want("switched", len(steps)-1, 10, "now", s.standing(f.text("flag"), "prod"), f.text("state")+" 0")
		}},
	}
}

func lpaFlags() map[int]truth {
	return map[int]truth{
		4: {check: func(s *subject, f fact) string {
			var out []string
			for _, env := range []string{"default", "demo", "preproduction", "production"} {
				state := map[string]string{"on": " on 100", "off": " off 0"}[f.text(env)]
				out = append(out, s.moved(f.text("flag"), ledger.EnvironmentName(env), "", f.text("at")+state))
			}
			return all(out...)
		}},
		5: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "preproduction", "2024", f.text("on")+" on 100", f.text("removed")+" removed")
		}},
		6: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "production", "2024", f.text("on")+" on 100", f.text("removed")+" removed")
		}},
		8: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "production", "", "2023-04-19T08:55:30Z on 100", "2023-06-06T14:30:53Z off 0", "2023-07-04T14:15:34Z on 100", "2024-12-11T16:30:50Z removed")
		}},
		9: {check: func(s *subject, f fact) string {
			return s.moved(f.text("flag"), "production", "2022-07", f.text("on")+" on 100", f.text("removed")+" removed")
		}},
		10: {note: "the second life has dates of its own, and is called use_older_lpa_journey#2", check: func(s *subject, f fact) string {
			key := f.text("flag")
			return all(s.took(key, "production", f.text("removed_first")+" removed"),
				s.moved(key+"#2", "production", "", f.text("reappeared")+" on 100", f.text("removed")+" removed"))
		}},
		11: {check: func(s *subject, f fact) string {
			var there []string
			for i := range s.facts.Flags {
				if x := &s.facts.Flags[i]; x.RetiredBy.IsZero() {
					there = append(there, string(x.Key)+" "+s.standing(string(x.Key), "production"))
				}
			}
			return want("production", there, []string{"allow_meris_lpas off 0", "paper_verification off 0", "support_datastore_lpas off 0"},
				"default", s.standing("support_datastore_lpas", "default"), "on 100")
		}},
	}
}

func sequencescapeFlags() map[int]truth {
	return map[int]truth{
		8: {check: func(s *subject, f fact) string {
			for i := range s.facts.Flags {
				for _, step := range s.facts.Flags[i].Steps {
					if step.Setting.State != ledger.FlagUnknown {
						return "a state is told: " + s.step(step)
					}
				}
			}
			return want("flags there are", len(s.facts.Flags) > 8, true)
		}},
		9: {check: func(s *subject, f fact) string {
			return all(s.moved(f.text("flag"), "", "", f.text("introduced")+" unknown up to 100"), want("first release", s.change("98de3ac65").Version, f.text("first_release")))
		}},
		10: {check: func(s *subject, f fact) string {
			life := s.flag(f.text("flag"))
			for _, v := range s.repo().Versions {
				if last := s.within(life, "", string(v.Name)); last != "" && !strings.HasSuffix(last, "removed") && !v.Prerelease {
					return "it is in " + string(v.Name)
				}
			}
			return s.moved(f.text("flag"), "", "", "2025-01-16T11:44:24Z unknown up to 100", "2025-01-16T22:55:16Z removed")
		}},
		11: {check: func(s *subject, f fact) string {
			return all(s.moved(f.text("flag"), "", "", f.text("introduced")+" unknown up to 100", f.text("removed")+" removed"),
				want("first release", s.change("ac99365eb").Version, f.text("first_release"), "removed in", s.change("93d35765b").Version, f.text("removed_in")))
		}},
	}
}

// moves sums up what was read of flags: their lives, the files that they are in
// now or were last, and how often one moved in an environment.
func (s *subject) moves() string {
	files, moves := map[string]bool{}, 0
	for _, f := range s.facts.Flags {
		files[f.Source] = true
		last := map[ledger.EnvironmentName]bool{}
		for _, step := range f.Steps {
			if last[step.Environment] { // not the first, with which it begins
				moves++
			}
			last[step.Environment] = true
		}
	}
	return fmt.Sprintf("%d flags in %d files, %d moves", len(s.facts.Flags), len(files), moves)
}
