package ledger

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shownFlags lists, per change, the flags that it has to do with, in any role.
func (c *computation) shownFlags() map[*book]map[int32][]ChangeFlag {
	out := map[*book]map[int32][]ChangeFlag{}
	for _, b := range c.repos {
		out[b] = map[int32][]ChangeFlag{}
	}
	for _, f := range c.sortedLinks() {
		b := c.home(f.Repository)
		if b == nil {
			continue
		}
		if n := b.changeOf(f.Commit); n != none {
			out[b][n] = append(out[b][n], ChangeFlag{Key: f.Key, By: f.By, Role: f.Role, Negated: f.Negated, Variant: f.Variant,
				Known: c.flags[f.Key] != nil, Origins: emptyIfNil(f.Origins)})
		}
	}
	for _, b := range c.repos {
		for _, list := range out[b] {
			slices.SortStableFunc(list, func(x, y ChangeFlag) int { return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Role, y.Role)) })
		}
	}
	return out
}

// flagList shows every flag with its timeline in each environment.
func (c *computation) flagList() []Flag {
	behind := map[*timeline]map[*book][]int32{}
	for _, b := range c.repos {
		for n := range b.changes {
			for _, k := range b.changes[n].links {
				if k.flag != nil {
					if behind[k.flag] == nil {
						behind[k.flag] = map[*book][]int32{}
					}
					behind[k.flag][b] = append(behind[k.flag][b], int32(n))
				}
			}
		}
	}
	out := make([]Flag, len(c.keys))
	parallel(len(c.keys), func(i int) {
		t := c.flags[c.keys[i]]
		out[i] = c.flag(t)
		for _, b := range c.repos {
			out[i].Changes = append(out[i].Changes, b.idsOf(slices.Compact(behind[t][b]))...)
		}
	})
	return out
}

func (c *computation) flag(t *timeline) Flag {
	h := t.fact
	f := Flag{Key: h.Key, Repository: h.Repository, Source: h.Source, Effect: h.Effect, Description: h.Description, Owner: h.Owner,
		Kind: h.Kind, Expires: known(h.Expires), Permanent: h.Permanent, Note: h.Note, Environments: FlagInEnvironments{},
		Plan: []FlagPlan{}, Changes: []ChangeID{}, Origins: emptyIfNil(h.Origins)}
	if t.book != nil && f.Repository == "" {
		f.Repository = t.book.repo.Name
	}
	if t.end != none {
		f.Retired = &Retirement{At: t.endAt.UTC(), As: h.RetiredAs, Commit: h.RetiredBy,
			Origins: []Origin{{Repository: t.endIn, Commit: h.RetiredBy}}}
	}
	for _, env := range c.envs {
		f.Environments = append(f.Environments, c.flagIn(t, env))
		if t.book != nil {
			f.Plan = append(f.Plan, t.plan(env, c.asOf)...)
		}
	}
	slices.SortStableFunc(f.Plan, func(x, y FlagPlan) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Environment, y.Environment))
	})
	return f
}

// flagIn is a flag's timeline in one environment: the settings in force, or
// those that the live revisions ship.
func (c *computation) flagIn(t *timeline, env EnvironmentName) FlagInEnvironment {
	out := FlagInEnvironment{Environment: env, State: FlagUnknown, Percent: Undecided(), Groups: []GroupShare{}, Excludes: []string{}, Steps: []FlagMove{}}
	var list []effective
	if t.book != nil {
		switch {
		case t.fact.Effect != EffectDeployment:
			list = t.inForce[env].list
		case env == Published && c.by == ReleasesVersion:
			list = c.versionSteps(t)
		default:
			list = c.shippedSteps(t, env)
		}
	}
	var last *effective
	for i := range list {
		e := &list[i]
		if last != nil && sameSetting(&last.setting, &e.setting) {
			continue
		}
		last = e
		out.Steps = append(out.Steps, c.flagMove(t, e))
	}
	if last != nil {
		e := gate(last.setting)
		out.State, out.Percent, out.Groups = last.setting.State, e.share, emptyGroups(e.groups)
		out.Excludes, out.Via, out.Fallback = emptyIfNil(e.excludes), last.setting.Via, last.setting.Fallback
	}
	return out
}

func (c *computation) flagMove(t *timeline, s *effective) FlagMove {
	e := gate(s.setting)
	m := FlagMove{At: s.at.UTC(), State: s.setting.State, Percent: e.share, Groups: emptyGroups(e.groups),
		Excludes: emptyIfNil(e.excludes), Planned: s.planned, Origins: emptyIfNil(s.origins)}
	if x, ok := t.book.graph.index[s.written]; ok {
		commit := t.book.graph.commits[x]
		named := namesFlag(commit.Scope, t.fact.Key) || namesFlag(commit.Title, t.fact.Key)
		m.Written = Written{commit.Committed.UTC(), s.written, &named}
	}
	if !s.noted.IsZero() {
		m.Written.At, m.Written.Commit = s.noted.UTC(), s.written
	}
	return m
}

// namesFlag reports whether text holds a flag's key, in any case, with neither a
// letter, a digit nor what joins the words of a key beside it: "basket-v2" is not
// in "basket-v20", and "basket" is not in "basket-v2".
func namesFlag(text string, key FlagKey) bool {
	plain, _, _ := strings.Cut(string(key), "#") // a second life is key#2
	text, word := strings.ToLower(text), strings.ToLower(plain)
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start := from + i
		end := start + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, size := utf8.DecodeRuneInString(text[end:])
		if after == '.' { // the end of a sentence, unless a word follows
			after, _ = utf8.DecodeRuneInString(text[end+size:])
		}
		if !joinsKey(before) && !joinsKey(after) {
			return true
		}
		from = start + 1
	}
	return false
}

// joinsKey reports whether a rune beside a key makes it a part of a longer one.
func joinsKey(r rune) bool {
	return r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
