package ledger

import (
	"fmt"
	"slices"
)

// doubt adds the problems that only the whole shows.
func (c *computation) doubt() {
	for _, b := range c.repos {
		c.doubtHistory(b)
	}
	lost := map[lostName][]*Record{}
	for _, r := range c.records {
		b := c.home(r.Repository)
		if b == nil || !counts(r) || !needsRevision(r) {
			continue
		}
		if x, ok := b.graph.index[r.Revision]; ok {
			c.doubtTime(b, r, x)
		} else {
			name := lostName{b.repo.Name, r.Environment}
			lost[name] = append(lost[name], r)
		}
	}
	for _, records := range lost {
		c.doubtRevisions(records)
	}
	for _, key := range c.keys {
		c.doubtFlag(c.flags[key])
	}
	c.doubtDeclared()
}

// needsRevision reports whether a record is about code, and not about traffic or
// the end of a lane.
func needsRevision(r *Record) bool {
	return r.Kind != KindUndeploy && (r.Kind != KindTrafficSwitch || r.Ref != "")
}

func (c *computation) doubtHistory(b *book) {
	if n := len(b.repo.Shallow); n > 0 {
		c.problem([]Origin{{Repository: b.repo.Name, Commit: b.repo.Shallow[0]}}, "shallow", LevelError,
			"this is a shallow clone: what lies before its border is unknown, and so are dates that rest on it",
			"fetch the whole history: git fetch --unshallow --tags (in a pipeline: fetch-depth 0)")
	}
	var ahead []Origin
	for _, x := range b.graph.mainline {
		if f := b.graph.commits[x]; f.Committed.After(c.asOf) {
			ahead = append(ahead, Origin{Repository: b.repo.Name, Commit: f.Hash})
		}
	}
	if len(ahead) > 0 {
		c.problem(ahead[:1], "clock-skew", LevelInfo, fmt.Sprintf("commits on the mainline are dated after the as-of, with older ones on top: %d", len(ahead)),
			"a clock was wrong; the order of history counts, not these dates")
	}
}

// lostName is what records without a commit are told by, where they are many.
type lostName struct {
	repository  RepositoryName
	environment EnvironmentName
}

// maxLost is up to how many records without a commit are told one by one: a
// repository whose code is not read has tens of thousands.
const maxLost = 20

// doubtRevisions tells of the records of an environment whose commits are not
// known, in their order.
func (c *computation) doubtRevisions(records []*Record) {
	const hint = "record the full commit, or fetch it: git fetch --tags --unshallow"
	last := records[len(records)-1]
	if len(records) > maxLost {
		c.problem(last.Origins, "unresolved-revision", LevelWarning,
			fmt.Sprintf("cannot tell which commits %d records of %s name, the last of them %q; what ran with them is unknown", len(records), last.Environment, last.Ref), hint)
		return
	}
	for _, r := range records {
		c.problem(r.Origins, "unresolved-revision", LevelWarning,
			fmt.Sprintf("cannot tell which commit %q is; what %s ran from then on is unknown until the next record", r.Ref, r.Environment), hint)
	}
}

// doubtTime asks whether a deployment was before its commit.
func (c *computation) doubtTime(b *book, r *Record, x int32) {
	if at := b.graph.commits[x].Committed; r.FinishedAt.Before(at) {
		c.problem(r.Origins, "deployed-before-commit", LevelInfo,
			fmt.Sprintf("deployed %s before its commit is dated", at.Sub(r.FinishedAt)), "a clock was wrong, or the time zone of the record")
	}
}

func (c *computation) doubtFlag(t *timeline) {
	if t.book == nil {
		c.problem(t.fact.Origins, "unknown-repository", LevelWarning, fmt.Sprintf("the manifest of flag %q is in a repository that is not read", t.fact.Key),
			"add the repository to site.toml")
		return
	}
	if t.end != none && t.fact.RetiredAs == "" {
		c.doubtRetired(t)
	}
}

// doubtRetired asks what became of a flag that was taken out while it let some
// users in.
func (c *computation) doubtRetired(t *timeline) {
	for _, env := range c.envs {
		list := t.inForce[env].list
		if len(list) == 0 || c.tier(env) != TierProduction {
			continue
		}
		e := gate(list[len(list)-1].setting)
		if e.share.IsExact() && (e.share.Lo == 0 || e.share.Lo == Hundred) && len(e.groups) == 0 {
			continue
		}
		c.problem([]Origin{{Repository: t.endIn, Commit: t.fact.RetiredBy}}, "retired-undecided", LevelWarning,
			fmt.Sprintf("flag %q left its manifest while %s was neither fully on nor off; that state is taken to stay", t.fact.Key, env),
			fmt.Sprintf("say what became of it: a trailer Flag-Retired: %s=released, or =dropped", t.fact.Key))
		return
	}
}

// exposedWithoutDeployment lists flags that are on where no live revision holds
// a change behind them.
func (c *computation) exposedWithoutDeployment(changes []Change) {
	held := map[FlagKey]map[EnvironmentName]bool{}
	for i := range changes {
		for _, in := range changes[i].Environments {
			for _, f := range changes[i].Flags {
				if f.Role != RoleBehind {
					continue
				}
				if held[f.Key] == nil {
					held[f.Key] = map[EnvironmentName]bool{}
				}
				live := !slices.Contains([]Status{StatusNotDeployed, StatusRolledBack, StatusReverted}, in.Status)
				held[f.Key][in.Environment] = held[f.Key][in.Environment] || live
			}
		}
	}
	for _, key := range c.keys {
		t := c.flags[key]
		for _, env := range sortedKeys(held[key]) {
			list := t.inForce[env].list
			if held[key][env] || t.fact.Effect == EffectDeployment || len(list) == 0 || !gate(list[len(list)-1].setting).any() || t.end != none {
				continue
			}
			c.problem(list[len(list)-1].origins, "exposed-without-deployment", LevelInfo,
				fmt.Sprintf("flag %q lets users in, and no change behind it runs in %s", key, env), "deploy the change, or turn the flag off until then")
		}
	}
}
