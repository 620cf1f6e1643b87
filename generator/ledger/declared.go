package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// readDeclared finds what declared releases name: a change, all changes of a
// version, or all behind a flag.
func (c *computation) readDeclared() {
	c.declared = map[declaredKey][]declaredStep{}
	list := slices.Clone(c.facts.Releases)
	slices.SortStableFunc(list, compareDeclared)
	for i := range list {
		d := &list[i]
		b := c.home(d.Repository)
		if b == nil || d.At.At.After(c.asOf) {
			continue
		}
		named := c.namedBy(b, d)
		if len(named) == 0 {
			c.problem(d.Origins, "unknown-change", LevelWarning, "a declared release names no change that is known here",
				"name a commit, a version or a flag of this repository")
		}
		envs := c.declaredIn(d)
		if len(envs) == 0 {
			c.doubtDeclaredIn(d)
		}
		e := exposure{share: d.Percent, groups: slices.Clone(d.Groups)}.tidy()
		for _, n := range named {
			for _, env := range envs {
				k := declaredKey{b, n, env}
				c.declared[k] = append(c.declared[k], declaredStep{d.At.At, d.At.Basis, e, d.Origins})
			}
		}
	}
}

// declaredIn lists the environments that a declared release is about: the one
// that it names, or all of tier production.
func (c *computation) declaredIn(d *DeclaredRelease) []EnvironmentName {
	return slices.DeleteFunc(slices.Clone(c.envs), func(env EnvironmentName) bool {
		if d.Environment == "" {
			return c.tier(env) != TierProduction
		}
		return env != d.Environment
	})
}

// doubtDeclaredIn reports a declared release that is about no environment.
func (c *computation) doubtDeclaredIn(d *DeclaredRelease) {
	message := fmt.Sprintf("a declared release names the environment %q, which nothing else knows", d.Environment)
	if d.Environment == "" {
		message = "a declared release names no environment, and none is known of tier production"
	}
	c.problem(d.Origins, "unknown-environment", LevelWarning, message, "name an environment that deployments, flags or the configuration know")
}

// compareDeclared orders by instant, environment, what is named, share and place.
func compareDeclared(a, b DeclaredRelease) int {
	return cmp.Or(a.At.At.Compare(b.At.At), cmp.Compare(a.Environment, b.Environment), CompareHashes(a.Commit, b.Commit),
		cmp.Compare(a.Version, b.Version), cmp.Compare(a.Flag, b.Flag), cmp.Compare(a.Percent.Lo, b.Percent.Lo),
		slices.CompareFunc(a.Origins, b.Origins, CompareOrigins))
}

// namedBy lists the changes that a declared release names.
func (c *computation) namedBy(b *book, d *DeclaredRelease) []int32 {
	var out []int32
	switch {
	case !d.Commit.IsZero():
		if n := b.changeOf(d.Commit); n != none {
			out = append(out, n)
		}
	case d.Version != "":
		for n := range b.changes {
			if slices.ContainsFunc(b.firstIn[n], func(v int32) bool { return b.versions[v].fact.Name == d.Version }) {
				out = append(out, int32(n))
			}
		}
	case d.Flag != "":
		t := c.flags[d.Flag]
		for n := range b.changes {
			if t != nil && slices.ContainsFunc(b.changes[n].links, func(k link) bool { return k.flag == t }) {
				out = append(out, int32(n))
			}
		}
	}
	return out
}

// doubtDeclared reports the declared releases that still count, where a flag in
// front of the change lets fewer people through: the flag wins. One declaration
// of many changes is one problem for each flag.
func (c *computation) doubtDeclared() {
	list := slices.Clone(c.facts.Releases)
	slices.SortStableFunc(list, compareDeclared)
	for i := range list {
		d := &list[i]
		b := c.home(d.Repository)
		if b == nil || d.At.At.After(c.asOf) {
			continue
		}
		for _, env := range c.declaredIn(d) {
			c.doubtDeclaredOf(b, d, env)
		}
	}
}

// doubtDeclaredOf does so for one declared release in one environment.
func (c *computation) doubtDeclaredOf(b *book, d *DeclaredRelease, env EnvironmentName) {
	told := map[FlagKey]bool{}
	for _, n := range c.namedBy(b, d) {
		steps := c.declared[declaredKey{b, n, env}]
		last := steps[len(steps)-1]
		if !last.at.Equal(d.At.At) || !slices.Equal(last.origins, d.Origins) {
			continue // declared otherwise since
		}
		for _, k := range c.frontOf(b, n, env).links {
			// A flag that no manifest knows is a problem of its own.
			if k.flag == nil || told[k.flag.fact.Key] || !c.saysLess(b, n, k, last.exp) {
				continue
			}
			told[k.flag.fact.Key] = true
			c.problem(d.Origins, "flag-says-less", LevelWarning,
				fmt.Sprintf("declared as released in %s to %s, and flag %q lets fewer through: the flag counts", env, whom(last.exp), k.flag.fact.Key),
				"turn the flag, or declare what is so")
		}
	}
}

// saysLess reports whether a flag keeps from users what a declaration says that
// they see, in a revision that is live as of now. What is not known says nothing.
func (c *computation) saysLess(b *book, number int32, k *gateLink, said exposure) bool {
	for _, l := range c.lanes {
		if l.book != b || l.name.environment != k.env || !b.changes[number].belongsTo(l.part) || len(l.instants) == 0 {
			continue
		}
		for _, h := range l.instants[len(l.instants)-1].holders {
			if h.revision == none {
				continue
			}
			if e := k.at(b, h.revision, c.asOf); !e.unknown && compareExposure(said, least([]exposure{said, e})) < 0 {
				return true
			}
		}
	}
	return false
}

// whom names those who see something, for a message.
func whom(e exposure) string {
	var parts []string
	for _, g := range e.groups {
		parts = append(parts, fmt.Sprintf("group %q", g.Name))
	}
	switch {
	case e.share == Everybody():
		return "everybody"
	case e.share.Hi > 0 || len(parts) == 0:
		parts = append(parts, e.share.String()+" %")
	}
	return strings.Join(parts, " and ")
}
