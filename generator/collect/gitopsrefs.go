package collect

import (
	"slices"
	"time"

	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// moving gives a source of refs that move the branches or tags that its pattern
// fits.
func (c *collector) moving(s DeploymentSource, r *reading) (deploylog.Moving, error) {
	m := deploylog.Moving{History: s.History, Settle: c.settle}
	if n := len(r.line.mainline); n > 0 {
		m.Newest = r.line.commits[r.line.mainline[n-1]].Committer.When
	}
	if s.From == "tag" {
		m.Refs = r.tagsLike(s.Pattern)
		return m, nil
	}
	refs, err := r.branchesLike(s.Pattern, nil)
	if err != nil {
		return m, err
	}
	for _, ref := range refs {
		ref.At = r.dateOf(ref.Target)
		list, own := r.lineOf(ref.Target)
		for step := range r.steps(list, own) {
			ref.Line = append(ref.Line, step)
		}
		m.Refs = append(m.Refs, ref)
	}
	return m, nil
}

// tagsLike lists the tags that a pattern fits. One that cannot be used is told
// by the branches, or fits nothing.
func (r *reading) tagsLike(pattern string) []deploylog.MovingRef {
	var refs []deploylog.MovingRef
	for _, t := range r.tags {
		ref := deploylog.MovingRef{Name: t.Name, Target: t.Target}
		if t.Kind == history.TargetCommit {
			ref.At = r.dateOf(t.Target)
		}
		if t.Annotated {
			ref.Tagger, ref.Message = t.Tagger, t.Message
		}
		refs = append(refs, ref)
	}
	found, err := deploylog.MatchRefs(pattern, refs, nil)
	if err != nil {
		r.badPattern(err)
	}
	return found
}

func (r *reading) badPattern(err error) {
	r.problem(ledger.Problem{Origins: []ledger.Origin{{Repository: r.in.Name}}, Rule: "bad-pattern", Level: ledger.LevelError,
		Message: err.Error(), Hint: "correct the source in site.toml"})
}

// dateOf gives a commit's date, the zero time when it is not here.
func (r *reading) dateOf(h history.Hash) time.Time {
	if i, ok := r.line.index[h]; ok {
		return r.line.commits[i].Committer.When
	}
	return time.Time{}
}

// movingTags reports which tags the sources of moving tags take: they are no
// versions, and no deployments of their own.
func (c *collector) movingTags(r *reading) func(tag string) bool {
	claimed := map[string]bool{}
	for _, s := range c.opt.Deployments {
		if s.From != "tag" || c.of(s.Repository) != r {
			continue
		}
		for _, ref := range r.tagsLike(s.Pattern) {
			if len(s.Environments) == 0 || slices.Contains(s.Environments, ref.Environment) {
				claimed[ref.Name] = true
			}
		}
	}
	return func(tag string) bool { return claimed[tag] }
}

// deploymentMessages lists the messages of commits and tags that have trailers
// which tell of a deployment, commits in the order of their ids, then tags.
func (r *reading) deploymentMessages() []deploylog.TrailerMessage {
	var out []deploylog.TrailerMessage
	for i := range r.messages {
		m := &r.messages[i]
		if trailers := deploymentTrailers(m.Trailers); trailers != nil {
			k := &r.line.commits[i]
			out = append(out, deploylog.TrailerMessage{Commit: k.Hash, At: k.Committer.When, Who: r.mailmap.Name(k.Author), Subject: m.Subject, Trailers: trailers})
		}
	}
	for _, t := range r.tags {
		if !t.Annotated || t.Kind != history.TargetCommit {
			continue
		}
		m := ParseMessage(t.Message, false)
		if trailers := deploymentTrailers(m.Trailers); trailers != nil {
			out = append(out, deploylog.TrailerMessage{Commit: t.Target, Tag: t.Name, At: t.Tagger.When, Who: r.mailmap.Name(t.Tagger), Subject: m.Subject, Trailers: trailers})
		}
	}
	return out
}

func deploymentTrailers(list []Trailer) []deploylog.Trailer {
	var out []deploylog.Trailer
	for _, t := range list {
		if deploylog.SpeaksOfDeployment(t.Key) {
			out = append(out, deploylog.Trailer{Key: t.Key, Value: t.Value, Line: t.Line})
		}
	}
	return out
}
