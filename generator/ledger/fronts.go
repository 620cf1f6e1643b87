package ledger

import (
	"slices"
	"time"
)

// gateKey is all that a prepared link depends on: many changes stand behind the
// same flag in the same way.
type gateKey struct {
	link
	env  EnvironmentName
	home bool // the manifest is in the change's own repository
}

// prepareFlags computes once per flag and environment what many changes ask.
func (c *computation) prepareFlags() {
	c.usual = front{waits: c.by == ReleasesDeclared}
	parallel(len(c.keys), func(i int) {
		t := c.flags[c.keys[i]]
		t.inForce = make(map[EnvironmentName]inForce, len(c.envs))
		for _, env := range c.envs {
			_, named := t.own(env)
			t.inForce[env] = inForce{t.merged(env, c.asOf), named}
		}
		t.first = t.began()
	})
	c.gates = map[gateKey]*gateLink{}
	for _, b := range c.repos {
		for n := range b.changes {
			if len(b.changes[n].links) > 0 {
				b.gated = append(b.gated, int32(n))
			}
			for _, k := range b.changes[n].links {
				for _, env := range c.envs {
					c.prepareGate(b, k, env)
				}
			}
		}
	}
}

func keyOf(b *book, k link, env EnvironmentName) gateKey {
	return gateKey{k, env, k.flag != nil && k.flag.book == b}
}

// prepareGate makes what stands between an environment and the changes of a
// repository that are linked to a flag alike.
func (c *computation) prepareGate(b *book, k link, env EnvironmentName) {
	key := keyOf(b, k, env)
	if c.gates[key] != nil {
		return
	}
	g := &gateLink{link: k, env: env}
	c.gates[key] = g
	t := k.flag
	switch {
	case t == nil:
		return
	case t.book == nil:
		g.isAway = true // its repository is not read: unknown
	case t.fact.Effect != EffectDeployment:
		known := t.inForce[env]
		g.merged, g.named, g.first = known.list, known.named, t.first
		g.border, g.early = t.border, t.beforeLog(env)
	case !key.home:
		g.isAway, g.away = true, t.away[env]
	}
	g.moments = sortedMoments(g.findMoments(), c.asOf)
}

// sortedMoments gives the distinct instants up to asOf, in order.
func sortedMoments(list []time.Time, asOf time.Time) []time.Time {
	list = slices.DeleteFunc(list, func(t time.Time) bool { return t.After(asOf) })
	slices.SortFunc(list, time.Time.Compare)
	return slices.CompactFunc(list, time.Time.Equal)
}

// isUsual reports whether nothing of its own is in front of a change in an
// environment.
func (c *computation) isUsual(b *book, number int32, env EnvironmentName) bool {
	return len(b.changes[number].links) == 0 && (len(c.declared) == 0 || len(c.declared[declaredKey{b, number, env}]) == 0)
}

// frontOf gives what is in front of a change in an environment.
func (c *computation) frontOf(b *book, number int32, env EnvironmentName) *front {
	if c.isUsual(b, number, env) {
		return &c.usual
	}
	links, declared := b.changes[number].links, c.declared[declaredKey{b, number, env}]
	f := &front{waits: c.usual.waits, declared: declared, links: make([]*gateLink, len(links))}
	for i, k := range links {
		f.links[i] = c.gates[keyOf(b, k, env)]
	}
	if len(links) == 1 && len(declared) == 0 {
		f.moments = f.links[0].moments
		return f
	}
	for _, k := range f.links {
		f.moments = append(f.moments, k.moments...)
	}
	for _, d := range declared {
		f.moments = append(f.moments, d.at)
	}
	f.moments = sortedMoments(f.moments, c.asOf)
	return f
}
