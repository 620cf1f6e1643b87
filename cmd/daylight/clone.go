package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/generator"
	"daylight/generator/config"
	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// cloneProblems lists what the clones lack that the configuration wants to be
// read: notes and tags, which a plain fetch or a pipeline's checkout leaves out.
// That a clone is shallow is a problem of the ledger already.
func (l *loaded) cloneProblems(res *generator.Result) []ledger.Problem {
	var out []ledger.Problem
	for i, opened := range l.Repositories {
		remotes, err := l.repos[i].Remotes()
		if err != nil || len(remotes) == 0 {
			continue // there is nowhere to fetch from
		}
		c := clone{name: opened.Name, remote: remoteOf(remotes), first: i == 0}
		if notes, err := l.repos[i].NotesRefs(); err == nil {
			out = append(out, c.missingNotes(l.Config.Deployments, notes, len(res.Facts.Deployments) > 0)...)
			out = append(out, c.missingFlagNotes(l.Config.Flags, notes)...)
		}
		if tags, err := l.repos[i].Tags(); err == nil && len(tags) == 0 {
			shallow, _ := l.repos[i].Shallow() // only sharpens the message
			out = append(out, c.missingTags(l.Config, len(shallow) > 0)...)
		}
	}
	return out
}

// remoteOf names the remote that clones are made from.
func remoteOf(remotes []history.Remote) string {
	for _, r := range remotes {
		if r.Name == "origin" {
			return r.Name
		}
	}
	return remotes[0].Name
}

// clone is one repository with a remote.
type clone struct {
	name   ledger.RepositoryName
	remote string
	first  bool
}

// holds reports whether a source of the configuration is in this repository.
func (c clone) holds(d config.Deployments) bool {
	return d.Repository == string(c.name) || d.Repository == "" && c.first
}

func (c clone) problem(level ledger.Level, rule, message, hint string) ledger.Problem {
	return ledger.Problem{Origins: []ledger.Origin{{Repository: c.name}}, Level: level, Rule: rule, Message: message, Hint: hint}
}

// missingNotes looks for the notes refs that the sources name. The source that
// is there without configuration is missed only where no deployment is known.
func (c clone) missingNotes(sources []config.Deployments, there []string, found bool) []ledger.Problem {
	var out []ledger.Problem
	for _, d := range sources {
		ref, wanted := strings.TrimPrefix(d.Ref, "refs/notes/"), d.From == "notes"
		if d.From == "gitops" && d.Value == deploylog.NotedRevision {
			ref, wanted = cmp.Or(ref, deploylog.HydratorNotes), true
		}
		if !wanted || !c.holds(d) || slices.Contains(there, ref) {
			continue
		}
		level := ledger.LevelWarning
		if d.Place == (config.Place{}) {
			if found {
				continue
			}
			level = ledger.LevelInfo
		}
		out = append(out, c.noNotes(level, ref))
	}
	return out
}

func (c clone) noNotes(level ledger.Level, ref string) ledger.Problem {
	return c.problem(level, "missing-notes",
		fmt.Sprintf("there are no notes in refs/notes/%s here; clones do not fetch notes by themselves", ref),
		fmt.Sprintf("git fetch %s '+refs/notes/*:refs/notes/*'", c.remote))
}

// missingFlagNotes looks for the notes about flags that the configuration names.
// Without any, few have such notes, and nobody is told that they are not there.
func (c clone) missingFlagNotes(sources []config.Flags, there []string) []ledger.Problem {
	var out []ledger.Problem
	for _, f := range sources {
		ref := strings.TrimPrefix(f.Ref, "refs/notes/")
		here := f.Repository == string(c.name) || f.Repository == "" && c.first
		if ref != "" && here && f.Place != (config.Place{}) && !slices.Contains(there, ref) {
			out = append(out, c.noNotes(ledger.LevelWarning, ref))
		}
	}
	return out
}

// missingTags says that there is not a single tag, where tags are to be read.
func (c clone) missingTags(conf config.Config, shallow bool) []ledger.Problem {
	configured := conf.Versions.Pattern != "" || conf.Versions.Scheme != "auto"
	for _, d := range conf.Deployments {
		configured = configured || d.From == "tags" && c.holds(d) && d.Place != (config.Place{})
	}
	level := ledger.LevelInfo
	if configured || shallow {
		level = ledger.LevelWarning
	}
	return []ledger.Problem{c.problem(level, "missing-tags", "there is no tag here, so there are no versions and no deployment tags",
		fmt.Sprintf("if the remote has tags: git fetch %s --tags", c.remote))}
}
