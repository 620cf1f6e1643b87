package collect

import (
	"context"
	"slices"
	"strings"

	"daylight/generator/deploylog"
	"daylight/generator/facts"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// CollectPart reads some of the repositories for whoever joins them with the
// others, which are marked Elsewhere. The facts then hold every commit that a
// branch or a tag reaches, since a deployment of any of them may be written down
// in another repository.
func CollectPart(ctx context.Context, opt Options) (facts.Part, error) {
	opt.Part = true
	c, err := collected(ctx, opt)
	if err != nil {
		return facts.Part{}, err
	}
	p := facts.Part{Facts: c.facts(), Pending: c.pending, Pointers: c.pointers, FlagNotes: c.flagNotes, Lives: c.lives}
	slices.SortFunc(p.Pending, deploylog.ComparePending)
	for _, r := range c.read() {
		s := facts.Source{Name: r.in.Name, SourcesOnly: r.in.SourcesOnly}
		for _, t := range r.tags {
			if t.Kind == history.TargetCommit {
				s.Tags = append(s.Tags, facts.Tag{Name: t.Name, Commit: ledger.Hash(t.Target)})
			}
		}
		slices.SortFunc(s.Tags, func(a, b facts.Tag) int { return strings.Compare(a.Name, b.Name) })
		p.Sources = append(p.Sources, s)
	}
	return p, nil
}

// read lists the repositories that are read.
func (c *collector) read() []*reading {
	var out []*reading
	for _, r := range c.readings {
		if !r.in.Elsewhere {
			out = append(out, r)
		}
	}
	return out
}

// stub stands for a repository that is not read: it has names and no commits.
func (c *collector) stub(in Repository) {
	r := &reading{in: in, unread: map[history.Hash]error{}}
	r.number(nil)
	c.readings = append(c.readings, r)
	c.by[in.Name] = r
}

// elsewhere reports whether a repository is not read here.
func (c *collector) elsewhere(name ledger.RepositoryName) bool {
	r := c.of(name)
	return r != nil && r.in.Elsewhere
}

// deferPointer keeps what a ref that moves says, for whoever knows the records of
// other repositories. No source has records of a hidden environment.
func (c *collector) deferPointer(p deploylog.Pointer, source int) bool {
	if c.names.hidden[p.Record.Environment] {
		return false
	}
	p.Record.Order += source << sourceShift
	c.pointers = append(c.pointers, p)
	return true
}

func (c *collector) deferred(p deploylog.Pending) { c.pending = append(c.pending, p) }

// named lists what branches and tags name.
func (r *reading) named() []history.Hash {
	out := slices.Clone(r.heads)
	for _, t := range r.tags {
		if t.Kind == history.TargetCommit {
			out = append(out, t.Target)
		}
	}
	return out
}

// keepFlagNotes keeps the notes about flags for whoever knows their manifests.
func (c *collector) keepFlagNotes(r *reading, notes map[ledger.FlagKey]*ledger.NoteText) {
	if !c.opt.Part {
		return
	}
	for _, key := range sortedKeys(notes) {
		c.flagNotes = append(c.flagNotes, facts.FlagNote{Repository: r.in.Name, Flag: key, Note: notes[key]})
	}
}

// parts lists the lives with what joining needs, by their place.
func (b *flagBook) parts() []facts.Life {
	out := make([]facts.Life, 0, len(b.lives))
	for n := range b.lives {
		l := &b.lives[n]
		begin, end := l.lifetime()
		out = append(out, facts.Life{Begin: begin, End: end,
			Key: l.final, Base: l.key, Aliases: l.aliases, Order: l.place<<sourceShift + n,
			PullRequests: l.meta.PullRequests, Origin: l.origin, Alive: l.end == alive})
	}
	return out
}
