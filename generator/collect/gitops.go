package collect

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxState bounds a file of the desired state.
const maxState = 8 << 20

// desired gives a source of a desired state its commits: the mainline, or the
// branch of each environment.
func (c *collector) desired(ctx context.Context, s DeploymentSource, r, of *reading) (deploylog.Desired, error) {
	d := deploylog.Desired{
		Files: s.Files, Value: s.Value, Gate: s.Gate, Hold: s.Hold, Keep: s.Keep, Components: s.Components,
		Blob: func(h history.Hash) ([]byte, error) { return r.in.Repo.Blob(h, maxState) },
		Held: func(h ledger.Hold) {
			h.Environment = c.names.canonical(h.Environment)
			if owner := c.of(h.Repository); owner != nil {
				h.Component = owner.component(string(h.Component))
			}
			if !c.names.hidden[h.Environment] {
				c.holds = append(c.holds, h)
			}
		},
		ResolveIn: func(name ledger.RepositoryName) func(string) deploylog.Resolution {
			if name == of.in.Name {
				return of.resolver()
			}
			if owner := c.by[name]; owner != nil {
				return owner.resolver()
			}
			return func(string) deploylog.Resolution { return deploylog.Resolution{} }
		},
	}
	if s.Of == "" {
		d.Owner = func(name ledger.ComponentName) (ledger.RepositoryName, bool) {
			if owner := c.owner(name, of); owner != nil {
				return owner.in.Name, true
			}
			r.foreign = true
			return r.in.Name, false
		}
	}
	if s.Branch == "" {
		d.Lines = []deploylog.CommitLine{{Steps: r.steps(r.line.mainline, 0)}}
		return d, nil
	}
	lines, err := r.branchLines(ctx, s)
	d.Lines = lines
	return d, err
}

// owner finds the repository that a component is built from: the one that is
// configured to have it, or that is called like it. Records that name no
// component speak of the repository that the source is for.
func (c *collector) owner(name ledger.ComponentName, of *reading) *reading {
	if name == "" {
		return of
	}
	for _, r := range c.readings {
		for _, k := range r.in.Components {
			if k.Name == name || slices.Contains(k.Aliases, string(name)) {
				return r
			}
		}
	}
	return c.by[ledger.RepositoryName(name)]
}

// steps goes along a first-parent line; own is where what belongs to the line
// itself begins.
func (r *reading) steps(list []int32, own int) iter.Seq[deploylog.Step] {
	return func(yield func(deploylog.Step) bool) {
		for n, i := range list {
			k := &r.line.commits[i]
			step := deploylog.Step{
				Commit: ledger.Hash(k.Hash), At: k.Committer.When, Actor: r.mailmap.Name(k.Author), Message: r.messages[i].Text,
				Changes: r.changes[i], Before: n < own,
			}
			if !yield(step) {
				return
			}
		}
	}
}

// branchLines gives the first-parent line of each branch that the source's
// pattern fits.
func (r *reading) branchLines(ctx context.Context, s DeploymentSource) ([]deploylog.CommitLine, error) {
	branches, err := r.branchesLike(s.Branch, s.Environments)
	if err != nil {
		return nil, err
	}
	var out []deploylog.CommitLine
	for _, b := range branches {
		list, own := r.lineOf(b.Target)
		if err := r.compare(ctx, list[own:]); err != nil {
			return nil, err
		}
		out = append(out, deploylog.CommitLine{Environment: b.Environment, Component: b.Component, Steps: r.steps(list, own)})
	}
	return out, nil
}

// branchesLike lists the branches that a pattern fits, by name. Of a branch that
// is here and on the remote, the remote's counts: nobody keeps the other up to
// date. A pattern that cannot be used is a problem, and fits nothing.
func (r *reading) branchesLike(pattern string, environments []ledger.EnvironmentName) ([]deploylog.MovingRef, error) {
	branches, err := r.in.Repo.Branches()
	if err != nil {
		return nil, fmt.Errorf("read branches of %s: %w", r.in.Name, err)
	}
	byName := map[string]history.Hash{}
	var names []string
	for _, b := range branches {
		name, local := strings.CutPrefix(b.Name, "refs/heads/")
		if !local {
			name = strings.TrimPrefix(b.Name, "refs/remotes/origin/")
		}
		if _, there := byName[name]; !there {
			names = append(names, name)
		} else if local {
			continue
		}
		byName[name] = b.Target
	}
	slices.Sort(names)
	var refs []deploylog.MovingRef
	for _, name := range names {
		refs = append(refs, deploylog.MovingRef{Name: name, Target: byName[name]})
	}
	found, err := deploylog.MatchRefs(pattern, refs, environments)
	if err != nil {
		r.badPattern(err)
	}
	return found, nil
}

// lineOf follows first parents from a commit to the root, oldest first; own is
// the place of the first commit that is no step of the mainline.
func (r *reading) lineOf(tip history.Hash) (list []int32, own int) {
	at, ok := r.line.index[tip]
	for ok {
		list = append(list, at)
		parents := r.line.commits[at].Parents
		if len(parents) == 0 {
			break
		}
		at, ok = r.line.index[parents[0]]
	}
	slices.Reverse(list)
	for own < len(list) && r.line.onMainline(list[own]) {
		own++
	}
	return list, own
}

// keepForeign says of the commits of a repository that they belong to its own
// components, once others run beside them whose code is elsewhere: a desired
// state names what it deploys, and is not it.
func (r *reading) keepForeign() {
	if !r.foreign {
		return
	}
	own := slices.Clone(r.facts.Components)
	if len(own) == 0 {
		own = []ledger.ComponentName{ledger.ComponentName(r.in.Name)}
	}
	for i := range r.facts.Commits {
		if r.facts.Commits[i].Components == nil {
			r.facts.Commits[i].Components = own
		}
	}
}
