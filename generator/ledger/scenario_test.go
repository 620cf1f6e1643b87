package ledger_test

import (
	"crypto/sha1"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// A scenario is a small history, written one fact a line. The first word names
// the fact; words follow in a fixed order, then options as key=value. Instants
// are of 2026, "03-05" or "03-05T10:30". Line numbers become origins.
//
//	repository shop                 what follows is of this repository ("shop" at first)
//	components web api              its components, the first is the default
//	commit a 03-01 touches=web      the next commit of the mainline (touches=none: no component)
//	branch x 03-02 on=a             a commit off the mainline (on=a,b: a merge there)
//	merge m 03-05 x y               the next commit of the mainline, with more parents
//	missing x                       x is named, and is not in the repository
//	shallow a                       a clone cut off the parents of a
//	version v1 a 03-05 order=1      a tag; pre=yes, of=web for a component's line
//	deploy production a 03-05       status=failed, to=web, slot=blue, weight=25, kind=rollback,
//	                                order=1; ?x instead of a is a ref that cannot be resolved
//	undeploy production 03-06       to=web, slot=blue
//	switch production blue 03-07    the traffic goes to a slot; weight=60, to=web
//	flag basket merge               or deployment; delay=1h, retired=released, by=c, with=ops
//	step basket a production off    from mainline commit a on; * is every other environment;
//	                                plans follow as setting@instant; gone=yes: the entry is removed;
//	                                dated=yes: the plan is a log, dated by itself
//	at basket x production on       the manifest of a deployed revision off the mainline
//	link b basket                   !basket, basket=new; role=moves, by=edit
//	revert r a                      r undoes a
//	backport x a                    x is a copy of a
//	reapply m a                     m re-applies a
//	release production a 03-05 on   a person declared it; * is every environment of tier production;
//	                                version:v1 or flag:basket instead of a
//	threshold 50; groups beta staff; by version; environments production staging
//	asof 03-20                      the last of December unless given
//	show changes live               what the want lists: see tell; only changes unless given
//
// A setting is on, off, unknown, a percentage, an interval "0..40" or nothing,
// then groups that are let in ("+beta", "+beta:50"), groups that are kept out
// ("-staff"), and the shares of variants ("=new:30,old:70").
type scenario struct {
	facts  ledger.Facts
	policy ledger.Policy
	asOf   time.Time
	text   string

	show []string

	names   map[ledger.Hash]string
	missing []string
	line    int
	repo    int // index of the repository that lines speak of
	tips    map[int]string
}

// parseScenario reads a scenario. A line that it does not know is an error:
// examples must not say less than they seem to.
func parseScenario(text string) (*scenario, error) {
	s := &scenario{
		text: text, asOf: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
		names: map[ledger.Hash]string{}, tips: map[int]string{},
	}
	s.repository("shop")
	for i, line := range strings.Split(text, "\n") {
		s.line = i + 1
		line, _, _ = strings.Cut(line, "#")
		words, options := splitLine(line)
		if len(words) == 0 {
			continue
		}
		if err := s.read(words, options); err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", s.line, strings.TrimSpace(line), err)
		}
		for key := range options {
			return nil, fmt.Errorf("line %d: %s has no option %s", s.line, words[0], key)
		}
	}
	known := map[ledger.Hash]bool{}
	for i := range s.facts.Repositories {
		r := &s.facts.Repositories[i]
		if len(r.Components) == 0 {
			r.Components = []ledger.ComponentName{ledger.ComponentName(r.Name)}
		}
		for _, c := range r.Commits {
			known[c.Hash] = true
		}
	}
	for h, name := range s.names {
		if !known[h] && !slices.Contains(s.missing, name) {
			return nil, fmt.Errorf("no commit %s: say \"missing %s\" if that is meant", name, name)
		}
	}
	return s, nil
}

// options are taken out as they are understood, so that the rest is a mistake.
type options map[string]string

func (o options) take(key string) string {
	v := o[key]
	delete(o, key)
	return v
}

func splitLine(line string) (words []string, o options) {
	o = options{}
	for _, w := range strings.Fields(line) {
		key, value, ok := strings.Cut(w, "=")
		if ok && len(words) > 0 && isOption(words[0], key) {
			o[key] = value
		} else {
			words = append(words, w)
		}
	}
	return words, o
}

// isOption tells key=value from a variant of a flag or a setting with variants.
func isOption(verb, key string) bool {
	switch key {
	case "on":
		return verb == "branch"
	case "since":
		return verb == "step"
	case "branch":
		return verb == "flag"
	case "touches", "order", "pre", "of", "to", "slot", "weight", "kind", "status", "delay", "retired", "by", "with", "gone", "dated", "role":
		return verb != "link" || key == "role" || key == "by"
	}
	return false
}

func (s *scenario) read(w []string, o options) error {
	need := map[string]int{
		"repository": 2, "components": 2, "commit": 3, "branch": 3, "merge": 4, "shallow": 2, "version": 4, "deploy": 4,
		"undeploy": 3, "switch": 4, "flag": 3, "step": 5, "at": 5, "link": 3, "revert": 3, "backport": 3, "reapply": 3,
		"release": 5, "threshold": 2, "groups": 2, "by": 2, "environments": 2, "asof": 2, "missing": 2, "show": 2,
	}[w[0]]
	if need == 0 {
		return fmt.Errorf("no such fact")
	}
	if len(w) < need {
		return fmt.Errorf("want %d words", need)
	}
	r := &s.facts.Repositories[s.repo]
	switch w[0] {
	case "repository":
		s.repository(w[1])
	case "components":
		for _, name := range w[1:] {
			r.Components = append(r.Components, ledger.ComponentName(name))
		}
	case "commit", "branch", "merge":
		return s.commit(w, o)
	case "show":
		s.show = append(s.show, w[1:]...)
	case "missing":
		s.missing = append(s.missing, w[1:]...)
	case "shallow":
		r.Shallow = append(r.Shallow, s.hash(w[1]))
	case "version":
		return s.version(w, o)
	case "deploy", "undeploy", "switch":
		return s.deploy(w, o)
	case "flag", "step", "at", "link":
		return s.flag(w, o)
	case "revert":
		r.Reverts = append(r.Reverts, ledger.Revert{Commit: s.hash(w[1]), Undoes: s.hash(w[2]), Rule: "This reverts commit", Origins: s.origin()})
	case "backport", "reapply":
		r.Backports = append(r.Backports, ledger.Backport{
			Commit: s.hash(w[1]), Of: s.hash(w[2]), Rule: "cherry picked from commit", Reapply: w[0] == "reapply", Origins: s.origin(),
		})
	case "release":
		return s.release(w)
	case "asof":
		return s.instant(w[1], &s.asOf)
	default:
		return s.rule(w)
	}
	return nil
}

// rule reads a line of policy.
func (s *scenario) rule(w []string) (err error) {
	switch w[0] {
	case "threshold":
		s.policy.Threshold, err = ledger.ParsePercent(w[1])
	case "groups":
		s.policy.ReleaseGroups = w[1:]
	case "by":
		s.policy.ReleasesBy = ledger.ReleasesBy(w[1])
	case "environments":
		for _, name := range w[1:] {
			s.policy.Environments = append(s.policy.Environments, ledger.EnvironmentName(name))
		}
	}
	return err
}

// repository makes a repository the current one, and adds it when it is new.
func (s *scenario) repository(name string) {
	is := func(r ledger.Repository) bool { return string(r.Name) == name }
	s.repo = slices.IndexFunc(s.facts.Repositories, is)
	if s.repo < 0 {
		s.repo = len(s.facts.Repositories)
		s.facts.Repositories = append(s.facts.Repositories, ledger.Repository{Name: ledger.RepositoryName(name), Branch: "main"})
	}
}

// hash gives a name a commit id, the same in every run.
func (s *scenario) hash(name string) ledger.Hash {
	h := ledger.Hash(sha1.Sum([]byte(name)))
	s.names[h] = name
	return h
}

func (s *scenario) name(h ledger.Hash) string {
	if n, ok := s.names[h]; ok {
		return n
	}
	return h.Short()
}

func (s *scenario) origin() []ledger.Origin {
	return []ledger.Origin{{Repository: s.facts.Repositories[s.repo].Name, File: "scenario", Line: s.line}}
}

func (s *scenario) instant(word string, at *time.Time) error {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, "2026-"+word); err == nil {
			*at = t
			return nil
		}
	}
	return fmt.Errorf("no instant: %s", word)
}

// exactly reads a percentage of the scenario as a share.
func exactly(word string) (ledger.Share, error) {
	p, err := ledger.ParsePercent(word)
	return ledger.Exactly(p), err
}

// setting reads what a manifest says: see scenario.
func setting(word string) (out ledger.Setting, err error) {
	word, variants, _ := strings.Cut(word, "=")
	for _, v := range strings.Split(variants, ",") {
		if name, p, ok := strings.Cut(v, ":"); ok {
			share, err := exactly(p)
			if err != nil {
				return out, err
			}
			out.Variants = append(out.Variants, ledger.VariantShare{Variant: name, Percent: share})
		}
	}
	end := strings.IndexAny(word, "+-")
	if end < 0 {
		end = len(word)
	}
	base, rest := word[:end], word[end:]
	for rest != "" {
		end := strings.IndexAny(rest[1:], "+-") + 1
		if end == 0 {
			end = len(rest)
		}
		if rest[0] == '-' {
			out.Excludes = append(out.Excludes, rest[1:end])
		} else {
			name, p, partly := strings.Cut(rest[1:end], ":")
			if !partly {
				p = "100"
			}
			share, err := exactly(p)
			if err != nil {
				return out, err
			}
			out.Groups = append(out.Groups, ledger.GroupShare{Name: name, Percent: share})
		}
		rest = rest[end:]
	}
	out.State, out.Percent, err = baseSetting(base, len(out.Groups) > 0)
	return out, err
}

func baseSetting(word string, groups bool) (ledger.FlagState, ledger.Share, error) {
	switch {
	case word == "" && groups:
		return ledger.FlagTargeted, ledger.Exactly(0), nil
	case word == "on":
		return ledger.FlagOn, ledger.Everybody(), nil
	case word == "off":
		return ledger.FlagOff, ledger.Exactly(0), nil
	case word == "unknown":
		return ledger.FlagUnknown, ledger.Undecided(), nil
	}
	lo, hi, interval := strings.Cut(word, "..")
	if !interval {
		hi = lo
	}
	a, err := ledger.ParsePercent(lo)
	if err != nil {
		return "", ledger.Share{}, err
	}
	b, err := ledger.ParsePercent(hi)
	return ledger.FlagPartial, ledger.Share{Lo: a, Hi: b}, err
}

func orderOf(o options, otherwise int) (int, error) {
	if v := o.take("order"); v != "" {
		return strconv.Atoi(v)
	}
	return otherwise, nil
}
