package collect

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// IncidentSource is a set of files of incidents in one repository.
type IncidentSource struct {
	Files       []string // globs
	Query       string   // a jq program, or ""
	Environment ledger.EnvironmentName
	Component   ledger.ComponentName
	Repository  ledger.RepositoryName // that holds the files; "" is the first
	Of          ledger.RepositoryName // whose deployments they speak of; "" is any
	Zone        *time.Location        // of times without an offset; nil is UTC
}

// RepairRules say how a commit tells that it mends what is broken in production.
type RepairRules struct {
	IncidentTrailers []string // Incident
	RepairTrailers   []string // Fixes-Deployment
	// HotfixNames are words in the name of a merged branch that make it a hotfix.
	HotfixNames []string
}

// readIncidents reads the files of incidents at the tips. They are dated by what
// they state, so no history is needed.
func (c *collector) readIncidents(ctx context.Context) error {
	for _, s := range c.opt.Incidents {
		r := c.of(s.Repository)
		if r == nil || r.in.Elsewhere {
			continue // check reports it
		}
		files, err := r.plainFiles(ctx, s.Files)
		if err != nil {
			return err
		}
		found, problems := deploylog.Incidents(deploylog.Input{Repository: r.in.Name, Of: s.Of, Files: files, Query: s.Query, Zone: s.Zone,
			Environment: s.Environment, Component: s.Component})
		for _, in := range found {
			in.Environment = c.names.canonical(in.Environment)
			if c.names.hidden[in.Environment] {
				continue
			}
			in.Component = c.componentOf(in)
			c.incidents = append(c.incidents, in)
		}
		c.problems = append(c.problems, problems...)
		if len(files) == 0 && !r.tip.IsZero() {
			c.problems = append(c.problems, ledger.Problem{Origins: []ledger.Origin{{Repository: r.in.Name}}, Rule: "empty-source", Level: ledger.LevelWarning,
				Message: "no file of incidents matches " + strings.Join(s.Files, ", "), Hint: "correct the globs of [[metrics.incidents]] in site.toml"})
		}
	}
	slices.SortFunc(c.incidents, ledger.CompareIncidents)
	return nil
}

// plainFiles reads files at the tip.
func (r *reading) plainFiles(ctx context.Context, globs []string) ([]deploylog.File, error) {
	if r.tip.IsZero() {
		return nil, nil
	}
	files, err := r.in.Repo.Files(ctx, r.tip, func(path string) bool { return matchAny(globs, path) })
	if err != nil {
		return nil, fmt.Errorf("list files of %s: %w", r.in.Name, err)
	}
	var out []deploylog.File
	for _, f := range files {
		data, err := r.in.Repo.Blob(f.Blob, maxLog)
		if err != nil {
			r.problem(ledger.Problem{Origins: []ledger.Origin{{Repository: r.in.Name, File: f.Path}}, Rule: "unreadable-file", Level: ledger.LevelWarning,
				Message: "cannot read these incidents: " + err.Error(), Hint: "a file of incidents has at most 64 MB"})
			continue
		}
		out = append(out, deploylog.File{Path: f.Path, Commit: ledger.Hash(r.tip), Data: data})
	}
	return out, nil
}

// componentOf gives the configured name of what an incident calls a component.
func (c *collector) componentOf(in ledger.Incident) ledger.ComponentName {
	for _, r := range c.readings {
		if in.Component != "" && (in.Repository == "" || in.Repository == r.in.Name) {
			if name := r.component(string(in.Component)); name != in.Component {
				return name
			}
		}
	}
	return in.Component
}

// mergedBranch finds the branch that a merge's subject names: "Merge branch
// 'hotfix/1.2' into main", "Merge pull request #7 from ann/hotfix-tax".
var mergedBranch = regexp.MustCompile(`^Merge(?:d in| (?:remote-tracking )?branch| pull request #\d+ from) ['"]?([^\s'"]+)`)

// repairs finds what commits say that they mend.
func (r *reading) repairs(rules RepairRules) []ledger.Repair {
	var out []ledger.Repair
	for i := range r.line.commits {
		m := &r.messages[i]
		if !r.keep[i] {
			continue
		}
		h := ledger.Hash(r.line.commits[i].Hash)
		at := func(line int) []ledger.Origin {
			return []ledger.Origin{{Repository: r.in.Name, Commit: h, Line: line}}
		}
		if len(m.Trailers) > 0 {
			for _, name := range rules.IncidentTrailers {
				for _, t := range m.Trailer(name) {
					for _, id := range namesIn(t.Value) {
						out = append(out, ledger.Repair{Repository: r.in.Name, Commit: h, Key: t.Key, Incident: id, Origins: at(t.Line)})
					}
				}
			}
			for _, name := range rules.RepairTrailers {
				for _, t := range m.Trailer(name) {
					for _, ref := range namesIn(t.Value) {
						out = append(out, ledger.Repair{Repository: r.in.Name, Commit: h, Key: t.Key, Deployment: ref, Origins: at(t.Line)})
					}
				}
			}
		}
		if strings.HasPrefix(m.Subject, "Merge") && len(r.line.commits[i].Parents) > 1 {
			if g := mergedBranch.FindStringSubmatch(m.Subject); g != nil && ledger.NamesHotfix(g[1], rules.HotfixNames) {
				out = append(out, ledger.Repair{Repository: r.in.Name, Commit: h, Key: "branch " + g[1], Origins: at(1)})
			}
		}
	}
	slices.SortFunc(out, ledger.CompareRepairs)
	return out
}

// namesIn splits "INC-12, INC-13".
func namesIn(value string) []string {
	return strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' })
}
