package ledger_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// commit reads "commit", "branch" and "merge".
func (s *scenario) commit(w []string, o options) error {
	r := &s.facts.Repositories[s.repo]
	c := ledger.Commit{Hash: s.hash(w[1]), Title: w[1], Author: "Somebody"}
	if err := s.instant(w[2], &c.Committed); err != nil {
		return err
	}
	c.Authored = c.Committed
	if slices.ContainsFunc(r.Commits, func(other ledger.Commit) bool { return other.Hash == c.Hash }) {
		return fmt.Errorf("%s is there already", w[1])
	}
	if on := o.take("on"); w[0] == "branch" {
		for _, parent := range strings.Split(on, ",") {
			c.Parents = append(c.Parents, s.hash(parent))
		}
	} else {
		if tip := s.tips[s.repo]; tip != "" {
			c.Parents = append(c.Parents, s.hash(tip))
		}
		for _, parent := range w[3:] {
			c.Parents = append(c.Parents, s.hash(parent))
		}
		s.tips[s.repo], r.Mainline = w[1], c.Hash
	}
	switch touches := o.take("touches"); touches {
	case "":
	case "none":
		c.Components = []ledger.ComponentName{}
	default:
		for _, name := range strings.Split(touches, ",") {
			c.Components = append(c.Components, ledger.ComponentName(name))
		}
	}
	r.Commits = append(r.Commits, c)
	return nil
}

func (s *scenario) version(w []string, o options) error {
	r := &s.facts.Repositories[s.repo]
	v := ledger.VersionFact{
		Name: ledger.VersionName(w[1]), Commit: s.hash(w[2]), When: ledger.When{Basis: ledger.BasisTaggerDate},
		Component: ledger.ComponentName(o.take("of")), Prerelease: o.take("pre") != "", Origins: s.origin(),
	}
	if err := s.instant(w[3], &v.When.At); err != nil {
		return err
	}
	var err error
	v.Order, err = orderOf(o, len(r.Versions))
	r.Versions = append(r.Versions, v)
	return err
}

// deploy reads "deploy", "undeploy" and "switch".
func (s *scenario) deploy(w []string, o options) error {
	r := ledger.Record{
		ID: "d" + strconv.Itoa(len(s.facts.Deployments)+1), Repository: s.facts.Repositories[s.repo].Name,
		Environment: ledger.EnvironmentName(w[1]), Component: ledger.ComponentName(o.take("to")), Slot: o.take("slot"),
		Kind: ledger.DeploymentKind(o.take("kind")), Status: ledger.RecordSucceeded, TimeBasis: ledger.BasisDeclared, Origins: s.origin(),
	}
	at := w[len(w)-1]
	switch w[0] {
	case "undeploy":
		r.Kind = ledger.KindUndeploy
	case "switch":
		r.Kind, r.Slot = ledger.KindTrafficSwitch, w[2]
	default:
		r.Ref = w[2]
		if !strings.HasPrefix(w[2], "?") {
			r.Revision = s.hash(w[2])
		}
	}
	if status := o.take("status"); status != "" {
		r.Status = ledger.RecordStatus(status)
	}
	if weight := o.take("weight"); weight != "" {
		share, err := exactly(weight)
		if err != nil {
			return err
		}
		r.Weight = &share
	}
	if err := s.instant(at, &r.FinishedAt); err != nil {
		return err
	}
	var err error
	r.Order, err = orderOf(o, len(s.facts.Deployments))
	s.facts.Deployments = append(s.facts.Deployments, r)
	return err
}

// flag reads "flag", "step", "at" and "link".
func (s *scenario) flag(w []string, o options) error {
	name := s.facts.Repositories[s.repo].Name
	switch w[0] {
	case "flag":
		h := ledger.FlagHistory{
			Key: ledger.FlagKey(w[1]), Repository: name, Source: "flags.yaml", Effect: ledger.Effect(w[2]),
			Branch: o.take("branch"), RetiredAs: o.take("retired"), DeployedWith: ledger.ComponentName(o.take("with")), Origins: s.origin(),
		}
		if by := o.take("by"); by != "" {
			h.RetiredBy = s.hash(by)
		}
		if delay := o.take("delay"); delay != "" {
			var err error
			if h.Delay, err = time.ParseDuration(delay); err != nil {
				return err
			}
		}
		s.facts.Flags = append(s.facts.Flags, h)
		return nil
	case "link":
		return s.link(w, o)
	}
	i := -1 // the newest of this key, that of the repository itself if there is one
	for n, h := range s.facts.Flags {
		if string(h.Key) == w[1] && (i < 0 || h.Repository == name || s.facts.Flags[i].Repository != name) {
			i = n
		}
	}
	if i < 0 {
		return fmt.Errorf("no flag %s", w[1])
	}
	h := &s.facts.Flags[i]
	env := ledger.EnvironmentName(strings.TrimPrefix(w[3], "*"))
	set, err := setting(w[4])
	if err != nil {
		return err
	}
	plan, err := s.plan(w[5:])
	gone, dated := o.take("gone") != "", o.take("dated") != ""
	if w[0] == "at" {
		h.At = append(h.At, ledger.FlagAt{Revision: s.hash(w[2]), Environment: env, Setting: set, Plan: plan, Removed: gone, Origins: s.origin()})
	} else {
		step := ledger.FlagStep{Commit: s.hash(w[2]), Environment: env, Setting: set, Plan: plan, Removed: gone, Dated: dated, Origins: s.origin()}
		if on := o.take("since"); on != "" {
			if err := s.instant(on, &step.At); err != nil {
				return err
			}
		}
		h.Steps = append(h.Steps, step)
	}
	return err
}

func (s *scenario) plan(words []string) (out []ledger.PlannedSetting, err error) {
	for _, word := range words {
		what, when, _ := strings.Cut(word, "@")
		var p ledger.PlannedSetting
		if p.Setting, err = setting(what); err != nil {
			return nil, err
		}
		if err = s.instant(when, &p.At); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *scenario) link(w []string, o options) error {
	key, variant, _ := strings.Cut(strings.TrimPrefix(w[2], "!"), "=")
	l := ledger.FlagLink{
		Repository: s.facts.Repositories[s.repo].Name, Commit: s.hash(w[1]), Key: ledger.FlagKey(key), Variant: variant,
		Negated: strings.HasPrefix(w[2], "!"), By: ledger.LinkTrailer, Role: ledger.RoleBehind, Origins: s.origin(),
	}
	if by := o.take("by"); by != "" {
		l.By = ledger.LinkRule(by)
	}
	if role := o.take("role"); role != "" {
		l.Role = ledger.LinkRole(role)
	}
	s.facts.Links = append(s.facts.Links, l)
	return nil
}

// release reads a declared release: of a commit, "version:v1" or "flag:basket".
func (s *scenario) release(w []string) error {
	set, err := setting(w[4])
	if err != nil {
		return err
	}
	d := ledger.DeclaredRelease{
		Repository: s.facts.Repositories[s.repo].Name, Environment: ledger.EnvironmentName(strings.TrimPrefix(w[1], "*")),
		At: ledger.When{Basis: ledger.BasisDeclared}, Percent: set.Percent, Groups: set.Groups, Origins: s.origin(),
	}
	if version, ok := strings.CutPrefix(w[2], "version:"); ok {
		d.Version = ledger.VersionName(version)
	} else if flag, ok := strings.CutPrefix(w[2], "flag:"); ok {
		d.Flag = ledger.FlagKey(flag)
	} else {
		d.Commit = s.hash(w[2])
	}
	err = s.instant(w[3], &d.At.At)
	s.facts.Releases = append(s.facts.Releases, d)
	return err
}
